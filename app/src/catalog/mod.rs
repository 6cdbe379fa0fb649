//! The catalogue: the home page, listings and products.

mod buy_bar;
mod buy_box;
mod choice;
mod chosen;
mod gallery;
mod in_page;
mod island_api;
mod offered;

// What only the server renders.
cfg_select! {
    feature = "ssr" => {
        mod api;
        mod card;
        mod chips;
        mod facets;
        mod filters;
        mod forms;
        mod home_page;
        mod json_ld;
        mod listing_page;
        mod listing_pages;
        mod listing_query;
        mod product_page;
        mod product_parts;
        mod reviews;
        mod reviews_page;
        mod search_notes;
        mod stock_wish;
        mod suggestions;
        mod swatch;
        mod trail;
        mod wish_api;
        mod wish_page;
        mod wishlist_api;
        mod wishlist_page;

        pub use home_page::HomePage;
        pub use listing_page::ListingPage;
        pub use product_page::ProductPage;
        pub use reviews_page::ProductReviewsPage;
        pub use suggestions::suggestions_html;
        pub use wish_page::StockWishPage;
        pub use wishlist_page::WishlistPage;
    }
    _ => {}
}
