//! What every page loads: where it lies, and the lines that wake the islands.
//!
//! Leptos has components for this; they read the file of hashes anew for every page, and write the nonce into
//! `crossorigin`, where it means nothing.

use std::sync::{Arc, LazyLock};

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use crate::ui::MadeOnce;

/// Loads the wasm when the browser is idle and wakes the islands, outermost first. The protocol is that of Leptos 0.8
/// (`leptos/src/hydration/island_script.js`), without what only children of islands need: ours have none.
const WAKE: &str = include_str!("islands.js");

/// Each font stands in it by its address, which changes with what is in the file.
const FONTS: &str = include_str!("../../style/fonts.css");

/// Where a pointer rests on a product of a list, or is pressed, its page is fetched, and shown at once when it is asked for.
/// Links to products change nothing; and none is fetched from a page with a buy box, whose cart may be another by then.
const SPECULATION: &str = r#"{"prefetch":[{"where":{"and":[{"href_matches":"/products/*"},{"selector_matches":"main:not(:has(.buy)) .card a"}]},"eagerness":"moderate"}]}"#;

/// Addresses, looked up once at start.
#[derive(Debug, Clone)]
pub struct Assets {
    pub stylesheet: Arc<str>,
    script: Arc<str>,
    wasm: Arc<str>,
    /// The script that loads both.
    wake: Arc<str>,
    /// Set while cargo-leptos watches the sources: pages reload themselves.
    pub watch: Option<LeptosOptions>,
    /// Heads of the shop's documents and of the back office's, as far as they do not differ from page to page.
    pub heads: Arc<[MadeOnce; 2]>,
}

impl Assets {
    pub fn new(stylesheet: Arc<str>, script: Arc<str>, wasm: Arc<str>, watch: Option<LeptosOptions>) -> Self {
        let wake = format!("({WAKE})({script:?},{wasm:?})").into();
        Self { stylesheet, script, wasm, wake, watch, heads: Arc::default() }
    }
}

/// The letters that nearly every page needs, fetched beside the styles; other alphabets come where a page has them. The same for
/// all pages, so it is written once.
#[component]
pub fn Fonts() -> impl IntoView {
    static LINKS: LazyLock<String> = LazyLock::new(|| font_links().to_html());
    InertElement::new(LINKS.as_str())
}

fn font_links() -> impl IntoView {
    preloaded()
        .map(|href| view! { <link rel="preload" href=href r#as="font" r#type="font/woff2" crossorigin="anonymous" /> })
        .collect_view()
}

fn preloaded() -> impl Iterator<Item = &'static str> {
    let addresses = FONTS.split("url(\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(address, _)| address);
    addresses.filter(|address| address.contains("-latin."))
}

/// Which pages a browser may fetch before they are asked for.
#[component]
pub fn SpeculationRules() -> impl IntoView {
    view! { <script type="speculationrules" nonce=use_nonce() inner_html=SPECULATION></script> }
}

#[component]
pub fn IslandScripts(assets: Assets, are_needed: bool) -> impl IntoView {
    // The back office has no islands, and loads nothing for them.
    if !are_needed {
        return None;
    }
    let Assets { script, wasm, wake, .. } = assets;
    Some(view! {
        // Behind what is seen first: the largest picture is fetched before others (`Picture`).
        <link rel="modulepreload" href=script fetchpriority="low" />
        <link
            rel="preload"
            href=wasm
            r#as="fetch"
            r#type="application/wasm"
            crossorigin="anonymous"
            fetchpriority="low"
        />
        <script type="module" nonce=use_nonce()>
            {wake}
        </script>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_of_each_family_is_fetched_at_once() {
        let names: Vec<_> = preloaded().filter_map(|address| address.split('.').next()).collect();
        assert_eq!(names, ["/fonts/newsreader-latin", "/fonts/figtree-latin"]);
        let file = |address| format!("{}/../public{address}", env!("CARGO_MANIFEST_DIR"));
        let bytes: u64 = preloaded().map(|address| std::fs::metadata(file(address)).unwrap().len()).sum();
        assert!(bytes <= 30_000, "{bytes} bytes of fonts are fetched before anything is read");
    }

    #[test]
    fn links_that_are_written_once_stand_as_they_would_be_rendered() {
        let rendered = view! { <head>{font_links()}<meta charset="utf-8" /></head> };
        let written = view! {
            <head>
                <Fonts />
                <meta charset="utf-8" />
            </head>
        };
        assert_eq!(written.to_html(), rendered.to_html());
    }

    #[test]
    fn nothing_is_fetched_ahead_but_products() {
        let rules: serde_json::Value = serde_json::from_str(SPECULATION).unwrap();
        assert_eq!(rules.as_object().unwrap().len(), 1, "nothing is rendered ahead: {rules}");
        assert_eq!(rules["prefetch"][0]["where"]["and"][0]["href_matches"], "/products/*");
        assert_eq!(rules["prefetch"].as_array().unwrap().len(), 1);
    }
}
