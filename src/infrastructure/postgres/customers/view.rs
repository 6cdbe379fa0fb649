//! One customer, with all there is to know of them.

use sqlx::types::Json;

use crate::domain::PersonId;
use crate::dto::CustomerView;
use crate::usecase::Result;

use super::super::error::map_sqlx_error;
use super::super::{PgStore, to_i32};

/// Whom `$1` finds, as `asked` (id, user_id, role, name, email, since), and their orders, as `theirs`.
macro_rules! of_customer {
    () => {
        "with asked as (
            select u.id, u.id as user_id, u.role, u.name, u.email::text as email, u.created_at as since
            from users u where u.id = $1
            union all
            select coalesce(a.id, o.id), a.id, a.role, coalesce(a.name, o.shipping_address ->> 'name', ''),
                coalesce(a.email::text, o.email), coalesce(a.created_at, o.created_at)
            from orders o left join users a on a.email = o.email::citext
            where o.id = $1 and o.user_id is null and o.anonymised_at is null
         ), theirs as (
            select o.* from asked a join orders o on o.user_id = a.user_id
            union all
            select o.* from asked a join orders o on o.user_id is null and lower(o.email) = lower(a.email)
         )"
    };
}

/// What is left of the address in `$name`: its country, by which orders are taxed and counted.
macro_rules! country_of {
    ($name:literal) => {
        concat!(
            "case when ",
            $name,
            " is not null then jsonb_build_object('name', 'Anonymised', 'line1', '-', 'city', '', 'postal_code', '',
                'country', ",
            $name,
            " ->> 'country') end"
        )
    };
}

/// Whether money or goods of an order `o` are still on their way.
macro_rules! is_unfinished {
    () => {
        concat!(
            "(exists (select from payments p where p.order_id = o.id and p.state = 'started')
                or exists (select from payments p join refunds r on r.payment_id = p.id
                    where p.order_id = o.id and (r.state = 'opened' or ",
            is_owed!(),
            "))
                or exists (select from returns b where b.order_id = o.id and b.state in ('requested', 'approved')))"
        )
    };
}

pub(super) async fn read(store: &PgStore, id: PersonId) -> Result<Option<CustomerView>> {
    let found: Option<Json<CustomerView>> = sqlx::query_scalar(concat!(
        of_customer!(),
        "select json_build_object('id', a.id, 'name', a.name, 'email', a.email,
            'account', case when a.user_id is not null then json_build_object('role', a.role, 'since', a.since) end,
            'order_count', (select count(*) from theirs),
            'orders', coalesce((select json_agg(json_build_object('id', o.id, 'number', o.number, 'at', o.created_at,
                    'status', o.status, 'reservation', o.reservation, 'by_guest', o.user_id is null,
                    'total', json_build_object('amount', o.total::text, 'currency', o.currency),
                    'refunded', (select json_build_object('amount', sum(p.refunded)::text, 'currency', o.currency)
                        from payments p where p.order_id = o.id having sum(p.refunded) > 0)) order by o.number desc)
                from (select * from theirs order by number desc limit $2) o), '[]'),
            'sums', coalesce((select json_agg(json_build_object(
                    'paid', json_build_object('amount', s.paid::text, 'currency', s.currency),
                    'refunded', json_build_object('amount', s.refunded::text, 'currency', s.currency))
                    order by s.currency)
                from (select o.currency, sum(p.amount) as paid, sum(p.refunded) as refunded from theirs o
                    join payments p on p.order_id = o.id and p.state = 'approved' group by o.currency) s), '[]'),
            'addresses', coalesce((select json_agg(b.address order by b.place) from (
                select k.address, min(k.place) as place from (
                    select b.address, row_number() over (order by b.is_default desc, b.created_at, b.id) as place
                        from addresses b where b.user_id = a.user_id
                    union all
                    select t.shipping_address, 1000 + row_number() over (order by t.number desc) from theirs t
                    union all
                    select t.billing_address, 1000 + row_number() over (order by t.number desc) from theirs t
                ) k where k.address is not null group by k.address order by place limit 12) b), '[]'),
            'notes', coalesce((select json_agg(json_build_object('text', n.text, 'at', n.created_at,
                    'by', coalesce((select u.name from users u where u.id = n.author_id), 'Somebody'))
                    order by n.created_at, n.id)
                from customer_notes n where n.user_id = a.user_id or n.email = lower(a.email)), '[]'),
            'mail', coalesce((select json_agg(json_build_object('id', m.id, 'subject', m.subject, 'state', m.state,
                    'at', m.created_at) order by m.created_at desc, m.id desc)
                from (select e.* from email_messages e where e.id in (
                        select r.id from email_messages r where lower(r.recipient) = lower(a.email)
                        union
                        select r.id from email_messages r where r.about = any(array(select t.id from theirs t)))
                        and (e.pay_until is null or e.attempts > 0)
                    order by e.created_at desc, e.id desc limit $2) m), '[]'))
         from asked a"
    ))
    .bind(id.0)
    .bind(to_i32(CustomerView::LISTED))
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(found.map(|json| json.0))
}
