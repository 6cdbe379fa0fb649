//! Tables that leave the shop and come back: cells that a spreadsheet would take for formulas, and descriptions as HTML.

use html_escape::{decode_html_entities, encode_text};

/// Stands for a space that stays one while others are folded.
const KEPT_SPACE: char = '\u{e000}';

/// Whether a spreadsheet might reckon with it, be it as it is or with apostrophes before it.
fn begins_like_a_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell of text that no spreadsheet takes for a formula: one that begins like one has an apostrophe before it.
pub(super) fn harmless(text: &str) -> String {
    if begins_like_a_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// What stood there before it was made harmless.
pub(super) fn as_it_was(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if begins_like_a_formula(rest) => rest,
        _ => text,
    }
}

/// A description as HTML: its paragraphs and lines, and nothing else. `text_of` reads it back as it was.
pub(super) fn html_of(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let paragraph = |text: &str| match text {
        "" => "<p><br><br></p>".to_owned(),
        text => format!("<p>{}</p>", text.split('\n').map(line_of_html).collect::<Vec<_>>().join("<br>")),
    };
    text.split("\n\n").map(paragraph).collect::<Vec<_>>().join("\n")
}

fn line_of_html(line: &str) -> String {
    let mut html = String::with_capacity(line.len());
    let mut before = ' ';
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' if before == ' ' || letters.peek().is_none() => html.push_str("&nbsp;"),
            '\t' => html.push_str("&#9;"),
            other => html.push_str(&encode_text(&*other.encode_utf8(&mut [0; 4]))),
        }
        before = letter;
    }
    html
}

/// The words of some HTML: paragraphs are paragraphs, lines lines, points of lists begin with a dash, and whatever else it
/// says of itself is left. What has no tag at all is text already.
pub(super) fn text_of(html: &str) -> String {
    let html = html.replace("\r\n", "\n").replace(KEPT_SPACE, " ");
    let begins = |(at, _): (usize, &str)| html.get(at..).is_some_and(Tag::begins);
    if !html.contains('>') || !html.match_indices('<').any(begins) {
        return decode_html_entities(&html).trim().to_owned();
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        let (words, from) = rest.split_at(at);
        push_words(&mut text, words);
        match Tag::at(from) {
            Some(tag) => {
                tag.push(&mut text);
                rest = tag.behind();
            }
            None => {
                text.push('<');
                rest = from.get(1..).unwrap_or_default();
                // One without an end is text, and so is what comes after it: nothing is looked through twice.
                if Tag::begins(from) {
                    break;
                }
            }
        }
    }
    push_words(&mut text, rest);
    text.trim().replace(KEPT_SPACE, " ")
}

/// White space is one space, as a browser shows it.
fn push_words(text: &mut String, words: &str) {
    let words = words.replace("&nbsp;", KEPT_SPACE.encode_utf8(&mut [0; 4]));
    let mut folded = String::with_capacity(words.len());
    let mut before = text.chars().next_back().unwrap_or(' ');
    for letter in words.chars() {
        let letter = if letter.is_ascii_whitespace() { ' ' } else { letter };
        if letter != ' ' || !matches!(before, ' ' | '\n') {
            folded.push(letter);
            before = letter;
        }
    }
    text.push_str(&decode_html_entities(&folded));
}

/// A tag at the beginning of some HTML.
struct Tag<'a> {
    name: String,
    is_end: bool,
    length: usize,
    whole: &'a str,
}

impl<'a> Tag<'a> {
    fn begins(html: &str) -> bool {
        let inside = html.strip_prefix('<').map(|inside| inside.strip_prefix('/').unwrap_or(inside));
        inside.is_some_and(|inside| inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!'))
    }

    /// None: there is none, or it has no end.
    fn at(html: &'a str) -> Option<Self> {
        if html.starts_with("<!--") {
            let length = html.find("-->").map_or(html.len(), |at| at + 3);
            return Some(Self { name: "!".to_owned(), is_end: false, length, whole: html });
        }
        let inside = html.strip_prefix('<').filter(|_| Self::begins(html))?;
        let (is_end, inside) = inside.strip_prefix('/').map_or((false, inside), |rest| (true, rest));
        let name: String = inside.chars().take_while(char::is_ascii_alphanumeric).collect();
        let mut quote = None;
        for (at, letter) in html.char_indices() {
            match (quote, letter) {
                (None, '>') => {
                    return Some(Self { name: name.to_ascii_lowercase(), is_end, length: at + 1, whole: html });
                }
                (None, '"' | '\'') => quote = Some(letter),
                (Some(open), close) if open == close => quote = None,
                _ => {}
            }
        }
        None
    }

    /// What comes after it; of a script and a sheet of styles, after all of it.
    fn behind(&self) -> &'a str {
        let rest = self.whole.get(self.length..).unwrap_or_default();
        if self.is_end || !matches!(self.name.as_str(), "script" | "style") {
            return rest;
        }
        let end = format!("</{}", self.name);
        // Letters of ASCII alone change, so places stay.
        rest.to_ascii_lowercase().find(&end).and_then(|at| rest.get(at..)).unwrap_or_default()
    }

    fn push(&self, text: &mut String) {
        match self.name.as_str() {
            "br" => text.push('\n'),
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "blockquote"
            | "section" | "article" | "hr" => break_off(text, 2),
            "li" | "tr" | "dt" | "dd" => {
                break_off(text, 1);
                if self.name == "li" && !self.is_end {
                    text.push_str("- ");
                }
            }
            "td" | "th" if !self.is_end => push_words(text, " "),
            _ => {}
        }
    }
}

/// Lets so many lines end here, where something stands before.
fn break_off(text: &mut String, lines: usize) {
    // A point of a list whose words stand in a paragraph of their own.
    if text == "- " || text.ends_with("\n- ") {
        return;
    }
    text.truncate(text.trim_end_matches(' ').len());
    let has = text.len() - text.trim_end_matches('\n').len();
    if !text.is_empty() {
        text.extend(std::iter::repeat_n('\n', lines.saturating_sub(has)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_like_a_formula_is_harmless_and_comes_back_as_it_was() {
        for text in ["=1+1", "+49 30", "-1", "@sum", "\tx", "\rx", "'=1", "''+1", "'s-Gravenhage", "mug", "", "'"] {
            let cell = harmless(text);
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{text:?}");
            assert_eq!(as_it_was(&cell), text, "{text:?}");
        }
        assert_eq!((harmless("=1"), harmless("'s")), ("'=1".to_owned(), "'s".to_owned()));
    }

    #[test]
    fn a_description_comes_back_as_it_was() {
        for text in [
            "",
            "One line.",
            "Two\nlines.",
            "Two\n\nparagraphs.",
            "a\n\n\nb",
            "b\n\n\n\nc",
            "b\n\n\n\n\nc",
            "- a point\n- another",
            "1 < 2 && 3 > 2, \"so\" it's",
            "two  spaces, three   and one at the end \nof a line",
            "a\ttab",
            "<b>not bold</b>",
            "&amp; as it is written",
            "größer – «schöner» \u{a0}!",
        ] {
            assert_eq!(text_of(&html_of(text)), text, "{}", html_of(text));
        }
    }

    #[test]
    fn of_html_the_words_are_kept_and_nothing_else() {
        for (html, text) in [
            ("<p>A <b>mug</b>.</p>\n<p>Of clay.</p>", "A mug.\n\nOf clay."),
            ("<ul>\n<li>One</li>\n<li>Two</li>\n</ul><p>End</p>", "- One\n- Two\n\nEnd"),
            ("<script>alert('</p>')</script>Hello", "Hello"),
            ("<style>p { color: red }</style><P CLASS=\"a>b\">Gr&ouml;&szlig;e&nbsp;S</P>", "Größe S"),
            ("<!-- no --><p>yes", "yes"),
            ("a < b, and 5<6", "a < b, and 5<6"),
            ("<p>a < b</p>", "a < b"),
            ("plain\ntext &amp; more", "plain\ntext & more"),
            ("<table><tr><td>Size</td><td>S</td></tr><tr><td>Colour</td></tr></table>", "Size S\nColour"),
            ("<img src=x onerror=alert(1)>", ""),
            ("<p>open <a href='", "open <a href='"),
            ("<ul><li><p>One</p></li></ul>", "- One"),
            ("line<br/>line", "line\nline"),
        ] {
            assert_eq!(text_of(html), text, "{html}");
        }
    }
}
