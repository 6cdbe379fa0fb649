//! The links themselves: made and mailed, looked at, and taken once.

use uuid::Uuid;

use crate::domain::{AccountLinkId, AccountLinkKind, Email, EventId, Refusal, UserId};
use crate::dto::LocalTime;

use super::super::{LinkToken, MailMessage, Mails, Result, Shop, Store};
use super::ports::{AccountLink, AccountWrites, NewAccountLink};

/// A link that is to be mailed now.
#[derive(Debug)]
pub(in super::super) struct MadeLink {
    pub token: LinkToken,
    /// When it ends, on the shop's clocks.
    pub until: LocalTime,
    /// What a mail with it is queued for, once.
    pub cause: EventId,
}

impl<S: Store> Shop<S> {
    /// Makes a link of an account to this address, which ends the one before. None: the account is gone, or one was mailed
    /// just now.
    pub(in super::super) async fn make_link(
        &self,
        tx: &mut S::Tx,
        kind: AccountLinkKind,
        user: UserId,
        email: &Email,
    ) -> Result<Option<MadeLink>> {
        let now = self.now();
        let link = NewAccountLink {
            id: AccountLinkId(self.next_id()),
            user,
            kind,
            email: email.clone(),
            sent_at: now,
            expires_at: now.saturating_add(kind.valid()),
            last_before: now.saturating_sub(kind.pause()),
        };
        let Some(link) = tx.save_account_link(&link).await? else { return Ok(None) };
        let token = LinkToken::made(&self.settings().secret_key, kind.as_str(), link.id.0, link.generation)?;
        Ok(Some(MadeLink { token, until: self.local_time(link.expires_at), cause: cause(&link) }))
    }

    /// Queues a mail about an account.
    pub(in super::super) async fn mail_account(
        &self,
        tx: &mut S::Tx,
        user: UserId,
        cause: EventId,
        to: Email,
        message: MailMessage,
    ) -> Result<()> {
        let mail = self.mail_for(cause, None, to, message);
        let id = mail.id;
        tx.queue_mail(&[mail], self.now()).await?;
        tx.note_mail_of(id, user).await
    }

    /// The link that a token opens now.
    ///
    /// # Errors
    /// `LinkOver`.
    pub(super) async fn open_link(&self, token: &LinkToken) -> Result<AccountLink> {
        let id = token.id().map(AccountLinkId).ok_or(Refusal::LinkOver)?;
        let link = self.store().account_link(id).await?.ok_or(Refusal::LinkOver)?;
        self.check_link(token, &link)?;
        Ok(link)
    }

    /// It works once: whoever has it locked, behind its account, takes it away.
    ///
    /// # Errors
    /// `LinkOver`, also for one of another account.
    pub(super) async fn take_link(&self, tx: &mut S::Tx, token: &LinkToken, of: UserId) -> Result<AccountLink> {
        let id = token.id().map(AccountLinkId).ok_or(Refusal::LinkOver)?;
        let link = tx.lock_account_link(id).await?.ok_or(Refusal::LinkOver)?;
        self.check_link(token, &link)?;
        if link.user != of {
            return Err(Refusal::LinkOver.into());
        }
        tx.delete_account_links(of, &[link.kind]).await?;
        Ok(link)
    }

    fn check_link(&self, token: &LinkToken, link: &AccountLink) -> Result<()> {
        let key = &self.settings().secret_key;
        let is_right = token.proves(key, link.kind.as_str(), link.id.0, link.generation)?;
        if is_right && self.now() < link.expires_at { Ok(()) } else { Err(Refusal::LinkOver.into()) }
    }
}

/// One mail of a kind for each time it is mailed.
fn cause(link: &AccountLink) -> EventId {
    EventId(Uuid::from_u128(link.id.0.as_u128() ^ u128::from(link.generation.unsigned_abs())))
}

/// As the database compares them.
pub(super) fn is_same_address(one: &Email, other: &Email) -> bool {
    one.as_str().to_lowercase() == other.as_str().to_lowercase()
}
