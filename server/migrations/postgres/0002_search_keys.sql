-- What is compared letter by letter, and what stands in an index, is compared by its bytes: where the system's own order
-- of letters changes with an upgrade, an index that follows it lets a name in twice. What hangs on the columns stands
-- aside meanwhile.
drop view request_row;
drop trigger held_name_fixed on held_name;
drop trigger request_closed on request;
drop trigger request_closed_stays on request;

alter table account
    alter column username type text collate "C",
    alter column username_key type text collate "C";
alter table email_address alter column address_key type text collate "C";
alter table verification alter column address_key type text collate "C";
alter table reserved_name alter column name_key type text collate "C";
alter table held_name alter column name_key type text collate "C";
alter table organization
    alter column name type text collate "C",
    alter column name_key type text collate "C",
    alter column display_key type text collate "C";
alter table membership alter column username_key type text collate "C";
alter table request
    alter column name_key type text collate "C",
    alter column state type text collate "C",
    alter column search_key type text collate "C";
alter table letter alter column state type text collate "C";

create view request_row as
select r.*, a.username as applicant, d.username as decided_by_name,
    b.legal_name, b.billing_email, b.postal_address, b.country, b.tax_id, b.order_number, b.payment,
    (select count(*) from request_message m where m.request_id = r.id and m.kind <> 'note') as said,
    (select count(*) from request_message q where q.request_id = r.id and q.kind = 'question'
        and not exists (select 1 from request_message m where m.answers_id = q.id)) as unanswered
from request r join account a on a.id = r.applicant_id left join account d on d.id = r.decided_by
    left join billing_details b on b.request_id = r.id;
create trigger held_name_fixed before update on held_name for each row
    when (new.name_key <> old.name_key or new.organization_id <> old.organization_id) execute function stays();
create trigger request_closed before update on request for each row
    when (old.state in ('approved', 'declined', 'withdrawn')
    and (old.id, old.applicant_id, old.name, old.name_key, old.display_name, old.url, old.description, old.kind, old.state, old.filed_at,
        old.decided_at, old.decided_by, old.decision_words, old.organization_id)
    is distinct from
    (new.id, new.applicant_id, new.name, new.name_key, new.display_name, new.url, new.description, new.kind, new.state, new.filed_at,
        new.decided_at, new.decided_by, new.decision_words, new.organization_id))
    execute function request_closed();
create trigger request_closed_stays before delete on request for each row
    when (old.state in ('approved', 'declined', 'withdrawn')) execute function request_closed();

-- Searches compare letters without case and accents. What they compare is made by the program: whoever migrates fills in
-- the keys that are empty here. A later change of what a key is empties them again.
update organization set display_key = '';
update request set search_key = '';

-- Whoever opens the database looks for keys that are empty.
create index organization_without_key on organization (id) where display_key = '';
create index request_without_key on request (id) where search_key = '';
