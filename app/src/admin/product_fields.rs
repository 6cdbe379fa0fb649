//! The fields of a product: its own, its options, and a row for each variant.

use leptos::prelude::*;
use shop::domain::{Fields, Matrix, ProductStatus, TaxClass};
use shop::dto::{CategoryChoice, StaffProduct, StaffVariant};

use super::parts::{DeskField, DeskSelect, DeskText, status_words};
use crate::ui::Flash;

/// What a field of the editor is called.
pub fn field_label(product: &StaffProduct, field: &str) -> String {
    let own = match field {
        "name" => "Name",
        "description" => "Description",
        "category" => "Category",
        "status" => "Status",
        "tax_class" => "Tax class",
        "sku" => "SKU",
        "price" => "Price",
        "compare_at_price" => "Price before",
        "weight_grams" => "Weight",
        "needs_shipping" => "Shipped",
        other => return of_variant(product, other),
    };
    own.to_owned()
}

fn of_variant(product: &StaffProduct, field: &str) -> String {
    let variant = product.variants.iter().find_map(|variant| {
        let part = field.strip_prefix(&variant.field(""))?;
        Some(format!("{} of {}", field_label(product, part), variant_name(product, variant)))
    });
    variant.unwrap_or_else(|| field.to_owned())
}

/// `Moss, S`; of a product that has one variant its sku.
pub fn variant_name(product: &StaffProduct, variant: &StaffVariant) -> String {
    if product.options.is_empty() { variant.sku.clone() } else { variant.options.join(", ") }
}

/// What somebody else has made of a field, to stand beside one's own.
fn theirs(both: &[(String, String)], field: &str) -> Option<String> {
    both.iter().find(|(name, _)| name == field).map(|(_, now)| format!("Now: {now}"))
}

/// What is said of the product itself.
#[component]
pub fn Common(
    categories: Vec<CategoryChoice>,
    fields: Fields,
    flash: Flash,
    both: Vec<(String, String)>,
) -> impl IntoView {
    let value = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let problem = |name: &str| flash.problem(name).map(str::to_owned);
    let statuses =
        ProductStatus::ALL.into_iter().map(|status| (status.to_string(), status_words(status).to_owned())).collect();
    let categories = std::iter::once((String::new(), "In none".to_owned()))
        .chain(categories.into_iter().map(|choice| (choice.slug, choice.name)));
    let tax = |class: TaxClass| match class {
        TaxClass::Standard => "Standard",
        TaxClass::Reduced => "Reduced",
        TaxClass::Zero => "Not taxed",
    };
    let taxes = TaxClass::ALL.into_iter().map(|class| (class.as_str().to_owned(), tax(class).to_owned())).collect();
    let hint = |name: &str| theirs(&both, name).unwrap_or_default();
    view! {
        <section class="desk-panel" aria-labelledby="product-title">
            <h2 id="product-title">"What it is"</h2>
            <DeskField
                name="fields[name]"
                problem_name="name"
                label="Name"
                value=value("name")
                flash=flash.clone()
                hint=hint("name")
                required=true
            />
            <DeskText
                name="fields[description]"
                id="field-description"
                label="Description (optional)"
                value=value("description")
                rows=6
                max=5_000
                problem=problem("description")
                hint=hint("description")
            />
            <div class="desk-pair">
                <DeskSelect
                    name="fields[status]"
                    id="field-status"
                    label="Status"
                    value=value("status")
                    choices=statuses
                    hint=hint("status")
                    problem=problem("status").unwrap_or_default()
                />
                <DeskSelect
                    name="fields[category]"
                    id="field-category"
                    label="Category"
                    value=value("category")
                    choices=categories.collect()
                    hint=hint("category")
                    problem=problem("category").unwrap_or_default()
                />
                <DeskSelect
                    name="fields[tax_class]"
                    id="field-tax_class"
                    label="Tax class"
                    value=value("tax_class")
                    choices=taxes
                    hint=hint("tax_class")
                    problem=problem("tax_class").unwrap_or_default()
                />
            </div>
        </section>
    }
    .into_any()
}

/// Names of options, and their values with commas between.
#[component]
pub fn Options(fields: Fields, flash: Flash) -> impl IntoView {
    let row = move |place: usize| {
        let field = |part: &str, label: String| {
            let name = format!("option{place}_{part}");
            view! {
                <DeskField
                    name=format!("fields[{name}]")
                    problem_name=name.clone()
                    label
                    value=fields.get(&name).cloned().unwrap_or_default()
                    flash=flash.clone()
                />
            }
        };
        let (name, values) = (format!("Option {place}"), format!("Values of option {place}, with commas between"));
        view! { <div class="desk-option">{field("name", name)} {field("values", values)}</div> }
    };
    view! { <div class="desk-options">{(1..=Matrix::MAX_OPTIONS).map(row).collect_view()}</div> }.into_any()
}

#[component]
pub fn Variants(product: StaffProduct, fields: Fields, flash: Flash, both: Vec<(String, String)>) -> impl IntoView {
    let rows = product.variants.clone().into_iter().map(|variant| {
        let name = variant_name(&product, &variant);
        view! { <VariantRow variant name fields=fields.clone() flash=flash.clone() both=both.clone() /> }
    });
    let rows = rows.collect_view();
    view! {
        <section class="desk-panel" aria-labelledby="variants-title">
            <h2 id="variants-title">{if product.variants.len() == 1 { "Price" } else { "Variants" }}</h2>
            <table class="desk-table desk-variants">
                <thead>
                    <tr>
                        <th scope="col">"Variant"</th>
                        <th scope="col">"SKU"</th>
                        <th scope="col">"Price"</th>
                        <th scope="col">"Was before"</th>
                        <th scope="col">"Grams"</th>
                        <th scope="col">"Shipped"</th>
                        <th scope="col" class="desk-number">
                            "In stock"
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

#[component]
fn VariantRow(
    variant: StaffVariant,
    name: String,
    fields: Fields,
    flash: Flash,
    both: Vec<(String, String)>,
) -> impl IntoView {
    let field = |part: &'static str, label: &'static str, kind: &'static str| {
        let key = variant.field(part);
        view! {
            <DeskField
                name=format!("fields[{key}]")
                problem_name=key.clone()
                label=format!("{label} of {name}")
                value=fields.get(&key).cloned().unwrap_or_default()
                flash=flash.clone()
                kind
                quiet_label=true
                hint=theirs(&both, &key).unwrap_or_default()
            />
        }
    };
    let shipped = variant.field("needs_shipping");
    view! {
        <tr>
            <th scope="row">{name.clone()}</th>
            <td data-label="SKU">{field("sku", "SKU", "text")}</td>
            <td data-label="Price">{field("price", "Price", "text")}</td>
            <td data-label="Was before">{field("compare_at_price", "Price before", "text")}</td>
            <td data-label="Grams">{field("weight_grams", "Grams", "number")}</td>
            <td data-label="Shipped">
                <DeskSelect
                    name=format!("fields[{shipped}]")
                    id=format!("field-{shipped}")
                    label=format!("Whether {name} is shipped")
                    value=fields.get(&shipped).cloned().unwrap_or_default()
                    choices=vec![("yes".into(), "Yes".into()), ("no".into(), "No".into())]
                    quiet_label=true
                />
            </td>
            <td data-label="In stock" class="desk-number">
                <a href=format!(
                    "/admin/stock/{}",
                    variant.id,
                )>{variant.stock} <span class="visually-hidden">{format!(" in stock of {name}")}</span></a>
            </td>
        </tr>
    }
    .into_any()
}
