//! What a search finds, as a part of a statement: by the words themselves before their beginnings.

use sqlx::{Postgres, QueryBuilder};

use crate::usecase::Search;

use super::filters::{Filters, IS_NOT_SAMPLED, IS_REST_OF_SAMPLE, IS_SMALL_SAMPLE};
use super::keyset::MOST;

/// Products whose documents have these words, and how well they fit, if that is asked for.
struct Tier<'a> {
    tier: u8,
    words: &'a str,
    category: Option<&'a str>,
    is_ranked: bool,
    more: &'a str,
}

impl Filters {
    /// Each product that fits, and where that is asked for how well: by the best of what it fits. The few are asked first, and
    /// beginnings are looked for where not enough have the words themselves, which come before them. `more` narrows them, too.
    pub(super) fn push_searched(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        category: Option<&str>,
        is_ranked: bool,
        more: &str,
    ) {
        let Search::Words { whole, beginning, sku } = &self.search else { return };
        let tier = |tier: u8, words| Tier { tier, words, category, is_ranked, more };
        sql.push("with few as materialized (");
        self.push_tier(sql, &tier(1, whole.as_str()), IS_SMALL_SAMPLE);
        sql.push("), sampled as materialized (select * from few union all ");
        let not_enough = format!("{IS_REST_OF_SAMPLE} and (select count(*) from few) <= {MOST}");
        self.push_tier(sql, &tier(1, whole.as_str()), &not_enough);
        sql.push("), whole as materialized (select * from sampled union all ");
        let not_enough = format!("{IS_NOT_SAMPLED} and (select count(*) from sampled) <= {MOST}");
        self.push_tier(sql, &tier(1, whole.as_str()), &not_enough);
        sql.push(format_args!(" limit {})", MOST + 1));
        sql.push(if is_ranked {
            " select distinct on (f.id) f.* from ("
        } else {
            " select distinct f.id, f.category from ("
        });
        if let Some(sku) = sku {
            let fit = if is_ranked { ", 0 as tier, 1::real as rank, c.position" } else { "" };
            sql.push(format_args!(
                "(select c.id, c.category{fit} from product_variants v join product_cards() c on c.id = v.product_id
                    where v.retired_at is null and v.sku = "
            ))
            .push_bind(sku.clone());
            self.push_conditions(sql, category);
            sql.push(more).push(") union all ");
        }
        sql.push("select * from whole union all ");
        self.push_tier(sql, &tier(2, beginning.as_str()), &format!("(select count(*) from whole) <= {MOST}"));
        sql.push(if is_ranked { ") f order by f.id, f.tier" } else { ") f" });
    }

    /// Adds as many of a tier as are counted, and one; `half` narrows them, too.
    fn push_tier(&self, sql: &mut QueryBuilder<Postgres>, asked: &Tier<'_>, half: &str) {
        let Tier { tier, words, category, is_ranked, more } = asked;
        sql.push("(select c.id, c.category");
        if *is_ranked {
            sql.push(format_args!(", {tier} as tier, ts_rank(c.search_document, "))
                .push_bind((*words).to_owned())
                .push("::tsquery) as rank, c.position");
        }
        sql.push(" from product_cards() c where c.search_document @@ ")
            .push_bind((*words).to_owned())
            .push("::tsquery");
        self.push_conditions(sql, *category);
        sql.push(format_args!("{more} and {half} limit {})", MOST + 1));
    }
}
