//! The product feed: what is for sale, for programs that list it elsewhere. Everybody may read all of it in the shop; its address
//! is secret so that whoever has all of it at once is whom the shop has told.

use data_encoding::HEXLOWER;

use crate::domain::{May, Refusal, permit};
use crate::dto::{ListingQuery, Page, ProductRecord};

use super::super::{Result, Shop, Store};
use super::cursor::Place;

/// What the key of its address proves.
const PURPOSE: &str = "product feed";
/// So many are read at a time.
const AT_ONCE: u32 = 100;

impl<S: Store> Shop<S> {
    /// Where the feed is, for as long as the shop has the same `SECRET_KEY`.
    ///
    /// # Errors
    /// `Broken`, which cannot come.
    pub fn feed_address(&self, _by: May<permit::Products>) -> Result<String> {
        let key = HEXLOWER.encode(&self.settings().secret_key.derived(PURPOSE)?);
        Ok(format!("{}/feed.xml?key={key}", self.settings().base_url))
    }

    /// The products behind this cursor, or the first, for whoever brings the key.
    ///
    /// # Errors
    /// `NotFound` where it is not the key.
    pub async fn feed_piece(&self, key: &str, after: Option<String>) -> Result<Page<ProductRecord>> {
        if !self.settings().secret_key.proves(PURPOSE, key)? {
            return Err(Refusal::NotFound.into());
        }
        let query = ListingQuery { page: 1, after, ..ListingQuery::default() };
        let place = Place::of(&query)?;
        self.store().product_page(&query, &place, AT_ONCE).await
    }
}
