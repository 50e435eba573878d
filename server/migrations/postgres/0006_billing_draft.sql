-- What an applicant typed into the billing page of a draft and put aside: any of it may be empty or unfinished. It goes
-- with the draft, when that is handed in or thrown away.
create table billing_draft (
    request_id uuid primary key references request (id),
    legal_name text not null,
    billing_email text not null,
    postal_address text not null,
    country text not null,
    tax_id text not null,
    order_number text not null,
    saved_at bigint not null
);
