//! A postal address: what of it is kept, and how it is read as it was typed.

use serde::{Deserialize, Serialize};

use super::super::{FieldReader, Problem, Refusal, VatNumber, clean_line};
use super::countries;
use super::format::{AddressFormat, AddressPart};

/// A postal address, every line trimmed and bounded. What was kept by an earlier release reads as it is: the rules of a
/// country are for what is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingAddress {
    pub name: String,
    pub line1: String,
    #[serde(default)]
    pub line2: Option<String>,
    /// None where a country's addresses have none. Kept as an empty text, which release 0.2 reads.
    #[serde(default, with = "empty_is_none")]
    pub city: Option<String>,
    /// The code of the state (`CA`, `BY`), where the country's are known; else as it was typed.
    #[serde(default)]
    pub region: Option<String>,
    /// None where a country has none, or none was given where it may be left out. Kept as `city` is.
    #[serde(default, with = "empty_is_none")]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The part of the city, where addresses have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// As it was typed, within the EU in the shape of its numbers: whether it counts is for the tax rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// The fields as they were typed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'a> {
    pub name: &'a str,
    pub company: &'a str,
    pub line1: &'a str,
    pub line2: &'a str,
    pub district: &'a str,
    pub city: &'a str,
    pub region: &'a str,
    pub postal_code: &'a str,
    pub country: &'a str,
    pub phone: &'a str,
    pub tax_number: &'a str,
}

impl ShippingAddress {
    /// The most characters of each line.
    pub const NAME_MAX: u32 = 100;
    pub const COMPANY_MAX: u32 = 100;
    pub const LINE_MAX: u32 = 120;
    pub const TOWN_MAX: u32 = 80;
    pub const POSTAL_CODE_MAX: u32 = 16;
    pub const PHONE_MAX: u32 = 30;
    pub const TAX_NUMBER_MAX: u32 = 30;

    /// Reads it by the rules of its country. A postal code is not kept where the country has none; any other part that
    /// its addresses do not have is kept as it was typed.
    ///
    /// # Errors
    /// `Invalid` with every field that is missing, too long, garbled, no country, or not of this country.
    pub fn parse(typed: Typed<'_>) -> Result<Self, Refusal> {
        let format = AddressFormat::of(typed.country.trim());
        let mut fields = FieldReader::default();
        let name = fields.required("name", typed.name, Self::NAME_MAX);
        let company = fields.optional("company", typed.company, Self::COMPANY_MAX);
        let line1 = fields.required("line1", typed.line1, Self::LINE_MAX);
        let line2 = fields.optional("line2", typed.line2, Self::LINE_MAX);
        let district = fields.read("district", format.read(AddressPart::District, typed.district, Self::TOWN_MAX));
        let city = fields.read("city", format.read(AddressPart::City, typed.city, Self::TOWN_MAX));
        let region = fields.read("region", format.read_region(typed.region, Self::TOWN_MAX));
        let postal_code = fields.read("postal_code", format.read_postal_code(typed.postal_code, Self::POSTAL_CODE_MAX));
        let country = fields.read("country", Self::read_country(typed.country));
        let phone = fields.read("phone", Self::read_phone(typed.phone));
        let tax_number = fields.optional("tax_number", typed.tax_number, Self::TAX_NUMBER_MAX);
        if let (Some(Some(number)), Some(country)) = (&tax_number, &country) {
            fields.read("tax_number", VatNumber::check_in(country, number));
        }
        let address = (|| {
            Some(Self {
                name: name?,
                line1: line1?,
                line2: line2?,
                city: city?,
                region: region?,
                postal_code: postal_code?,
                country: country?,
                district: district?,
                company: company?,
                tax_number: tax_number?,
                phone: phone?,
            })
        })();
        fields.finish(address)
    }

    /// Code and name of every country, by name.
    pub fn countries() -> impl Iterator<Item = (&'static str, &'static str)> {
        countries::all()
    }

    pub fn country_name(&self) -> &str {
        Self::name_of_country(&self.country).unwrap_or(&self.country)
    }

    pub fn name_of_country(code: &str) -> Option<&'static str> {
        countries::name_of(code)
    }

    /// The code of a country.
    ///
    /// # Errors
    /// `Required`, `NotACountry`.
    pub fn read_country(typed: &str) -> Result<String, Problem> {
        match typed.trim() {
            "" => Err(Problem::Required),
            code => countries::name_of(code).map(|_| code.to_owned()).ok_or(Problem::NotACountry),
        }
    }

    /// Digits and what stands between them, or nothing; whom it rings is not checked.
    ///
    /// # Errors
    /// `NotAPhone`, `TooLong`, `BadCharacters`.
    pub fn read_phone(typed: &str) -> Result<Option<String>, Problem> {
        let phone = clean_line(typed, Self::PHONE_MAX)?;
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        let is_spelt = phone.chars().enumerate().all(|(place, c)| match c {
            '+' => place == 0,
            c => c.is_ascii_digit() || " -./()".contains(c),
        });
        match phone.as_str() {
            "" => Ok(None),
            _ if is_spelt && digits >= 5 => Ok(Some(phone)),
            _ => Err(Problem::NotAPhone),
        }
    }
}

/// Whether the law that protects who orders has words for the button, and lets a consumer withdraw: it does where the order is
/// sent, or where whoever is billed lives. Pages and mail ask this one.
pub fn order_law_holds(sent_to: Option<&ShippingAddress>, billed: Option<&ShippingAddress>) -> bool {
    [sent_to, billed].into_iter().flatten().any(|address| countries::has_order_law(&address.country))
}

/// None as an empty text, and what is missing, null or empty as none.
mod empty_is_none {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "the signature that serde calls")]
    pub fn serialize<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text.as_deref().unwrap_or_default())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()))
    }
}
