//! Facts that pages of text state as the shop is set, so that no word of them grows old.

/// What stands in the place of `{shop}`, `{payment}`, `{returns}` and `{contact}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageFacts {
    /// The shop's name.
    pub shop: String,
    /// How long an order waits for its payment: `15 minutes`.
    pub payment: String,
    /// How long items may come back: `30 days`.
    pub returns: String,
    /// The shop's address for mail, or where it stands.
    pub contact: String,
}

impl PageFacts {
    fn all(&self) -> [(&'static str, &str); 4] {
        [
            ("{shop}", self.shop.as_str()),
            ("{payment}", self.payment.as_str()),
            ("{returns}", self.returns.as_str()),
            ("{contact}", self.contact.as_str()),
        ]
    }

    /// In a line of plain text.
    pub fn fill(&self, text: &str) -> String {
        self.all().into_iter().fold(text.to_owned(), |text, (name, fact)| text.replace(name, fact))
    }

    /// In Markdown, where a fact is words and never markup.
    pub fn fill_markdown(&self, text: &str) -> String {
        self.all().into_iter().fold(text.to_owned(), |text, (name, fact)| text.replace(name, &escaped(fact)))
    }
}

/// A backslash before whatever Markdown reads as markup.
fn escaped(fact: &str) -> String {
    fact.chars().fold(String::new(), |mut out, c| {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '!' | '|' | '~' | '(' | ')') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_stand_where_they_are_named() {
        let facts = PageFacts {
            shop: "Kiln & *Loom*".into(),
            payment: "15 minutes".into(),
            returns: "14 days".into(),
            contact: "shop@example.org".into(),
        };
        let text = "{shop} waits {payment}; {returns}, {contact}, {nothing}.";
        assert_eq!(facts.fill(text), "Kiln & *Loom* waits 15 minutes; 14 days, shop@example.org, {nothing}.");
        assert_eq!(facts.fill_markdown("{shop}"), "Kiln \\& \\*Loom\\*");
    }
}
