//! What the browser loads: it wakes the islands of a page that is already there.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::prepare_browser();
    leptos::mount::hydrate_islands();
}
