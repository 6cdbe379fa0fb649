//! The parts of an order's total, as one piece of SQL for whatever reads an order whole.

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
