//! The orders of products, and paging by key in them: a page goes on behind the key of a product, so the five-hundredth costs
//! what the first one does. A row of `keyset` and an index over its three columns make an order.

use sqlx::{Postgres, QueryBuilder};
use time::OffsetDateTime;

use crate::domain::{ProductId, Sort};
use crate::dto::ListingQuery;
use crate::usecase::{Cursor, CursorKey, Place, search_cursor};

use super::super::{to_i32, to_u32};

/// How far pages have numbers and products are counted, and among how many products the best fitting are looked for: those that have the
/// words themselves, and those that have their beginnings. So a page costs the same however many there are.
pub(super) const MOST: u32 = ListingQuery::MOST_COUNTED;

/// How the products `c` are sorted: by a key, by their place on the shelf among those of the same key, by id. All three run
/// the same way, so that one comparison of rows says what lies behind a product, and one index has it.
struct Keyset {
    key: &'static str,
    position: &'static str,
    /// The key as text, or as a time: a cursor takes either.
    told: &'static str,
    is_descending: bool,
}

/// Each as its index has it (migrations 0235 to 0237, and 0252), to the letter.
const fn keyset(sort: Sort) -> Keyset {
    // As it is: to reckon its microseconds takes PostgreSQL longer for each row than all else of a card but its stock.
    const TIME: &str = "null::text, c.created_at";
    match sort {
        Sort::Relevance | Sort::Newest => {
            Keyset { key: "c.created_at", position: "-c.position::bigint", told: TIME, is_descending: true }
        }
        Sort::PriceUp => Keyset {
            key: "c.price",
            position: "c.position",
            told: "c.price::text, null::timestamptz",
            is_descending: false,
        },
        Sort::BestSelling => Keyset {
            key: "c.sold",
            position: "-c.position::bigint",
            told: "c.sold::text, null::timestamptz",
            is_descending: true,
        },
        Sort::BestRated => Keyset {
            key: "c.rated",
            position: "-c.position::bigint",
            told: "c.rated::text, null::timestamptz",
            is_descending: true,
        },
        Sort::PriceDown => Keyset { is_descending: true, ..keyset(Sort::PriceUp) },
    }
}

/// One page of products in the order of a query.
pub(super) struct Paging<'a> {
    query: &'a ListingQuery,
    place: &'a Place,
    per_page: u32,
    /// Whether they are in the order of how they fit, which `m` says.
    is_ranked: bool,
}

impl<'a> Paging<'a> {
    pub(super) fn new(query: &'a ListingQuery, place: &'a Place, per_page: u32, has_words: bool) -> Self {
        let is_ranked = has_words && query.order() == Sort::Relevance;
        Self { query, place, per_page, is_ranked }
    }

    /// Whether they are in the order of how they fit what was searched for.
    pub(super) const fn is_ranked(&self) -> bool {
        self.is_ranked
    }

    /// Whether it begins with the first of all, or at a cursor, and has no other pages to pass over.
    pub(super) const fn is_at_a_key(&self) -> bool {
        !matches!(self.place, Place::Page(page) if *page > 1)
    }

    /// Whether an index has the products of each category in this order (migrations 0281 and 0282). By what sells and is rated best a
    /// category of many is met on the way through all products, and one of few is sorted.
    pub(super) fn has_index_of_category(&self) -> bool {
        matches!(self.query.order(), Sort::Relevance | Sort::Newest | Sort::PriceUp | Sort::PriceDown)
    }

    pub(super) fn is_by_price(&self) -> bool {
        matches!(self.query.order(), Sort::PriceUp | Sort::PriceDown)
    }

    /// What the order needs of whichever was chosen, after its id.
    pub(super) fn push_ranks(&self, sql: &mut QueryBuilder<Postgres>) {
        if self.is_ranked {
            sql.push(", m.tier, m.rank");
        }
    }

    /// The place of `c`, as `Found` has it.
    pub(super) fn push_place(&self, sql: &mut QueryBuilder<Postgres>) {
        if self.query.has_words() {
            sql.push("null::text, null::timestamptz, 0::bigint");
        } else {
            let Keyset { told, position, .. } = keyset(self.query.order());
            sql.push(told).push(", (").push(position).push(")::bigint");
        }
    }

    /// What lies behind the cursor or before it, its order, and one more than a page holds: it says whether there are more.
    /// `offset` is how many stand on the pages before one with a number.
    pub(super) fn push_page(&self, sql: &mut QueryBuilder<Postgres>, offset: impl FnOnce(&mut QueryBuilder<Postgres>)) {
        self.push_beyond(sql);
        self.push_first(sql, offset);
    }

    /// The same of one list of several, whose pages `push_first` makes: what stands on the pages before may all be of this one.
    pub(super) fn push_share(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        offset: impl FnOnce(&mut QueryBuilder<Postgres>),
    ) {
        self.push_beyond(sql);
        self.push_order(sql);
        sql.push(format_args!(" limit {}", self.per_page.saturating_add(1)));
        if matches!(self.place, Place::Page(page) if *page > 1) {
            sql.push(" + ");
            offset(sql);
        }
    }

    /// The order, and as `push_limit`.
    pub(super) fn push_first(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        offset: impl FnOnce(&mut QueryBuilder<Postgres>),
    ) {
        self.push_order(sql);
        self.push_limit(sql, offset);
    }

    /// What a page holds and one more, behind the `offset` of one with a number.
    pub(super) fn push_limit(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        offset: impl FnOnce(&mut QueryBuilder<Postgres>),
    ) {
        // Written out: the planner then knows that few rows are read, whatever the rest is. Of an offset that it does not know it
        // thinks that it passes over a tenth of all, so the first page has none.
        sql.push(format_args!(" limit {}", self.per_page.saturating_add(1)));
        if matches!(self.place, Place::Page(page) if *page > 1) {
            sql.push(" offset ");
            offset(sql);
        }
    }

    /// What lies behind the cursor or before it, of the products `c`.
    fn push_beyond(&self, sql: &mut QueryBuilder<Postgres>) {
        let (cursor, is_onward) = match self.place {
            Place::Page(_) => return,
            Place::After(cursor) => (cursor, true),
            Place::Before(cursor) => (cursor, false),
        };
        let Cursor { key: at, position: shelf, id, .. } = cursor;
        let Keyset { key, position, is_descending, .. } = keyset(self.query.order());
        let side = if is_descending == is_onward { "<" } else { ">" };
        sql.push(format_args!(" and ({key}, {position}, c.id) {side} ("));
        match at {
            CursorKey::Time(time) => sql.push_bind(*time),
            CursorKey::Amount(amount) => sql.push_bind(*amount),
            CursorKey::Count(count) => sql.push_bind(*count),
        };
        sql.push(", ").push_bind(*shelf).push(", ").push_bind(id.0).push(")");
    }

    /// The order of the products `c`, each of which has one place in it: towards the end of the list, but for a page that
    /// ends before a cursor.
    pub(super) fn push_order(&self, sql: &mut QueryBuilder<Postgres>) {
        if self.is_ranked {
            sql.push(" order by m.tier, m.rank desc, c.position, c.id");
            return;
        }
        let Keyset { key, position, is_descending, .. } = keyset(self.query.order());
        let is_reversed = matches!(self.place, Place::Before(_));
        let way = if is_descending == is_reversed { "" } else { " desc" };
        sql.push(format_args!(" order by {key}{way}, {position}{way}, c.id{way}"));
    }

    /// What was found, in order, and what leads on from it; `page` is which page that is.
    pub(super) fn page<T>(&self, mut found: Vec<Found<T>>, page: u32) -> KeyedPage<T> {
        let holds = usize::try_from(self.per_page).unwrap_or(usize::MAX);
        let has_more = found.len() > holds;
        found.truncate(holds);
        let (has_next, has_earlier) = match self.place {
            Place::Page(_) => (has_more, false),
            Place::After(_) => (has_more, true),
            Place::Before(_) => {
                found.reverse();
                (true, has_more)
            }
        };
        let next = if self.query.has_words() {
            (has_next && page.saturating_mul(self.per_page) < MOST).then(|| search_cursor(page))
        } else {
            found.last().filter(|_| has_next).and_then(|last| self.cursor(last, page))
        };
        let earlier = found.first().filter(|_| has_earlier).and_then(|first| self.cursor(first, page));
        KeyedPage { items: found.into_iter().map(|found| found.item).collect(), next, earlier }
    }

    fn cursor<T>(&self, found: &Found<T>, page: u32) -> Option<String> {
        let (key, at, position) = &found.place;
        let microseconds = || at.map(|at| (at.unix_timestamp_nanos() / 1_000).to_string());
        let key = key.clone().or_else(microseconds)?;
        Cursor::at(self.query.order(), &key, *position, found.id, page).map(|cursor| cursor.text())
    }
}

/// Where a row stands in the order: its key, in words or as a time, and its position. Of a search it has no key.
pub(super) type InOrder = (Option<String>, Option<OffsetDateTime>, i64);

/// A row, and its place.
pub(super) struct Found<T> {
    pub(super) item: T,
    pub(super) id: ProductId,
    pub(super) place: InOrder,
}

/// The items of a page; the cursor of its last one if there are more, and of its first one if it was reached by a cursor and
/// stands behind others.
pub(super) struct KeyedPage<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
    pub(super) earlier: Option<String>,
}

/// How many there are as far as they are counted, and whether that is all: of one more than is counted, at most.
pub(super) fn bounded(counted: i64) -> (u32, bool) {
    let counted = to_u32(counted);
    (counted.min(MOST), counted <= MOST)
}

/// A page's number as PostgreSQL takes it.
pub(super) fn number(place: &Place) -> i32 {
    to_i32(place.page())
}
