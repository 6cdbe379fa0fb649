//! The business behind the shop, as staff edit it: who sells, as invoices say it, how long items may come back, and how it is
//! paid without the provider. A file of settings says the same (`pricing/settings`).

use serde::Serialize;
use serde_json::json;

use crate::domain::{
    FieldError, FieldReader, Fields, ManualPayment, May, Problem, Refusal, Seller, TypedAddress, TypedSeller, permit,
};
use crate::dto::EditorView;

use super::audit::Change;
use super::editor::{is_on, require_version, text, version_of, whole};
use super::pricing::SettingsSet;
use super::shop::retried;
use super::{Pricing as _, Result, SavedTerms, Sellers as _, Shop, Store, TermWrites as _, Tx as _};

/// There is one form of it.
const BUSINESS: &str = "business";

/// What invoices begin with where nobody has said it.
const SERIES: [(&str, &str); 2] = [("invoice_series", "INV-"), ("credit_note_series", "CN-")];

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Business {
    /// None: nobody has said it, and no invoice can be made.
    seller: Option<Seller>,
    return_days: u32,
    /// None: only by the provider.
    manual_payment: Option<ManualPayment>,
}

impl<S: Store> Shop<S> {
    /// Who sells and on which terms, with what was typed before and kept.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn business_editor(&self, by: May<permit::Payments>, kept: &str) -> Result<EditorView> {
        let now = self.business(self.store().seller().await?, self.store().saved_terms().await?);
        let brought = self.merged_editor(by.into(), kept, BUSINESS, version_of(&now)?, now.fields()).await?;
        Ok(brought.view)
    }

    /// Saves them, if they are still what was read. Invoices that were made keep what they say.
    ///
    /// # Errors
    /// `Invalid` with every field that will not do, `VersionMismatch`.
    pub async fn save_business(&self, by: May<permit::Payments>, fields: &Fields) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            // An import of settings, which writes all of this, waits for the same.
            let set = tx.lock_settings(SettingsSet::Tax).await?;
            let (seller, terms) = (tx.current_seller().await?, tx.current_terms().await?);
            let before = self.business(seller, terms.clone());
            require_version(&before, fields, set)?;
            let after = Business::read(fields)?;
            if after.seller.is_none() && before.seller.is_some() {
                return Err(Refusal::field("name", Problem::Required).into());
            }
            if let Some(seller) = &after.seller {
                tx.save_seller(seller).await?;
            }
            tx.save_terms(&decided(&terms, &before, &after)).await?;
            let change = Change::of("business.changed", "settings", BUSINESS);
            self.record(&mut tx, by, change.before(json!(before)).after(json!(after))).await?;
            tx.commit().await
        })
        .await?;
        self.show_content().await;
        Ok(())
    }

    /// What holds, whoever said it.
    fn business(&self, seller: Option<Seller>, terms: SavedTerms) -> Business {
        let terms = self.terms_of(terms);
        Business {
            seller,
            return_days: u32::try_from(terms.return_window.whole_days()).unwrap_or(0),
            manual_payment: terms.manual_payment,
        }
    }
}

/// What nobody has decided here goes on as the environment says, also when that says something else one day.
fn decided(saved: &SavedTerms, before: &Business, after: &Business) -> SavedTerms {
    let days = saved.return_days.is_some() || after.return_days != before.return_days;
    let manual = saved.manual_payment.is_some() || after.manual_payment != before.manual_payment;
    SavedTerms {
        return_days: days.then_some(after.return_days),
        manual_payment: manual.then(|| after.manual_payment.clone()),
    }
}

impl Business {
    fn fields(&self) -> Fields {
        let mut fields = Fields::new();
        let mut say = |name: &str, value: &str| {
            fields.insert(name.to_owned(), value.to_owned());
        };
        for (name, series) in SERIES {
            say(name, series);
        }
        if let Some(seller) = &self.seller {
            let address = &seller.address;
            let optional = |text: &Option<String>| text.clone().unwrap_or_default();
            for (name, value) in [
                ("name", address.name.clone()),
                ("line1", address.line1.clone()),
                ("line2", optional(&address.line2)),
                ("district", optional(&address.district)),
                ("city", optional(&address.city)),
                ("region", optional(&address.region)),
                ("postal_code", optional(&address.postal_code)),
                ("country", address.country.clone()),
                ("vat_id", optional(&seller.vat_id)),
                ("tax_number", optional(&seller.tax_number)),
                ("registration", optional(&seller.registration)),
                ("email", optional(&seller.email)),
                ("invoice_series", seller.invoice_series.clone()),
                ("credit_note_series", seller.credit_note_series.clone()),
            ] {
                say(name, &value);
            }
        }
        say("return_days", &self.return_days.to_string());
        say("manual", if self.manual_payment.is_some() { "yes" } else { "no" });
        say("instructions", self.manual_payment.as_ref().map_or("", |manual| manual.instructions.as_str()));
        let days = self.manual_payment.as_ref().map_or(ManualPayment::DAYS, |manual| manual.days);
        say("days", &days.to_string());
        fields
    }

    /// # Errors
    /// `Invalid` with every field that will not do.
    fn read(fields: &Fields) -> std::result::Result<Self, Refusal> {
        let seller = (!is_nobody(fields)).then(|| Seller::parse(typed_seller(fields))).transpose();
        let mut reader = FieldReader::default();
        let days = reader.read("return_days", whole(text(fields, "return_days"), 0, SavedTerms::MOST_RETURN_DAYS));
        let days = reader.finish(days);
        let manual = is_on(fields, "manual")
            // What is no number is not in the range either.
            .then(|| ManualPayment::parse(text(fields, "instructions"), text(fields, "days").parse().unwrap_or(0)))
            .transpose();
        match (seller, days, manual) {
            (Ok(seller), Ok(return_days), Ok(manual_payment)) => Ok(Self { seller, return_days, manual_payment }),
            (seller, days, manual) => {
                let mut wrong: Vec<FieldError> = Vec::new();
                for refusal in [seller.err(), days.err(), manual.err()].into_iter().flatten() {
                    match refusal {
                        Refusal::Invalid { fields } => wrong.extend(fields),
                        other => return Err(other),
                    }
                }
                Err(Refusal::Invalid { fields: wrong })
            }
        }
    }
}

/// Nobody has said anything of who sells.
fn is_nobody(fields: &Fields) -> bool {
    ["name", "line1", "line2", "city", "postal_code", "vat_id", "tax_number", "registration", "email"]
        .into_iter()
        .all(|name| text(fields, name).is_empty())
}

fn typed_seller(fields: &Fields) -> TypedSeller<'_> {
    let of = |name: &str| text(fields, name);
    TypedSeller {
        address: TypedAddress {
            name: of("name"),
            line1: of("line1"),
            line2: of("line2"),
            district: of("district"),
            city: of("city"),
            region: of("region"),
            postal_code: of("postal_code"),
            country: of("country"),
            ..TypedAddress::default()
        },
        vat_id: of("vat_id"),
        tax_number: of("tax_number"),
        registration: of("registration"),
        email: of("email"),
        invoice_series: of("invoice_series"),
        credit_note_series: of("credit_note_series"),
    }
}
