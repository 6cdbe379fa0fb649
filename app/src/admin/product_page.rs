//! `/admin/products/{id}`: a product's editor; `new` for one that is not there yet. Whoever saves after somebody else has saved
//! sees what they changed, and loses nothing of their own.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Fields, ProductStatus};
use shop::dto::{CategoryChoice, ProductEditView, StaffProduct};

use super::forms::{EDIT_PRODUCT, NEW_PRODUCT};
use super::overtaken::{OvertakenEdit, Preview, PreviewButtons, quoted, quoted_start};
use super::parts::{DeskField, DeskHead, DeskSelect};
use super::paths::{options_path, variant_path};
use super::product_fields::{Options, ProductFields, Variants, field_label, variant_name};
use super::product_pictures::ProductPictures;
use super::products_api::{CreateProduct, PreviewProduct, SaveProduct, load_new_product, load_product};
use crate::ui::{Flash, FormProblem, Location, Written, flash_of, loaded};

#[component]
pub fn StaffProductPage() -> impl IntoView {
    let id = Location::param("id");
    let search = Location::query();
    loaded(load_product(id, search), |view| view! { <Editor view /> })
}

#[component]
pub fn NewProductPage() -> impl IntoView {
    let search = Location::query();
    loaded(load_new_product(search), |(categories, fields, preview)| view! { <NewProduct categories fields preview /> })
}

#[component]
fn Editor(view: ProductEditView) -> impl IntoView {
    let ProductEditView { product, categories, fields, theirs, both, lost, pictures, preview } = view;
    let (flash, id) = (flash_of(EDIT_PRODUCT), product.id.to_string());
    let base = serde_json::to_string(&product.fields()).unwrap_or_default();
    let overtaken = !theirs.is_empty() || !both.is_empty() || !lost.is_empty();
    let (now, contested) = (fields.clone(), both.clone());
    let shown = (product.status == ProductStatus::Active).then(|| format!("/products/{}", product.slug));
    view! {
        <DeskHead title=product.name.clone() crumb=("/admin/products", "Products")>
            {shown.map(|href| view! { <a href=href>"View in the shop"</a> })}
        </DeskHead>
        {overtaken.then(|| view! { <Overtaken product=product.clone() fields=now theirs both=contested lost /> })}
        {(!overtaken).then(|| view! { <FormProblem flash=flash.clone() /> })}
        <Preview html=preview />
        <form class="desk-form" method="post" action=SaveProduct::url() novalidate>
            <input type="hidden" name="fields[id]" value=id.clone() />
            <input type="hidden" name="fields[version]" value=product.version.to_string() />
            <input type="hidden" name="fields[base]" value=base />
            <div class="desk-columns">
                <div class="desk-work">
                    <ProductFields categories fields=fields.clone() flash=flash.clone() both=both.clone() />
                </div>
            </div>
            <Variants product=product.clone() fields flash both />
            <PreviewButtons save="Save product" preview=PreviewProduct::url() words="Preview the description" />
        </form>
        <ProductPictures product=product.clone() merged=pictures />
        <OptionsOf product />
    }
    .written()
}

/// What somebody else has saved meanwhile.
#[component]
fn Overtaken(
    product: StaffProduct,
    fields: Fields,
    theirs: Vec<String>,
    both: Vec<(String, String)>,
    lost: Vec<(String, String)>,
) -> impl IntoView {
    let now = |field: &String| quoted_start(fields.get(field).map(String::as_str).unwrap_or_default());
    let theirs = theirs.iter().map(|field| format!("{}: {}", field_label(&product, field), now(field))).collect();
    let both = both.iter().map(|(field, now)| (field_label(&product, field), quoted_start(now))).collect();
    let gone = (!lost.is_empty()).then(|| {
        let lines = lost.iter().map(|(field, typed)| {
            view! { <li>{format!("{}: you typed {}", field_label(&product, field), quoted(typed))}</li> }
        });
        view! {
            <div class="problem">
                <p>"These belong to variants that have been retired since, and are not saved:"</p>
                <ul>{lines.collect_view()}</ul>
            </div>
        }
    });
    view! {
        <OvertakenEdit what="this product" theirs both />
        {gone}
    }
}

/// The options with their values, and what was taken out of the shop.
#[component]
fn OptionsOf(product: StaffProduct) -> impl IntoView {
    let options = product.options.iter().enumerate().map(|(place, name)| {
        let values = product.values_of(place).join(", ");
        view! { <li>{format!("{name}: {values}")}</li> }
    });
    let options = options.collect_view();
    let retired = product.retired.iter().map(|variant| {
        let name = variant_name(&product, variant);
        view! {
            <li>
                <a href=variant_path(&variant.id.to_string())>{name}</a>
                <span class="desk-more">{format!("{} in stock", variant.stock)}</span>
            </li>
        }
    });
    let retired = retired.collect_view();
    let (has_options, has_retired) = (!product.options.is_empty(), !product.retired.is_empty());
    view! {
        <section class="desk-panel" aria-labelledby="options-title">
            <h2 id="options-title">"Options"</h2>
            {if has_options {
                view! { <ul>{options}</ul> }.written()
            } else {
                view! { <p class="desk-quiet">"There are none: there is one of this product."</p> }.written()
            }}
            <p>
                <a href=options_path(&product.id.to_string())>"Edit options and variants"</a>
            </p>
            {has_retired
                .then(|| {
                    view! {
                        <h3>"Retired variants"</h3>
                        <ul class="desk-entries">{retired}</ul>
                    }
                })}
        </section>
    }
    .written()
}

#[component]
fn NewProduct(categories: Vec<CategoryChoice>, fields: Fields, preview: Option<String>) -> impl IntoView {
    let flash = flash_of(NEW_PRODUCT);
    let mut fields = fields;
    fields.entry("status".into()).or_insert_with(|| ProductStatus::default().to_string());
    fields.entry("tax_class".into()).or_insert_with(|| "standard".into());
    view! {
        <DeskHead title="A new product" crumb=("/admin/products", "Products") />
        <FormProblem flash=flash.clone() />
        <Preview html=preview />
        <form class="desk-form desk-narrow" method="post" action=CreateProduct::url() novalidate>
            <ProductFields categories fields=fields.clone() flash=flash.clone() both=Vec::new() />
            <FirstVariant fields=fields.clone() flash=flash.clone() />
            <section class="desk-panel" aria-labelledby="options-title">
                <h2 id="options-title">"Options"</h2>
                <p class="desk-quiet">
                    "Size, colour: each choice of values becomes a variant with a price and a stock of its own. Leave them empty for a product that there is one of."
                </p>
                <Options fields flash />
            </section>
            <PreviewButtons save="Make product" preview=PreviewProduct::url() words="Preview the description" />
        </form>
    }
    .written()
}

#[component]
fn FirstVariant(fields: Fields, flash: Flash) -> impl IntoView {
    let field = |name: &'static str, label: &'static str, kind: &'static str| {
        view! {
            <DeskField
                name=format!("fields[{name}]")
                problem_name=name
                label
                value=fields.get(name).cloned().unwrap_or_default()
                flash=flash.clone()
                kind
            />
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="price-title">
            <h2 id="price-title">"Price and stock"</h2>
            <div class="desk-pair">
                {field("price", "Price", "text")} {field("compare_at_price", "Was before (optional)", "text")}
                {field("stock", "In stock, of each variant", "number")}
                {field("cost", "What it costs you (optional)", "text")}
                {field("weight_grams", "Weight in grams", "number")}
                <DeskSelect
                    name="fields[needs_shipping]"
                    id="field-needs_shipping"
                    label="Shipped"
                    value=fields.get("needs_shipping").cloned().unwrap_or_default()
                    choices=vec![("yes".into(), "Yes".into()), ("no".into(), "No: collected, or sent by mail".into())]
                />
            </div>
        </section>
    }
    .written()
}
