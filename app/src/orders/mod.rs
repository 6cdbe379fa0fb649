//! Orders: the list of them, and one with its life, its payment and its end.

mod order_status;
mod time_left;

// What only the server renders.
cfg_select! {
    feature = "ssr" => {
        mod again;
        mod api;
        mod forms;
        mod fulfilment;
        mod guest_api;
        mod invitation;
        mod order_page;
        mod order_parts;
        mod order_reviews;
        mod orders_page;
        mod path;
        mod payment;
        mod return_api;
        mod return_form;
        mod review_api;
        mod review_requests_page;
        mod time_to_pay;
        mod track_page;
        mod write_review_page;

        pub use order_page::OrderPage;
        pub use orders_page::OrdersPage;
        pub use review_requests_page::ReviewRequestsPage;
        pub use track_page::TrackPage;
        pub use write_review_page::WriteReviewPage;
    }
    _ => {}
}
