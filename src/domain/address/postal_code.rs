//! The postal codes of one country: which they are, and how they are spaced.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::super::Problem;

#[derive(Debug)]
pub struct PostalCodes {
    pattern: &'static str,
    /// Made when it is first asked for.
    compiled: OnceLock<Option<Regex>>,
    examples: Vec<&'static str>,
    /// What people put before the code: that of the country, and what the post of the country writes.
    prefixes: [String; 2],
}

impl PostalCodes {
    /// Of the data's cells; none where the country has none.
    pub(super) fn of_cells(country: &str, pattern: &'static str, examples: &'static str, prefix: &str) -> Option<Self> {
        let examples = examples.split(',').filter(|example| !example.is_empty()).collect();
        let prefixes = [prefix.to_owned(), format!("{country}-")];
        (!pattern.is_empty()).then(|| Self { pattern, compiled: OnceLock::new(), examples, prefixes })
    }

    pub(super) fn example(&self) -> Option<&'static str> {
        self.examples.first().copied()
    }

    #[cfg(test)]
    pub(super) const fn pattern(&self) -> &'static str {
        self.pattern
    }

    #[cfg(test)]
    pub(super) fn examples(&self) -> &[&'static str] {
        &self.examples
    }

    /// The code as the country writes it: `sw1y4jh` is `SW1Y 4JH`.
    ///
    /// # Errors
    /// `NotAPostalCode` for what is none of this country.
    pub(super) fn read(&self, typed: &str) -> Result<String, Problem> {
        let typed = folded(typed);
        let bare = self.prefixes.iter().filter_map(|prefix| typed.strip_prefix(prefix.as_str()));
        let code = std::iter::once(typed.as_str()).chain(bare).find_map(|text| self.spaced(text.trim()));
        code.ok_or_else(|| Problem::NotAPostalCode { example: self.example().unwrap_or_default().to_owned() })
    }

    fn spaced(&self, text: &str) -> Option<String> {
        let spaced = self.examples.iter().filter_map(|example| spaced_as(example, text));
        spaced.chain([text.to_owned()]).find(|code| self.is_one(code))
    }

    /// All patterns are compiled by a test; one that could not be would let anything pass.
    fn is_one(&self, code: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| compile(self.pattern).ok());
        compiled.as_ref().is_none_or(|pattern| pattern.is_match(code))
    }
}

/// The whole text, whose letters and digits are those of ASCII.
pub(super) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?:{pattern})$")).unicode(false).build()
}

/// Upper case, with the wide digits of Japanese keyboards and the many dashes as plain ones, and without the postal mark.
fn folded(typed: &str) -> String {
    let plain = typed.chars().filter(|c| *c != '〒').map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => u8::try_from(u32::from(c) - 0xfee0).map_or(c, char::from),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' => '-',
        c => c.to_ascii_uppercase(),
    });
    plain.collect::<String>().trim().to_owned()
}

/// The text with spaces and dashes where the example has them, if it is as long.
fn spaced_as(example: &str, text: &str) -> Option<String> {
    let mut typed = text.chars().filter(|c| !is_space(*c));
    let mut spaced = String::with_capacity(example.len());
    for place in example.chars() {
        if is_space(place) {
            spaced.push(place);
        } else {
            spaced.push(typed.next()?);
        }
    }
    typed.next().is_none().then_some(spaced)
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '-')
}
