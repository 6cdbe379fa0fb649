-- Whether a webhook tells of money that went back: what, its provider is asked, which may take long, so nothing else waits
-- behind it. What the release before stores is taken with the others, as it was.

alter table payment_webhooks add column money_back boolean not null default false;
