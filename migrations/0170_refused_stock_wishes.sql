-- Whoever has the address has said that they do not want to hear of it: no question about it goes there until this row expires.

alter table stock_wishes add column refused_at timestamptz;
