//! What stands around every page: header, footer, and the page for what is not there. It may know nouns.

mod announcement;
mod api;
mod combobox;
mod footer;
mod header;
mod not_found;
mod place;
mod search_form;

pub use not_found::{NotFound, not_found_text};
pub use place::{Bottom, Top};
