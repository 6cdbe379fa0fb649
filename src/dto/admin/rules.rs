//! What the shop decides about shipping, tax and promotions, as staff read and edit it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{
    Fields, Money, Promotion, PromotionId, PromotionRefusal, ShippingMethod, ShippingZone, ShippingZoneId, TaxClass,
    TaxRate,
};

use super::super::TotalParts;
use super::CategoryChoice;
use super::query::{fields, href, one_of};

/// A form of something that several may edit at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditorView {
    /// Empty: it is not there yet.
    pub id: String,
    /// What tells what is there now from anything else.
    pub version: String,
    /// What is there now.
    pub base: Fields,
    /// What stands in the form.
    pub fields: Fields,
    /// Fields that somebody else changed meanwhile and one did not.
    pub theirs: Vec<String>,
    /// Fields that both changed, and what is there now.
    pub both: Vec<(String, String)>,
    /// What the example is asked for.
    pub sample: Fields,
    pub example: Option<ExampleView>,
}

/// What a sample cart comes to under rules that nobody has saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleView {
    /// `2 × Tea Towel, Moss`
    pub goods: String,
    /// Where to.
    pub to: String,
    pub parts: TotalParts,
    pub total: Money,
    pub needs_shipping: bool,
    /// All ways there are, the cheapest first.
    pub methods: Vec<(String, Money)>,
    /// The zone that decides about this place, where it is another than the one that is edited.
    pub other_zone: Option<String>,
    /// Why the promotion that is edited takes nothing off.
    pub refused: Option<PromotionRefusal>,
    /// Reckoned for this moment, since the promotion does not run now.
    pub at: Option<OffsetDateTime>,
    pub reverse_charge: bool,
}

/// Where a promotion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PromotionState {
    Running,
    Scheduled,
    Over,
    UsedUp,
    Off,
}

/// Which promotions a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PromotionQuery {
    pub state: Option<PromotionState>,
    /// Where the page before ended.
    pub before: Option<PromotionId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionList {
    pub query: PromotionQuery,
    /// The newest first.
    pub rows: Vec<PromotionRow>,
    pub next: Option<PromotionQuery>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionRow {
    pub promotion: Promotion,
    pub version: String,
    pub state: PromotionState,
    pub uses: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionEditView {
    pub editor: EditorView,
    pub categories: Vec<CategoryChoice>,
    pub uses: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneRow {
    pub zone: ShippingZone,
    /// Countries that a zone before it names, too, and what that is called.
    pub shadowed: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneEditView {
    pub editor: EditorView,
    /// The keys of the methods' fields, in their order.
    pub methods: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxEditView {
    pub editor: EditorView,
    /// Countries that have rates, by name.
    pub countries: Vec<TaxedCountry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxedCountry {
    pub country: String,
    pub name: String,
    pub rates: Vec<TaxRate>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatesEditView {
    pub editor: EditorView,
    pub country: String,
    pub name: String,
    /// The keys of the rates' fields, in their order.
    pub rows: Vec<String>,
    /// Codes and names of the country's states or provinces.
    pub regions: Vec<(String, String)>,
    pub prices_include_tax: bool,
}

/// The keys that rows of this prefix have: their fields are `prefix-key-part`.
pub fn row_keys(fields: &Fields, prefix: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    let found = fields.keys().filter_map(|name| name.strip_prefix(prefix)?.strip_prefix('-')?.split_once('-'));
    for (key, _) in found {
        if !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    }
    keys
}

/// The fields of a method, below its key.
pub fn method_field(key: &str, part: &str) -> String {
    format!("m-{key}-{part}")
}

/// The fields of a rate, below its key.
pub fn rate_field(key: &str, part: &str) -> String {
    format!("r-{key}-{part}")
}

/// The key of a method that is there.
pub fn method_key(method: &ShippingMethod) -> String {
    method.id.0.simple().to_string()
}

/// The key of a rate that is there: its class and its region, in letters that a form's name may have.
pub fn rate_key(region: Option<&str>, class: TaxClass) -> String {
    let region: String = region.unwrap_or_default().bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{}{region}", class.as_str())
}

impl PromotionQuery {
    pub const PATH: &str = "/admin/promotions";

    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        let state = one_of(&mut fields, "state", PromotionState::ALL, PromotionState::as_str);
        Self { state, before: fields.remove("before").and_then(|text| text.parse().ok()) }
    }

    pub fn href(&self) -> String {
        let state = self.state.map_or("", PromotionState::as_str).to_owned();
        href(Self::PATH, &[("state", state), ("before", self.before.map(|id| id.to_string()).unwrap_or_default())])
    }
}

impl PromotionState {
    pub const ALL: [Self; 5] = [Self::Running, Self::Scheduled, Self::Over, Self::UsedUp, Self::Off];

    /// As an address says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Scheduled => "scheduled",
            Self::Over => "over",
            Self::UsedUp => "used-up",
            Self::Off => "off",
        }
    }

    pub fn of(promotion: &Promotion, uses: u32, now: OffsetDateTime) -> Self {
        match promotion {
            Promotion { active: false, .. } => Self::Off,
            Promotion { ends_at: Some(end), .. } if now >= *end => Self::Over,
            Promotion { limit: Some(limit), .. } if uses >= *limit => Self::UsedUp,
            Promotion { starts_at: Some(start), .. } if now < *start => Self::Scheduled,
            _ => Self::Running,
        }
    }
}

impl ZoneRow {
    /// The zones in their order, each with what a zone before it decides in its place.
    pub fn of(zones: &[ShippingZone]) -> Vec<Self> {
        let before = |place: usize, country: &String| {
            let mut earlier = zones.iter().take(place);
            earlier.find(|zone| zone.countries.contains(country)).map(|zone| (country.clone(), zone.name.clone()))
        };
        let row = |(place, zone): (usize, &ShippingZone)| {
            let shadowed = zone.countries.iter().filter_map(|country| before(place, country)).collect();
            Self { zone: zone.clone(), shadowed }
        };
        zones.iter().enumerate().map(row).collect()
    }

    pub const fn id(&self) -> ShippingZoneId {
        self.zone.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PromotionKind;
    use time::Duration;

    #[test]
    fn a_promotion_stands_somewhere() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let (hour, id) = (Duration::HOUR, PromotionId(uuid::Uuid::nil()));
        let base = || Promotion::without_conditions(id, "Off".into(), PromotionKind::FreeShipping);
        let over = Promotion { ends_at: Some(now), ..base() };
        let soon = Promotion { starts_at: Some(now + hour), ..base() };
        for (promotion, uses, state) in [
            (base(), 9, PromotionState::Running),
            (Promotion { limit: Some(9), ..base() }, 8, PromotionState::Running),
            (Promotion { limit: Some(9), ..base() }, 9, PromotionState::UsedUp),
            (Promotion { starts_at: Some(now), ends_at: Some(now + hour), ..base() }, 0, PromotionState::Running),
            (soon.clone(), 0, PromotionState::Scheduled),
            (over.clone(), 0, PromotionState::Over),
            (Promotion { active: false, ..over }, 0, PromotionState::Off),
            (Promotion { active: false, ..soon }, 0, PromotionState::Off),
        ] {
            assert_eq!(PromotionState::of(&promotion, uses, now), state, "{promotion:?}");
        }
    }

    #[test]
    fn a_list_says_in_its_address_what_it_shows() {
        for address in [
            "/admin/promotions",
            "/admin/promotions?state=used-up",
            "/admin/promotions?state=off&before=0191d5a0-0000-7000-8000-000000000001",
        ] {
            assert_eq!(
                PromotionQuery::of_search(address.split_once('?').map_or("", |(_, query)| query)).href(),
                address
            );
        }
        assert_eq!(PromotionQuery::of_search("?state=ended&before=x"), PromotionQuery::default());
    }

    #[test]
    fn rows_are_found_by_their_fields() {
        let fields = ["m-a-name", "m-a-w0-price", "m-b-name", "name", "m-", "r-standard-rate"];
        let fields: Fields = fields.map(|name| (name.to_owned(), String::new())).into();
        assert_eq!(
            (row_keys(&fields, "m"), row_keys(&fields, "r")),
            (vec!["a".into(), "b".into()], vec!["standard".into()])
        );
        assert_eq!(
            (rate_key(None, TaxClass::Reduced), rate_key(Some("CA"), TaxClass::Standard)),
            ("reduced".into(), "standard4341".into())
        );
        assert_eq!(
            (method_field("a", "w0-price"), rate_field("b", "rate")),
            ("m-a-w0-price".into(), "r-b-rate".into())
        );
    }
}
