//! Pages of text: terms, privacy, returns, imprint, and what else the shop has to say.

mod api;
mod info_page;

pub use info_page::InfoPage;
