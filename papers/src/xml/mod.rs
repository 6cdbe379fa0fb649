//! The paper as EN 16931 in UN/CEFACT's syntax (CII), the profile of Factur-X and ZUGFeRD that is called EN 16931. The
//! numbers in the comments are the standard's business terms.

mod agreement;
mod lines;
mod settlement;

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use rust_decimal::Decimal;
use time::Date;

use crate::Error;
use crate::figures::plain;
use crate::paper::Paper;
use crate::words;

/// BT-24.
const PROFILE: &str = "urn:cen.eu:en16931:2017";

const NAMESPACES: [(&str, &str); 4] = [
    ("xmlns:rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"),
    ("xmlns:ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"),
    ("xmlns:udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"),
    ("xmlns:qdt", "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"),
];

type Written = io::Result<()>;

pub fn document(paper: &Paper) -> Result<Vec<u8>, Error> {
    let mut tree = Tree { writer: Writer::new_with_indent(Vec::new(), b' ', 2) };
    tree.invoice(paper).map_err(|error| Error::Unwritable(error.to_string()))?;
    Ok(tree.writer.into_inner())
}

/// Writes elements; those without content are left out by who writes them.
struct Tree {
    writer: Writer<Vec<u8>>,
}

impl Tree {
    fn invoice(&mut self, paper: &Paper) -> Written {
        self.writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        self.node_with("rsm:CrossIndustryInvoice", &NAMESPACES, |tree| {
            tree.node("rsm:ExchangedDocumentContext", |tree| {
                tree.node("ram:GuidelineSpecifiedDocumentContextParameter", |tree| tree.text("ram:ID", PROFILE))
            })?;
            tree.node("rsm:ExchangedDocument", |tree| {
                tree.text("ram:ID", &paper.number)?;
                // BT-3: commercial invoice, credit note. What takes a credit note back is the former.
                tree.text("ram:TypeCode", if paper.is_credit_note() { "381" } else { "380" })?;
                tree.node("ram:IssueDateTime", |tree| tree.date("udt", paper.issued))?;
                for note in words::notes(paper) {
                    tree.node("ram:IncludedNote", |tree| tree.text("ram:Content", &note))?;
                }
                Ok(())
            })?;
            tree.node("rsm:SupplyChainTradeTransaction", |tree| {
                tree.lines(paper)?;
                tree.agreement(paper)?;
                tree.delivery(paper)?;
                tree.settlement(paper)
            })
        })
    }

    fn node(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> Written) -> Written {
        self.node_with(name, &[], inside)
    }

    fn node_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        let start = quick_xml::events::BytesStart::new(name).with_attributes(attributes.iter().copied());
        let end = start.to_end().into_owned();
        self.writer.write_event(Event::Start(start.borrow()))?;
        inside(self)?;
        self.writer.write_event(Event::End(end))
    }

    fn text(&mut self, name: &str, text: &str) -> Written {
        self.text_with(name, &[], text)
    }

    fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Written {
        self.node_with(name, attributes, |tree| tree.writer.write_event(Event::Text(BytesText::new(&printable(text)))))
    }

    fn given(&mut self, name: &str, text: Option<&str>) -> Written {
        text.filter(|text| !printable(text).is_empty()).map_or(Ok(()), |text| self.text(name, text))
    }

    fn amount(&mut self, name: &str, paper: &Paper, amount: Decimal) -> Written {
        self.text(name, &plain(amount, paper.decimals))
    }

    /// CCYYMMDD, in one of two namespaces.
    fn date(&mut self, prefix: &str, date: Date) -> Written {
        let text = format!("{:04}{:02}{:02}", date.year(), u8::from(date.month()), date.day());
        self.text_with(&format!("{prefix}:DateTimeString"), &[("format", "102")], &text)
    }
}

/// Without what XML 1.0 cannot carry, and with single spaces.
fn printable(text: &str) -> String {
    let letters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let allowed: String = letters.filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect();
    allowed.split_whitespace().collect::<Vec<_>>().join(" ")
}
