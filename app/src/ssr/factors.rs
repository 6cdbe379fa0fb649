//! Second factors, for the bodies of server functions: the second step of a sign-in, and what their owner changes.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};
use session::SignInStep;
use shop::domain::{Problem, Refusal};
use shop::dto::{LoginForm, SecurityView, TotpView};
use shop::usecase::{CartMerge, Error, RecoveryCodes, Result};

use super::forms::answer;
use super::sessions::caller;
use crate::ShopError;
use crate::ui::QrView;

/// Signs in, and brings the guest's cart along.
///
/// # Errors
/// `WrongCredentials`, `TooManyTries`, `Busy`, `Invalid`.
pub async fn sign_in(form: LoginForm, next: &str) -> Result<SignInStep> {
    caller().await?.sign_in(form, cart_merge(next)).await
}

/// The second step.
///
/// # Errors
/// `SignInOver`, `Invalid` (code), `TooManyTries`.
pub async fn finish_sign_in(code: String, next: &str) -> Result<()> {
    caller().await?.finish_sign_in(code, cart_merge(next)).await
}

/// Whoever is on the way to order orders what they see.
fn cart_merge(next: &str) -> CartMerge {
    if next.starts_with("/checkout") { CartMerge::GuestsAlone } else { CartMerge::Both }
}

/// Whether somebody is about to sign in.
///
/// # Errors
/// With the page's status set.
pub async fn waits_for_code() -> std::result::Result<bool, ShopError> {
    answer(async { caller().await?.is_half_signed_in().await }.await)
}

/// What whoever is signed in has besides their password, and what their app reads from the screen.
///
/// # Errors
/// `SignInNeeded`, with the page's status set.
pub async fn security_page() -> std::result::Result<(SecurityView, Option<QrView>), ShopError> {
    let view = answer(async { caller().await?.security().await }.await)?;
    let code = match &view.totp {
        TotpView::SettingUp { uri, .. } => qr_of(uri),
        TotpView::None | TotpView::Since { .. } => None,
    };
    Ok((view, code))
}

/// The password once more, beside its field where it is wrong.
///
/// # Errors
/// `SignInNeeded`, `Invalid` (password), `TooManyTries`, `Busy`.
pub async fn confirm_account(password: String) -> Result<()> {
    caller().await?.confirm_password(password).await.map_err(|error| match error {
        Error::Refused(Refusal::WrongCredentials) => Refusal::field("password", Problem::NotYourPassword).into(),
        other => other,
    })
}

/// # Errors
/// `SignInNeeded`, `ConfirmNeeded`.
pub async fn begin_totp() -> Result<()> {
    caller().await?.begin_totp().await
}

/// # Errors
/// `SignInNeeded`, `ConfirmNeeded`, `SignInOver`, `Invalid` (code), `TooManyTries`.
pub async fn confirm_totp(code: String) -> Result<RecoveryCodes> {
    caller().await?.confirm_totp(code).await
}

/// # Errors
/// `SignInNeeded`, `ConfirmNeeded`, `NotFound`.
pub async fn remove_totp() -> Result<()> {
    caller().await?.remove_totp().await
}

/// # Errors
/// `SignInNeeded`, `ConfirmNeeded`, `NotFound`.
pub async fn renew_recovery_codes() -> Result<RecoveryCodes> {
    caller().await?.renew_recovery_codes().await
}

/// What a browser is asked to sign in.
///
/// # Errors
/// `NotFound` where the shop has no passkeys, `TooManyTries`; with the status set.
pub async fn passkey_challenge() -> std::result::Result<String, ShopError> {
    answer(async { caller().await?.ask_passkey().await }.await)
}

/// What a browser is asked to make one.
///
/// # Errors
/// As `passkey_challenge`, `SignInNeeded`, `ConfirmNeeded`.
pub async fn new_passkey_challenge() -> std::result::Result<String, ShopError> {
    answer(async { caller().await?.ask_new_passkey().await }.await)
}

/// # Errors
/// `WrongPasskey`, `TooManyTries`.
pub async fn sign_in_with_passkey(answer: String, next: &str) -> Result<()> {
    caller().await?.sign_in_with_passkey(answer, cart_merge(next)).await
}

/// # Errors
/// `SignInNeeded`, `ConfirmNeeded`, `Invalid` (passkey_name), `WrongPasskey`, `NotFound`.
pub async fn add_passkey(answer: String, name: String) -> Result<Option<RecoveryCodes>> {
    caller().await?.add_passkey(answer, name).await
}

/// What is said of it, and the codes that come with the first factor.
pub fn passkey_words(codes: &Option<RecoveryCodes>) -> (String, Vec<String>) {
    match codes {
        Some(codes) => {
            let words = "The passkey is added. These are recovery codes for when it is lost: keep them now, they are shown this once.";
            (words.to_owned(), codes.in_groups())
        }
        None => ("The passkey is added.".to_owned(), Vec::new()),
    }
}

/// # Errors
/// `SignInNeeded`, `ConfirmNeeded`, `NotFound`.
pub async fn remove_passkey(id: String) -> Result<()> {
    let mut caller = caller().await?;
    caller.customer()?;
    caller.remove_passkey(id.parse()?).await
}

/// None: too long for any.
fn qr_of(text: &str) -> Option<QrView> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (size, squares) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in squares.chunks(size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                // Writing into text does not fail.
                let _ = write!(path, "M{x} {y}h{0}v1h-{0}z", run.len());
            }
            x += run.len();
        }
    }
    Some(QrView { size, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_square_by_square() {
        let code = qr_of("otpauth://totp/Kiln:ada?secret=GEZDGNBV").unwrap();
        assert!((21..60).contains(&code.size), "{}", code.size);
        // The finder in the corner: seven dark ones, then its left and right sides.
        assert!(code.path.starts_with("M0 0h7v1h-7z"), "{}", code.path);
        assert!(code.path.contains("M0 1h1v1h-1zM6 1h1v1h-1z"), "{}", code.path);
        assert_eq!(qr_of(&"x".repeat(5_000)), None);
    }
}
