//! Where an order goes: copied onto the order, never joined to it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{FieldReader, Problem, Refusal, Slug};

/// Codes of ISO 3166-1 alpha-2 with their English names, by name. Kosovo has no code of the standard yet; the one that
/// posts use stands here.
static COUNTRIES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let all = iso_country::data::all().into_iter().map(|country| (country.alpha2, country.name));
    let called = |(code, name)| (code, everyday_name(code).unwrap_or(name));
    let mut countries: Vec<_> = all.map(called).chain([("XK", "Kosovo")]).collect();
    // Without accents, as people look them up: Åland stands before Albania.
    countries.sort_by_cached_key(|(_, name)| Slug::of_name(name).as_str().to_owned());
    countries
});

/// What people look for in a list, where the standard's name is another or has changed since.
fn everyday_name(code: &str) -> Option<&'static str> {
    Some(match code {
        "BN" => "Brunei",
        "BO" => "Bolivia",
        "BQ" => "Caribbean Netherlands",
        "CC" => "Cocos Islands",
        "CD" => "Congo, Kinshasa",
        "CG" => "Congo, Brazzaville",
        "CZ" => "Czechia",
        "FM" => "Micronesia",
        "GB" => "United Kingdom",
        "IR" => "Iran",
        "KP" => "North Korea",
        "KR" => "South Korea",
        "LA" => "Laos",
        "MD" => "Moldova",
        "MF" => "Saint Martin",
        "MK" => "North Macedonia",
        "PS" => "Palestine",
        "RU" => "Russia",
        "SX" => "Sint Maarten",
        "SY" => "Syria",
        "SZ" => "Eswatini",
        "TR" => "Türkiye",
        "TW" => "Taiwan",
        "TZ" => "Tanzania",
        "US" => "United States",
        "VA" => "Vatican City",
        "VE" => "Venezuela",
        "VG" => "British Virgin Islands",
        "VI" => "U.S. Virgin Islands",
        "VN" => "Vietnam",
        _ => return None,
    })
}

/// A postal address, every line trimmed and bounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingAddress {
    pub name: String,
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// The fields as they were typed, in the order of the form.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    pub name: &'a str,
    pub line1: &'a str,
    pub line2: &'a str,
    pub city: &'a str,
    pub region: &'a str,
    pub postal_code: &'a str,
    pub country: &'a str,
}

impl ShippingAddress {
    /// The most characters of each line.
    pub const NAME_MAX: u32 = 100;
    pub const LINE_MAX: u32 = 120;
    pub const TOWN_MAX: u32 = 80;
    pub const POSTAL_CODE_MAX: u32 = 16;

    /// # Errors
    /// `Invalid` with every field that is missing, too long, garbled, or no country.
    pub fn parse(typed: Typed<'_>) -> Result<Self, Refusal> {
        let mut fields = FieldReader::default();
        let name = fields.required("name", typed.name, Self::NAME_MAX);
        let line1 = fields.required("line1", typed.line1, Self::LINE_MAX);
        let line2 = fields.optional("line2", typed.line2, Self::LINE_MAX);
        let city = fields.required("city", typed.city, Self::TOWN_MAX);
        let region = fields.optional("region", typed.region, Self::TOWN_MAX);
        let postal_code = fields.required("postal_code", typed.postal_code, Self::POSTAL_CODE_MAX);
        let country = match typed.country.trim() {
            "" => Err(Problem::Required),
            code => Self::countries().find(|(c, _)| *c == code).map(|(c, _)| c.to_owned()).ok_or(Problem::NotACountry),
        };
        let country = fields.read("country", country);
        let address = (|| {
            Some(Self {
                name: name?,
                line1: line1?,
                line2: line2?,
                city: city?,
                region: region?,
                postal_code: postal_code?,
                country: country?,
            })
        })();
        fields.finish(address)
    }

    /// Code and name of every country, by name.
    pub fn countries() -> impl Iterator<Item = (&'static str, &'static str)> {
        COUNTRIES.iter().copied()
    }

    pub fn country_name(&self) -> &str {
        Self::countries().find(|(code, _)| *code == self.country).map_or(&self.country, |(_, name)| name)
    }

    /// The address as it is written on a parcel.
    pub fn lines(&self) -> Vec<String> {
        let town = match &self.region {
            Some(region) => format!("{}, {} {}", self.city, region, self.postal_code),
            None => format!("{} {}", self.postal_code, self.city),
        };
        let parts = [Some(&self.name), Some(&self.line1), self.line2.as_ref(), Some(&town)];
        parts.into_iter().flatten().cloned().chain([self.country_name().to_owned()]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPED: Typed<'_> = Typed {
        name: " Ada  Lovelace ",
        line1: "12 St James's Square",
        line2: "",
        city: "London",
        region: "",
        postal_code: "SW1Y 4JH",
        country: "GB",
    };

    #[test]
    fn an_address_is_trimmed_and_written_as_on_a_parcel() {
        let address = ShippingAddress::parse(TYPED).unwrap();
        assert_eq!(address.lines(), ["Ada Lovelace", "12 St James's Square", "SW1Y 4JH London", "United Kingdom"]);
    }

    #[test]
    fn each_field_tells_its_own_problem() {
        let typed = Typed { name: "", city: "a\0b", country: "XX", postal_code: &"9".repeat(17), ..TYPED };
        let refusal = ShippingAddress::parse(typed).unwrap_err();
        assert_eq!(refusal.problem_of("name"), Some(&Problem::Required));
        assert_eq!(refusal.problem_of("city"), Some(&Problem::BadCharacters));
        assert_eq!(refusal.problem_of("country"), Some(&Problem::NotACountry));
        assert_eq!(refusal.problem_of("postal_code"), Some(&Problem::TooLong { max: 16 }));
        assert_eq!(refusal.problem_of("line1"), None);
    }

    #[test]
    fn where_the_standard_says_it_at_length_the_list_says_it_briefly() {
        let names: Vec<_> = ShippingAddress::countries().map(|(_, name)| name).collect();
        for name in [
            "Bolivia",
            "British Virgin Islands",
            "Brunei",
            "Caribbean Netherlands",
            "Cocos Islands",
            "Congo, Brazzaville",
            "Congo, Kinshasa",
            "Czechia",
            "Eswatini",
            "Iran",
            "Laos",
            "Micronesia",
            "Moldova",
            "North Korea",
            "North Macedonia",
            "Palestine",
            "Russia",
            "Saint Martin",
            "Sint Maarten",
            "South Korea",
            "Syria",
            "Taiwan",
            "Tanzania",
            "Türkiye",
            "U.S. Virgin Islands",
            "United Kingdom",
            "United States",
            "Vatican City",
            "Venezuela",
            "Vietnam",
        ] {
            assert!(names.contains(&name), "{name}");
        }
    }

    #[test]
    fn every_country_is_in_the_list_once_by_the_name_people_look_for() {
        let countries: Vec<_> = ShippingAddress::countries().collect();
        assert_eq!(countries.len(), 250);
        for known in
            [("ID", "Indonesia"), ("IN", "India"), ("BR", "Brazil"), ("GB", "United Kingdom"), ("CZ", "Czechia")]
        {
            assert!(countries.contains(&known), "{known:?}");
        }
        assert!(countries.iter().all(|(code, name)| code.len() == 2 && !name.contains(['(', '['])), "{countries:?}");
        let mut names: Vec<_> = countries.iter().map(|(_, name)| *name).collect();
        assert_eq!(names[..3], ["Afghanistan", "Åland Islands", "Albania"]);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 250);
    }
}
