-- What is deleted after its time (limits) is found by when it came to be. The other engine's file beside this one says
-- the same.
create index session_created on session (created_at);
create index verification_created on verification (created_at);
create index password_reset_created on password_reset (created_at);

-- Whether the site is set up is asked by every page that somebody sees who is not signed in.
create index account_administrator on account (username_key) where administrator;
