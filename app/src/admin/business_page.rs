//! `/admin/business`: who sells, as invoices say it, how long items may come back, and how it is paid without the provider.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Fields, ManualPayment};
use shop::dto::EditorView;

use super::business_api::{SaveBusiness, load_business};
use super::editor_parts::{
    EditorField, EditorProblem, EditorSelect, EditorStart, choices, countries, sent, theirs, value,
};
use super::forms::BUSINESS;
use super::parts::{DeskHead, DeskText};
use crate::ui::{Flash, Location, Written, flash_of, loaded};

#[component]
pub fn BusinessPage() -> impl IntoView {
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_business(kept), |editor| view! { <Business editor /> })
}

/// Of whom the shop sells for: the field, what it is called, and what else there is to say.
const SELLER: [(&str, &str, &str); 7] = [
    ("name", "Legal name", "Of the company, or of the person who sells."),
    ("line1", "Street and number", ""),
    ("line2", "More of the address (optional)", ""),
    ("district", "District (where there is one)", ""),
    ("postal_code", "Postal code", ""),
    ("city", "City", ""),
    ("region", "State or province (where there is one)", "Its code, such as CA, or its name."),
];

const NUMBERS: [(&str, &str, &str); 4] = [
    ("vat_id", "VAT number (optional)", "With its country: DE123456789."),
    ("tax_number", "Tax number (optional)", "Where the tax office knows you by another."),
    ("registration", "Entry in the register of companies (optional)", "With its court: HRB 12345, Berlin."),
    ("email", "E-mail address on invoices (optional)", "Whoever replies to a letter of the shop reaches you there."),
];

const SERIES: [(&str, &str, &str); 2] = [
    (
        "invoice_series",
        "Numbers of invoices begin with",
        "INV- makes INV-2026-000001. Another series begins to count anew.",
    ),
    ("credit_note_series", "Numbers of credit notes begin with", ""),
];

fn label(_: &Fields, field: &str) -> String {
    let named = SELLER.iter().chain(&NUMBERS).chain(&SERIES).find(|(name, ..)| *name == field);
    match (named, field) {
        (Some(&(_, label, _)), _) => label,
        (None, "country") => "Country",
        (None, "return_days") => "Days to send something back",
        (None, "manual") => "Paying without the provider",
        (None, "instructions") => "How to pay",
        (None, _) => "Days an order waits for its payment",
    }
    .to_owned()
}

#[component]
fn Business(editor: EditorView) -> impl IntoView {
    let flash = flash_of(BUSINESS);
    view! {
        <DeskHead title="Business" />
        <EditorProblem editor=editor.clone() flash=flash.clone() label />
        <form class="desk-form" method="post" action=SaveBusiness::url() novalidate>
            <EditorStart editor=editor.clone() />
            <div class="desk-columns">
                <div class="desk-work">
                    <SellerFields editor=editor.clone() flash=flash.clone() />
                </div>
                <aside class="desk-side" aria-label="Terms">
                    <Terms editor flash />
                </aside>
            </div>
            <p class="desk-save">
                <button class="button" type="submit" name="fields[do]" value="save">
                    "Save"
                </button>
            </p>
        </form>
    }
    .written()
}

#[component]
fn SellerFields(editor: EditorView, flash: Flash) -> impl IntoView {
    let field = |(name, label, hint): (&'static str, &'static str, &'static str)| {
        let kind = if name == "email" { "email" } else { "text" };
        view! { <EditorField editor=editor.clone() flash=flash.clone() name label kind hint /> }
    };
    view! {
        <section class="desk-panel" aria-labelledby="seller-title">
            <h2 id="seller-title">"Who sells"</h2>
            <p class="desk-quiet">"As it stands on invoices and credit notes. Until it is said, none is made."</p>
            {SELLER.into_iter().map(field).collect_view()}
            <EditorSelect
                editor=editor.clone()
                flash=flash.clone()
                name="country"
                label="Country"
                choices=countries("Choose a country")
            />
        </section>
        <section class="desk-panel" aria-labelledby="invoices-title">
            <h2 id="invoices-title">"On invoices"</h2>
            {NUMBERS.into_iter().map(field).collect_view()}
            <div class="desk-pair">{SERIES.into_iter().map(field).collect_view()}</div>
            <p class="desk-quiet">"Invoices that were made keep what they say."</p>
        </section>
    }
    .written()
}

#[component]
fn Terms(editor: EditorView, flash: Flash) -> impl IntoView {
    let now = theirs(&editor, "instructions");
    let hint = match now.as_str() {
        "" => "An account’s number, opening hours: line by line, as customers read it.",
        now => now,
    };
    view! {
        <section class="desk-panel" aria-labelledby="returns-title">
            <h2 id="returns-title">"Returns"</h2>
            <EditorField
                editor=editor.clone()
                flash=flash.clone()
                name="return_days"
                label="Days to send something back"
                kind="number"
                hint="After the last parcel. 0: nothing is taken back."
            />
        </section>
        <section class="desk-panel" aria-labelledby="manual-title">
            <h2 id="manual-title">"Paying without the provider"</h2>
            <EditorSelect
                editor=editor.clone()
                flash=flash.clone()
                name="manual"
                label="By bank transfer or at pick-up"
                choices=choices(&[("no", "Not offered"), ("yes", "Offered beside the provider")])
            />
            <DeskText
                name=sent("instructions")
                id="field-instructions"
                label="How to pay"
                value=value(&editor.fields, "instructions")
                rows=4
                max=ManualPayment::MOST_WORDS
                problem=flash.problem("instructions").map(ToOwned::to_owned)
                hint=hint.to_owned()
            />
            <EditorField
                editor=editor.clone()
                flash=flash.clone()
                name="days"
                label="Days an order waits for its payment"
                kind="number"
                hint="Its items are kept for it as long."
            />
        </section>
    }
    .written()
}
