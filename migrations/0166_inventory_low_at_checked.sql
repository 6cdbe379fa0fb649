-- What was written before 0165 holds to it, too.

alter table inventory validate constraint inventory_low_at_not_negative;
