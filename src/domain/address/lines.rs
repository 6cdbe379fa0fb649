//! An address as it is written on a parcel.

use super::format::{AddressFormat, AddressPart};
use super::letters::is_latin;
use super::shipping_address::ShippingAddress;

impl ShippingAddress {
    /// The address as it is written on a parcel, by the rules of its country.
    pub fn lines(&self) -> Vec<String> {
        written(self, AddressFormat::of(&self.country))
    }
}

/// Its lines, the country last. A part that the country's addresses do not have stands before the country: what was kept
/// of an address is never left out.
fn written(address: &ShippingAddress, format: &AddressFormat) -> Vec<String> {
    let latin = format.latin.filter(|_| is_in_latin(address));
    let template = latin.unwrap_or(format.local);
    let region = |code: &str| match (format.region(code), format.latin) {
        (None, _) => code.to_owned(),
        (Some(region), None) => region.usual().to_owned(),
        (Some(region), Some(_)) => region.written(latin.is_some()).to_owned(),
    };
    let value = |part| match part {
        AddressPart::Name => Some(address.name.clone()),
        AddressPart::Company => address.company.clone(),
        AddressPart::Street => {
            Some([Some(&address.line1), address.line2.as_ref()].into_iter().flatten().cloned().collect::<Vec<_>>())
                .map(|lines| lines.join("\n"))
        }
        AddressPart::District => address.district.clone(),
        AddressPart::City => address.city.clone(),
        AddressPart::Region => address.region.as_deref().map(region),
        AddressPart::PostalCode => address.postal_code.clone(),
    };
    let place = [AddressPart::District, AddressPart::City, AddressPart::Region, AddressPart::PostalCode];
    let rest: Vec<_> = place.into_iter().filter(|part| !format.has(*part)).filter_map(value).collect();
    let lines = template.split("%n").map(|line| filled(line, value)).chain([rest.join(", ")]);
    let lines = lines.chain([address.country_name().to_owned()]);
    lines.flat_map(|line| line.lines().map(str::to_owned).collect::<Vec<_>>()).filter(|line| !line.is_empty()).collect()
}

/// A line with its parts filled in. What stands before a part goes with it; what stands between two goes where both are.
fn filled(line: &str, value: impl Fn(AddressPart) -> Option<String>) -> String {
    let mut pieces = line.split('%');
    let first = pieces.next().unwrap_or_default();
    let (mut text, mut before) = (String::new(), Some(first));
    let mut has_parts = false;
    for piece in pieces {
        let mut letters = piece.chars();
        let part = letters.next().and_then(AddressPart::of_letter);
        has_parts = true;
        if let Some(value) = part.and_then(&value) {
            text.push_str(before.unwrap_or_default());
            text.push_str(&value);
        }
        before = (!text.is_empty()).then_some(letters.as_str());
    }
    if has_parts { text } else { first.to_owned() }
}

/// Whether it is written in Latin letters, whatever letters the name has.
fn is_in_latin(address: &ShippingAddress) -> bool {
    let parts = [Some(&address.line1), address.line2.as_ref(), address.district.as_ref(), address.city.as_ref()];
    parts.into_iter().flatten().all(|text| is_latin(text))
}
