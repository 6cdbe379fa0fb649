-- What a mail says in parts, from which its HTML is made when it is sent; `body` stays its text, which is all that the
-- release before sends. And the paper that goes with it.

alter table email_messages
    add column content jsonb,
    add column paper_id uuid references papers (id);
