//! Where the form of a promotion's code stands, and what is sent comes back to (`ssr::code_form`).

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePlace {
    Cart,
    Review,
}

impl CodePlace {
    /// As the form sends it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cart => "cart",
            Self::Review => "review",
        }
    }
}
