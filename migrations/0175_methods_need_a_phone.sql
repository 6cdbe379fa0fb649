-- Some carriers call before they come: nothing is sent this way without a number.
alter table shipping_methods add column needs_phone boolean not null default false;
