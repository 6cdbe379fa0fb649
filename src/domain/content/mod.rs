//! What the shop says of itself: its name and words, its colour, and the pages of text that the law asks for.
//!
//! What nobody has written is as it comes with the program (`defaults`).

mod accent;
pub mod defaults;
mod facts;
mod link;
mod page;
mod saved;
#[cfg(test)]
mod tokens;

pub use accent::Accent;
pub use facts::PageFacts;
pub use link::{FooterLink, parse_link};
pub use page::{PageEdit, PagePlace};
pub use saved::SavedContent;
