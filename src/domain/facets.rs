//! What a listing is narrowed by besides words, a category and prices: the options of variants. Within one option any of its
//! values will do, between options all of them, and of one and the same variant. And what products are narrowed by as a whole:
//! how they are rated, and their tags, of which any will do.

use std::cmp::Ordering;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Problem;
use super::product_facts::MAX_TAG;

/// One option and the values that will do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OptionFilter {
    pub name: String,
    /// In order, each once; at least one.
    pub values: Vec<String>,
}

/// The options asked for, in order, so that each choice has one address; never more of them than a listing looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Vec<OptionFilter>", into = "Vec<OptionFilter>")]
pub struct OptionFilters(Vec<OptionFilter>);

impl OptionFilters {
    /// Products have three.
    pub const MAX_OPTIONS: u32 = 6;
    /// Of all options together.
    pub const MAX_VALUES: u32 = 20;
    /// The longest name or value, in characters.
    pub const MAX_LENGTH: u32 = 100;

    /// Adds a value that will do; one that is there already changes nothing.
    ///
    /// # Errors
    /// `Required`, `BadCharacters`, `TooLong`; `TooMany` options, or values.
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let (name, value) = (part(name)?, part(value)?);
        let place = self.0.binary_search_by(|option| option.name.as_str().cmp(name));
        if place.is_ok_and(|at| self.0.get(at).is_some_and(|option| option.values.iter().any(|v| v == value))) {
            return Ok(());
        }
        if self.count() >= Self::MAX_VALUES as usize {
            return Err(Problem::TooMany { max: Self::MAX_VALUES });
        }
        match place {
            Ok(at) => {
                if let Some(option) = self.0.get_mut(at) {
                    let at = option.values.partition_point(|v| v.as_str() < value);
                    option.values.insert(at, value.to_owned());
                }
            }
            Err(_) if self.0.len() >= Self::MAX_OPTIONS as usize => {
                return Err(Problem::TooMany { max: Self::MAX_OPTIONS });
            }
            Err(at) => self.0.insert(at, OptionFilter { name: name.to_owned(), values: vec![value.to_owned()] }),
        }
        Ok(())
    }

    pub fn iter(&self) -> std::slice::Iter<'_, OptionFilter> {
        self.0.iter()
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many values will do.
    pub fn count(&self) -> usize {
        self.0.iter().map(|option| option.values.len()).sum()
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.names(name) && self.pairs().any(|(n, v)| n == name && v == value)
    }

    /// Whether this option is among those asked for.
    pub fn names(&self, name: &str) -> bool {
        self.0.iter().any(|option| option.name == name)
    }

    /// Each value with the name of its option, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|option| option.values.iter().map(|value| (option.name.as_str(), value.as_str())))
    }

    /// The same without one value.
    #[must_use]
    pub fn without(&self, name: &str, value: &str) -> Self {
        self.keeping(|n, v| (n, v) != (name, value))
    }

    /// The same whatever this option is.
    #[must_use]
    pub fn without_option(&self, name: &str) -> Self {
        self.keeping(|n, _| n != name)
    }

    fn keeping(&self, stays: impl Fn(&str, &str) -> bool) -> Self {
        let keep = |option: &OptionFilter| {
            let values: Vec<_> = option.values.iter().filter(|value| stays(&option.name, value)).cloned().collect();
            (!values.is_empty()).then(|| OptionFilter { name: option.name.clone(), values })
        };
        Self(self.0.iter().filter_map(keep).collect())
    }
}

impl From<Vec<OptionFilter>> for OptionFilters {
    /// What will not do, or is more than is looked at, is as good as absent.
    fn from(asked: Vec<OptionFilter>) -> Self {
        let mut filters = Self::default();
        for option in asked {
            for value in option.values {
                // Nothing to tell: a listing has no wrong addresses.
                let _ = filters.add(&option.name, &value);
            }
        }
        filters
    }
}

impl From<OptionFilters> for Vec<OptionFilter> {
    fn from(filters: OptionFilters) -> Self {
        filters.0
    }
}

/// The tags asked for, in order, each once: any of them will do. Never more of them than a listing looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct TagFilters(Vec<String>);

impl TagFilters {
    pub const MAX_TAGS: u32 = 20;

    /// Adds a tag that will do; one that is there already changes nothing.
    ///
    /// # Errors
    /// `Required`, `BadCharacters`, `TooLong`; `TooMany` tags.
    pub fn add(&mut self, tag: &str) -> Result<(), Problem> {
        let tag = within(tag, MAX_TAG)?;
        let Err(place) = self.0.binary_search_by(|known| known.as_str().cmp(tag)) else { return Ok(()) };
        if self.0.len() >= Self::MAX_TAGS as usize {
            return Err(Problem::TooMany { max: Self::MAX_TAGS });
        }
        self.0.insert(place, tag.to_owned());
        Ok(())
    }

    pub fn iter(&self) -> std::slice::Iter<'_, String> {
        self.0.iter()
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub const fn count(&self) -> usize {
        self.0.len()
    }

    pub fn has(&self, tag: &str) -> bool {
        self.0.iter().any(|known| known == tag)
    }

    /// The same without one of them.
    #[must_use]
    pub fn without(&self, tag: &str) -> Self {
        Self(self.0.iter().filter(|known| *known != tag).cloned().collect())
    }
}

impl From<Vec<String>> for TagFilters {
    /// As with options.
    fn from(asked: Vec<String>) -> Self {
        let mut filters = Self::default();
        for tag in asked {
            let _ = filters.add(&tag);
        }
        filters
    }
}

impl From<TagFilters> for Vec<String> {
    fn from(filters: TagFilters) -> Self {
        filters.0
    }
}

/// So many stars, and more, on the average as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct RatingFloor(u8);

impl RatingFloor {
    /// The highest first. Nothing is above five.
    pub const ALL: [Self; 4] = [Self(4), Self(3), Self(2), Self(1)];

    pub const fn new(stars: u8) -> Option<Self> {
        if matches!(stars, 1..=4) { Some(Self(stars)) } else { None }
    }

    pub const fn stars(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for RatingFloor {
    type Error = String;

    fn try_from(stars: u8) -> Result<Self, String> {
        Self::new(stars).ok_or_else(|| format!("{stars} stars and up, not 1 to 4"))
    }
}

impl From<RatingFloor> for u8 {
    fn from(floor: RatingFloor) -> Self {
        floor.0
    }
}

impl FromStr for RatingFloor {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        text.parse().ok().and_then(Self::new).ok_or(Problem::NotAChoice)
    }
}

fn part(text: &str) -> Result<&str, Problem> {
    within(text, OptionFilters::MAX_LENGTH)
}

fn within(text: &str, max: u32) -> Result<&str, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::BadCharacters);
    }
    if text.chars().count() > max as usize { Err(Problem::TooLong { max }) } else { Ok(text) }
}

/// The order in which the values of an option stand: sizes as they grow, numbers by what they are, the rest by name.
pub fn compare_choices(one: &str, other: &str) -> Ordering {
    rank(one).cmp(&rank(other)).then_with(|| one.to_lowercase().cmp(&other.to_lowercase())).then_with(|| one.cmp(other))
}

/// Sizes come first, then what begins with a number, then words.
fn rank(choice: &str) -> (u8, u64) {
    const SIZES: [&[&str]; 9] = [
        &["xxs"],
        &["xs", "extra small"],
        &["s", "small"],
        &["m", "medium"],
        &["l", "large"],
        &["xl", "extra large"],
        &["xxl", "2xl"],
        &["xxxl", "3xl"],
        &["one size"],
    ];
    let lower = choice.to_lowercase();
    if let Some(place) = (0..).zip(SIZES).find_map(|(place, names)| names.contains(&lower.as_str()).then_some(place)) {
        return (0, place);
    }
    let digits: String = lower.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().map_or((2, 0), |number| (1, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(pairs: &[(&str, &str)]) -> OptionFilters {
        let mut filters = OptionFilters::default();
        for (name, value) in pairs {
            let _ = filters.add(name, value);
        }
        filters
    }

    #[test]
    fn a_choice_has_one_order_and_each_value_once() {
        let one = filters(&[("Size", "M"), ("Colour", "Slate"), ("Colour", " Sand "), ("Colour", "Slate")]);
        assert_eq!(one.pairs().collect::<Vec<_>>(), [("Colour", "Sand"), ("Colour", "Slate"), ("Size", "M")]);
        assert_eq!(one, filters(&[("Colour", "Sand"), ("Size", "M"), ("Colour", "Slate")]));
        assert_eq!((one.count(), one.has("Colour", "Sand"), one.has("Size", "Sand")), (3, true, false));
        assert_eq!((one.names("Size"), one.names("M")), (true, false));
        assert_eq!(one.without("Size", "M"), one.without_option("Size"));
        assert_eq!(one.without("Colour", "Sand"), filters(&[("Colour", "Slate"), ("Size", "M")]));
        assert!(one.without_option("Colour").without("Size", "M").is_empty() && !one.is_empty());
    }

    #[test]
    fn what_is_asked_for_is_bounded() {
        let mut all = OptionFilters::default();
        for (name, value, problem) in [
            ("", "M", Problem::Required),
            ("Size", "  ", Problem::Required),
            ("Size", "a\u{1f}b", Problem::BadCharacters),
            ("Size\0", "M", Problem::BadCharacters),
            ("Size", &"x".repeat(101), Problem::TooLong { max: 100 }),
        ] {
            assert_eq!(all.add(name, value), Err(problem), "{name:?}={value:?}");
        }
        assert_eq!(OptionFilters::default().add(&"x".repeat(100), &"x".repeat(100)), Ok(()));
        for n in 0..6 {
            all.add(&format!("Option {n}"), "x").unwrap();
        }
        assert_eq!(all.add("Option 6", "x"), Err(Problem::TooMany { max: 6 }));
        for n in 0..14 {
            all.add("Option 0", &n.to_string()).unwrap();
        }
        assert_eq!(all.add("Option 0", "y"), Err(Problem::TooMany { max: 20 }));
        all.add("Option 0", "x").unwrap();
        assert_eq!(all.count(), 20);
    }

    #[test]
    fn what_comes_over_the_wire_is_held_to_the_same() {
        let name = |n: usize| format!(r#"{{"name":"o{n}","values":["b","a","b"]}}"#);
        let many: Vec<_> = (0..50).map(name).collect();
        let read: OptionFilters = serde_json::from_str(&format!("[{}]", many.join(","))).unwrap();
        assert_eq!((read.iter().count(), read.count()), (6, 12));
        let again: OptionFilters = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
    }

    #[test]
    fn tags_are_asked_for_in_order_each_once_and_bounded() {
        let mut tags = TagFilters::default();
        for tag in ["new in", " linen ", "new in", "Linen"] {
            tags.add(tag).unwrap();
        }
        assert_eq!(tags.iter().map(String::as_str).collect::<Vec<_>>(), ["Linen", "linen", "new in"]);
        assert!(TagFilters::default().is_empty() && !tags.is_empty());
        assert_eq!(Vec::from(tags.without("linen")), ["Linen", "new in"]);
        assert_eq!((tags.count(), tags.has("linen"), tags.without("linen").has("linen")), (3, true, false));
        for (tag, problem) in [
            (" ", Problem::Required),
            ("a\0b", Problem::BadCharacters),
            (&"x".repeat(256), Problem::TooLong { max: 255 }),
        ] {
            assert_eq!(tags.add(tag), Err(problem), "{tag:?}");
        }
        assert_eq!(TagFilters::default().add(&"x".repeat(255)), Ok(()));
        for n in 3..20 {
            tags.add(&n.to_string()).unwrap();
        }
        assert_eq!(tags.add("one more"), Err(Problem::TooMany { max: 20 }));
        tags.add("linen").unwrap();
        let wire = serde_json::to_string(&tags).unwrap();
        assert_eq!(serde_json::from_str::<TagFilters>(&wire).unwrap(), tags);
        let many: TagFilters = serde_json::from_str(r#"["b", "", "a", "b", "\u0000"]"#).unwrap();
        assert_eq!(Vec::<String>::from(many), ["a", "b"]);
    }

    #[test]
    fn what_is_rated_so_or_better_is_one_to_four_stars() {
        for floor in RatingFloor::ALL {
            assert_eq!(floor.stars().to_string().parse(), Ok(floor));
            assert_eq!(u8::from(floor), floor.stars());
        }
        for odd in ["", "0", "5", "-1", "4.5", "four", "256", " 4"] {
            assert_eq!(odd.parse::<RatingFloor>(), Err(Problem::NotAChoice), "{odd:?}");
        }
        assert!(serde_json::from_str::<RatingFloor>("5").is_err());
    }

    #[test]
    fn sizes_grow_and_numbers_count() {
        for (mut values, sorted) in [
            (vec!["L", "S", "XL", "M"], ["S", "M", "L", "XL"]),
            (vec!["Large", "Medium", "One size", "Small"], ["Small", "Medium", "Large", "One size"]),
            (vec!["100 ml", "20 ml", "3 ml", "Tin"], ["3 ml", "20 ml", "100 ml", "Tin"]),
            (vec!["slate", "Ash", "Moss", "oat"], ["Ash", "Moss", "oat", "slate"]),
        ] {
            values.sort_by(|a, b| compare_choices(a, b));
            assert_eq!(values, sorted);
        }
    }
}
