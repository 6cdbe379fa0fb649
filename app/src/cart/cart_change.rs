//! What a shopper may want of the cart, and how the core is asked for it.

use leptos::server_fn::codec::PostUrl;
use leptos::server_fn::{Http, Protocol, ServerFn};
use serde::{Deserialize, Serialize};

use super::CodePlace;
use super::island_api::{ApplyCode, ChangeLine, EstimateShipping, RemoveCode, RemoveLine};
use super::shown::CartShown;
use crate::wire::Answer;
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

/// A change that was not granted, and why, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedChange {
    pub change: CartChange,
    pub words: String,
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
    pub async fn ask(self) -> Result<CartShown, ShopError> {
        type Post = Http<PostUrl, Answer>;
        type Client = <ChangeLine as ServerFn>::Client;
        type Server = <ChangeLine as ServerFn>::Server;
        let (address, form) = self.form();
        <Post as Protocol<Form, CartShown, Client, Server, ShopError>>::run_client(address, form).await
    }

    /// As the form without scripts sends it, and to where.
    fn form(self) -> (&'static str, Form) {
        let (empty, from) = (Form::default(), CodePlace::Cart.path().to_owned());
        match self {
            Self::Quantity { item, typed } => (ChangeLine::PATH, Form { item_id: item, quantity: typed, ..empty }),
            Self::Remove { item } => (RemoveLine::PATH, Form { item_id: item, ..empty }),
            Self::ApplyCode { typed } => (ApplyCode::PATH, Form { code: typed, from, ..empty }),
            Self::RemoveCode => (RemoveCode::PATH, Form { from, ..empty }),
            Self::Estimate { country, region } => {
                (EstimateShipping::PATH, Form { region_of: country.clone(), country, region, ..empty })
            }
        }
    }
}

/// The fields of all of these forms: with one way to send them the browser carries a fifth of what a way for each would weigh.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Form {
    #[serde(skip_serializing_if = "String::is_empty")]
    item_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    quantity: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    code: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    country: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    region: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    region_of: String,
}

impl FailedChange {
    /// What a form of the page left that was sent without scripts: which, what was typed, and what is wrong.
    pub fn left(form: &str, typed: &[(String, String)], wrong: Option<String>) -> Option<Self> {
        let words = wrong?;
        let value = |field: &str| typed.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone());
        let typed = |field: &str| value(field).unwrap_or_default();
        let change = match form {
            super::CODE => CartChange::ApplyCode { typed: typed("code") },
            super::ESTIMATE => CartChange::Estimate { country: typed("country"), region: typed("region") },
            _ => match (typed("item_id"), value("quantity")) {
                (item, Some(typed)) => CartChange::Quantity { item, typed },
                (item, None) => CartChange::Remove { item },
            },
        };
        Some(Self { change, words })
    }
}
