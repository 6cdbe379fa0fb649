//! All that is kept about a customer, to be handed out to them.

use serde_json::Value;
use sqlx::types::Json;

use crate::domain::PersonId;
use crate::usecase::Result;

use super::super::PgStore;
use super::super::error::map_sqlx_error;

pub(super) async fn read(store: &PgStore, id: PersonId) -> Result<Option<Value>> {
    let found: Option<Json<Value>> = sqlx::query_scalar(concat!(
        of_customer!(),
        "select json_build_object('name', a.name, 'email', a.email,
            'account', case when a.user_id is not null then (select json_build_object('id', u.id, 'since', a.since,
                    'address_confirmed', u.email_verified_at, 'password_set', u.password_set_at,
                    'work', case when u.staff_since is not null then json_build_object('role', u.staff_role,
                        'since', u.staff_since, 'last_sign_in', u.last_sign_in_at) end)
                from users u where u.id = a.user_id) end,
            'links', coalesce((select json_agg(json_build_object('for', l.kind, 'email', l.email::text, 'sent', l.sent_at,
                    'until', l.expires_at) order by l.kind) from account_links l where l.user_id = a.user_id), '[]'),
            'invitation', (select json_build_object('role', i.role, 'since', i.created_at, 'until', i.expires_at)
                from staff_invitations i where i.email = a.email::citext),
            'sessions', coalesce((select json_agg(json_build_object('since', s.created_at, 'until', s.expires_at,
                    'last_used', s.last_used_at, 'network', s.data -> 'seen' ->> 'network', 'device', s.data -> 'seen' ->> 'device')
                order by s.created_at) from sessions s where s.user_id = a.user_id), '[]'),
            'second_factors', case when a.user_id is not null then json_build_object(
                'app', (select json_build_object('since', t.confirmed_at) from totp_factors t
                    where t.user_id = a.user_id and t.confirmed_at is not null),
                'passkeys', coalesce((select json_agg(json_build_object('name', k.name, 'since', k.created_at,
                        'last_used', k.last_used_at) order by k.created_at, k.id)
                    from passkeys k where k.user_id = a.user_id), '[]'),
                'recovery_codes_left', (select count(*) from recovery_codes r where r.user_id = a.user_id)) end,
            'addresses', coalesce((select json_agg(b.address order by b.created_at, b.id)
                from addresses b where b.user_id = a.user_id), '[]'),
            'stock_wishes', coalesce((select json_agg(json_build_object('product', p.name, 'sku', v.sku, 'since', w.asked_at,
                    'confirmed', w.confirmed_at is not null, 'told', w.told_at,
                    'refused', w.refused_at) order by w.asked_at, w.id)
                from stock_wishes w join product_variants v on v.id = w.variant_id join products p on p.id = v.product_id
                where w.user_id = a.user_id or w.email = a.email::citext), '[]'),
            'refused_review_requests', (select f.refused_at from review_refusals f where f.email = a.email::citext),
            'wishlist', coalesce((select json_agg(json_build_object('product', p.name, 'since', w.added_at)
                    order by w.added_at, w.product_id)
                from wishlist_items w join products p on p.id = w.product_id where w.user_id = a.user_id), '[]'),
            'promotions', coalesce((select json_agg(json_build_object('name', d.name, 'code', d.code, 'from', d.starts_at,
                    'until', d.ends_at) order by d.position, d.id) from promotions d where d.user_id = a.user_id), '[]'),
            'cart', (select json_build_object('email', c.email, 'shipping_address', c.shipping_address,
                    'billing_address', c.billing_address, 'items', coalesce((select json_agg(json_build_object(
                        'product', p.name, 'sku', v.sku, 'quantity', i.quantity) order by i.position)
                    from cart_items i join product_variants v on v.id = i.variant_id join products p on p.id = v.product_id
                    where i.cart_id = c.id), '[]')) from carts c where c.user_id = a.user_id),
            'notes', coalesce((select json_agg(json_build_object('text', n.text, 'at', n.created_at)
                    order by n.created_at, n.id)
                from customer_notes n where n.user_id = a.user_id or n.email = lower(a.email)), '[]'),
            'orders', coalesce((select json_agg(json_build_object('order', ",
        order_view!(),
        ", 'notes', coalesce((select json_agg(json_build_object('text', n.text, 'at', n.created_at)
                        order by n.created_at, n.id) from order_notes n where n.order_id = o.id), '[]'),
                    'reviews', coalesce((select json_agg(json_build_object('product', i.name, 'stars', r.stars, 'title', r.title,
                        'text', r.text, 'name', r.name, 'state', r.state, 'reason', r.reason, 'answer', r.answer,
                        'at', r.created_at, 'changed', r.changed_at, 'published', r.published_at) order by i.position)
                        from reviews r join order_items i on i.id = r.order_item_id where r.order_id = o.id), '[]'),
                    'asked_for_reviews', (select q.asked_at from review_requests q where q.order_id = o.id),
                    'payments', coalesce((select json_agg(json_build_object('provider', p.provider, 'state', p.state,
                        'amount', p.amount::text, 'refunded', p.refunded::text, 'at', p.created_at) order by p.created_at)
                        from payments p where p.order_id = o.id), '[]'),
                    'papers', coalesce((select json_agg(p.number order by p.number)
                        from papers p where p.order_id = o.id), '[]')) order by o.number)
                from theirs o), '[]'),
            'mail', coalesce((select json_agg(json_build_object('kind', m.kind, 'subject', m.subject, 'text', ",
        readable_body!(),
        ", 'at', m.created_at, 'state', m.state) order by m.created_at, m.id)
                from email_messages m where m.id in (
                    select r.id from email_messages r where lower(r.recipient) = lower(a.email)
                    union
                    select r.id from email_messages r where r.about = any(array(select t.id from theirs t))
                    union
                    select r.id from email_messages r where r.user_id = a.user_id)), '[]'))
         from asked a"
    ))
    .bind(id.0)
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(found.map(|json| json.0))
}
