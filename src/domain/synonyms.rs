//! Other words for what a shop sells, as its owner writes them down: `couch = settee, sofa`.

use std::collections::BTreeSet;

use super::{FieldReader, Problem, Refusal, clean_line, search_words};

/// Whoever searches for `word` finds what `means` finds, too; not the other way round.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Synonym {
    /// One word.
    pub word: String,
    /// One word or several, all of which must be there.
    pub means: String,
}

impl Synonym {
    pub const MOST: usize = 5_000;
    pub const LONGEST_WORD: u32 = 40;
    const LONGEST_MEANING: u32 = 100;

    /// Reads a file of them, a word to a line; lines that are empty or begin with `#` say nothing. In order, each once.
    ///
    /// # Errors
    /// The number of the first line that will not do, from 1.
    pub fn read_all(text: &str) -> Result<Vec<Self>, usize> {
        let mut all = BTreeSet::new();
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (word, means) = line.split_once('=').ok_or(number)?;
            all.extend(Self::read_group(word, means).map_err(|_| number)?);
            if all.len() > Self::MOST {
                return Err(number);
            }
        }
        Ok(all.into_iter().collect())
    }

    /// Reads what else one word means: `settee, sofa`. In order, each once.
    ///
    /// # Errors
    /// `Invalid`, of `word` and `means`.
    pub fn read_group(word: &str, means: &str) -> Result<Vec<Self>, Refusal> {
        let mut reader = FieldReader::default();
        let word = reader.read("word", read_word(word));
        let means = reader.read("means", read_meanings(means));
        let (word, means) = reader.finish(word.zip(means))?;
        let all: BTreeSet<_> = means.into_iter().map(|means| Self { word: word.clone(), means }).collect();
        Ok(all.into_iter().collect())
    }

    /// What else they mean, as it is typed.
    pub fn write_means(of_one: &[Self]) -> String {
        of_one.iter().map(|synonym| synonym.means.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The file of them, which stand in order.
    pub fn write_all(all: &[Self]) -> String {
        let line =
            |of_one: &[Self]| of_one.first().map(|first| format!("{} = {}\n", first.word, Self::write_means(of_one)));
        all.chunk_by(|one, next| one.word == next.word).filter_map(line).collect()
    }
}

fn read_word(typed: &str) -> Result<String, Problem> {
    let word = clean_line(typed, Synonym::LONGEST_WORD)?;
    match search_words(&word).len() {
        0 if word.is_empty() => Err(Problem::Required),
        // In the file of them it would begin a line that says nothing, or end where it does not.
        1 if !word.starts_with('#') && !word.contains('=') => Ok(word),
        _ => Err(Problem::NotOneWord),
    }
}

fn read_meanings(typed: &str) -> Result<Vec<String>, Problem> {
    if typed.trim().is_empty() {
        return Err(Problem::Required);
    }
    let read = |means: &str| {
        let means = clean_line(means, Synonym::LONGEST_MEANING)?;
        if search_words(&means).is_empty() { Err(Problem::NoWords) } else { Ok(means) }
    };
    typed.split(',').map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_and_written_alike() {
        let text = "couch = settee, sofa\nmug = tea cup\n";
        let read = Synonym::read_all(text).unwrap();
        assert_eq!(read.len(), 3);
        assert_eq!(Synonym::write_all(&read), text);
        let loose = "# what people say\n\n  mug=tea   cup \r\ncouch =sofa,settee\ncouch = sofa\n";
        assert_eq!(Synonym::read_all(loose).unwrap(), read);
        assert!(Synonym::read_all("").unwrap().is_empty());
        assert_eq!(Synonym::write_all(&[]), "");
    }

    #[test]
    fn each_field_of_a_group_is_told_what_is_wrong_with_it() {
        for (word, means, problems) in [
            ("", "", (Some(Problem::Required), Some(Problem::Required))),
            ("two words", "sofa", (Some(Problem::NotOneWord), None)),
            ("#couch", "sofa", (Some(Problem::NotOneWord), None)),
            ("=couch", "sofa", (Some(Problem::NotOneWord), None)),
            ("couch=", "sofa", (Some(Problem::NotOneWord), None)),
            ("%", "sofa", (Some(Problem::NotOneWord), None)),
            ("couch", "sofa, %", (None, Some(Problem::NoWords))),
            ("couch", "sofa,", (None, Some(Problem::NoWords))),
            ("co\u{1}ch", &*"x".repeat(101), (Some(Problem::BadCharacters), Some(Problem::TooLong { max: 100 }))),
        ] {
            let refusal = Synonym::read_group(word, means).unwrap_err();
            let told = (refusal.problem_of("word").cloned(), refusal.problem_of("means").cloned());
            assert_eq!(told, problems, "{word:?} = {means:?}");
        }
        let group = Synonym::read_group(" couch ", "sofa,  two-seat   settee,sofa").unwrap();
        assert_eq!((group.len(), Synonym::write_means(&group)), (2, "sofa, two-seat settee".to_owned()));
    }

    #[test]
    fn the_first_line_that_will_not_do_is_named() {
        for (text, line) in [
            ("couch", 1),
            ("a = b\n\ncouch =\n", 3),
            ("= sofa", 1),
            ("two words = sofa", 1),
            ("couch = sofa,, settee", 1),
            ("couch = so\u{1}fa", 1),
            (&*format!("{} = sofa", "x".repeat(41)), 1),
        ] {
            assert_eq!(Synonym::read_all(text), Err(line), "{text:?}");
        }
        let longest = format!("{} = {}", "x".repeat(40), "y".repeat(100));
        assert_eq!(Synonym::read_all(&longest).map(|read| read.len()), Ok(1));
        let lines = |count: u32| (0..count).map(|n| format!("couch{n} = sofa\n")).collect::<String>();
        assert_eq!(Synonym::read_all(&lines(5_000)).map(|read| read.len()), Ok(5_000));
        assert_eq!(Synonym::read_all(&lines(5_001)), Err(5_001));
    }
}
