//! Addresses.

use serde::{Deserialize, Serialize};
use shop::domain;
use shop::domain::ShippingAddress;
use shop::dto::AddressForm;
use utoipa::ToSchema;
use uuid::Uuid;

/// The fields of an address stand in three shapes: serde cannot refuse unknown fields of a shape that holds another flattened.
macro_rules! address {
    ($(#[$about:meta])* $name:ident { $($(#[$more:meta])* $field:ident: $of:ty,)* }) => {
        $(#[$about])*
        pub struct $name {
            #[schema(min_length = 1, max_length = 100, example = "Ada Lovelace")]
            name: String,
            #[schema(max_length = 100)]
            company: Option<String>,
            #[schema(min_length = 1, max_length = 120, example = "12 St James's Square")]
            line1: String,
            #[schema(max_length = 120)]
            line2: Option<String>,
            /// The part of the city, where addresses name one
            #[schema(max_length = 80)]
            district: Option<String>,
            #[schema(max_length = 80, example = "London")]
            city: Option<String>,
            /// The state: its code or its name. Answered as its code (of ISO 3166-2 without the country), where the
            /// country's are known
            #[schema(max_length = 80)]
            region: Option<String>,
            /// Checked and spaced as its country's are
            #[schema(max_length = 16, example = "SW1Y 4JH")]
            postal_code: Option<String>,
            /// ISO 3166-1 alpha-2
            #[schema(min_length = 2, max_length = 2, example = "GB")]
            country: String,
            #[schema(max_length = 30, example = "+44 20 7946 0000")]
            phone: Option<String>,
            /// Of a business
            #[schema(max_length = 30)]
            tax_number: Option<String>,
            $($(#[$more])* pub $field: $of,)*
        }
    };
}

/// What comes in, as the core's form has it.
macro_rules! read_address {
    ($name:ident) => {
        impl From<$name> for AddressForm {
            fn from(input: $name) -> Self {
                Self {
                    name: input.name,
                    company: input.company.unwrap_or_default(),
                    line1: input.line1,
                    line2: input.line2.unwrap_or_default(),
                    district: input.district.unwrap_or_default(),
                    city: input.city.unwrap_or_default(),
                    region: input.region.unwrap_or_default(),
                    postal_code: input.postal_code.unwrap_or_default(),
                    country: input.country,
                    phone: input.phone.unwrap_or_default(),
                    tax_number: input.tax_number.unwrap_or_default(),
                }
            }
        }
    };
}

/// What goes out: the core's address, and what stands beside it.
macro_rules! shown_address {
    ($name:ident $(, $field:ident: $of:ty)*) => {
        impl $name {
            fn of(address: ShippingAddress $(, $field: $of)*) -> Self {
                Self {
                    name: address.name,
                    company: address.company,
                    line1: address.line1,
                    line2: address.line2,
                    district: address.district,
                    city: address.city,
                    region: address.region,
                    postal_code: address.postal_code,
                    country: address.country,
                    phone: address.phone,
                    tax_number: address.tax_number,
                    $($field,)*
                }
            }
        }
    };
}

address! {
    /// A postal address. Which parts it needs, and what they may be, is for its country to say: a postal code in Germany, a
    /// state and a ZIP code in the United States, an emirate and no postal code in Dubai
    #[derive(Debug, Serialize, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    Address {}
}

address! {
    /// An address for the address book
    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    NewAddress {
        /// Whether a checkout begins with it from now on
        #[serde(default)]
        default: bool,
    }
}

address! {
    /// An address of the address book
    #[derive(Debug, Serialize, ToSchema)]
    SavedAddress {
        id: Uuid,
        /// Whether a checkout begins with it; one of a book is
        default: bool,
    }
}

read_address!(Address);
read_address!(NewAddress);
shown_address!(Address);
shown_address!(SavedAddress, id: Uuid, default: bool);

impl From<domain::SavedAddress> for SavedAddress {
    fn from(saved: domain::SavedAddress) -> Self {
        Self::of(saved.address, saved.id.0, saved.is_default)
    }
}

impl From<ShippingAddress> for Address {
    fn from(address: ShippingAddress) -> Self {
        Self::of(address)
    }
}
