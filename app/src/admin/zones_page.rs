//! `/admin/shipping`: where the shop ships to, and by which ways.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{ShippingAddress, ShippingMethod, ShippingPrice, ShippingZone};
use shop::dto::{ZoneRow, words};

use super::parts::{DeskHead, EmptyList};
use super::paths::zone_path;
use super::shipping_api::{RaiseZone, load_zones};
use crate::ui::{Written, loaded};

#[component]
pub fn ZonesPage() -> impl IntoView {
    loaded(load_zones(), |zones| view! { <Zones zones /> })
}

/// How many names are written out.
const NAMED: usize = 6;

fn country(code: &str) -> &str {
    ShippingAddress::name_of_country(code).unwrap_or(code)
}

/// `Austria, Germany and 25 more`
fn places(zone: &ShippingZone) -> String {
    let mut names: Vec<&str> = zone.countries.iter().map(|code| country(code)).collect();
    names.sort_unstable();
    names.extend(zone.regions.iter().map(String::as_str));
    match names.len() {
        0 => "Everywhere that no other zone names".to_owned(),
        count if count > NAMED => {
            format!(
                "{} and {} more",
                names.iter().take(NAMED - 1).copied().collect::<Vec<_>>().join(", "),
                count + 1 - NAMED
            )
        }
        _ => names.join(", "),
    }
}

/// `Standard, $5.00, 2 to 4 days`
fn method_words(method: &ShippingMethod) -> String {
    let price = match &method.price {
        ShippingPrice::Flat { price } => words::charge(*price),
        ShippingPrice::PickUp { price } => format!("collected, {}", words::charge(*price)),
        ShippingPrice::ByWeight { steps } => format!("by weight, {} steps", steps.len()),
        ShippingPrice::ByTotal { steps } => format!("by total, {} steps", steps.len()),
    };
    let free = method.free_from.map(|from| format!(", free from {from}")).unwrap_or_default();
    let phone = if method.needs_phone { ", with a phone number" } else { "" };
    format!("{}: {price}{free}{phone}", method.name)
}

#[component]
fn Zones(zones: Vec<ZoneRow>) -> impl IntoView {
    let is_empty = zones.is_empty();
    let rows = zones.into_iter().enumerate().map(|(place, row)| view! { <Zone row is_first=place == 0 /> });
    view! {
        <DeskHead title="Shipping">
            <a class="button" href=zone_path("new")>
                "Add a zone"
            </a>
        </DeskHead>
        <p class="desk-when">
            "An address belongs to the zone that names it most closely: its state before its country, its country before everywhere. Of two that name the same, the first counts."
        </p>
        {is_empty.then(|| view! { <EmptyList line="The shop ships nowhere: nobody can order what has to be sent." /> })}
        <ol class="desk-zones">{rows.collect_view()}</ol>
    }
    .written()
}

#[component]
fn Zone(row: ZoneRow, is_first: bool) -> impl IntoView {
    let (id, name) = (row.id().to_string(), row.zone.name.clone());
    let methods = row.zone.methods.iter().map(|method| view! { <li>{method_words(method)}</li> }).collect_view();
    let is_closed = row.zone.methods.is_empty();
    let shadowed = row
        .shadowed
        .iter()
        .map(|(code, zone)| view! { <p class="field-problem">{format!("{} is in “{zone}” already, which counts.", country(code))}</p> })
        .collect_view();
    view! {
        <li class="desk-panel">
            <h2>
                <a href=zone_path(&id)>{name.clone()}</a>
            </h2>
            <p class="desk-quiet">{places(&row.zone)}</p>
            {shadowed}
            <ul class="desk-methods">{methods}</ul>
            {is_closed.then(|| view! { <p class="field-problem">"No way to send it: nobody there can order."</p> })}
            {(!is_first)
                .then(|| {
                    view! {
                        <form method="post" action=RaiseZone::url()>
                            <input type="hidden" name="id" value=id />
                            <button class="link" type="submit">
                                "Ask earlier"
                                <span class="visually-hidden">{format!(": {name}")}</span>
                            </button>
                        </form>
                    }
                })}
        </li>
    }
    .written()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop::domain::ShippingZoneId;

    #[test]
    fn a_zone_names_its_places() {
        let id: ShippingZoneId = "0191d5a0-0000-7000-8000-000000000001".parse().expect("an id");
        let zone = |countries: &[&str], regions: &[&str]| ShippingZone {
            id,
            name: "Zone".into(),
            countries: countries.iter().map(|c| (*c).to_owned()).collect(),
            regions: regions.iter().map(|r| (*r).to_owned()).collect(),
            methods: Vec::new(),
        };
        for (countries, regions, words) in [
            (&[][..], &[][..], "Everywhere that no other zone names"),
            (&["DE", "AT"], &["US-HI"], "Austria, Germany, US-HI"),
            (
                &["DE", "AT", "FR", "IT", "ES", "PT", "BE", "NL"],
                &[],
                "Austria, Belgium, France, Germany, Italy and 3 more",
            ),
        ] {
            assert_eq!(places(&zone(countries, regions)), words);
        }
    }
}
