//! The countries of the world, as a list to choose from.

use std::sync::LazyLock;

use super::super::Slug;

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

/// Where the button of an order has to say that it obliges to pay, and a consumer may withdraw from it: the EU (articles 8
/// and 9 of Directive 2011/83/EU), its economic area, and the United Kingdom (regulations 14 and 29 of the Consumer Contracts
/// Regulations 2013). Regions of the EU with a code of their own (article 355 of its treaty) are among them.
const ORDER_LAW: [&str; 38] = [
    "AT", "AX", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GF", "GP", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MF", "MQ", "MT", "NL", "NO", "PL", "PT", "RE", "RO", "SE", "SI", "SK", "YT",
];

pub fn has_order_law(code: &str) -> bool {
    ORDER_LAW.contains(&code)
}

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

/// Code and name of every country, by name.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    COUNTRIES.iter().copied()
}

pub(super) fn name_of(code: &str) -> Option<&'static str> {
    all().find(|(known, _)| *known == code).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_standard_says_it_at_length_the_list_says_it_briefly() {
        let names: Vec<_> = all().map(|(_, name)| name).collect();
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
    fn the_law_of_orders_holds_in_europe_and_names_each_country_once() {
        for (code, holds) in [
            ("DE", true),
            ("GR", true),
            ("NO", true),
            ("GB", true),
            ("US", false),
            ("CH", false),
            ("ID", false),
            ("", false),
        ] {
            assert_eq!(has_order_law(code), holds, "{code}");
        }
        assert!(ORDER_LAW.iter().all(|code| name_of(code).is_some()) && ORDER_LAW.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn every_country_is_in_the_list_once_by_the_name_people_look_for() {
        let countries: Vec<_> = all().collect();
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
