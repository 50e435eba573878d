-- Whose act a letter tells of: within a day, one account causes only so many letters to one receiver.
alter table letter add column caused_by blob;
create index letter_caused on letter (caused_by, written_at, account_id) where caused_by is not null;

-- The pages of outgoing mail, all of it or what stands alike.
create index letter_listed on letter (written_at, id);
create index letter_listed_by_state on letter (state, written_at, id);
drop index letter_written;

-- Outgoing mail is searched without case and accents, as everything is (the second migration).
alter table letter add column search_key text not null default '';
create index letter_without_key on letter (id) where search_key = '';
