//! Products as they stand in a grid. Plain HTML: no signal per card.

use leptos::prelude::*;
use shop::dto::{CardRating, ProductCard, words};

use super::reviews::counted;
use crate::ui::{LowestPrice, Picture, Price, Written};

#[component]
pub fn ProductGrid(
    products: Vec<ProductCard>,
    /// How many of the first are seen without scrolling.
    #[prop(optional)]
    eager: usize,
) -> impl IntoView {
    let cards = products.into_iter().enumerate();
    view! { <ul class="grid">{cards.map(|(i, product)| view! { <Card product eager=i < eager /> }).collect_view()}</ul> }
}

#[component]
fn Card(product: ProductCard, eager: bool) -> impl IntoView {
    let is_sold_out = !product.in_stock;
    view! {
        <li class="card" class:card-sold-out=is_sold_out>
            <CardInside product eager />
        </li>
    }
    .written()
}

/// What a card says, for whoever has more to say in it.
#[component]
pub fn CardInside(product: ProductCard, #[prop(optional)] eager: bool) -> impl IntoView {
    let note = match (product.in_stock, product.choices) {
        (false, _) => Some("Sold out".to_owned()),
        (true, 0 | 1) => None,
        (true, choices) => Some(format!("{choices} choices")),
    };
    let href = product.href();
    let before = product.compare_at_price.map(|before| before.to_string());
    let reduced = product.lowest_before.and_then(|lowest| words::reduced_by(product.price, lowest));
    view! {
        <a href=href>
            <span class="frame">
                <Picture
                    image=product.image
                    sizes="(min-width: 75rem) 22vw, (min-width: 48rem) 30vw, 46vw"
                    eager
                    decorative=true
                />
            </span>
            <span class="card-name">{product.name}</span>
        </a>
        {product.rating.map(|rating| view! { <CardStars rating /> })}
        <p class="card-line">
            <Price price=product.price.to_string() before from=product.price_varies />
            {reduced.map(|by| view! { <span class="card-reduced">{by}</span> })}
            {note.map(|note| view! { <span class="card-note">{note}</span> })}
        </p>
        {product.unit_price.map(|unit| view! { <p class="price-unit">{unit.words()}</p> })}
        {product.lowest_before.map(|price| view! { <LowestPrice price /> })}
    }
}

/// How buyers rate it: seen as stars, to the half, and heard as words.
#[component]
fn CardStars(rating: CardRating) -> impl IntoView {
    let halves = usize::try_from(rating.tenths * 2 + 5).unwrap_or_default() / 10;
    let (whole, rest) = (halves / 2, 5_usize.saturating_sub(halves.div_ceil(2)));
    let half = (halves % 2 == 1).then(|| view! { <span class="star-half">"☆"</span> });
    let (average, reviews) = (rating.average(), counted(rating.reviews));
    view! {
        <p class="card-rating">
            <span class="visually-hidden">{format!("Rated {average} of 5, {reviews}")}</span>
            <span aria-hidden="true">
                <span class="stars">{"★".repeat(whole)} {half} {"☆".repeat(rest)}</span>
                {format!(" {average} ({})", rating.reviews)}
            </span>
        </p>
    }
}
