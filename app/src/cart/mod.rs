//! The cart: its page, its count in the header, and what is put into it and taken out.

mod cart_change;
mod cart_count;
mod cart_line;
mod cart_lines;
mod code_place;
mod editor;
mod estimate;
mod focus;
mod forms;
mod island_api;
mod promotion_code;
mod shown;
mod summary;
mod totals;

pub use cart_count::{CountInHeader, announce_count};
pub use code_place::CodePlace;
pub use forms::{PROMOTION_CODE, QUANTITY};
pub use promotion_code::PromotionCode;
pub use shown::AppliedCode;
pub use totals::{Totals, totals_html};

// What only the server renders.
cfg_select! {
    feature = "ssr" => {
        mod api;
        mod cart_page;

        pub use cart_page::CartPage;
    }
    _ => {}
}

/// The forms of a line, of a promotion's code and of an estimate, by what their outcome is kept under.
const LINE: &str = "cart-line";
pub const CODE: &str = "code";
const ESTIMATE: &str = "estimate";
