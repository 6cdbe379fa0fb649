//! Tables of addresses by country, and what holds for all of them.

use proptest::prelude::*;

use super::letters::is_latin;
use super::postal_code::compile;
use super::*;
use crate::domain::{Problem, Refusal};

const TYPED: Typed<'_> = Typed {
    name: " Ada  Lovelace ",
    company: "",
    line1: "12 St James's Square",
    line2: "",
    district: "",
    city: "London",
    region: "",
    postal_code: "SW1Y 4JH",
    country: "GB",
    phone: "",
    tax_number: "",
};

const NAMED: Typed<'_> = Typed { name: "A. Person", ..EMPTY };
const EMPTY: Typed<'_> = Typed {
    name: "",
    company: "",
    line1: "",
    line2: "",
    district: "",
    city: "",
    region: "",
    postal_code: "",
    country: "",
    phone: "",
    tax_number: "",
};

fn problems(typed: Typed<'_>) -> Vec<(String, Problem)> {
    let Err(Refusal::Invalid { fields }) = ShippingAddress::parse(typed) else { panic!("not refused: {typed:?}") };
    fields.into_iter().map(|f| (f.field, f.problem)).collect()
}

#[test]
fn an_address_is_trimmed_and_written_as_on_a_parcel() {
    let address = ShippingAddress::parse(TYPED).unwrap();
    assert_eq!(address.lines(), ["Ada Lovelace", "12 St James's Square", "London", "SW1Y 4JH", "United Kingdom"]);
}

#[test]
fn each_country_asks_for_its_parts_in_its_order_by_its_names() {
    for (country, fields) in [
        ("DE", "Full name*, Company, Address*, Postal code*, City*"),
        ("US", "Full name*, Company, Address*, City*, State*, ZIP code*"),
        ("ID", "Full name*, Company, Address*, City, Province*, Postal code"),
        ("GB", "Full name*, Company, Address*, Town or city*, Postal code*"),
        ("JP", "Company, Full name*, Postal code*, Prefecture*, Address*"),
        ("IE", "Full name*, Company, Address*, Townland, City*, County, Eircode"),
        ("BR", "Company, Full name*, Address*, Neighbourhood, City*, State*, Postal code*"),
        ("IN", "Full name*, Company, Address*, City*, PIN code*, State*"),
        ("HK", "Company, Full name*, Area*, District, Address*"),
        ("AE", "Full name*, Company, Address*, Emirate*"),
        ("FR", "Company, Full name*, Address*, Postal code*, City*"),
        ("AU", "Company, Full name*, Address*, Suburb*, State*, Postal code*"),
        ("", "Full name*, Company, Address*, Postal code, City*, State or region"),
    ] {
        let format = AddressFormat::of(country);
        let field = |part| format!("{}{}", format.label(part), if format.is_required(part) { "*" } else { "" });
        assert_eq!(format.parts().into_iter().map(field).collect::<Vec<_>>().join(", "), fields, "{country}");
    }
    for (country, part, label) in [
        ("KR", AddressPart::District, "District"),
        ("MY", AddressPart::District, "Village or township"),
        ("CO", AddressPart::Region, "Department"),
        ("NR", AddressPart::Region, "District"),
        ("BS", AddressPart::Region, "Island"),
        ("UA", AddressPart::Region, "Oblast"),
        ("BB", AddressPart::Region, "Parish"),
    ] {
        assert_eq!(AddressFormat::of(country).label(part), label, "{country}");
    }
}

#[test]
fn each_country_writes_its_addresses_its_own_way() {
    let lines = |typed| ShippingAddress::parse(typed).unwrap().lines();
    let de = Typed { line1: "Friedrichstr. 43", city: "Berlin", postal_code: "10117", country: "DE", ..NAMED };
    assert_eq!(lines(de), ["A. Person", "Friedrichstr. 43", "10117 Berlin", "Germany"]);
    let us = Typed {
        company: "Acme",
        line1: "1 Main St",
        line2: "Apt 4",
        city: "Mountain View",
        region: "california",
        postal_code: "94043",
        country: "US",
        ..NAMED
    };
    assert_eq!(lines(us), ["A. Person", "Acme", "1 Main St", "Apt 4", "Mountain View, CA 94043", "United States"]);
    let id =
        Typed { line1: "Jl. Sudirman 1", city: "Bandung", region: "JB", postal_code: "40115", country: "ID", ..NAMED };
    assert_eq!(lines(id), ["A. Person", "Jl. Sudirman 1", "Bandung", "Jawa Barat 40115", "Indonesia"]);
    assert_eq!(lines(Typed { city: "", postal_code: "", ..id })[2..], ["Jawa Barat", "Indonesia"]);
    let ie = Typed {
        line1: "1 Main St",
        district: "Rathmines",
        city: "Dublin",
        region: "co. dublin",
        postal_code: "d6wxy00",
        country: "IE",
        ..NAMED
    };
    assert_eq!(lines(ie), ["A. Person", "1 Main St", "Rathmines", "Dublin", "Co. Dublin", "D6W XY00", "Ireland"]);
    let br = Typed {
        line1: "Rua Augusta 10",
        district: "Consolação",
        city: "São Paulo",
        region: "sao paulo",
        postal_code: "01305000",
        country: "BR",
        ..NAMED
    };
    assert_eq!(lines(br), ["A. Person", "Rua Augusta 10", "Consolação", "São Paulo-SP", "01305-000", "Brazil"]);
    let ind =
        Typed { line1: "5 MG Road", city: "Bengaluru", region: "KA", postal_code: "560001", country: "IN", ..NAMED };
    assert_eq!(lines(ind), ["A. Person", "5 MG Road", "Bengaluru 560001", "Karnataka", "India"]);
    let hk = Typed { line1: "1 Queen's Road", city: "Central", region: "Hong Kong Island", country: "HK", ..NAMED };
    assert_eq!(lines(hk), ["A. Person", "1 Queen's Road", "Central", "Hong Kong Island", "Hong Kong"]);
    let here = Typed { line1: "皇后大道中1號", city: "中環", region: "香港島", ..hk };
    assert_eq!(lines(here), ["香港島", "中環", "皇后大道中1號", "A. Person", "Hong Kong"]);
    let ae = Typed { line1: "Al Wasl Road 1", region: "Dubai", country: "AE", ..NAMED };
    assert_eq!(lines(ae), ["A. Person", "Al Wasl Road 1", "Dubai", "United Arab Emirates"]);
    let jp =
        Typed { line1: "1-1 Chiyoda", region: "tokyo", postal_code: "１０００００１", country: "JP", ..NAMED };
    assert_eq!(lines(jp), ["A. Person", "1-1 Chiyoda, Tokyo", "100-0001", "Japan"]);
    let there = Typed { name: "夏目", line1: "千代田1-1", ..jp };
    assert_eq!(lines(there), ["〒100-0001", "東京都", "千代田1-1", "夏目", "Japan"]);
    let fi = Typed { line1: "Esplanadi 1", city: "Helsinki", postal_code: "fi-00100", country: "FI", ..NAMED };
    assert_eq!(lines(fi), ["A. Person", "Esplanadi 1", "FI-00100 Helsinki", "Finland"]);
    let sg = Typed { line1: "1 Raffles Place", postal_code: "048616", country: "SG", ..NAMED };
    assert_eq!(lines(sg), ["A. Person", "1 Raffles Place", "SINGAPORE 048616", "Singapore"]);
}

#[test]
fn the_postal_code_is_one_of_the_country() {
    let read = |country, code| AddressFormat::of(country).read_postal_code(code, 16);
    for (country, typed, kept) in [
        ("DE", " 10117", "10117"),
        ("DE", "DE-10117", "10117"),
        ("GB", "sw1y4jh", "SW1Y 4JH"),
        ("GB", "W1A  4ZZ", "W1A 4ZZ"),
        ("GB", "m2-5bq", "M2 5BQ"),
        ("US", "94043", "94043"),
        ("US", "940431234", "94043-1234"),
        ("NL", "1234ab", "1234 AB"),
        ("CA", "h3z2y7", "H3Z 2Y7"),
        ("JP", "〒154‐0023", "154-0023"),
        ("PL", "00950", "00-950"),
        ("SE", "SE-114 55", "11455"),
        ("LV", "lv1073", "LV-1073"),
        ("LI", "FL-9490", "9490"),
    ] {
        assert_eq!(read(country, typed), Ok(Some(kept.into())), "{country} {typed}");
    }
    for (country, foreign) in [
        ("DE", "SW1Y 4JH"),
        ("DE", "1011"),
        ("GB", "10117"),
        ("US", "9404"),
        ("US", "H3Z 2Y7"),
        ("IN", "40115"),
        ("ID", "560001"),
        ("JP", "10117"),
        ("BR", "10117"),
    ] {
        let example = AddressFormat::of(country).postal_code_example().unwrap().to_owned();
        assert_eq!(read(country, foreign), Err(Problem::NotAPostalCode { example }), "{country} {foreign}");
    }
    assert_eq!((read("HK", ""), read("AE", "00000")), (Ok(None), Ok(None)), "none is asked where there is none");
    assert_eq!((read("ID", ""), read("DE", "")), (Ok(None), Err(Problem::Required)));
    let any = |typed| AddressFormat::of("DE").read_any_postal_code(typed, 16);
    assert_eq!((any(" "), any("DE-10117")), (Ok(None), Ok(Some("10117".into()))));
    assert_eq!(any("1"), Err(Problem::NotAPostalCode { example: "26133".into() }));
    // With no country chosen, nothing is known of it.
    assert_eq!(read("", "any 1"), Ok(Some("any 1".into())));
}

#[test]
fn a_state_is_known_by_its_code_and_its_names_and_kept_by_its_code() {
    let read = |country, typed| AddressFormat::of(country).read_region(typed, 80);
    for (country, typed, code) in [
        ("US", "CA", "CA"),
        ("US", "california", "CA"),
        ("BR", "São Paulo", "SP"),
        ("BR", "sao paulo", "SP"),
        ("IN", "Karnataka", "KA"),
        ("ID", "West Java", "JB"),
        ("ID", "jawa barat", "JB"),
        ("JP", "東京都", "13"),
        ("JP", "Tokyo", "13"),
        ("AE", "Dubai", "DU"),
        ("HK", "九龍", "Kowloon"),
        ("IE", "D", "D"),
        ("DE", "Bayern", "Bayern"),
    ] {
        assert_eq!(read(country, typed), Ok(Some(code.into())), "{country} {typed}");
    }
    assert_eq!(read("US", "Bavaria"), Err(Problem::NotAChoice));
    assert_eq!((read("US", " "), read("IE", ""), read("DE", "")), (Err(Problem::Required), Ok(None), Ok(None)));
    let label = |country, code| AddressFormat::of(country).region(code).unwrap().label();
    assert_eq!(label("US", "CA"), "California");
    assert_eq!((label("JP", "13"), label("HK", "Kowloon")), ("東京都 (Tokyo)".into(), "九龍 (Kowloon)".into()));
    assert_eq!((label("ID", "YO"), label("AE", "DU")), ("Daerah Istimewa Yogyakarta".into(), "دبي (Dubai)".into()));
    assert_eq!(label("MX", "AGU"), "Aguascalientes");
    assert_eq!((AddressFormat::of("AE").regions().len(), AddressFormat::of("DE").regions().len()), (7, 0));
    assert!(is_latin("\u{24f} 1") && !is_latin("\u{250}"), "phonetic signs are no names");
}

#[test]
fn each_field_tells_its_own_problem() {
    let typed =
        Typed { name: "", city: "a\0b", country: "XX", postal_code: &"9".repeat(17), phone: "call me", ..TYPED };
    assert_eq!(
        problems(typed),
        [
            ("name".into(), Problem::Required),
            ("city".into(), Problem::BadCharacters),
            ("postal_code".into(), Problem::TooLong { max: 16 }),
            ("country".into(), Problem::NotACountry),
            ("phone".into(), Problem::NotAPhone),
        ]
    );
    let typed = Typed { company: &"x".repeat(101), tax_number: &"x".repeat(31), district: &"x".repeat(81), ..TYPED };
    let long: Vec<_> = problems(typed).into_iter().map(|(field, _)| field).collect();
    assert_eq!(long, ["company", "district", "tax_number"]);
    let billing = ShippingAddress::parse(Typed { city: "", ..TYPED }).unwrap_err().within("billing");
    assert_eq!(billing, Refusal::field("billing[city]", Problem::Required));
    let missing: Vec<_> = problems(Typed { country: "US", ..EMPTY }).into_iter().map(|(field, _)| field).collect();
    assert_eq!(missing, ["name", "line1", "city", "region", "postal_code"]);
}

#[test]
fn a_phone_is_digits_and_what_stands_between_them() {
    for good in ["", "+49 30 1234567", "(030) 123-4567", "030/123.45", "+62 812 3456 789"] {
        assert!(ShippingAddress::parse(Typed { phone: good, ..TYPED }).is_ok(), "{good}");
    }
    for bad in ["1234", "12345x", "1+2345", "+", "☎ 12345", "12345;12345"] {
        assert_eq!(problems(Typed { phone: bad, ..TYPED }), [("phone".into(), Problem::NotAPhone)], "{bad}");
    }
}

#[test]
fn what_release_0_2_kept_is_read_as_it_is_and_it_reads_what_is_kept_now() {
    let old = serde_json::json!({
        "name": "Ada", "line1": "12 St James's Square", "line2": null, "city": "London", "region": "Greater London",
        "postal_code": "none of ours", "country": "GB"
    });
    let address: ShippingAddress = serde_json::from_value(old.clone()).unwrap();
    assert_eq!(
        address.lines(),
        ["Ada", "12 St James's Square", "London", "none of ours", "Greater London", "United Kingdom"],
        "what the country's addresses do not have is not lost"
    );
    assert_eq!(serde_json::to_value(&address).unwrap(), old, "no field more: what was reviewed there is the same here");
    let typed = Typed { line1: "Al Wasl Road 1", region: "Dubai", country: "AE", company: "Acme", ..NAMED };
    let kept = serde_json::to_value(ShippingAddress::parse(typed).unwrap()).unwrap();
    assert!(kept["city"] == "" && kept["postal_code"] == "", "0.2 wants texts: {kept}");
    let again: ShippingAddress = serde_json::from_value(kept).unwrap();
    assert_eq!((again.city, again.postal_code, again.company), (None, None, Some("Acme".into())));
}

#[test]
fn the_data_is_what_the_code_takes_it_for() {
    let known: Vec<_> = AddressFormat::all().collect();
    assert!(known.len() > 240, "{}", known.len());
    for (country, format) in &known {
        let parts = format.parts();
        assert!(parts.contains(&AddressPart::Street), "{country}");
        let latin = format.latin.unwrap_or(format.local);
        for (place, letter) in latin.match_indices('%').map(|(i, _)| (i, latin[i + 1..].chars().next().unwrap())) {
            let part = AddressPart::of_letter(letter);
            assert!(letter == 'n' || part.is_some_and(|p| parts.contains(&p)), "{country} {latin} at {place}");
        }
        let mut codes: Vec<_> = format.regions().iter().map(|region| region.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), format.regions().len(), "{country} has a code twice");
        assert!(codes.iter().all(|code| !code.is_empty() && code.chars().count() <= 80), "{country} {codes:?}");
        if let Some(codes) = format.postal_codes() {
            assert!(!codes.examples().is_empty(), "{country} has no example");
        }
    }
    let without: Vec<_> =
        ShippingAddress::countries().map(|(c, _)| c).filter(|c| !known.iter().any(|(k, _)| k == c)).collect();
    assert_eq!(without, [""; 0], "countries of which nothing is known");
}

#[test]
fn every_countrys_own_examples_are_postal_codes_of_it() {
    for (country, format) in AddressFormat::all() {
        for example in format.postal_codes().into_iter().flat_map(|codes| codes.examples()) {
            assert_eq!(format.read_postal_code(example, 16), Ok(Some((*example).to_owned())), "{country}");
            let squeezed: String = example.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
            assert_eq!(
                format.read_postal_code(&squeezed.to_lowercase(), 16),
                Ok(Some((*example).to_owned())),
                "{country}"
            );
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_nothing_breaks_and_what_is_kept_is_kept_again(
        country in prop::sample::select(ShippingAddress::countries().map(|(code, _)| code).collect::<Vec<_>>()),
        texts in prop::collection::vec("[ -~äöß東京都〒１0-9]{0,20}", 6),
    ) {
        let typed = Typed {
            name: "A", line1: &texts[0], line2: &texts[1], district: &texts[2], city: &texts[3], region: &texts[4],
            postal_code: &texts[5], country, ..EMPTY
        };
        if let Ok(address) = ShippingAddress::parse(typed) {
            let lines = address.lines();
            prop_assert!(lines.iter().all(|line| !line.is_empty()) && lines.iter().any(|l| l.contains(&address.line1)));
            for part in [&address.district, &address.city, &address.postal_code].into_iter().flatten() {
                prop_assert!(lines.iter().any(|line| line.contains(part)), "{part} of {lines:?}");
            }
            let text = |part: &Option<String>| part.clone().unwrap_or_default();
            let again = ShippingAddress::parse(Typed {
                name: &address.name, line1: &address.line1, line2: &text(&address.line2),
                district: &text(&address.district), city: &text(&address.city), region: &text(&address.region),
                postal_code: &text(&address.postal_code), country, ..EMPTY
            });
            prop_assert_eq!(again, Ok(address));
        }
    }

    #[test]
    fn a_code_of_the_pattern_is_a_postal_code(
        place in any::<prop::sample::Index>(),
        digits in "[0-9]{8}",
    ) {
        let known: Vec<_> = AddressFormat::all().filter(|(_, f)| f.postal_codes().is_some()).collect();
        let (country, format) = place.get(&known);
        // Other digits in the place of an example's: what is taken is written as the example is.
        let example = format.postal_code_example().unwrap();
        let mut digits = digits.chars();
        let code: String = example.chars().map(|c| if c.is_ascii_digit() { digits.next().unwrap_or('0') } else { c }).collect();
        if let Ok(Some(kept)) = format.read_postal_code(&code, 16) {
            prop_assert_eq!(kept, code, "{}", country);
        }
    }
}

#[test]
fn every_pattern_compiles() {
    for (country, format) in AddressFormat::all() {
        if let Some(codes) = format.postal_codes() {
            assert!(compile(codes.pattern()).is_ok(), "{country}");
        }
    }
}

#[test]
fn the_law_of_orders_holds_where_one_is_sent_or_whoever_is_billed_lives() {
    let in_country = |country: &str| {
        let address = Typed { line1: "1 Main Street", country, ..NAMED };
        let (city, postal_code, region) = match country {
            "GB" => ("London", "SW1Y 4JH", ""),
            "DE" => ("Berlin", "10117", ""),
            _ => ("Austin", "78701", "TX"),
        };
        ShippingAddress::parse(Typed { city, postal_code, region, ..address }).unwrap()
    };
    for (sent_to, billed, holds) in [
        (Some("DE"), None, true),
        (Some("US"), None, false),
        (Some("US"), Some("DE"), true),
        (Some("GB"), Some("US"), true),
        (Some("US"), Some("US"), false),
        (None, Some("DE"), true),
        (None, None, false),
    ] {
        let (sent_to, billed) = (sent_to.map(in_country), billed.map(in_country));
        assert_eq!(order_law_holds(sent_to.as_ref(), billed.as_ref()), holds, "{sent_to:?} {billed:?}");
    }
}
