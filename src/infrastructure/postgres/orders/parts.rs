//! What is read of an order in several places, as pieces of SQL: the parts of its total, what has not left, and all that
//! papers ask.

/// `TotalParts` of a row `o` of orders.
macro_rules! parts {
    () => {
        "json_build_object(
            'subtotal', json_build_object('amount', coalesce(o.subtotal, o.total)::text, 'currency', o.currency),
            'discounts', array(select json_build_object('label', d.label, 'code', d.code,
                    'amount', json_build_object('amount', d.amount::text, 'currency', o.currency))
                from order_discounts d where d.order_id = o.id order by d.position),
            'shipping', case when o.shipping_name is not null then json_build_object(
                'method', o.shipping_method_id, 'name', o.shipping_name,
                'price', json_build_object('amount', o.shipping_price::text, 'currency', o.currency),
                'days', case when o.shipping_min_days is not null
                    then json_build_object('min', o.shipping_min_days, 'max', o.shipping_max_days) end,
                'pick_up', o.shipping_pick_up) end,
            'tax', json_build_object('included', o.tax_included,
                'amount', json_build_object('amount', o.tax_amount::text, 'currency', o.currency),
                'lines', array(select json_build_object('name', t.name, 'rate', t.rate::text,
                        'amount', json_build_object('amount', t.amount::text, 'currency', o.currency))
                    from order_taxes t where t.order_id = o.id order by t.position)))"
    };
}

/// What an `OrderView` of a row `o` of orders says of the order itself, and its history.
macro_rules! order_head {
    () => {
        concat!(
            "'id', o.id, 'number', o.number, 'status', o.status, 'reservation', o.reservation,
            'cancel_reason', o.cancel_reason, 'email', o.email, 'by_guest', o.user_id is null,
            'total', json_build_object('amount', o.total::text, 'currency', o.currency),
            'parts', ",
            parts!(),
            ",
            'shipping_address', o.shipping_address, 'billing_address', o.billing_address,
            'manual_since', o.manual_since, 'created_at', o.created_at, 'expires_at', case when o.reservation <> 'pending' then o.expires_at end,
            'timeline', coalesce((
                select json_agg(json_build_object('kind', e.kind, 'at', e.at) order by e.id)
                from order_events e where e.order_id = o.id
            ), '[]')"
        )
    };
}

/// Its `items`; `$review` is how the review of a line `i` stands.
macro_rules! order_items {
    ($review:literal) => {
        concat!(
            "(
                select json_agg(json_build_object(
                    'product_id', i.product_id, 'variant_id', i.variant_id,
                    'slug', case when p.status = 'active' then p.slug end,
                    'name', i.name, 'options', i.options, 'sku', i.sku, 'quantity', i.quantity,
                    'price', json_build_object('amount', i.price::text, 'currency', o.currency),
                    'line_total', json_build_object('amount', i.line_total::text, 'currency', o.currency),
                    'image', coalesce(
                        (select e from jsonb_array_elements(p.images) e where e ->> 'name' = v.image limit 1),
                        p.images -> 0),
                    'review', ",
            $review,
            ") order by i.position)
                from order_items i
                join products p on p.id = i.product_id
                join product_variants v on v.id = i.variant_id
                where i.order_id = o.id
            )"
        )
    };
}

/// The version of the terms that the shop shows; null: it has none.
macro_rules! terms_now {
    () => {
        "(select version from pages where slug = 'terms')"
    };
}

/// How many units of a line, a row `i` of order_items, have not left and were not given back.
macro_rules! unsent {
    () => {
        "greatest(0, i.quantity
                    - (select coalesce(sum(s.quantity), 0) from shipment_items s where s.order_item_id = i.id)
                    - (select coalesce(sum(x.withdrawn), 0) from refund_items x where x.order_item_id = i.id))"
    };
}

/// `SoldOrder` of a row `o` of orders, and `paid`, when it was.
macro_rules! sold_order {
    () => {
        "json_build_object('id', o.id, 'number', o.number, 'email', o.email,
            'account_name', (select u.name from users u where u.id = o.user_id),
            'shipping_address', o.shipping_address, 'billing_address', o.billing_address, 'paid_at', paid.at,
            'tax_included', o.tax_included, 'reverse_charge', o.reverse_charge,
            'lines', array(select json_build_object('name', i.name, 'options', i.options, 'sku', i.sku,
                    'quantity', i.quantity, 'rate', i.tax_rate::text,
                    'unit_price', json_build_object('amount', i.price::text, 'currency', o.currency),
                    'price', json_build_object('amount', i.line_total::text, 'currency', o.currency),
                    'discount', json_build_object('amount', i.discount::text, 'currency', o.currency),
                    'tax', json_build_object('amount', i.tax_amount::text, 'currency', o.currency))
                from order_items i where i.order_id = o.id order by i.position),
            'discounts', array(select json_build_object('label', d.label, 'code', d.code,
                    'amount', json_build_object('amount', d.amount::text, 'currency', o.currency),
                    'lines', case when d.lines is not null then array(
                        select json_build_object('amount', share::text, 'currency', o.currency)
                        from unnest(d.lines) with ordinality as s (share, place) order by s.place) end,
                    'shipping', case when d.shipping is not null then
                        json_build_object('amount', d.shipping::text, 'currency', o.currency) end)
                from order_discounts d where d.order_id = o.id order by d.position),
            'shipping', case when o.shipping_name is not null then json_build_object('name', o.shipping_name,
                'price', json_build_object('amount', o.shipping_price::text, 'currency', o.currency),
                'discount', json_build_object('amount', o.shipping_discount::text, 'currency', o.currency),
                'tax', json_build_object('amount', o.shipping_tax::text, 'currency', o.currency),
                'rate', o.shipping_tax_rate::text) end,
            'taxes', array(select json_build_object('name', t.name, 'rate', t.rate::text,
                    'amount', json_build_object('amount', t.amount::text, 'currency', o.currency))
                from order_taxes t where t.order_id = o.id order by t.position),
            'total', json_build_object('amount', o.total::text, 'currency', o.currency))"
    };
}

/// `RefundedInvoice` of a row `r` of refunds, of the order `o` with the invoice `i`.
macro_rules! refunded_invoice {
    () => {
        "json_build_object('refund', r.id, 'order', o.id, 'number', o.number, 'invoice', i.facts,
            'refunded_at', coalesce(r.settled_at, r.created_at), 'reason', r.reason, 'cancel_reason', o.cancel_reason,
            'credit', json_build_object(
                'amount', json_build_object('amount', r.amount::text, 'currency', o.currency),
                'parts', array(select json_build_object('quantity', x.quantity,
                        'line', case when l.id is not null then (select count(*) from order_items before
                            where before.order_id = l.order_id and before.position < l.position) end,
                        'price', json_build_object('amount', x.price::text, 'currency', o.currency),
                        'discount', json_build_object('amount', x.discount::text, 'currency', o.currency),
                        'tax', json_build_object('amount', x.tax::text, 'currency', o.currency))
                    from refund_items x left join order_items l on l.id = x.order_item_id
                    where x.refund_id = r.id order by x.position),
                'credited', array(select t.tax from papers c join refunds f on f.id = c.refund_id and f.state <> 'failed',
                        jsonb_array_elements(c.facts -> 'taxes') as t (tax)
                    where c.order_id = o.id and c.kind = 'credit_note')))"
    };
}

/// Whether the buyer's bank took a refund `r` back, or wants to. The release before records it with this reason alone.
macro_rules! is_dispute {
    () => {
        "(r.is_dispute or (r.origin = 'provider' and r.reason = 'Disputed with the bank'))"
    };
}

/// Whether a refund `r` of a payment `p` failed and is owed as before: nobody has said otherwise, and there is something left of
/// the payment.
macro_rules! is_owed {
    () => {
        "(r.state = 'failed' and r.origin = 'shop' and r.waived_at is null and p.refunded < p.amount)"
    };
}

/// Its `payments`: every attempt, the oldest first.
macro_rules! attempts {
    () => {
        "'payments', array(select json_build_object('id', p.id, 'provider', p.provider, 'state', p.state, 'flaw', p.flaw,
                'amount', json_build_object('amount', p.amount::text, 'currency', coalesce(p.currency, o.currency)),
                'created_at', p.created_at)
            from payments p where p.order_id = o.id order by p.created_at, p.id)"
    };
}

/// Its `invoice`.
macro_rules! invoice {
    () => {
        "'invoice', (select json_build_object('number', p.number) from papers p
                where p.order_id = o.id and p.kind = 'invoice')"
    };
}

/// `payments`, `refunds`, `shipments` and `returns` of an `OrderView` of a row `o` of orders.
macro_rules! fulfilment {
    () => {
        concat!(
            attempts!(),
            ",
        'refunds', array(select json_build_object('id', r.id, 'state', r.state, 'origin', r.origin, 'reason', r.reason,
                'waived', r.state = 'failed' and r.waived_at is not null, 'is_dispute', ",
            is_dispute!(),
            ",
                'amount', json_build_object('amount', r.amount::text, 'currency', coalesce(p.currency, o.currency)),
                'items', array(select json_build_object('variant_id', i.variant_id, 'quantity', x.quantity,
                        'amount', json_build_object('amount', x.amount::text, 'currency', o.currency))
                    from refund_items x join order_items i on i.id = x.order_item_id
                    where x.refund_id = r.id order by x.position),
                'shipping', (select json_build_object('amount', x.amount::text, 'currency', o.currency)
                    from refund_items x where x.refund_id = r.id and x.order_item_id is null),
                'credit_note', (select json_build_object('number', c.number) from papers c where c.refund_id = r.id),
                'cancelled_credit_notes', array(select json_build_object('number', c.number, 'cancellation', x.number)
                    from cancelled_credit_notes k join papers c on c.id = k.credit_note_id
                    join papers x on x.id = k.cancellation_id
                    where k.refund_id = r.id order by x.created_at, x.id),
                'created_at', r.created_at, 'settled_at', r.settled_at)
            from payments p join refunds r on r.payment_id = p.id
            where p.order_id = o.id order by r.created_at, r.id),
        'shipments', array(select json_build_object('id', s.id, 'carrier', s.carrier, 'tracking_number', s.tracking_number,
                'items', array(select json_build_object('variant_id', i.variant_id, 'name', i.name, 'quantity', x.quantity)
                    from shipment_items x join order_items i on i.id = x.order_item_id
                    where x.shipment_id = s.id order by i.position),
                'created_at', s.created_at)
            from shipments s where s.order_id = o.id order by s.created_at, s.id),
        'returns', array(select json_build_object('id', t.id, 'state', t.state, 'reason', t.reason, 'answer', t.answer,
                'closed', t.closed_at is not null,
                'items', array(select json_build_object('variant_id', i.variant_id, 'name', i.name, 'quantity', x.quantity)
                    from return_items x join order_items i on i.id = x.order_item_id
                    where x.return_id = t.id order by i.position),
                'created_at', t.created_at, 'answered_at', t.answered_at, 'received_at', t.received_at)
            from returns t where t.order_id = o.id order by t.created_at, t.id)"
        )
    };
}
