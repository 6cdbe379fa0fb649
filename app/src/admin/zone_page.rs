//! `/admin/shipping/{id}`: a zone's editor with its methods; `new` for one that is not there yet.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Fields, ShippingAddress};
use shop::dto::{EditorView, ZoneEditView, method_field};

use super::editor_parts::{EditorField, EditorProblem, EditorStart, Remove, TryIt, countries, tick, title, value};
use super::forms::{ZONE, ZONE_GONE};
use super::method_fields::Method;
use super::parts::DeskHead;
use super::shipping_api::{RemoveZone, SaveZone, load_zone};
use crate::ui::{Flash, Location, Written, flash_of, loaded};

#[component]
pub fn ZonePage() -> impl IntoView {
    let id = Location::param("id");
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_zone(id, kept), |view| view! { <Editor view /> })
}

#[component]
pub fn NewZonePage() -> impl IntoView {
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_zone(String::new(), kept), |view| view! { <Editor view /> })
}

/// `Price of Standard`
fn label(fields: &Fields, field: &str) -> String {
    if let Some(code) = field.strip_prefix("country-") {
        return ShippingAddress::name_of_country(code).unwrap_or(code).to_owned();
    }
    let Some((key, part)) = field.strip_prefix("m-").and_then(|rest| rest.split_once('-')) else {
        return if field == "regions" { "Parts of countries" } else { "Name" }.to_owned();
    };
    let method = value(fields, &method_field(key, "name"));
    let method = if method.is_empty() { "a method".to_owned() } else { method };
    let part = match part {
        "name" => "Name",
        "kind" => "How it is reckoned",
        "price" => "Price",
        "free_from" => "Free from",
        "min_days" | "max_days" => "Days",
        "needs_phone" => "The phone number",
        _ => "A step",
    };
    format!("{part} of {method}")
}

#[component]
fn Editor(view: ZoneEditView) -> impl IntoView {
    let ZoneEditView { editor, methods } = view;
    let (flash, is_new) = (flash_of(ZONE), editor.id.is_empty());
    let title = title(&editor, "A new zone");
    let rows = methods
        .into_iter()
        .enumerate()
        .map(|(place, key)| view! { <Method editor=editor.clone() flash=flash.clone() key place=place + 1 /> });
    view! {
        <DeskHead title crumb=("/admin/shipping", "Shipping") />
        <EditorProblem editor=editor.clone() flash=flash.clone() label />
        <form class="desk-form" method="post" action=SaveZone::url() novalidate>
            <EditorStart editor=editor.clone() />
            <div class="desk-columns">
                <div class="desk-work">
                    <Places editor=editor.clone() flash=flash.clone() />
                    <div id="rows">{rows.collect_view()}</div>
                    <p class="desk-buttons desk-more-rows">
                        <button class="button-quiet" type="submit" name="fields[do]" value="add-method">
                            "Add a way to send it"
                        </button>
                    </p>
                </div>
                <aside class="desk-side" aria-label="Example">
                    <TryIt editor=editor.clone() flash=flash.clone() home="The first of its countries" />
                </aside>
            </div>
            <p class="desk-save">
                <button class="button" type="submit" name="fields[do]" value="save">
                    "Save zone"
                </button>
            </p>
        </form>
        {(!is_new)
            .then(|| {
                view! {
                    <Remove
                        editor
                        flash=flash_of(ZONE_GONE)
                        action=RemoveZone::url()
                        what="zone"
                        words="Its places fall to other zones, or are not shipped to any more. Orders keep what they were charged; carts that chose one of its ways are asked again."
                    />
                }
            })}
    }
    .written()
}

#[component]
fn Places(editor: EditorView, flash: Flash) -> impl IntoView {
    let problem = flash.problem("countries").map(str::to_owned);
    let ticked = editor.fields.iter().filter(|(name, on)| name.starts_with("country-") && !on.is_empty()).count();
    let ticks = countries("").into_iter().map(|(code, country)| tick(&editor, &format!("country-{code}"), country));
    let ticks = ticks.collect_view();
    let count = match ticked {
        0 => "Countries: none, so it is for everywhere that no other zone names".to_owned(),
        1 => "Countries: 1 chosen".to_owned(),
        count => format!("Countries: {count} chosen"),
    };
    view! {
        <section class="desk-panel" aria-labelledby="places-title">
            <h2 id="places-title">"Where to"</h2>
            <EditorField
                editor=editor.clone()
                flash=flash.clone()
                name="name"
                label="Name, for yourself"
                required=true
            />
            {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
            <details class="desk-unfold" open=ticked == 0 || flash.problem("countries").is_some()>
                <summary>{count}</summary>
                <fieldset class="desk-choice">
                    <legend class="visually-hidden">"Countries"</legend>
                    <ul class="desk-ticks desk-ticks-many">{ticks}</ul>
                </fieldset>
            </details>
            <EditorField
                editor=editor.clone()
                flash=flash.clone()
                name="regions"
                label="Parts of countries (optional)"
                hint="The country and the code of a state, with commas between: US-HI, US-AK."
            />
        </section>
    }
    .written()
}
