//! What is for sale: the names of products in addresses and on shelves, and the orders a listing can stand in.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use deunicode::deunicode_char;
use serde::{Deserialize, Serialize};

use super::{Problem, ProductId, Refusal};

/// A product's or category's name in an address: `speckled-stoneware-mug`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// # Errors
    /// `BadCharacters` unless 1 to 100 of `a-z 0-9 -`, not at either end a dash.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty()
            || text.len() > 100
            || !text.chars().all(plain)
            || text.starts_with('-')
            || text.ends_with('-')
        {
            return Err(Problem::BadCharacters);
        }
        Ok(Self(text.to_owned()))
    }

    /// The slug that a name suggests: `Crème brûlée dish` is `creme-brulee-dish`, `Кружка` is `kruzhka`. A name without
    /// a letter is a `product`.
    pub fn of_name(name: &str) -> Self {
        let mut slug = String::new();
        for c in name.chars().flat_map(|c| plain_letters(c).chars()) {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
            if slug.len() >= 80 {
                break;
            }
        }
        let slug = slug.trim_end_matches('-');
        Self(if slug.is_empty() { "product".to_owned() } else { slug.to_owned() })
    }

    /// The first of `mug`, `mug-2`, `mug-3` … that is not taken.
    #[must_use]
    pub fn free_among(self, taken: &BTreeSet<String>) -> Self {
        let mut number = 1_u32;
        let mut free = self.0.clone();
        while taken.contains(&free) {
            number = number.saturating_add(1);
            free = format!("{}-{number}", self.0);
        }
        Self(free)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A letter or digit of any script in the letters of addresses. Signs part words; an accent that stands alone is nothing.
fn plain_letters(c: char) -> &'static str {
    match deunicode_char(c).unwrap_or(" ") {
        // Of the soft sign and its like no apostrophe is left.
        plain if c.is_alphanumeric() => plain.trim_matches(['\'', '"', '`']),
        "" => "",
        _ => " ",
    }
}

impl FromStr for Slug {
    type Err = Refusal;

    /// What is no slug names nothing, as with ids.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(|_| Refusal::NotFound)
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a variant is called on the shelf: `TAB-MUG-MOSS`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sku(String);

impl Sku {
    /// # Errors
    /// `BadCharacters` unless 3 to 32 of `A-Z 0-9 -`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        if !(3..=32).contains(&text.len()) || !text.chars().all(plain) {
            return Err(Problem::BadCharacters);
        }
        Ok(Self(text.to_owned()))
    }

    /// A sku for a product that was given none: of its slug, and of the id that makes it the only one.
    pub fn of_product(slug: &Slug, id: ProductId) -> Self {
        let word: String = slug.0.chars().take(20).collect();
        let number = id.0.simple().to_string();
        let tail = number.get(22..).unwrap_or(&number);
        Self(format!("{}-{tail}", word.trim_end_matches('-')).to_ascii_uppercase())
    }

    /// What a sku for this choice of a product's options could be: `MUG-MOSS-S`. Another variant may have it.
    pub fn of_choice(slug: &Slug, choice: &[String]) -> String {
        let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>().trim_matches('-').to_owned();
        let mut sku = cut(&slug.0, if choice.is_empty() { 32 } else { 14 });
        for value in choice {
            sku.push('-');
            sku.push_str(&cut(&Slug::of_name(value).0, 16 / choice.len().max(1)));
        }
        cut(&sku, 32).to_ascii_uppercase()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The orders a listing can stand in. What is not one of them is the default, so that old links keep working.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// What fits best where words are searched for, else the newest.
    #[default]
    Relevance,
    Newest,
    PriceUp,
    PriceDown,
    /// Of which most units were sold lately.
    BestSelling,
    /// Those with the most stars on the average as it is shown, and among them those that more people gave stars; last what
    /// nobody did.
    BestRated,
}

impl Sort {
    pub const ALL: [Self; 6] =
        [Self::Relevance, Self::Newest, Self::BestSelling, Self::BestRated, Self::PriceUp, Self::PriceDown];

    /// As it stands in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::PriceUp => "price_up",
            Self::PriceDown => "price_down",
            Self::BestSelling => "best_selling",
            Self::BestRated => "best_rated",
        }
    }
}

impl FromStr for Sort {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or(Problem::NotAChoice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_makes_a_slug_and_a_sku() {
        for (name, slug) in [
            ("Speckled  Mug, No. 2!", "speckled-mug-no-2"),
            ("  Crème brûlée dish ", "creme-brulee-dish"),
            ("Straße", "strasse"),
            ("", "product"),
            ("☕ — !", "product"),
        ] {
            assert_eq!(Slug::of_name(name).as_str(), slug);
        }
        let long = Slug::of_name(&"ß-".repeat(100));
        assert!(Slug::parse(long.as_str()).is_ok());
        assert_eq!(Slug::of_name(&"x".repeat(200)).as_str(), "x".repeat(80));
        let taken = ["mug", "mug-2"].map(str::to_owned).into();
        assert_eq!(Slug::of_name("Mug").free_among(&taken).as_str(), "mug-3");
        assert_eq!(Slug::of_name("Jug").free_among(&taken).as_str(), "jug");
        let sku = Sku::of_product(&long, ProductId(uuid::Uuid::max()));
        assert!(Sku::parse(sku.as_str()).is_ok(), "{sku:?}");
        let choice = |choice: &[&str]| {
            Sku::of_choice(&Slug::of_name("Mug"), &choice.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!((choice(&[]).as_str(), choice(&["Moss", "S"]).as_str()), ("MUG", "MUG-MOSS-S"));
        assert_eq!(
            choice(&["a".repeat(20).as_str(), "b"]),
            "MUG-AAAAAAAA-B",
            "each value has its part of what there is"
        );
        assert!(Sku::parse(&choice(&["ß".repeat(50).as_str(), "ß".repeat(50).as_str()])).is_ok());
    }

    #[test]
    fn what_is_no_slug_names_nothing() {
        for garbled in ["", "a b", "../mug", "Mug", "mug-", "\0", &"x".repeat(101)] {
            assert_eq!(garbled.parse::<Slug>(), Err(Refusal::NotFound), "{garbled:?}");
        }
        assert_eq!("mug-2".parse::<Slug>(), Ok(Slug("mug-2".to_owned())));
    }

    #[test]
    fn names_in_other_scripts_have_addresses_that_can_be_read() {
        for (name, slug) in [
            ("Σίγμα", "sigma"),
            ("Привет", "privet"),
            ("Большой объём", "bolshoi-obiom"),
            ("Žluťoučký kůň", "zlutoucky-kun"),
            ("Größe", "grosse"),
            ("東京", "dong-jing"),
            ("한국", "hangug"),
            ("cafe\u{301}s ½ l", "cafes-1-2-l"),
            ("Чайник «Щука» ☕", "chainik-shchuka"),
        ] {
            assert_eq!(Slug::of_name(name).as_str(), slug);
        }
    }

    #[test]
    fn letters_lose_their_accents_and_keep_their_sound() {
        for (letters, plain) in [
            ("àáâãäåāăą", "aaaaaaaaa"),
            ("æœ", "aeoe"),
            ("çćč", "ccc"),
            ("ďđð", "ddd"),
            ("èéêëēėęě", "eeeeeeee"),
            ("ğ", "g"),
            ("ìíîïīįı", "iiiiiii"),
            ("łľ", "ll"),
            ("ñńň", "nnn"),
            ("òóôõöøōő", "oooooooo"),
            ("ř", "r"),
            ("śšşș", "ssss"),
            ("ß", "ss"),
            ("ťţț", "ttt"),
            ("þ", "th"),
            ("ùúûüūůű", "uuuuuuu"),
            ("ýÿ", "yy"),
            ("źżž", "zzz"),
        ] {
            assert_eq!(Slug::of_name(letters).to_string(), plain, "{letters}");
        }
    }

    #[test]
    fn a_listing_is_sorted_as_its_address_says() {
        let words = ["relevance", "newest", "best_selling", "best_rated", "price_up", "price_down"];
        for (sort, word) in Sort::ALL.into_iter().zip(words) {
            assert_eq!((sort.as_str(), word.parse()), (word, Ok(sort)));
            assert_eq!(serde_json::to_value(sort).unwrap(), word);
        }
        assert_eq!("cheapest".parse::<Sort>(), Err(Problem::NotAChoice));
    }

    #[test]
    fn slugs_and_skus_keep_to_their_letters() {
        assert!(Slug::parse("speckled-mug-2").is_ok());
        for bad in ["", "-a", "a-", "A", "a b", "a/b", "ä", "a\0"] {
            assert!(Slug::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Slug::parse(&"a".repeat(100)).is_ok());
        assert_eq!(Slug::parse(&"a".repeat(101)), Err(Problem::BadCharacters));
        assert!(Sku::parse("TAB-MUG").is_ok());
        assert!(Sku::parse(&"A".repeat(32)).is_ok() && Sku::parse("A-1").is_ok());
        assert!(Sku::parse(&"A".repeat(33)).is_err());
        for bad in ["", "AB", "tab-mug", "A B C", "ÄBC"] {
            assert!(Sku::parse(bad).is_err(), "{bad:?}");
        }
    }
}
