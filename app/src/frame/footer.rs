//! The bottom of every page. It is the same on all of them until the shop says something else of itself, so it is made once.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use shop::dto::ShopContent;

use crate::ui::{Brand, MadeOnce, Pieces, Written};

#[component]
pub fn Footer() -> impl IntoView {
    static MADE: MadeOnce = MadeOnce::new();
    let content = Brand::get().content;
    let footer = MADE.of(Arc::clone(&content), || {
        let footer = view! {
            <footer class="site-footer">
                <FooterParts content />
            </footer>
        };
        Pieces::around(Pieces::GAP, &footer.to_html())
    });
    InertElement::new(footer.html(""))
}

#[component]
fn FooterParts(content: Arc<ShopContent>) -> impl IntoView {
    let pages = content.pages.iter().map(|page| (format!("/pages/{}", page.slug), page.title.clone()));
    let links = content.links.iter().map(|link| (link.to.clone(), link.words.clone()));
    let links = pages.chain(links).map(|(href, words)| view! { <FooterItem href words /> }).collect_view();
    view! {
        <div class="footer-about">
            <p class="wordmark">{content.name.clone()}</p>
            <p>{content.about.clone()}</p>
            {content
                .contact
                .clone()
                .map(|contact| {
                    view! {
                        <p class="footer-contact">
                            <a href=format!("mailto:{contact}")>{contact.clone()}</a>
                        </p>
                    }
                })}
        </div>
        <nav aria-label="Shop">
            <h2>"Shop"</h2>
            <ul>
                <li>
                    <a href="/products">"All products"</a>
                </li>
                <li>
                    <a href="/cart">"Your cart"</a>
                </li>
                <li>
                    <a href="/orders">"Your orders"</a>
                </li>
                <li>
                    <a href="/track">"Track an order"</a>
                </li>
            </ul>
        </nav>
        <nav aria-label="About the shop">
            <h2>"Good to know"</h2>
            <ul>{links}</ul>
        </nav>
    }
    .written()
}

#[component]
fn FooterItem(href: String, words: String) -> impl IntoView {
    view! {
        <li>
            <a href=href>{words}</a>
        </li>
    }
}
