//! Payment providers that do what a test needs; for all else each is the sandbox, or the provider it stands in front of.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use shop::infrastructure::payments::SandboxPayments;
use shop::usecase::{
    Attempt, BadWebhook, BoxFuture, ChargeOutcome, Checkout, Error, Payments, ProviderNews, ProviderRefund,
    RefundOutcome, RefundRequest, Result, SandboxOutcome,
};
use time::OffsetDateTime;
use tokio::sync::Notify;

/// What happens when it is asked to charge, or to look one up.
pub type Asked =
    Box<dyn Fn(SandboxPayments, Attempt, Question) -> BoxFuture<'static, Result<ChargeOutcome>> + Send + Sync>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    Charge(SandboxOutcome),
    LookUp,
    Expire,
}

/// What happens before the page of an attempt is told.
pub type Opening = Box<dyn Fn(Attempt) -> BoxFuture<'static, ()> + Send + Sync>;

/// What happens when it is asked to give back.
pub type Refunding =
    Box<dyn Fn(SandboxPayments, RefundRequest) -> BoxFuture<'static, Result<RefundOutcome>> + Send + Sync>;

/// The sandbox, with something in between.
pub struct Through {
    name: &'static str,
    sandbox: SandboxPayments,
    asked: Asked,
    opening: Option<Opening>,
    refunding: Option<Refunding>,
    /// What somebody gave back there, or a bank took, by payment.
    pub gone_back: Mutex<BTreeMap<String, Vec<ProviderRefund>>>,
    listing: Mutex<Option<Listing>>,
}

/// An answer that was made and takes its time.
#[derive(Clone, Default)]
pub struct Listing {
    pub made: Arc<Notify>,
    pub arrives: Arc<Notify>,
}

impl Through {
    pub fn new(
        sandbox: SandboxPayments,
        asked: impl Fn(SandboxPayments, Attempt, Question) -> BoxFuture<'static, Result<ChargeOutcome>>
        + Send
        + Sync
        + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { asked: Box::new(asked), ..Self::plain(sandbox) })
    }

    /// The sandbox, that does something before it answers where its page is.
    pub fn opening(
        sandbox: SandboxPayments,
        opening: impl Fn(Attempt) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { opening: Some(Box::new(opening)), ..Self::plain(sandbox) })
    }

    /// The sandbox, that gives back in its own way.
    pub fn refunding(
        sandbox: SandboxPayments,
        refunding: impl Fn(SandboxPayments, RefundRequest) -> BoxFuture<'static, Result<RefundOutcome>>
        + Send
        + Sync
        + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { refunding: Some(Box::new(refunding)), ..Self::plain(sandbox) })
    }

    /// The sandbox under another name: another provider, as the shop sees it.
    pub fn named(name: &'static str, sandbox: SandboxPayments) -> Arc<Self> {
        Arc::new(Self { name, ..Self::plain(sandbox) })
    }

    /// The sandbox, with nothing in between.
    fn plain(sandbox: SandboxPayments) -> Self {
        let asked: Asked =
            Box::new(|sandbox, attempt, question| Box::pin(async move { answered(&sandbox, attempt, question).await }));
        Self {
            name: "sandbox",
            sandbox,
            asked,
            opening: None,
            refunding: None,
            gone_back: Mutex::default(),
            listing: Mutex::default(),
        }
    }

    /// The next list of what went back is as it is now, and arrives when it is let go.
    pub fn lists_slowly(&self) -> Listing {
        self.listing.lock().unwrap().insert(Listing::default()).clone()
    }

    fn ask(&self, attempt: Attempt, question: Question) -> BoxFuture<'_, Result<ChargeOutcome>> {
        (self.asked)(self.sandbox.clone(), attempt, question)
    }
}

/// What the sandbox itself says.
pub async fn answered(sandbox: &SandboxPayments, attempt: Attempt, question: Question) -> Result<ChargeOutcome> {
    match question {
        Question::Charge(told) => sandbox.charge(attempt, told).await,
        Question::LookUp => sandbox.look_up(attempt).await,
        Question::Expire => sandbox.expire(attempt).await,
    }
}

impl Payments for Through {
    fn name(&self) -> &'static str {
        self.name
    }

    fn is_sandbox(&self) -> bool {
        true
    }

    fn begin(&self, attempt: Attempt) -> BoxFuture<'_, Result<Checkout>> {
        Box::pin(async move {
            let page = self.sandbox.begin(attempt.clone()).await?;
            if let Some(opening) = &self.opening {
                opening(attempt).await;
            }
            Ok(page)
        })
    }

    fn charge(&self, attempt: Attempt, told: SandboxOutcome) -> BoxFuture<'_, Result<ChargeOutcome>> {
        self.ask(attempt, Question::Charge(told))
    }

    fn look_up(&self, attempt: Attempt) -> BoxFuture<'_, Result<ChargeOutcome>> {
        self.ask(attempt, Question::LookUp)
    }

    fn expire(&self, attempt: Attempt) -> BoxFuture<'_, Result<ChargeOutcome>> {
        self.ask(attempt, Question::Expire)
    }

    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<RefundOutcome>> {
        match &self.refunding {
            Some(refunding) => refunding(self.sandbox.clone(), request),
            None => self.sandbox.refund(request),
        }
    }

    fn signature_header(&self) -> &'static str {
        self.sandbox.signature_header()
    }

    fn check_webhook(
        &self,
        signature: Option<&str>,
        body: &str,
        now: OffsetDateTime,
    ) -> std::result::Result<String, BadWebhook> {
        self.sandbox.check_webhook(signature, body, now)
    }

    /// One that begins so tells of money that went back; all others are the sandbox's.
    fn read_webhook(&self, body: &str) -> std::result::Result<Option<ProviderNews>, BadWebhook> {
        let told: Option<serde_json::Value> = serde_json::from_str(body).ok();
        match told.as_ref().and_then(|told| told["money_back"].as_str()) {
            Some(reference) => Ok(Some(ProviderNews::MoneyBack { reference: reference.to_owned() })),
            None => self.sandbox.read_webhook(body),
        }
    }

    fn refunds_of(&self, reference: String) -> BoxFuture<'_, Result<Vec<ProviderRefund>>> {
        let gone = self.gone_back.lock().unwrap().get(&reference).cloned().unwrap_or_default();
        let listing = self.listing.lock().unwrap().take();
        Box::pin(async move {
            if let Some(Listing { made, arrives }) = listing {
                made.notify_one();
                arrives.notified().await;
            }
            Ok(gone)
        })
    }
}

/// Approves, and keeps nothing in our database.
pub fn approving(sandbox: SandboxPayments) -> Arc<Through> {
    Through::new(sandbox, |_, attempt, _| {
        let reference = attempt.payment.to_string();
        Box::pin(std::future::ready(Ok(ChargeOutcome::Approved { reference, received: attempt.amount })))
    })
}

/// Does not answer.
pub fn away(sandbox: SandboxPayments) -> Arc<Through> {
    Through::new(sandbox, |_, _, _| {
        Box::pin(std::future::ready(Err(Error::Unavailable(anyhow::anyhow!("no answer within 10 s")))))
    })
}

/// Does what it is asked if it is to, says that it was reached, and never answers a charge: whoever asked dies.
pub fn unheard(sandbox: SandboxPayments, does_charge: bool, reached: Arc<Notify>) -> Arc<Through> {
    Through::new(sandbox, move |sandbox, attempt, question| {
        let reached = Arc::clone(&reached);
        Box::pin(async move {
            let Question::Charge(_) = question else { return answered(&sandbox, attempt, question).await };
            if does_charge {
                answered(&sandbox, attempt, question).await?;
            }
            reached.notify_one();
            std::future::pending().await
        })
    })
}
