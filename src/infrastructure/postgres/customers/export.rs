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
            'account', case when a.user_id is not null then json_build_object('id', a.user_id, 'since', a.since) end,
            'sessions', coalesce((select json_agg(json_build_object('since', s.created_at, 'until', s.expires_at)
                order by s.created_at) from sessions s where s.user_id = a.user_id), '[]'),
            'addresses', coalesce((select json_agg(b.address order by b.created_at, b.id)
                from addresses b where b.user_id = a.user_id), '[]'),
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
                    select r.id from email_messages r where r.about = any(array(select t.id from theirs t)))), '[]'))
         from asked a"
    ))
    .bind(id.0)
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(found.map(|json| json.0))
}
