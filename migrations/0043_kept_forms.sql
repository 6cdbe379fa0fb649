-- What was typed into a form of the back office that was refused, until it is sent again: too long for a cookie.

create table kept_forms (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    fields jsonb not null,
    created_at timestamptz not null
);

create index kept_forms_by_age on kept_forms (created_at);
