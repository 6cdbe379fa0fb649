//! What a form says next. A browser that sent the form itself is led on, with the outcome in a flash; a script gets the
//! value, or the error with its status.

use std::future::Future;

use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use leptos::prelude::*;
use leptos_axum::{ResponseOptions, redirect};
use serde::Serialize;
use session::{SignInStep, asks_for_page, status_of};
use shop::domain::{Fields, OrderId, Refusal};
use shop::usecase::{Error, OrderPayment, Result};

use super::response::lead_to;
use super::{confirm, flash, order_links};
use crate::ui::form::FieldKind;
use crate::ui::path::{SECURITY, within_shop};
use crate::ui::{Flash, FormSpec, sign_in_path};
use crate::{Instead, Notice, ShopError};

impl FormSpec {
    /// What of a form may be shown again, by field.
    fn typed(&self, form: &impl Serialize) -> Vec<(String, String)> {
        let form = serde_json::to_value(form).unwrap_or_default();
        let shown = self.fields.iter().filter(|f| f.kind != FieldKind::Password);
        // `billing[city]` is the city of the billing address.
        let value = |name: &str| {
            let mut steps = name.split(['[', ']']).filter(|step| !step.is_empty());
            Some(steps.try_fold(&form, |form, step| form.get(step))?.as_str()?.to_owned())
        };
        shown.filter_map(|f| Some((f.name.to_owned(), value(f.name)?))).collect()
    }
}

/// A form that was sent: its name, the page it stands on, and what was typed into it.
#[derive(Debug)]
pub struct Form {
    flash: Flash,
    back: String,
}

impl Form {
    /// `back` may come from the form itself: what leads out of the shop leads home instead.
    pub fn new(name: &str, back: &str) -> Self {
        Self { flash: Flash::of(name), back: within_shop(back).unwrap_or("/").to_owned() }
    }

    /// A form of an order's page: its token opens that page to whoever sent it, for another day.
    pub fn of_order(name: &str, order: &str, token: &str) -> Self {
        order_links::keep(order, token);
        Self::new(name, &format!("/orders/{order}"))
    }

    /// A form that stands on several pages, sent from one of them; what comes from nowhere goes to the first.
    pub fn of_places(name: &str, places: &[&'static str], from: &str) -> Self {
        let first = places.first().copied().unwrap_or("/");
        Self::new(name, places.iter().copied().find(|place| *place == from).unwrap_or(first))
    }

    /// A form of the page, with what is typed into it to be shown again.
    pub fn filled(spec: FormSpec, back: &str, typed: &impl Serialize) -> Self {
        let mut form = Self::new(spec.name, back);
        form.flash.typed = spec.typed(typed);
        form
    }

    /// A value to show again. Never a password.
    #[must_use]
    pub fn with(mut self, field: &str, typed: &str) -> Self {
        self.flash.typed.push((field.to_owned(), typed.to_owned()));
        self
    }

    /// Does it, and leads on to another page: with scripts too.
    ///
    /// # Errors
    /// What went wrong, for a script; a browser is led back to the form.
    pub async fn lead<T>(
        self,
        notice: Option<Notice>,
        work: impl Future<Output = Result<T>>,
        next: impl FnOnce(&T) -> String,
    ) -> std::result::Result<T, ShopError> {
        let outcome = work.await;
        if let Ok(done) = &outcome {
            self.leave(notice);
            redirect(&next(done));
        }
        self.refuse(outcome)
    }

    /// A sign-in, which leads on or to its second step.
    ///
    /// # Errors
    /// As `lead`.
    pub async fn lead_step(
        self,
        signing_in: impl Future<Output = Result<SignInStep>>,
        next: &str,
        code: &str,
    ) -> std::result::Result<(), ShopError> {
        let outcome = signing_in.await;
        match &outcome {
            Ok(SignInStep::Done) => {
                self.leave(Some(Notice::SignedIn));
                redirect(next);
            }
            Ok(SignInStep::CodeNeeded) => redirect(code),
            Err(_) => {}
        }
        self.refuse(outcome.map(|_| ()))
    }

    /// Leads to where an order is paid; once it is, back to the order, and says so.
    ///
    /// # Errors
    /// As `lead`.
    pub async fn lead_to_payment(
        self,
        paying: impl Future<Output = Result<OrderPayment>>,
        order: impl FnOnce(OrderId) -> String,
    ) -> std::result::Result<OrderId, ShopError> {
        let outcome = paying.await;
        match &outcome {
            Ok(OrderPayment { redirect_url: Some(url), .. }) => redirect(url),
            Ok(paid) => {
                self.leave(Some(Notice::OrderPaid));
                redirect(&order(paid.order));
            }
            Err(_) => {}
        }
        self.refuse(outcome.map(|paid| paid.order))
    }

    /// As `lead`, for what has more to say than one notice.
    ///
    /// # Errors
    /// As `lead`.
    pub async fn lead_with<T>(
        self,
        work: impl Future<Output = Result<T>>,
        say: impl FnOnce(&T) -> (Notice, Vec<String>),
        next: &str,
    ) -> std::result::Result<T, ShopError> {
        let outcome = work.await;
        if let Ok(done) = &outcome {
            let (notice, details) = say(done);
            self.leave_all(Some(notice), details);
            redirect(next);
        }
        self.refuse(outcome)
    }

    /// Does it, and stays on the page: a script shows the outcome in place, a browser gets the page again.
    ///
    /// # Errors
    /// As `lead`.
    pub async fn stay<T>(
        self,
        notice: Notice,
        work: impl Future<Output = Result<T>>,
    ) -> std::result::Result<T, ShopError> {
        let outcome = work.await;
        if outcome.is_ok() && is_plain_form() {
            self.leave(Some(notice));
            redirect(&self.back);
        }
        self.refuse(outcome)
    }

    /// As `lead`, saying words of its own: the back office's are not among the notices, which the shopper's browser knows.
    ///
    /// # Errors
    /// As `lead`.
    pub async fn lead_saying<T>(
        self,
        work: impl Future<Output = Result<T>>,
        words: impl FnOnce(&T) -> String,
        next: impl FnOnce(&T) -> String,
    ) -> std::result::Result<T, ShopError> {
        self.lead_showing(work, |done| (words(done), Vec::new()), next).await
    }

    /// As `lead_saying`, with lines that are shown once, on the page that it leads to; to scripts, too.
    ///
    /// # Errors
    /// As `lead`.
    pub async fn lead_showing<T>(
        self,
        work: impl Future<Output = Result<T>>,
        words: impl FnOnce(&T) -> (String, Vec<String>),
        next: impl FnOnce(&T) -> String,
    ) -> std::result::Result<T, ShopError> {
        let outcome = work.await;
        if let Ok(done) = &outcome {
            let (said, details) = words(done);
            if is_plain_form() || !details.is_empty() {
                flash::leave(Flash { form: self.flash.form.clone(), said: Some(said), details, ..Flash::default() });
            }
            redirect(&next(done));
        }
        let kept = match &outcome {
            Err(Error::Refused(Refusal::ConfirmNeeded)) if is_plain_form() && !confirm::is_asked_there(&self.back) => {
                confirm::keep(&self.flash).await.map(|id| confirm::path(&self.back, &id))
            }
            // Their day of work was over while they typed: they sign in first.
            Err(Error::Refused(Refusal::SignInNeeded)) if is_plain_form() && self.back.starts_with("/admin/") => {
                confirm::keep(&self.flash).await.map(|id| sign_in_path(&confirm::path(&self.back, &id)))
            }
            _ => None,
        };
        let answer = self.refuse(outcome);
        if let Some(path) = kept {
            redirect(&path);
        }
        answer
    }

    /// Leads on to where a form was kept while the password was asked for, and shows it there as it was typed.
    pub(super) fn lead_on(self, outcome: Result<Option<Fields>>, next: &str) -> std::result::Result<(), ShopError> {
        if let Ok(kept) = &outcome {
            if let Some(kept) = kept.as_ref().filter(|_| is_plain_form()) {
                let error = ShopError::saying("Thank you. Nothing is done yet: please look it over and send it again.");
                flash::leave(Flash { error: Some(error), ..confirm::typed_form(kept) });
            }
            redirect(next);
        }
        self.refuse(outcome.map(|_| ()))
    }

    /// Where the form is shown again.
    pub(super) fn at(self, back: String) -> Self {
        Self { back, ..self }
    }

    /// Shows the page again, with what was typed and whatever follows from it.
    pub fn show_again(self) {
        if is_plain_form() {
            redirect(&self.back);
            flash::leave(self.flash);
        }
    }

    fn leave(&self, notice: Option<Notice>) {
        self.leave_all(notice, Vec::new());
    }

    pub(super) fn leave_all(&self, notice: Option<Notice>, details: Vec<String>) {
        if let Some(notice) = notice.filter(|_| is_plain_form()) {
            flash::leave(Flash { form: self.flash.form.clone(), notice: Some(notice), details, ..Flash::default() });
        }
    }

    pub(super) fn refuse<T>(self, outcome: Result<T>) -> std::result::Result<T, ShopError> {
        outcome.map_err(|error| {
            let Public { error, status } = public(error);
            let first = first(error.instead(), &self.back);
            if let Some(path) = &first {
                redirect(path);
            }
            if !is_plain_form() {
                status.set();
            } else if first.is_none() {
                flash::leave(Flash { error: Some(error.clone()), ..self.flash });
                redirect(&self.back);
            }
            error
        })
    }
}

/// A read for a page, or for a script: the error with its status, and the way to the sign-in where that is what lacks.
pub(super) fn answer<T>(outcome: Result<T>) -> std::result::Result<T, ShopError> {
    outcome.map_err(|error| {
        let Public { error, status } = public(error);
        let page = use_context::<Parts>().filter(|p| p.method != Method::POST);
        match page {
            Some(parts) if first(error.instead(), "/").is_some() => {
                let here = parts.uri.path_and_query().map_or("/", |p| p.as_str());
                if let Some(path) = first(error.instead(), here) {
                    lead_to(&path);
                }
            }
            _ => status.set(),
        }
        error
    })
}

/// Where somebody does first what lacks, before they go on here; none: nothing lacks that they could do.
fn first(instead: Instead, here: &str) -> Option<String> {
    match instead {
        Instead::SignIn => Some(sign_in_path(here)),
        Instead::Confirm => Some(confirm::path(here, "")),
        Instead::SetUpFactor => Some(SECURITY.to_owned()),
        Instead::NotFound | Instead::Words => None,
    }
}

/// What may be told of an error.
struct Public {
    error: ShopError,
    status: Status,
}

/// The status, and how long to wait.
struct Status(StatusCode, Option<u32>);

/// A broken part is logged here, once, with its chain.
fn public(error: Error) -> Public {
    let refusal = match error {
        Error::Refused(refusal) => refusal,
        Error::Contended(cause) | Error::Unavailable(cause) => {
            tracing::warn!(error = format!("{cause:#}"), "a part of the shop does not answer");
            Refusal::Busy
        }
        Error::Broken(cause) => {
            tracing::error!(error = format!("{cause:#}"), "something is broken");
            return Public { error: ShopError::Broken, status: Status(StatusCode::INTERNAL_SERVER_ERROR, None) };
        }
    };
    let status = status_of(&refusal);
    let wait = match refusal {
        Refusal::TooManyTries { seconds } => Some(seconds),
        _ => (status == StatusCode::SERVICE_UNAVAILABLE).then_some(2),
    };
    Public { error: ShopError::Refused((&refusal).into()), status: Status(status, wait) }
}

/// A POST that a browser made by itself: it must be led on, a 4xx would strand the visitor.
pub(super) fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|p| p.method == Method::POST && asks_for_page(&p.headers))
}

impl Status {
    fn set(self) {
        let Some(response) = use_context::<ResponseOptions>() else { return };
        response.set_status(self.0);
        if let Some(seconds) = self.1 {
            response.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_password_is_never_shown_again() {
        let typed = shop::dto::LoginForm { email: "ada@example.org".into(), password: "secret".into() };
        let shown = crate::account::forms::LOGIN.typed(&typed);
        assert_eq!(shown, [("email".to_owned(), "ada@example.org".to_owned())]);
    }
}
