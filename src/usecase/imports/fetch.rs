//! Pictures that a file named by their addresses: fetched after the import, one at a time, and taken in as uploads are. One
//! that cannot be had is told on the import's page, and nothing else fails because of it.

use bytes::Bytes;
use time::Duration;

use crate::domain::{FetchProblem, PictureId, PictureOf, Refusal, Staff};
use crate::dto::Uploaded;

use super::super::{BoxFuture, Error, Result, Shop, Store};

/// Whoever took a picture to fetch it is done with it by then; what could not be reached is tried again after it.
const TAKEN: Duration = Duration::minutes(2);
/// So often.
const MAX_TRIES: u32 = 4;

/// Where pictures are fetched from.
pub trait PictureSource: Send + Sync + 'static {
    /// A file of at most 20 MB, in bounded time, from a host that the owner has named and no other.
    fn fetch(&self, address: String) -> BoxFuture<'_, std::result::Result<Bytes, FetchProblem>>;
}

impl<S: Store> Shop<S> {
    /// Fetches the picture that has waited longest; false: none waits, or enough wait for their sizes to be made.
    ///
    /// # Errors
    /// When the database or the store of files does not answer: it is fetched again.
    pub async fn fetch_next_picture(&self, source: &dyn PictureSource) -> Result<bool> {
        let now = self.now();
        let Some(job) = self.store().take_import_picture(now, now.saturating_add(TAKEN)).await? else {
            return Ok(false);
        };
        if job.tries > MAX_TRIES {
            // It may be what ends those who fetch it.
            self.store().settle_import_picture(&job, Some(FetchProblem::Unreachable)).await?;
            return Ok(true);
        }
        let problem = match source.fetch(job.address.clone()).await {
            Ok(bytes) => self.take_fetched(Staff(job.by), &job, bytes).await?,
            Err(FetchProblem::Unreachable) if job.tries < MAX_TRIES => return Ok(true),
            Err(problem) => Some(problem),
        };
        if let Some(problem) = problem {
            tracing::info!(product.id = %job.product, problem = problem.as_str(), "a picture was not fetched");
        }
        self.store().settle_import_picture(&job, problem).await?;
        Ok(true)
    }

    async fn take_fetched(
        &self,
        by: Staff,
        job: &super::ImportPictureJob,
        bytes: Bytes,
    ) -> Result<Option<FetchProblem>> {
        let alt = Some(job.alt.clone()).filter(|alt| !alt.is_empty());
        // By the job's own id: whoever is killed before it is settled leaves no picture that comes in twice.
        let (id, of) = (PictureId(job.id), PictureOf::Product(job.product));
        match self.take_picture_in(by, id, of, &job.address, bytes, alt).await {
            Ok(Uploaded::Waiting(_)) => Ok(None),
            Ok(Uploaded::NotTaken(problem)) => Ok(Some(FetchProblem::Picture(problem))),
            Err(Error::Refused(Refusal::NotFound)) => Ok(Some(FetchProblem::Missing)),
            Err(error) => Err(error),
        }
    }
}
