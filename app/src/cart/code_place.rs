//! Where the form of a promotion's code stands. What is sent comes back there, and nowhere else.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePlace {
    Cart,
    Review,
}

impl CodePlace {
    const ALL: [Self; 2] = [Self::Cart, Self::Review];

    /// As the form sends it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cart => "cart",
            Self::Review => "review",
        }
    }

    /// What is neither is the cart.
    pub fn of(sent: &str) -> Self {
        Self::ALL.into_iter().find(|place| place.as_str() == sent).unwrap_or(Self::Cart)
    }

    pub const fn path(self) -> &'static str {
        match self {
            Self::Cart => "/cart",
            Self::Review => "/checkout/review",
        }
    }
}
