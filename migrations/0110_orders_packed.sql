-- A paid order that lies packed and waits for its carrier: since when, and who packed it. Beside its status, which is still
-- `paid`: what has left was packed, whatever stands here. No reference, as in the audit log: people go, what they did stays.
alter table orders add column packed_at timestamptz, add column packed_by uuid;
