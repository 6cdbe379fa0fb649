//! What every page loads: where it lies, and the lines that wake the islands.
//!
//! Leptos has components for this; they read the file of hashes anew for every page, and write the nonce into
//! `crossorigin`, where it means nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use crate::ui::MadeOnce;

/// Loads the wasm when the browser is idle and wakes the islands, outermost first; reloads a page that comes back with an old cart. The
/// protocol of waking is that of Leptos 0.8 (`leptos/src/hydration/island_script.js`), without what only children of islands need: ours
/// have none.
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
    /// What pages ask for by `FetchedPart`.
    pub parts: WasmParts,
    /// Set while cargo-leptos watches the sources: pages reload themselves.
    pub watch: Option<LeptosOptions>,
    /// Heads of the shop's documents and of the back office's, as far as they do not differ from page to page.
    pub heads: Arc<[MadeOnce; 2]>,
}

impl Assets {
    pub fn new(
        stylesheet: Arc<str>,
        script: Arc<str>,
        wasm: Arc<str>,
        parts: WasmParts,
        watch: Option<LeptosOptions>,
    ) -> Self {
        let wake = format!("({WAKE})({script:?},{wasm:?})").into();
        Self { stylesheet, script, wasm, wake, parts, watch, heads: Arc::default() }
    }
}

/// The files of the wasm that not every page needs: addresses, by what cargo-leptos calls the loader of a lazy island
/// (`buy_box_loader_` and a number).
#[derive(Debug, Clone, Default)]
pub struct WasmParts(Arc<BTreeMap<String, Vec<String>>>);

impl WasmParts {
    pub fn new(addresses: BTreeMap<String, Vec<String>>) -> Self {
        Self(Arc::new(addresses))
    }

    fn of(&self, island: &str) -> &[String] {
        let is_its = |loader: &str| loader.strip_prefix(island).is_some_and(|rest| rest.starts_with("_loader_"));
        self.0.iter().find(|(loader, _)| is_its(loader)).map_or(&[], |(_, addresses)| addresses)
    }
}

/// Beside a lazy island: what its wasm lies in is fetched with the page, and not only once the first part of it runs and asks.
/// `of` is the island's name in snake case.
#[component]
pub fn FetchedPart(of: &'static str) -> impl IntoView {
    let parts = use_context::<WasmParts>().unwrap_or_default();
    parts.of(of).iter().cloned().map(|href| view! { <PreloadedWasm href /> }).collect_view()
}

#[component]
fn PreloadedWasm(#[prop(into)] href: String) -> impl IntoView {
    view! {
        <link
            rel="preload"
            href=href
            r#as="fetch"
            r#type="application/wasm"
            crossorigin="anonymous"
            fetchpriority="low"
        />
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
        <PreloadedWasm href=wasm.to_string() />
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
    fn an_island_is_fetched_with_all_that_it_lies_in_and_nothing_of_others() {
        let part = |name: &str, files: &[&str]| {
            (name.to_owned(), files.iter().map(|&file| file.to_owned()).collect::<Vec<_>>())
        };
        let parts =
            [part("buy_box_loader_12", &["/pkg/a.wasm", "/pkg/b.wasm"]), part("buy_loader_3", &["/pkg/c.wasm"])];
        let html = |of| {
            Owner::new().with(|| {
                provide_context(WasmParts::new(BTreeMap::from(parts.clone())));
                view! { <FetchedPart of /> }.to_html()
            })
        };
        let named = |html: &str| ["a", "b", "c"].map(|file| html.contains(&format!("\"/pkg/{file}.wasm\"")));
        assert_eq!(named(&html("buy_box")), [true, true, false], "{}", html("buy_box"));
        assert_eq!(named(&html("buy")), [false, false, true]);
        assert_eq!(named(&html("box")), [false; 3]);
        assert_eq!(Owner::new().with(|| view! { <FetchedPart of="buy" /> }.to_html()).matches("link").count(), 0);
    }

    #[test]
    fn nothing_is_fetched_ahead_but_products() {
        let rules: serde_json::Value = serde_json::from_str(SPECULATION).unwrap();
        assert_eq!(rules.as_object().unwrap().len(), 1, "nothing is rendered ahead: {rules}");
        assert_eq!(rules["prefetch"][0]["where"]["and"][0]["href_matches"], "/products/*");
        assert_eq!(rules["prefetch"].as_array().unwrap().len(), 1);
    }
}
