//! What is read of an order in several places, as pieces of SQL: the parts of its total, and all that papers ask.

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
