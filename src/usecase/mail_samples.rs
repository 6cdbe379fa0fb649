//! A letter of each kind about an order that is made up: for whoever wants to see them before one is sent.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{
    CancelReason, Email, ManualPayment, Money, OrderId, PaperId, RefundWay, Refusal, ReturnStep, ShippingAddress,
    StaffRole,
};
use crate::dto::{DiscountView, ShippingView, TaxView, TotalParts};

use super::mail_messages as letters;
use super::{MailMessage, OrderFacts, ParcelFacts, Result, Settings, Shop, Store};

const NAME: &str = "Ada Lovelace";

impl<S: Store> Shop<S> {
    /// One letter of each kind, in the shop's name and currency. None of them is queued.
    ///
    /// # Errors
    /// Never: any currency has the amounts.
    pub fn sample_letters(&self) -> Result<Vec<MailMessage>> {
        let (shop, now) = (self.named_settings(), self.now());
        let order = order(&shop, now)?;
        let until = self.local_time(now.saturating_add(Duration::minutes(15)));
        let some = Money::from_minor_units(1890, shop.currency)?;
        let by_transfer = || ManualPayment::parse("IBAN DE02 1203 0000 0000 2020 51", ManualPayment::DAYS);
        let manual = shop.manual_payment.clone().map_or_else(by_transfer, Ok)?;
        let note = (PaperId(Uuid::nil()), "CN-2026-000007".to_owned());
        let parcel = ParcelFacts {
            carrier: Some("dhl".into()),
            tracking_number: Some("00340434161094042557".into()),
            items: order.items.iter().map(|(name, quantity, _)| (name.clone(), *quantity)).collect(),
        };
        let cancelled = OrderFacts { cancel_reason: Some(CancelReason::ByCustomer), ..order.clone() };
        Ok(vec![
            letters::welcome(&shop, NAME),
            letters::order_received(&shop, &order),
            letters::items_set_aside(&shop, &order, &until),
            letters::payment_failed(&shop, &order, &until),
            letters::payment_instructions(&shop, &order, &manual, &until),
            letters::payment_received(&shop, &order),
            letters::parcel_sent(&shop, &order, &parcel, false),
            letters::order_cancelled(&shop, &cancelled),
            letters::refunded(&shop, &order, (some, Some(RefundWay::AsPaid)), Some(&note)),
            letters::refund_failed(&shop, &order, (some, false), Some((note.0, "INV-2026-000043"))),
            letters::return_answered(
                &shop,
                &order,
                ReturnStep::Approve,
                Some("Of course. Please use the box that it came in."),
            ),
            letters::order_link(&shop, &order),
            letters::staff_invitation(&shop, StaffRole::Packing, &"0123456789abcdef".repeat(4), &until),
        ])
    }
}

/// Of a guest, so that links are as long as they get.
fn order(shop: &Settings, now: OffsetDateTime) -> std::result::Result<OrderFacts, Refusal> {
    let amount = |units| Money::from_minor_units(units, shop.currency);
    let (mugs, book, off) = (amount(3780)?, amount(2495)?, amount(628)?);
    let subtotal = mugs.plus(book)?;
    let address = ShippingAddress {
        name: NAME.into(),
        line1: "12 St James's Square".into(),
        line2: None,
        city: Some("London".into()),
        region: None,
        postal_code: Some("SW1Y 4JH".into()),
        country: "GB".into(),
        district: None,
        company: None,
        tax_number: None,
        phone: None,
    };
    Ok(OrderFacts {
        id: OrderId(Uuid::nil()),
        number: 1042,
        email: Email::parse("ada@example.org").map_err(|why| Refusal::field("email", why))?,
        created_at: now,
        total: subtotal.minus(off)?,
        parts: TotalParts {
            subtotal,
            discounts: vec![DiscountView { label: "Autumn".into(), code: Some("AUTUMN10".into()), amount: off }],
            shipping: Some(ShippingView {
                method: None,
                name: "Standard".into(),
                price: Money::zero(shop.currency),
                days: None,
                pick_up: false,
            }),
            tax: TaxView { included: true, amount: Money::zero(shop.currency), lines: Vec::new() },
        },
        address: Some(address),
        cancel_reason: None,
        was_paid: true,
        has_flawed_money: false,
        given_back: Money::zero(shop.currency),
        pay_until: None,
        placed_by_guest: true,
        items: vec![
            ("Speckled Stoneware Mug (Oat, 350 ml)".into(), 2, mugs),
            ("A Handbook of Long Fermentation for the Home Baker".into(), 1, book),
        ],
        invoice: Some((PaperId(Uuid::nil()), "INV-2026-000042".to_owned())),
    })
}
