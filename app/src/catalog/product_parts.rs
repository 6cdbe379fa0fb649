//! What stands on a product's page beside its pictures and its choice: what is known of it in a table, and how it is shared.
//! `public/product.js` does what only scripts can; without it there are links.

use leptos::prelude::*;
use shop::domain::TagFilters;
use shop::dto::{ListingQuery, ProductView, words};

use super::choice::of_choices;
use crate::ui::{Brand, Written};

/// What is known of the product, each with its name: the table of it, folded away.
#[component]
pub fn ProductFacts(facts: Vec<(String, String)>) -> impl IntoView {
    let rows = facts.into_iter().map(|(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <details class="product-facts">
                <summary>"Details"</summary>
                <dl class="facts">{rows}</dl>
            </details>
        }
    })
}

/// The rows of that table, of what the catalogue has.
pub fn facts_of(product: &ProductView) -> Vec<(String, String)> {
    let options = product.options.iter().map(|group| (group.name.clone(), group.values.join(", ")));
    let mut facts: Vec<_> = options.collect();
    let measures: Vec<_> = product.unit_prices.iter().map(|(id, unit)| (*id, unit.measure.to_string())).collect();
    let weights: Vec<_> = product.weights.iter().map(|(id, grams)| (*id, words::weight(*grams))).collect();
    let skus: Vec<_> = product.variants.iter().map(|variant| (variant.id, variant.sku.clone())).collect();
    for (name, said) in [("Content", measures), ("Weight", weights), ("Article number", skus)] {
        if let Some(value) = of_choices(product, &said, ", ") {
            facts.push((name.to_owned(), value));
        }
    }
    facts
}

/// Its tags, each a way to what else has it.
#[component]
pub fn ProductTags(tags: Vec<String>) -> impl IntoView {
    (!tags.is_empty()).then(|| {
        let link = |tag: String| {
            let query = ListingQuery { tags: TagFilters::from(vec![tag.clone()]), ..ListingQuery::default() };
            view! {
                <li>
                    <a href=query.href()>{tag}</a>
                </li>
            }
        };
        view! {
            <nav class="product-tags" aria-label="Tags">
                <ul>{tags.into_iter().map(link).collect_view()}</ul>
            </nav>
        }
        .written()
    })
}

/// Ways to tell somebody of it. A script adds the one that puts its address where it can be pasted.
#[component]
pub fn ShareLinks(name: String, path: String) -> impl IntoView {
    let address = format!("{}{path}", Brand::get().base_url);
    let mail = format!("mailto:?subject={}&body={}", mail_part(&name), mail_part(&address));
    view! {
        <p class="share">
            <a href=mail>"Share by mail"</a>
            <button class="link" type="button" data-share="" hidden=true>
                "Copy link"
            </button>
            <span role="status"></span>
        </p>
    }
}

/// As a mail's address takes it: a plus is a plus there.
fn mail_part(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::mail_part;

    #[test]
    fn a_mail_is_told_words_and_signs_as_they_are() {
        assert_eq!(mail_part("Oat & Rye + 2"), "Oat%20%26%20Rye%20%2B%202");
        assert_eq!(mail_part("a\r\nBcc: b@c"), "a%0D%0ABcc%3A%20b%40c");
    }
}
