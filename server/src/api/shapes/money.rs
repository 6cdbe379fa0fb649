//! Money: an exact amount as text, with its currency's decimals, never a number, and its currency.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shop::domain::{Currency, Problem, Refusal};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{RefOr, schema::AdditionalProperties};
use utoipa::{PartialSchema, ToSchema};

#[derive(Debug, Serialize, ToSchema)]
pub struct Money {
    #[schema(pattern = r"^\d{1,11}(\.\d{2,3})?$", example = "12.34")]
    pub amount: String,
    /// ISO 4217
    #[schema(pattern = "^[A-Z]{3}$", example = "USD")]
    pub currency: String,
}

impl From<shop::domain::Money> for Money {
    fn from(money: shop::domain::Money) -> Self {
        Self { amount: money.amount().to_string(), currency: money.currency().code().to_owned() }
    }
}

/// A price as it may be given: `"12.34"`, or as prices are answered.
#[derive(Debug)]
pub struct PriceInput {
    pub amount: String,
    /// None: the shop's.
    pub currency: Option<String>,
}

impl PriceInput {
    pub fn of(money: shop::domain::Money) -> Self {
        Self { amount: money.amount().to_string(), currency: Some(money.currency().code().to_owned()) }
    }

    /// # Errors
    /// `Invalid` with the field, for what is no amount in this currency.
    pub fn read(&self, field: &str, currency: Currency) -> Result<shop::domain::Money, Refusal> {
        let ours = self.currency.as_deref().is_none_or(|code| code == currency.code());
        let money = shop::domain::Money::parse(&self.amount, currency).ok().filter(|_| ours);
        money.ok_or_else(|| Refusal::field(field, Problem::NotAnAmount { decimals: currency.decimals() }))
    }
}

/// As prices are answered.
impl Serialize for PriceInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { amount, currency } = self;
        match currency {
            Some(currency) => Money { amount: amount.clone(), currency: currency.clone() }.serialize(serializer),
            None => amount.serialize(serializer),
        }
    }
}

/// An amount as it may be given in a currency of two decimals; `document::completed` knows the shop's.
pub const AMOUNT: &str = r"^\d{1,9}(\.\d{1,2})?$";

impl PartialSchema for PriceInput {
    fn schema() -> RefOr<Schema> {
        let plain = || ObjectBuilder::new().schema_type(Type::String).pattern(Some(AMOUNT));
        let currency = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Z]{3}$"));
        let whole = ObjectBuilder::new()
            .property("amount", plain())
            .required("amount")
            .property("currency", currency)
            .required("currency")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        OneOfBuilder::new()
            .item(plain().examples(["12.34"]))
            .item(whole)
            .description(Some("An amount in the shop's currency, as text, at most 1000000; or as prices are answered"))
            .into()
    }
}

impl ToSchema for PriceInput {
    fn name() -> std::borrow::Cow<'static, str> {
        "Price".into()
    }
}

impl<'de> Deserialize<'de> for PriceInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = PriceInput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount as text, in quotation marks")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PriceInput, E> {
        Ok(PriceInput { amount: text.to_owned(), currency: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PriceInput, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Whole {
            amount: String,
            currency: String,
        }
        let whole = Whole::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(PriceInput { amount: whole.amount, currency: Some(whole.currency) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_text_or_money_and_never_a_number() {
        let read = |json: &str| serde_json::from_str::<PriceInput>(json).map(|p| (p.amount, p.currency));
        assert_eq!(read(r#""12.34""#).unwrap(), ("12.34".into(), None));
        assert_eq!(read(r#"{"amount":"1","currency":"EUR"}"#).unwrap(), ("1".into(), Some("EUR".into())));
        for bad in ["12.34", "null", "[]", r#"{"amount":"1"}"#, r#"{"amount":1,"currency":"USD"}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
