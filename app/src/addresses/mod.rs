//! Addresses as they are typed, with the fields that a country asks for, in its order; and the address book.

mod country_switch;
mod forms;
mod in_page;
mod island_api;

pub use forms::{AddressSection, book_form};

// What only the server renders.
cfg_select! {
    feature = "ssr" => {
        mod api;
        mod book_page;
        mod entry_page;
        mod fields;
        mod lines;
        mod parts;
        mod paths;

        pub use book_page::AddressBookPage;
        pub use entry_page::AddressBookEntryPage;
        pub use fields::{AddressFields, specs_of};
        pub use lines::AddressLines;
        pub use parts::AddressParts;
    }
    _ => {}
}
