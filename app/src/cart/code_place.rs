//! Where the form of a promotion's code stands, and what is sent comes back to.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePlace {
    Cart,
    Review,
}

impl CodePlace {
    /// As the form sends it, too.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Cart => "/cart",
            Self::Review => "/checkout/review",
        }
    }
}
