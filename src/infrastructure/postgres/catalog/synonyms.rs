//! Other words for what is sold, written one word at a time.

use crate::domain::Synonym;
use crate::usecase::{Result, Synonyms};

use super::super::PgTx;
use super::super::error::map_sqlx_error;

impl Synonyms for PgTx {
    async fn lock_synonyms(&mut self) -> Result<Vec<Synonym>> {
        // The table: of a word that is not there yet there is no row to lock. Whoever searches reads on.
        sqlx::query("lock table search_synonyms in share row exclusive mode")
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        let found: Vec<(String, String)> =
            sqlx::query_as("select s.word, s.means from search_synonyms s order by s.word, s.means")
                .fetch_all(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|(word, means)| Synonym { word, means }).collect())
    }

    async fn save_synonyms(&mut self, replaced: &[String], synonyms: &[Synonym]) -> Result<()> {
        let (words, meanings): (Vec<_>, Vec<_>) = synonyms.iter().map(|s| (s.word.clone(), s.means.clone())).unzip();
        sqlx::query(
            "with wanted as (select n.word, n.means from unnest($2::text[], $3::text[]) n(word, means)),
                gone as (delete from search_synonyms s where s.word = any($1)
                    and not exists (select from wanted w where w.word = s.word and w.means = s.means))
             insert into search_synonyms (word, means) select word, means from wanted on conflict do nothing",
        )
        .bind(replaced.to_vec())
        .bind(words)
        .bind(meanings)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
