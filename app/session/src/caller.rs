//! Whoever makes a request, and the shop they ask. Pages, server functions and the API know the same of them, so what
//! is done for them stands here once.

use std::future::Future;
use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{FromRef, FromRequestParts};
use http::StatusCode;
use http::request::Parts;
use shop::domain::{CartId, Customer, OrderId, PromotionCode, Refusal, User};
use shop::dto::{CartAgain, CartView, LoginForm, RegisterForm, TrackForm};
use shop::infrastructure::{LiveShop, SessionState};
use shop::usecase::{
    Account, Admit, CartMerge, CartOwner, Error, OrderAccess, OrderRequest, OrderToken, PlaceOrder, Result,
};
use tracing::Instrument as _;

use crate::auth::{AuthSession, SignedIn};
use crate::program::Program;
use crate::site::Site;

/// Where a session keeps when its owner signed in and gave their password.
pub(crate) const FRESH_KEY: &str = "fresh";

/// Where a guest's session keeps the id of their cart.
pub const CART_KEY: &str = "cart";

#[derive(Clone)]
pub struct Caller {
    pub site: Site,
    pub(crate) auth: AuthSession,
    /// It has no session then.
    pub(crate) program: Option<Program>,
    /// Where the request comes from; unknown where there is no socket.
    address: Option<IpAddr>,
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
        Self { site, auth, program, address }
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
    /// What the core refuses.
    pub async fn on_cart<T, F>(&self, write: impl FnOnce(LiveShop, CartOwner) -> F) -> Result<T>
    where
        T: AsRef<CartView> + Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let owner = self.cart_owner().await?;
        let done = self.tracked(write(self.site.shop.clone(), owner)).await?;
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

    /// Puts a promotion's code into the caller's cart.
    ///
    /// # Errors
    /// What the core refuses, and `TooManyTries` for who guesses.
    pub async fn apply_code(&self, code: String) -> Result<CartView> {
        // What can be no code tells nothing, however often it is typed.
        let is_code = PromotionCode::parse(&code).is_ok();
        let applied = self.on_cart(|shop, owner| async move { shop.set_coupon(owner, &code).await });
        if is_code { self.code_limited(self.cart_owner().await?, applied).await } else { applied.await }
    }

    /// Does what tells whether there is a code. Codes that nobody has are counted, and too many of them are refused.
    ///
    /// # Errors
    /// `TooManyTries`, and what the work refuses.
    pub async fn code_limited<T>(&self, owner: CartOwner, work: impl Future<Output = Result<T>>) -> Result<T> {
        let attempt = self.site.code_limiter.take(owner, self.address)?;
        let answer = work.await;
        attempt.settle(answer.as_ref().err().and_then(Error::refusal));
        answer
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

    /// Signs in, and brings the guest's cart along.
    ///
    /// # Errors
    /// `WrongCredentials`, `TooManyTries`, `Busy`, `Invalid`.
    pub async fn sign_in(&mut self, form: LoginForm, how: CartMerge) -> Result<User> {
        self.check_person()?;
        let (shop, email) = (self.site.shop.clone(), form.email.clone());
        let account = self.rate_limited(&email, async move { shop.authenticate(form).await }).await?;
        self.start_session(account, how).await
    }

    /// Opens an account and signs in.
    ///
    /// # Errors
    /// `Invalid`, `EmailTaken`, `TooManyTries`, `Busy`.
    pub async fn sign_up(&mut self, form: RegisterForm) -> Result<User> {
        let (shop, email) = (self.site.shop.clone(), form.email.clone());
        self.sign_in_new(&email, Box::pin(async move { shop.register(form).await })).await
    }

    /// Opens an account with the e-mail address of a guest's order and signs in: the order comes along,
    /// and what else this session ordered with that address.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` (password), `EmailTaken`, `TooManyTries`, `Busy`.
    pub async fn open_account(&mut self, access: OrderAccess, order: OrderId, password: String) -> Result<User> {
        let shop = self.site.shop.clone();
        let email = shop.order(access.clone(), order).await?.email;
        self.sign_in_new(&email, Box::pin(async move { shop.open_account(access, order, &password).await })).await
    }

    /// Signs in with an account that is opened for this address.
    pub(crate) async fn sign_in_new(
        &mut self,
        email: &str,
        opened: impl Future<Output = Result<User>> + Send + 'static,
    ) -> Result<User> {
        self.check_person()?;
        let shop = self.site.shop.clone();
        let account = async move {
            let user = opened.await?;
            shop.user(user.id).await?.ok_or_else(|| Error::Broken(anyhow::anyhow!("a new account is gone")))
        };
        let account = self.rate_limited(email, account).await?;
        self.start_session(account, CartMerge::Both).await
    }

    /// Has the link to an order mailed to its address, if there is such an order. Neither the answer nor its time tells
    /// whether there is: the mail is queued by a task that nobody waits for.
    ///
    /// # Errors
    /// `Invalid` (number, email), `TooManyTries`.
    pub async fn request_order_link(&self, form: TrackForm) -> Result<()> {
        let (number, email) = form.parse()?;
        self.site.link_limiter.count(email.as_str(), self.address)?;
        let Some(order) = self.site.shop.find_order(number, &email).await? else { return Ok(()) };
        let shop = self.site.shop.clone();
        let mailed = async move {
            if let Err(error) = shop.mail_order_link(order).await {
                tracing::error!(order.id = %order, error = ?error, "the link to an order could not be mailed");
            }
        };
        self.site.tracker.spawn(mailed.in_current_span());
        Ok(())
    }

    /// # Errors
    /// `Broken` when the session cannot be ended.
    pub async fn sign_out(&mut self) -> Result<()> {
        self.check_person()?;
        self.auth.logout().await.map(|_| ()).map_err(broken)
    }

    /// Waits at most 2 s for an order's items to be set aside, so that most buyers never see it pending.
    pub async fn await_items(&self, order: OrderId) {
        if tokio::time::timeout(Duration::from_secs(2), self.shop().await_decision(order)).await.is_err() {
            tracing::info!(order.id = %order, "the buyer sees the order before its items are confirmed");
        }
    }

    /// Does a write in a task of its own: axum drops a handler when its client goes away, and a write that was begun is
    /// to be finished.
    ///
    /// # Errors
    /// What the core refuses.
    pub async fn tracked<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let task = self.site.tracker.spawn(work.in_current_span());
        task.await.map_err(|error| Error::Broken(error.into()))?
    }

    /// Tries that tell a client something about an account are counted, and too many of them are refused.
    pub(crate) async fn rate_limited<T: Send + 'static>(
        &self,
        email: &str,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let attempt = self.site.rate_limiter.check(email, self.address)?;
        let answer = self.tracked(work).await;
        let told = answer.as_ref().err().and_then(Error::refusal);
        if matches!(told, Some(Refusal::WrongCredentials | Refusal::EmailTaken)) {
            attempt.record_failure();
        }
        answer
    }

    async fn start_session(&mut self, account: Account, how: CartMerge) -> Result<User> {
        let guest = self.guest_cart().await?;
        let (user, signed_in) = (account.user.clone(), SignedIn::new(account));
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
        self.auth.session.insert(FRESH_KEY, self.shop().fresh()).await.map_err(broken)?;
        if user.works_as().is_some() {
            let (shop, user) = (self.site.shop.clone(), user.clone());
            self.tracked(async move { shop.note_sign_in(&user).await }).await?;
        }
        Ok(user)
    }

    async fn guest_cart(&self) -> Result<Option<CartId>> {
        self.auth.session.get(CART_KEY).await.map_err(broken)
    }
}

/// Who has neither account nor token is asked to sign in, whether there is such an order or not.
///
/// # Errors
/// `SignInNeeded` in the place of `NotFound`, else what there was.
pub fn answer_of_order<T>(access: &OrderAccess, answer: Result<T>) -> Result<T> {
    let is_unknown = access.token.is_none() && matches!(access.owner, CartOwner::Guest(_));
    answer.map_err(|error| match error {
        Error::Refused(Refusal::NotFound) if is_unknown => Refusal::SignInNeeded.into(),
        other => other,
    })
}

pub(crate) fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken(error.into())
}
