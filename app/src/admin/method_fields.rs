//! The fields of one way to send a parcel: what it is called, what it costs, by which steps, and how long it takes.

use leptos::prelude::*;
use shop::dto::{EditorView, method_field};

use super::editor_parts::{EditorField, EditorSelect, choices, sent, theirs, value};
use crate::ui::{Flash, Written};

/// How many rows are free behind those that say something.
const FREE_ROWS: u32 = 2;

#[component]
pub fn Method(editor: EditorView, flash: Flash, key: String, place: usize) -> impl IntoView {
    let name = value(&editor.fields, &method_field(&key, "name"));
    let title = if name.is_empty() { format!("Way to send it {place}") } else { name };
    let (title_id, gone) = (format!("method-{key}"), method_field(&key, "gone"));
    let phone = method_field(&key, "needs_phone");
    let phone_now = theirs(&editor, &phone);
    let needs_phone = !value(&editor.fields, &phone).is_empty();
    let kinds = choices(&[
        ("flat", "One price"),
        ("by_weight", "By weight"),
        ("by_total", "By what the goods cost"),
        ("pick_up", "Collected at the shop"),
    ]);
    let field = |part: &'static str, label: &'static str, kind: &'static str, hint: &'static str| {
        view! { <EditorField editor=editor.clone() flash=flash.clone() name=method_field(&key, part) label kind hint /> }
    };
    let is_gone = !value(&editor.fields, &gone).is_empty();
    view! {
        <section class="desk-panel desk-method" aria-labelledby=title_id.clone()>
            <h2 id=title_id.clone()>{title.clone()}</h2>
            <div class="desk-pair">
                {field("name", "Name, as the shopper reads it", "text", "")}
                <EditorSelect
                    editor=editor.clone()
                    flash=flash.clone()
                    name=method_field(&key, "kind")
                    label="What it costs"
                    choices=kinds
                />
            </div>
            <div class="desk-method-price">{field("price", "Price", "text", "")}</div>
            <div class="desk-method-weight">
                <Steps editor=editor.clone() flash=flash.clone() key=key.clone() kind='w' head="Up to grams" />
                <p class="desk-quiet">
                    "Each row above the one before. What is heavier than the last is not sent this way."
                </p>
            </div>
            <div class="desk-method-total">
                <Steps editor=editor.clone() flash=flash.clone() key=key.clone() kind='t' head="Goods from" />
                <p class="desk-quiet">
                    "Each row above the one before. Goods for less than the first are not sent this way."
                </p>
            </div>
            <div class="desk-pair">
                {field("free_from", "Free from (optional)", "text", "What the goods cost after discounts.")}
                {field("min_days", "Working days, at least", "number", "")}
                {field("max_days", "Working days, at most", "number", "")}
            </div>
            <label class="desk-tick">
                <input type="checkbox" name=sent(&phone) value="on" checked=needs_phone />
                "The carrier wants a phone number"
                {(!phone_now.is_empty()).then(|| view! { <span class="field-hint">{phone_now}</span> })}
            </label>
            <label class="desk-tick">
                <input type="checkbox" name=sent(&gone) value="on" checked=is_gone />
                {format!("Remove {title} when I save")}
            </label>
        </section>
    }
    .written()
}

/// The rows that say something, and some that are free.
fn rows(editor: &EditorView, key: &str, kind: char) -> u32 {
    let prefix = method_field(key, &kind.to_string());
    let said = editor.fields.iter().filter(|(_, text)| !text.is_empty());
    let numbers = said.filter_map(|(name, _)| name.strip_prefix(&prefix)?.split_once('-')?.0.parse::<u32>().ok());
    let filled = numbers.filter(|n| *n < 100).max().map_or(0, |last| last.saturating_add(1));
    filled.saturating_add(FREE_ROWS).max(3)
}

#[component]
fn Steps(editor: EditorView, flash: Flash, key: String, kind: char, head: &'static str) -> impl IntoView {
    let row = |n: u32| {
        let field = |part: &'static str, head: &'static str| {
            let name = method_field(&key, &format!("{kind}{n}-{part}"));
            let label = format!("{head}, row {}", n.saturating_add(1));
            view! { <EditorField editor=editor.clone() flash=flash.clone() name label quiet_label=true /> }
        };
        view! {
            <tr>
                <td data-label=head>{field("at", head)}</td>
                <td data-label="Price">{field("price", "Price")}</td>
            </tr>
        }
    };
    view! {
        <table class="desk-table desk-steps">
            <thead>
                <tr>
                    <th scope="col">{head}</th>
                    <th scope="col">"Price"</th>
                </tr>
            </thead>
            <tbody>{(0..rows(&editor, &key, kind)).map(row).collect_view()}</tbody>
        </table>
        <button class="button-quiet" type="submit" name="fields[do]" value="more-rows">
            "More rows"
        </button>
    }
    .written()
}
