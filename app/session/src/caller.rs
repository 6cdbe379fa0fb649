//! Whoever makes a request, and the shop they ask. Pages, server functions and the API know the same of them, so what
//! is done for them stands here once.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use axum::extract::{FromRef, FromRequestParts};
use http::header::USER_AGENT;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use shop::domain::{CartId, Customer, Freshness, OrderId, Refusal, User, device_words};
use shop::dto::{CartAgain, CartView, RegisterForm};
use shop::infrastructure::{LiveShop, SessionState};
use shop::usecase::{
    Account, Admit, CART_COUNT_KEY, CartMerge, CartOwner, DeviceToken, Error, OrderAccess, OrderRequest, OrderToken,
    PlaceOrder, Result,
};
use tracing::Instrument as _;

use crate::auth::{AuthSession, SignedIn};
use crate::devices::{NewDevice, brought_device};
use crate::ownership::answer_of_order;
use crate::program::Program;
use crate::site::Site;

/// Where a session keeps when its owner signed in and gave their password.
pub(crate) const FRESH_KEY: &str = "fresh";

/// Where a session keeps where, and on what, it was signed in.
const SEEN_KEY: &str = "seen";

/// Where a guest's session keeps the id of their cart.
pub const CART_KEY: &str = "cart";

#[derive(Clone)]
pub struct Caller {
    pub site: Site,
    pub(crate) auth: AuthSession,
    /// It has no session then.
    pub(crate) program: Option<Program>,
    /// Where the request comes from; unknown where there is no socket.
    pub(crate) address: Option<IpAddr>,
    /// What the browser says of having been here before.
    pub(crate) device: Option<DeviceToken>,
    /// What it comes from, in words, where somebody may sign in.
    pub(crate) on: Option<String>,
    /// Where it is left what the browser is to keep.
    new_device: Option<NewDevice>,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Site: FromRef<S>,
{
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, state: &S) -> std::result::Result<Self, Self::Rejection> {
        let auth = AuthSession::from_request_parts(parts, state).await?;
        Ok(Self::new(Site::from_ref(state), auth, parts))
    }
}

impl Caller {
    pub fn new(site: Site, auth: AuthSession, parts: &Parts) -> Self {
        let address = site.address(&parts.extensions, &parts.headers);
        let program = parts.extensions.get::<Program>().cloned();
        let new_device = parts.extensions.get::<NewDevice>().cloned();
        // Who only reads does not sign in.
        let device = new_device.as_ref().and_then(|_| brought_device(&parts.headers, site.secure));
        let on = new_device.as_ref().map(|_| agent_words(&parts.headers));
        Self { site, auth, program, address, device, on, new_device }
    }

    pub fn shop(&self) -> &LiveShop {
        &self.site.shop
    }

    pub fn signed_in(&self) -> Option<&SignedIn> {
        self.auth.user.as_ref()
    }

    /// Whether a program calls, with a key.
    pub fn is_program(&self) -> bool {
        self.program.is_some()
    }

    /// A program is nobody, whoever made its key.
    ///
    /// # Errors
    /// `NotPermitted` for programs.
    pub fn check_person(&self) -> Result<()> {
        if self.is_program() { Err(Refusal::NotPermitted.into()) } else { Ok(()) }
    }

    /// # Errors
    /// `SignInNeeded`, `NotPermitted` for programs.
    pub fn user(&self) -> Result<&User> {
        self.check_person()?;
        self.signed_in().map(SignedIn::user).ok_or_else(|| Refusal::SignInNeeded.into())
    }

    /// The proof that a signed-in person asks.
    ///
    /// # Errors
    /// `SignInNeeded`.
    pub fn customer(&self) -> Result<Customer> {
        self.user().map(User::customer)
    }

    /// Whose cart this request is about.
    ///
    /// # Errors
    /// `NotPermitted` for programs, `Broken` when the session cannot be read.
    pub async fn cart_owner(&self) -> Result<CartOwner> {
        self.check_person()?;
        match self.signed_in() {
            Some(user) => Ok(CartOwner::Customer(user.customer())),
            None => Ok(CartOwner::Guest(self.guest_cart().await?)),
        }
    }

    /// How many units are in the cart of whoever asks, as they were when this request began: they came along with the session.
    ///
    /// # Errors
    /// `Broken` when the session cannot be read, `Unavailable`.
    pub async fn cart_count(&self, owner: CartOwner) -> Result<u32> {
        if owner == CartOwner::Guest(None) {
            return Ok(0);
        }
        match self.auth.session.get(CART_COUNT_KEY).await.map_err(broken)? {
            Some(units) => Ok(units),
            None => self.shop().cart_count(owner).await,
        }
    }

    /// Who orders. A guest who has no cart yet gets one: their key and their order are known by it.
    ///
    /// # Errors
    /// `Broken` when the session cannot be read.
    pub async fn buyer(&self) -> Result<CartOwner> {
        let owner = self.cart_owner().await?;
        if owner != CartOwner::Guest(None) {
            return Ok(owner);
        }
        let shop = self.site.shop.clone();
        let _counted = self.count_new_cart(owner).await?;
        let cart = self.tracked(async move { shop.begin_guest_cart().await }).await?;
        self.remember_cart(cart).await?;
        Ok(CartOwner::Guest(Some(cart)))
    }

    /// What opens orders to whoever asks, with the token they bring; empty: none.
    ///
    /// # Errors
    /// `Broken` when the session cannot be read.
    pub async fn order_access(&self, token: &str) -> Result<OrderAccess> {
        Ok(OrderAccess { owner: self.cart_owner().await?, token: OrderToken::brought(token) })
    }

    /// Writes to the caller's cart, and remembers a guest's new one.
    ///
    /// # Errors
    /// What the core refuses, and `TooManyTries` where too many carts are begun.
    pub async fn on_cart<T, F>(&self, write: impl FnOnce(LiveShop, CartOwner) -> F) -> Result<T>
    where
        T: AsRef<CartView> + Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let owner = self.cart_owner().await?;
        let counted = self.count_new_cart(owner).await?;
        let done = self.tracked(write(self.site.shop.clone(), owner)).await;
        if done.as_ref().ok().and_then(|done| done.as_ref().id).is_none() {
            self.shop().give_back_tries(counted).await;
        }
        let done = done?;
        match (owner, done.as_ref().id) {
            (CartOwner::Guest(known), Some(id)) if known != Some(id) => self.remember_cart(id).await?,
            _ => {}
        }
        Ok(done)
    }

    /// Puts what an order was into the caller's cart, as far as it can be had.
    ///
    /// # Errors
    /// What the core refuses, and `SignInNeeded` for who brings nothing that opens the order.
    pub async fn order_again(&self, access: &OrderAccess, id: OrderId) -> Result<CartAgain> {
        let by = access.clone();
        let done = self.on_cart(|shop, _| async move { shop.order_again(by, id).await }).await;
        answer_of_order(access, done)
    }

    /// Places an order of what the request names, or of the cart. A guest whose session signs in meanwhile has it in their
    /// account: the sign-in has looked for orders before this one was there, or looks once more.
    ///
    /// # Errors
    /// What the core refuses, and `TooManyTries` for who guesses codes or orders too often without an account.
    pub async fn request_order(&self, owner: CartOwner, asked: OrderRequest) -> Result<OrderId> {
        let (shop, has_code) = (self.site.shop.clone(), asked.coupon.is_some());
        // One of the cart is not placed once the cart is another's.
        let guest = match owner {
            CartOwner::Guest(cart) if asked.items.is_some() => cart,
            CartOwner::Guest(_) | CartOwner::Customer(_) => None,
        };
        let placed = self.admitted(|admit| async move { shop.request_order_if(owner, asked, &admit).await });
        let order = if has_code { self.code_limited(owner, placed).await? } else { placed.await? };
        if let Some(cart) = guest {
            self.remember_cart(cart).await?;
        }
        Ok(order)
    }

    /// Places the order that was reviewed.
    ///
    /// # Errors
    /// What the core refuses, and `TooManyTries` for who orders too often without an account.
    pub async fn place_order(&self, form: PlaceOrder) -> Result<OrderId> {
        let (shop, owner) = (self.site.shop.clone(), self.cart_owner().await?);
        self.admitted(|admit| async move { shop.place_order_if(owner, form, &admit).await }).await
    }

    /// Writes an order that the core asks about before, where it is a guest's.
    async fn admitted<F>(&self, place: impl FnOnce(Admit) -> F) -> Result<OrderId>
    where
        F: Future<Output = Result<OrderId>> + Send + 'static,
    {
        let attempt = self.site.order_limiter.attempt(self.address);
        let counted = attempt.clone();
        let placed = Box::pin(place(Admit::new(move |email| counted.count(email))));
        // In the task: who goes away has ordered all the same.
        self.tracked(async move {
            let placed = placed.await;
            attempt.settle(placed.is_ok());
            placed
        })
        .await
    }

    /// Lets a guest's session know their new cart. Who has signed in meanwhile has another session by now: the cart is
    /// theirs all the same, and the session that this request came with must not come back as a cookie.
    async fn remember_cart(&self, cart: CartId) -> Result<()> {
        let Some(id) = self.auth.session.id() else {
            return self.auth.session.insert(CART_KEY, cart).await.map_err(broken);
        };
        match self.site.sessions.remember_cart(&id, cart).await? {
            SessionState::SignedIn(user) => self.merge_cart(Customer(user), cart, CartMerge::Both).await,
            SessionState::Open | SessionState::Gone => Ok(()),
        }
    }

    async fn merge_cart(&self, customer: Customer, guest: CartId, how: CartMerge) -> Result<()> {
        let shop = self.site.shop.clone();
        self.tracked(async move { shop.merge_guest_cart(customer, guest, how).await }).await
    }

    /// Opens an account and signs in.
    ///
    /// # Errors
    /// `Invalid`, `EmailTaken`, `TooManyTries`, `Busy`.
    pub async fn sign_up(&mut self, form: RegisterForm) -> Result<User> {
        let shop = self.site.shop.clone();
        self.sign_in_new(Box::pin(async move { shop.register(form).await })).await
    }

    /// Opens an account with the e-mail address of a guest's order and signs in: the order comes along,
    /// and what else this session ordered with that address.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` (password), `EmailTaken`, `TooManyTries`, `Busy`.
    pub async fn open_account(&mut self, access: OrderAccess, order: OrderId, password: String) -> Result<User> {
        let shop = self.site.shop.clone();
        // Whether there is such an order is no matter of accounts.
        shop.order(access.clone(), order).await?;
        self.sign_in_new(Box::pin(async move { shop.open_account(access, order, &password).await })).await
    }

    /// Signs in with an account that is opened now.
    pub(crate) async fn sign_in_new(
        &mut self,
        opened: impl Future<Output = Result<User>> + Send + 'static,
    ) -> Result<User> {
        self.check_person()?;
        let shop = self.site.shop.clone();
        let account = async move {
            let user = opened.await?;
            shop.user(user.id).await?.ok_or_else(|| Error::Broken(anyhow::anyhow!("a new account is gone")))
        };
        let account = self.registration_limited(account).await?;
        self.start_session(account, CartMerge::Both, false).await
    }

    /// # Errors
    /// `Broken` when the session cannot be ended.
    pub async fn sign_out(&mut self) -> Result<()> {
        self.check_person()?;
        self.auth.logout().await.map(|_| ()).map_err(broken)
    }

    /// Waits for an order's items to be set aside, so that most buyers never see it pending: at most 2 s, and not while none are.
    pub async fn await_items(&self, order: OrderId) {
        if !self.shop().await_decision(order).await {
            tracing::info!(order.id = %order, "the buyer sees the order before its items are confirmed");
        }
    }

    /// Does a write in a task of its own: axum drops a handler when its client goes away, and a write that was begun is
    /// to be finished. Boxed: with each type of a task all that runtimes can do with it is compiled, and there are two hundred.
    ///
    /// # Errors
    /// What the core refuses.
    pub async fn tracked<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let work: Pin<Box<dyn Future<Output = Result<T>> + Send>> = Box::pin(work);
        let task = self.site.tracker.spawn(work.in_current_span());
        task.await.map_err(|error| Error::Broken(error.into()))?
    }

    /// Signs in who has shown what is needed; `with_factor`: more than a password.
    pub(crate) async fn start_session(&mut self, account: Account, how: CartMerge, with_factor: bool) -> Result<User> {
        let guest = self.guest_cart().await?;
        let (user, kept, signed_in) = (account.user.clone(), account.clone(), SignedIn::new(account));
        let customer = signed_in.customer();
        // The cart comes first: if it cannot come along, nothing has changed.
        if let Some(guest) = guest {
            self.merge_cart(customer, guest, how).await?;
        }
        if let Some(old) = self.auth.session.id() {
            // Another request of theirs may have begun a new cart after the first was merged, or have ordered.
            if let Some(late) = self.site.sessions.end_by_sign_in(&old, customer.0).await?.or(guest) {
                self.merge_cart(customer, late, CartMerge::Both).await?;
            }
        }
        self.auth.session.clear().await;
        // axum-login keeps the id of a session that was signed in before; whoever knew that id would be signed in now.
        self.auth.session.cycle_id().await.map_err(broken)?;
        self.auth.login(&signed_in).await.map_err(broken)?;
        let factor_due = self.factor_due(&user, with_factor).await?;
        let fresh = Freshness { factor_due, ..self.shop().fresh() };
        self.auth.session.insert(FRESH_KEY, fresh).await.map_err(broken)?;
        self.auth.session.insert(SEEN_KEY, self.seen()).await.map_err(broken)?;
        self.keep_device(&kept)?;
        tracing::info!(user.id = %user.id, network = self.network(), with_factor, "somebody signed in");
        Ok(user)
    }

    /// Lets this browser be known again, by the password that the account has now.
    pub(crate) fn keep_device(&self, account: &Account) -> Result<()> {
        if let Some(new_device) = &self.new_device {
            new_device.keep(&self.shop().new_device(account)?, self.site.secure);
        }
        Ok(())
    }

    async fn guest_cart(&self) -> Result<Option<CartId>> {
        self.auth.session.get(CART_KEY).await.map_err(broken)
    }
}

fn agent_words(headers: &HeaderMap) -> String {
    device_words(headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default())
}

pub(crate) fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken(error.into())
}
