//! What a buyer says of a product: stars, words and the name that stands above them, and what the shop makes of it.
//!
//! Only whoever bought a product, and whom it was sent to, may say something of it, once for each line of an order. Nothing is
//! shown that nobody of the shop has read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{FieldReader, Fulfilment, OrderItemId, Problem, Refusal, VariantId, clean_line};

/// Most characters of a review's title.
pub const MAX_REVIEW_TITLE: u32 = 100;
/// Of its text: what is typed and refused is shown again, and a cookie has room for that.
pub const MAX_REVIEW_TEXT: u32 = 1_000;
/// Of the name that it is shown under.
pub const MAX_REVIEW_NAME: u32 = 40;
/// Of what the shop answers, and of why it declines one.
pub const MAX_REVIEW_ANSWER: u32 = 1_000;

/// 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Stars(u8);

impl Stars {
    /// The best first.
    pub const ALL: [Self; 5] = [Self(5), Self(4), Self(3), Self(2), Self(1)];

    pub const fn new(count: u8) -> Option<Self> {
        if matches!(count, 1..=5) { Some(Self(count)) } else { None }
    }

    pub const fn count(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Stars {
    type Error = String;

    fn try_from(count: u8) -> Result<Self, String> {
        Self::new(count).ok_or_else(|| format!("{count} stars, not 1 to 5"))
    }
}

impl From<Stars> for u8 {
    fn from(stars: Stars) -> Self {
        stars.0
    }
}

impl FromStr for Stars {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text.trim() {
            "" => Err(Problem::Required),
            text => text.parse().ok().and_then(Self::new).ok_or(Problem::NotAChoice),
        }
    }
}

impl fmt::Display for Stars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What has become of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Nobody of the shop has read it since it was written or changed.
    #[default]
    Pending,
    Published,
    Declined,
}

impl ReviewState {
    pub const ALL: [Self; 3] = [Self::Pending, Self::Published, Self::Declined];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Published => "published",
            Self::Declined => "declined",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// What of these stars counts in a product's rating.
    pub const fn counted(self, stars: Stars) -> Option<Stars> {
        match self {
            Self::Published => Some(stars),
            Self::Pending | Self::Declined => None,
        }
    }
}

/// In which order reviews are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewSort {
    #[default]
    Newest,
    Highest,
    Lowest,
}

impl ReviewSort {
    pub const ALL: [Self; 3] = [Self::Newest, Self::Highest, Self::Lowest];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Highest => "highest",
            Self::Lowest => "lowest",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// What somebody says of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub stars: Stars,
    pub title: Option<String>,
    /// Lines are theirs.
    pub text: String,
    /// The name that everybody sees.
    pub name: String,
}

impl Review {
    /// Reads what was typed: plain words, without addresses of the web and without markup.
    ///
    /// # Errors
    /// `Invalid` (stars, title, text, name).
    pub fn parse(stars: &str, title: &str, text: &str, name: &str) -> Result<Self, Refusal> {
        let mut reader = FieldReader::default();
        let stars = reader.read("stars", stars.parse());
        let title = reader.read("title", clean_line(title, MAX_REVIEW_TITLE).and_then(plain));
        let text = reader.read("text", clean_text(text, MAX_REVIEW_TEXT).and_then(plain));
        let name = reader.read("name", clean_line(name, MAX_REVIEW_NAME).and_then(required).and_then(plain));
        let read = stars.zip(title).zip(text.zip(name));
        let review = read.map(|((stars, title), (text, name))| Self {
            stars,
            title: Some(title).filter(|title| !title.is_empty()),
            text,
            name,
        });
        reader.finish(review)
    }
}

/// What the shop answers, or why it declines one: it is written by staff, and may lead somewhere.
///
/// # Errors
/// `Invalid` (that field).
pub fn parse_review_answer(field: &str, text: &str) -> Result<String, Refusal> {
    clean_text(text, MAX_REVIEW_ANSWER).map_err(|problem| Refusal::field(field, problem))
}

/// The name that is offered to whoever writes: no more of theirs than their first.
pub fn shown_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().chars().take(MAX_REVIEW_NAME as usize).collect()
}

/// Lines of text that must not be empty: each trimmed, no more than one empty one between two.
fn clean_text(text: &str, max: u32) -> Result<String, Problem> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = clean_line(line, u32::MAX)?;
        if !(line.is_empty() && lines.last().is_none_or(String::is_empty)) {
            lines.push(line);
        }
    }
    let text = lines.join("\n").trim().to_owned();
    match text.chars().count() > max as usize {
        true => Err(Problem::TooLong { max }),
        false => required(text),
    }
}

fn required(text: String) -> Result<String, Problem> {
    if text.is_empty() { Err(Problem::Required) } else { Ok(text) }
}

/// Endings that make a word an address, where it has no slash.
const ENDINGS: [&str; 8] = [".com", ".net", ".org", ".info", ".biz", ".shop", ".ru", ".xyz"];

fn plain(text: String) -> Result<String, Problem> {
    let small = text.to_lowercase();
    let leads_out = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let ends = |ending: &str| word.strip_suffix(ending).is_some_and(|rest| !rest.is_empty());
        word.starts_with("www.") || ENDINGS.into_iter().any(ends)
    };
    if small.contains("://") || small.split_whitespace().any(leads_out) {
        return Err(Problem::NoLinks);
    }
    let mut pairs = small.chars().zip(small.chars().skip(1));
    match pairs.any(|(c, next)| c == '<' && (next.is_alphabetic() || matches!(next, '/' | '!'))) {
        true => Err(Problem::NoMarkup),
        false => Ok(text),
    }
}

/// How many reviews of a product gave how many stars: only those that are shown count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rating {
    /// Of one star first.
    pub counts: [u32; 5],
}

impl Rating {
    pub fn total(&self) -> u32 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    pub fn of(&self, stars: Stars) -> u32 {
        self.counts.get(usize::from(stars.count()) - 1).copied().unwrap_or(0)
    }

    /// The average in tenths of a star, rounded half up: `43` is 4.3. None: of nothing there is none.
    pub fn tenths(&self) -> Option<u32> {
        let total = u64::from(self.total());
        let sum: u64 = (1..).zip(self.counts).map(|(stars, count): (u64, u32)| stars * u64::from(count)).sum();
        (sum * 10 + total / 2).checked_div(total).and_then(|tenths| u32::try_from(tenths).ok())
    }

    /// `4.3`
    pub fn average(&self) -> Option<String> {
        self.tenths().map(stars_text)
    }

    /// How many of a hundred gave so many, rounded half up.
    pub fn percent(&self, stars: Stars) -> u32 {
        let total = u64::from(self.total());
        let share = (u64::from(self.of(stars)) * 100 + total / 2).checked_div(total);
        share.and_then(|share| u32::try_from(share).ok()).unwrap_or(0)
    }
}

/// Tenths of a star as they are read: `43` is `4.3`.
pub fn stars_text(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

impl Fulfilment {
    /// The line that somebody may say something of, named by its variant: it was sent to them, or given to them.
    ///
    /// # Errors
    /// `NotFound` for what is no line of the order, `NotSentYet`.
    pub fn reviewable(&self, variant: VariantId) -> Result<OrderItemId, Refusal> {
        let line = self.lines.iter().find(|line| line.variant == variant).ok_or(Refusal::NotFound)?;
        if line.shipped == 0 { Err(Refusal::NotSentYet) } else { Ok(line.id) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::sent;

    fn parsed(text: &str) -> Result<Review, Refusal> {
        Review::parse("4", " A  good mug ", text, "Ada")
    }

    #[test]
    fn a_review_is_plain_words_and_stars() {
        let review = parsed(" It holds tea. \r\n\r\n\r\nAnd it is <3. ").unwrap();
        assert_eq!(review.text, "It holds tea.\n\nAnd it is <3.");
        assert_eq!((review.stars.count(), review.title.as_deref()), (4, Some("A good mug")));
        assert_eq!(Review::parse("5", " ", "Good.", "Ada").unwrap().title, None);
    }

    #[test]
    fn every_field_that_will_not_do_is_told_at_once() {
        let refusal = Review::parse("6", &"x".repeat(101), " \n ", "").unwrap_err();
        for (field, problem) in [
            ("stars", Problem::NotAChoice),
            ("title", Problem::TooLong { max: 100 }),
            ("text", Problem::Required),
            ("name", Problem::Required),
        ] {
            assert_eq!(refusal.problem_of(field), Some(&problem), "{field}");
        }
        let longest = Review::parse("1", &"x".repeat(100), "Good.", &"x".repeat(40)).unwrap();
        assert_eq!((longest.title, longest.name), (Some("x".repeat(100)), "x".repeat(40)));
        let named = Review::parse("1", "", "Good.", &"x".repeat(41)).unwrap_err();
        assert_eq!(named.problem_of("name"), Some(&Problem::TooLong { max: 40 }));
        let answer = |count| parse_review_answer("answer", &"x".repeat(count));
        assert_eq!(answer(1_000), Ok("x".repeat(1_000)));
        assert_eq!(answer(1_001), Err(Refusal::field("answer", Problem::TooLong { max: 1_000 })));
        assert_eq!("".parse::<Stars>(), Err(Problem::Required));
        for odd in ["0", "-1", "4.5", "five", "256"] {
            assert_eq!(odd.parse::<Stars>(), Err(Problem::NotAChoice), "{odd:?}");
        }
    }

    #[test]
    fn no_review_leads_anywhere_or_is_markup() {
        for (text, problem) in [
            ("See https://cheap.example", Problem::NoLinks),
            ("See (www.cheap.example).", Problem::NoLinks),
            ("At Cheap-Mugs.COM, you know", Problem::NoLinks),
            ("<b>Good</b>", Problem::NoMarkup),
            ("Good</p>", Problem::NoMarkup),
            ("<!-- good -->", Problem::NoMarkup),
            ("a\0b", Problem::BadCharacters),
            ("a\u{202e}b", Problem::BadCharacters),
            (&"ä".repeat(1_001), Problem::TooLong { max: 1_000 }),
        ] {
            assert_eq!(parsed(text).unwrap_err().problem_of("text"), Some(&problem), "{text:?}");
        }
        for fine in ["Holds 0.35 l.com-fortably", "3 < 4 and 5 > 4", "<3", "Good.Really.", &"ä".repeat(1_000)] {
            assert!(parsed(fine).is_ok(), "{fine:?}");
        }
    }

    #[test]
    fn a_rating_is_reckoned_in_whole_numbers() {
        let rating = Rating { counts: [1, 0, 0, 1, 2] };
        assert_eq!((rating.total(), rating.tenths(), rating.average().as_deref()), (4, Some(38), Some("3.8")));
        let shares: Vec<_> = Stars::ALL.into_iter().map(|stars| rating.percent(stars)).collect();
        assert_eq!(shares, [50, 25, 0, 0, 25]);
        assert_eq!(Rating { counts: [1, 0, 0, 0, 7] }.percent(Stars::ALL[4]), 13, "a half is rounded up");
        assert_eq!(Rating::default().tenths(), None);
        assert_eq!(Rating { counts: [0, 0, 0, 1, 2] }.average().as_deref(), Some("4.7"));
        assert_eq!(Rating { counts: [0, 0, 0, 0, u32::MAX] }.tenths(), Some(50));
    }

    #[test]
    fn only_what_is_published_counts() {
        for stars in Stars::ALL {
            let counted = ReviewState::ALL.map(|state| state.counted(stars));
            assert_eq!(counted, [None, Some(stars), None]);
        }
        for state in ReviewState::ALL {
            assert_eq!(ReviewState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        for (sort, word) in ReviewSort::ALL.into_iter().zip(["newest", "highest", "lowest"]) {
            assert_eq!((sort.as_str(), ReviewSort::parse(word)), (word, Some(sort)));
            assert_eq!(serde_json::to_value(sort).unwrap(), word);
        }
        assert_eq!((ReviewState::parse("lost"), ReviewSort::parse("best")), (None, None));
    }

    #[test]
    fn only_what_was_sent_is_reviewed() {
        let order = sent(&[(1, 0), (2, 1)]);
        let line = |n| order.reviewable(VariantId(uuid::Uuid::from_u128(n)));
        assert_eq!((line(1), line(2)), (Err(Refusal::NotSentYet), Ok(order.lines[1].id)));
        assert_eq!(line(3), Err(Refusal::NotFound));
    }

    #[test]
    fn the_name_that_is_offered_is_the_first_alone() {
        for (name, shown) in [("Ada Lovelace", "Ada"), ("  ", ""), ("Ada", "Ada")] {
            assert_eq!(shown_name(name), shown);
        }
        assert_eq!(shown_name(&"x".repeat(50)).len(), 40);
    }

    #[test]
    fn stars_are_one_to_five_on_the_wire() {
        let five = serde_json::from_str::<Stars>("5").unwrap();
        assert_eq!(
            (five.count(), serde_json::to_string(&five).unwrap(), five.to_string()),
            (5, "5".into(), "5".into())
        );
        for odd in ["0", "6", "\"5\"", "4.5"] {
            assert!(serde_json::from_str::<Stars>(odd).is_err(), "{odd}");
        }
    }
}
