//! Markdown as HTML that cannot do anything: markup of its own is shown as it was typed, a link that runs something is no
//! link, and pictures come from the shop alone. What comes out are the tags of Markdown and nothing else. And its words alone, for
//! whoever shows no markup.

use pulldown_cmark::html::push_html;
use pulldown_cmark::{Alignment, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use shop::domain::parse_link;

/// The HTML of a text. Its headings stand below the one of the page.
pub fn markdown(text: &str) -> String {
    rendered(text, |_| ())
}

/// The same, and the words of the text without its marks: a line for each paragraph, heading, entry and row.
pub fn markdown_and_words(text: &str) -> (String, String) {
    let mut words = String::with_capacity(text.len());
    let html = rendered(text, |event| add_words(event, &mut words));
    let lines: Vec<_> = words.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    (html, lines.join("\n"))
}

/// `look` is shown what the text says, as it says it.
fn rendered(text: &str, look: impl FnMut(&Event<'_>)) -> String {
    let mut html = String::with_capacity(text.len().saturating_mul(2));
    // Whether each link or picture that is open is one.
    let mut open = Vec::new();
    let events = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).inspect(look);
    push_html(&mut html, events.filter_map(|event| harmless(event, &mut open)));
    html
}

fn add_words(event: &Event<'_>, words: &mut String) {
    match event {
        Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => {
            words.push_str(part);
        }
        Event::SoftBreak => words.push(' '),
        Event::End(TagEnd::TableCell) => words.push_str("  "),
        Event::HardBreak
        | Event::End(
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::TableHead
            | TagEnd::TableRow,
        ) => words.push('\n'),
        _ => {}
    }
}

fn harmless<'a>(event: Event<'a>, open: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(tag) => start(tag, open).map(Event::Start),
        Event::End(tag @ (TagEnd::Link | TagEnd::Image)) => open.pop().unwrap_or(false).then_some(Event::End(tag)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below_the_title(level)))),
        other => Some(other),
    }
}

fn start<'a>(tag: Tag<'a>, open: &mut Vec<bool>) -> Option<Tag<'a>> {
    let is_one = match &tag {
        Tag::Link { link_type: LinkType::Email, dest_url, .. } => parse_link(&format!("mailto:{dest_url}")).is_ok(),
        Tag::Link { dest_url, .. } => parse_link(dest_url).is_ok(),
        Tag::Image { dest_url, .. } => dest_url.starts_with('/') && parse_link(dest_url).is_ok(),
        _ => return Some(unstyled(tag)),
    };
    open.push(is_one);
    is_one.then_some(tag)
}

/// Without what the policy of the pages forbids, such as styles of cells.
fn unstyled(tag: Tag<'_>) -> Tag<'_> {
    match tag {
        Tag::HtmlBlock => Tag::Paragraph,
        Tag::Table(columns) => Tag::Table(vec![Alignment::None; columns.len()]),
        Tag::Heading { level, .. } => {
            Tag::Heading { level: below_the_title(level), id: None, classes: Vec::new(), attrs: Vec::new() }
        }
        other => other,
    }
}

const fn below_the_title(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        let (html, words) = markdown_and_words(text);
        assert_eq!(html, markdown(text));
        words
    }

    #[test]
    fn words_become_a_page() {
        let html = markdown(
            "# One\n\nA *word*, a **word**, ~~none~~.\n\n- a\n- b\n\n[Terms](/pages/terms), <tea@example.org>, \
             <https://example.org>\n\n![A mug](/pictures/mug.webp)\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n---\n\n1. x\n",
        );
        for part in [
            "<h2>One</h2>",
            "<em>word</em>",
            "<strong>word</strong>",
            "<del>none</del>",
            "<li>a</li>",
            "<a href=\"/pages/terms\">Terms</a>",
            "<a href=\"mailto:tea@example.org\">tea@example.org</a>",
            "<a href=\"https://example.org\">",
            "<img src=\"/pictures/mug.webp\" alt=\"A mug\" />",
            "<th>a</th>",
            "<td>2</td>",
            "<hr />",
            "<ol>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("style") && !html.contains("<h1"), "{html}");
    }

    #[test]
    fn words_are_told_without_their_marks() {
        let text = "# One\n\nA **word** and\n`another`.\n\n- a\n- [b](/b)\n\n| c | d |\n|---|---|\n| 1 | 2 |\n\n<b>x</b> & y\n";
        assert_eq!(plain(text), "One\nA word and another.\na\nb\nc  d\n1  2\n<b>x</b> & y");
        assert_eq!(plain("Two lines\nof one.\n\nAnother."), "Two lines of one.\nAnother.");
        assert_eq!(plain("[x](javascript:alert(1)) ![a mug](/m.webp)\n\n***\n"), "x a mug");
        assert_eq!(plain(""), "");
    }

    /// Said here once more, by what it begins with: `parse_link` is what decides what gets onto the page.
    fn leads_somewhere_harmless(address: &str) -> bool {
        let is_own = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
        is_own || ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| address.starts_with(scheme))
    }

    #[test]
    fn what_is_harmless_is_told_from_what_is_not() {
        for address in ["/", "/pages/terms", "https://example.org", "http://example.org", "mailto:a@b", "tel:+1"] {
            assert!(leads_somewhere_harmless(address), "{address}");
        }
        for address in ["", "//evil.example", "/\\evil.example", "javascript:x", " /a", "data:x", "a", "JAVASCRIPT:x"] {
            assert!(!leads_somewhere_harmless(address), "{address}");
        }
    }

    /// Everything that is a tag or an attribute in it is one that Markdown has.
    fn expect_harmless(text: &str) {
        let html = markdown(text);
        let known = [
            "p",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "em",
            "strong",
            "del",
            "a",
            "img",
            "ul",
            "ol",
            "li",
            "code",
            "pre",
            "blockquote",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "hr",
            "br",
        ];
        for tag in html.split('<').skip(1) {
            let tag = tag.split_once('>').unwrap_or_else(|| panic!("{text:?}: {html}")).0;
            let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
            assert!(known.contains(&name.as_str()), "<{tag}> of {text:?}: {html}");
            for attribute in tag.split("=\"").collect::<Vec<_>>().split_last().map_or(&[][..], |(_, names)| names) {
                let name = attribute.rsplit([' ', '"']).next().unwrap_or_default();
                assert!(
                    ["href", "src", "alt", "title", "class", "start"].contains(&name),
                    "{name} of {text:?}: {html}"
                );
            }
        }
        // Only in tags: what is text may look as it likes.
        let tags: Vec<_> = html.split('<').skip(1).filter_map(|tag| tag.split_once('>')).map(|(tag, _)| tag).collect();
        for address in tags.iter().flat_map(|tag| tag.split("href=\"").skip(1).chain(tag.split("src=\"").skip(1))) {
            let address = address.split('"').next().unwrap_or_default();
            assert!(leads_somewhere_harmless(address), "{address} of {text:?}: {html}");
        }
    }

    #[test]
    fn nothing_that_runs_gets_onto_a_page() {
        for text in [
            "<script>alert(1)</script>",
            "a <script src=//evil.example></script> b",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=alert(1)>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<style>*{display:none}</style>",
            "<!-- <script>alert(1)</script> -->",
            "<![CDATA[<script>alert(1)</script>]]>",
            "<?php x ?>",
            "</article></main><form action=https://evil.example><input name=password>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java&#115;cript:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](<java\tscript:alert(1)>)",
            "[x](\u{1}javascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](vbscript:x)",
            "[x](//evil.example)",
            "[x](/\\\\evil.example)",
            "[x]: javascript:alert(1)\n\n[x]",
            "<javascript:alert(1)>",
            "<data:text/html,x>",
            "![x](javascript:alert(1))",
            "![x](https://evil.example/track.gif)",
            "![x\" onerror=\"alert(1)](/a.webp)",
            "![x](/a.webp \"x\\\" onerror=\\\"alert(1)\")",
            "[x](/a \"\\\"><script>alert(1)</script>\")",
            "[x](/a\"onmouseover=\"alert(1))",
            "[![x](javascript:alert(1))](/a)",
            "[![x](/a.webp)](javascript:alert(1))",
            "```\"><script>\nx\n```",
            "# x {onclick=alert(1)}",
            "| a |\n|---|\n| <b onclick=alert(1)>x</b> |",
            "<b\nonclick=alert(1)>x</b>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "\u{0}<script>",
        ] {
            expect_harmless(text);
        }
    }

    #[test]
    fn what_was_typed_as_markup_is_shown_as_it_was_typed() {
        assert!(markdown("<script>alert(1)</script>").contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert_eq!(markdown("[x](javascript:alert(1))"), "<p>x</p>\n");
        assert_eq!(markdown("![a mug](https://evil.example/x.gif)"), "<p>a mug</p>\n");
    }

    #[test]
    fn a_text_of_the_largest_size_is_made_in_time() {
        let most = 100 * 1024;
        for piece in ["[", "*a ", "> ", "`", "<b ", "![x](", "- ", "_a*", "|a", "&#0;", "[a]: /b\n", "<!--", "\\"] {
            let began = std::time::Instant::now();
            let html = markdown(&piece.repeat(most / piece.len()));
            assert!(began.elapsed().as_secs() < 5, "{piece:?} took {:?}", began.elapsed());
            assert!(html.len() < 40 * most, "{piece:?} became {} bytes", html.len());
        }
    }
}
