//! What each event carries: ids and amounts only; no e-mail addresses, no tokens, no card data.

use serde::{Deserialize, Serialize};

use crate::domain::{
    CancelReason, ItemQuantity, Money, OrderId, PaymentId, PromotionId, RefundId, RefundWay, ReservationState,
    ShipmentId, ShippingMethodId, Totals, UserId,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCreated {
    pub order_id: OrderId,
    pub number: i64,
    pub user_id: Option<UserId>,
    pub items: Vec<ItemQuantity>,
    pub total: Money,
    /// What the total is made of; messages of the first release have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<OrderParts>,
}

/// The parts of an order's total: `total = subtotal − discounts + shipping + tax not included`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderParts {
    pub subtotal: Money,
    pub discounts: Vec<DiscountPart>,
    pub shipping: Option<ShippingPart>,
    pub tax: TaxPart,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountPart {
    pub promotion_id: Option<PromotionId>,
    pub amount: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingPart {
    pub method_id: Option<ShippingMethodId>,
    pub price: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxPart {
    pub included: bool,
    pub amount: Money,
}

impl OrderParts {
    pub fn of(totals: &Totals, method_id: Option<ShippingMethodId>) -> Self {
        let discounts = totals.discounts.iter();
        Self {
            subtotal: totals.subtotal,
            discounts: discounts.map(|d| DiscountPart { promotion_id: d.promotion, amount: d.amount }).collect(),
            shipping: totals.shipping.as_ref().map(|s| ShippingPart { method_id, price: s.amounts.price }),
            tax: TaxPart { included: totals.tax.included, amount: totals.tax.amount },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPaid {
    pub order_id: OrderId,
    pub number: i64,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderShipped {
    pub order_id: OrderId,
    pub number: i64,
    pub total: Money,
    /// How many parcels it left in, each of which was told of; messages of earlier releases do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcels: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCompleted {
    pub order_id: OrderId,
    pub number: i64,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCancelled {
    pub order_id: OrderId,
    pub number: i64,
    pub reason: CancelReason,
}

/// A parcel has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentCreated {
    pub order_id: OrderId,
    pub number: i64,
    pub shipment_id: ShipmentId,
    pub items: Vec<ItemQuantity>,
    /// Nothing of the order is left to be sent.
    pub is_last: bool,
}

/// Money was given back: whoever gives it has answered, and it is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefunded {
    pub order_id: OrderId,
    pub number: i64,
    pub refund_id: RefundId,
    pub payment_id: PaymentId,
    pub amount: Money,
    /// Messages of earlier releases do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<RefundWay>,
}

/// The inventory's answer about one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryUpdated {
    pub order_id: OrderId,
    pub reservation: ReservationState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRegistered {
    pub user_id: UserId,
}
