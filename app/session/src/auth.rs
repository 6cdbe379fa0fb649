//! How axum-login knows the shop's customers.

use std::fmt;
use std::sync::Arc;

use axum_login::{AuthUser, AuthnBackend};
use shop::domain::Customer;
use shop::dto::{LoginForm, Viewer};
use shop::infrastructure::LiveShop;
use shop::usecase::{Account, Error, SessionUser};

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
    type Id = SessionUser;

    fn id(&self) -> SessionUser {
        SessionUser { id: self.0.user.id, account: None }
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

    /// Known already where the store has read the account with the session.
    async fn get_user(&self, named: &SessionUser) -> Result<Option<SignedIn>, Error> {
        let account = match &named.account {
            Some(account) => Some(account.clone()),
            None => self.shop.user(named.id).await?,
        };
        Ok(account.map(SignedIn::new))
    }
}
