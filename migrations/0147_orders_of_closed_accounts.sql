-- When whoever placed it has closed their account: it is anonymised once the shop need not keep it any more
-- (ANONYMISE_AFTER_DAYS). Null: they have not, or it is a guest's.

alter table orders add column account_closed_at timestamptz;
