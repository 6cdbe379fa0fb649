//! `/admin/tax/rates?country=`: the rates of one country, of its states and of its classes.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::Fields;
use shop::dto::{EditorView, RatesEditView, rate_field};

use super::editor_parts::{EditorField, EditorProblem, EditorSelect, EditorStart, TryIt, value};
use super::forms::RATES;
use super::parts::DeskHead;
use super::tax_api::{SaveRates, load_rates};
use super::tax_page::classes;
use crate::ui::{Flash, Location, Written, flash_of, loaded};

#[component]
pub fn RatesPage() -> impl IntoView {
    let asked = |name: &str| Location::asked(name).unwrap_or_default();
    loaded(load_rates(asked("country"), asked("kept")), |view| view! { <Rates view /> })
}

/// `Rate of VAT`
fn label(fields: &Fields, field: &str) -> String {
    let Some((key, part)) = field.strip_prefix("r-").and_then(|rest| rest.split_once('-')) else {
        return field.to_owned();
    };
    let name = value(fields, &rate_field(key, "name"));
    let part = match part {
        "region" => "Place",
        "class" => "Class",
        "rate" => "Rate",
        _ => "Name",
    };
    if name.is_empty() { format!("{part} of a rate") } else { format!("{part} of {name}") }
}

/// How many rows are free behind those that say something.
const FREE_ROWS: u32 = 2;

/// The keys of rows that nobody has filled in yet.
fn free(rows: &[String]) -> Vec<String> {
    let keys = (0_u32..).map(|n| format!("new{n}")).filter(|key| !rows.contains(key));
    keys.take(FREE_ROWS as usize).collect()
}

#[component]
fn Rates(view: RatesEditView) -> impl IntoView {
    let RatesEditView { editor, name, mut rows, regions, prices_include_tax, .. } = view;
    let flash = flash_of(RATES);
    let more = free(&rows);
    rows.extend(more);
    let regions = (!regions.is_empty()).then_some(regions);
    let rows = (1_u32..).zip(rows).map(|(place, key)| {
        view! { <Row editor=editor.clone() flash=flash.clone() key place regions=regions.clone() /> }
    });
    let rows = rows.collect_view();
    let words = if prices_include_tax {
        "Prices contain the tax: what is sold here holds these rates."
    } else {
        "Prices are without tax: these rates are added to what is sold here."
    };
    view! {
        <DeskHead title=format!("Tax: {name}") crumb=("/admin/tax", "Tax") />
        <EditorProblem editor=editor.clone() flash=flash.clone() label />
        <form class="desk-form" method="post" action=SaveRates::url() novalidate>
            <EditorStart editor=editor.clone() />
            <div class="desk-columns">
                <div class="desk-work">
                    <section class="desk-panel" aria-labelledby="rates-title" id="rows">
                        <h2 id="rates-title">"Rates"</h2>
                        <p class="desk-quiet">
                            {words}
                            " A state's rate stands in the place of its country's, not on top of it. Where there is no reduced rate, the standard one holds. Empty name and rate to take a row away."
                        </p>
                        <table class="desk-table desk-steps">
                            <thead>
                                <tr>
                                    <th scope="col">"Place"</th>
                                    <th scope="col">"Class"</th>
                                    <th scope="col">"Name, as on the order"</th>
                                    <th scope="col">"Per cent"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                        <p class="desk-buttons">
                            <button class="button-quiet" type="submit" name="fields[do]" value="more-rows">
                                "More rows"
                            </button>
                        </p>
                    </section>
                </div>
                <aside class="desk-side" aria-label="Example">
                    <TryIt editor=editor.clone() flash=flash.clone() home="This country" asks_vat=true />
                </aside>
            </div>
            <p class="desk-save">
                <button class="button" type="submit" name="fields[do]" value="save">
                    "Save rates"
                </button>
            </p>
        </form>
    }
    .written()
}

#[component]
fn Row(
    editor: EditorView,
    flash: Flash,
    key: String,
    place: u32,
    regions: Option<Vec<(String, String)>>,
) -> impl IntoView {
    let field = |part: &'static str, label: &'static str| {
        let (name, label) = (rate_field(&key, part), format!("{label}, row {place}"));
        view! { <EditorField editor=editor.clone() flash=flash.clone() name label quiet_label=true /> }.written()
    };
    let list = |part: &'static str, label: &'static str, choices: Vec<(String, String)>| {
        let (name, label) = (rate_field(&key, part), format!("{label}, row {place}"));
        view! { <EditorSelect editor=editor.clone() flash=flash.clone() name label choices quiet_label=true /> }
            .written()
    };
    let regions = regions.map(|mut regions| {
        regions.insert(0, (String::new(), "All of it".to_owned()));
        regions
    });
    view! {
        <tr>
            <td data-label="Place">
                {match regions {
                    Some(regions) => list("region", "Place", regions),
                    None => field("region", "Place (empty: all of it)"),
                }}
            </td>
            <td data-label="Class">{list("class", "Class", classes())}</td>
            <td data-label="Name">{field("name", "Name")}</td>
            <td data-label="Per cent">{field("rate", "Per cent")}</td>
        </tr>
    }
    .written()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_rows_are_those_that_nobody_has_filled_in() {
        assert_eq!(free(&["standard".into(), "new0".into()]), ["new1", "new2"]);
        assert_eq!(free(&[]), ["new0", "new1"]);
    }
}
