//! What stands around every page: header, footer, and the page for what is not there. It may know nouns.

mod combobox;
mod search_form;

// What only the server renders.
cfg_select! {
    feature = "ssr" => {
        mod announcement;
        mod api;
        mod footer;
        mod header;
        mod not_found;
        mod place;

        pub use not_found::{NotFound, not_found_text};
        pub use place::{Bottom, Top};
    }
    _ => {}
}
