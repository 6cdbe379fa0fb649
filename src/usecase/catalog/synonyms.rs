//! Other words for what is sold, as staff write them down, one word at a time. Whoever has many has a file of them
//! (`replace_synonyms`).

use std::future::Future;

use serde_json::{Value, json};

use crate::domain::{Fields, May, Problem, Refusal, Synonym, clean_line, permit};
use crate::dto::{SynonymGroup, SynonymsView};

use super::super::audit::Change;
use super::super::editor::{require_version, text, version_of};
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};

pub trait Synonyms {
    /// All of them, locked against whoever else writes any.
    fn lock_synonyms(&mut self) -> impl Future<Output = Result<Vec<Synonym>>> + Send;

    /// Writes these, in the place of all that these words have.
    fn save_synonyms(&mut self, words: &[String], synonyms: &[Synonym]) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// All words, and the editor of the one that is asked for, known or not; of a new one where none is. With what was typed
    /// before and kept.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn synonyms_editor(&self, by: May<permit::Products>, word: &str, kept: &str) -> Result<SynonymsView> {
        let all = self.store().all_synonyms().await?;
        // What cannot be a word is none.
        let word = clean_line(word, Synonym::LONGEST_WORD).unwrap_or_default();
        let means = means_of(&all, &word);
        let version = version_of(&means)?;
        let now = Fields::from([("word".to_owned(), word.clone()), ("means".to_owned(), means)]);
        let editor = self.merged_editor(by.into(), kept, &word, version, now).await?.view;
        let group = |of_one: &[Synonym]| {
            let word = of_one.first()?.word.clone();
            Some(SynonymGroup { means: means_of(of_one, &word), word })
        };
        let groups = all.chunk_by(|one, next| one.word == next.word).filter_map(group).collect();
        Ok(SynonymsView { editor, groups })
    }

    /// Saves what else a word means: a new one, or the one that the editor was opened on, if that is still what was read.
    /// Fields: `word`, `means`.
    ///
    /// # Errors
    /// `Invalid`, `VersionMismatch`.
    pub async fn save_synonyms(&self, by: May<permit::Products>, fields: &Fields) -> Result<()> {
        let wanted = Synonym::read_group(text(fields, "word"), text(fields, "means"))?;
        let word = wanted.first().map(|first| first.word.clone()).unwrap_or_default();
        let asked = text(fields, "id");
        let (is_new, known) = (asked.is_empty(), if asked.is_empty() { word.as_str() } else { asked });
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let all = tx.lock_synonyms().await?;
            let (before, there) = (of_word(&all, known), of_word(&all, &word));
            if there == wanted && (is_new || known == word || before.is_empty()) {
                // The same form, sent twice.
                return Ok(());
            }
            if !there.is_empty() && (is_new || known != word) {
                return Err(Refusal::field("word", Problem::Duplicate).into());
            }
            if !is_new {
                require_version(&Synonym::write_means(&before), fields, 0)?;
            }
            if all.len() - before.len() + wanted.len() > Synonym::MOST {
                let max = u32::try_from(Synonym::MOST).unwrap_or(u32::MAX);
                return Err(Refusal::field("means", Problem::TooMany { max }).into());
            }
            tx.save_synonyms(&[known.to_owned(), word.clone()], &wanted).await?;
            let action = if before.is_empty() { "synonym.created" } else { "synonym.changed" };
            let change = Change::of(action, "synonym", &word).before(audit_value(&before)).after(audit_value(&wanted));
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }

    /// Takes a word away, if it is still what was read.
    ///
    /// # Errors
    /// `NotFound`, `VersionMismatch`.
    pub async fn remove_synonyms(&self, by: May<permit::Products>, fields: &Fields) -> Result<()> {
        let word = text(fields, "id");
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let before = of_word(&tx.lock_synonyms().await?, word);
            if before.is_empty() {
                return Err(Refusal::NotFound.into());
            }
            require_version(&Synonym::write_means(&before), fields, 0)?;
            tx.save_synonyms(&[word.to_owned()], &[]).await?;
            let change = Change::of("synonym.deleted", "synonym", word).before(audit_value(&before));
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }
}

/// In the order that the domain reads them in: the store's is another.
fn of_word(all: &[Synonym], word: &str) -> Vec<Synonym> {
    let mut found: Vec<_> = all.iter().filter(|synonym| synonym.word == word).cloned().collect();
    found.sort();
    found
}

fn means_of(all: &[Synonym], word: &str) -> String {
    Synonym::write_means(&of_word(all, word))
}

fn audit_value(of_one: &[Synonym]) -> Value {
    of_one.first().map_or(Value::Null, |first| json!({ "word": first.word, "means": Synonym::write_means(of_one) }))
}
