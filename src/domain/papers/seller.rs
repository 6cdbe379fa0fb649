//! Who sells: what the law wants on an invoice, and what its numbers begin with.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{Email, FieldReader, Problem, Refusal, ShippingAddress, TypedAddress, VatNumber, clean_line};

/// The seller as it stands on invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The legal name and where it sits.
    pub address: ShippingAddress,
    /// With its country: `DE123456789`.
    pub vat_id: Option<String>,
    /// The number for the tax office, where that is another.
    pub tax_number: Option<String>,
    /// Entry in the register of companies, with its court.
    pub registration: Option<String>,
    pub email: Option<String>,
    /// What numbers begin with: `INV-2026-000001`. Another series begins to count anew.
    pub invoice_series: String,
    pub credit_note_series: String,
}

/// The same as it was typed.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypedSeller<'a> {
    pub address: TypedAddress<'a>,
    pub vat_id: &'a str,
    pub tax_number: &'a str,
    pub registration: &'a str,
    pub email: &'a str,
    pub invoice_series: &'a str,
    pub credit_note_series: &'a str,
}

impl Seller {
    pub const NUMBER_MAX: u32 = 30;
    pub const REGISTRATION_MAX: u32 = 100;
    pub const SERIES_MAX: u32 = 12;

    /// # Errors
    /// `Invalid` with every field that will not do; `credit_note_series` also where it is that of the invoices.
    pub fn parse(typed: TypedSeller<'_>) -> Result<Self, Refusal> {
        let address = ShippingAddress::parse(typed.address);
        let mut fields = FieldReader::default();
        let vat_id = fields.read("vat_id", read_vat_id(typed.vat_id));
        let tax_number = fields.optional("tax_number", typed.tax_number, Self::NUMBER_MAX);
        let registration = fields.optional("registration", typed.registration, Self::REGISTRATION_MAX);
        let email = match typed.email.trim() {
            "" => Some(None),
            text => fields.read("email", Email::parse(text)).map(|email| Some(email.as_str().to_owned())),
        };
        let invoice_series = fields.read("invoice_series", read_series(typed.invoice_series));
        let credit_note_series = fields.read("credit_note_series", read_series(typed.credit_note_series));
        if invoice_series.is_some() && invoice_series == credit_note_series {
            fields.read::<()>("credit_note_series", Err(Problem::Duplicate));
        }
        let rest = (|| Some((vat_id?, tax_number?, registration?, email?, invoice_series?, credit_note_series?)))();
        match (address, fields.finish(rest)) {
            (Ok(address), Ok((vat_id, tax_number, registration, email, invoice_series, credit_note_series))) => {
                Ok(Self { address, vat_id, tax_number, registration, email, invoice_series, credit_note_series })
            }
            (Err(Refusal::Invalid { fields: mut first }), Err(Refusal::Invalid { fields: rest })) => {
                first.extend(rest);
                Err(Refusal::Invalid { fields: first })
            }
            (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
        }
    }

    /// The same with series that nobody has seen: numbers that were given after the moment to which a database was restored are
    /// in other people's hands. Each is marked with the minute at which it begins (`INV-` becomes `INV-RHTK90-`), in the place
    /// of an earlier mark, and is cut short where it is too long for both.
    #[must_use]
    pub fn in_new_series(&self, at: OffsetDateTime) -> Self {
        Self {
            invoice_series: marked(&self.invoice_series, 'R', at),
            credit_note_series: marked(&self.credit_note_series, 'S', at),
            ..self.clone()
        }
    }

    /// The number at this place of a series and year.
    pub fn number(series: &str, year: i32, position: u64) -> String {
        format!("{series}{year}-{position:06}")
    }
}

/// Two letters of a country and the rest; of a country of the EU in its shape.
fn read_vat_id(text: &str) -> Result<Option<String>, Problem> {
    let kept = clean_line(text, Seller::NUMBER_MAX)?;
    if kept.is_empty() {
        return Ok(None);
    }
    let number: String = kept.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
    let letters = number.chars().take_while(char::is_ascii_alphabetic).count();
    let country = number.get(..2).unwrap_or_default();
    if VatNumber::is_eu_country(country) || country == "EL" {
        VatNumber::parse(&number)?;
    } else if letters < 2 || number.len() < 5 {
        return Err(Problem::NotATaxNumber);
    }
    Ok(Some(number))
}

/// Capitals, digits and dashes: `INV-`, `2B-`.
fn read_series(text: &str) -> Result<String, Problem> {
    let series = clean_line(text, Seller::SERIES_MAX)?;
    match series.as_str() {
        "" => Err(Problem::Required),
        spelt if spelt.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-') => Ok(series),
        _ => Err(Problem::BadCharacters),
    }
}

/// A letter, five digits and a dash.
const MARK: usize = 7;

/// The letter differs from one kind of paper to the other, so that two series are two however short they are cut.
fn marked(series: &str, letter: char, at: OffsetDateTime) -> String {
    let minute = u64::try_from(at.unix_timestamp() / 60).unwrap_or(0);
    let room = (Seller::SERIES_MAX as usize).saturating_sub(MARK);
    let kept: String = without_mark(series, letter).chars().take(room).collect();
    format!("{kept}{letter}{:0>5}-", base_36(minute))
}

fn without_mark(series: &str, letter: char) -> &str {
    match series.split_at_checked(series.len().saturating_sub(MARK)) {
        Some((kept, mark)) if mark.len() == MARK && mark.starts_with(letter) && mark.find('-') == Some(MARK - 1) => {
            kept
        }
        _ => series,
    }
}

fn base_36(number: u64) -> String {
    let digit = |place: &u64| {
        let value = u32::try_from(place % 36).unwrap_or(0);
        char::from_digit(value, 36).unwrap_or('0').to_ascii_uppercase()
    };
    let places: Vec<_> = std::iter::successors(Some(number), |rest| (*rest >= 36).then_some(rest / 36)).collect();
    places.iter().rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_begins_series_that_were_never_used() {
        let seller = Seller::parse(typed()).unwrap();
        let at = OffsetDateTime::from_unix_timestamp(1_795_964_400).unwrap();
        let restored = seller.in_new_series(at);
        let (invoices, credit_notes) = (&restored.invoice_series, &restored.credit_note_series);
        assert_eq!((invoices.as_str(), credit_notes.as_str()), ("INV-RHTK90-", "CN-SHTK90-"));
        assert_eq!(
            Seller { invoice_series: "INV-".into(), credit_note_series: "CN-".into(), ..restored.clone() },
            seller
        );
        // Whoever restores again a minute later, to whichever moment, is in neither of them, and no series grows by it.
        let again = restored.in_new_series(at + time::Duration::MINUTE);
        assert_eq!(again.invoice_series, "INV-RHTK91-");
        assert_eq!(seller.in_new_series(at + time::Duration::MINUTE), again);
        // What is too long for both is cut, and two remain two; all of them may be typed.
        let long =
            Seller { invoice_series: "ACME-SHOP-I-".into(), credit_note_series: "ACME-SHOP-C-".into(), ..seller };
        let long = long.in_new_series(at);
        assert_eq!((long.invoice_series.as_str(), long.credit_note_series.as_str()), ("ACME-RHTK90-", "ACME-SHTK90-"));
        for series in [&long.invoice_series, &again.credit_note_series] {
            assert_eq!(read_series(series).as_ref(), Ok(series));
        }
        // A word of that shape is none of ours unless it has the letter.
        assert_eq!(without_mark("CREDIT-", 'R'), "CREDIT-");
        assert_eq!(without_mark("R-1234-", 'R'), "R-1234-");
    }

    fn typed() -> TypedSeller<'static> {
        TypedSeller {
            address: TypedAddress {
                name: "Brenn & Web GmbH",
                line1: "Lindenstraße 5",
                city: "Berlin",
                postal_code: "10969",
                country: "DE",
                ..TypedAddress::default()
            },
            vat_id: "DE 123 456 788",
            invoice_series: "INV-",
            credit_note_series: "CN-",
            ..TypedSeller::default()
        }
    }

    #[test]
    fn a_seller_is_read() {
        let seller = Seller::parse(typed()).unwrap();
        assert_eq!(seller.vat_id.as_deref(), Some("DE123456788"));
        assert_eq!((seller.tax_number, seller.email), (None, None));
        let british = TypedSeller { vat_id: "GB123456789", email: "a@example.org", ..typed() };
        assert_eq!(Seller::parse(british).unwrap().vat_id.as_deref(), Some("GB123456789"));
        assert_eq!(read_vat_id("gb 123"), Ok(Some("GB123".into())), "as short as one may be");
    }

    #[test]
    fn all_that_will_not_do_is_told_at_once() {
        let address = TypedAddress { name: "", country: "XX", ..typed().address };
        let wrong = TypedSeller {
            address,
            vat_id: "DE12",
            tax_number: "a\0b",
            email: "nobody",
            invoice_series: "inv",
            credit_note_series: "",
            registration: "",
        };
        let refusal = Seller::parse(wrong).unwrap_err();
        for field in ["name", "country", "vat_id", "tax_number", "email", "invoice_series", "credit_note_series"] {
            assert!(refusal.problem_of(field).is_some(), "{field}: {refusal:?}");
        }
        for vat_id in ["DE12", "DE12345", "EL12345", "1234567", "GB1"] {
            let refusal = Seller::parse(TypedSeller { vat_id, ..typed() }).unwrap_err();
            assert_eq!(refusal.problem_of("vat_id"), Some(&Problem::NotATaxNumber), "{vat_id}");
        }
        let one_series = Seller::parse(TypedSeller { credit_note_series: "INV-", ..typed() }).unwrap_err();
        assert_eq!(one_series.problem_of("credit_note_series"), Some(&Problem::Duplicate));
    }

    #[test]
    fn numbers_say_series_and_year() {
        assert_eq!(Seller::number("INV-", 2026, 42), "INV-2026-000042");
        assert_eq!(Seller::number("B", 2027, 1_234_567), "B2027-1234567");
    }
}
