//! Keys that programs call the API with: made, shown once, revoked, and looked up with every call.
//!
//! A key is `sek_`, its id and a secret of 256 random bits. Of the secret its SHA-256 is kept, so nobody who reads the
//! database calls with it. What a key may is decided anew with each call, by what whoever made it may then.

use std::fmt;
use std::future::Future;

use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};
use uuid::Uuid;

use crate::domain::{
    ApiKey, ApiKeyId, FieldReader, Fields, KeyPermissions, May, Permission, Problem, Refusal, Staff, StaffRole, UserId,
    permit,
};
use crate::dto::{ApiKeyRow, ApiKeysView};

use super::audit::Change;
use super::shop::retried;
use super::{Result, Shop, Store, Tx};

/// As many work at a time.
const MOST: u32 = 100;
/// That it is used is written down this often.
const NOTED_EVERY: Duration = Duration::MINUTE;
/// What scanners for secrets look for.
const PREFIX: &str = "sek_";

/// What a program brings with each call.
#[derive(Clone)]
pub struct ApiKeyToken(String);

/// A key that is about to be kept.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub permissions: KeyPermissions,
    pub secret_sha256: Vec<u8>,
    pub by: UserId,
    pub at: OffsetDateTime,
    /// None: it has no end.
    pub ends_at: Option<OffsetDateTime>,
}

/// What is kept of a key, and as what whoever made it works now.
#[derive(Debug, Clone)]
pub struct KeptApiKey {
    pub secret_sha256: Vec<u8>,
    pub permissions: KeyPermissions,
    pub maker: UserId,
    /// None: they work here no more.
    pub role: Option<StaffRole>,
    pub ends_at: Option<OffsetDateTime>,
    pub last_used_at: Option<OffsetDateTime>,
    pub is_revoked: bool,
}

pub trait ApiKeyViews {
    /// Those that are neither revoked nor over first, all of them; the newest first, two hundred at most.
    fn api_keys(&self, now: OffsetDateTime) -> impl Future<Output = Result<Vec<ApiKeyRow>>> + Send;

    fn api_key(&self, id: ApiKeyId) -> impl Future<Output = Result<Option<KeptApiKey>>> + Send;

    /// One statement; where it was noted after `before`, nothing is written.
    fn note_api_key_use(
        &self,
        id: ApiKeyId,
        now: OffsetDateTime,
        before: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

pub trait ApiKeys {
    /// False: as many as there may be work already. Whoever makes one waits for whoever makes another.
    fn insert_api_key(&mut self, key: &NewApiKey, most: u32) -> impl Future<Output = Result<bool>> + Send;

    /// Its name, and whether it is revoked; none: there is none.
    fn lock_api_key(&mut self, id: ApiKeyId) -> impl Future<Output = Result<Option<(String, bool)>>> + Send;

    fn revoke_api_key(
        &mut self,
        id: ApiKeyId,
        by: UserId,
        at: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Revokes all that somebody made and nobody has revoked; answers which, and their names.
    fn revoke_api_keys_of(
        &mut self,
        maker: UserId,
        by: UserId,
        at: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<(ApiKeyId, String)>>> + Send;
}

impl ApiKeyToken {
    pub fn brought(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The whole of it. Whoever has it calls in its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which key it says it is; none: it looks like none.
    pub fn id(&self) -> Option<ApiKeyId> {
        self.parts().map(|(id, _)| id)
    }

    fn made(id: ApiKeyId, secret: &[u8]) -> Self {
        Self(format!("{PREFIX}{}_{}", id.0.simple(), HEXLOWER.encode(secret)))
    }

    fn parts(&self) -> Option<(ApiKeyId, Vec<u8>)> {
        let (id, secret) = self.0.strip_prefix(PREFIX)?.split_once('_')?;
        if id.len() != 32 || secret.len() != 64 {
            return None;
        }
        Some((ApiKeyId(Uuid::try_parse(id).ok()?), HEXLOWER.decode(secret.as_bytes()).ok()?))
    }
}

impl fmt::Debug for ApiKeyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeyToken(…)")
    }
}

impl KeptApiKey {
    /// The key, if this is its secret and it works now.
    fn opened(self, id: ApiKeyId, secret: &[u8], now: OffsetDateTime) -> Option<ApiKey> {
        let is_right: bool = Sha256::digest(secret).as_slice().ct_eq(&self.secret_sha256).into();
        let is_over = self.ends_at.is_some_and(|end| now >= end);
        let role = self.role.filter(|_| is_right && !self.is_revoked && !is_over)?;
        Some(ApiKey { id, maker: self.maker, role, permissions: self.permissions })
    }
}

impl<S: Store> Shop<S> {
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn api_keys(&self, by: May<permit::Keys>) -> Result<ApiKeysView> {
        Ok(ApiKeysView { my_role: by.role(), keys: self.store().api_keys(self.now()).await? })
    }

    /// Makes a key, of the fields `name`, `until` (by the shop's clocks; empty: no end) and `may-` with the word of
    /// each permission. What is answered is the only copy there is of it.
    ///
    /// # Errors
    /// `Invalid` with `name`, `until` or `permissions`, which are never more than they have who make it.
    pub async fn make_api_key(&self, by: May<permit::Keys>, fields: &Fields) -> Result<ApiKeyToken> {
        let typed = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let mut reader = FieldReader::default();
        let name = reader.required("name", typed("name"), ApiKey::NAME_MAX);
        let ends_at = reader.read("until", self.end_of_key(typed("until")));
        let permissions = reader.read("permissions", chosen(by.role(), fields));
        let (name, ends_at, permissions) = reader.finish((|| Some((name?, ends_at?, permissions?)))())?;
        let secret = self.passwords().new_secret()?;
        let id = ApiKeyId(self.next_id());
        let secret_sha256 = Sha256::digest(secret).to_vec();
        let key = NewApiKey { id, name, permissions, secret_sha256, by: by.user(), at: self.now(), ends_at };
        let until = ends_at.map(|at| self.local_time(at).typed());
        retried(|| async {
            let mut tx = self.store().begin().await?;
            if !tx.insert_api_key(&key, MOST).await? {
                return Err(Refusal::field("name", Problem::TooMany { max: MOST }).into());
            }
            let said = json!({ "name": key.name, "permissions": key.permissions, "until": until });
            self.record(&mut tx, by, Change::of("key.made", "api_key", id).after(said)).await?;
            tx.commit().await
        })
        .await?;
        Ok(ApiKeyToken::made(id, &secret))
    }

    /// Ends a key for good, whoever made it: programs that bring it are turned away at once.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn revoke_api_key(&self, by: May<permit::Keys>, id: ApiKeyId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let (name, is_revoked) = tx.lock_api_key(id).await?.ok_or(Refusal::NotFound)?;
            if is_revoked {
                return Ok(());
            }
            tx.revoke_api_key(id, by.user(), self.now()).await?;
            let change = Change::of("key.revoked", "api_key", id).before(json!({ "name": name }));
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }

    /// Ends for good all keys of somebody who is removed, or who comes back: with the role that they get then no key of
    /// the time before gets in.
    pub(super) async fn revoke_api_keys_of(&self, tx: &mut S::Tx, maker: UserId, by: Staff) -> Result<()> {
        for (id, name) in tx.revoke_api_keys_of(maker, by.0, self.now()).await? {
            self.record(tx, by, Change::of("key.revoked", "api_key", id).before(json!({ "name": name }))).await?;
        }
        Ok(())
    }

    /// The key that a program brings, as it holds now; none: it is garbled, unknown, revoked, over, or whoever made it
    /// works here no more. Notes that it is used, once a minute, where it can.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn use_api_key(&self, brought: &ApiKeyToken) -> Result<Option<ApiKey>> {
        let Some((id, secret)) = brought.parts() else { return Ok(None) };
        let Some(kept) = self.store().api_key(id).await? else { return Ok(None) };
        let (now, last_used_at) = (self.now(), kept.last_used_at);
        let Some(key) = kept.opened(id, &secret, now) else { return Ok(None) };
        let before = now.saturating_sub(NOTED_EVERY);
        if last_used_at.is_none_or(|at| at <= before) {
            self.note_use(id, now, before).await;
        }
        Ok(Some(key))
    }

    /// It is for who looks at the list: no call fails because of it.
    async fn note_use(&self, id: ApiKeyId, now: OffsetDateTime, before: OffsetDateTime) {
        if let Err(error) = self.store().note_api_key_use(id, now, before).await {
            tracing::warn!(key.id = %id, ?error, "the use of a key could not be noted");
        }
    }

    fn end_of_key(&self, typed: &str) -> std::result::Result<Option<OffsetDateTime>, Problem> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        // Browsers add seconds where there are any.
        let minutes = typed.get(..16).filter(|_| typed.len() == 19).unwrap_or(typed);
        let format = format_description!("[year]-[month]-[day]T[hour]:[minute]");
        let there = PrimitiveDateTime::parse(minutes, format).map_err(|_| Problem::NotADate)?;
        Some(self.at_local(there)).filter(|end| *end > self.now()).map(Some).ok_or(Problem::NotADate)
    }
}

/// What was ticked: at least one, and nothing that a key is never given or that they have not who give it.
fn chosen(role: StaffRole, fields: &Fields) -> std::result::Result<KeyPermissions, Problem> {
    let ticked = fields.iter().filter(|(_, on)| !on.is_empty()).filter_map(|(name, _)| name.strip_prefix("may-"));
    let read: Option<Vec<Permission>> = ticked.map(KeyPermissions::parse).collect();
    let read = read.filter(|all| all.iter().all(|permission| role.may(*permission))).ok_or(Problem::NotAChoice)?;
    if read.is_empty() { Err(Problem::Required) } else { Ok(KeyPermissions::of(&read)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_which_it_is_and_what_looks_otherwise_is_none() {
        let id = ApiKeyId(Uuid::from_u128(7));
        let token = ApiKeyToken::made(id, &[171; 32]);
        assert_eq!(token.as_str().len(), 4 + 32 + 1 + 64);
        assert_eq!(token.parts(), Some((id, vec![171; 32])));
        assert_eq!(format!("{token:?}"), "ApiKeyToken(…)");
        let whole = token.as_str();
        for garbled in [
            "",
            "sek_",
            "sek__",
            &whole[4..],
            &whole[..whole.len() - 1],
            &format!("{whole}0"),
            &whole.to_uppercase(),
            &whole.replace("ab", "ag"),
            &whole.replace("sek_", "sek-"),
            &format!("sek_{id}_{}", "ab".repeat(32)),
            &"x".repeat(100_000),
        ] {
            assert_eq!(ApiKeyToken::brought(garbled).id(), None, "{garbled}");
        }
    }

    #[test]
    fn a_key_opens_to_its_secret_while_it_works() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let kept = KeptApiKey {
            secret_sha256: Sha256::digest([1; 32]).to_vec(),
            permissions: KeyPermissions::of(&[Permission::Stock]),
            maker: UserId(Uuid::nil()),
            role: Some(StaffRole::Packing),
            ends_at: Some(now + NOTED_EVERY),
            last_used_at: None,
            is_revoked: false,
        };
        let opens = |kept: &KeptApiKey, secret: u8, now| {
            kept.clone().opened(ApiKeyId(Uuid::nil()), &[secret; 32], now).is_some()
        };
        assert!(opens(&kept, 1, now));
        assert!(!opens(&kept, 2, now), "another secret");
        assert!(!opens(&kept, 1, now + NOTED_EVERY), "over");
        assert!(opens(&KeptApiKey { ends_at: None, ..kept.clone() }, 1, now + NOTED_EVERY), "no end");
        assert!(!opens(&KeptApiKey { is_revoked: true, ..kept.clone() }, 1, now));
        assert!(!opens(&KeptApiKey { role: None, ..kept.clone() }, 1, now), "who made it is gone");
        assert!(!opens(&KeptApiKey { secret_sha256: Vec::new(), ..kept }, 1, now), "nothing is like nothing");
    }

    #[test]
    fn nobody_gives_a_key_more_than_they_have() {
        let ticked = |names: &[&str]| names.iter().map(|n| (format!("may-{n}"), "on".to_owned())).collect::<Fields>();
        let given = |role, names: &[&str]| chosen(role, &ticked(names));
        let refunds = KeyPermissions::of(&[Permission::Refunds]);
        assert_eq!(given(StaffRole::Owner, &["refunds"]), Ok(refunds));
        assert_eq!(given(StaffRole::Packing, &["refunds"]), Err(Problem::NotAChoice));
        for never in ["team", "keys", "payments", "desk", "rockets", ""] {
            assert_eq!(given(StaffRole::Owner, &["stock", never]), Err(Problem::NotAChoice), "{never}");
        }
        assert_eq!(given(StaffRole::Owner, &[]), Err(Problem::Required));
        let off = Fields::from([("may-stock".to_owned(), String::new())]);
        assert_eq!(chosen(StaffRole::Owner, &off), Err(Problem::Required));
    }
}
