//! What the API takes and answers, as JSON. Field names are a contract; the core's views are turned into these here, so
//! that the core need not know of it.

mod addresses;
mod cart;
mod money;
mod order_again;
mod order_token;
mod orders;
mod payments;
mod products;
mod promotions;
mod refunds;
mod returns;
mod reviews;
mod shipments;
mod shipping;
mod suggestions;
mod tax;
mod totals;
mod users;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

pub use addresses::{Address, NewAddress, SavedAddress};
pub use cart::{Cart, NewCartItem, NewCoupon, NewQuantity};
pub use money::{AMOUNT, Money, PriceInput};
pub use order_again::Unavailable;
pub use order_token::{Brought, OrderTokenHeader};
pub use orders::{NewOrder, NewOrderItem, NewStatus, Order};
pub use payments::{MadePayment, ManualPayment, Method, NewPayment, NewRecordedPayment, Payment};
pub use products::{Product, ProductEdit, ProductInput, ProductList, SortOrder, StockInput};
pub use promotions::{NewPromotion, Promotion};
pub use refunds::{NewGivenRefund, NewRefund, NewWaiver, Refund, Units, units};
pub use returns::{Approval, NewReturn, Received, Refused, Return};
pub use reviews::{
    NewReviewAnswer, NewReviewDecline, NewReviewPublication, ReviewOrder, ReviewStatus, ReviewsForStaff, ReviewsShown,
    StaffReview,
};
pub use shipments::{NewShipment, Shipment};
pub use shipping::ShippingZones;
pub use suggestions::Suggestions;
pub use tax::TaxRates;
pub use totals::{Discount, Shipping, ShippingMethodOffer, Tax};
pub use users::{Credentials, Registration, User};

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T: ToSchema> {
    pub items: Vec<T>,
    /// From 1; a page beyond the last is empty
    #[schema(minimum = 1)]
    pub page: u32,
    #[schema(minimum = 1, maximum = 100)]
    pub per_page: u32,
    /// How many there are on all pages
    pub total: u32,
    /// Whether there are no more than that
    pub total_is_exact: bool,
}

/// What must be an object: serde would also take an array of the fields' values.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(Reader(PhantomData))
    }
}

impl<T: Serialize> Serialize for Object<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: ToSchema, U: Into<T>> From<shop::dto::Page<U>> for List<T> {
    fn from(page: shop::dto::Page<U>) -> Self {
        let shop::dto::Page { items, page, per_page, total, total_is_exact, next: _ } = page;
        Self { items: items.into_iter().map(Into::into).collect(), page, per_page, total, total_is_exact }
    }
}
