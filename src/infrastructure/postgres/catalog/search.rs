//! Words of the catalogue: a search as PostgreSQL reads it, and what is near to a word that nobody knows. Documents and
//! words are kept by triggers (migration 0210).

use crate::domain::{SearchWord, Sku, Synonym, search_words};
use crate::dto::CategoryTile;
use crate::usecase::{Result, Search, SearchViews};

use super::super::PgStore;
use super::super::error::map_sqlx_error;
use super::cards::{TileRecord, tile};

/// Of each word of `$1` what it is found by, itself (`whole`) and by its beginning too (`begun`), and whether it is a small one.
/// As `search_word`, `search_query`, `search_beginning` and `search_text` make it, written out: PostgreSQL plans what a function consists in
/// whenever it is called, which takes ten times as long as this. How many words there are is hidden from the planner, which
/// would plan for each number anew.
macro_rules! typed_words {
    () => {
        "select (select string_agg('(' || o.query::text || ')', ' | ')::tsquery::text
                from (select q.whole as query
                    union all select search_query(s.means) from search_synonyms s where search_query(s.word) = q.whole) o
                where o.query is not null) as whole,
            (select string_agg('(' || o.query::text || ')', ' | ')::tsquery::text
                from (select q.whole as query
                    union all select q.beginning where length(w.word) > 1
                    union all select search_query(s.means) from search_synonyms s where search_query(s.word) = q.whole) o
                where o.query is not null) as begun,
            to_tsvector('pg_catalog.english', t.text) = ''::tsvector as is_small
         from unnest((select $1)::text[]) with ordinality w(word, place)
         cross join lateral (select translate(lower(unaccent('unaccent'::regdictionary, w.word)),
            '!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~', '                                ') as text offset 0) t
         cross join lateral (select
            (select string_agg(quote_literal(l), ' & ')::tsquery
                from unnest(tsvector_to_array(to_tsvector('public.shop_search'::regconfig, t.text))) l) as whole,
            (select string_agg(quote_literal(l) || ':*', ' & ')::tsquery
                from unnest(tsvector_to_array(to_tsvector('pg_catalog.simple'::regconfig, t.text))) l) as beginning
            offset 0) q
         order by w.place"
    };
}

/// Documents of the newest products, as a part of a statement: what many have is found among them. Of a common word the index tells
/// all there are before it tells of one.
macro_rules! newest_documents {
    () => {
        "newest as materialized (
            select p.search_document from products p where p.status = 'active' and p.choices > 0
            order by p.created_at desc, -p.position::bigint desc limit 200
         )"
    };
}

/// Whether some product has these words, beside `newest_documents`. The index is asked by looking for a hundred: for one, the planner,
/// who does not know the words, would begin to read all products, and read a million for a word that none has.
macro_rules! some_product_has {
    ($words:literal) => {
        concat!(
            "(exists (select from newest n where n.search_document @@ ",
            $words,
            ") or (select count(*) from (select from products p where p.status = 'active' and p.choices > 0
                    and p.search_document @@ ",
            $words,
            " limit 100) n) > 0)"
        )
    };
}

impl SearchViews for PgStore {
    async fn read_search(&self, q: Option<&str>) -> Result<Search> {
        let q = q.unwrap_or_default();
        if q.trim().is_empty() {
            return Ok(Search::All);
        }
        let words = search_words(q);
        if words.is_empty() {
            return Ok(Search::NoWords);
        }
        // Small words (`of`, `the`) are asked for only where there are no others.
        let read: Vec<(Option<String>, Option<String>, bool)> =
            sqlx::query_as(typed_words!()).bind(words).fetch_all(&self.pool).await.map_err(map_sqlx_error)?;
        let all_small = read.iter().all(|(.., is_small)| *is_small);
        let asked = read.into_iter().filter(|(.., is_small)| all_small || !is_small);
        let (mut whole, mut beginning) = (Vec::new(), Vec::new());
        for (word, begun, _) in asked {
            let Some((word, begun)) = word.zip(begun) else { continue };
            whole.push(format!("({word})"));
            beginning.push(format!("({begun})"));
        }
        if whole.is_empty() {
            return Ok(Search::NoWords);
        }
        let sku = q.trim().to_ascii_uppercase();
        let sku = Sku::parse(&sku).is_ok().then_some(sku);
        Ok(Search::Words { whole: whole.join(" & "), beginning: beginning.join(" & "), sku })
    }

    async fn near_words(&self, words: &[String]) -> Result<Vec<SearchWord>> {
        // Words that share a form with a letter left out, else those with many of its threes of letters. Twenty are enough
        // to choose from, and each is looked up. By `offset 0` the forms of what was typed are made once, not for each word.
        let found: Vec<(String, String, bool, Vec<String>)> = sqlx::query_as(concat!(
            "with ",
            newest_documents!(),
            " select k.word, k.plain, k.is_known,
                array(
                    select c.word from (
                        select distinct n.word, n.cuts && k.cuts as is_close,
                            similarity(n.word, k.plain) as alike
                        from search_words n
                        where n.cuts && k.cuts or n.word % k.plain
                        order by 2 desc, 3 desc, 1 limit 20
                    ) c cross join lateral (select search_query(c.word) as words offset 0) q
                    where ",
            some_product_has!("q.words"),
            " order by c.is_close desc, c.alike desc, c.word
                )
             from (
                select w.place, w.word, plain(w.word) as plain, search_cuts(plain(w.word)) as cuts,
                    coalesce(to_tsvector('pg_catalog.english', search_text(w.word)) = ''::tsvector or ",
            some_product_has!("q.begun"),
            ", true) as is_known
                from unnest($1::text[]) with ordinality w(word, place)
                    cross join lateral (select search_word(w.word, true) as begun offset 0) q
                offset 0
             ) k
             order by k.place",
        ))
        .bind(words.to_vec())
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let word = |(word, plain, is_known, near)| SearchWord { word, plain, is_known, near };
        Ok(found.into_iter().map(word).collect())
    }

    async fn which_find(&self, searches: &[String]) -> Result<Vec<String>> {
        sqlx::query_scalar(concat!(
            "with ",
            newest_documents!(),
            " select q.search from unnest($1::text[]) with ordinality q(search, place)
                cross join lateral (select search_query(q.search) as words offset 0) w
             where ",
            some_product_has!("w.words"),
            " order by q.place",
        ))
        .bind(searches.to_vec())
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }

    async fn first_categories(&self, most: u32) -> Result<Vec<CategoryTile>> {
        let found: Vec<TileRecord> = sqlx::query_as(
            "select t.slug, t.name, t.description, t.image from categories t where t.parent is null
             order by t.position, t.slug limit $1",
        )
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(tile).collect())
    }

    async fn all_synonyms(&self) -> Result<Vec<Synonym>> {
        let found: Vec<(String, String)> =
            sqlx::query_as("select s.word, s.means from search_synonyms s order by s.word, s.means")
                .fetch_all(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|(word, means)| Synonym { word, means }).collect())
    }

    async fn write_synonyms(&self, all: &[Synonym]) -> Result<()> {
        let (words, meanings): (Vec<_>, Vec<_>) = all.iter().map(|s| (s.word.clone(), s.means.clone())).unzip();
        sqlx::query(
            "with wanted as (select n.word, n.means from unnest($1::text[], $2::text[]) n(word, means)),
                gone as (delete from search_synonyms s
                    where not exists (select from wanted w where w.word = s.word and w.means = s.means))
             insert into search_synonyms (word, means) select word, means from wanted on conflict do nothing",
        )
        .bind(words)
        .bind(meanings)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
