-- Searches compare letters without case and accents. What they compare is made by the program: whoever migrates fills in
-- the keys that are empty here. A later change of what a key is empties them again.
update organization set display_key = '';
update request set search_key = '';
