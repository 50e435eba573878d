-- Searches compare letters without case and accents. What they compare is made by the program: whoever migrates fills in
-- the keys that are empty here. A later change of what a key is empties them again.
update organization set display_key = '';
update request set search_key = '';

-- Whoever opens the database looks for keys that are empty.
create index organization_without_key on organization (id) where display_key = '';
create index request_without_key on request (id) where search_key = '';
