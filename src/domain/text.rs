//! Reading text that people typed: trimmed, bounded, free of control characters; every problem of a form at once.

use super::{FieldError, Problem, Refusal};

/// One line of text: trimmed, inner white space folded to single spaces.
///
/// # Errors
/// `BadCharacters` for control characters, `TooLong` above `max` characters (not bytes).
pub fn clean_line(text: &str, max: u32) -> Result<String, Problem> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().any(|c| c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}')) {
        return Err(Problem::BadCharacters);
    }
    if folded.chars().count() > max as usize {
        return Err(Problem::TooLong { max });
    }
    Ok(folded)
}

/// Gathers the problems of a form's fields, so that all of them are told at once.
#[derive(Debug, Default)]
pub struct FieldReader {
    problems: Vec<FieldError>,
}

impl FieldReader {
    /// The value, or nothing and the problem noted beside the field.
    pub fn read<T>(&mut self, field: &str, value: Result<T, Problem>) -> Option<T> {
        value.map_err(|problem| self.problems.push(FieldError { field: field.to_owned(), problem })).ok()
    }

    /// A line that must not be empty.
    pub fn required(&mut self, field: &str, text: &str, max: u32) -> Option<String> {
        let line = clean_line(text, max).and_then(|l| if l.is_empty() { Err(Problem::Required) } else { Ok(l) });
        self.read(field, line)
    }

    /// A line that may be empty.
    pub fn optional(&mut self, field: &str, text: &str, max: u32) -> Option<Option<String>> {
        self.read(field, clean_line(text, max).map(|l| if l.is_empty() { None } else { Some(l) }))
    }

    /// # Errors
    /// `Invalid` with every problem that was noted. `value` is none only if one was.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Refusal> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(Refusal::Invalid { fields: self.problems }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_trimmed_and_folded() {
        assert_eq!(clean_line("  a \t b\n", 9), Ok("a b".into()));
        assert_eq!(clean_line("", 9), Ok(String::new()));
    }

    #[test]
    fn control_characters_and_long_lines_are_refused() {
        assert_eq!(clean_line("a\0b", 9), Err(Problem::BadCharacters));
        assert_eq!(clean_line("a\u{202e}b", 9), Err(Problem::BadCharacters));
        assert_eq!(clean_line("ääää", 3), Err(Problem::TooLong { max: 3 }));
        assert_eq!(clean_line("äää", 3), Ok("äää".into()));
    }

    #[test]
    fn a_line_that_may_be_empty_is_kept_where_it_is_not() {
        let mut reader = FieldReader::default();
        assert_eq!(reader.optional("line2", " Flat  7 ", 6), Some(Some("Flat 7".into())));
        assert_eq!(reader.optional("line2", " ", 6), Some(None));
        assert_eq!(reader.optional("line2", "Flat 71", 6), None);
        // One problem is enough, even beside a value that is complete.
        assert!(reader.finish(Some(())).is_err());
        assert_eq!(FieldReader::default().finish(Some(7)), Ok(7));
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let mut reader = FieldReader::default();
        let name = reader.required("name", " ", 5);
        let city = reader.required("city", "Reykjavik", 5);
        let refusal = reader.finish(name.zip(city)).unwrap_err();
        assert_eq!(refusal.problem_of("name"), Some(&Problem::Required));
        assert_eq!(refusal.problem_of("city"), Some(&Problem::TooLong { max: 5 }));
    }
}
