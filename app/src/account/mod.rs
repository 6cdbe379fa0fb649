//! Accounts: opening one, signing in and out, and what is known of its owner.

mod account_page;
mod api;
pub mod forms;
mod login_page;
mod register_page;

pub use account_page::AccountPage;
pub use api::Logout;
pub use login_page::LoginPage;
pub use register_page::RegisterPage;
