-- A credit note whose refund failed after all is cancelled by a paper of its own: an invoice of the same amounts, numbered
-- as invoices are. The note itself is never changed, but it stands for no refund any more; so its refund gets another one
-- once it is given back in another way, from the release before as well, which looks at `refund_id` alone.

alter table papers drop constraint papers_kind_known;
alter table papers add constraint papers_kind_known
    check (kind in ('invoice', 'credit_note', 'cancellation')) not valid;
-- A credit note that is cancelled has none.
alter table papers drop constraint papers_credit_note_of_refund;
alter table papers add constraint papers_refund_of_credit_note
    check (refund_id is null or kind = 'credit_note') not valid;

comment on column papers.refund_id is 'what a credit note stands for; null: it was cancelled, or is another paper';

create table cancelled_credit_notes (
    credit_note_id uuid primary key references papers (id),
    -- The paper that cancels it.
    cancellation_id uuid not null references papers (id),
    -- What it stood for.
    refund_id uuid not null references refunds (id),
    constraint cancelled_credit_notes_one_each unique (cancellation_id)
);

create index cancelled_credit_notes_by_refund on cancelled_credit_notes (refund_id);
