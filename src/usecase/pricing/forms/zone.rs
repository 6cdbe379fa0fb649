//! Shipping zones as staff edit them, one at a time: the places, and the methods with their steps.

use serde_json::json;

use crate::domain::{
    AddressFormat, DeliveryDays, FieldError, FieldReader, Fields, May, Money, Problem, Refusal, ShippingMethod,
    ShippingMethodId, ShippingPrice, ShippingZone, ShippingZoneId, TotalStep, WeightStep, permit,
};
use crate::dto::{ExampleView, ZoneEditView, ZoneRow, method_field, method_key, row_keys};

use super::super::super::audit::Change;
use super::super::super::shop::retried;
use super::super::super::{Result, Shop, Store, Tx};
use super::super::{Pricing as _, PricingRules, SettingsSet, settings};
use super::example::About;
use super::zone_fields::{new_method, zone_fields};
use super::{amount, is_on, new_id, optional, require_version, shown, text, version_of, whole};

/// What a scale may say at most.
const MOST_GRAMS: u32 = 10_000_000;

/// A zone that was typed, and the keys of its methods' fields.
struct Typed {
    zone: ShippingZone,
    keys: Vec<String>,
}

impl<S: Store> Shop<S> {
    /// All zones, in the order in which they are asked.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn zone_list(&self, _by: May<permit::Checkout>) -> Result<Vec<ZoneRow>> {
        Ok(ZoneRow::of(&self.store().pricing_rules().await?.zones))
    }

    /// A zone's editor, with what was typed before and kept; no id for one that is not there yet.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn zone_editor(
        &self,
        by: May<permit::Checkout>,
        id: Option<ShippingZoneId>,
        kept: &str,
    ) -> Result<ZoneEditView> {
        let rules = self.store().pricing_rules().await?;
        let known = id.map(|id| zone_of(&rules.zones, id)).transpose()?;
        let (now, version) = match known {
            Some(zone) => (zone_fields(zone), version_of(zone)?),
            None => (self.new_zone(), self.new_key()),
        };
        let mut order: Vec<_> = known.map_or_else(Vec::new, |zone| zone.methods.iter().map(method_key).collect());
        let id = id.map(|id| id.to_string()).unwrap_or_default();
        let mut brought = self.merged_editor(by.into(), kept, &id, version, now).await?;
        if brought.asked == "add-method" {
            let key = self.next_id().simple().to_string();
            brought.view.fields.extend(new_method(&key));
        }
        if brought.is_tried() {
            brought.view.example = shown(self.zone_example(&brought.typed()).await)?;
        }
        let more = row_keys(&brought.view.fields, "m").into_iter().filter(|key| !order.contains(key));
        let more: Vec<_> = more.collect();
        order.extend(more);
        order.retain(|key| says_something(&brought.view.fields, key));
        Ok(ZoneEditView { editor: brought.view, methods: order })
    }

    /// Whether it can be told what a sample cart would come to if this zone were saved.
    ///
    /// # Errors
    /// `Invalid` with whatever was typed that will not do.
    pub async fn try_zone(&self, _by: May<permit::Checkout>, fields: &Fields) -> Result<()> {
        self.zone_example(fields).await.map(|_| ())
    }

    async fn zone_example(&self, fields: &Fields) -> Result<ExampleView> {
        let mut rules = PricingRules::clone(&*self.store().pricing_rules().await?);
        let id = self.zone_id(fields)?;
        let typed = self.read_zone(fields, id, &rules.zones)?;
        put_zone(&mut rules.zones, &typed, text(fields, "id").is_empty())?;
        check_all(&rules.zones, &typed)?;
        let mut fields = fields.clone();
        let first = typed.zone.countries.first().cloned().or_else(|| {
            let region = typed.zone.regions.first()?;
            region.split_once('-').map(|(country, _)| country.to_owned())
        });
        if let (true, Some(first)) = (text(&fields, "try_country").is_empty(), first) {
            fields.insert("try_country".to_owned(), first);
        }
        self.example(rules, &fields, About { promotion: None, zone: Some(id) }).await
    }

    /// Saves what an editor says of a zone: a new one, or the one it was opened on, if that is still what was read.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `VersionMismatch`.
    pub async fn save_zone(&self, by: May<permit::Checkout>, fields: &Fields) -> Result<ShippingZoneId> {
        let (id, is_new) = (self.zone_id(fields)?, text(fields, "id").is_empty());
        if is_new && self.store().pricing_rules().await?.zones.iter().any(|zone| zone.id == id) {
            return Ok(id);
        }
        self.change_zones(by, id, |zones, set| {
            if is_new && zones.iter().any(|zone| zone.id == id) {
                return Ok(());
            }
            let typed = self.read_zone(fields, id, zones)?;
            if !is_new {
                require_version(zone_of(zones, id)?, fields, set)?;
            }
            put_zone(zones, &typed, is_new)?;
            Ok(check_all(zones, &typed)?)
        })
        .await?;
        Ok(id)
    }

    /// Takes a zone away with its methods, if it is still what was read. Carts that chose one are asked again.
    ///
    /// # Errors
    /// `NotFound`, `VersionMismatch`.
    pub async fn remove_zone(&self, by: May<permit::Checkout>, fields: &Fields) -> Result<()> {
        let id: ShippingZoneId = text(fields, "id").parse()?;
        self.change_zones(by, id, |zones, set| {
            require_version(zone_of(zones, id)?, fields, set)?;
            zones.retain(|zone| zone.id != id);
            Ok(())
        })
        .await
    }

    /// Puts a zone before the one in front of it, where the first of two that name the same place counts.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn raise_zone(&self, by: May<permit::Checkout>, id: ShippingZoneId) -> Result<()> {
        self.change_zones(by, id, |zones, _| {
            let place = zones.iter().position(|zone| zone.id == id).ok_or(Refusal::NotFound)?;
            if place > 0 {
                zones.swap(place - 1, place);
            }
            Ok(())
        })
        .await
    }

    /// `change` is given all zones, and the version of the set.
    async fn change_zones(
        &self,
        by: May<permit::Checkout>,
        id: ShippingZoneId,
        change: impl Fn(&mut Vec<ShippingZone>, i64) -> Result<()> + Send + Sync,
    ) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let set = tx.lock_settings(SettingsSet::Shipping).await?;
            let before = tx.rules().await?.zones.clone();
            let mut after = before.clone();
            change(&mut after, set)?;
            tx.save_shipping_zones(&after).await?;
            let told = |zones: &[ShippingZone]| {
                let place = zones.iter().position(|zone| zone.id == id);
                json!(place.and_then(|place| Some(json!({ "place": place + 1, "zone": zones.get(place)? }))))
            };
            let (before, after) = (told(&before), told(&after));
            let action = match (before.is_null(), after.is_null()) {
                (true, _) => "shipping.zone_created",
                (false, true) => "shipping.zone_deleted",
                (false, false) => "shipping.zone_changed",
            };
            self.record(&mut tx, by, Change::of(action, "shipping_zone", id).before(before).after(after)).await?;
            tx.commit().await
        })
        .await
    }

    /// Of a zone that is not there yet the one that its form brings.
    fn zone_id(&self, fields: &Fields) -> Result<ShippingZoneId> {
        match text(fields, "id") {
            "" => Ok(ShippingZoneId(new_id(fields).unwrap_or_else(|| self.next_id()))),
            id => Ok(id.parse()?),
        }
    }

    /// A zone as it was typed. Methods keep the order they have; what is new comes last.
    fn read_zone(&self, fields: &Fields, id: ShippingZoneId, zones: &[ShippingZone]) -> Result<Typed> {
        let mut reader = FieldReader::default();
        let name = reader.required("name", text(fields, "name"), ShippingZone::NAME_MAX);
        let ticked = fields.iter().filter(|(_, value)| !value.is_empty());
        let countries = ticked.filter_map(|(name, _)| name.strip_prefix("country-")).map(str::to_owned).collect();
        let regions = text(fields, "regions").split([',', '\n']).map(str::trim).filter(|text| !text.is_empty());
        let regions: Vec<_> = regions.map(str::to_ascii_uppercase).collect();
        reader.read(
            "regions",
            if regions.iter().all(|region| is_region(region)) { Ok(()) } else { Err(Problem::NotAChoice) },
        );
        let known = zones.iter().find(|zone| zone.id == id);
        let mut keys: Vec<_> = known.map_or_else(Vec::new, |zone| zone.methods.iter().map(method_key).collect());
        let typed = row_keys(fields, "m");
        keys.retain(|key| typed.contains(key));
        let new: Vec<_> = typed.into_iter().filter(|key| !keys.contains(key)).collect();
        keys.extend(new);
        keys.retain(|key| says_something(fields, key) && !is_on(fields, &method_field(key, "gone")));
        let methods: Vec<_> = keys.iter().filter_map(|key| self.read_method(&mut reader, fields, key)).collect();
        let mut names = std::collections::BTreeSet::new();
        for (method, key) in methods.iter().zip(&keys).filter(|_| methods.len() == keys.len()) {
            if !names.insert(&method.name) {
                reader.read::<()>(&method_field(key, "name"), Err(Problem::Duplicate));
            }
        }
        let zone = name.map(|name| ShippingZone { id, name, countries, regions, methods });
        Ok(Typed { zone: reader.finish(zone)?, keys })
    }

    fn read_method(&self, reader: &mut FieldReader, fields: &Fields, key: &str) -> Option<ShippingMethod> {
        let (currency, at) = (self.currency(), |part: &str| method_field(key, part));
        let typed = |part: &str| text(fields, &method_field(key, part)).to_owned();
        let required = |typed: &str| if typed.is_empty() { Err(Problem::Required) } else { amount(typed, currency) };
        let id = uuid::Uuid::try_parse(key).map_err(|_| Problem::BadCharacters);
        let id = reader.read(&at("name"), id).map(ShippingMethodId);
        let name = reader.required(&at("name"), &typed("name"), ShippingZone::NAME_MAX);
        let price = match typed("kind").as_str() {
            "flat" => reader.read(&at("price"), required(&typed("price"))).map(|price| ShippingPrice::Flat { price }),
            "pick_up" => {
                reader.read(&at("price"), required(&typed("price"))).map(|price| ShippingPrice::PickUp { price })
            }
            "by_weight" => {
                let steps = self.read_steps(reader, fields, key, 'w', |typed| whole(typed, 1, MOST_GRAMS));
                let step = |(up_to_grams, price)| WeightStep { up_to_grams, price };
                steps.map(|steps| ShippingPrice::ByWeight { steps: steps.into_iter().map(step).collect() })
            }
            "by_total" => {
                let steps = self.read_steps(reader, fields, key, 't', |typed| amount(typed, currency));
                let step = |(from, price)| TotalStep { from, price };
                steps.map(|steps| ShippingPrice::ByTotal { steps: steps.into_iter().map(step).collect() })
            }
            _ => reader.read(&at("kind"), Err(Problem::NotAChoice)),
        };
        let free_from = reader.read(&at("free_from"), optional(&typed("free_from"), |typed| amount(typed, currency)));
        let days = |part: &str| whole(&typed(part), 0, DeliveryDays::MOST.into());
        let min = reader.read(&at("min_days"), days("min_days"));
        let max = reader.read(&at("max_days"), days("max_days"));
        let days = min.zip(max).and_then(|(min, max)| {
            let range = Problem::OutOfRange { min, max: DeliveryDays::MOST.into() };
            reader.read(&at("max_days"), if min <= max { Ok(()) } else { Err(range) })?;
            Some(DeliveryDays { min: u16::try_from(min).ok()?, max: u16::try_from(max).ok()? })
        });
        let needs_phone = is_on(fields, &at("needs_phone"));
        Some(ShippingMethod { id: id?, name: name?, price: price?, free_from: free_from?, days: days?, needs_phone })
    }

    /// The rows that say something, each above the one before.
    fn read_steps<T: PartialOrd + Copy>(
        &self,
        reader: &mut FieldReader,
        fields: &Fields,
        key: &str,
        kind: char,
        read: impl Fn(&str) -> std::result::Result<T, Problem>,
    ) -> Option<Vec<(T, Money)>> {
        let (mut steps, mut is_whole) = (Vec::<(T, Money)>::new(), true);
        for row in step_rows(fields, key, kind) {
            let at = |part: &str| method_field(key, &format!("{kind}{row}-{part}"));
            let typed = |part: &str| text(fields, &at(part));
            if typed("at").is_empty() && typed("price").is_empty() {
                continue;
            }
            let required = |typed: &str| if typed.is_empty() { Err(Problem::Required) } else { Ok(()) };
            let height = required(typed("at")).and_then(|()| read(typed("at")));
            let height = reader.read(&at("at"), height);
            let price = required(typed("price")).and_then(|()| amount(typed("price"), self.currency()));
            let price = reader.read(&at("price"), price);
            let Some((height, price)) = height.zip(price) else {
                is_whole = false;
                continue;
            };
            if steps.last().is_some_and(|(before, _)| height <= *before) {
                reader.read::<()>(&at("at"), Err(Problem::NotRising));
                is_whole = false;
            }
            steps.push((height, price));
        }
        if steps.is_empty() && is_whole {
            return reader.read(&method_field(key, &format!("{kind}0-at")), Err(Problem::Required));
        }
        is_whole.then_some(steps)
    }

    fn new_zone(&self) -> Fields {
        let mut fields = new_method(&self.next_id().simple().to_string());
        fields.insert("name".to_owned(), String::new());
        fields
    }
}

/// `US-CA`: a part that addresses of the country know, where they know any.
fn is_region(text: &str) -> bool {
    text.split_once('-').is_some_and(|(country, code)| {
        let format = AddressFormat::of(country);
        format.regions().is_empty() || format.region(code).is_some()
    })
}

/// A method of which every field is empty is none: somebody else took it away.
fn says_something(fields: &Fields, key: &str) -> bool {
    let prefix = method_field(key, "");
    fields.iter().any(|(name, text)| name.starts_with(&prefix) && !text.trim().is_empty())
}

/// The numbers of a method's rows, in their order.
fn step_rows(fields: &Fields, key: &str, kind: char) -> Vec<u32> {
    let prefix = method_field(key, &kind.to_string());
    let rows = fields.keys().filter_map(|name| name.strip_prefix(&prefix)?.split_once('-')?.0.parse().ok());
    rows.collect::<std::collections::BTreeSet<u32>>().into_iter().collect()
}

fn zone_of(zones: &[ShippingZone], id: ShippingZoneId) -> std::result::Result<&ShippingZone, Refusal> {
    zones.iter().find(|zone| zone.id == id).ok_or(Refusal::NotFound)
}

fn put_zone(zones: &mut Vec<ShippingZone>, typed: &Typed, is_new: bool) -> std::result::Result<(), Refusal> {
    match zones.iter_mut().find(|zone| zone.id == typed.zone.id) {
        Some(known) => *known = typed.zone.clone(),
        None if is_new => zones.push(typed.zone.clone()),
        None => return Err(Refusal::NotFound),
    }
    Ok(())
}

/// What cannot be seen of a zone alone, and what the domain says of it, under the names of the form's fields.
fn check_all(zones: &[ShippingZone], typed: &Typed) -> std::result::Result<(), Refusal> {
    let place = zones.iter().position(|zone| zone.id == typed.zone.id).unwrap_or_default();
    let checked = ShippingZone::check_all(zones).and_then(|()| settings::check_ids(zones));
    checked.map_err(|refusal| named(refusal, place, &typed.keys))
}

fn named(refusal: Refusal, place: usize, keys: &[String]) -> Refusal {
    let Refusal::Invalid { fields } = refusal else { return refusal };
    let own = format!("{place}/");
    let name = |field: &str| -> String {
        let Some(field) = field.strip_prefix(&own) else { return "name".to_owned() };
        let method = field.strip_prefix("methods/").and_then(|rest| rest.split_once('/'));
        let Some((number, part)) = method else { return field.to_owned() };
        let key = number.parse::<usize>().ok().and_then(|number| keys.get(number));
        let part = if part == "days" { "max_days" } else { "name" };
        key.map_or_else(|| "name".to_owned(), |key| method_field(key, part))
    };
    let named = |error: FieldError| FieldError { field: name(&error.field), ..error };
    Refusal::Invalid { fields: fields.into_iter().map(named).collect() }
}
