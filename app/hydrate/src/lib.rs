//! What the browser loads: it wakes the islands of a page that is already there.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn hydrate() {
    // A release has no words for what went wrong in it: they would weigh more than most islands.
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    app::prepare_browser();
    leptos::mount::hydrate_islands();
}
