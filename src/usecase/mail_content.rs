//! What a mail says, in parts. Its text is made of them here, and its HTML by whoever sends it: the same words.

use serde::{Deserialize, Serialize};

/// The parts of a mail, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailContent {
    /// `Hello Ada,`
    pub greeting: String,
    pub parts: Vec<MailPart>,
    /// Who writes, and where they are found.
    pub shop: String,
    pub base_url: String,
    /// Where a mail program says, for whoever reads it, that no more of these are wanted (RFC 8058).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum MailPart {
    Paragraph {
        text: String,
    },
    /// Where the mail leads, and what is done there.
    Link {
        label: String,
        url: String,
    },
    /// What was bought, and what it comes to.
    Items {
        items: Vec<MailItem>,
        totals: Vec<MailSum>,
    },
    /// Lines below each other: an address, or what is in a parcel.
    Address {
        label: String,
        lines: Vec<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailItem {
    pub quantity: u32,
    pub name: String,
    pub amount: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSum {
    pub label: String,
    pub amount: String,
    pub is_sum: bool,
}

impl MailPart {
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph { text: text.into() }
    }

    pub fn link(label: &str, url: String) -> Self {
        Self::Link { label: label.to_owned(), url }
    }

    pub fn lines(label: &str, lines: Vec<String>) -> Self {
        Self::Address { label: label.to_owned(), lines }
    }

    fn text(&self) -> String {
        match self {
            Self::Paragraph { text } => text.clone(),
            Self::Link { url, .. } => format!("  {url}"),
            Self::Items { items, totals } => {
                let item = |item: &MailItem| format!("  {} × {}: {}", item.quantity, item.name, item.amount);
                let sum = |sum: &MailSum| format!("  {}: {}", sum.label, sum.amount);
                let blocks = [items.iter().map(item).collect::<Vec<_>>(), totals.iter().map(sum).collect()];
                let blocks = blocks.iter().filter(|block| !block.is_empty());
                blocks.map(|block| block.join("\n")).collect::<Vec<_>>().join("\n\n")
            }
            Self::Address { label, lines } => format!("{label}:\n  {}", lines.join("\n  ")),
        }
    }
}

impl MailContent {
    /// As plain text: it reads well everywhere and hides nothing.
    pub fn text(&self) -> String {
        let parts = std::iter::once(self.greeting.clone()).chain(self.parts.iter().map(MailPart::text));
        let parts = parts.chain([format!("{}\n{}\n", self.shop, self.base_url)]);
        parts.collect::<Vec<_>>().join("\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_every_part_in_its_order() {
        let item = |quantity, name: &str| MailItem { quantity, name: name.into(), amount: "$1.00".into() };
        let sum = |label: &str| MailSum { label: label.into(), amount: "$2.00".into(), is_sum: label == "Total" };
        let content = MailContent {
            greeting: "Hello Ada,".into(),
            parts: vec![
                MailPart::paragraph("Thank you."),
                MailPart::link("See your order", "https://shop.example/orders/1".into()),
                MailPart::Items {
                    items: vec![item(1, "Mug"), item(2, "Cup")],
                    totals: vec![sum("Subtotal"), sum("Total")],
                },
                MailPart::Address { label: "Shipping to".into(), lines: vec!["Ada".into(), "London".into()] },
            ],
            shop: "Shop".into(),
            base_url: "https://shop.example".into(),
            unsubscribe: None,
        };
        let expected = "Hello Ada,\n\nThank you.\n\n  https://shop.example/orders/1\n\n  1 × Mug: $1.00\n  2 × Cup: $1.00\n\n  \
                        Subtotal: $2.00\n  Total: $2.00\n\nShipping to:\n  Ada\n  London\n\nShop\nhttps://shop.example\n";
        assert_eq!(content.text(), expected);
    }
}
