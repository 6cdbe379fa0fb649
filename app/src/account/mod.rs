//! Accounts: opening one, signing in and out, what is known of its owner and changed by them, the links of mail to it, and second
//! factors.

mod account_page;
mod api;
mod factors_api;
mod forgot_page;
pub mod forms;
mod links_api;
mod login_code_page;
mod login_page;
mod passkeys;
mod passkeys_api;
mod privacy_api;
mod privacy_page;
mod register_page;
mod reset_page;
mod security_page;
mod sessions_api;
mod sessions_page;
mod settings;
mod settings_api;
mod verify_page;

pub use account_page::AccountPage;
pub use api::Logout;
pub use forgot_page::ForgotPasswordPage;
pub use login_code_page::LoginCodePage;
pub use login_page::LoginPage;
pub use privacy_page::PrivacyPage;
pub use register_page::RegisterPage;
pub use reset_page::ResetPasswordPage;
pub use security_page::SecurityPage;
pub use sessions_page::SessionsPage;
pub use verify_page::VerifyEmailPage;
