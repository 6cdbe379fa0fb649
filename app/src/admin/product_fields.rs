//! The fields of a product: its own, its options, and a row for each variant.

use leptos::prelude::*;
use shop::domain::{Fields, Matrix, ProductStatus, TaxClass};
use shop::dto::{CategoryChoice, StaffProduct, StaffVariant};

use super::parts::{DeskField, DeskSelect, DeskText, status_words};
use crate::ui::{Flash, Written};

/// What a field of the editor is called.
pub fn field_label(product: &StaffProduct, field: &str) -> String {
    let own = match field {
        "name" => "Name",
        "slug" => "Address",
        "description" => "Description",
        "category" => "Category",
        "status" => "Status",
        "publish_at" => "For sale from",
        "tax_class" => "Tax class",
        "vendor" => "Vendor",
        "tags" => "Tags",
        "seo_title" => "Title for search engines",
        "seo_description" => "Text for search engines",
        "featured" => "On the first page",
        "sku" => "SKU",
        "price" => "Price",
        "compare_at_price" => "Price before",
        "cost" => "Cost",
        "weight_grams" => "Weight",
        "needs_shipping" => "Shipped",
        "measure" => "Contents",
        other => return of_variant(product, other),
    };
    own.to_owned()
}

fn of_variant(product: &StaffProduct, field: &str) -> String {
    let variant = product.variants.iter().chain(&product.retired).find_map(|variant| {
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
pub fn theirs(both: &[(String, String)], field: &str) -> Option<String> {
    both.iter().find(|(name, _)| name == field).map(|(_, now)| format!("Now: {now}"))
}

/// What is said of the product itself.
#[component]
pub fn ProductFields(
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
    let fact = |name: &'static str, label: &'static str, more: &'static str| {
        view! {
            <DeskField
                name=format!("fields[{name}]")
                problem_name=name
                label
                value=value(name)
                flash=flash.clone()
                hint=theirs(&both, name).unwrap_or_else(|| more.to_owned())
            />
        }
    };
    let facts = view! {
        <div class="desk-pair">
            {fact("vendor", "Vendor (optional)", "")}
            {fact("tags", "Tags (optional)", "With commas between. Shoppers see them.")}
        </div>
        <div class="desk-pair">
            {fact(
                "seo_title",
                "Title for search engines (optional)",
                "Its name, if empty. About 60 letters are shown.",
            )}
            {fact(
                "seo_description",
                "Text for search engines (optional)",
                "The beginning of the description, if empty. About 155 letters are shown.",
            )}
        </div>
    };
    let first_page = view! {
        <DeskSelect
            name="fields[featured]"
            id="field-featured"
            label="On the first page"
            value=value("featured")
            choices=vec![("no".to_owned(), "No".to_owned()), ("yes".to_owned(), "Yes".to_owned())]
            hint=theirs(&both, "featured").unwrap_or_else(|| "Where none is chosen, the newest stand there.".to_owned())
            problem=problem("featured").unwrap_or_default()
        />
    };
    let address = fact(
        "slug",
        "Address: behind /products/",
        "Small letters, digits and hyphens. Left empty, it is made of the name of a new product. Addresses it had before lead to it.",
    );
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
            {address}
            <DeskText
                name="fields[description]"
                id="field-description"
                label="Description (optional)"
                value=value("description")
                rows=6
                max=5_000
                problem=problem("description")
                hint=theirs(&both, "description")
                    .unwrap_or_else(|| {
                        "Markdown: ## a heading, - a list, **important**, [words](/pages/returns).".into()
                    })
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
            <DeskField
                name="fields[publish_at]"
                problem_name="publish_at"
                label="For sale from (optional)"
                value=value("publish_at")
                flash=flash.clone()
                kind="datetime-local"
                hint=theirs(&both, "publish_at")
                    .unwrap_or_else(|| "A draft comes into the shop by itself then, by the shop's clocks.".into())
            />
            {facts}
            {first_page}
        </section>
    }
    .written()
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
    view! { <div class="desk-options">{(1..=Matrix::MAX_OPTIONS).map(row).collect_view()}</div> }.written()
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
                        <th scope="col">"Cost"</th>
                        <th scope="col">"Grams"</th>
                        <th scope="col">"Contents"</th>
                        <th scope="col">"Shipped"</th>
                        <th scope="col" class="desk-number">
                            "In stock"
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="desk-quiet">
                "Contents, such as 250 g, 0.75 l, 2 m or 1.4 m²: from them the product's page tells what a kilogram, a litre or a metre costs. Empty: nothing is told."
            </p>
        </section>
    }
    .written()
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
            <td data-label="Cost">{field("cost", "Cost", "text")}</td>
            <td data-label="Grams">{field("weight_grams", "Grams", "number")}</td>
            <td data-label="Contents">{field("measure", "Contents", "text")}</td>
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
    .written()
}
