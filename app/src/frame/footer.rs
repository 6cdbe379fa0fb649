//! The bottom of every page. It is the same on all of them until the shop says something else of itself, so it is made once.

use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::*;
use shop::dto::ShopContent;

use crate::ui::Brand;

#[component]
pub fn Footer() -> impl IntoView {
    view! { <footer class="site-footer" inner_html=made_once(Brand::get().content)></footer> }
}

/// What was made of this content, or is made of it now.
fn made_once(content: Arc<ShopContent>) -> Arc<str> {
    static MADE: Mutex<Option<(Arc<ShopContent>, Arc<str>)>> = Mutex::new(None);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, html)) = &*made
        && Arc::ptr_eq(of, &content)
    {
        return Arc::clone(html);
    }
    let html: Arc<str> = view! { <FooterParts content=Arc::clone(&content) /> }.to_html().into();
    *made = Some((content, Arc::clone(&html)));
    html
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
    .into_any()
}

#[component]
fn FooterItem(href: String, words: String) -> impl IntoView {
    view! {
        <li>
            <a href=href>{words}</a>
        </li>
    }
}
