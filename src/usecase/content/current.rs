//! What every page shows of the shop, held in memory: no page reads the database for it.
//!
//! Each process reads it anew after a change of its own, at once when another process has changed something (task `changes`), and
//! every second whatever it hears (task `content`). For as long as the database is away the shop shows what it knew.

use std::sync::Arc;

use crate::domain::{DeliveryDays, PageFacts, SavedContent, default_content as defaults};
use crate::dto::{Announcement, PageLink, ShopContent, ShopPictures, words};

use super::super::newest::Newest;
use super::super::{Result, Settings, Shop, Store, TimeZone};
use super::ContentRecord;

/// What holds now.
pub(in super::super) struct CurrentContent(Newest<Held>);

#[derive(Clone)]
struct Held {
    content: Arc<ShopContent>,
    time_zone: Arc<dyn TimeZone>,
}

impl CurrentContent {
    /// As it is before anything was read: as the environment says, with the words that come with the program.
    pub(in super::super) fn new(settings: &Settings, time_zone: Arc<dyn TimeZone>) -> Self {
        let pages = defaults::PAGES.map(|(slug, title)| PageLink { slug: slug.into(), title: title.into() });
        let record = ContentRecord {
            revision: 0,
            version: 0,
            saved: SavedContent::default(),
            return_days: None,
            // Of the ways that come with the tables.
            delivery: Some(DeliveryDays { min: 3, max: 5 }),
            pages: pages.into(),
            pictures: ShopPictures::default(),
        };
        let content = Arc::new(effective(settings, record));
        Self(Newest::new(0, Held { content, time_zone }))
    }

    pub(in super::super) fn content(&self) -> Arc<ShopContent> {
        self.0.get().content
    }

    pub(in super::super) fn time_zone(&self) -> Arc<dyn TimeZone> {
        self.0.get().time_zone
    }
}

impl<S: Store> Shop<S> {
    /// What the shop says of itself now.
    pub fn content(&self) -> Arc<ShopContent> {
        self.current_content().content()
    }

    /// The settings with the name that the shop has now.
    pub(in super::super) fn named_settings(&self) -> Settings {
        Settings { name: self.content().name.clone(), ..self.settings().clone() }
    }

    /// The facts that pages of text state.
    pub fn page_facts(&self) -> PageFacts {
        let content = self.content();
        PageFacts {
            shop: content.name.clone(),
            payment: words::length(content.payment_window),
            returns: words::days(content.return_days.unwrap_or(0)),
            contact: content.contact.clone().unwrap_or_else(|| defaults::CONTACT.to_owned()),
        }
    }

    /// Reads anew what every page shows.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn refresh_content(&self) -> Result<()> {
        let record = self.store().content().await?;
        let (own, name) = (self.own_time_zone(), record.saved.time_zone.as_deref());
        let time_zone = name.map_or_else(
            || Some(Arc::clone(own)),
            // A machine that does not know it any more tells the time as the environment says.
            |name| own.named(name),
        );
        let time_zone = time_zone.unwrap_or_else(|| Arc::clone(own));
        let revision = record.revision;
        let content = effective(self.settings(), record);
        // What says the same stays where it is: pages that are kept know by its place that nothing has changed.
        let held = self.content();
        let content = if *held == content { held } else { Arc::new(content) };
        self.current_content().0.hold(revision, Held { content, time_zone });
        Ok(())
    }

    /// The same after a change that is committed: this process shows it to whoever made it. Where it cannot be read, it
    /// will be in a second.
    pub(in super::super) async fn show_content(&self) {
        if let Err(error) = self.refresh_content().await {
            tracing::warn!(%error, "what was changed of the shop's words is shown a little later");
        }
    }
}

/// What is saved, and in the place of what is not, what the environment says or comes with the program.
fn effective(settings: &Settings, record: ContentRecord) -> ShopContent {
    let ContentRecord { saved, return_days, delivery, pages, pictures, .. } = record;
    let or = |text: Option<String>, default: &str| text.unwrap_or_else(|| default.to_owned());
    let link = saved.announcement_link;
    let announcement = saved.announcement.filter(|_| saved.announcement_shown);
    let return_days = return_days.unwrap_or_else(|| u32::try_from(settings.return_window.whole_days()).unwrap_or(0));
    ShopContent {
        name: or(saved.name, &settings.name),
        description: or(saved.description, defaults::DESCRIPTION),
        headline: or(saved.headline, defaults::HEADLINE),
        intro: or(saved.intro, defaults::INTRO),
        action: or(saved.action, defaults::ACTION),
        action_link: or(saved.action_link, defaults::ACTION_LINK),
        about: or(saved.about, defaults::ABOUT),
        announcement: announcement.map(|text| Announcement { text, link }),
        contact: saved.contact,
        accent: saved.accent,
        pictures,
        links: saved.links,
        pages,
        payment_window: settings.payment_window,
        return_days: Some(return_days).filter(|days| *days > 0),
        delivery,
        asks_for_reviews: !settings.review_request_after.is_zero(),
    }
}
