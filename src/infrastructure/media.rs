//! Where the files of pictures are kept: a folder, by the object_store crate.

use std::path::PathBuf;

use anyhow::Context as _;
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetResult, ObjectStoreExt as _};

use crate::usecase::{BoxFuture, Error, MediaFile, MediaStore, Result};

/// A folder, made when the first file is kept in it. A file is there whole or not at all: it is written beside its place, to
/// the disk, and then given its name.
pub struct MediaFolder {
    folder: PathBuf,
}

impl MediaFolder {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// None: nothing was ever kept there.
    async fn opened(&self) -> Result<Option<LocalFileSystem>> {
        if !tokio::fs::try_exists(&self.folder).await.map_err(|cause| self.unavailable(cause))? {
            return Ok(None);
        }
        let store = LocalFileSystem::new_with_prefix(&self.folder).map_err(|cause| self.unavailable(cause))?;
        Ok(Some(store.with_fsync(true)))
    }

    fn unavailable(&self, cause: impl std::error::Error + Send + Sync + 'static) -> Error {
        let told = anyhow::Error::from(cause).context(format!("the folder of pictures, {}", self.folder.display()));
        Error::Unavailable(told)
    }

    async fn put_now(&self, key: String, bytes: Bytes) -> Result<()> {
        tokio::fs::create_dir_all(&self.folder).await.map_err(|cause| self.unavailable(cause))?;
        let store = self.opened().await?.context("a folder that was just made").map_err(Error::Unavailable)?;
        store.put(&place(&key)?, bytes.into()).await.map_err(|cause| self.unavailable(cause))?;
        Ok(())
    }

    async fn get_now(&self, key: String) -> Result<Option<MediaFile>> {
        let Some(store) = self.opened().await? else { return Ok(None) };
        match store.get(&place(&key)?).await {
            Ok(found) => Ok(Some(file_of(found))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(cause) => Err(self.unavailable(cause)),
        }
    }

    async fn delete_now(&self, key: String) -> Result<()> {
        let Some(store) = self.opened().await? else { return Ok(()) };
        match store.delete(&place(&key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(cause) => Err(self.unavailable(cause)),
        }
    }
}

/// One that was found, read as it is sent.
pub(super) fn file_of(found: GetResult) -> MediaFile {
    let length = found.meta.size;
    let unavailable = |cause: object_store::Error| Error::Unavailable(cause.into());
    MediaFile { length, bytes: found.into_stream().map_err(unavailable).boxed() }
}

fn place(key: &str) -> Result<Path> {
    Path::parse(key).map_err(|cause| Error::Broken(cause.into()))
}

impl MediaStore for MediaFolder {
    fn put(&self, key: String, bytes: Bytes) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.put_now(key, bytes))
    }

    fn get(&self, key: String) -> BoxFuture<'_, Result<Option<MediaFile>>> {
        Box::pin(self.get_now(key))
    }

    fn delete(&self, key: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.delete_now(key))
    }
}
