//! What the button says that places an order. Where the law has words for it, they are these.

/// The words of article 8 (2) of Directive 2011/83/EU, in a sentence that begins as everywhere.
pub const fn place_words(legal: bool) -> &'static str {
    if legal { "Place order with obligation to pay" } else { "Place order" }
}
