-- Under which version of the terms an order was placed. None: before they had versions, or by the release before.
alter table orders add column terms_version bigint;
