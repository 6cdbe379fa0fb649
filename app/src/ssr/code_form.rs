//! The form of a promotion's code, which stands in the cart and on the review. What is sent comes back there, and nowhere
//! else.

use super::Form;
use crate::cart::{CODE, CodePlace};

const PLACES: [(CodePlace, &str); 2] = [(CodePlace::Cart, "/cart"), (CodePlace::Review, "/checkout/review")];

/// `from` is where it stood, as the form says; what is neither is the cart.
pub fn code_form(from: &str) -> Form {
    let stood = PLACES.into_iter().find(|(place, _)| place.as_str() == from);
    Form::new(CODE, stood.map_or("/cart", |(_, path)| path))
}
