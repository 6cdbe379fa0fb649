//! What the shop says of itself: its words (`settings`), its pages of text (`pages`), and what of both every page shows,
//! held in memory (`current`).

mod current;
mod pages;
mod settings;

use std::future::Future;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{DeliveryDays, PageEdit, SavedContent, Slug};
use crate::dto::{PageLink, PageText, ShopPictures, StaffPage, StaffPageRow};

use super::Result;

pub(super) use current::CurrentContent;

/// All that every page shows, as it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentRecord {
    /// Counts every change of the words and of pages.
    pub revision: i64,
    /// Counts the changes of the words.
    pub version: i64,
    pub saved: SavedContent,
    /// Of the shop's terms; none: as the environment says.
    pub return_days: Option<u32>,
    /// Of all methods that send parcels.
    pub delivery: Option<DeliveryDays>,
    /// Those that are linked at the foot, in its order.
    pub pages: Vec<PageLink>,
    pub pictures: ShopPictures,
}

/// A version of a page about to be written.
#[derive(Debug, Clone)]
pub struct NewPageVersion {
    pub slug: Slug,
    pub version: i64,
    pub edit: PageEdit,
    pub by: Uuid,
    pub at: OffsetDateTime,
}

pub trait ContentViews {
    fn content(&self) -> impl Future<Output = Result<ContentRecord>> + Send;

    /// None: there is none, or it is hidden.
    fn shown_page(&self, slug: &Slug) -> impl Future<Output = Result<Option<PageText>>> + Send;

    /// All pages of text, those at the foot first.
    fn written_pages(&self) -> impl Future<Output = Result<Vec<StaffPageRow>>> + Send;

    /// A page as of this version, else as it is.
    fn written_page(&self, slug: &Slug, version: Option<i64>)
    -> impl Future<Output = Result<Option<StaffPage>>> + Send;
}

pub trait ContentWrites {
    /// The words, locked; whoever writes a page has them locked, too.
    fn lock_content(&mut self) -> impl Future<Output = Result<ContentRecord>> + Send;

    /// Writes the words, as the next version.
    fn save_content(&mut self, saved: &SavedContent) -> impl Future<Output = Result<()>> + Send;

    /// The version that the shop shows, and what it says.
    fn current_page(&mut self, slug: &Slug) -> impl Future<Output = Result<Option<(i64, PageEdit)>>> + Send;

    /// Writes a version, and shows it from now on. The first makes the page.
    fn save_page(&mut self, page: &NewPageVersion) -> impl Future<Output = Result<()>> + Send;

    /// How many pages of text there are.
    fn count_pages(&mut self) -> impl Future<Output = Result<u32>> + Send;
}
