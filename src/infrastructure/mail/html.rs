//! The HTML of a mail: the words of its text in the shop's look, by MJML, which knows how mail programs differ.
//!
//! Nothing is loaded from anywhere: no pictures, no fonts, and no address but those of the shop's own links.
//!
//! What MJML makes depends on which parts follow each other and on no word in them. So a template is made once for each such
//! shape, with a mark for each word, and a letter is its template with its words in their places, escaped.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use anyhow::Context;
use html_escape::{encode_double_quoted_attribute, encode_text};
use mrml::prelude::render::RenderOptions;

use crate::usecase::{MailContent, MailItem, MailPart, MailSum};

/// Those of `style/tokens.css`, and their like for the dark.
const LIGHT: Colours = Colours {
    paper: "#faf7f2",
    sheet: "#fffdfa",
    line: "#ddd4c6",
    ink: "#211d19",
    soft: "#5d554b",
    clay: "#963d1f",
    on_clay: "#fffdfa",
};
const DARK: Colours = Colours {
    paper: "#191613",
    sheet: "#221e1a",
    line: "#443c33",
    ink: "#f1ebe2",
    soft: "#bdb2a3",
    clay: "#e8a17f",
    on_clay: "#211d19",
};

const TEXT: &str = "Avenir Next, Avenir, Segoe UI, Noto Sans, Helvetica Neue, Arial, sans-serif";
const DISPLAY: &str = "Iowan Old Style, Palatino Linotype, Palatino, P052, Book Antiqua, Georgia, serif";

struct Colours {
    paper: &'static str,
    sheet: &'static str,
    line: &'static str,
    ink: &'static str,
    soft: &'static str,
    clay: &'static str,
    on_clay: &'static str,
}

/// The most shapes that are kept. The letters of the shop have a few dozen; staff write as many paragraphs as they like.
const SHAPES: usize = 64;

static TEMPLATES: LazyLock<Mutex<HashMap<Vec<Shape>, Arc<Template>>>> = LazyLock::new(Mutex::default);

/// What a part is, whatever it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    Paragraph,
    Link,
    Items,
    Lines,
}

impl Shape {
    const fn of(part: &MailPart) -> Self {
        match part {
            MailPart::Paragraph { .. } => Self::Paragraph,
            MailPart::Link { .. } => Self::Link,
            MailPart::Items { .. } => Self::Items,
            MailPart::Address { .. } => Self::Lines,
        }
    }
}

/// HTML with places for words.
struct Template {
    /// What stands before a place, and which word stands there.
    pieces: Vec<(String, usize)>,
    end: String,
}

impl Template {
    /// # Errors
    /// For MJML that is none.
    fn of(shape: &[Shape]) -> anyhow::Result<Self> {
        let html = rendered(mjml(shape))?;
        let (mut pieces, mut rest) = (Vec::new(), html.as_str());
        while let Some((before, behind)) = rest.split_once(MARK) {
            let (place, after) = behind.split_once(MARK).context("a mark without an end")?;
            pieces.push((before.to_owned(), place.parse().context("a mark without a number")?));
            rest = after;
        }
        Ok(Self { pieces, end: rest.to_owned() })
    }

    /// The one of this shape, made once.
    fn kept(shape: Vec<Shape>) -> anyhow::Result<Arc<Self>> {
        // Nobody panics while they hold it; it would be whole all the same.
        if let Some(known) = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner).get(&shape) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(Self::of(&shape)?);
        let mut kept = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < SHAPES {
            kept.insert(shape, Arc::clone(&made));
        }
        Ok(made)
    }

    fn with(&self, words: &[String]) -> anyhow::Result<String> {
        let mut html = String::with_capacity(16 * 1024);
        for (before, place) in &self.pieces {
            html.push_str(before);
            html.push_str(words.get(*place).context("a place without a word")?);
        }
        html.push_str(&self.end);
        Ok(html)
    }
}

/// What stands around the number of a place in MJML.
const MARK: &str = "@@";

fn mark(place: usize) -> String {
    format!("{MARK}{place}{MARK}")
}

/// The words of the frame come first.
const TITLE: usize = 0;
const PREVIEW: usize = 1;
const GREETING: usize = 2;
const SHOP: usize = 3;
const HOME: usize = 4;
const HOST: usize = 5;
const FIRST_OF_PARTS: usize = 6;

/// # Errors
/// For a template that is none, which no words can make of it.
pub fn html(subject: &str, content: &MailContent) -> anyhow::Result<String> {
    Template::kept(content.parts.iter().map(Shape::of).collect())?.with(&words(subject, content))
}

fn rendered(mjml: String) -> anyhow::Result<String> {
    let parsed = mrml::parse(mjml).context("the mail's template")?;
    // The fonts that MJML knows would be fetched from their maker.
    let options = RenderOptions { disable_comments: true, fonts: HashMap::new(), ..RenderOptions::default() };
    parsed.element.render(&options).context("the mail's HTML")
}

/// The words of a letter, escaped, in the order of their places.
fn words(subject: &str, content: &MailContent) -> Vec<String> {
    let preview = content.parts.iter().find_map(|part| match part {
        MailPart::Paragraph { text } => Some(text.as_str()),
        _ => None,
    });
    let text = |text: &str| encode_text(text).into_owned();
    let address = |url: &str| encode_double_quoted_attribute(url).into_owned();
    let mut words = vec![
        text(subject),
        text(preview.unwrap_or(subject)),
        text(&content.greeting),
        text(&content.shop),
        address(&content.base_url),
        text(&content.base_url),
    ];
    for part in &content.parts {
        match part {
            MailPart::Paragraph { text: said } => words.push(text(said)),
            MailPart::Link { label, url } => words.extend([text(label), address(url), text(url)]),
            MailPart::Items { items, totals } => words.push(rows(items, totals)),
            MailPart::Address { label, lines } => {
                let lines: Vec<_> = lines.iter().map(|line| text(line)).collect();
                words.extend([text(label), lines.join("<br />")]);
            }
        }
    }
    words
}

fn mjml(shape: &[Shape]) -> String {
    let Colours { paper, sheet, line, ink, soft, clay, .. } = LIGHT;
    let mut next = FIRST_OF_PARTS;
    let parts: String = shape.iter().map(|shape| part(*shape, &mut next)).collect();
    let [title, preview, greeting, shop, home, host] = [TITLE, PREVIEW, GREETING, SHOP, HOME, HOST].map(mark);
    let dark = dark_style();
    format!(
        r##"<mjml lang="en"><mj-head>
<mj-title>{title}</mj-title><mj-preview>{preview}</mj-preview>
<mj-attributes><mj-all font-family="{TEXT}" /><mj-text font-size="16px" line-height="1.55" color="{ink}" padding="10px 28px" />
<mj-table font-size="15px" line-height="1.5" color="{ink}" padding="10px 28px" /></mj-attributes>
<mj-raw><meta name="color-scheme" content="light dark" /><meta name="supported-color-schemes" content="light dark" /></mj-raw>
<mj-style>{dark}</mj-style>
</mj-head><mj-body background-color="{paper}" width="600px" css-class="mail">
<mj-section padding="28px 0 8px"><mj-column><mj-text css-class="clay" font-family="{DISPLAY}" font-size="24px" line-height="1.2" color="{clay}"><a class="clay" href="{home}" style="color:{clay};text-decoration:none">{shop}</a></mj-text></mj-column></mj-section>
<mj-wrapper background-color="{sheet}" border="1px solid {line}" padding="18px 0" css-class="sheet"><mj-section padding="0"><mj-column>
<mj-text css-class="ink">{greeting}</mj-text>{parts}
</mj-column></mj-section></mj-wrapper>
<mj-section padding="16px 0 32px"><mj-column><mj-text css-class="soft" font-size="13px" color="{soft}">{shop}<br /><a class="soft" href="{home}" style="color:{soft}">{host}</a></mj-text></mj-column></mj-section>
</mj-body></mjml>"##
    )
}

/// Mail programs that know the dark choose these; the others show the light colours, which each element bears itself.
fn dark_style() -> String {
    let Colours { paper, sheet, line, ink, soft, clay, on_clay } = DARK;
    let text = |class: &str, colour: &str| {
        format!(".{class}, .{class} div, .{class} td, .{class} th, a.{class} {{ color: {colour} !important; }}")
    };
    format!(
        ":root {{ color-scheme: light dark; supported-color-schemes: light dark; }} td, th {{ overflow-wrap: anywhere; }} \
         @media (prefers-color-scheme: dark) {{ body, .mail, .mail > table {{ background-color: {paper} !important; }} \
         .sheet, .sheet > table, .sheet > table > tbody > tr > td {{ background-color: {sheet} !important; border-color: {line} !important; }} \
         .rule td, .rule th {{ border-color: {line} !important; }} \
         .button td, .button a {{ background-color: {clay} !important; color: {on_clay} !important; }} {} {} {} }}",
        text("ink", ink),
        text("soft", soft),
        text("clay", clay),
    )
}

/// MJML of a part, its words from place `next` on.
fn part(shape: Shape, next: &mut usize) -> String {
    let Colours { soft, clay, on_clay, .. } = LIGHT;
    let mut word = || {
        let place = *next;
        *next += 1;
        mark(place)
    };
    match shape {
        Shape::Paragraph => format!(r#"<mj-text css-class="ink">{}</mj-text>"#, word()),
        Shape::Link => {
            let (label, address, shown) = (word(), word(), word());
            format!(
                r#"<mj-button css-class="button" align="left" href="{address}" background-color="{clay}" color="{on_clay}" border-radius="2px" font-size="16px" inner-padding="12px 22px" padding="10px 28px 4px">{label}</mj-button>
<mj-text css-class="soft" font-size="12px" line-height="1.4" color="{soft}" padding="0 28px 10px"><span style="overflow-wrap:anywhere">{shown}</span></mj-text>"#
            )
        }
        Shape::Items => format!(r#"<mj-table css-class="ink">{}</mj-table>"#, word()),
        Shape::Lines => format!(
            r#"<mj-text css-class="ink"><strong style="color:inherit">{}</strong><br />{}</mj-text>"#,
            word(),
            word()
        ),
    }
}

/// Read aloud as a list of things and what they cost.
fn rows(items: &[MailItem], totals: &[MailSum]) -> String {
    let line = LIGHT.line;
    let item = |MailItem { quantity, name, amount }: &MailItem| {
        format!(
            r#"<tr class="rule" style="vertical-align:top"><td style="padding:8px 12px 8px 0;border-bottom:1px solid {line}">{quantity} × {}</td><td style="padding:8px 0;border-bottom:1px solid {line};text-align:right;white-space:nowrap">{}</td></tr>"#,
            encode_text(name),
            encode_text(amount)
        )
    };
    let sum = |(place, MailSum { label, amount, is_sum }): (usize, &MailSum)| {
        let weight = match (is_sum, place) {
            (true, _) => "font-weight:700;padding:6px 0",
            // Apart from the things above it.
            (false, 0) => "padding:12px 0 3px",
            (false, _) => "padding:3px 0",
        };
        format!(
            r#"<tr style="vertical-align:top"><td style="{weight}">{}</td><td style="{weight};text-align:right;white-space:nowrap">{}</td></tr>"#,
            encode_text(label),
            encode_text(amount)
        )
    };
    items.iter().map(item).chain(totals.iter().enumerate().map(sum)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> MailContent {
        MailContent {
            greeting: "Hello Ada,".into(),
            parts: vec![
                MailPart::paragraph("Thank you & @@3@@."),
                MailPart::link("See your order", "https://shop.example/orders/1?token=ab&x=1".into()),
                MailPart::Items {
                    items: vec![MailItem { quantity: 2, name: "Mug".into(), amount: "$1.00".into() }],
                    totals: vec![MailSum { label: "Total".into(), amount: "$2.00".into(), is_sum: true }],
                },
                MailPart::lines("Shipping to", vec!["Ada".into(), "London".into()]),
                MailPart::paragraph("Goodbye."),
            ],
            shop: "Kiln & Loom".into(),
            base_url: "https://shop.example".into(),
            unsubscribe: None,
        }
    }

    /// Its tags and words, whatever stands between them and in whatever order a tag's attributes are.
    fn bare(html: &str) -> Vec<String> {
        let apart = html.replace("/>", ">").replace('<', " < ").replace('>', " > ");
        let mut pieces: Vec<_> = apart.split_whitespace().map(str::to_owned).collect();
        pieces.sort_unstable();
        pieces
    }

    #[test]
    fn words_in_their_places_are_what_mjml_makes_of_them() {
        for parts in 0..=5 {
            let mut content = content();
            content.parts.truncate(parts);
            let shape: Vec<_> = content.parts.iter().map(Shape::of).collect();
            let mut whole = mjml(&shape);
            // The last first: no word is taken for a mark.
            for (place, word) in words("Order 1", &content).iter().enumerate().rev() {
                whole = whole.replace(&mark(place), &word.replace(MARK, "at"));
            }
            let made = html("Order 1", &content).unwrap();
            assert_eq!(bare(&made.replace(MARK, "at")), bare(&rendered(whole).unwrap()), "of {parts} parts");
        }
    }

    #[test]
    fn a_template_is_made_once_for_its_shape_and_says_nothing_of_the_letter_before() {
        let shape = || vec![Shape::Lines, Shape::Paragraph, Shape::Lines];
        let (one, other) = (Template::kept(shape()).unwrap(), Template::kept(shape()).unwrap());
        assert!(Arc::ptr_eq(&one, &other));
        let first = html("Order 1", &content()).unwrap();
        let second = html("Order 2", &MailContent { greeting: "Hello Bob,".into(), ..content() }).unwrap();
        assert!(first.contains("Hello Ada,") && first.contains("Order 1"), "{first}");
        assert!(second.contains("Hello Bob,") && !second.contains("Ada,") && !second.contains("Order 1"), "{second}");
    }
}
