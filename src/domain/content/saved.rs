//! What staff have written of the shop, as far as they have.

use serde::{Deserialize, Serialize};

use super::super::{Email, FieldReader, Fields, Problem, Refusal};
use super::{Accent, FooterLink, parse_link};

/// What is none is as it comes with the program, or as the environment says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedContent {
    pub name: Option<String>,
    /// For search engines.
    pub description: Option<String>,
    pub headline: Option<String>,
    pub intro: Option<String>,
    pub action: Option<String>,
    pub action_link: Option<String>,
    /// At the foot of every page.
    pub about: Option<String>,
    pub announcement: Option<String>,
    pub announcement_link: Option<String>,
    pub announcement_shown: bool,
    pub contact: Option<String>,
    pub links: Vec<FooterLink>,
    pub accent: Option<Accent>,
    /// The IANA name of a time zone.
    pub time_zone: Option<String>,
}

impl SavedContent {
    /// How many links the foot of a page has room for.
    pub const MAX_LINKS: usize = 6;
    /// As long as `SHOP_NAME` may be.
    pub const MAX_NAME: u32 = 60;

    /// Reads the fields of the form; what is empty is none. Whether there is such a time zone, the caller knows.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn parse(fields: &Fields) -> Result<Self, Refusal> {
        let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let mut reader = FieldReader::default();
        let mut line = |name: &str, max| reader.optional(name, text(name), max).flatten();
        let (name, description) = (line("name", Self::MAX_NAME), line("description", 200));
        let (headline, intro) = (line("headline", 80), line("intro", 400));
        let (action, about) = (line("action", 40), line("about", 300));
        let (announcement, time_zone) = (line("announcement", 200), line("time_zone", 60));
        let links = links(&mut reader, &text);
        let mut unless_empty = |name: &str, read: fn(&str) -> Result<String, Problem>| match text(name).trim() {
            "" => None,
            text => reader.read(name, read(text)),
        };
        let action_link = unless_empty("action_link", parse_link);
        let announcement_link = unless_empty("announcement_link", parse_link);
        let contact = unless_empty("contact", |text| Email::parse(text).map(|email| email.as_str().to_owned()));
        let accent = match text("accent").trim() {
            "" => None,
            text => reader.read("accent", Accent::parse(text)),
        };
        let announcement_shown = text("announcement_shown") == "yes";
        if announcement_shown && text("announcement").trim().is_empty() {
            reader.read::<()>("announcement", Err(Problem::Required));
        }
        let saved = Self {
            name,
            description,
            headline,
            intro,
            action,
            action_link,
            about,
            announcement,
            announcement_link,
            announcement_shown,
            contact,
            links,
            // What comes with the program is not written down.
            accent: accent.filter(|accent| *accent != Accent::DEFAULT),
            time_zone,
        };
        reader.finish(Some(saved))
    }

    pub fn fields(&self) -> Fields {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let shown = if self.announcement_shown { "yes" } else { "no" };
        let mut fields: Fields = [
            ("name", text(&self.name)),
            ("description", text(&self.description)),
            ("headline", text(&self.headline)),
            ("intro", text(&self.intro)),
            ("action", text(&self.action)),
            ("action_link", text(&self.action_link)),
            ("about", text(&self.about)),
            ("announcement", text(&self.announcement)),
            ("announcement_link", text(&self.announcement_link)),
            ("announcement_shown", shown.to_owned()),
            ("contact", text(&self.contact)),
            ("accent", self.accent.map(|accent| accent.to_string()).unwrap_or_default()),
            ("time_zone", text(&self.time_zone)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for place in 1..=Self::MAX_LINKS {
            let link = self.links.get(place - 1);
            fields.insert(format!("link{place}_words"), link.map(|link| link.words.clone()).unwrap_or_default());
            fields.insert(format!("link{place}_to"), link.map(|link| link.to.clone()).unwrap_or_default());
        }
        fields
    }
}

/// Rows with words and an address; whoever fills in one of the two is asked for the other.
fn links<'a>(reader: &mut FieldReader, text: &impl Fn(&str) -> &'a str) -> Vec<FooterLink> {
    let mut links = Vec::new();
    for place in 1..=SavedContent::MAX_LINKS {
        let (words, to) = (format!("link{place}_words"), format!("link{place}_to"));
        if text(&words).trim().is_empty() && text(&to).trim().is_empty() {
            continue;
        }
        let read = (reader.required(&words, text(&words), 40), reader.read(&to, parse_link(text(&to))));
        if let (Some(words), Some(to)) = read {
            links.push(FooterLink { words, to });
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Fields {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_empty_is_as_it_comes() {
        assert_eq!(SavedContent::parse(&Fields::new()), Ok(SavedContent::default()));
        let default = SavedContent::default().fields();
        assert_eq!(SavedContent::parse(&default), Ok(SavedContent::default()));
        assert_eq!(SavedContent::parse(&typed(&[("accent", "#963D1F")])), Ok(SavedContent::default()));
    }

    #[test]
    fn what_was_written_is_read_again() {
        let fields = typed(&[
            ("name", " Tea  & Time "),
            ("headline", "Tea"),
            ("announcement", "Closed on Monday"),
            ("announcement_shown", "yes"),
            ("contact", "tea@example.org"),
            ("accent", "#1F5C96"),
            ("link3_words", "Blog"),
            ("link3_to", "https://blog.example.org"),
            ("time_zone", "Europe/Berlin"),
        ]);
        let saved = SavedContent::parse(&fields).unwrap();
        assert_eq!(saved.name.as_deref(), Some("Tea & Time"));
        assert_eq!(saved.links.len(), 1, "rows that are empty are left out");
        assert_eq!(SavedContent::parse(&saved.fields()).as_ref(), Ok(&saved));
        let json = serde_json::to_string(&saved).unwrap();
        assert_eq!(serde_json::from_str::<SavedContent>(&json).unwrap(), saved);
        // Of a later release, which says more.
        assert_eq!(serde_json::from_str::<SavedContent>(r#"{"logo":"x"}"#).unwrap(), SavedContent::default());
    }

    #[test]
    fn every_field_that_will_not_do_is_told_at_once() {
        let long = "x".repeat(401);
        let fields = typed(&[
            ("name", &long),
            ("intro", &long),
            ("action_link", "javascript:alert(1)"),
            ("announcement_shown", "yes"),
            ("announcement_link", "//evil.example"),
            ("contact", "nobody"),
            ("accent", "red"),
            ("link1_words", "Blog"),
            ("link2_to", "https://x.example"),
        ]);
        let refusal = SavedContent::parse(&fields).unwrap_err();
        for (field, problem) in [
            ("name", Problem::TooLong { max: 60 }),
            ("intro", Problem::TooLong { max: 400 }),
            ("action_link", Problem::NotALink),
            ("announcement", Problem::Required),
            ("announcement_link", Problem::NotALink),
            ("contact", Problem::NotAnEmail),
            ("accent", Problem::NotAColour),
            ("link1_to", Problem::Required),
            ("link2_words", Problem::Required),
        ] {
            assert_eq!(refusal.problem_of(field), Some(&problem), "{field}");
        }
    }
}
