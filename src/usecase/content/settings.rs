//! The shop's words, as staff change them.

use serde_json::json;

use crate::domain::{
    Accent, FieldError, Fields, May, Merged, Problem, Refusal, SavedContent, default_content as defaults, differing,
    merge, permit, settled,
};
use crate::dto::ContentEditView;

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::ContentWrites;

impl<S: Store> Shop<S> {
    /// The form of the shop's words, with what was typed before and kept, brought together with what is there now.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn content_editor(&self, by: May<permit::Content>, kept: &str) -> Result<ContentEditView> {
        let record = self.store().content().await?;
        let (pages, now) = (self.store().written_pages().await?, record.saved.fields());
        let pictures = self.shop_pictures(&record.pictures).await?;
        let merged = match self.kept_form(by.into(), kept).await? {
            Some(mut typed) => {
                let base = typed.remove("base").and_then(|base| serde_json::from_str(&base).ok()).unwrap_or_default();
                typed.retain(|name, _| now.contains_key(name));
                let settled = |fields: &Fields| settled(fields, self.currency());
                merge(&settled(&base), &settled(&typed), &settled(&now))
            }
            None => Merged { fields: now.clone(), ..Merged::default() },
        };
        Ok(ContentEditView {
            version: record.version,
            saved: now,
            defaults: self.default_words(),
            fields: merged.fields,
            theirs: merged.theirs,
            both: merged.both,
            zones: self.own_time_zone().names(),
            pages,
            pictures,
        })
    }

    /// Saves the shop's words, if they still have the version they were read with: `version`.
    ///
    /// # Errors
    /// `Invalid`, `VersionMismatch`.
    pub async fn save_content(&self, by: May<permit::Content>, fields: &Fields) -> Result<()> {
        let version = fields.get("version").and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        let saved = self.read_content(fields)?;
        retried(|| self.save_content_once(by, version, &saved)).await?;
        self.show_content().await;
        Ok(())
    }

    async fn save_content_once(&self, by: May<permit::Content>, version: i64, saved: &SavedContent) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let now = tx.lock_content().await?;
        if now.saved == *saved {
            // Said before, by this button or somebody else.
            return Ok(());
        }
        if now.version != version {
            return Err(Refusal::VersionMismatch { current: now.version }.into());
        }
        tx.save_content(saved).await?;
        let (before, after) = differing(&now.saved.fields(), &saved.fields());
        let change = Change::of("content.changed", "content", "shop").before(json!(before)).after(json!(after));
        self.record(&mut tx, by, change).await?;
        tx.commit().await
    }

    fn read_content(&self, fields: &Fields) -> Result<SavedContent> {
        let wanted = fields.get("time_zone").map(|name| name.trim()).filter(|name| !name.is_empty());
        let zone = wanted.map(|name| self.own_time_zone().named(name));
        let mut problems = match SavedContent::parse(fields) {
            Ok(saved) if !matches!(zone, Some(None)) => {
                let time_zone = zone.flatten().map(|zone| zone.name());
                return Ok(SavedContent { time_zone, ..saved });
            }
            Ok(_) => Vec::new(),
            Err(Refusal::Invalid { fields }) => fields,
            Err(other) => return Err(other.into()),
        };
        // Which zones there are is not for the domain to say: it stands beside what the domain says.
        if matches!(zone, Some(None)) && problems.iter().all(|error| error.field != "time_zone") {
            problems.push(FieldError { field: "time_zone".to_owned(), problem: Problem::NotAChoice });
        }
        Err(Refusal::Invalid { fields: problems }.into())
    }

    /// What holds where a field is empty.
    fn default_words(&self) -> Fields {
        let words = [
            ("name", self.settings().name.clone()),
            ("description", defaults::DESCRIPTION.to_owned()),
            ("headline", defaults::HEADLINE.to_owned()),
            ("intro", defaults::INTRO.to_owned()),
            ("action", defaults::ACTION.to_owned()),
            ("action_link", defaults::ACTION_LINK.to_owned()),
            ("about", defaults::ABOUT.to_owned()),
            ("accent", Accent::DEFAULT.to_string()),
            ("time_zone", self.own_time_zone().name()),
        ];
        words.into_iter().map(|(name, words)| (name.to_owned(), words)).collect()
    }
}
