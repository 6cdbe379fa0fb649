//! What the pages of orders ask of the core, and what is done there.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shop::domain::{Fields, OrderId};
use shop::dto::{AddressForm, StaffMessageView, StaffOrderList, StaffOrderView};

use crate::ShopError;

/// `search` is the query of the page's address.
pub async fn load_orders(search: String) -> Result<StaffOrderList, ShopError> {
    let query = shop::dto::OrderQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.staff_orders(by, &query).await }).await
}

pub async fn load_order(id: String) -> Result<StaffOrderView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.staff_order(by, id.parse()?).await }).await
}

/// Sends a parcel with these units; each button of a page counts once.
#[server(prefix = "/do", endpoint = "admin-ship-order")]
pub async fn ship_order(
    #[server(default)] order_id: String,
    #[server(default)] key: String,
    #[server(default)] units: BTreeMap<String, String>,
    #[server(default)] carrier: String,
    #[server(default)] tracking_number: String,
) -> Result<(), ShopError> {
    use super::paths::order_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::SHIP, &order_path(&order_id)).with_units(&units);
    let form = form.with("carrier", &carrier).with("tracking_number", &tracking_number);
    let (back, typed) = (order_path(&order_id), shop::dto::ShipmentForm::typed(&units, &carrier, tracking_number));
    let key = format!("ship-{key}");
    let sent = as_staff(|shop, by| async move { shop.ship_order(by, order_id.parse()?, &typed, Some(&key)).await });
    form.lead_saying(sent, |()| "The parcel is sent, and the customer written to.".into(), |()| back).await
}

/// Marks the orders that are chosen, `orders[o<id>]`, as packed, or with `packed=no` as not packed after all.
#[server(prefix = "/do", endpoint = "admin-pack-orders")]
pub async fn mark_packed(
    #[server(default)] orders: BTreeMap<String, String>,
    #[server(default)] packed: String,
    #[server(default)] back: String,
) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_staff, chosen_orders, packed_words};
    let back = crate::ui::path::within_shop(&back).unwrap_or(shop::dto::OrderQuery::PATH).to_owned();
    let (form, ids) = (Form::new(super::forms::CHOSEN_ORDERS, &back), chosen_orders(&orders));
    let is_packed = packed != "no";
    let done = as_staff(|shop, by| async move { shop.mark_packed(by, &ids, is_packed).await });
    form.lead_showing(done, |done| packed_words(done, is_packed), |_| back).await.map(|_| ())
}

/// Gives money back: units of lines and shipping, or an amount.
#[server(prefix = "/do", endpoint = "admin-refund-order")]
pub async fn refund_order(
    #[server(default)] order_id: String,
    #[server(default)] key: String,
    #[server(default)] units: BTreeMap<String, String>,
    #[server(default)] shipping: String,
    #[server(default)] amount: String,
    #[server(default)] reason: String,
    #[server(default)] restock: String,
) -> Result<(), ShopError> {
    use super::paths::order_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::REFUND, &order_path(&order_id)).with_units(&units);
    let form =
        form.with("shipping", &shipping).with("amount", &amount).with("reason", &reason).with("restock", &restock);
    let (back, key) = (order_path(&order_id), format!("refund-{key}"));
    let given = as_staff(|shop, by| async move {
        let why = (reason, !restock.is_empty());
        let typed = shop::dto::RefundForm::typed(&units, !shipping.is_empty(), &amount, why, shop.settings().currency)?;
        Box::pin(shop.refund_order(by, order_id.parse()?, &typed, Some(&key))).await
    });
    form.lead_saying(given, |()| "The refund is on its way.".into(), |()| back).await
}

/// Moves an order on: to `completed` or `cancelled`.
#[server(prefix = "/do", endpoint = "admin-move-order")]
pub async fn move_order(
    #[server(default)] order_id: String,
    #[server(default)] status: String,
) -> Result<OrderId, ShopError> {
    use super::paths::order_path;
    let form = crate::ssr::Form::new("move-order", &order_path(&order_id)).with("status", &status);
    let moved = crate::ssr::move_order(order_id, &status);
    form.lead_saying(moved, |_| format!("The order is {status}."), |id| order_path(&id.to_string())).await
}

/// Money that staff have seen pays an order.
#[server(prefix = "/do", endpoint = "admin-record-payment")]
pub async fn record_payment(
    #[server(default)] order_id: String,
    #[server(default)] amount: String,
    #[server(default)] reference: String,
) -> Result<bool, ShopError> {
    use crate::ssr::{Form, as_staff};
    let page = super::paths::order_path(&order_id);
    let form = Form::new(super::forms::PAID, &page);
    let form = form.with("amount", &amount).with("reference", &reference);
    let recorded = as_staff(|shop, by| async move {
        let seen = shop::dto::PaymentForm::typed(&amount, reference, shop.settings().currency)?;
        shop.record_payment(by, order_id.parse()?, &seen).await
    });
    form.lead_saying(recorded, |is_new| crate::ssr::recorded(*is_new).into(), |_| page).await
}

/// Staff have given a refund back that no provider gives.
#[server(prefix = "/do", endpoint = "admin-give-refund")]
pub async fn give_refund(
    #[server(default)] order_id: String,
    #[server(default)] refund_id: String,
    #[server(default)] reference: String,
) -> Result<OrderId, ShopError> {
    use super::paths::order_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(&format!("{}-{refund_id}", super::forms::GIVEN), &order_path(&order_id));
    let form = form.with("reference", &reference);
    let given = as_staff(|shop, by| async move { shop.mark_refund_given(by, refund_id.parse()?, &reference).await });
    form.lead_saying(given, |_| "The refund is given back.".into(), |id| order_path(&id.to_string())).await
}

/// Staff say that nothing more is owed for a refund that failed.
#[server(prefix = "/do", endpoint = "admin-waive-refund")]
pub async fn waive_refund(
    #[server(default)] order_id: String,
    #[server(default)] refund_id: String,
    #[server(default)] reason: String,
) -> Result<OrderId, ShopError> {
    use super::paths::order_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(&format!("{}-{refund_id}", super::forms::WAIVED), &order_path(&order_id));
    let form = form.with("reason", &reason);
    let waived = as_staff(|shop, by| async move { shop.waive_refund(by, refund_id.parse()?, &reason).await });
    form.lead_saying(waived, |_| "Nothing more is owed for this refund.".into(), |id| order_path(&id.to_string())).await
}

/// Staff have looked into what is set aside.
#[server(prefix = "/do", endpoint = "admin-look-into-refund")]
pub async fn look_into_refund(
    #[server(default)] order_id: String,
    #[server(default)] payment_id: String,
    #[server(default)] reference: String,
) -> Result<OrderId, ShopError> {
    use super::paths::order_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::LOOKED_INTO, &order_path(&order_id));
    let seen = as_staff(|shop, by| async move {
        shop.look_into_refund_aside(by, order_id.parse()?, payment_id.parse()?, &reference).await
    });
    form.lead_saying(seen, |_| "Nobody is told of it again.".into(), |id| order_path(&id.to_string())).await
}

/// Approves or refuses a return, in words that the customer reads.
#[server(prefix = "/do", endpoint = "admin-answer-return")]
pub async fn answer_return(
    #[server(default)] order_id: String,
    #[server(default)] return_id: String,
    #[server(default)] decision: String,
    #[server(default)] answer: String,
) -> Result<OrderId, ShopError> {
    use super::paths::order_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(&format!("{}-{return_id}", super::forms::ANSWER), &order_path(&order_id));
    let form = form.with("answer", &answer);
    let is_yes = decision == "approve";
    let answered =
        as_staff(|shop, by| async move { shop.answer_return(by, return_id.parse()?, is_yes, &answer).await });
    let words = if is_yes { "The return is approved." } else { "The return is refused." };
    form.lead_saying(answered, |_| words.into(), |id| order_path(&id.to_string())).await
}

/// What was approved has not arrived, and is not waited for any more.
#[server(prefix = "/do", endpoint = "admin-close-return")]
pub async fn close_return(
    #[server(default)] order_id: String,
    #[server(default)] return_id: String,
    #[server(default)] answer: String,
) -> Result<OrderId, ShopError> {
    use super::paths::order_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(&format!("{}-{return_id}", super::forms::CLOSE), &order_path(&order_id));
    let form = form.with("answer", &answer);
    let closed = as_staff(|shop, by| async move { shop.close_return(by, return_id.parse()?, &answer).await });
    form.lead_saying(closed, |_| "The return is closed.".into(), |id| order_path(&id.to_string())).await
}

/// What was sent back has come.
#[server(prefix = "/do", endpoint = "admin-receive-return")]
pub async fn receive_return(
    #[server(default)] order_id: String,
    #[server(default)] return_id: String,
    #[server(default)] restock: String,
    #[server(default)] refund: String,
) -> Result<OrderId, ShopError> {
    use super::paths::order_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::RECEIVE, &order_path(&order_id)).with("return_id", &return_id);
    let form = form.with("restock", &restock).with("refund", &refund);
    let (restock, refund) = (!restock.is_empty(), !refund.is_empty());
    let received =
        as_staff(|shop, by| async move { shop.receive_return(by, return_id.parse()?, restock, refund).await });
    form.lead_saying(received, |_| "The return is received.".into(), |id| order_path(&id.to_string())).await
}

/// Notes something; no customer reads it.
#[server(prefix = "/do", endpoint = "admin-note-order")]
pub async fn note_order(#[server(default)] order_id: String, #[server(default)] note: String) -> Result<(), ShopError> {
    use super::paths::order_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::NOTE, &order_path(&order_id)).with("note", &note);
    let back = order_path(&order_id);
    let noted = as_staff(|shop, by| async move { shop.note_order(by, order_id.parse()?, &note).await });
    form.lead_saying(noted, |()| "Noted.".into(), |()| back).await
}

/// Slips are printed before anything is packed.
pub const OLD_SLIP: &str = "A packing slip that was printed before says the old address: print it again.";

/// Sends an order elsewhere, before it is packed. `before` is where it went when the form was made, as JSON.
#[server(prefix = "/do", endpoint = "admin-readdress-order")]
pub async fn readdress_order(
    #[server(default)] order_id: String,
    #[server(default)] before: String,
    #[server(flatten)] typed: AddressForm,
) -> Result<(), ShopError> {
    use super::paths::{order_address_path, order_path};
    use crate::ssr::{Form, as_staff};
    let form = Form::filled(crate::addresses::book_form(), &order_address_path(&order_id), &typed);
    let back = order_path(&order_id);
    let changed =
        as_staff(
            |shop, by| async move { Box::pin(shop.readdress_order(by, order_id.parse()?, &before, &typed)).await },
        );
    let said = |(): &()| format!("The address is changed, and the customer written to. {OLD_SLIP}");
    form.lead_saying(changed, said, |()| back).await
}

/// `kept` is what a letter that was refused is found by.
pub async fn load_message(id: String, kept: String) -> Result<StaffMessageView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.staff_message(by, id.parse()?, &kept).await }).await
}

/// Writes to the customer of an order.
#[server(prefix = "/do", endpoint = "admin-write-to-customer")]
pub async fn write_to_customer(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::paths::{order_message_path, order_path};
    use crate::ssr::{form_page, order_of};
    let id = order_of(&fields);
    let (page, back) = (order_message_path(&id), order_path(&id));
    let sent = |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move {
        shop.write_to_customer(by, id.parse()?, &fields).await
    };
    form_page(super::forms::MESSAGE, page, fields, sent, |()| "The letter is on its way.".into(), |()| back).await
}
