//! `/products/{slug}`: one product. Which variant is chosen stands in the address: `?sku=`, or the options by name as
//! the form sends them where no script runs.

use leptos::prelude::*;
use shop::domain::Quantity;
use shop::dto::{ProductView, VariantView, words};

use super::api::load_product;
use super::buy_box::{BuyBox, Offer};
use super::card::ProductGrid;
use super::choice::{nearest, option_name};
use super::gallery::Gallery;
use super::json_ld::{product_json, trail_json};
use super::offered::Offered;
use super::product_parts::{ProductFacts, ProductTags, ShareLinks, facts_of};
use super::reviews::{RatingLine, Reviews};
use super::stock_wish::{StockWishForm, StockWishOffer};
use super::trail::{Trail, links_of};
use super::wishlist_page::WishlistForm;
use crate::assets::FetchedPart;
use crate::ui::{
    Brand, DeliveryAndReturns, Location, RecentlyViewed, SharedPicture, Titled, Written, flash_of, loaded,
};

#[component]
pub fn ProductPage() -> impl IntoView {
    let slug = Location::param("slug");
    let search = Location::query();
    loaded(load_product(slug, search.clone()), move |(product, email)| view! { <Product product search email /> })
}

#[component]
fn Product(product: ProductView, search: String, email: Option<String>) -> impl IntoView {
    let chosen = chosen(&product, &search).cloned();
    let wish = StockWishOffer::of(&product, chosen.as_ref(), email);
    let path = format!("/products/{}", product.slug);
    let Brand { content, base_url, .. } = Brand::get();
    let steps = links_of(&product.trail);
    let trail: Vec<_> = std::iter::once((content.name.clone(), "/".to_owned()))
        .chain(steps.clone())
        .chain(std::iter::once((product.name.clone(), path.clone())))
        .collect();
    let (json, trail) = (product_json(&product, &base_url), trail_json(&trail, &base_url));
    let picture = product.images.first().map(SharedPicture::from);
    let (price_notes, facts) = (price_notes(&product), facts_of(&product));
    let (name, seen, is_sent) = (product.name.clone(), product.images.first().cloned(), product.is_sent);
    let description = match product.seo_description.as_str() {
        "" => product.description.chars().take(155).collect(),
        told => told.to_owned(),
    };
    let title = if product.seo_title.is_empty() { product.name.clone() } else { product.seo_title.clone() };
    let first = chosen.as_ref().and_then(|v| v.image.clone());
    let flash = flash_of("add-to-cart");
    let offer = chosen.map(|chosen| Offer {
        slug: product.slug.clone(),
        name: product.name.clone(),
        options: product.options,
        variants: product.variants.into_iter().map(Offered::from).collect(),
        price_notes,
        sku: chosen.sku,
        quantity: flash.value("quantity").map_or_else(|| quantity(&search), str::to_owned),
        error: flash.error,
    });
    let slug = product.slug;
    view! {
        <Titled title description path=path.clone() picture />
        <script type="application/ld+json" inner_html=json></script>
        <script type="application/ld+json" inner_html=trail></script>
        <article class="product">
            <Gallery images=product.images first />
            <div class="product-side">
                <Trail steps />
                <h1>{product.name}</h1>
                <RatingLine rating=product.rating />
                {offer
                    .map(|offer| {
                        view! {
                            <FetchedPart of="buy_box" />
                            <BuyBox offer />
                        }
                    })}
                {wish.map(|wish| view! { <StockWishForm wish /> })}
                <WishlistForm slug=slug.clone() />
                <div class="product-words prose" inner_html=product.description_html></div>
                <DeliveryAndReturns is_sent />
                <ProductFacts facts />
                <ProductTags tags=product.tags />
                <ShareLinks name=name.clone() path=path.clone() />
            </div>
        </article>
        <Reviews slug rating=product.rating reviews=product.reviews />
        {(!product.related.is_empty())
            .then(|| {
                view! {
                    <section class="section" aria-labelledby="related-title">
                        <h2 id="related-title">"Goes well with"</h2>
                        <ProductGrid products=product.related />
                    </section>
                }
            })}
        <RecentlyViewed name path picture=seen />
    }
    .written()
}

/// What stands below the price of each variant, in lines: what a kilogram, a litre or a metre of it costs, and where it is reduced
/// the lowest price before. In words, not in amounts: to follow a choice the island needs no more than a text.
fn price_notes(product: &ProductView) -> Vec<String> {
    let notes = |variant: &VariantView| {
        let unit = product.unit_prices.iter().find(|(id, _)| *id == variant.id).map(|(_, unit)| unit.words());
        let lowest = product.lowest_before.iter().find(|lowest| lowest.variant == variant.id);
        let lowest = lowest.map(|lowest| words::lowest_before(lowest.price));
        unit.into_iter().chain(lowest).collect::<Vec<_>>().join("\n")
    };
    product.variants.iter().map(notes).collect()
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
