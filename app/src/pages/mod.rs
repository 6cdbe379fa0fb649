//! Pages of plain text: terms, privacy, returns, imprint.

mod info_page;
mod texts;

pub use info_page::InfoPage;
