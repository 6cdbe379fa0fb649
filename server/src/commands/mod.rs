//! What is done at a terminal, one file per thing it is done to.

pub mod admin;
pub mod audit;
mod books;
pub mod catalogue;
pub mod check;
pub mod events;
pub mod invoices;
pub mod mail;
pub mod migrate;
pub mod payments;
pub mod restored;
pub mod seller_file;
pub mod settings;
mod settings_file;
pub mod synonyms;
mod terms_file;
