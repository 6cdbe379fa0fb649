//! The forms of the catalogue.

use shop::domain::Email;

use crate::ui::{FieldSpec, FormSpec};

pub const WISH_EMAIL: FieldSpec = FieldSpec::text("email", "E-mail", "email", Email::MAX)
    .email()
    .hint("We write once, and forget the address afterwards.");
/// Which of the variants that are sold out.
pub const WISHED: FieldSpec = FieldSpec::select("variant_id", "Which one", "off");
/// To hear when something is back.
pub const WISH: FormSpec = FormSpec { name: "wish-stock", fields: &[WISHED, WISH_EMAIL] };
/// Of the page that a letter about that leads to.
pub const KEPT_WISH: &str = "stock-wish";
/// Puts a product on a wishlist, and takes it off again.
pub const WISHLIST: &str = "wishlist";
