//! What a shopper may want of the cart, and how the core is asked for it.

use shop::dto::CartView;

use super::CodePlace;
use super::api::{apply_code, change_line, estimate_shipping, remove_code, remove_line};
use crate::ui::Flash;
use crate::{Notice, ShopError};

/// What is typed is sent as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CartChange {
    /// Another quantity of a line.
    Quantity {
        item: String,
        typed: String,
    },
    Remove {
        item: String,
    },
    ApplyCode {
        typed: String,
    },
    RemoveCode,
    Estimate {
        country: String,
        region: String,
    },
}

/// A change that was not granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedChange {
    pub change: CartChange,
    pub error: ShopError,
}

impl CartChange {
    /// The line it is about.
    pub fn item(&self) -> Option<&str> {
        match self {
            Self::Quantity { item, .. } | Self::Remove { item } => Some(item),
            Self::ApplyCode { .. } | Self::RemoveCode | Self::Estimate { .. } => None,
        }
    }

    pub const fn is_of_code(&self) -> bool {
        matches!(self, Self::ApplyCode { .. } | Self::RemoveCode)
    }

    /// Whether the newer of the two is all that counts.
    pub fn replaces(&self, other: &Self) -> bool {
        match self {
            Self::Quantity { .. } | Self::Remove { .. } => self.item() == other.item(),
            Self::ApplyCode { .. } | Self::RemoveCode => other.is_of_code(),
            Self::Estimate { .. } => matches!(other, Self::Estimate { .. }),
        }
    }

    /// What is said when it is done.
    pub fn notice(&self) -> Notice {
        match self {
            Self::Quantity { .. } => Notice::CartUpdated,
            Self::Remove { .. } => Notice::Removed,
            Self::ApplyCode { .. } => Notice::CodeApplied,
            Self::RemoveCode => Notice::CodeRemoved,
            Self::Estimate { country, .. } => Notice::of_estimate(country),
        }
    }

    /// Asks for it. The answer is the whole cart.
    pub async fn ask(self) -> Result<CartView, ShopError> {
        let from = CodePlace::Cart.path().to_owned();
        match self {
            Self::Quantity { item, typed } => change_line(item, typed).await,
            Self::Remove { item } => remove_line(item).await,
            Self::ApplyCode { typed } => apply_code(typed, from).await,
            Self::RemoveCode => remove_code(from).await,
            Self::Estimate { country, region } => estimate_shipping(country.clone(), region, country).await,
        }
    }
}

impl FailedChange {
    /// What a form of the page left that was sent without scripts.
    pub fn left(flash: &Flash) -> Option<Self> {
        let error = flash.error.clone()?;
        let value = |field| flash.value(field).map(str::to_owned);
        let typed = |field| value(field).unwrap_or_default();
        let change = match flash.form.as_str() {
            super::CODE => CartChange::ApplyCode { typed: typed("code") },
            super::ESTIMATE => CartChange::Estimate { country: typed("country"), region: typed("region") },
            _ => match (typed("item_id"), value("quantity")) {
                (item, Some(typed)) => CartChange::Quantity { item, typed },
                (item, None) => CartChange::Remove { item },
            },
        };
        Some(Self { change, error })
    }
}
