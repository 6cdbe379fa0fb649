//! What nobody shows any more goes: files first, then the row that says whose they were. Never the other way round.

use time::Duration;

use super::super::{Result, Shop, Store};
use super::original;

/// A page that somebody has open may still show it.
const KEPT: Duration = Duration::days(1);
/// Of one round; the next one goes on.
const BATCH: u32 = 200;

impl<S: Store> Shop<S> {
    /// Deletes the files of pictures that neither a product nor a place has shown for a day, and uploads that came to nothing; answers how many
    /// pictures went.
    ///
    /// # Errors
    /// When the database or the store of files does not answer: the rest is for the next round.
    pub async fn remove_unused_pictures(&self) -> Result<u32> {
        let now = self.now();
        let before = now.saturating_sub(KEPT);
        for id in self.store().late_originals(before, BATCH).await? {
            self.media().delete(original(id)).await?;
            self.store().forget_original(id).await?;
        }
        let mut gone = 0;
        for picture in self.store().take_unused_pictures(before, now, BATCH).await? {
            self.media().delete(original(picture.id)).await?;
            if let Some((name, widest)) = &picture.named {
                self.delete_picture_files(name, *widest, picture.is_icon).await?;
            }
            self.store().forget_picture(picture.id).await?;
            gone += 1;
        }
        Ok(gone)
    }
}
