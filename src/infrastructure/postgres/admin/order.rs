//! One order, with all there is to know of it.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Money, OrderId, PersonId, RefundId};
use crate::dto::{
    AsideView, NoteView, OrderEventView, OrderLineState, OrderMailView, OrderView, PackedView, StaffOrderView,
};
use crate::usecase::Result;

use super::super::PgStore;
use super::super::error::map_sqlx_error;

type Row = (
    Json<OrderView>,
    Json<Vec<OrderLineState>>,
    Json<Money>,
    bool,
    Json<Vec<RefundId>>,
    Json<Vec<RefundId>>,
    Json<Vec<RefundId>>,
    Json<Vec<AsideView>>,
    Json<Vec<NoteView>>,
    Json<Vec<OrderMailView>>,
    Json<Vec<OrderEventView>>,
    Option<Json<PackedView>>,
    Option<i64>,
    Option<Uuid>,
);

pub(super) async fn view(
    store: &PgStore,
    id: OrderId,
    providers: &[&str],
    overdue: OffsetDateTime,
) -> Result<Option<StaffOrderView>> {
    // What was sent before there were parcels was sent whole.
    let found: Option<Row> = sqlx::query_as(concat!(
        "select ",
        order_view!(),
        ", array_to_json(array(select json_build_object('variant_id', i.variant_id,
                'unsent', case when o.status = 'paid' then ",
        unsent!(),
        " else 0 end,
                'refundable', greatest(0, i.quantity - (select coalesce(sum(x.quantity), 0) from refund_items x
                    join refunds r on r.id = x.refund_id where x.order_item_id = i.id and r.state <> 'failed')))
            from order_items i where i.order_id = o.id order by i.position)),
        json_build_object('currency', o.currency, 'amount', coalesce((select p.amount - coalesce((select sum(r.amount)
                from refunds r where r.payment_id = p.id and r.state <> 'failed'), 0)
            from payments p where p.order_id = o.id and p.state = 'approved' and p.flaw is null
            order by p.created_at limit 1), 0)::text),
        o.shipping_price - o.shipping_discount > 0 and not exists (select from payments p
            join refunds r on r.payment_id = p.id join refund_items x on x.refund_id = r.id
            where p.order_id = o.id and r.state <> 'failed' and x.order_item_id is null),
        array_to_json(array(select r.id from payments p join refunds r on r.payment_id = p.id
            where p.order_id = o.id and r.state = 'opened' and p.provider <> all($2) order by r.created_at, r.id)),
        array_to_json(array(select r.id from payments p join refunds r on r.payment_id = p.id
            where p.order_id = o.id and r.state = 'opened' and r.origin = 'shop' and p.provider = any($2)
                and r.created_at <= $3 order by r.created_at, r.id)),
        array_to_json(array(select r.id from payments p join refunds r on r.payment_id = p.id
            where p.order_id = o.id and ",
        is_owed!(),
        " order by r.created_at, r.id)),
        coalesce((select json_agg(json_build_object('payment', s.payment_id, 'reference', s.reference,
                'amount', json_build_object('amount', s.amount::text, 'currency', s.currency), 'at', s.created_at,
                'seen', s.seen_at is not null) order by s.created_at, s.reference)
            from payments p join refunds_set_aside s on s.payment_id = p.id where p.order_id = o.id), '[]'),
        coalesce((select json_agg(json_build_object('text', n.text, 'at', n.created_at,
                'by', coalesce((select u.name from users u where u.id = n.user_id), 'Somebody')) order by n.created_at, n.id)
            from order_notes n where n.order_id = o.id), '[]'),
        coalesce((select json_agg(json_build_object('id', m.id, 'subject', m.subject, 'state', m.state,
                'at', m.created_at) order by m.created_at, m.id)
            from email_messages m where m.about = o.id and (m.pay_until is null or m.attempts > 0)), '[]'),
        coalesce((select json_agg(json_build_object('position', e.position, 'topic', e.topic, 'at', e.occurred_at,
                'published', e.published_at is not null,
                'handled_by', array(select c.consumer from consumer_inbox c where c.event_id = e.event_id
                    order by c.handled_at, c.consumer)) order by e.position)
            from (select * from outbox q where q.key = o.id::text order by q.position limit 100) e), '[]'),
        case when o.status = 'paid' and o.packed_at is not null then json_build_object('at', o.packed_at,
            'by', coalesce((select u.name from users u where u.id = o.packed_by), 'Somebody')) end,
        o.terms_version, case when o.anonymised_at is null then coalesce(o.user_id, o.id) end
        from orders o where o.id = $1"
    ))
    .bind(id.0)
    .bind(providers)
    .bind(overdue)
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    let view = |row: Row| {
        let (
            order,
            lines,
            left,
            shipping,
            by_hand,
            waiting,
            owed,
            aside,
            notes,
            mail,
            events,
            packed,
            terms_version,
            customer,
        ) = row;
        StaffOrderView {
            order: order.0,
            lines: lines.0,
            packed: packed.map(|packed| packed.0),
            left: left.0,
            shipping_refundable: shipping,
            by_hand: by_hand.0,
            waiting: waiting.0,
            owed: owed.0,
            aside: aside.0,
            notes: notes.0,
            mail: mail.0,
            events: events.0,
            terms_version,
            customer: customer.map(PersonId),
            form_key: String::new(),
        }
    };
    Ok(found.map(view))
}
