-- No limit is below nothing: whoever sets one is refused before, and now by the table as well. What was written until now is
-- looked at by the next migration, without holding up who sells.

alter table inventory add constraint inventory_low_at_not_negative check (low_at >= 0) not valid;
