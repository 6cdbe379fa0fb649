//! People: creating an account, signing in, staff.

use std::future::Future;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{
    Email, Event, FieldReader, May, Password, Refusal, Role, StaffRole, User, UserId, UserRegistered, permit,
};
use crate::dto::{LoginForm, Page, RegisterForm};

use super::{BoxFuture, Result, Shop, Store, Tx};

/// A person with what proves that a session is still theirs: it ends when the password changes.
#[derive(Clone, Deserialize)]
pub struct Account {
    pub user: User,
    /// PHC string of argon2id.
    pub password_hash: String,
    /// When they gave another password than the one it was opened with; none: never. A hash of another cost is the same
    /// password.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub password_set_at: Option<OffsetDateTime>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Account").field(&self.user.id).finish()
    }
}

/// Where a session says, as it was read, how many units are in the cart of whoever brings it.
pub const CART_COUNT_KEY: &str = "cart_count";

/// Whom a session names. A store may read the account along with the session; what it is written as is the id alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "NamedUser", into = "UserId")]
pub struct SessionUser {
    pub id: UserId,
    pub account: Option<Account>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NamedUser {
    Id(UserId),
    Account(Account),
}

impl From<NamedUser> for SessionUser {
    fn from(named: NamedUser) -> Self {
        match named {
            NamedUser::Id(id) => Self { id, account: None },
            NamedUser::Account(account) => Self { id: account.user.id, account: Some(account) },
        }
    }
}

impl From<SessionUser> for UserId {
    fn from(user: SessionUser) -> Self {
        user.id
    }
}

impl std::fmt::Display for SessionUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.id.fmt(f)
    }
}

pub trait UserViews {
    fn account(&self, id: UserId) -> impl Future<Output = Result<Option<Account>>> + Send;

    /// Newest first; a page beyond the last is empty.
    fn user_page(&self, page: u32, per_page: u32) -> impl Future<Output = Result<Page<User>>> + Send;

    /// Found without regard to case.
    fn account_by_email(&self, email: &Email) -> impl Future<Output = Result<Option<Account>>> + Send;
}

pub trait Users {
    /// # Errors
    /// `EmailTaken`.
    fn insert_user(&mut self, user: &User, password_hash: &str) -> impl Future<Output = Result<()>> + Send;

    fn find_user(&mut self, id: UserId) -> impl Future<Output = Result<Option<User>>> + Send;
}

/// Slow hashing on purpose: bounded to as many at once as there are cores.
pub trait Passwords: Send + Sync + 'static {
    /// Of a new password; `about` is what somebody who guesses tries first.
    ///
    /// # Errors
    /// `Invalid` (password) for one that is among the first to be guessed, `Refused(Busy)` when no core is free within 2 s.
    fn hash(&self, password: Password, about: Vec<String>) -> BoxFuture<'_, Result<String>>;

    /// The same of one that somebody has already.
    ///
    /// # Errors
    /// `Refused(Busy)` when no core is free within 2 s.
    fn rehash(&self, password: String) -> BoxFuture<'_, Result<String>>;

    /// Whether a hash is of another cost than those that are made now.
    fn is_outdated(&self, hash: &str) -> bool;

    /// Whether the password is the hash's. Takes as long without a hash, so that nobody learns who has an account.
    ///
    /// # Errors
    /// `Refused(Busy)` when no core is free within 2 s.
    fn verify(&self, password: String, hash: Option<String>) -> BoxFuture<'_, Result<bool>>;

    /// 256 bits that nobody can guess. Quick.
    ///
    /// # Errors
    /// `Broken` when the system has no randomness.
    fn new_secret(&self) -> Result<[u8; 32]>;
}

impl<S: Store> Shop<S> {
    /// Creates a customer's account.
    ///
    /// # Errors
    /// `Invalid` (name, email, password), `EmailTaken`, `Busy`.
    pub async fn register(&self, form: RegisterForm) -> Result<User> {
        let (name, email, password) = parse(&form)?;
        self.create_user(name, email, password, None).await
    }

    /// Creates an owner. Whoever may run the program may do this.
    ///
    /// # Errors
    /// `Invalid` (name, email, password), `EmailTaken`, `Busy`.
    pub async fn create_staff(&self, form: RegisterForm) -> Result<User> {
        let (name, email, password) = parse(&form)?;
        self.create_user(name, email, password, Some(StaffRole::Owner)).await
    }

    async fn create_user(
        &self,
        name: String,
        email: Email,
        password: Password,
        staff_role: Option<StaffRole>,
    ) -> Result<User> {
        let hash = self.passwords().hash(password, self.guessed_first(&name, &email)).await?;
        let created_at: OffsetDateTime = self.now();
        let role = if staff_role.is_some() { Role::Staff } else { Role::Customer };
        let user = User { id: UserId(self.next_id()), name, email, role, staff_role, created_at };
        let mut tx = self.store().begin().await?;
        self.insert_account(&mut tx, &user, &hash).await?;
        tx.commit().await?;
        self.notify_relay();
        Ok(user)
    }

    /// What whoever guesses a password tries first: what is known of its owner, and what the shop is called.
    pub(super) fn guessed_first(&self, name: &str, email: &Email) -> Vec<String> {
        vec![name.to_owned(), email.to_string(), self.content().name.clone()]
    }

    /// Writes an account, and the event that tells of it.
    pub(super) async fn insert_account(&self, tx: &mut S::Tx, user: &User, password_hash: &str) -> Result<()> {
        tx.insert_user(user, password_hash).await?;
        self.append_event(tx, Event::UserRegistered(UserRegistered { user_id: user.id })).await?;
        Ok(())
    }

    /// Who signs in with these credentials.
    ///
    /// # Errors
    /// `WrongCredentials` for an unknown address and for a wrong password alike, `Busy`.
    pub async fn authenticate(&self, form: LoginForm) -> Result<Account> {
        let account = match Email::parse(&form.email) {
            Ok(email) => self.store().account_by_email(&email).await?,
            Err(_) => None,
        };
        // Longer than any password there is: not worth hashing.
        let too_long = form.password.chars().count() > Password::MAX as usize;
        let hash = account.as_ref().map(|a| a.password_hash.clone()).filter(|_| !too_long);
        let typed = if too_long { String::new() } else { form.password };
        let right = self.passwords().verify(typed, hash).await?;
        account.filter(|_| right).ok_or_else(|| Refusal::WrongCredentials.into())
    }

    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn users(&self, _by: May<permit::Customers>, page: u32, per_page: u32) -> Result<Page<User>> {
        self.store().user_page(page, per_page).await
    }

    /// Somebody with an account, for staff. Everybody else sees themselves alone, and whoever is signed in knows who they are.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn person(&self, _by: May<permit::Customers>, id: UserId) -> Result<User> {
        self.store().account(id).await?.map(|account| account.user).ok_or_else(|| Refusal::NotFound.into())
    }

    /// The person a session names.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn user(&self, id: UserId) -> Result<Option<Account>> {
        self.store().account(id).await
    }
}

fn parse(form: &RegisterForm) -> Result<(String, Email, Password)> {
    let mut fields = FieldReader::default();
    let name = fields.required("name", &form.name, User::NAME_MAX);
    let email = fields.read("email", Email::parse(&form.email));
    let password = fields.read("password", Password::parse(&form.password));
    Ok(fields.finish((|| Some((name?, email?, password?)))())?)
}
