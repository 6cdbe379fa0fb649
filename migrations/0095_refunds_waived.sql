-- Nothing more is owed for a refund that failed: staff said so, and the audit log says why. Null: somebody is to decide. The
-- release before goes on to count it as failed, and gives it back where it is asked to.

alter table refunds add column waived_at timestamptz;
