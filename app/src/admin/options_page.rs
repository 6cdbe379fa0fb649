//! `/admin/products/{id}/options`: a product's options and its variants. Whatever would take one out of the shop is shown first, with
//! what lies on its shelf.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Fields, Matrix};
use shop::dto::{OptionsEditView, RetiredVariant, RetiredVariants, StaffProduct, StaffVariant};

use super::editor_parts::{sent, value};
use super::forms::OPTIONS;
use super::overtaken::{OvertakenEdit, quoted};
use super::parts::{DeskField, DeskHead, grouped};
use super::paths::{product_path, variant_path};
use super::product_fields::{theirs, variant_name};
use super::products_api::{SaveOptions, load_options};
use crate::ui::{Flash, FormProblem, Location, Written, flash_of, loaded};

#[component]
pub fn OptionsPage() -> impl IntoView {
    let id = Location::param("id");
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_options(id, kept), |view| view! { <OptionsEditor view /> })
}

#[component]
fn OptionsEditor(view: OptionsEditView) -> impl IntoView {
    let OptionsEditView { product, fields, theirs, both, confirm } = view;
    let (flash, id) = (flash_of(OPTIONS), product.id.to_string());
    let base = serde_json::to_string(&product.option_fields()).unwrap_or_default();
    let overtaken = !theirs.is_empty() || !both.is_empty();
    let (asked, back) = (confirm.is_some(), product_path(&id));
    let known = (0..product.options.len()).map(|place| {
        let (product, fields, flash, both) = (product.clone(), fields.clone(), flash.clone(), both.clone());
        view! { <ExistingOption product place fields flash both /> }
    });
    let known = known.collect_view();
    let new = (1..=Matrix::MAX_OPTIONS.saturating_sub(product.options.len())).map(|number| {
        view! { <NewOption number fields=fields.clone() flash=flash.clone() /> }
    });
    let new = new.collect_view();
    view! {
        <DeskHead title=format!("Options of {}", product.name) crumb=("/admin/products", "Products")>
            <a href=back>"Back to the product"</a>
        </DeskHead>
        {overtaken.then(|| view! { <Overtaken fields=fields.clone() theirs both=both.clone() /> })}
        {(!overtaken && !asked).then(|| view! { <FormProblem flash=flash.clone() /> })}
        <form class="desk-form" method="post" action=SaveOptions::url() novalidate>
            // Whoever presses Enter in a field saves, and confirms nothing.
            <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">
                "Save options"
            </button>
            <input type="hidden" name=sent("id") value=id />
            <input type="hidden" name=sent("version") value=product.version.to_string() />
            <input type="hidden" name=sent("base") value=base />
            {confirm.map(|confirm| view! { <Confirm confirm /> })}
            {known}
            {new}
            <Variants product fields flash />
            <p class="desk-save">
                <button class="button" type="submit">
                    "Save options"
                </button>
            </p>
        </form>
    }
    .written()
}

/// What somebody else has saved meanwhile.
#[component]
fn Overtaken(fields: Fields, theirs: Vec<String>, both: Vec<(String, String)>) -> impl IntoView {
    let theirs = theirs.iter().map(|field| format!("{}: {}", field_label(field), quoted(&value(&fields, field))));
    let both = both.iter().map(|(field, now)| (field_label(field), quoted(now))).collect();
    view! { <OvertakenEdit what="this product" theirs=theirs.collect() both /> }
}

/// `o1v2-place`: the place of value 2 of option 1.
fn field_label(field: &str) -> String {
    let (part, what) = match field.split_once('-') {
        Some((part, "name")) => (part, "Name"),
        Some((part, _)) => (part, "Place"),
        None => (field, "Value"),
    };
    let part = part.trim_start_matches('o');
    match (part.split_once('v'), what) {
        (Some((option, number)), "Value") => format!("Value {number} of option {option}"),
        (Some((option, number)), what) => format!("{what} of value {number} of option {option}"),
        (None, what) => format!("{what} of option {part}"),
    }
}

/// What saving takes out of the shop. Only its own button says that it is so.
#[component]
fn Confirm(confirm: RetiredVariants) -> impl IntoView {
    let RetiredVariants { token, retired, made } = confirm;
    let row = |variant: RetiredVariant| {
        let RetiredVariant { name, sku, stock, held } = variant;
        let called = if name.is_empty() { sku.clone() } else { name };
        view! {
            <tr>
                <th scope="row">{called}</th>
                <td data-label="SKU">{sku}</td>
                <td data-label="Can be sold" class="desk-number">
                    {grouped(stock)}
                </td>
                <td data-label="Held for orders" class="desk-number">
                    {grouped(held)}
                </td>
            </tr>
        }
    };
    let made = (!made.is_empty()).then(|| {
        view! { <p>{format!("Made, or for sale again: {}.", made.join("; "))}</p> }
    });
    view! {
        <section
            class="desk-panel"
            id="confirm"
            role="alert"
            tabindex="-1"
            autofocus=true
            aria-labelledby="confirm-title"
        >
            <h2 id="confirm-title">"Retire these variants?"</h2>
            <p>
                "Nobody can buy them any more, and carts that hold them say so. What is held for orders is still sent; orders, books and the ledger stay as they are. Nothing is saved yet."
            </p>
            <table class="desk-table">
                <thead>
                    <tr>
                        <th scope="col">"Variant"</th>
                        <th scope="col">"SKU"</th>
                        <th scope="col" class="desk-number">
                            "Can be sold"
                        </th>
                        <th scope="col" class="desk-number">
                            "Held for orders"
                        </th>
                    </tr>
                </thead>
                <tbody>{retired.into_iter().map(row).collect_view()}</tbody>
            </table>
            {made}
            <button class="button" type="submit" name=sent("confirmed") value=token>
                "Retire them and save"
            </button>
        </section>
    }
    .written()
}

/// An option that is there: its name, its values, and new ones.
#[component]
fn ExistingOption(
    product: StaffProduct,
    place: usize,
    fields: Fields,
    flash: Flash,
    both: Vec<(String, String)>,
) -> impl IntoView {
    let key = format!("o{}", place.saturating_add(1));
    let called = product.options.get(place).cloned().unwrap_or_default();
    let field = |part: &str, label: String, kind: &'static str, hint: String| {
        let name = format!("{key}-{part}");
        view! {
            <DeskField
                name=sent(&name)
                problem_name=name.clone()
                label
                value=value(&fields, &name)
                flash=flash.clone()
                kind
                hint=theirs(&both, &name).unwrap_or(hint)
            />
        }
    };
    let rows = (1_u32..).zip(product.values_of(place)).map(|(number, was)| {
        let used = product.variants.iter().filter(|variant| variant.options.get(place) == Some(&was)).count();
        let (field, fields, flash) = (format!("{key}v{number}"), fields.clone(), flash.clone());
        view! { <ValueRow field was used fields flash both=both.clone() /> }
    });
    let rows = rows.collect_view();
    let (title, gone) = (format!("{key}-title"), format!("{key}-gone"));
    let heading = title.clone();
    let is_gone = value(&fields, &gone) == "on";
    view! {
        <section class="desk-panel" aria-labelledby=heading>
            <h2 id=title>{called.clone()}</h2>
            <div class="desk-pair">
                {field("name", format!("Name of {called}"), "text", String::new())}
                {field("place", format!("Place of {called} among the options"), "number", String::new())}
            </div>
            <table class="desk-table desk-variants">
                <thead>
                    <tr>
                        <th scope="col">"Value now"</th>
                        <th scope="col">"Is called"</th>
                        <th scope="col">"Place"</th>
                        <th scope="col">"Take away"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {field(
                "more",
                format!("New values of {called}, with commas between (optional)"),
                "text",
                "Each makes a variant for every choice of the other options.".to_owned(),
            )}
            <label class="check">
                <input type="checkbox" name=sent(&gone) value="on" checked=is_gone />
                <span>
                    {format!(
                        "Take {called} away: of variants that are then the same the first stays, the others are retired",
                    )}
                </span>
            </label>
        </section>
    }
    .written()
}

#[component]
fn ValueRow(
    field: String,
    was: String,
    used: usize,
    fields: Fields,
    flash: Flash,
    both: Vec<(String, String)>,
) -> impl IntoView {
    let (stands, gone) = (format!("{field}-place"), format!("{field}-gone"));
    let is_gone = value(&fields, &gone) == "on";
    let variants = if used == 1 { "1 variant".to_owned() } else { format!("{used} variants") };
    view! {
        <tr>
            <th scope="row">{was.clone()} <span class="desk-more">{variants}</span></th>
            <td data-label="Is called">
                <DeskField
                    name=sent(&field)
                    problem_name=field.clone()
                    label=format!("What {was} is called")
                    value=value(&fields, &field)
                    flash=flash.clone()
                    quiet_label=true
                    hint=theirs(&both, &field).unwrap_or_default()
                />
            </td>
            <td data-label="Place">
                <DeskField
                    name=sent(&stands)
                    problem_name=stands.clone()
                    label=format!("Place of {was}")
                    value=value(&fields, &stands)
                    flash
                    kind="number"
                    quiet_label=true
                    hint=theirs(&both, &stands).unwrap_or_default()
                />
            </td>
            <td data-label="Take away">
                <label class="check">
                    <input type="checkbox" name=sent(&gone) value="on" checked=is_gone />
                    <span>"Take away" <span class="visually-hidden">{format!(" {was}")}</span></span>
                </label>
            </td>
        </tr>
    }
    .written()
}

#[component]
fn NewOption(number: usize, fields: Fields, flash: Flash) -> impl IntoView {
    let field = |part: &str, label: String| {
        let name = format!("n{number}-{part}");
        view! { <DeskField name=sent(&name) problem_name=name.clone() label value=value(&fields, &name) flash=flash.clone() /> }
    };
    let title = format!("new-option-{number}");
    let heading = title.clone();
    view! {
        <section class="desk-panel" aria-labelledby=heading>
            <h2 id=title>{format!("New option {number}")}</h2>
            <div class="desk-option">
                {field("name", format!("Name of new option {number}"))}
                {field("values", format!("Values of new option {number}, with commas between"))}
            </div>
            <p class="desk-quiet">"The variants that are there have its first value."</p>
        </section>
    }
    .written()
}

/// The variants one by one: which are retired alone, and which come back.
#[component]
fn Variants(product: StaffProduct, fields: Fields, flash: Flash) -> impl IntoView {
    let row = |variant: &StaffVariant, is_retired: bool| {
        let (part, words) = if is_retired { ("back", "Bring back") } else { ("retire", "Retire") };
        let (field, name) = (variant.field(part), variant_name(&product, variant));
        let problem = flash.problem(&field).map(str::to_owned);
        let is_on = value(&fields, &field) == "on";
        view! {
            <tr>
                <th scope="row">
                    {name.clone()} {is_retired.then(|| view! { <span class="badge badge-ended">"Retired"</span> })}
                </th>
                <td data-label="SKU">{variant.sku.clone()}</td>
                <td data-label="In stock" class="desk-number">
                    <a href=variant_path(
                        &variant.id.to_string(),
                    )>{variant.stock} <span class="visually-hidden">{format!(" in stock of {name}")}</span></a>
                </td>
                <td data-label="Change">
                    <label class="check">
                        <input type="checkbox" name=sent(&field) value="on" checked=is_on />
                        <span>{words} <span class="visually-hidden">{format!(" {name}")}</span></span>
                    </label>
                    {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
                </td>
            </tr>
        }
    };
    let for_sale = product.variants.iter().map(|variant| row(variant, false)).collect_view();
    let retired = product.retired.iter().map(|variant| row(variant, true)).collect_view();
    let problem = flash.problem("variants").map(str::to_owned);
    let missing = product.missing_choices();
    let fill = (missing > 0).then(|| {
        let is_on = value(&fields, "fill") == "on";
        view! {
            <label class="check">
                <input type="checkbox" name=sent("fill") value="on" checked=is_on />
                <span>{format!("Make the choices that no variant stands for, too ({missing} now)")}</span>
            </label>
        }
    });
    view! {
        <section class="desk-panel" aria-labelledby="variants-title">
            <h2 id="variants-title">"Variants"</h2>
            {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
            <table class="desk-table desk-variants">
                <thead>
                    <tr>
                        <th scope="col">"Variant"</th>
                        <th scope="col">"SKU"</th>
                        <th scope="col" class="desk-number">
                            "In stock"
                        </th>
                        <th scope="col">"Change"</th>
                    </tr>
                </thead>
                <tbody>{for_sale} {retired}</tbody>
            </table>
            {fill}
            <p class="desk-quiet">
                "A new variant costs what the first does and has nothing in stock. What is retired is hidden from the shop and can come back."
            </p>
        </section>
    }
    .written()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_called_by_where_it_stands() {
        for (field, label) in [
            ("o1-name", "Name of option 1"),
            ("o2-place", "Place of option 2"),
            ("o1v12", "Value 12 of option 1"),
            ("o1v2-place", "Place of value 2 of option 1"),
        ] {
            assert_eq!(field_label(field), label);
        }
    }
}
