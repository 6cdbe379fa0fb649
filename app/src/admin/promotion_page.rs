//! `/admin/promotions/{id}`: a promotion's editor; `new` for one that is not there yet.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::Fields;
use shop::dto::{CategoryChoice, EditorView, PromotionEditView};

use super::editor_parts::{
    EditorField, EditorProblem, EditorSelect, EditorStart, Remove, TryIt, choices, theirs, tick, title, value,
};
use super::forms::{PROMOTION, PROMOTION_GONE};
use super::parts::{DeskHead, DeskText};
use super::promotions_api::{RemovePromotion, SavePromotion, load_promotion};
use crate::ui::{Flash, Location, Written, flash_of, loaded};

#[component]
pub fn PromotionPage() -> impl IntoView {
    let id = Location::param("id");
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_promotion(id, kept), |view| view! { <Editor view /> })
}

#[component]
pub fn NewPromotionPage() -> impl IntoView {
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_promotion(String::new(), kept), |view| view! { <Editor view /> })
}

fn label(_: &Fields, field: &str) -> String {
    let known = match field {
        "name" => "Name",
        "code" => "Code",
        "kind" => "What it takes off",
        "percent" => "Per cent",
        "amount" => "Amount",
        "buy" => "Bought",
        "get" => "For nothing",
        "minimum" => "Minimum",
        "products" => "Products",
        "starts_at" => "From",
        "ends_at" => "Until",
        "first_order_only" => "First orders",
        "customer" => "Customer",
        "limit" => "Uses in all",
        "limit_per_customer" => "Uses by each customer",
        "stackable" => "Together with others",
        "active" => "Switched on",
        category => return category.replacen("category-", "Category ", 1),
    };
    known.to_owned()
}

#[component]
fn Editor(view: PromotionEditView) -> impl IntoView {
    let PromotionEditView { editor, categories, uses } = view;
    let (flash, is_new) = (flash_of(PROMOTION), editor.id.is_empty());
    let title = title(&editor, "A new promotion");
    let used = (!is_new && uses > 0).then(|| match uses {
        1 => "Used by 1 order that stands.".to_owned(),
        uses => format!("Used by {uses} orders that stand."),
    });
    view! {
        <DeskHead title crumb=("/admin/promotions", "Promotions") />
        {used.map(|used| view! { <p class="desk-when">{used}</p> })}
        <EditorProblem editor=editor.clone() flash=flash.clone() label />
        <form class="desk-form" method="post" action=SavePromotion::url() novalidate>
            <EditorStart editor=editor.clone() />
            <div class="desk-columns">
                <div class="desk-work">
                    <What editor=editor.clone() flash=flash.clone() />
                    <For editor=editor.clone() flash=flash.clone() categories />
                    <When editor=editor.clone() flash=flash.clone() />
                    <Limits editor=editor.clone() flash=flash.clone() />
                </div>
                <aside class="desk-side" aria-label="Example">
                    <TryIt editor=editor.clone() flash=flash.clone() home="Where the shop is" />
                </aside>
            </div>
            <p class="desk-save">
                <button class="button" type="submit" name="fields[do]" value="save">
                    "Save promotion"
                </button>
            </p>
        </form>
        {(!is_new)
            .then(|| {
                view! {
                    <Remove
                        editor
                        flash=flash_of(PROMOTION_GONE)
                        action=RemovePromotion::url()
                        what="promotion"
                        words="Orders that used it keep their discount. To keep it for later, switch it off instead."
                    />
                }
            })}
    }
    .written()
}

fn yes_or_no(no: &str, yes: &str) -> Vec<(String, String)> {
    choices(&[("no", no), ("yes", yes)])
}

#[component]
fn What(editor: EditorView, flash: Flash) -> impl IntoView {
    let kinds = choices(&[
        ("percent", "So many per cent"),
        ("amount", "An amount"),
        ("free_shipping", "The shipping"),
        ("buy_x_get_y", "Some units of a set: buy two, get one"),
    ]);
    let field = |name: &'static str, label: &'static str, kind: &'static str, hint: &'static str| {
        view! { <EditorField editor=editor.clone() flash=flash.clone() name label kind hint /> }
    };
    view! {
        <section class="desk-panel desk-kinds" aria-labelledby="what-title">
            <h2 id="what-title">"What it is"</h2>
            {field("name", "Name, as the shopper reads it beside the discount", "text", "")}
            {field(
                "code",
                "Code (optional)",
                "text",
                "3 to 32 letters, digits, dashes and underscores. Empty: it applies by itself.",
            )}
            <EditorSelect
                editor=editor.clone()
                flash=flash.clone()
                name="kind"
                label="What it takes off"
                choices=kinds
            />
            <div class="desk-kind-percent">{field("percent", "Per cent", "text", "Such as 10 or 12.5.")}</div>
            <div class="desk-kind-amount">{field("amount", "Amount", "text", "Off all that it is for, together.")}</div>
            <div class="desk-kind-buy_x_get_y desk-pair">
                {field("buy", "So many are bought", "number", "")}
                {field("get", "So many more cost nothing", "number", "The cheapest of them.")}
            </div>
            <EditorSelect
                editor=editor.clone()
                flash=flash.clone()
                name="active"
                label="Switched"
                choices=yes_or_no("Off", "On")
            />
        </section>
    }
    .written()
}

#[component]
fn For(editor: EditorView, flash: Flash, categories: Vec<CategoryChoice>) -> impl IntoView {
    let problem = flash.problem("categories").map(str::to_owned);
    let has_categories = !categories.is_empty();
    let ticks = categories.into_iter();
    let ticks = ticks.map(|choice| tick(&editor, &format!("category-{}", choice.slug), choice.name)).collect_view();
    view! {
        <section class="desk-panel" aria-labelledby="for-title">
            <h2 id="for-title">"What and whom it is for"</h2>
            <p class="desk-quiet">"Name neither products nor categories, and it is for everything."</p>
            {has_categories
                .then(|| {
                    view! {
                        <fieldset class="desk-choice">
                            <legend>"Categories, with those below them"</legend>
                            {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
                            <ul class="desk-ticks">{ticks}</ul>
                        </fieldset>
                    }
                })}
            <DeskText
                name="fields[products]"
                id="field-products"
                label="Products (optional): the last part of an address or a SKU, one a line"
                value=value(&editor.fields, "products")
                rows=3
                max=40_000
                problem=flash.problem("products").map(str::to_owned)
                hint=theirs(&editor, "products")
            />
            <EditorField
                editor=editor.clone()
                flash=flash.clone()
                name="minimum"
                label="Minimum (optional)"
                hint="What the goods it is for must come to, before any discount."
            />
            <div class="desk-pair">
                <EditorSelect
                    editor=editor.clone()
                    flash=flash.clone()
                    name="first_order_only"
                    label="Orders"
                    choices=yes_or_no("Any order", "A customer's first order only")
                />
                <EditorField
                    editor=editor.clone()
                    flash=flash.clone()
                    name="customer"
                    label="One customer alone (optional)"
                    kind="email"
                    hint="The e-mail address of their account."
                />
            </div>
        </section>
    }
    .written()
}

#[component]
fn When(editor: EditorView, flash: Flash) -> impl IntoView {
    view! {
        <section class="desk-panel" aria-labelledby="when-title">
            <h2 id="when-title">"When"</h2>
            <p class="desk-quiet">
                "By the shop's clocks. Leave both empty, and it runs for as long as it is switched on."
            </p>
            <div class="desk-pair">
                <EditorField
                    editor=editor.clone()
                    flash=flash.clone()
                    name="starts_at"
                    label="From (optional)"
                    kind="datetime-local"
                />
                <EditorField editor flash name="ends_at" label="Until (optional)" kind="datetime-local" />
            </div>
        </section>
    }
    .written()
}

#[component]
fn Limits(editor: EditorView, flash: Flash) -> impl IntoView {
    let field = |name: &'static str, label: &'static str| {
        view! { <EditorField editor=editor.clone() flash=flash.clone() name label kind="number" /> }
    };
    view! {
        <section class="desk-panel" aria-labelledby="limits-title">
            <h2 id="limits-title">"Limits"</h2>
            <div class="desk-pair">
                {field("limit", "Orders in all (optional)")}
                {field("limit_per_customer", "Orders of each customer (optional)")}
            </div>
            <EditorSelect
                editor=editor.clone()
                flash=flash.clone()
                name="stackable"
                label="With other promotions"
                choices=yes_or_no("Alone: of several like it the best counts", "Together with others")
            />
        </section>
    }
    .written()
}
