//! Carts.

use serde::{Deserialize, Serialize};
use shop::domain::LineNotice;
use shop::dto::{CartAgain, CartLine, CartView, words};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Discount, Money, Shipping, Tax, Unavailable};

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    PriceChanged,
    OnlyLeft,
    Gone,
    /// The coupon does not count any more
    CouponRefused,
}

/// What must be told of a line before it is ordered
#[derive(Debug, Serialize, ToSchema)]
pub struct CartNotice {
    /// The line; null for the coupon
    pub item_id: Option<Uuid>,
    pub kind: NoticeKind,
    #[schema(example = "Only 2 left. Please lower the quantity.")]
    pub message: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CartItem {
    pub id: Uuid,
    pub product_id: Uuid,
    pub variant_id: Uuid,
    pub sku: String,
    pub name: String,
    /// What is chosen, one value per option of the product, in its order; the options' names are the product's
    pub options: Vec<String>,
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: u32,
    pub unit_price: Money,
    pub line_total: Money,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Cart {
    /// Null before anything was put in
    pub id: Option<Uuid>,
    pub items: Vec<CartItem>,
    /// Units, not lines
    pub count: u32,
    /// The items before discounts
    pub subtotal: Money,
    pub discounts: Vec<Discount>,
    /// An estimate before there is an address; null where nobody knows yet where to, and where nothing is sent
    pub shipping: Option<Shipping>,
    pub tax: Tax,
    /// Subtotal, less discounts, with shipping and with tax that is not included
    pub total: Money,
    /// The code of a promotion, whether it counts or a notice says why not
    pub coupon: Option<String>,
    /// How much more makes shipping free; null: nothing does, or it is
    pub missing_for_free_shipping: Option<Money>,
    pub notices: Vec<CartNotice>,
    /// What of an order cannot be had again as it was. Only in the answer to ordering it again
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<Vec<Unavailable>>,
}

impl From<CartAgain> for Cart {
    fn from(again: CartAgain) -> Self {
        let unavailable = again.unavailable.into_iter().map(Into::into).collect();
        Self { unavailable: Some(unavailable), ..again.cart.into() }
    }
}

impl From<CartView> for Cart {
    fn from(cart: CartView) -> Self {
        let of_lines = cart.lines.iter().flat_map(|line| line.notices.iter().map(|n| notice(line, n)));
        let of_coupon = cart.coupon.iter().filter_map(|coupon| coupon.refused.as_ref()).map(|why| CartNotice {
            item_id: None,
            kind: NoticeKind::CouponRefused,
            message: words::why_not(why),
        });
        let notices = of_lines.chain(of_coupon).collect();
        Self {
            id: cart.id.map(|id| id.0),
            items: cart.lines.into_iter().map(Into::into).collect(),
            count: cart.count,
            subtotal: cart.parts.subtotal.into(),
            discounts: cart.parts.discounts.into_iter().map(Into::into).collect(),
            shipping: cart.parts.shipping.map(Into::into),
            tax: cart.parts.tax.into(),
            total: cart.total.into(),
            coupon: cart.coupon.map(|coupon| coupon.code),
            missing_for_free_shipping: cart.missing_for_free_shipping.map(Into::into),
            notices,
            unavailable: None,
        }
    }
}

impl From<CartLine> for CartItem {
    fn from(line: CartLine) -> Self {
        Self {
            id: line.id.0,
            product_id: line.product_id.0,
            variant_id: line.variant_id.0,
            sku: line.sku,
            name: line.name,
            options: line.options,
            quantity: line.quantity.get(),
            unit_price: line.unit_price.into(),
            line_total: line.line_total.into(),
        }
    }
}

fn notice(line: &CartLine, notice: &LineNotice) -> CartNotice {
    let kind = match notice {
        LineNotice::PriceChanged { .. } => NoticeKind::PriceChanged,
        LineNotice::OnlyLeft { .. } => NoticeKind::OnlyLeft,
        LineNotice::Gone => NoticeKind::Gone,
    };
    CartNotice { item_id: Some(line.id.0), kind, message: words::notice(notice) }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCartItem {
    pub product_id: Uuid,
    /// May be left out for a product that has only one
    pub variant_id: Option<Uuid>,
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuantity {
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCoupon {
    #[schema(pattern = "^[A-Za-z0-9_-]{3,32}$", example = "WELCOME10")]
    pub code: String,
}
