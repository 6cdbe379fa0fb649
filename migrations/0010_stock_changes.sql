-- Stock changes by movements alone, also where people change it: an adjustment (so many units came or went) or a shelf
-- count, each with a reason. `correction` stays for what the release before wrote, and may write beside this one.

alter table stock_movements add column reason text;
alter table stock_movements drop constraint stock_movements_cause_known;
alter table stock_movements add constraint stock_movements_cause_known
    check (cause in ('initial', 'correction', 'reserve', 'release', 'adjustment', 'count'));
alter table stock_movements add constraint stock_movements_changed_for_a_reason
    check (cause not in ('adjustment', 'count') or reason is not null);

comment on column stock_movements.cause is 'initial, reserve, release, adjustment, count; once: correction';

-- A count takes the units of a variant that lie on the shelf for orders into account. Not a partial index: with `state`
-- in its condition no change of a reservation could be a heap-only update.
create index stock_reservations_by_variant on stock_reservations (variant_id);

-- An edit of a product carries the version it was read with; one that was overtaken is refused.
alter table products add column version bigint not null default 1;
