//! What is offered while somebody types, as the options of a list: plain HTML, which the search field of the header puts where it
//! belongs. Each option is a link, so it can be opened elsewhere, too.

use leptos::prelude::*;
use shop::dto::{CategoryStep, ListingQuery, SuggestedProduct, SuggestionsView};

use crate::ui::{Picture, Price};

/// The piece of a page. Its one element says in `data-told` what is to be told of it, and how many options there are.
pub fn suggestions_html(found: SuggestionsView) -> String {
    view! { <Suggestions found /> }.to_html()
}

#[component]
fn Suggestions(found: SuggestionsView) -> impl IntoView {
    let told = announcement(&found);
    let SuggestionsView { meant, products, categories } = found;
    let meant_options = usize::from(meant.is_some());
    let first_product = meant_options + categories.len();
    let meant = meant.map(|meant| view! { <OtherSearch meant /> });
    let categories = (!categories.is_empty()).then(|| view! { <Categories categories first=meant_options /> });
    let products = (!products.is_empty()).then(|| view! { <Products products first=first_product /> });
    view! { <div data-told=told>{meant} {categories} {products}</div> }
}

/// The search that was meant.
#[component]
fn OtherSearch(meant: String) -> impl IntoView {
    let href = ListingQuery::default().searching(&meant, false).href();
    view! {
        <a id=option_id(0) class="suggestion" role="option" aria-selected="false" tabindex="-1" href=href>
            <span class="suggestion-name">"Did you mean “" <b>{meant}</b> "”?"</span>
        </a>
    }
}

/// `first` is the place of the first of them among all options.
#[component]
fn Categories(categories: Vec<CategoryStep>, first: usize) -> impl IntoView {
    let options = (first..).zip(categories).map(|(place, category)| {
        let href = category.href();
        view! {
            <a id=option_id(place) class="suggestion" role="option" aria-selected="false" tabindex="-1" href=href>
                <span class="suggestion-name">{category.name}</span>
            </a>
        }
    });
    view! {
        <div role="group" aria-labelledby="suggested-categories">
            <span id="suggested-categories" class="suggestions-title" role="presentation">
                "Categories"
            </span>
            {options.collect_view()}
        </div>
    }
}

#[component]
fn Products(products: Vec<SuggestedProduct>, first: usize) -> impl IntoView {
    let options = (first..).zip(products).map(|(place, product)| view! { <Product product place /> });
    view! {
        <div role="group" aria-labelledby="suggested-products">
            <span id="suggested-products" class="suggestions-title" role="presentation">
                "Products"
            </span>
            {options.collect_view()}
        </div>
    }
}

#[component]
fn Product(product: SuggestedProduct, place: usize) -> impl IntoView {
    view! {
        <a
            id=option_id(place)
            class="suggestion"
            role="option"
            aria-selected="false"
            tabindex="-1"
            href=format!("/products/{}", product.slug)
        >
            <span class="suggestion-picture">
                <Picture image=product.image sizes="3rem" eager=true decorative=true />
            </span>
            <span class="suggestion-name">{product.name}</span>
            " "
            <Price price=product.price.to_string() from=product.price_varies />
        </a>
    }
}

/// What the search field says which option it means by.
fn option_id(place: usize) -> String {
    format!("suggestion-{place}")
}

/// For who does not see the list.
fn announcement(found: &SuggestionsView) -> String {
    let count = found.products.len() + found.categories.len();
    let suggestions = match count {
        0 => return "No suggestions".into(),
        1 => "1 suggestion".to_owned(),
        more => format!("{more} suggestions"),
    };
    match &found.meant {
        Some(meant) => format!("{suggestions} for “{meant}”"),
        None => suggestions,
    }
}

#[cfg(test)]
mod tests {
    use shop::domain::{Currency, Money};

    use super::*;

    fn mug(name: &str) -> SuggestedProduct {
        let price = Money::parse("24.00", Currency::USD).unwrap();
        SuggestedProduct { slug: "mug".into(), name: name.into(), price, price_varies: true, image: None }
    }

    #[test]
    fn options_are_numbered_through_and_names_are_text() {
        let category = CategoryStep { slug: "tea".into(), name: "Tea & <Coffee>".into() };
        let found = SuggestionsView {
            meant: Some("mug\"><script>".into()),
            products: vec![mug("<b>Mug</b>"), mug("Cup")],
            categories: vec![category],
        };
        let html = suggestions_html(found);
        let ids: Vec<_> = html.split("id=\"suggestion-").skip(1).map(|rest| &rest[..1]).collect();
        assert_eq!((ids, html.matches("role=\"option\"").count()), (vec!["0", "1", "2", "3"], 4));
        assert!(!html.contains("<script") && !html.contains("<b>Mug") && !html.contains("<Coffee"), "{html}");
        for href in ["/products?q=mug%22%3E%3Cscript%3E", "/products?category=tea", "/products/mug"] {
            assert!(html.contains(&format!("href=\"{href}\"")), "{href}: {html}");
        }
        assert!(html.contains("From ") && html.contains("$24.00"), "{html}");
    }

    #[test]
    fn what_is_told_counts_what_is_there() {
        let of = |meant: Option<&str>, products: usize| SuggestionsView {
            meant: meant.map(str::to_owned),
            products: vec![mug("Mug"); products],
            categories: vec![],
        };
        for (found, words) in [
            (of(None, 0), "No suggestions"),
            (of(None, 1), "1 suggestion"),
            (of(None, 5), "5 suggestions"),
            (of(Some("mug"), 2), "2 suggestions for “mug”"),
        ] {
            assert_eq!(announcement(&found), words);
            assert!(suggestions_html(found).starts_with(&format!("<div data-told=\"{words}\"")));
        }
        assert!(!suggestions_html(of(None, 0)).contains("role="));
    }
}
