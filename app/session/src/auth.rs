//! How axum-login knows the shop's customers.

use std::fmt;
use std::sync::Arc;

use axum_login::{AuthUser, AuthnBackend};
use shop::domain::{Customer, UserId};
use shop::dto::{LoginForm, Viewer};
use shop::infrastructure::LiveShop;
use shop::usecase::{Account, Error};

pub type AuthSession = axum_login::AuthSession<Backend>;

/// Finds people by their session or their password.
#[derive(Clone)]
pub struct Backend {
    shop: LiveShop,
}

impl Backend {
    pub const fn new(shop: LiveShop) -> Self {
        Self { shop }
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Backend")
    }
}

/// A signed-in person. A new password ends all their sessions: its hash is what a session is checked against.
#[derive(Clone)]
pub struct SignedIn(Arc<Account>);

impl SignedIn {
    pub fn new(account: Account) -> Self {
        Self(Arc::new(account))
    }

    pub fn customer(&self) -> Customer {
        self.0.user.customer()
    }

    pub fn user(&self) -> &shop::domain::User {
        &self.0.user
    }

    pub fn viewer(&self) -> Viewer {
        let user = &self.0.user;
        Viewer { name: user.name.clone(), email: user.email.as_str().to_owned(), role: user.role }
    }
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedIn({})", self.0.user.id)
    }
}

impl AuthUser for SignedIn {
    type Id = UserId;

    fn id(&self) -> UserId {
        self.0.user.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.0.password_hash.as_bytes()
    }
}

impl AuthnBackend for Backend {
    type User = SignedIn;
    type Credentials = LoginForm;
    type Error = Error;

    async fn authenticate(&self, form: LoginForm) -> Result<Option<SignedIn>, Error> {
        self.shop.authenticate(form).await.map(|account| Some(SignedIn::new(account)))
    }

    async fn get_user(&self, id: &UserId) -> Result<Option<SignedIn>, Error> {
        Ok(self.shop.user(*id).await?.map(SignedIn::new))
    }
}
