//! Who carries parcels, and where each of them tells where a parcel is.

use super::Problem;

/// Code, name, and the page of a parcel, with `{}` where its number goes.
const CARRIERS: [(&str, &str, &str); 9] = [
    ("canada_post", "Canada Post", "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}"),
    ("dhl", "DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}"),
    ("dpd", "DPD", "https://tracking.dpd.de/status/en_US/parcel/{}"),
    ("fedex", "FedEx", "https://www.fedex.com/fedextrack/?trknbr={}"),
    ("gls", "GLS", "https://gls-group.com/GROUP/en/parcel-tracking?match={}"),
    ("la_poste", "La Poste", "https://www.laposte.fr/outils/suivre-vos-envois?code={}"),
    ("royal_mail", "Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
    ("ups", "UPS", "https://www.ups.com/track?tracknum={}"),
    ("usps", "USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
];

/// The name of the carrier with this code; a carrier that the shop does not know is called as it was called.
pub fn carrier_name(carrier: &str) -> &str {
    CARRIERS.iter().find(|(code, ..)| *code == carrier).map_or(carrier, |(_, name, _)| name)
}

/// The names of the carriers that the shop knows.
pub fn carrier_names() -> impl Iterator<Item = &'static str> {
    CARRIERS.iter().map(|(_, name, _)| *name)
}

/// The code of the carrier with this name, in whatever case; one that the shop does not know stays as it is called.
pub fn carrier_code(name: &str) -> &str {
    let name = name.trim();
    CARRIERS.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name)).map_or(name, |(code, ..)| code)
}

/// Where the carrier with this code tells where the parcel is.
pub fn tracking_url(carrier: &str, number: &str) -> Option<String> {
    let (.., template) = CARRIERS.iter().find(|(code, ..)| *code == carrier)?;
    // It goes into an address, whatever it went through.
    parse_tracking_number(number).ok().map(|number| template.replace("{}", &number))
}

/// Letters, digits and hyphens, 4 to 40; spaces between them are left out.
///
/// # Errors
/// `NotATrackingNumber` for anything else.
pub fn parse_tracking_number(text: &str) -> Result<String, Problem> {
    let number: String = text.chars().filter(|c| *c != ' ').collect();
    let is_plain = number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_plain && (4..=40).contains(&number.len()) { Ok(number) } else { Err(Problem::NotATrackingNumber) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tracking_number_is_no_markup_and_no_address() {
        assert_eq!(parse_tracking_number(" 1Z 999 AA1 01-2345 "), Ok("1Z999AA101-2345".into()));
        for wrong in [
            "",
            "123",
            "<b>1234</b>",
            "1234&x=1",
            "../../x1",
            "1234\n5678",
            "javascript:alert(1)",
            "12345\u{202e}",
            "1234/5678",
            "12345678901234567890123456789012345678901",
        ] {
            assert_eq!(parse_tracking_number(wrong), Err(Problem::NotATrackingNumber), "{wrong:?}");
            assert_eq!(tracking_url("ups", wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_known_carrier_has_a_name_and_a_page_and_an_unknown_one_its_own_name() {
        for (code, name, template) in CARRIERS {
            assert_eq!((carrier_name(code), carrier_code(&format!(" {} ", name.to_lowercase()))), (name, code));
            assert!(template.starts_with("https://") && template.matches("{}").count() == 1, "{code}");
            assert!(tracking_url(code, "1234").is_some_and(|url| url.contains("1234")));
        }
        assert_eq!((carrier_name("Our van"), tracking_url("Our van", "1234")), ("Our van", None));
        assert_eq!(carrier_code(" Our van "), "Our van");
    }
}
