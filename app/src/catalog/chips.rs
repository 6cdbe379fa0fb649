//! The filters in use, above what they leave: each a link that takes it away.

use leptos::prelude::*;
use shop::dto::{ListingQuery, words};

use crate::ui::{Brand, Written};

/// Nothing where nothing narrows the listing's words and category.
#[component]
pub fn FilterChips(query: ListingQuery) -> impl IntoView {
    let chips = chips(&query, &Brand::get());
    (!chips.is_empty()).then(|| {
        let chip = |(said, without): (String, ListingQuery)| {
            view! {
                <li>
                    <a class="chip" href=without.href() rel="nofollow">
                        <span class="visually-hidden">"Remove "</span>
                        {said}
                        <span class="chip-cross" aria-hidden="true">
                            "×"
                        </span>
                    </a>
                </li>
            }
        };
        let clear = query.without_filters().href();
        view! {
            <nav class="filter-chips" aria-label="Filters in use">
                <ul>
                    {chips.into_iter().map(chip).collect_view()} <li>
                        <a class="chip-clear" href=clear>
                            "Clear all"
                            <span class="visually-hidden">" filters"</span>
                        </a>
                    </li>
                </ul>
            </nav>
        }
        .written()
    })
}

/// What each says, and the listing without it.
fn chips(query: &ListingQuery, brand: &Brand) -> Vec<(String, ListingQuery)> {
    let first = query.on_page(1);
    let option = |(name, value): (&str, &str)| (format!("{name}: {value}"), query.without_option(name, value));
    let tag = |tag: &String| (format!("Tag: {tag}"), query.without_tag(tag));
    let mut chips: Vec<_> = query.options.pairs().map(option).chain(query.tags.iter().map(tag)).collect();
    if let Some(price) = &query.min_price {
        chips.push((format!("From {}", brand.amount(price)), ListingQuery { min_price: None, ..first.clone() }));
    }
    if let Some(price) = &query.max_price {
        chips.push((format!("Up to {}", brand.amount(price)), ListingQuery { max_price: None, ..first.clone() }));
    }
    if let Some(floor) = query.rating {
        chips.push((words::rated_at_least(floor), ListingQuery { rating: None, ..first.clone() }));
    }
    if query.in_stock {
        chips.push(("In stock".to_owned(), ListingQuery { in_stock: false, ..first }));
    }
    chips
}

#[cfg(test)]
mod tests {
    use shop::domain::Currency;

    use super::*;
    use crate::catalog::listing_query::listing_query;

    #[test]
    fn each_chip_takes_one_filter_away_and_leaves_the_rest() {
        let brand = Brand { currency: Some(Currency::USD), ..Brand::default() };
        let search =
            "q=mug&category=glass&min_price=5&max_price=9&in_stock=true&option.Colour=Red&option.Colour=Blue&page=3";
        let query = listing_query(search);
        let told: Vec<_> = chips(&query, &brand).into_iter().map(|(said, without)| (said, without.href())).collect();
        let rest = "/products?q=mug&category=glass";
        assert_eq!(
            told[0],
            ("Colour: Blue".into(), format!("{rest}&min_price=5&max_price=9&in_stock=true&option.Colour=Red"))
        );
        assert_eq!(
            told[2],
            ("From $5.00".into(), format!("{rest}&max_price=9&in_stock=true&option.Colour=Blue&option.Colour=Red"))
        );
        assert_eq!(
            told[4],
            ("In stock".into(), format!("{rest}&min_price=5&max_price=9&option.Colour=Blue&option.Colour=Red"))
        );
        assert_eq!(told[3].0, "Up to $9.00");
        assert_eq!(told.len(), query.filter_count());
        assert_eq!(query.without_filters().href(), rest);
        let query = listing_query("category=glass&rating=3&tag=linen&tag=new");
        let told: Vec<_> = chips(&query, &brand).into_iter().map(|(said, without)| (said, without.href())).collect();
        let rest = "/products?category=glass";
        assert_eq!(
            told,
            [
                ("Tag: linen".to_owned(), format!("{rest}&rating=3&tag=new")),
                ("Tag: new".to_owned(), format!("{rest}&rating=3&tag=linen")),
                ("3 stars and up".to_owned(), format!("{rest}&tag=linen&tag=new")),
            ]
        );
        assert_eq!((told.len(), query.without_filters().href().as_str()), (query.filter_count(), rest));
        assert!(chips(&listing_query("q=mug&category=glass&sort=newest&page=2"), &brand).is_empty());
    }
}
