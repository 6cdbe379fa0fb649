//! From a cart to an order: where it goes and how, one look at everything, then the order.

mod method;
mod summary_by_method;
mod summary_fold;

// What only the server renders.
cfg_select! {
    feature = "ssr" => {
        mod address_page;
        mod api;
        mod billing;
        mod facts;
        mod forms;
        mod missing;
        mod place_words;
        mod review_code;
        mod review_page;
        mod saved_addresses;
        mod shipping_page;
        mod steps;
        mod summary;

        pub use address_page::AddressPage;
        pub use review_page::ReviewPage;
        pub use shipping_page::ShippingPage;
    }
    _ => {}
}
