//! Passwords that were leaked elsewhere: a file that the owner names, as the downloader of Have I Been Pwned writes it. A line each,
//! the SHA-1 in hexadecimal and how often it was seen (`HASH:COUNT`), sorted. It has gigabytes, so it is searched where it lies.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use data_encoding::HEXUPPER;
use sha1::{Digest as _, Sha1};

/// Of a SHA-1, in hexadecimal.
const DIGITS: usize = 40;

/// At so many places it is looked whether the lines are sorted.
const PLACES: u64 = 64;

#[derive(Debug, Clone)]
pub struct LeakedPasswords(PathBuf);

impl LeakedPasswords {
    /// # Errors
    /// Where the file cannot be read, does not begin with a hash, or is sorted by something else: nothing would be found in it.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let mut first = [0; DIGITS + 1];
        let read = File::open(path).and_then(|mut file| file.read_exact(&mut first));
        read.with_context(|| format!("{} cannot be read", path.display()))?;
        // A longer hash is another one.
        let is_hash =
            first[..DIGITS].iter().all(u8::is_ascii_hexdigit) && matches!(first[DIGITS], b':' | b'\r' | b'\n');
        ensure!(is_hash, "{} has no line of a SHA-1 at its beginning", path.display());
        let is_sorted = is_sorted(path).with_context(|| format!("{} cannot be read", path.display()))?;
        ensure!(is_sorted, "{} is not sorted by hash", path.display());
        Ok(Self(path.to_owned()))
    }

    /// Whether it is among them. Reads a few dozen lines, on the disk.
    ///
    /// # Errors
    /// Where the file cannot be read any more.
    pub fn contains(&self, password: &str) -> io::Result<bool> {
        let wanted = HEXUPPER.encode(&Sha1::digest(password.as_bytes()));
        let mut file = BufReader::new(File::open(&self.0)?);
        let mut line = Vec::new();
        // The line, if there is one, begins between both; a line begins at `low`.
        let (mut low, mut high) = (0, file.get_ref().metadata()?.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let mut start = low;
            if middle > low {
                // The first that begins at the middle or behind it.
                file.seek(SeekFrom::Start(middle - 1))?;
                line.clear();
                start = middle - 1 + read_line(&mut file, &mut line)?;
            } else {
                file.seek(SeekFrom::Start(low))?;
            }
            if start >= high {
                high = middle;
                continue;
            }
            line.clear();
            let length = read_line(&mut file, &mut line)?;
            line.make_ascii_uppercase();
            match line.get(..DIGITS).unwrap_or(&line).cmp(wanted.as_bytes()) {
                Ordering::Equal => return Ok(true),
                Ordering::Less => low = start + length,
                Ordering::Greater => high = middle,
            }
        }
        Ok(false)
    }
}

/// As far as can be told by some of its lines.
fn is_sorted(path: &Path) -> io::Result<bool> {
    let mut file = BufReader::new(File::open(path)?);
    let length = file.get_ref().metadata()?.len();
    let (mut line, mut before) = (Vec::new(), Vec::new());
    for place in 0..PLACES {
        file.seek(SeekFrom::Start(length / PLACES * place))?;
        if place > 0 {
            // In the middle of a line.
            read_line(&mut file, &mut line)?;
        }
        line.clear();
        read_line(&mut file, &mut line)?;
        line.truncate(DIGITS);
        line.make_ascii_uppercase();
        // None is left.
        if line.len() < DIGITS {
            break;
        }
        if line < before {
            return Ok(false);
        }
        before.clone_from(&line);
    }
    Ok(true)
}

fn read_line(file: &mut BufReader<File>, line: &mut Vec<u8>) -> io::Result<u64> {
    let length = file.read_until(b'\n', line)?;
    Ok(u64::try_from(length).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Password, Problem};
    use crate::infrastructure::password::{Argon2Passwords, Cost};
    use crate::usecase::{Error, Passwords as _};

    /// A file of these, in the folder for what passes.
    fn file_of(name: &str, passwords: &[String], end: &str) -> PathBuf {
        let hashes = passwords.iter().map(|password| HEXUPPER.encode(&Sha1::digest(password.as_bytes())));
        let mut lines: Vec<_> = hashes.enumerate().map(|(seen, hash)| format!("{hash}:{seen}")).collect();
        lines.sort_unstable();
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::write(&path, lines.join(end)).unwrap();
        path
    }

    #[test]
    fn what_is_in_the_file_is_found_and_nothing_else_however_many_there_are() {
        let password = |number: usize| format!("password {number}");
        for (name, count, end) in [("one", 1, "\n"), ("two", 2, "\r\n"), ("three", 3, "\n"), ("many", 1_234, "\r\n")] {
            let all: Vec<_> = (0..count).map(password).collect();
            let path = file_of(&format!("leaked-{name}"), &all, end);
            let leaked = LeakedPasswords::open(&path).unwrap();
            for known in &all {
                assert!(leaked.contains(known).unwrap(), "{known} of {count}");
            }
            for number in count..count + 300 {
                assert!(!leaked.contains(&password(number)).unwrap(), "{number} of {count}");
            }
            std::fs::remove_file(&path).unwrap();
            assert!(leaked.contains("password 0").is_err(), "it is gone, and nothing is said of it");
        }
    }

    #[test]
    fn what_is_no_such_file_is_told_at_once() {
        let path = std::env::temp_dir().join(format!("leaked-words-{}", std::process::id()));
        let (low, high) = ("0".repeat(DIGITS), "F".repeat(DIGITS));
        std::fs::write(&path, format!("{low}:1\n{high}:2\n")).unwrap();
        assert!(LeakedPasswords::open(&path).is_ok());
        let by_count = format!("{high}:2\n{low}:1\n");
        let of_another_kind = format!("{low}{low}:1\n");
        for content in ["", "password\n123456\n", &"password ".repeat(9), &low, &by_count, &of_another_kind] {
            std::fs::write(&path, content).unwrap();
            assert!(LeakedPasswords::open(&path).is_err(), "{content}");
        }
        std::fs::remove_file(&path).unwrap();
        assert!(LeakedPasswords::open(&path).is_err());
    }

    #[tokio::test]
    async fn what_was_leaked_elsewhere_is_no_password_and_nobody_is_kept_from_theirs() {
        let path = file_of("leaked-of-the-shop", &["correct horse".to_owned(), "x".to_owned()], "\n");
        let passwords =
            Argon2Passwords::new(Cost::CHEAP).unwrap().refusing(Some(LeakedPasswords::open(&path).unwrap()));
        let told = async |typed: &str| passwords.hash(Password::parse(typed).unwrap(), Vec::new()).await;
        let Err(Error::Refused(refusal)) = told("correct horse").await else { panic!("it will do") };
        assert_eq!(refusal.problem_of("password"), Some(&Problem::TooCommon));
        assert!(told("the owl ate my bread").await.is_ok());
        assert!(passwords.rehash("correct horse".into()).await.is_ok(), "somebody has it already");
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(told("the owl ate my bread").await, Err(Error::Broken(_))), "nothing is let through unseen");
    }
}
