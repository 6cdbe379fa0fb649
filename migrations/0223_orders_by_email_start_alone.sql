-- no-transaction
-- What is looked up by an address or its beginning is found by orders_by_email_start: its operators know equality, too.
-- Each order was written into both, and anew into both whenever its status changed.
drop index concurrently if exists orders_by_email;
