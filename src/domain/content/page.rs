//! A page of text: terms, privacy, whatever the shop has to say. Written in Markdown.

use super::super::{FieldReader, Fields, Problem, Refusal};
use super::defaults;

/// The longest text of a page, in kilobytes of 1,024.
const MOST_KB: u32 = 100;

/// Where a page is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagePlace {
    /// Linked at the foot of every page.
    Footer,
    /// By who knows its address.
    Unlinked,
    /// Not at all.
    Hidden,
}

impl PagePlace {
    pub const ALL: [Self; 3] = [Self::Footer, Self::Unlinked, Self::Hidden];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Footer => "footer",
            Self::Unlinked => "unlinked",
            Self::Hidden => "hidden",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.as_str() == text)
    }
}

/// A page as staff have written it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageEdit {
    pub title: String,
    /// For search engines.
    pub description: String,
    /// Markdown.
    pub body: String,
    pub place: PagePlace,
}

impl PageEdit {
    /// Reads `title`, `description`, `body` and `place`.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn parse(slug: &str, fields: &Fields) -> Result<Self, Refusal> {
        let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let mut reader = FieldReader::default();
        let title = reader.required("title", text("title"), 80);
        let description = reader.optional("description", text("description"), 200);
        let body = reader.read("body", markdown(text("body")));
        let place = reader.read("place", place(slug, text("place")));
        let edit = (|| {
            Some(Self { title: title?, description: description?.unwrap_or_default(), body: body?, place: place? })
        })();
        reader.finish(edit)
    }

    pub fn fields(&self) -> Fields {
        let fields = [
            ("title", self.title.as_str()),
            ("description", self.description.as_str()),
            ("body", self.body.as_str()),
            ("place", self.place.as_str()),
        ];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

fn place(slug: &str, text: &str) -> Result<PagePlace, Problem> {
    let place = PagePlace::parse(text).ok_or(Problem::NotAChoice)?;
    if place == PagePlace::Hidden && defaults::is_needed(slug) { Err(Problem::NeededElsewhere) } else { Ok(place) }
}

fn markdown(text: &str) -> Result<String, Problem> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    if text.len() > MOST_KB as usize * 1024 {
        return Err(Problem::TooLarge { kilobytes: MOST_KB });
    }
    let odd = |c: char| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}');
    if text.chars().any(odd) { Err(Problem::BadCharacters) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Fields {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_page_is_read_and_told_again() {
        let fields = typed(&[("title", " Our  terms"), ("body", "# Hello\r\n\r\nYou.\n "), ("place", "footer")]);
        let edit = PageEdit::parse("terms", &fields).unwrap();
        assert_eq!((edit.title.as_str(), edit.body.as_str()), ("Our terms", "# Hello\n\nYou."));
        assert_eq!(PageEdit::parse("terms", &edit.fields()), Ok(edit));
    }

    #[test]
    fn a_page_without_words_or_with_too_many_is_refused() {
        let refusal = PageEdit::parse("about", &Fields::new()).unwrap_err();
        assert_eq!(refusal.problem_of("title"), Some(&Problem::Required));
        assert_eq!(refusal.problem_of("body"), Some(&Problem::Required));
        assert_eq!(refusal.problem_of("place"), Some(&Problem::NotAChoice));
        let of = |body: &str| PageEdit::parse("about", &typed(&[("title", "A"), ("body", body), ("place", "footer")]));
        assert!(of(&"ä".repeat(51_200)).is_ok(), "to the byte");
        let long = of(&format!("{}x", "ä".repeat(51_200))).unwrap_err();
        assert_eq!(long.problem_of("body"), Some(&Problem::TooLarge { kilobytes: 100 }));
        for odd in ["a\0b", "a\u{202e}b", "a\u{1b}b"] {
            assert_eq!(of(odd).unwrap_err().problem_of("body"), Some(&Problem::BadCharacters));
        }
    }

    #[test]
    fn what_other_pages_lead_to_cannot_be_hidden() {
        for (slug, may) in [("terms", false), ("returns", false), ("imprint", false), ("shipping", true), ("us", true)]
        {
            assert_eq!(place(slug, "hidden").is_ok(), may, "{slug}");
            assert!(place(slug, "unlinked").is_ok());
        }
    }
}
