//! What every page loads: where it lies, and the lines that wake the islands.
//!
//! Leptos has components for this; they read the file of hashes anew for every page, and write the nonce into
//! `crossorigin`, where it means nothing.

use std::sync::Arc;

use leptos::prelude::*;

/// Loads the wasm when the browser is idle and wakes the islands, outermost first. The protocol is that of Leptos 0.8
/// (`leptos/src/hydration/island_script.js`), without what only children of islands need: ours have none.
const WAKE: &str = include_str!("islands.js");

/// Addresses, looked up once at start.
#[derive(Debug, Clone)]
pub struct Assets {
    pub stylesheet: Arc<str>,
    pub script: Arc<str>,
    pub wasm: Arc<str>,
    /// Set while cargo-leptos watches the sources: pages reload themselves.
    pub watch: Option<LeptosOptions>,
}

#[component]
pub fn IslandScripts(assets: Assets, are_needed: bool) -> impl IntoView {
    // Islands are all there is to wake: nothing of the page around them is kept for the browser.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    // The back office has no islands, and loads nothing for them.
    if !are_needed {
        return None;
    }
    let Assets { script, wasm, .. } = assets;
    let wake = format!("({WAKE})({script:?},{wasm:?})");
    Some(view! {
        <link rel="modulepreload" href=script.to_string() />
        <link rel="preload" href=wasm.to_string() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=use_nonce()>
            {wake}
        </script>
    })
}
