//! Parts of the editors of what the shop decides: what the form itself needs, what somebody else has saved meanwhile, and the
//! example to look at before saving.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use shop::domain::{Fields, ShippingAddress};
use shop::dto::{EditorView, ExampleView, words};

use super::overtaken::{OvertakenEdit, quoted};
use super::parts::{DeskField, DeskSelect};
use crate::cart::Totals;
use crate::ui::{Flash, FormProblem, Moment, Written};

/// The name by which a field is sent.
pub fn sent(name: &str) -> String {
    format!("fields[{name}]")
}

pub fn value(fields: &Fields, name: &str) -> String {
    fields.get(name).cloned().unwrap_or_default()
}

pub fn choices(choices: &[(&str, &str)]) -> Vec<(String, String)> {
    choices.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

/// Every country there is, by name.
pub fn countries(first: &str) -> Vec<(String, String)> {
    let mut all: Vec<_> = ShippingAddress::countries().map(|(code, name)| (code.to_owned(), name.to_owned())).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    if !first.is_empty() {
        all.insert(0, (String::new(), first.to_owned()));
    }
    all
}

/// What somebody else has made of a field, to stand beside one's own.
pub fn theirs(editor: &EditorView, field: &str) -> String {
    let both = editor.both.iter().find(|(name, _)| name == field);
    both.map(|(_, now)| format!("Now: {}", if now.is_empty() { "nothing" } else { now.as_str() })).unwrap_or_default()
}

/// What an editor is called: by the name of what is edited, or `new` where that is not there yet.
pub fn title(editor: &EditorView, new: &str) -> String {
    let name = editor.base.get("name").filter(|_| !editor.id.is_empty());
    name.cloned().unwrap_or_else(|| new.to_owned())
}

/// A box of an editor's list, with what somebody else has made of it.
pub fn tick(editor: &EditorView, name: &str, label: String) -> InertElement {
    let now = theirs(editor, name);
    view! {
        <li>
            <label class="desk-tick">
                <input type="checkbox" name=sent(name) value="on" checked=!value(&editor.fields, name).is_empty() />
                {label}
                {(!now.is_empty()).then(|| view! { <span class="field-hint">{now}</span> })}
            </label>
        </li>
    }
    .written()
}

/// A field of an editor; its problem and what somebody else has made of it stand beside it.
#[component]
pub fn EditorField(
    editor: EditorView,
    flash: Flash,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] quiet_label: bool,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let now = theirs(&editor, &name);
    view! {
        <DeskField
            name=sent(&name)
            problem_name=name.clone()
            label
            value=value(&editor.fields, &name)
            flash
            kind
            hint=if now.is_empty() { hint } else { now }
            quiet_label
            required
        />
    }
}

#[component]
pub fn EditorSelect(
    editor: EditorView,
    flash: Flash,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    choices: Vec<(String, String)>,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] quiet_label: bool,
) -> impl IntoView {
    let now = theirs(&editor, &name);
    let hint = if now.is_empty() { hint } else { now };
    let problem = flash.problem(&name).unwrap_or_default().to_owned();
    view! {
        <DeskSelect
            name=sent(&name)
            id=format!("field-{name}")
            label
            value=value(&editor.fields, &name)
            choices
            quiet_label
            hint
            problem
        />
    }
}

/// The form's own fields. Whoever presses Enter saves: the first button of a form is the one that counts.
#[component]
pub fn EditorStart(editor: EditorView) -> impl IntoView {
    let base = serde_json::to_string(&editor.base).unwrap_or_default();
    view! {
        <button class="visually-hidden" type="submit" name="fields[do]" value="save" tabindex="-1" aria-hidden="true">
            "Save"
        </button>
        <input type="hidden" name="fields[id]" value=editor.id />
        <input type="hidden" name="fields[version]" value=editor.version />
        <input type="hidden" name="fields[base]" value=base />
    }
    .written()
}

/// What is wrong with the form, or what somebody else has saved meanwhile.
#[component]
pub fn EditorProblem(editor: EditorView, flash: Flash, label: fn(&Fields, &str) -> String) -> impl IntoView {
    if editor.theirs.is_empty() && editor.both.is_empty() {
        return view! { <FormProblem flash /> }.written();
    }
    let named = |field: &String| label(&editor.fields, field);
    let mut changed: Vec<_> = editor.theirs.iter().map(named).collect();
    changed.dedup();
    let both = editor.both.iter().map(|(field, now)| (named(field), quoted(now))).collect();
    view! { <OvertakenEdit theirs=changed both /> }.written()
}

/// The example: what is asked for, and what it comes to under what stands in the form.
#[component]
pub fn TryIt(
    editor: EditorView,
    flash: Flash,
    /// What an empty country means.
    home: &'static str,
    #[prop(optional)] asks_vat: bool,
) -> impl IntoView {
    let sample = EditorView { fields: editor.sample.clone(), ..editor.clone() };
    let goods = choices(&[
        ("dearest", "The dearest product"),
        ("cheapest", "The cheapest product"),
        ("amount", "Goods for an amount"),
    ]);
    let field = |name: &'static str, label: &'static str, kind: &'static str| {
        view! { <EditorField editor=sample.clone() flash=flash.clone() name label kind /> }
    };
    view! {
        <section class="desk-panel desk-try" aria-labelledby="try-title" id="example">
            <h2 id="try-title">"Try it"</h2>
            <p class="desk-quiet">"What a cart would come to by what stands in this form. Nothing is saved."</p>
            <EditorSelect editor=sample.clone() flash=flash.clone() name="try_goods" label="Goods" choices=goods />
            <div class="desk-try-amount desk-pair">
                {field("try_amount", "Amount", "text")} {field("try_grams", "Weight in grams", "number")}
            </div>
            {field("try_units", "How many (1 if empty)", "number")}
            <EditorSelect
                editor=sample.clone()
                flash=flash.clone()
                name="try_country"
                label="Sent to"
                choices=countries(home)
            />
            {field("try_region", "State or province (optional)", "text")}
            {asks_vat.then(|| field("try_vat", "VAT number of the buyer (optional)", "text"))}
            <button class="button-quiet" type="submit" name="fields[do]" value="try">
                "Show the example"
            </button>
            {editor.example.map(|example| view! { <Example example /> })}
        </section>
    }
    .written()
}

#[component]
fn Example(example: ExampleView) -> impl IntoView {
    let ExampleView { goods, to, parts, total, needs_shipping, methods, other_zone, refused, at, reverse_charge } =
        example;
    let is_nowhere = needs_shipping && methods.is_empty();
    let unknown_shipping = needs_shipping.then_some("Not shipped there");
    let why = refused.map(|why| words::why_not(&why));
    let others = (methods.len() > 1).then(|| {
        let all: Vec<_> = methods.iter().map(|(name, price)| format!("{name} {}", words::charge(*price))).collect();
        format!("Ways to send it: {}.", all.join(", "))
    });
    view! {
        <div class="desk-example" role="status">
            <p>
                <strong>{goods}</strong>
                {format!(", to {to}")}
            </p>
            {at.map(|at| view! { <p class="desk-quiet">"As it will be on " <Moment at /></p> })}
            <Totals parts total unknown_shipping />
            {why.map(|why| view! { <p class="field-problem">{format!("This promotion takes nothing off: {why}")}</p> })}
            {is_nowhere
                .then(|| {
                    view! { <p class="field-problem">"No way to send it leads there: nobody there can order it."</p> }
                })}
            {other_zone
                .map(|zone| {
                    view! { <p class="desk-quiet">{format!("The zone “{zone}” decides about this place.")}</p> }
                })}
            {others.map(|others| view! { <p class="desk-quiet">{others}</p> })}
            {reverse_charge
                .then(|| view! { <p class="desk-quiet">"Reverse charge: the buyer accounts for the tax."</p> })}
        </div>
    }
    .written()
}

/// The way to take something away: unfolded first, pressed then.
#[component]
pub fn Remove(
    editor: EditorView,
    flash: Flash,
    action: &'static str,
    /// What it is: `promotion`.
    what: &'static str,
    /// What follows from it.
    words: &'static str,
) -> impl IntoView {
    let open = flash.error.is_some();
    view! {
        <details class="desk-panel desk-fold" open=open>
            <summary>{format!("Remove this {what}")}</summary>
            <form class="form" method="post" action=action novalidate>
                <FormProblem flash />
                <input type="hidden" name="fields[id]" value=editor.id />
                <input type="hidden" name="fields[version]" value=editor.version />
                <p class="desk-quiet">{words}</p>
                <button class="button-quiet" type="submit">
                    {format!("Remove {what}")}
                </button>
            </form>
        </details>
    }
    .written()
}
