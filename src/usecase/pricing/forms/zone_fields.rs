//! A shipping zone as the fields of its form.

use crate::domain::{Fields, Money, ShippingPrice, ShippingZone};
use crate::dto::{method_field, method_key};

/// What a form for a new method begins with.
pub(super) fn new_method(key: &str) -> Fields {
    [("name", ""), ("kind", "flat"), ("min_days", "2"), ("max_days", "4")]
        .map(|(part, value)| (method_field(key, part), value.to_owned()))
        .into()
}

/// A zone as its form shows it.
pub(super) fn zone_fields(zone: &ShippingZone) -> Fields {
    let mut fields =
        Fields::from([("name".to_owned(), zone.name.clone()), ("regions".to_owned(), zone.regions.join(", "))]);
    fields.extend(zone.countries.iter().map(|country| (format!("country-{country}"), "on".to_owned())));
    for method in &zone.methods {
        let key = method_key(method);
        let money = |money: &Money| money.amount().to_string();
        let kind = match &method.price {
            ShippingPrice::Flat { .. } => "flat",
            ShippingPrice::PickUp { .. } => "pick_up",
            ShippingPrice::ByWeight { .. } => "by_weight",
            ShippingPrice::ByTotal { .. } => "by_total",
        };
        let steps: Vec<(String, String, String)> = match &method.price {
            ShippingPrice::Flat { price } | ShippingPrice::PickUp { price } => {
                fields.insert(method_field(&key, "price"), money(price));
                Vec::new()
            }
            ShippingPrice::ByWeight { steps } => (0_usize..)
                .zip(steps)
                .map(|(n, step)| (format!("w{n}"), step.up_to_grams.to_string(), money(&step.price)))
                .collect(),
            ShippingPrice::ByTotal { steps } => (0_usize..)
                .zip(steps)
                .map(|(n, step)| (format!("t{n}"), money(&step.from), money(&step.price)))
                .collect(),
        };
        for (row, height, price) in steps {
            fields.insert(method_field(&key, &format!("{row}-at")), height);
            fields.insert(method_field(&key, &format!("{row}-price")), price);
        }
        fields.extend([
            (method_field(&key, "name"), method.name.clone()),
            (method_field(&key, "kind"), kind.to_owned()),
            (method_field(&key, "free_from"), method.free_from.as_ref().map(money).unwrap_or_default()),
            (method_field(&key, "min_days"), method.days.min.to_string()),
            (method_field(&key, "max_days"), method.days.max.to_string()),
        ]);
        if method.needs_phone {
            fields.insert(method_field(&key, "needs_phone"), "on".to_owned());
        }
    }
    fields
}
