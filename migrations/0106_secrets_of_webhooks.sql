-- A secret of outgoing webhooks signs for a day after another took its place: also where there are several in a day.

-- When each of those before it was replaced that may still sign, the latest last, which is `rotated_at`.
alter table webhook_endpoints add column secrets_replaced timestamptz[] not null default '{}';

update webhook_endpoints set secrets_replaced = array[rotated_at] where rotated_at is not null;
