-- Unfinished billing details of a draft, saved by its applicant: each may be empty or invalid. They are deleted when the
-- draft is submitted or discarded.
create table billing_draft (
    request_id blob primary key references request (id),
    legal_name text not null,
    billing_email text not null,
    postal_address text not null,
    country text not null,
    tax_id text not null,
    order_number text not null,
    saved_at integer not null
) strict;
