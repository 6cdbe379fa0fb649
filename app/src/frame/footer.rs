//! The bottom of every page.

use leptos::prelude::*;

use crate::ui::Brand;

#[component]
pub fn Footer() -> impl IntoView {
    let content = Brand::get().content;
    let pages = content.pages.iter().map(|page| (format!("/pages/{}", page.slug), page.title.clone()));
    let links = content.links.iter().map(|link| (link.to.clone(), link.words.clone()));
    let links = pages.chain(links).map(|(href, words)| view! { <FooterItem href words /> }).collect_view();
    view! {
        <footer class="site-footer">
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
        </footer>
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
