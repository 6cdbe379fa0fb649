//! `/account/security`: what proves who somebody is besides their password. Whoever changes it has given that a short while ago.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::{SecurityView, StaffFactor, TotpView};

use super::factors_api::{BeginTotp, ConfirmAccount, ConfirmTotp, RemoveTotp, RenewRecoveryCodes, load_security};
use super::forms::{ACCOUNT, ADD_PASSKEY, CODE, CONFIRM_ACCOUNT, CONFIRM_TOTP, FACTORS, PASSWORD, RECOVERY, SECURITY};
use super::passkeys::Passkeys;
use crate::ui::path::SESSIONS;
use crate::ui::{Field, Flash, FormProblem, Moment, QrImage, QrView, Titled, Written, flash_of, loaded};

#[component]
pub fn SecurityPage() -> impl IntoView {
    loaded(load_security(), |(view, qr)| view! { <Security view qr /> })
}

#[component]
fn Security(view: SecurityView, qr: Option<QrView>) -> impl IntoView {
    let SecurityView { email, totp, passkeys, recovery_codes, is_confirmed, has_factor, staff } = view;
    // Mail comes first for who works here and has no factor in time.
    let may_add = is_confirmed && !staff.is_some_and(|staff| staff.by_mail);
    view! {
        <Titled title="Sign-in and security" description="What proves that it is you." quiet=true />
        <section class="plain-page">
            <h1>"Sign-in and security"</h1>
            {staff.map(|staff| view! { <OfStaff staff /> })}
            <FormProblem flash=flash_of(FACTORS) />
            {(!is_confirmed).then(|| view! { <PasswordFirst email from=SECURITY /> })}
            <Authenticator totp qr is_confirmed=may_add />
            <Passkeys passkeys is_confirmed=may_add />
            {has_factor.then(|| view! { <RecoveryCodesPart left=recovery_codes is_confirmed /> })}
            <p>
                <a href=SESSIONS>"Where you are signed in"</a>
            </p>
            <p>
                <a href=ACCOUNT>"Back to your account"</a>
            </p>
        </section>
    }
    .written()
}

/// Whoever works here needs a second factor.
#[component]
fn OfStaff(staff: StaffFactor) -> impl IntoView {
    let StaffFactor { has_factor, due, is_over, by_mail } = staff;
    let due = due.filter(|_| !has_factor);
    due.map(|due| {
        let words = match is_over {
            true => "You work in this shop, and the time to do so with a password alone is over since ",
            false => "You work in this shop. A password alone is enough until ",
        };
        let next = match by_mail {
            true => view! {
                ". Whoever knows your password alone sets nothing up here any more. "
                <a href="/forgot-password">"Choose a new one by a link in your mail"</a>
                ", sign in with it, and you can for an hour."
            }
            .written(),
            false => ". Set up an authenticator app or a passkey here, and the back office is open to you as before."
                .written(),
        };
        view! {
            <div class="notice" role="note">
                <p>{words} <Moment at=due /> {next}</p>
            </div>
        }
    })
}

/// On each page where something is changed that proves who somebody is, or where they are signed in: `from` is its address.
#[component]
pub fn PasswordFirst(email: String, from: &'static str) -> impl IntoView {
    let flash = flash_of(CONFIRM_ACCOUNT.name);
    view! {
        <section aria-labelledby="confirm-title">
            <h2 id="confirm-title">"Your password first"</h2>
            <p>"What stands here is for you alone. Please give your password before you change it."</p>
            <form class="form" method="post" action=ConfirmAccount::url() novalidate>
                <FormProblem flash=flash.clone() form=CONFIRM_ACCOUNT />
                <input type="hidden" name="from" value=from />
                // What a password manager keeps the password under.
                <input type="text" name="username" value=email autocomplete="username" readonly=true hidden=true />
                <Field spec=PASSWORD flash />
                <button class="button" type="submit">
                    "Go on"
                </button>
            </form>
        </section>
    }
    .written()
}

#[component]
fn Authenticator(totp: TotpView, qr: Option<QrView>, is_confirmed: bool) -> impl IntoView {
    let body = match totp {
        TotpView::None => view! {
            <p>
                "An app on your phone shows a new code each half minute. The sign-in asks for it, so that your password alone is of no use to others."
            </p>
            {is_confirmed
                .then(|| {
                    view! {
                        <form method="post" action=BeginTotp::url()>
                            <button class="button-quiet" type="submit">
                                "Set up an app"
                            </button>
                        </form>
                    }
                })}
        }
        .written(),
        TotpView::SettingUp { secret, .. } => view! { <SetUp secret qr /> }.written(),
        TotpView::Since { at } => view! {
            <p>"The sign-in asks for a code of your app since " <Moment at /> "."</p>
            {is_confirmed
                .then(|| {
                    view! {
                        <form method="post" action=RemoveTotp::url()>
                            <button class="button-quiet" type="submit">
                                "Remove the app"
                            </button>
                        </form>
                    }
                })}
        }
        .written(),
    };
    view! {
        <section aria-labelledby="app-title">
            <h2 id="app-title">"Authenticator app"</h2>
            {body}
        </section>
    }
    .written()
}

#[component]
fn SetUp(secret: String, qr: Option<QrView>) -> impl IntoView {
    let flash = flash_of(CONFIRM_TOTP.name);
    let letters: Vec<_> = secret.chars().collect();
    let grouped = letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    view! {
        <p>"Read this with your authenticator app, and type the code that it shows. Nothing changes before."</p>
        {qr.map(|code| view! { <QrImage code label="The key for your authenticator app" /> })}
        <p>"If your app cannot read it, type this key: " <code class="factor-key">{grouped}</code></p>
        <form class="form" method="post" action=ConfirmTotp::url() novalidate>
            <FormProblem flash=flash.clone() form=CONFIRM_TOTP />
            <Field spec=CODE flash=flash.without_value(CODE.name) />
            <button class="button" type="submit">
                "Switch it on"
            </button>
        </form>
    }
    .written()
}

/// The codes themselves stand above the page, on the one after they were made.
#[component]
fn RecoveryCodesPart(left: u32, is_confirmed: bool) -> impl IntoView {
    let flash = use_context::<Flash>().unwrap_or_default();
    let made =
        [CONFIRM_TOTP.name, ADD_PASSKEY.name, RECOVERY].contains(&flash.form.as_str()) && !flash.details.is_empty();
    // They are kept nowhere, so that the page itself is the file. Letters, digits and hyphens.
    let file = made.then(|| format!("data:text/plain;charset=utf-8,{}", flash.details.join("%0D%0A")));
    let left = match left {
        0 => "None of your recovery codes is left.".to_owned(),
        1 => "One of your recovery codes is left.".to_owned(),
        left => format!("{left} of your recovery codes are left."),
    };
    view! {
        <section aria-labelledby="codes-title">
            <h2 id="codes-title">"Recovery codes"</h2>
            <FormProblem flash=flash_of(RECOVERY) />
            <p>{left} " Each signs you in once in the place of your app or passkey, when that is lost."</p>
            {file
                .map(|href| {
                    view! {
                        <p>
                            <a href=href download="recovery-codes.txt">
                                "Save the new codes as a file"
                            </a>
                        </p>
                    }
                })}
            {is_confirmed
                .then(|| {
                    view! {
                        <form method="post" action=RenewRecoveryCodes::url()>
                            <button class="button-quiet" type="submit">
                                "Make new codes"
                            </button>
                        </form>
                    }
                })}
        </section>
    }
    .written()
}
