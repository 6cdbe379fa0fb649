//! Who sells, as a file of settings has it: an address like the API's, and what else stands on invoices.

use serde::{Deserialize, Serialize};
use shop::domain::{Refusal, Seller, TypedAddress, TypedSeller};

/// Texts as they are typed; what is left out is empty, and the series have usual names.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSeller {
    /// The legal name.
    name: String,
    line1: String,
    line2: String,
    district: String,
    city: String,
    region: String,
    postal_code: String,
    country: String,
    vat_id: String,
    tax_number: String,
    registration: String,
    email: String,
    #[serde(default = "invoices")]
    invoice_series: String,
    #[serde(default = "credit_notes")]
    credit_note_series: String,
}

fn invoices() -> String {
    "INV-".to_owned()
}

fn credit_notes() -> String {
    "CN-".to_owned()
}

impl FileSeller {
    pub fn of(seller: &Seller) -> Self {
        let address = &seller.address;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            name: address.name.clone(),
            line1: address.line1.clone(),
            line2: text(&address.line2),
            district: text(&address.district),
            city: text(&address.city),
            region: text(&address.region),
            postal_code: text(&address.postal_code),
            country: address.country.clone(),
            vat_id: text(&seller.vat_id),
            tax_number: text(&seller.tax_number),
            registration: text(&seller.registration),
            email: text(&seller.email),
            invoice_series: seller.invoice_series.clone(),
            credit_note_series: seller.credit_note_series.clone(),
        }
    }

    /// # Errors
    /// `Invalid` with each field that will not do.
    pub fn read(&self) -> Result<Seller, Refusal> {
        Seller::parse(TypedSeller {
            address: TypedAddress {
                name: &self.name,
                line1: &self.line1,
                line2: &self.line2,
                district: &self.district,
                city: &self.city,
                region: &self.region,
                postal_code: &self.postal_code,
                country: &self.country,
                ..TypedAddress::default()
            },
            vat_id: &self.vat_id,
            tax_number: &self.tax_number,
            registration: &self.registration,
            email: &self.email,
            invoice_series: &self.invoice_series,
            credit_note_series: &self.credit_note_series,
        })
    }
}
