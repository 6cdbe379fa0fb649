-- As what somebody works in the shop, who is invited to, and when they last signed in. Who was staff before there were roles
-- is an owner, and so is whom the release before still makes staff (null).

alter table users
    add column staff_role text,
    add column last_sign_in_at timestamptz,
    add constraint users_staff_role_known
        check (staff_role in ('owner', 'manager', 'catalogue', 'packing', 'support')) not valid;

update users set staff_role = 'owner' where role = 'staff';

create table staff_invitations (
    id uuid primary key,
    email citext not null,
    role text not null,
    -- Raised when it is sent again: the link before ends. The link carries an HMAC over this, so nothing secret is kept.
    generation integer not null default 1,
    -- Who. No reference: people go, whom they invited stays invited.
    invited_by uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint staff_invitations_one_per_address unique (email),
    constraint staff_invitations_role_known check (role in ('owner', 'manager', 'catalogue', 'packing', 'support'))
);
