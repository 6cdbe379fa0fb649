//! Where a list of products goes on. A cursor names a product's place in the order: what follows it is the same whatever
//! came or went before it. As text it is opaque, and a sum over it tells slips of whoever copied it; it is no secret, and
//! one made by hand leads to some place in the list at most.

use data_encoding::BASE64URL_NOPAD;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Problem, ProductId, Refusal, Sort};
use crate::dto::ListingQuery;

use super::super::{Error, Result};

/// No cursor is longer, in characters.
const LONGEST: usize = 200;
/// How many bytes of the sum stand before what it is of.
const SUM: usize = 4;

/// Where a page of products begins, or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// From 1.
    Page(u32),
    After(Cursor),
    /// The page that ends before it.
    Before(Cursor),
}

/// A product's place in one of the orders that products have by themselves. What fits a search best has none: its pages are
/// numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub sort: Sort,
    pub key: CursorKey,
    /// Its place among those of the same key.
    pub position: i64,
    pub id: ProductId,
    /// On which page it was shown.
    pub page: u32,
}

/// What products are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorKey {
    Time(OffsetDateTime),
    Amount(Decimal),
    Count(i64),
}

/// The kinds of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// As microseconds since 1970.
    Time,
    Amount,
    Count,
}

/// By what an order of products sorts them; how, its row in the store says.
const fn key_kind(sort: Sort) -> KeyKind {
    match sort {
        Sort::Relevance | Sort::Newest => KeyKind::Time,
        Sort::PriceUp | Sort::PriceDown => KeyKind::Amount,
        Sort::BestSelling | Sort::BestRated => KeyKind::Count,
    }
}

/// What a cursor says, read.
enum Said {
    /// Which page of a search was shown.
    Page(u32),
    Product(Cursor),
}

impl Place {
    /// Where the listing is asked for: behind a cursor, before one, or by its number.
    ///
    /// # Errors
    /// `Invalid` (`after`, `before`) for what is no cursor of this list.
    pub fn of(query: &ListingQuery) -> Result<Self> {
        let (field, text) = match (&query.after, &query.before) {
            (None, None) => return Ok(Self::Page(query.page.max(1))),
            (Some(after), _) => ("after", after),
            (None, Some(before)) => ("before", before),
        };
        match (read(text), query.has_words()) {
            (Some(Said::Page(page)), true) if field == "after" => Ok(Self::Page(page.saturating_add(1))),
            (Some(Said::Product(cursor)), false) if cursor.sort == query.order() => {
                Ok(if field == "after" { Self::After(cursor) } else { Self::Before(cursor) })
            }
            _ => Err(Error::Refused(Refusal::field(field, Problem::NotACursor))),
        }
    }

    /// Which page that is; once the catalogue has changed, about which.
    pub const fn page(&self) -> u32 {
        match self {
            Self::Page(page) => *page,
            Self::After(cursor) => cursor.page.saturating_add(1),
            Self::Before(cursor) if cursor.page > 1 => cursor.page - 1,
            Self::Before(_) => 1,
        }
    }
}

impl Cursor {
    /// `key` as the store tells it: microseconds since 1970, an amount, or a count.
    pub fn at(sort: Sort, key: &str, position: i64, id: ProductId, page: u32) -> Option<Self> {
        let key = match key_kind(sort) {
            KeyKind::Time => CursorKey::Time(time_at(key.parse().ok()?)?),
            KeyKind::Amount => CursorKey::Amount(Decimal::from_str_exact(key).ok()?),
            KeyKind::Count => CursorKey::Count(key.parse().ok()?),
        };
        Some(Self { sort, key, position, id, page })
    }

    pub fn text(&self) -> String {
        let key = match self.key {
            CursorKey::Time(time) => (time.unix_timestamp_nanos() / 1_000).to_string(),
            CursorKey::Amount(amount) => amount.to_string(),
            CursorKey::Count(count) => count.to_string(),
        };
        let (sort, id) = (self.sort.as_str(), self.id.0.simple());
        written(&format!("{sort} {key} {} {id} {}", self.position, self.page))
    }
}

/// What leads on from a page of a search.
pub fn search_cursor(page: u32) -> String {
    written(&format!("page {page}"))
}

/// What PostgreSQL and the calendar know, and no time before there were computers.
fn time_at(microseconds: i64) -> Option<OffsetDateTime> {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000).ok()?;
    (microseconds >= 0).then_some(time)
}

fn written(what: &str) -> String {
    let sum = Sha256::digest(what);
    let bytes: Vec<u8> = sum.into_iter().take(SUM).chain(what.bytes()).collect();
    BASE64URL_NOPAD.encode(&bytes)
}

fn read(text: &str) -> Option<Said> {
    if text.len() > LONGEST {
        return None;
    }
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (sum, what) = bytes.split_at_checked(SUM)?;
    if Sha256::digest(what).get(..SUM) != Some(sum) {
        return None;
    }
    let words: Vec<_> = std::str::from_utf8(what).ok()?.split(' ').collect();
    match words.as_slice() {
        ["page", page] => Some(Said::Page(page.parse().ok()?)),
        [sort, key, position, id, page] => {
            let (id, position) = (ProductId(Uuid::try_parse(id).ok()?), position.parse().ok()?);
            Cursor::at(sort.parse().ok()?, key, position, id, page.parse().ok()?).map(Said::Product)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(sort: Sort, after: &str) -> ListingQuery {
        ListingQuery { sort, after: Some(after.to_owned()), ..ListingQuery::default() }
    }

    fn newest() -> Cursor {
        Cursor::at(Sort::Newest, "1767225600000001", -7, ProductId(Uuid::from_u128(9)), 3).unwrap()
    }

    #[test]
    fn a_cursor_says_what_was_written() {
        let cheap = Cursor::at(Sort::PriceUp, "12.500", i64::MAX, ProductId(Uuid::max()), u32::MAX).unwrap();
        for (cursor, sort) in [(newest(), Sort::Newest), (newest(), Sort::Relevance), (cheap, Sort::PriceUp)] {
            let text = cursor.text();
            assert!(text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
            assert_eq!(Place::of(&query(sort, &text)).unwrap(), Place::After(cursor.clone()));
            let before = ListingQuery { sort, before: Some(text), ..ListingQuery::default() };
            assert_eq!(Place::of(&before).unwrap(), Place::Before(cursor));
        }
        let search = ListingQuery { q: Some("mug".into()), ..query(Sort::Relevance, &search_cursor(2)) };
        assert_eq!(Place::of(&search).unwrap(), Place::Page(3));
    }

    #[test]
    fn what_was_not_written_here_is_no_cursor() {
        let good = newest().text();
        for place in 0..good.len() {
            for other in ["A", "-", "=", "\u{0}", "é", ""] {
                let text = format!("{}{other}{}", &good[..place], &good[place + 1..]);
                assert_eq!(Place::of(&query(Sort::Newest, &text)).is_ok(), text == good, "{text:?}");
            }
        }
        let by_hand = |what: &str| written(what);
        let id = Uuid::max().simple();
        for text in [
            String::new(),
            " ".into(),
            "x".repeat(10_000),
            "\u{1}\r\n\u{7f}".repeat(20),
            good.clone() + "\n",
            by_hand(""),
            by_hand("page 3"),
            by_hand("newest 1 2 3 4"),
            by_hand(&format!("newest 12.5 1 {id} 1")),
            by_hand(&format!("newest -1 1 {id} 1")),
            by_hand(&format!("newest {} 1 {id} 1", i64::MAX)),
            by_hand(&format!("newest 1 {} {id} 1", u64::MAX)),
            by_hand(&format!("price_up 1 1 {id} 1")),
            by_hand(&format!("relevance 1 1 {id} 1")),
        ] {
            assert!(Place::of(&query(Sort::Newest, &text)).is_err(), "{text:?}");
        }
        assert!(Place::of(&query(Sort::PriceUp, &good)).is_err(), "of another order");
        let search = ListingQuery { q: Some("mug".into()), ..query(Sort::Newest, &good) };
        assert!(Place::of(&search).is_err(), "a search has pages");
        let back = ListingQuery { q: Some("mug".into()), before: Some(search_cursor(2)), ..ListingQuery::default() };
        assert!(Place::of(&back).is_err(), "and no way back but their numbers");
    }

    #[test]
    fn pages_are_counted_on_and_back() {
        let at = |page| Cursor { page, ..newest() };
        assert_eq!((Place::After(at(3)).page(), Place::Before(at(3)).page(), Place::Before(at(0)).page()), (4, 2, 1));
        assert_eq!(Place::After(at(u32::MAX)).page(), u32::MAX);
    }
}
