//! The words of the plain pages. `{shop}` stands for the shop's name. Whoever opens a shop with this puts their own here.

#[derive(Debug, Clone, Copy)]
pub struct Text {
    pub title: &'static str,
    pub description: &'static str,
    /// Headings with what they say.
    pub parts: &'static [(&'static str, &'static str)],
}

pub fn text(slug: &str) -> Option<Text> {
    match slug {
        "terms" => Some(TERMS),
        "privacy" => Some(PRIVACY),
        "returns" => Some(RETURNS),
        "imprint" => Some(IMPRINT),
        _ => None,
    }
}

const TERMS: Text = Text {
    title: "Terms",
    description: "What you and we can rely on when you order.",
    parts: &[
        (
            "The order",
            "When you place an order, {shop} sets your items aside. You then have fifteen minutes to pay; after that the order is cancelled and nothing is owed. With your payment the order is binding for both of us.",
        ),
        (
            "Prices",
            "The price is the one on the review page. It contains taxes and shipping. If a price changes while something is in your cart, the cart tells you before you order.",
        ),
        (
            "Delivery",
            "We pack paid orders within two working days and write to you when they leave. If something cannot be delivered, you get your money back.",
        ),
        (
            "This installation",
            "Unless its owner has connected a payment provider, this shop runs in a sandbox: no money moves and nothing is sent.",
        ),
    ],
};

const PRIVACY: Text = Text {
    title: "Privacy",
    description: "What we keep about you, why, and for how long.",
    parts: &[
        (
            "What we keep",
            "Your name, your e-mail address and, once you order, the address it goes to and what you bought. Your password is kept only as a hash from which it cannot be read.",
        ),
        (
            "Cookies",
            "One cookie remembers your session: that you are signed in and which cart is yours. Another carries the answer of a form to the next page and is gone after that. There are no others, nothing is measured across pages, and nobody else is told about your visit.",
        ),
        (
            "How long",
            "A guest's cart is forgotten after it has not been touched for thirty days, and with it the address and the e-mail address that stand in it for your next order in the same browser. Orders are kept as long as the law asks for.",
        ),
        ("Your rights", "Write to the address in the imprint to see, correct or delete what {shop} keeps about you."),
    ],
};

const RETURNS: Text = Text {
    title: "Returns",
    description: "Thirty days to change your mind.",
    parts: &[
        (
            "Before it is sent",
            "An order that has not been sent can be cancelled on its own page, paid or not. What was paid is paid back. The way to that page is in every mail about the order; without an account, “Track an order” below sends it again.",
        ),
        (
            "After it has arrived",
            "You have thirty days to send things back, unused and in their wrapping. Write to us first; we tell you where to and pay you back within a week of its arrival.",
        ),
        (
            "Broken on the way",
            "It happens with glass and clay. Send us a picture within a week, and {shop} replaces it or pays you back, as you like.",
        ),
    ],
};

const IMPRINT: Text = Text {
    title: "Imprint",
    description: "Who runs this shop.",
    parts: &[
        (
            "This shop",
            "{shop} is a sample shop. It shows a catalogue of things that do not exist, in pictures that were rendered for it.",
        ),
        (
            "For whoever runs it",
            "Before you sell anything, put your name, your address, your e-mail address and your registration here, and read the terms once more.",
        ),
    ],
};
