//! `/products/{slug}`: one product. Which variant is chosen stands in the address: `?sku=`, or the options by name as
//! the form sends them where no script runs.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};
use shop::domain::Quantity;
use shop::dto::{ProductView, VariantView, words};

use super::api::load_product;
use super::buy_box::{BuyBox, Offer};
use super::card::ProductGrid;
use super::choice::{nearest, option_name};
use super::gallery::Gallery;
use super::json_ld::product_json;
use crate::ui::{Brand, Titled, flash_of, loaded};

#[component]
pub fn ProductPage() -> impl IntoView {
    let slug = use_params_map().with_untracked(|p| p.get("slug")).unwrap_or_default();
    let search = use_location().search.get_untracked();
    loaded(load_product(slug), move |product| view! { <Product product search /> })
}

#[component]
fn Product(product: ProductView, search: String) -> impl IntoView {
    let chosen = chosen(&product, &search).cloned();
    let json = product_json(&product, &Brand::get().base_url);
    let description: String = product.description.chars().take(155).collect();
    let first = chosen.as_ref().and_then(|v| v.image.clone());
    let flash = flash_of("add-to-cart");
    let offer = chosen.map(|chosen| Offer {
        slug: product.slug.clone(),
        name: product.name.clone(),
        options: product.options,
        variants: product.variants,
        sku: chosen.sku,
        quantity: flash.value("quantity").map_or_else(|| quantity(&search), str::to_owned),
        error: flash.error,
    });
    let path = format!("/products/{}", product.slug);
    let paragraphs = product.description.split("\n\n").map(|p| view! { <p>{p.to_owned()}</p> }).collect_view();
    view! {
        <Titled title=product.name.clone() description path />
        <script type="application/ld+json" inner_html=json></script>
        <article class="product">
            <Gallery images=product.images first />
            <div class="product-side">
                {product
                    .category
                    .map(|c| {
                        view! {
                            <p class="crumb">
                                <a href=format!("/products?category={}", c.slug)>{c.name}</a>
                            </p>
                        }
                    })} <h1>{product.name}</h1> {offer.map(|offer| view! { <BuyBox offer /> })}
                <div class="product-words">{paragraphs}</div> <ProductNotes />
            </div>
        </article>
        {(!product.related.is_empty())
            .then(|| {
                view! {
                    <section class="section" aria-labelledby="related-title">
                        <h2 id="related-title">"Goes well with"</h2>
                        <ProductGrid products=product.related />
                    </section>
                }
            })}
    }
    .into_any()
}

#[component]
fn ProductNotes() -> impl IntoView {
    let days = Brand::get().content.return_days.map(words::days);
    view! {
        <ul class="product-notes">
            <li>"Your items are set aside for you as soon as you order."</li>
            {days
                .map(|days| {
                    view! {
                        <li>
                            <a href="/pages/returns">{days} " to change your mind"</a>
                        </li>
                    }
                })}
        </ul>
    }
}

/// What was typed before another choice was looked at, without scripts.
fn quantity(search: &str) -> String {
    let typed = field(search, "quantity").filter(|q| Quantity::parse(q).is_ok());
    typed.unwrap_or_else(|| "1".into())
}

fn field(search: &str, name: &str) -> Option<String> {
    let mut fields = form_urlencoded::parse(search.trim_start_matches('?').as_bytes());
    fields.find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
}

fn chosen<'a>(product: &'a ProductView, search: &str) -> Option<&'a VariantView> {
    let options: Vec<_> = (0..product.options.len()).filter_map(|group| field(search, &option_name(group))).collect();
    if options.is_empty() || options.len() != product.options.len() {
        return product.chosen(field(search, "sku").as_deref());
    }
    // The form also says which variant it showed: what differs from that was picked just now.
    let shown = field(search, "variant_id").and_then(|id| product.variants.iter().find(|v| v.id.to_string() == id));
    let picked = shown.and_then(|v| v.options.iter().zip(&options).position(|(before, now)| before != now));
    nearest(&product.variants, &options, picked).and_then(|place| product.variants.get(place))
}
