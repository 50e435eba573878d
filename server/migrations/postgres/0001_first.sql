-- The first schema. The other engine's file beside this one holds the same tables.

-- Accounts: people who can sign in (rules, sections 1 and 2).
create table account (
    id uuid primary key,
    username text not null,
    username_key text not null unique,
    password_hash text not null,
    administrator boolean not null default false,
    state text not null default 'active' check (state in ('active', 'disabled')),
    disabled_reason text,
    created_at bigint not null,
    revision bigint not null default 0,
    check ((state = 'disabled') = (disabled_reason is not null))
);
-- Administrators see the newest first.
create index account_created on account (created_at, id);

-- One primary address an account; an address is verified for one account alone, while unverified
-- claims of it may stand side by side and give nobody anything.
create table email_address (
    id uuid primary key,
    account_id uuid not null references account (id),
    address text not null,
    address_key text not null,
    is_primary boolean not null,
    verified_at bigint,
    created_at bigint not null,
    -- What a mail server said that takes no letters for it.
    bounced_why text
);
create unique index email_address_primary on email_address (account_id) where is_primary;
create unique index email_address_verified on email_address (address_key) where verified_at is not null;
create index email_address_account on email_address (account_id);
create index email_address_lookup on email_address (address_key);

-- Links that verify an address. Only the hash of the secret is kept. The address stands here as well: letters to it
-- are counted when it is nobody's any more.
create table verification (
    secret_hash bytea primary key,
    email_id uuid references email_address (id) on delete set null,
    account_id uuid not null references account (id),
    address_key text not null,
    created_at bigint not null,
    ends_at bigint not null,
    used_at bigint,
    replaced_at bigint
);
create index verification_email on verification (email_id);
create index verification_address on verification (address_key, created_at);
create index verification_account on verification (account_id, created_at);

-- Links by which a new password can be chosen. Only the hash of the secret is kept.
create table password_reset (
    secret_hash bytea primary key,
    account_id uuid not null references account (id),
    address text not null,
    created_at bigint not null,
    ends_at bigint not null,
    used_at bigint
);
create index password_reset_account on password_reset (account_id, created_at);

-- How often something may still be tried (rules, section 4; limits): when the allowance of a key is whole again. Keys
-- are hashes: what strangers type is not kept.
create table allowance (
    key bytea primary key,
    whole_at bigint not null
);
create index allowance_whole on allowance (whole_at);

-- Signed-in devices. Only the hash of the cookie is kept.
create table session (
    id uuid primary key,
    secret_hash bytea not null unique,
    account_id uuid not null references account (id),
    created_at bigint not null,
    seen_at bigint not null,
    ends_at bigint not null,
    ended_at bigint,
    address text not null,
    agent text not null
);
create index session_account on session (account_id);

-- The set-up address of a site without accounts: one row at most.
create table set_up (
    one bigint primary key check (one = 1),
    secret_hash bytea not null,
    opened_at bigint not null,
    used_at bigint
);

-- Names that the site keeps for itself (rules, section 2).
create table reserved_name (
    name_key text primary key,
    name text not null,
    reason text not null,
    reserved_at bigint not null
);

-- Names that an organization holds or once held. They are never handed on.
create table held_name (
    name_key text primary key,
    name text not null,
    organization_id uuid not null,
    since_at bigint not null,
    until_at bigint,
    unique (name_key, organization_id)
);

-- Organizations. One is founded without an Owner, gets one, and is then active (rules, section 3).
create table organization (
    id uuid primary key,
    name text not null,
    name_key text not null unique,
    display_name text not null,
    -- In lower case, as Unicode has it: the engines differ in theirs.
    display_key text not null,
    url text not null,
    description text not null,
    kind text not null check (kind in ('community', 'private')),
    state text not null check (state in ('founding', 'active', 'disabled', 'deleted')),
    disabled_reason text,
    founded_at bigint not null,
    deleted_at bigint,
    revision bigint not null default 0,
    foreign key (name_key, id) references held_name (name_key, organization_id),
    check ((state = 'deleted') = (deleted_at is not null)),
    check ((state = 'disabled') = (disabled_reason is not null))
);

-- Members: exactly one role in an organization.
create table membership (
    organization_id uuid not null references organization (id),
    account_id uuid not null references account (id),
    role text not null check (role in ('owner', 'manager', 'billing_manager', 'member')),
    -- The account's, which never changes: pages show members by role and then by name.
    username_key text not null,
    joined_at bigint not null,
    -- Who gave them the role, where it is not the one they joined with.
    changed_by uuid references account (id),
    primary key (organization_id, account_id)
);
create index membership_account on membership (account_id);
create index membership_order on membership (
    organization_id,
    (case role when 'owner' then 0 when 'manager' then 1 when 'billing_manager' then 2 else 3 end),
    username_key);
create index membership_owner on membership (organization_id) where role = 'owner';

-- Invitations: at most one live one for a person and an organization (rules, section 5).
create table invitation (
    id uuid primary key,
    organization_id uuid not null references organization (id),
    account_id uuid not null references account (id),
    inviter_id uuid not null references account (id),
    role text not null check (role in ('owner', 'manager', 'billing_manager', 'member')),
    state text not null check (state in ('live', 'accepted', 'declined', 'revoked', 'expired')),
    secret_hash bytea not null unique,
    created_at bigint not null,
    ends_at bigint not null,
    closed_at bigint,
    closed_by uuid references account (id),
    check ((state = 'live') = (closed_at is null))
);
create unique index invitation_live on invitation (organization_id, account_id) where state = 'live';
create index invitation_account on invitation (account_id);
create index invitation_sent on invitation (organization_id, inviter_id) where state = 'live';
create index invitation_ends on invitation (ends_at) where state = 'live';

-- Requests for organizations (rules, section 4).
create table request (
    id uuid primary key,
    applicant_id uuid not null references account (id),
    name text not null,
    name_key text not null,
    display_name text not null,
    url text not null,
    description text not null,
    kind text not null check (kind in ('community', 'private')),
    state text not null check (state in ('draft', 'submitted', 'more_information_needed', 'deferred', 'approved', 'declined', 'withdrawn')),
    filed_at bigint not null,
    decided_at bigint,
    decided_by uuid references account (id),
    decision_words text,
    organization_id uuid references organization (id),
    -- All its words in lower case, as Unicode has it, for searching.
    search_key text not null default '',
    revision bigint not null default 0,
    check ((state in ('approved', 'declined', 'withdrawn')) = (decided_at is not null)),
    check ((state = 'approved') = (organization_id is not null)),
    -- A community project has nothing that would have to be completed.
    check (state <> 'draft' or kind = 'private')
);
create unique index request_open on request (applicant_id, name_key) where state in ('draft', 'submitted', 'more_information_needed', 'deferred');
create index request_name on request (name_key);
create index request_applicant on request (applicant_id, filed_at);
create index request_queue on request (state, filed_at);

-- Whom the papers of a private organization go to: said with its request, and the organization's from then on
-- (rules, section 8).
create table billing_details (
    request_id uuid primary key references request (id),
    organization_id uuid unique references organization (id),
    legal_name text not null,
    billing_email text not null,
    postal_address text not null,
    country text not null check (length(country) = 2),
    tax_id text not null,
    order_number text not null,
    payment text not null check (payment = 'invoice'),
    given_at bigint not null
);

-- The conversation about a request, and the administrators' notes.
create table request_message (
    id uuid primary key,
    request_id uuid not null references request (id),
    author_id uuid not null references account (id),
    kind text not null check (kind in ('question', 'answer', 'note')),
    body text not null,
    answers_id uuid references request_message (id),
    written_at bigint not null
);
create index request_message_request on request_message (request_id, written_at);

-- A request with the names of those who had to do with it, whom its papers go to, how much was said about it, and how
-- much of that waits for an answer.
create view request_row as
select r.*, a.username as applicant, d.username as decided_by_name,
    b.legal_name, b.billing_email, b.postal_address, b.country, b.tax_id, b.order_number, b.payment,
    (select count(*) from request_message m where m.request_id = r.id and m.kind <> 'note') as said,
    (select count(*) from request_message q where q.request_id = r.id and q.kind = 'question'
        and not exists (select 1 from request_message m where m.answers_id = q.id)) as unanswered
from request r join account a on a.id = r.applicant_id left join account d on d.id = r.decided_by
    left join billing_details b on b.request_id = r.id;

-- History: one line for each change, never altered (rules, section 10). No foreign keys: a line outlives
-- what it speaks of. The lines of an organization form a chain of hashes.
create table event (
    number bigint generated always as identity primary key,
    id uuid not null unique,
    at bigint not null,
    kind text not null,
    actor_kind text not null check (actor_kind in ('visitor', 'account', 'operator', 'job')),
    actor_id uuid,
    actor_name text not null,
    address text not null,
    account_id uuid,
    request_id uuid,
    organization_id uuid,
    organization_number bigint,
    details text not null,
    previous_hash bytea,
    hash bytea,
    unique (organization_id, organization_number),
    check ((organization_id is null) = (organization_number is null)),
    check ((organization_id is null) = (hash is null))
);
create index event_account on event (account_id, number);
create index event_request on event (request_id, number);
-- What counts against a day's limit of requests.
create index event_filed on event (account_id, at) where kind in ('request_drafted', 'request_filed');

-- Letters, written with the change that causes them and sent afterwards (rules, section 9).
create table letter (
    id uuid primary key,
    account_id uuid,
    to_address text not null,
    subject text not null,
    text_part text not null,
    html_part text not null,
    sealed bytea,
    state text not null check (state in ('waiting', 'sent', 'failed', 'kept')),
    tries bigint not null default 0,
    written_at bigint not null,
    due_at bigint not null,
    leased_until bigint,
    leased_by uuid,
    sent_at bigint,
    last_error text,
    check ((state = 'sent') = (sent_at is not null)),
    -- A secret link is forgotten once it is sent.
    check (state <> 'sent' or sealed is null)
);
create index letter_due on letter (state, due_at);
create index letter_written on letter (written_at);

-- Forms that were sent: the hash of token, actor and command, and what was answered.
create table once (
    claim bytea primary key,
    outcome text not null,
    claimed_at bigint not null
);
create index once_claimed on once (claimed_at);

insert into reserved_name (name_key, name, reason, reserved_at) values
    ('about', 'about', 'kept by the site', 0),
    ('admin', 'admin', 'kept by the site', 0),
    ('administration', 'administration', 'kept by the site', 0),
    ('administrator', 'administrator', 'kept by the site', 0),
    ('api', 'api', 'kept by the site', 0),
    ('contact', 'contact', 'kept by the site', 0),
    ('docs', 'docs', 'kept by the site', 0),
    ('documentation', 'documentation', 'kept by the site', 0),
    ('guildhall', 'guildhall', 'kept by the site', 0),
    ('help', 'help', 'kept by the site', 0),
    ('legal', 'legal', 'kept by the site', 0),
    ('mail', 'mail', 'kept by the site', 0),
    ('manage', 'manage', 'kept by the site', 0),
    ('moderator', 'moderator', 'kept by the site', 0),
    ('new', 'new', 'kept by the site', 0),
    ('org', 'org', 'kept by the site', 0),
    ('organization', 'organization', 'kept by the site', 0),
    ('organizations', 'organizations', 'kept by the site', 0),
    ('owner', 'owner', 'kept by the site', 0),
    ('postmaster', 'postmaster', 'kept by the site', 0),
    ('privacy', 'privacy', 'kept by the site', 0),
    ('project', 'project', 'kept by the site', 0),
    ('projects', 'projects', 'kept by the site', 0),
    ('pypi', 'pypi', 'kept by the site', 0),
    ('python', 'python', 'kept by the site', 0),
    ('root', 'root', 'kept by the site', 0),
    ('search', 'search', 'kept by the site', 0),
    ('security', 'security', 'kept by the site', 0),
    ('settings', 'settings', 'kept by the site', 0),
    ('simple', 'simple', 'kept by the site', 0),
    ('site', 'site', 'kept by the site', 0),
    ('status', 'status', 'kept by the site', 0),
    ('support', 'support', 'kept by the site', 0),
    ('system', 'system', 'kept by the site', 0),
    ('teams', 'teams', 'kept by the site', 0),
    ('terms', 'terms', 'kept by the site', 0),
    ('upload', 'upload', 'kept by the site', 0),
    ('user', 'user', 'kept by the site', 0),
    ('users', 'users', 'kept by the site', 0),
    ('webmaster', 'webmaster', 'kept by the site', 0);

-- Refuses with the name of the invariant, as SQLite's raise(abort, …) does.
create function refuse(invariant text) returns void language plpgsql as $$
begin raise exception '%', invariant using errcode = 'check_violation', constraint = invariant; end $$;

-- An active organization has an Owner, whatever statement tries to take the last one away. The row of
-- the organization is touched first, so that two such statements wait for one another, and then looked at.
create function owner_left() returns trigger language plpgsql as $$
declare is_active boolean;
begin
    update organization set revision = revision + 1 where id = old.organization_id returning state = 'active' into is_active;
    if is_active and not exists (select 1 from membership where organization_id = old.organization_id and role = 'owner')
    then perform refuse('organization_has_owner'); end if;
    return null;
end $$;
create trigger owner_left after update or delete on membership
    for each row when (old.role = 'owner') execute function owner_left();

create function organization_activated() returns trigger language plpgsql as $$
begin
    if new.state = 'active' and not exists (select 1 from membership where organization_id = new.id and role = 'owner')
    then perform refuse('organization_has_owner'); end if;
    return null;
end $$;
create trigger organization_activated after insert or update of state on organization
    for each row execute function organization_activated();

-- Rows that are never deleted or rewritten.
create function stays() returns trigger language plpgsql as $$
begin perform refuse(tg_table_name || '_stays'); return null; end $$;
create trigger membership_not_truncated before truncate on membership execute function stays();
create trigger organization_stays before delete on organization for each row execute function stays();
create trigger organization_not_truncated before truncate on organization execute function stays();
create trigger held_name_stays before delete on held_name for each row execute function stays();
create trigger held_name_not_truncated before truncate on held_name execute function stays();
create trigger held_name_fixed before update on held_name for each row
    when (new.name_key <> old.name_key or new.organization_id <> old.organization_id) execute function stays();
create trigger event_stays before update or delete on event for each row execute function stays();
create trigger event_not_truncated before truncate on event execute function stays();

-- Closed requests are closed for good: nothing of them but the revision, by which they are locked, changes.
create function request_closed() returns trigger language plpgsql as $$
begin perform refuse('request_closed'); return null; end $$;
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
create trigger request_not_truncated before truncate on request execute function stays();

-- A reserved name is not held, and a held one not reserved. The name is locked until the end of the
-- transaction, so that reserving and founding at the same moment wait for one another.
create function held_name_not_reserved() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(new.name_key, 1));
    if exists (select 1 from reserved_name where name_key = new.name_key) then perform refuse('name_reserved'); end if;
    return new;
end $$;
create trigger held_name_not_reserved before insert on held_name for each row execute function held_name_not_reserved();

create function reserved_name_not_held() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(new.name_key, 1));
    if exists (select 1 from held_name where name_key = new.name_key) then perform refuse('name_held'); end if;
    return new;
end $$;
create trigger reserved_name_not_held before insert on reserved_name for each row execute function reserved_name_not_held();

-- Nobody is a member and invited at once. The organization's row is touched first, as above.
create function invitation_of_member() returns trigger language plpgsql as $$
begin
    update organization set revision = revision + 1 where id = new.organization_id;
    if new.state = 'live' and exists (select 1 from membership where organization_id = new.organization_id and account_id = new.account_id)
    then perform refuse('member_or_invited'); end if;
    return new;
end $$;
create trigger invitation_of_member before insert or update of organization_id, account_id on invitation
    for each row execute function invitation_of_member();

create function invitation_revived() returns trigger language plpgsql as $$
begin perform refuse('invitation_closed'); return null; end $$;
create trigger invitation_revived before update of state on invitation for each row
    when (new.state = 'live' and old.state <> 'live') execute function invitation_revived();

create function member_invited() returns trigger language plpgsql as $$
begin
    update organization set revision = revision + 1 where id = new.organization_id;
    if exists (select 1 from invitation where organization_id = new.organization_id and account_id = new.account_id and state = 'live')
    then perform refuse('member_or_invited'); end if;
    return new;
end $$;
create trigger member_invited before insert or update of organization_id, account_id on membership
    for each row execute function member_invited();
