//! Other words for what a shop sells, as its owner writes them down: `couch = settee, sofa`.

use std::collections::BTreeSet;

use super::{clean_line, search_words};

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
    const LONGEST_WORD: u32 = 40;
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
            let (word, meanings) = line.split_once('=').ok_or(number)?;
            let word = clean_line(word, Self::LONGEST_WORD).map_err(|_| number)?;
            if search_words(&word).len() != 1 {
                return Err(number);
            }
            for means in meanings.split(',') {
                let means = clean_line(means, Self::LONGEST_MEANING).map_err(|_| number)?;
                if search_words(&means).is_empty() || all.len() >= Self::MOST {
                    return Err(number);
                }
                all.insert(Self { word: word.clone(), means });
            }
        }
        Ok(all.into_iter().collect())
    }

    /// The file of them, which stand in order.
    pub fn write_all(all: &[Self]) -> String {
        let line = |of_one: &[Self]| {
            let means: Vec<_> = of_one.iter().map(|synonym| synonym.means.as_str()).collect();
            of_one.first().map(|first| format!("{} = {}\n", first.word, means.join(", ")))
        };
        all.chunk_by(|one, next| one.word == next.word).filter_map(line).collect()
    }
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
    }
}
