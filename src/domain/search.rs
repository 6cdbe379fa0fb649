//! What is typed into the search: its words, and which word of the catalogue somebody may have meant. Which products have
//! a word is the database's business.

use strsim::osa_distance;

/// A search is no longer than this; what stands behind is left out.
const MOST_LETTERS: usize = 400;
const MOST_WORDS: usize = 8;
const LONGEST_WORD: usize = 40;

/// The words of a search: letters and digits, whatever stands between them. At most eight, each of at most 40 letters.
pub fn search_words(text: &str) -> Vec<String> {
    // An accent that stands alone belongs to the letter before it.
    let is_nothing = |c: &char| c.is_control() && !c.is_whitespace() || ('\u{300}'..='\u{36f}').contains(c);
    let text: String = text.chars().take(MOST_LETTERS).filter(|c| !is_nothing(c)).collect();
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST_WORD).collect())
        .take(MOST_WORDS)
        .collect()
}

/// The words of what somebody is still typing; none where that is too little to suggest anything. A single letter is, and behind
/// other words it is left out; one that is a word by itself, as 茶 is, is not.
pub fn suggestion_words(typed: &str) -> Option<Vec<String>> {
    let mut words = search_words(typed);
    let is_letter = |word: &String| word.len() == 1;
    if words.len() > 1 && words.last().is_some_and(is_letter) {
        words.pop();
    }
    let is_enough = words.len() > 1 || words.first().is_some_and(|word| !is_letter(word));
    is_enough.then_some(words)
}

/// A word of a search, held against those of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchWord {
    /// As it was typed.
    pub word: String,
    /// Without accents and capitals, as words of the catalogue are.
    pub plain: String,
    /// Whether it finds anything by itself.
    pub is_known: bool,
    /// Words that find something and are spelled nearly so.
    pub near: Vec<String>,
}

impl SearchWord {
    /// Typo tolerance. The word that may have been meant: one letter too many, too few or wrong, or two that changed places; in long
    /// words two of that. A short word that is known is what it is.
    fn correction(&self) -> Option<&str> {
        let most = match self.plain.chars().count() {
            0..=2 => return None,
            3..=5 if self.is_known => return None,
            3..=5 => 1,
            _ => 2,
        };
        let first = |word: &str| word.chars().next();
        self.near
            .iter()
            .map(|near| (osa_distance(&self.plain, near), first(near) != first(&self.plain), near.as_str()))
            .filter(|(distance, ..)| (1..=most).contains(distance))
            .min()
            .map(|(.., near)| near)
    }
}

/// The same search with the words that may have been meant in place of those that nobody knows; of known ones, too, where it
/// is only offered. None where nothing better is known.
pub fn corrected_search(words: &[SearchWord], is_offered: bool) -> Option<String> {
    let meant = |word: &SearchWord| word.correction().filter(|_| is_offered || !word.is_known).map(str::to_owned);
    let meant: Vec<_> = words.iter().map(meant).collect();
    let is_better = meant.iter().any(Option::is_some);
    let said: Vec<_> =
        words.iter().zip(meant).map(|(word, meant)| meant.unwrap_or_else(|| word.word.clone())).collect();
    is_better.then(|| said.join(" "))
}

/// The same search with one word less, each word once.
pub fn shorter_searches(words: &[String]) -> Vec<String> {
    if words.len() < 2 {
        return Vec::new();
    }
    let without = |left_out: usize| {
        let kept = words.iter().enumerate().filter(|(place, _)| *place != left_out).map(|(_, word)| word.as_str());
        kept.collect::<Vec<_>>().join(" ")
    };
    (0..words.len()).map(without).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_its_words_and_no_more_than_eight() {
        for (text, words) in [
            ("  stoneware   MUG ", vec!["stoneware", "MUG"]),
            ("tum\0bler", vec!["tumbler"]),
            ("tea\tcup\r\nset", vec!["tea", "cup", "set"]),
            ("cre\u{300}me, potter's", vec!["creme", "potter", "s"]),
            ("TAB-MUG-MOSS 26cm", vec!["TAB", "MUG", "MOSS", "26cm"]),
            ("кружка 茶碗", vec!["кружка", "茶碗"]),
            ("%&/() \"' | ! <-> :* \\", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(search_words(text), words, "{text:?}");
        }
        assert_eq!(search_words(&"word ".repeat(1_000)).len(), 8);
        assert_eq!(search_words(&"x".repeat(1_000)), ["x".repeat(40)]);
        assert_eq!(search_words(&format!("{}ab", " ".repeat(399))), ["a"], "the four-hundredth letter is the last");
    }

    #[test]
    fn a_single_letter_suggests_nothing_and_one_that_is_a_word_does() {
        for typed in ["", "m", " m ", "a b", "%&/ m '", "\0\u{1}"] {
            assert_eq!(suggestion_words(typed), None, "{typed:?}");
        }
        for (typed, words) in [
            ("mu", vec!["mu"]),
            ("tea m", vec!["tea"]),
            ("a mug", vec!["a", "mug"]),
            ("茶", vec!["茶"]),
            ("MUG, 茶", vec!["MUG", "茶"]),
        ] {
            let words: Vec<_> = words.into_iter().map(str::to_owned).collect();
            assert_eq!(suggestion_words(typed), Some(words), "{typed:?}");
        }
        assert_eq!(suggestion_words(&"mug ".repeat(1_000)).map(|words| words.len()), Some(MOST_WORDS));
    }

    fn word(word: &str, is_known: bool, near: &[&str]) -> SearchWord {
        let near = near.iter().map(|n| (*n).to_owned()).collect();
        SearchWord { word: word.into(), plain: word.to_lowercase(), is_known, near }
    }

    #[test]
    fn a_word_that_nobody_knows_is_the_nearest_that_somebody_knows() {
        for (typed, near, meant) in [
            ("Stonware", &["stone", "stoneware"][..], Some("stoneware")),
            ("mgu", &["mug", "jug"][..], Some("mug")),
            ("rug", &["jug", "run"][..], Some("run")),
            ("jgu", &["mug"][..], None),
            ("stonewear", &["stoneware"][..], Some("stoneware")),
            ("mg", &["mug"][..], None),
            ("xylophone", &["telephone"][..], None),
        ] {
            assert_eq!(corrected_search(&[word(typed, false, near)], false).as_deref(), meant, "{typed}");
        }
        let both = [word("Blue", true, &[]), word("mgu", false, &["mug"])];
        assert_eq!(corrected_search(&both, false).as_deref(), Some("Blue mug"));
        let neither = [word("Blue", true, &[]), word("zzz", false, &[])];
        assert_eq!(corrected_search(&neither, true), None);
        let known = [word("stonware", true, &["stoneware"]), word("mug", true, &["jug"])];
        assert_eq!(corrected_search(&known, false), None);
        assert_eq!(corrected_search(&known, true).as_deref(), Some("stoneware mug"));
    }

    #[test]
    fn a_search_is_shorter_by_each_of_its_words() {
        let words = ["blue", "tea", "mug"].map(str::to_owned);
        assert_eq!(shorter_searches(&words), ["tea mug", "blue mug", "blue tea"]);
        assert_eq!(shorter_searches(&words[..2]), ["tea", "blue"]);
        assert_eq!(shorter_searches(&words[..1]), Vec::<String>::new());
    }
}
