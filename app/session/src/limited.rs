//! What may be guessed, or has a letter sent to somebody: tries of it are counted where all processes see them, by account,
//! by network and in all. Only what tells a guesser something stays counted.

use std::future::Future;

use shop::domain::{Email, Limit, OrderId, Problem, Refusal, User, VariantId};
use shop::dto::{ReviewForm, TrackForm};
use shop::usecase::{BoxFuture, CartOwner, Error, OrderAccess, Result, TakenTries};
use tracing::Instrument as _;

use crate::caller::Caller;
use crate::ownership::answer_of_order;
use crate::rate_limit::{of_network, place};

/// A letter with a link that somebody asks for, who need not be whoever gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letter {
    /// To an order.
    Order,
    /// To a new password.
    NewPassword,
    /// That confirms whose an address is.
    Confirmation,
    /// The same, for whoever wants to hear when something is back.
    StockWish,
}

impl Caller {
    /// Sign-ins, and whatever else tells somebody whether a password is that of an account. Whoever is signed in to it, or signed
    /// in on this device before, has tries of their own.
    pub(crate) async fn password_limited<T: Send + 'static>(
        &self,
        email: &str,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let limits = self.sign_in_limits(email).await?;
        let counts = |answer: &Result<T>| matches!(refusal_of(answer), Some(Refusal::WrongCredentials));
        let answer = self.limited(limits, Box::pin(work), counts).await;
        if counts(&answer) {
            let own = self.signed_in().map(|own| own.user().id);
            match own {
                Some(id) => tracing::info!(user.id = %id, network = self.network(), "a password was refused"),
                None => tracing::info!(network = self.network(), "a password was refused"),
            }
        }
        answer
    }

    /// Accounts that are opened, and whatever tells that an address has one.
    pub(crate) async fn registration_limited<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let in_all = (Limit::RegistrationInAll, String::new());
        let limits = of_network(Limit::RegistrationPerNetwork, self.address).into_iter().chain([in_all]);
        let counts = |answer: &Result<T>| answer.is_ok() || matches!(refusal_of(answer), Some(Refusal::EmailTaken));
        self.limited(limits.collect(), Box::pin(work), counts).await
    }

    /// Codes of a second factor, behind the right password. Whoever is signed in to the account has tries of their own. Those
    /// who know its password may have made themselves as many devices as they like before it had a second factor: all of them
    /// together have the tries of one.
    pub(crate) async fn factor_limited<T: Send + 'static>(
        &self,
        user: &User,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let limits = match (self.signed_in(), &self.device) {
            (Some(own), _) if own.user().id == user.id => {
                vec![(Limit::SecondFactorPerDevice, format!("whoever is signed in as {}", user.id))]
            }
            (_, device) => {
                let is_known = match device {
                    Some(token) => self.shop().known_device(token, user.email.as_str()).await?.is_some(),
                    None => false,
                };
                let account = if is_known {
                    (Limit::SecondFactorPerDevice, format!("known devices of {}", user.id))
                } else {
                    (Limit::SecondFactorPerAccount, user.id.to_string())
                };
                of_network(Limit::SecondFactorPerNetwork, self.address).into_iter().chain([account]).collect()
            }
        };
        let counts = |answer: &Result<T>| {
            let problem = refusal_of(answer).and_then(|refusal| refusal.problem_of("code"));
            matches!(problem, Some(Problem::WrongCode))
        };
        self.limited(limits, Box::pin(work), counts).await
    }

    /// Counts a letter that is asked for. Each one counts, whatever comes of it: whether there is somebody to get it must not
    /// show. By address, or by whatever else is named in its place.
    ///
    /// # Errors
    /// `TooManyTries`; then it is not counted.
    pub async fn count_letter(&self, letter: Letter, email: &str) -> Result<()> {
        // Who asks for an order names its number, too, and may be wrong: nobody can use up what is another's, somewhere else.
        // Whoever uses up letters to a new password has them sent.
        let (to, per_network, in_all) = match letter {
            Letter::Order => {
                let to = format!("an order for {} {email}", place(self.address));
                (to, Limit::TrackingPerNetwork, Limit::TrackingInAll)
            }
            Letter::NewPassword => {
                (format!("a password for {email}"), Limit::PasswordResetPerNetwork, Limit::PasswordResetInAll)
            }
            Letter::Confirmation => {
                (format!("an address, {email}"), Limit::ConfirmationPerNetwork, Limit::ConfirmationInAll)
            }
            Letter::StockWish => {
                (format!("a wish of {email}"), Limit::ConfirmationPerNetwork, Limit::ConfirmationInAll)
            }
        };
        let limits = [(Limit::LettersPerAddress, to), (in_all, String::new())].into_iter();
        let limits = limits.chain(of_network(per_network, self.address)).collect();
        self.shop().take_tries(limits).await.map(drop)
    }

    /// Says what somebody thinks of a line of their order. What is written counts, for whoever works here reads all of it; what is
    /// refused does not.
    ///
    /// # Errors
    /// What the core refuses, and `TooManyTries`.
    pub async fn write_review(
        &self,
        access: OrderAccess,
        order: OrderId,
        variant: VariantId,
        form: ReviewForm,
    ) -> Result<OrderId> {
        let (shop, by) = (self.shop().clone(), access.clone());
        let written = async move { shop.write_review(by, order, variant, &form).await };
        let limits = of_network(Limit::ReviewsPerNetwork, self.address).into_iter().collect();
        answer_of_order(&access, self.limited(limits, Box::pin(written), Result::is_ok).await)
    }

    /// Has the link to an order mailed to its address, if there is such an order. Neither the answer nor its time tells
    /// whether there is: the mail is queued by a task that nobody waits for.
    ///
    /// # Errors
    /// `Invalid` (number, email), `TooManyTries`.
    pub async fn request_order_link(&self, form: TrackForm) -> Result<()> {
        let (number, email) = form.parse()?;
        self.count_letter(Letter::Order, email.as_str()).await?;
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

    /// Counts a cart that a guest is about to begin, and a session with it.
    ///
    /// # Errors
    /// `TooManyTries`.
    pub(crate) async fn count_new_cart(&self, owner: CartOwner) -> Result<TakenTries> {
        match owner {
            CartOwner::Guest(None) => self.count_new_session().await,
            _ => Ok(TakenTries::default()),
        }
    }

    /// Counts a session that a guest is about to begin.
    ///
    /// # Errors
    /// `TooManyTries`.
    pub(crate) async fn count_new_session(&self) -> Result<TakenTries> {
        self.shop().take_tries(of_network(Limit::SessionsPerNetwork, self.address).into_iter().collect()).await
    }

    async fn sign_in_limits(&self, email: &str) -> Result<Vec<(Limit, String)>> {
        // However it is typed, it is one: an account has no buckets of other spellings. What is no address is nobody's.
        let email = Email::parse(email).map_or_else(|_| email.trim().to_owned(), |email| email.to_string());
        let own = self.signed_in().map(|signed_in| signed_in.user());
        if let Some(user) = own.filter(|user| user.email.as_str().eq_ignore_ascii_case(&email)) {
            return Ok(vec![(Limit::SignInPerDevice, format!("whoever is signed in as {}", user.id))]);
        }
        if let Some(token) = &self.device
            && let Some(device) = self.shop().known_device(token, &email).await?
        {
            return Ok(vec![(Limit::SignInPerDevice, device)]);
        }
        let here = format!("{} {email}", place(self.address));
        let limits = [
            (Limit::SignInPerAccount, email),
            (Limit::SignInPerAccountAndNetwork, here),
            (Limit::SignInInAll, String::new()),
        ];
        Ok(limits.into_iter().chain(of_network(Limit::SignInPerNetwork, self.address)).collect())
    }

    /// Does what is limited, in a task of its own: who goes away has tried all the same, and who was right has not.
    pub(crate) async fn limited<T: Send + 'static>(
        &self,
        limits: Vec<(Limit, String)>,
        work: BoxFuture<'static, Result<T>>,
        counts: fn(&Result<T>) -> bool,
    ) -> Result<T> {
        let shop = self.site.shop.clone();
        let taken = shop.take_tries(limits).await?;
        self.tracked(async move {
            let answer = work.await;
            if !counts(&answer) {
                shop.give_back_tries(taken).await;
            }
            answer
        })
        .await
    }
}

pub(crate) fn refusal_of<T>(answer: &Result<T>) -> Option<&Refusal> {
    answer.as_ref().err().and_then(Error::refusal)
}
