//! A letter of each kind about an order that is made up, or one that there is: for whoever wants to see them before one is sent.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{
    CancelReason, Email, EndpointId, EndpointState, ManualPayment, May, Money, OrderId, OrderStatus, PaperId,
    RefundState, RefundWay, Refusal, ReturnStep, ShippingAddress, StaffRole, permit,
};
use crate::dto::{DiscountView, MailSamples, MailView, SampleMail, ShippingView, TaxView, TotalParts};

use super::{
    LinkToken, MailMessage, OrderFacts, Orders, ParcelFacts, Result, Settings, Shipments, Shop, Store, Tx,
    mail_account, mail_factors, mail_messages, mail_reviews, mail_wishes,
};

const NAME: &str = "Ada Lovelace";
const WISHED: &str = "Speckled Stoneware Mug (Oat, 350 ml)";
const WISHED_PAGE: &str = "/products/speckled-stoneware-mug?sku=MUG-OAT";

/// What the letters say of an order, and of whoever placed it.
struct SampleFacts {
    name: String,
    /// What somebody waits for, and its page.
    wished: (String, String),
    order: OrderFacts,
    parcel: ParcelFacts,
    is_last_parcel: bool,
    refunded: (Money, RefundWay),
    credit_note: Option<(PaperId, String)>,
    /// What takes the credit note back.
    cancellation: Option<(PaperId, String)>,
    /// What staff wrote about a return.
    answer: Option<String>,
}

impl<S: Store> Shop<S> {
    /// One letter of each kind, in the shop's name and currency. None of them is queued.
    ///
    /// # Errors
    /// Never: any currency has the amounts.
    pub fn sample_mail(&self) -> Result<Vec<MailMessage>> {
        let shop = self.named_settings();
        let order = order(&shop, self.now())?;
        let parcel = ParcelFacts {
            carrier: Some("dhl".into()),
            tracking_number: Some("00340434161094042557".into()),
            items: order.items.iter().map(|(name, quantity, _)| (name.clone(), *quantity)).collect(),
        };
        self.sample_messages(&SampleFacts {
            name: NAME.into(),
            wished: (WISHED.into(), WISHED_PAGE.into()),
            order,
            parcel,
            is_last_parcel: false,
            refunded: (Money::from_minor_units(1890, shop.currency)?, RefundWay::AsPaid),
            credit_note: Some((PaperId(Uuid::nil()), "CN-2026-000007".to_owned())),
            cancellation: Some((PaperId(Uuid::nil()), "INV-2026-000043".to_owned())),
            answer: Some("Of course. Please use the box that it came in.".into()),
        })
    }

    /// The same for staff, in words alone: about the order with this number, where there is one.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn mail_samples(&self, _by: May<permit::Mail>, asked: &str) -> Result<MailSamples> {
        let number = asked.trim().trim_start_matches('#').parse::<i64>().ok();
        let found = match number {
            Some(number) => self.store().order_numbered(number).await?,
            None => None,
        };
        let letters = match found {
            Some(id) => self.sample_messages(&self.sample_facts(id).await?)?,
            None => self.sample_mail()?,
        };
        let sample = |letter: MailMessage| SampleMail {
            kind: letter.kind,
            subject: letter.subject,
            text: readable(&letter.text),
        };
        Ok(MailSamples {
            asked: asked.trim().to_owned(),
            order: found.zip(number),
            letters: letters.into_iter().map(sample).collect(),
        })
    }

    /// What there is to say of this order; of what has not happened to it yet, what would be said if it did now.
    async fn sample_facts(&self, id: OrderId) -> Result<SampleFacts> {
        let view = self.store().any_order_view(id).await?.ok_or(Refusal::NotFound)?;
        let mut tx = self.store().begin().await?;
        let order = tx.order_facts(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
        let sent = match view.shipments.last() {
            Some(shipment) => tx.parcel_facts(&[shipment.id]).await?.remove(&shipment.id),
            None => None,
        };
        tx.commit().await?;
        let is_last_parcel = sent.is_none() || matches!(view.status, OrderStatus::Shipped | OrderStatus::Completed);
        let items = order.items.iter().map(|(name, quantity, _)| (name.clone(), *quantity)).collect();
        let parcel = sent.unwrap_or(ParcelFacts { carrier: None, tracking_number: None, items });
        let refund = view.refunds.iter().rev().find(|refund| refund.state == RefundState::Done);
        let way = if refund.is_some_and(|refund| refund.is_dispute) { RefundWay::ByBank } else { RefundWay::AsPaid };
        let paper = |number: &String| (PaperId(Uuid::nil()), number.clone());
        let cancelled = view.refunds.iter().flat_map(|refund| &refund.cancelled_credit_notes).next_back();
        let page = view.items.first().and_then(|item| item.slug.as_ref()).map(|slug| format!("/products/{slug}"));
        let wished = order.items.first().map_or_else(|| WISHED.to_owned(), |(name, ..)| name.clone());
        Ok(SampleFacts {
            name: order.address.as_ref().map_or_else(|| NAME.to_owned(), |address| address.name.clone()),
            wished: (wished, page.unwrap_or_else(|| WISHED_PAGE.to_owned())),
            parcel,
            is_last_parcel,
            refunded: (refund.map_or(order.total, |refund| refund.amount), way),
            credit_note: refund.and_then(|refund| refund.credit_note.as_ref()).map(|note| paper(&note.number)),
            cancellation: cancelled.map(|note| paper(&note.cancellation)),
            answer: view.returns.iter().rev().find_map(|asked| asked.answer.clone()),
            order,
        })
    }

    fn sample_messages(&self, facts: &SampleFacts) -> Result<Vec<MailMessage>> {
        let (shop, now) = (self.named_settings(), self.now());
        let SampleFacts { name, wished: (wished, wished_page), order, parcel, is_last_parcel, answer, .. } = facts;
        let soon = now.saturating_add(Duration::minutes(15));
        let until = self.local_time(order.pay_until.unwrap_or(soon));
        let by_transfer = || ManualPayment::parse("IBAN DE02 1203 0000 0000 2020 51", ManualPayment::DAYS);
        let manual = shop.manual_payment.clone().map_or_else(by_transfer, Ok)?;
        let cancelled =
            OrderFacts { cancel_reason: order.cancel_reason.or(Some(CancelReason::ByCustomer)), ..order.clone() };
        let (given_back, way) = facts.refunded;
        let cancellation = facts.cancellation.as_ref().map(|(id, number)| (*id, number.as_str()));
        let token = format!("{}.{}", Uuid::nil(), "0123456789abcdef".repeat(4));
        let link = LinkToken::brought(&token);
        Ok(vec![
            mail_account::welcome(&shop, name, Some((&token, &until))),
            mail_account::verify_email(&shop, name, &token, &until),
            mail_account::password_reset(&shop, name, &token, &until),
            mail_account::password_changed(&shop, name),
            mail_account::email_change(&shop, &token, &until),
            mail_account::email_change_asked(&shop, name),
            mail_account::email_changed(&shop, name),
            mail_factors::factor_added(&shop, name),
            mail_factors::factor_removed(&shop, name),
            mail_factors::factor_reset(&shop, name),
            mail_factors::passkey_added(&shop, name, "My phone"),
            mail_factors::passkey_removed(&shop, name, "My phone"),
            mail_factors::passkey_copied(&shop, name, "My phone"),
            mail_factors::recovery_codes_made(&shop, name),
            mail_factors::recovery_code_used(&shop, name, 9),
            mail_factors::wrong_codes(&shop, name, 5),
            mail_account::new_device(&shop, name, "Firefox on Linux", Some("192.0.2.0/24"), &until),
            mail_account::data_ready(&shop, name, &until),
            mail_account::account_closed(&shop, name, true),
            mail_wishes::stock_wish(&shop, wished, (&link, &link), &until),
            mail_wishes::back_in_stock(&shop, wished, wished_page, &link),
            mail_reviews::review_request(&shop, order, &link),
            mail_messages::order_received(&shop, order),
            mail_messages::items_set_aside(&shop, order, &until),
            mail_messages::payment_failed(&shop, order, &until),
            mail_messages::payment_instructions(&shop, order, &manual, &until),
            mail_messages::payment_received(&shop, order),
            mail_messages::parcel_sent(&shop, order, parcel, *is_last_parcel),
            mail_messages::order_cancelled(&shop, &cancelled),
            mail_messages::refunded(&shop, order, (given_back, Some(way), None), facts.credit_note.as_ref()),
            mail_messages::refund_failed(&shop, order, (given_back, false), cancellation),
            mail_messages::return_answered(&shop, order, ReturnStep::Approve, answer.as_deref()),
            mail_messages::order_link(&shop, order),
            mail_messages::address_changed(&shop, order),
            mail_messages::staff_message(
                &shop,
                order,
                "About the glaze of your mugs",
                "The oat glaze turned out a little darker this time.\n\nShall we send them all the same? Simply reply to this mail.",
            ),
            mail_messages::staff_invitation(&shop, StaffRole::Packing, &"0123456789abcdef".repeat(4), &until),
            mail_messages::webhook_disabled(
                &shop,
                name,
                (EndpointId(Uuid::nil()), "https://erp.example.org/hooks"),
                EndpointState::Failing,
            ),
        ])
    }
}

/// Without the secrets of its links: whoever reads it here is not who it goes to.
fn readable(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("token=") {
        out.push_str(before);
        if before.ends_with(['?', '&']) {
            out.push_str(MailView::LEFT_OUT);
            rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "._%-".contains(c));
        } else {
            out.push_str("token=");
            rest = after;
        }
    }
    out + rest
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
        billing: None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_a_link_is_left_in_what_staff_read() {
        let text = "See https://shop.example/orders/1?token=0a.b-c%2F9\n\nor &token=x. The token=y stays.";
        let read = "See https://shop.example/orders/1?token=…\n\nor &token=… The token=y stays.";
        assert_eq!(readable(text), read);
        assert_eq!(readable("nothing"), "nothing");
    }
}
