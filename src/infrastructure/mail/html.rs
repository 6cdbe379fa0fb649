//! The HTML of a mail: the words of its text in the shop's look, by MJML, which knows how mail programs differ.
//!
//! Nothing is loaded from anywhere: no pictures, no fonts, and no address but those of the shop's own links.

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

/// # Errors
/// For a template that is none, which no words can make of it: all of them are escaped.
pub fn html(subject: &str, content: &MailContent) -> anyhow::Result<String> {
    let parsed = mrml::parse(mjml(subject, content)).context("the mail's template")?;
    // The fonts that MJML knows would be fetched from their maker.
    let options =
        RenderOptions { disable_comments: true, fonts: std::collections::HashMap::new(), ..RenderOptions::default() };
    parsed.element.render(&options).context("the mail's HTML")
}

fn mjml(subject: &str, content: &MailContent) -> String {
    let Colours { paper, sheet, line, ink, soft, clay, .. } = LIGHT;
    let parts: String = content.parts.iter().map(part).collect();
    let preview = content.parts.iter().find_map(|part| match part {
        MailPart::Paragraph { text } => Some(text.as_str()),
        _ => None,
    });
    let (title, preview) = (encode_text(subject), encode_text(preview.unwrap_or(subject)));
    let (greeting, shop) = (encode_text(&content.greeting), encode_text(&content.shop));
    let (home, host) = (encode_double_quoted_attribute(&content.base_url), encode_text(&content.base_url));
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

fn part(part: &MailPart) -> String {
    let Colours { soft, clay, on_clay, .. } = LIGHT;
    match part {
        MailPart::Paragraph { text } => format!(r#"<mj-text css-class="ink">{}</mj-text>"#, encode_text(text)),
        MailPart::Link { label, url } => {
            let (label, address, shown) = (encode_text(label), encode_double_quoted_attribute(url), encode_text(url));
            format!(
                r#"<mj-button css-class="button" align="left" href="{address}" background-color="{clay}" color="{on_clay}" border-radius="2px" font-size="16px" inner-padding="12px 22px" padding="10px 28px 4px">{label}</mj-button>
<mj-text css-class="soft" font-size="12px" line-height="1.4" color="{soft}" padding="0 28px 10px"><span style="overflow-wrap:anywhere">{shown}</span></mj-text>"#
            )
        }
        MailPart::Items { items, totals } => table(items, totals),
        MailPart::Address { label, lines } => {
            let lines: Vec<_> = lines.iter().map(|line| encode_text(line).into_owned()).collect();
            format!(
                r#"<mj-text css-class="ink"><strong style="color:inherit">{}</strong><br />{}</mj-text>"#,
                encode_text(label),
                lines.join("<br />")
            )
        }
    }
}

/// Read aloud as a list of things and what they cost.
fn table(items: &[MailItem], totals: &[MailSum]) -> String {
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
    let rows: String = items.iter().map(item).chain(totals.iter().enumerate().map(sum)).collect();
    format!(r#"<mj-table css-class="ink">{rows}</mj-table>"#)
}
