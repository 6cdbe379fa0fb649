-- So many units of a variant, or fewer, are low. Set by staff; what nobody has set is as it was before.

alter table inventory add column low_at integer not null default 5;
