-- What a reviewer is warned of is found by keys: organizations whose display names look the same, or whose URLs are on one
-- host. The program makes these keys, as it makes what searches compare: whoever migrates fills in what is empty here.
alter table organization add column look_key text collate "C" not null default '';
alter table organization add column host_key text collate "C" not null default '';
create index organization_look on organization (look_key);
create index organization_host on organization (host_key);
update organization set display_key = '';
