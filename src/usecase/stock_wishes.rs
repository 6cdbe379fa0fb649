//! "Tell me when it is back": who waits for what is sold out hears of it once.
//!
//! Whoever is signed in and has shown that their address is theirs is waiting at once; everybody else confirms it by a link in a
//! mail. When there is something to be had again, a worker tells those who wait, in the order in which they asked, a few at a
//! time, for as long as there is: that it was told is written with the letter, so none gets a second one.

use std::future::Future;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{Customer, Email, EventId, Refusal, StockWishId, UserId, VariantId};
use crate::dto::StockWishView;

use super::shop::retried;
use super::{AccountWrites, LinkToken, MailMessage, Mails, NewMail, Result, Shop, Store, Tx, mail_wishes};

const TO_CONFIRM: &str = "confirm_stock_wish";
const TO_END: &str = "end_stock_wish";
/// The link that ends a wish works for as long as there is one.
const ANY_GENERATION: i32 = 0;
/// So long the link works that confirms one.
const TO_BE_CONFIRMED: Duration = Duration::days(3);
/// So long after one was mailed to an address the next may be, for the same variant.
const PAUSE: Duration = Duration::DAY;
/// So many that nobody has confirmed may have been asked of one address within that time. Then it gets no more of these letters.
const MOST_UNCONFIRMED: u32 = 3;
/// So long an address is not asked again about what it refused.
const REFUSED_FOR: Duration = Duration::days(90);
/// So long a wish is kept, and again after it was told.
const KEPT: Duration = Duration::days(90);
const KEPT_AFTERWARDS: Duration = Duration::days(30);

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct NewStockWish {
    pub id: StockWishId,
    pub variant: VariantId,
    pub email: Email,
    /// Who has shown that the address is theirs. None: it is to be confirmed.
    pub user: Option<UserId>,
    pub at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    /// No link is mailed anew where one was after this.
    pub last_before: OffsetDateTime,
    /// Nor where the address has so many since then that nobody has confirmed.
    pub most_unconfirmed: u32,
}

/// As it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedStockWish {
    pub id: StockWishId,
    pub generation: i32,
}

/// What somebody wishes for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishedVariant {
    /// The product, with what was chosen of it.
    pub name: String,
    pub slug: String,
    pub sku: String,
}

impl WishedVariant {
    fn address(&self) -> String {
        format!("/products/{}?sku={}", self.slug, self.sku)
    }
}

/// A wish as it holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockWish {
    pub id: StockWishId,
    pub generation: i32,
    pub email: String,
    pub of: WishedVariant,
    pub is_confirmed: bool,
    pub is_told: bool,
    pub expires_at: OffsetDateTime,
}

/// Somebody who is told now.
#[derive(Debug, Clone)]
pub struct GrantedWish {
    pub id: StockWishId,
    pub generation: i32,
    pub email: Email,
    pub asked_at: OffsetDateTime,
    pub of: WishedVariant,
}

pub trait StockWishViews {
    fn stock_wish(&self, id: StockWishId) -> impl Future<Output = Result<Option<StockWish>>> + Send;
}

pub trait StockWishes {
    /// None: it is not for sale, sold out or not.
    fn wished_variant(&mut self, id: VariantId) -> impl Future<Output = Result<Option<WishedVariant>>> + Send;

    /// Writes a wish, one for each address and variant. None: the address waits for it already, has refused it, or was mailed a
    /// link, or many, of late.
    fn save_stock_wish(&mut self, wish: &NewStockWish) -> impl Future<Output = Result<Option<SavedStockWish>>> + Send;

    /// It waits from now on, until then. Where it does already, nothing is changed.
    fn confirm_stock_wish(
        &mut self,
        id: StockWishId,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Forgets a wish that was confirmed. One that was not is kept as refused, until then.
    fn end_stock_wish(
        &mut self,
        id: StockWishId,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Takes the first that wait for what can be had now, and writes that they are told; in the order in which they asked. Skips
    /// those that somebody else has.
    fn grant_stock_wishes(
        &mut self,
        most: u32,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<GrantedWish>>> + Send;
}

impl<S: Store> Shop<S> {
    /// Somebody wants to hear when a variant is back. Whoever has shown that the address is theirs waits at once, and it is
    /// answered that they do; else a link is mailed to it, unless it waits already, has refused, or was mailed one, or many, of
    /// late: nobody learns which.
    ///
    /// # Errors
    /// `NotFound` for what is not for sale, `SignInNeeded` where the account is gone by now.
    pub async fn wish_stock(&self, by: Option<Customer>, variant: VariantId, email: &Email) -> Result<bool> {
        let now = self.now();
        let user = self.owner_of(by, email).await?;
        let kept = if user.is_some() { KEPT } else { TO_BE_CONFIRMED };
        retried(|| async {
            let wish = NewStockWish {
                id: StockWishId(self.next_id()),
                variant,
                email: email.clone(),
                user,
                at: now,
                expires_at: now.saturating_add(kept),
                last_before: now.saturating_sub(PAUSE),
                most_unconfirmed: MOST_UNCONFIRMED,
            };
            let mut tx = self.store().begin().await?;
            // An account that is being closed takes its wishes along: none is written once it has.
            if let Some(user) = user {
                tx.lock_account(user).await?.ok_or(Refusal::SignInNeeded)?;
            }
            let of = tx.wished_variant(variant).await?.ok_or(Refusal::NotFound)?;
            if let Some(saved) = tx.save_stock_wish(&wish).await?
                && user.is_none()
            {
                let token = LinkToken::made(&self.settings().secret_key, TO_CONFIRM, saved.id.0, saved.generation)?;
                let end = LinkToken::made(&self.settings().secret_key, TO_END, saved.id.0, ANY_GENERATION)?;
                let until = self.local_time(wish.expires_at);
                let letter = mail_wishes::stock_wish(&self.named_settings(), &of.name, (&token, &end), &until);
                tx.queue_mail(&[self.wish_mail(saved, false, email.clone(), letter)], now).await?;
            }
            tx.commit().await?;
            Ok(user.is_some())
        })
        .await
    }

    /// What the link of a letter says to who brings it.
    ///
    /// # Errors
    /// `LinkOver`.
    pub async fn stock_wish(&self, token: &LinkToken) -> Result<StockWishView> {
        let (wish, may_confirm) = self.open_wish(token).await?;
        let StockWish { email, of, is_confirmed, is_told, .. } = wish;
        Ok(StockWishView { product: of.name, slug: of.slug, email, may_confirm, is_confirmed, is_told })
    }

    /// Whoever brings the link wants to be told. Answers the address of what they wait for.
    ///
    /// # Errors
    /// `LinkOver`.
    pub async fn confirm_stock_wish(&self, token: &LinkToken) -> Result<String> {
        let (wish, may_confirm) = self.open_wish(token).await?;
        if may_confirm {
            let now = self.now();
            let mut tx = self.store().begin().await?;
            tx.confirm_stock_wish(wish.id, now, now.saturating_add(KEPT)).await?;
            tx.commit().await?;
        }
        Ok(wish.of.address())
    }

    /// Forgets a wish, by either link of it. What is gone already is gone. Of one that nobody has confirmed it is kept for a while
    /// that the address does not want to be asked.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn end_stock_wish(&self, token: &LinkToken) -> Result<()> {
        let found = match self.open_wish(token).await {
            Err(error) if error.refusal().is_some() => return Ok(()),
            found => found?,
        };
        let mut tx = self.store().begin().await?;
        let now = self.now();
        tx.end_stock_wish(found.0.id, now, now.saturating_add(REFUSED_FOR)).await?;
        tx.commit().await
    }

    /// Tells at most so many of those who wait for what can be had again; answers how many.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn grant_stock_wishes(&self, most: u32) -> Result<usize> {
        retried(|| async {
            let now = self.now();
            let mut tx = self.store().begin().await?;
            let granted = tx.grant_stock_wishes(most, now, now.saturating_add(KEPT_AFTERWARDS)).await?;
            if granted.is_empty() {
                return Ok(0);
            }
            let shop = self.named_settings();
            let letter = |wish: &GrantedWish| -> Result<NewMail> {
                let end = LinkToken::made(&self.settings().secret_key, TO_END, wish.id.0, ANY_GENERATION)?;
                let letter = mail_wishes::back_in_stock(&shop, &wish.of.name, &wish.of.address(), &end);
                let saved = SavedStockWish { id: wish.id, generation: wish.generation };
                Ok(self.wish_mail(saved, true, wish.email.clone(), letter))
            };
            let mail = granted.iter().map(letter).collect::<Result<Vec<_>>>()?;
            tx.queue_mail(&mail, now).await?;
            tx.commit().await?;
            Ok(granted.len())
        })
        .await
    }

    /// Whose address it is, if they ask and have shown it.
    async fn owner_of(&self, by: Option<Customer>, email: &Email) -> Result<Option<UserId>> {
        let Some(customer) = by else { return Ok(None) };
        let account = self.store().account_view(customer.0, self.now()).await?;
        let is_theirs = account.is_some_and(|account| {
            account.is_verified && account.email.to_lowercase() == email.as_str().to_lowercase()
        });
        Ok(is_theirs.then_some(customer.0))
    }

    /// The wish that a link is about, and whether it is to be confirmed by that.
    async fn open_wish(&self, token: &LinkToken) -> Result<(StockWish, bool)> {
        let id = token.id().map(StockWishId).ok_or(Refusal::LinkOver)?;
        let wish = self.store().stock_wish(id).await?.filter(|wish| self.now() < wish.expires_at);
        let wish = wish.ok_or(Refusal::LinkOver)?;
        let key = &self.settings().secret_key;
        let confirms = token.proves(key, TO_CONFIRM, id.0, wish.generation)?;
        if !confirms && !token.proves(key, TO_END, id.0, ANY_GENERATION)? {
            return Err(Refusal::LinkOver.into());
        }
        let may_confirm = confirms && !wish.is_confirmed;
        Ok((wish, may_confirm))
    }

    /// One mail of each kind for each time it is wished for.
    fn wish_mail(&self, wish: SavedStockWish, is_granted: bool, to: Email, message: MailMessage) -> NewMail {
        let turn = (u128::from(wish.generation.unsigned_abs()) << 1) | u128::from(is_granted);
        let cause = EventId(Uuid::from_u128(wish.id.0.as_u128() ^ turn));
        self.mail_for(cause, None, to, message)
    }
}
