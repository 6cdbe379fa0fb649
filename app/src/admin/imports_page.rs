//! `/admin/import`: files of products that come in, those that did, and the tables that leave the shop.

use leptos::prelude::*;
use shop::domain::{ImportState, Permission};
use shop::dto::{ImportRow, words};

use super::forms::IMPORT;
use super::imports_api::load_imports;
use super::parts::DeskHead;
use super::paths::{CUSTOMERS_CSV, IMPORT_FILE_PATH, ORDERS_CSV, PRODUCTS_CSV, import_path};
use crate::ui::{Moment, Written, flash_of, loaded, may};

#[component]
pub fn ImportsPage() -> impl IntoView {
    loaded(load_imports(), |(rows, feed)| view! { <Imports rows feed /> })
}

#[component]
fn Imports(rows: Vec<ImportRow>, feed: String) -> impl IntoView {
    let is_empty = rows.is_empty();
    view! {
        <DeskHead title="Import and export" />
        <Upload />
        <Exports />
        <ProductFeed address=feed />
        {(!is_empty)
            .then(|| {
                view! {
                    <section class="desk-panel" aria-labelledby="imports-title">
                        <h2 id="imports-title">"Files of the last 30 days"</h2>
                        <ul class="desk-entries">{rows.into_iter().map(|row| view! { <Row row /> }).collect_view()}</ul>
                    </section>
                }
            })}
    }
    .written()
}

#[component]
fn Upload() -> impl IntoView {
    let flash = flash_of(IMPORT);
    let why = flash.typed.first().and_then(|(_, why)| upload_problem(why));
    let wrong = why.is_some();
    view! {
        <section class="desk-panel" aria-labelledby="upload-title">
            <h2 id="upload-title">"Import products"</h2>
            <form class="desk-upload" method="post" enctype="multipart/form-data" action=IMPORT_FILE_PATH>
                {why
                    .map(|why| {
                        view! {
                            <div class="problem" role="alert" tabindex="-1" autofocus=true>
                                <p id="import-problem">{why}</p>
                            </div>
                        }
                    })}
                <div class="field" class:field-wrong=wrong>
                    <label for="field-import">"A CSV file"</label>
                    <input
                        id="field-import"
                        type="file"
                        name="file"
                        accept=".csv,text/csv"
                        aria-invalid=wrong.then_some("true")
                        aria-describedby=if wrong { "import-problem import-hint" } else { "import-hint" }
                    />
                    <p class="field-hint" id="import-hint">
                        "Shopify's columns, as its export of products has them; up to 20 MB in UTF-8. The file is checked first, and nothing is changed until you say so. Stock is set for new variants only. Pictures are fetched afterwards, for products that have none."
                    </p>
                </div>
                <button class="button" type="submit">
                    "Check the file"
                </button>
            </form>
        </section>
    }
    .written()
}

/// What is said of a file that was not taken.
fn upload_problem(why: &str) -> Option<&'static str> {
    match why {
        "none" => Some("Please choose a file first."),
        "large" => Some("This file is larger than 20 MB. Please split it."),
        "busy" => Some("Five files are being checked or imported already. Please try again in a minute."),
        "later" => Some("It could not be kept just now. Please try again in a moment."),
        _ => None,
    }
}

#[component]
fn Exports() -> impl IntoView {
    let orders =
        may(Permission::CustomerData).then(|| view! { <Download to=ORDERS_CSV words="Download orders (CSV)" /> });
    let customers =
        may(Permission::CustomerData).then(|| view! { <Download to=CUSTOMERS_CSV words="Download customers (CSV)" /> });
    view! {
        <section class="desk-panel" aria-labelledby="export-title">
            <h2 id="export-title">"Export"</h2>
            <p class="desk-quiet">
                "Products leave in the columns that are read above, and come in again unchanged. Cells that a spreadsheet would take for formulas have an apostrophe before them. That orders or customers were downloaded is written into the audit log."
            </p>
            <div class="desk-buttons">
                <a class="button-quiet" href=PRODUCTS_CSV download="">
                    "Download products (CSV)"
                </a>
                {orders}
                {customers}
            </div>
        </section>
    }
    .written()
}

/// For whoever lists what is for sale elsewhere.
#[component]
fn ProductFeed(address: String) -> impl IntoView {
    view! {
        <section class="desk-panel" aria-labelledby="feed-title">
            <h2 id="feed-title">"Product feed"</h2>
            <div class="field">
                <label for="field-feed">"Address for Google Merchant Center"</label>
                <input id="field-feed" type="url" readonly=true value=address aria-describedby="feed-hint" />
                <p class="field-hint" id="feed-hint">
                    "What is for sale, as it is when somebody asks: each variant with its price, stock and first picture. Others who read such files may have it, too. The address is secret; another SECRET_KEY gives another."
                </p>
            </div>
        </section>
    }
    .written()
}

/// A form, not a link: that it was downloaded is written down.
#[component]
pub fn Download(to: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <form method="post" action=to>
            <button class="button-quiet" type="submit">
                {words}
            </button>
        </form>
    }
}

#[component]
fn Row(row: ImportRow) -> impl IntoView {
    let ImportRow { id, file, state, at, problems } = row;
    let problems = (state == ImportState::Checked && problems > 0).then(|| match problems {
        1 => ", 1 problem".to_owned(),
        many => format!(", {many} problems"),
    });
    view! {
        <li>
            <p>
                <a href=import_path(&id.to_string())>{file}</a>
            </p>
            <p class="desk-more">{words::import_state(state)} {problems} ", " <Moment at /></p>
        </li>
    }
    .written()
}
