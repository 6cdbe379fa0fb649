-- A mail that asks for money says until when. It is sent only while its order still waits until then to be paid; null: in any
-- case, as whatever the release before queues. That one sends all that is due.
alter table email_messages add column pay_until timestamptz;
