//! `/admin/products/{id}`: a product's editor; `new` for one that is not there yet. Whoever saves after somebody else has saved
//! sees what they changed, and loses nothing of their own.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::hooks::{use_params_map, use_query_map};
use shop::domain::{Fields, ProductStatus};
use shop::dto::{CategoryChoice, ProductEditView, StaffProduct};

use super::edit_parts::{OvertakenEdit, quoted};
use super::forms::{EDIT_PRODUCT, NEW_PRODUCT, OPTIONS};
use super::parts::{DeskField, DeskHead, DeskSelect};
use super::product_fields::{Common, Options, Variants, field_label};
use super::product_pictures::ProductPictures;
use super::products_api::{AddVariants, CreateProduct, SaveProduct, load_new_product, load_product};
use crate::ui::{Flash, FormProblem, flash_of, loaded};

#[component]
pub fn StaffProductPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|p| p.get("id")).unwrap_or_default();
    let kept = use_query_map().with_untracked(|q| q.get("kept")).unwrap_or_default();
    loaded(load_product(id, kept), |view| view! { <Editor view /> })
}

#[component]
pub fn NewProductPage() -> impl IntoView {
    let kept = use_query_map().with_untracked(|q| q.get("kept")).unwrap_or_default();
    loaded(load_new_product(kept), |(categories, fields)| view! { <NewProduct categories fields /> })
}

#[component]
fn Editor(view: ProductEditView) -> impl IntoView {
    let ProductEditView { product, categories, fields, theirs, both, pictures } = view;
    let (flash, id) = (flash_of(EDIT_PRODUCT), product.id.to_string());
    let base = serde_json::to_string(&product.fields()).unwrap_or_default();
    let overtaken = !theirs.is_empty() || !both.is_empty();
    let shown = (product.status == ProductStatus::Active).then(|| format!("/products/{}", product.slug));
    view! {
        <DeskHead title=product.name.clone() crumb=("/admin/products", "Products")>
            {shown.map(|href| view! { <a href=href>"View in the shop"</a> })}
        </DeskHead>
        {overtaken.then(|| view! { <Overtaken product=product.clone() theirs both=both.clone() /> })}
        {(!overtaken).then(|| view! { <FormProblem flash=flash.clone() /> })}
        <form class="desk-form" method="post" action=SaveProduct::url() novalidate>
            <input type="hidden" name="fields[id]" value=id.clone() />
            <input type="hidden" name="fields[version]" value=product.version.to_string() />
            <input type="hidden" name="fields[base]" value=base />
            <div class="desk-columns">
                <div class="desk-work">
                    <Common categories fields=fields.clone() flash=flash.clone() both=both.clone() />
                </div>
            </div>
            <Variants product=product.clone() fields flash both />
            <p class="desk-save">
                <button class="button" type="submit">
                    "Save product"
                </button>
            </p>
        </form>
        <ProductPictures product=product.clone() merged=pictures />
        <AddOptions product />
    }
    .into_any()
}

/// What somebody else has saved meanwhile.
#[component]
fn Overtaken(product: StaffProduct, theirs: Vec<String>, both: Vec<(String, String)>) -> impl IntoView {
    let theirs = theirs.iter().map(|field| field_label(&product, field)).collect();
    let both = both.iter().map(|(field, now)| (field_label(&product, field), quoted(now))).collect();
    view! { <OvertakenEdit what="this product" theirs both /> }
}

#[component]
fn AddOptions(product: StaffProduct) -> impl IntoView {
    let flash = flash_of(OPTIONS);
    let open = flash.error.is_some();
    // What the variants have stands in the fields; more values make more variants.
    let values = |place: usize| {
        let mut values = Vec::<&str>::new();
        for value in product.variants.iter().filter_map(|variant| variant.options.get(place)) {
            if !values.contains(&value.as_str()) {
                values.push(value);
            }
        }
        values.join(", ")
    };
    let mut known = Fields::new();
    for (place, name) in product.options.iter().enumerate() {
        known.insert(format!("option{}_name", place + 1), name.clone());
        known.insert(format!("option{}_values", place + 1), values(place));
    }
    known.extend(flash.typed.iter().cloned());
    view! {
        <details class="desk-panel desk-fold" open=open>
            <summary>"Options and more variants"</summary>
            <form class="form" method="post" action=AddVariants::url() novalidate>
                <FormProblem flash=flash.clone() />
                <input type="hidden" name="fields[id]" value=product.id.to_string() />
                <input type="hidden" name="fields[version]" value=product.version.to_string() />
                <p class="desk-quiet">
                    "Each choice of values is a variant. Those that are missing are made, at the price of the first, shipped if it is, and with nothing in stock; those that are there stay. Leave the values they have, and add more."
                </p>
                <Options fields=known flash />
                <button class="button-quiet" type="submit">
                    "Make missing variants"
                </button>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn NewProduct(categories: Vec<CategoryChoice>, fields: Fields) -> impl IntoView {
    let flash = flash_of(NEW_PRODUCT);
    let mut fields = fields;
    fields.entry("status".into()).or_insert_with(|| ProductStatus::default().to_string());
    fields.entry("tax_class".into()).or_insert_with(|| "standard".into());
    view! {
        <DeskHead title="A new product" crumb=("/admin/products", "Products") />
        <FormProblem flash=flash.clone() />
        <form class="desk-form desk-narrow" method="post" action=CreateProduct::url() novalidate>
            <Common categories fields=fields.clone() flash=flash.clone() both=Vec::new() />
            <FirstVariant fields=fields.clone() flash=flash.clone() />
            <section class="desk-panel" aria-labelledby="options-title">
                <h2 id="options-title">"Options"</h2>
                <p class="desk-quiet">
                    "Size, colour: each choice of values becomes a variant with a price and a stock of its own. Leave them empty for a product that there is one of."
                </p>
                <Options fields flash />
            </section>
            <p class="desk-save">
                <button class="button" type="submit">
                    "Make product"
                </button>
            </p>
        </form>
    }
    .into_any()
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
    .into_any()
}
