//! What is kept of outgoing webhooks, and the way one leaves the house.

use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{ChosenEvents, EndpointId, EndpointUrl, EventId, Reach, Standing, TEST_TOPIC, TriedOutcome};
use crate::dto::{EndpointRow, WebhookDeliveryRow};

use super::super::{BoxFuture, Result};

#[derive(Debug, Clone)]
pub struct NewEndpoint {
    pub id: EndpointId,
    pub url: EndpointUrl,
    pub events: ChosenEvents,
    pub at: OffsetDateTime,
}

#[derive(Debug, Clone)]
pub struct LockedEndpoint {
    pub id: EndpointId,
    pub url: String,
    /// The topics that it hears of.
    pub events: Vec<String>,
    pub standing: Standing,
    pub secret: SecretVersion,
}

/// Which secret an endpoint has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretVersion {
    /// From 1 on.
    pub number: i32,
    /// When those before it were replaced, of those that may still sign: the latest last. Empty: it is the first.
    pub replaced: Vec<OffsetDateTime>,
}

/// Something that endpoints are told.
#[derive(Debug, Clone)]
pub struct NewWebhookDelivery {
    pub event: EventId,
    pub topic: &'static str,
    /// Whoever began to listen later is not told.
    pub occurred_at: OffsetDateTime,
    pub body: String,
}

/// What somebody has taken to send.
#[derive(Debug, Clone)]
pub struct WebhookJob {
    pub position: i64,
    pub endpoint: EndpointId,
    pub url: String,
    pub secret: SecretVersion,
    pub event: EventId,
    pub topic: String,
    pub body: String,
    /// Attempts so far, this one included.
    pub attempts: u32,
    pub first_tried_at: OffsetDateTime,
    pub taken_at: OffsetDateTime,
    /// Theirs until then, and known by it.
    pub leased_until: OffsetDateTime,
}

impl WebhookJob {
    pub fn is_test(&self) -> bool {
        self.topic == TEST_TOPIC
    }
}

/// A try that has ended.
#[derive(Debug, Clone)]
pub struct SettledWebhook<'a> {
    pub job: &'a WebhookJob,
    pub outcome: TriedOutcome,
    /// None: it is done with.
    pub again_at: Option<OffsetDateTime>,
    pub answer: &'a WebhookAnswer,
    pub at: OffsetDateTime,
}

/// A POST of JSON, signed.
#[derive(Debug, Clone)]
pub struct WebhookRequest {
    pub url: String,
    /// `webhook-id`
    pub id: String,
    /// `webhook-timestamp`, in seconds.
    pub timestamp: i64,
    /// `webhook-signature`
    pub signature: String,
    pub body: String,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAnswer {
    /// None: nobody answered.
    pub status: Option<u16>,
    /// The beginning of what was answered, or why nothing was: at most `WebhookAnswer::KEPT` bytes, and no NUL.
    pub text: String,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u32>,
    pub took: std::time::Duration,
}

impl WebhookAnswer {
    /// How much of an answer is kept, in bytes.
    pub const KEPT: usize = 1_024;

    pub const fn outcome(&self) -> TriedOutcome {
        match self.status {
            Some(status) => TriedOutcome::of_status(status),
            None => TriedOutcome::Failed,
        }
    }
}

/// The way a webhook leaves the house.
pub trait WebhookSender: Send + Sync + 'static {
    fn reach(&self) -> Reach;

    /// Whether the host's name leads to an address out of reach; not, where nobody knows the name.
    fn leads_inside<'a>(&'a self, url: &'a EndpointUrl) -> BoxFuture<'a, bool>;

    /// Sends it, within 10 s, to nothing out of reach, and follows no redirect.
    fn send(&self, request: WebhookRequest) -> BoxFuture<'_, WebhookAnswer>;
}

/// The senders' side of the queue.
pub trait WebhookQueue {
    /// Takes what is due, the longest due first: of each active endpoint one at most, and none of those that are `busy`.
    /// Nobody else takes it before `leased_until`.
    fn take_deliveries(
        &self,
        most: u32,
        busy: &[EndpointId],
        now: OffsetDateTime,
        leased_until: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<WebhookJob>>> + Send;
}

pub trait EndpointViews {
    /// Whether there is one, whatever it hears of.
    fn has_endpoints(&self) -> impl Future<Output = Result<bool>> + Send;

    /// The oldest first.
    fn endpoints(&self) -> impl Future<Output = Result<Vec<EndpointRow>>> + Send;

    /// With what was sent before this position, the newest first.
    fn endpoint(
        &self,
        id: EndpointId,
        before: Option<i64>,
        most: u32,
    ) -> impl Future<Output = Result<Option<(EndpointRow, Vec<WebhookDeliveryRow>)>>> + Send;
}

pub trait Endpoints {
    /// False: there are as many as there may be.
    fn insert_endpoint(&mut self, endpoint: &NewEndpoint, most: u32) -> impl Future<Output = Result<bool>> + Send;

    fn lock_endpoint(&mut self, id: EndpointId) -> impl Future<Output = Result<Option<LockedEndpoint>>> + Send;

    fn save_endpoint(
        &mut self,
        id: EndpointId,
        url: &EndpointUrl,
        events: &ChosenEvents,
    ) -> impl Future<Output = Result<()>> + Send;

    fn save_standing(&mut self, id: EndpointId, standing: Standing) -> impl Future<Output = Result<()>> + Send;

    /// What waits there is due at once, and has all its attempts before it.
    fn renew_deliveries(&mut self, of: EndpointId, now: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    fn save_secret_version(
        &mut self,
        id: EndpointId,
        secret: &SecretVersion,
    ) -> impl Future<Output = Result<()>> + Send;

    fn delete_endpoint(&mut self, id: EndpointId) -> impl Future<Output = Result<()>> + Send;

    /// For each that listens to it, once: what is paused gets it later.
    fn queue_deliveries(
        &mut self,
        told: &[NewWebhookDelivery],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// For this one, whatever it listens to.
    fn queue_delivery(
        &mut self,
        to: EndpointId,
        told: &NewWebhookDelivery,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Makes one due at once, with all its attempts before it; answers whose. None: there is none, it was delivered, somebody
    /// sends it just now, or nothing is sent there.
    fn retry_delivery(
        &mut self,
        position: i64,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<EndpointId>>> + Send;

    /// Writes down how a try ended. False: it is somebody else's by now.
    fn settle_delivery(&mut self, settled: &SettledWebhook<'_>) -> impl Future<Output = Result<bool>> + Send;
}
