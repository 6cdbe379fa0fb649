//! The files of pictures in a bucket of a service that speaks S3, by the object_store crate. It brings no HTTP client along: its
//! requests go out by the one that the shop has, so there is one kind of TLS in the program.

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStoreExt as _, RetryConfig};

use super::media::file_of;
use crate::usecase::{BoxFuture, Error, MediaFile, MediaStore, Result};

const CONNECT: Duration = Duration::from_secs(5);
/// Between two pieces of an answer.
const NEXT_PIECE: Duration = Duration::from_secs(20);
/// Somebody waits for a page, and the tasks come again by themselves.
const RETRIES: usize = 2;
const RETRIED_FOR: Duration = Duration::from_secs(10);

/// Where a bucket is, and what opens it.
#[derive(Clone)]
pub struct S3Bucket {
    pub name: String,
    /// Put before every file's key, without slashes at its ends; empty: nothing.
    pub prefix: String,
    pub region: String,
    /// None: Amazon's own.
    pub endpoint: Option<String>,
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl fmt::Debug for S3Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, prefix, region, endpoint, .. } = self;
        f.debug_struct("S3Bucket")
            .field("name", name)
            .field("prefix", prefix)
            .field("region", region)
            .field("endpoint", endpoint)
            .finish_non_exhaustive()
    }
}

/// A file is there whole or not at all: the service says so when it has all of it. Nothing is asked of it before the first.
pub struct MediaBucket {
    store: AmazonS3,
    prefix: String,
    /// For whoever reads what went wrong.
    place: String,
}

impl MediaBucket {
    /// # Errors
    /// For an endpoint that is no address.
    pub fn new(bucket: S3Bucket) -> anyhow::Result<Self> {
        let is_open = bucket.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let place = format!("the bucket of pictures, s3://{}/{}", bucket.name, bucket.prefix);
        let mut store = AmazonS3Builder::new()
            .with_bucket_name(bucket.name)
            .with_region(bucket.region)
            .with_access_key_id(bucket.access_key_id)
            .with_secret_access_key(bucket.secret_access_key)
            .with_allow_http(is_open)
            // Not every service knows how to delete many at once, and nobody asks for it.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig { max_retries: RETRIES, retry_timeout: RETRIED_FOR, ..RetryConfig::default() })
            .with_http_connector(OwnClient);
        if let Some(endpoint) = bucket.endpoint {
            store = store.with_endpoint(endpoint);
        }
        let store = store.build().with_context(|| place.clone())?;
        Ok(Self { store, prefix: bucket.prefix, place })
    }

    fn path(&self, key: &str) -> Result<Path> {
        let path = if self.prefix.is_empty() { key.to_owned() } else { format!("{}/{key}", self.prefix) };
        Path::parse(path).map_err(|cause| Error::Broken(cause.into()))
    }

    fn unavailable(&self, cause: object_store::Error) -> Error {
        Error::Unavailable(anyhow::Error::from(cause).context(self.place.clone()))
    }

    async fn put_now(&self, key: String, bytes: Bytes) -> Result<()> {
        self.store.put(&self.path(&key)?, bytes.into()).await.map_err(|cause| self.unavailable(cause))?;
        Ok(())
    }

    async fn get_now(&self, key: String) -> Result<Option<MediaFile>> {
        match self.store.get(&self.path(&key)?).await {
            Ok(found) => Ok(Some(file_of(found))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(cause) => Err(self.unavailable(cause)),
        }
    }

    async fn delete_now(&self, key: String) -> Result<()> {
        match self.store.delete(&self.path(&key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(cause) => Err(self.unavailable(cause)),
        }
    }
}

impl MediaStore for MediaBucket {
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

/// How object_store gets the shop's own client.
#[derive(Debug)]
struct OwnClient;

impl HttpConnector for OwnClient {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let may_be_open = options.get_config_value(&object_store::ClientConfigKey::AllowHttp);
        let client = reqwest::Client::builder()
            .user_agent(concat!("small-ecommerce/", env!("CARGO_PKG_VERSION"), " (pictures)"))
            .connect_timeout(CONNECT)
            .read_timeout(NEXT_PIECE)
            .redirect(reqwest::redirect::Policy::none())
            .https_only(may_be_open.as_deref() != Some("true"))
            .build()
            .map_err(|cause| object_store::Error::Generic { store: "S3", source: Box::new(cause) })?;
        Ok(HttpClient::new(OwnRequests(client)))
    }
}

#[derive(Debug)]
struct OwnRequests(reqwest::Client);

#[async_trait]
impl HttpService for OwnRequests {
    async fn call(&self, request: HttpRequest) -> std::result::Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = reqwest::Url::parse(&parts.uri.to_string())
            .map_err(|cause| HttpError::new(HttpErrorKind::Unknown, cause))?;
        // A file that is kept is in memory already, in one piece.
        let body = body.collect().await?.to_bytes();
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(body.into());
        let response: http::Response<reqwest::Body> = self.0.execute(request).await.map_err(http_error)?.into();
        let (parts, body) = response.into_parts();
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(body.map_err(http_error))))
    }
}

/// Which of them is worth another try, object_store decides.
fn http_error(cause: reqwest::Error) -> HttpError {
    let kind = if cause.is_timeout() {
        HttpErrorKind::Timeout
    } else if cause.is_connect() {
        HttpErrorKind::Connect
    } else if cause.is_decode() {
        HttpErrorKind::Decode
    } else {
        HttpErrorKind::Interrupted
    };
    HttpError::new(kind, cause.without_url())
}
