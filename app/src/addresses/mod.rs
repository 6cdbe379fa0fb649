//! Addresses as they are typed, with the fields that a country asks for, in its order; and the address book.

mod api;
mod book_page;
mod country_switch;
mod entry_page;
mod fields;
mod forms;
mod in_page;
mod lines;
mod parts;
mod paths;

pub use book_page::AddressBookPage;
pub use entry_page::AddressBookEntryPage;
pub use fields::{AddressFields, specs_of};
pub use forms::{AddressSection, book_form};
pub use lines::AddressLines;
pub use parts::AddressParts;
