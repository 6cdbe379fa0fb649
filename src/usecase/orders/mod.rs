//! Orders: their ports, and reading them. The verbs stand in files of their own.

mod access;
mod account;
mod admit;
mod again;
mod basis;
mod change;
mod checkout;
mod decision;
mod line;
mod link;
mod manual;
mod money_back;
mod notes;
mod packing;
mod payments;
mod place;
mod providers_gone;
mod readdress;
mod reconcile;
mod refunds;
mod refunds_aside;
mod returns;
mod review;
mod settle;
mod shipments;
mod staff_message;
mod unpaid_mail;
mod waived_refunds;

use std::collections::BTreeMap;
use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{
    CancelReason, CartId, Customer, Email, Envelope, May, Money, OrderId, OrderStatus, PaymentFlaw, PaymentId,
    PaymentState, PromotionCode, PromotionId, Refusal, ReservationState, SavedAddress, ShippingAddress,
    ShippingMethodId, Totals, UserId, permit,
};
use crate::dto::{OrderList, OrderView, Page, PlacedOrder, ShippingView};

use super::{CartFacts, CartOwner, KeyOwner, OrderFacts, Result, RuleVersions, SavedTerms, Shop, Store, Terms};

pub use access::{OrderAccess, OrderToken};
pub use admit::Admit;
pub use again::{EarlierLine, EarlierOrder};
pub use basis::{CartVersion, OrderBasis, OrderBasisQuery, OrderPlacing};
pub(super) use decision::Decisions;
pub use line::OrderLine;
pub use manual::{ManualPayments, RecordedPayment, TimeToPay};
pub(super) use money_back::BY_DISPUTE;
pub use money_back::{FoundRefund, MoneyBack, RefundFromProvider};
pub(super) use notes::read_note;
pub use notes::{NewNote, OrderNotes};
pub(super) use packing::chosen_orders;
pub use packing::{Packing, PackingState};
pub use payments::{NewPayment, OrderPaying, OrderPayment, OrderToPay, PaymentEnd, SettledPayment};
pub use place::{OrderRequest, PlaceOrder, RequestedItem};
pub use providers_gone::OpenElsewhere;
pub use readdress::{OrderPlace, OrderPlaces};
pub use refunds::{DueRefund, NewRefund, RefundOfPayment, RefundQueue, Refunds, SettledRefund};
pub use refunds_aside::RefundsAside;
pub use returns::{NewReturn, ReturnChange, ReturnRow, Returns};
pub use shipments::{NewShipment, Shipments};
pub use waived_refunds::WaivedRefunds;

/// How many orders a page of the history shows.
const PER_PAGE: u32 = 20;

/// An order with a row lock on it.
#[derive(Debug, Clone, Copy)]
pub struct LockedOrder {
    pub id: OrderId,
    pub number: i64,
    pub user_id: Option<UserId>,
    /// Of the guest who placed it.
    pub cart_id: Option<CartId>,
    pub status: OrderStatus,
    pub reservation: ReservationState,
    pub total: Money,
}

/// What becomes of a locked order. Written only if the order still has the status it was locked with.
#[derive(Debug, Clone)]
pub struct OrderChange {
    pub id: OrderId,
    pub from: OrderStatus,
    pub to: OrderStatus,
    pub reservation: ReservationState,
    pub cancel_reason: Option<CancelReason>,
    /// When it is given up from now on, if nobody has paid; none: as it was.
    pub expires_at: Option<OffsetDateTime>,
    /// What the order's history says of it, in this order.
    pub history: Vec<&'static str>,
}

/// The order with another status, and nothing said of it yet.
const fn unchanged(order: &LockedOrder, to: OrderStatus) -> OrderChange {
    OrderChange {
        id: order.id,
        from: order.status,
        to,
        reservation: order.reservation,
        cancel_reason: None,
        expires_at: None,
        history: Vec::new(),
    }
}

/// An order about to be written: everything is copied onto it, nothing joined.
#[derive(Debug, Clone)]
pub struct NewOrder {
    pub id: OrderId,
    pub number: i64,
    /// Its owner is the order's.
    pub key: OrderKey,
    pub email: Email,
    pub address: Option<ShippingAddress>,
    /// None: the same.
    pub billing: Option<ShippingAddress>,
    pub items: Vec<OrderLine>,
    /// Its lines are those of `items`, in their order.
    pub totals: Totals,
    /// How it is sent; none where nothing is.
    pub shipping: Option<ShippingView>,
    pub uses: CountedUses,
    /// Of the rules it was priced by.
    pub versions: RuleVersions,
    /// The version of the terms it is placed under; none: the shop has none.
    pub terms_version: Option<i64>,
    /// The cart it was made from, which is empty afterwards.
    pub cart: Option<CartVersion>,
    /// `order.created`.
    pub event: Envelope,
    pub created_at: OffsetDateTime,
    /// Counts only once the items are set aside, and is set anew then.
    pub expires_at: OffsetDateTime,
}

/// The key with which an order was asked for, and the request it belongs to.
#[derive(Debug, Clone)]
pub struct OrderKey {
    pub owner: KeyOwner,
    pub key: String,
    pub request: String,
}

/// The promotions of which a use is counted for this order, and under which key.
#[derive(Debug, Clone, Default)]
pub struct CountedUses {
    pub promotions: Vec<PromotionId>,
    pub customer_key: String,
}

/// An attempt to pay, with what its order says of it.
#[derive(Debug, Clone)]
pub struct StartedPayment {
    pub id: PaymentId,
    pub order: OrderId,
    pub provider: String,
    pub state: PaymentState,
    /// Why its money does not pay.
    pub flaw: Option<PaymentFlaw>,
    pub number: i64,
    /// The order's total.
    pub amount: Money,
    pub began_at: OffsetDateTime,
    /// When the order is given up.
    pub expires_at: OffsetDateTime,
    /// Nobody can pay the order any more: it has another status, or its time is over.
    pub is_over: bool,
    /// The provider's page, once it was opened.
    pub checkout_id: Option<String>,
    pub checkout_url: Option<String>,
    /// The step in which it began; none where this was not asked for.
    pub traceparent: Option<String>,
}

/// What was chosen in a checkout.
#[derive(Debug, Clone, Default)]
pub struct CheckoutChoices {
    pub address: Option<ShippingAddress>,
    /// None: the same.
    pub billing: Option<ShippingAddress>,
    pub method: Option<ShippingMethodId>,
    pub coupon: Option<PromotionCode>,
    /// A guest's; an account has its own.
    pub email: Option<Email>,
}

/// What a checkout shows, as one statement found it.
#[derive(Debug, Clone)]
pub struct CheckoutFacts {
    /// With the addresses that were given in this checkout.
    pub cart: CartFacts,
    /// The address book, the default first.
    pub saved: Vec<SavedAddress>,
    /// Of the last order.
    pub last_address: Option<ShippingAddress>,
    /// The e-mail address of the account; none: it is a guest, who gives theirs in the checkout.
    pub account: Option<String>,
    /// The version of the shop's terms, which the last step names; none: it has none.
    pub terms_version: Option<i64>,
}

pub trait OrderViews {
    /// The order if it is this customer's, or was placed from this guest's cart.
    fn order_view(&self, owner: CartOwner, id: OrderId) -> impl Future<Output = Result<Option<OrderView>>> + Send;

    /// The order, whoever's it is.
    fn any_order_view(&self, id: OrderId) -> impl Future<Output = Result<Option<OrderView>>> + Send;

    /// The order if it is theirs, or whoever's it is, with what is saved of the shop's terms, at once; none: there is none, or something
    /// of it was sent or given back.
    fn unsent_order_view(
        &self,
        owner: Option<CartOwner>,
        id: OrderId,
    ) -> impl Future<Output = Result<Option<(OrderView, SavedTerms)>>> + Send;

    /// Of each of these orders that there is, what is another whenever `OrderView::mark` is.
    fn order_revisions(&self, ids: &[OrderId]) -> impl Future<Output = Result<Vec<(OrderId, String)>>> + Send;

    /// The order, whoever's it is, with what is saved of the shop's terms, at once; none: it is no more what it was when it was
    /// placed, somebody has begun to pay it, or there is none.
    fn unpaid_order_view(&self, id: OrderId) -> impl Future<Output = Result<Option<(OrderView, SavedTerms)>>> + Send;

    /// What the inventory has said of it; none: there is no such order.
    fn reservation(&self, id: OrderId) -> impl Future<Output = Result<Option<ReservationState>>> + Send;

    /// Orders that wait to be paid at once, whose time ends after `now` and no later than `until`, and of which no mail has
    /// asked it yet; those first whose time ends first.
    fn unasked_orders(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<Vec<OrderId>>> + Send;

    /// The order with this number and this e-mail address, in whatever case.
    fn order_by_number(&self, number: i64, email: &Email) -> impl Future<Output = Result<Option<OrderId>>> + Send;

    /// Newest first, whole; a page beyond the last is empty.
    fn order_page(
        &self,
        user: UserId,
        page: u32,
        per_page: u32,
    ) -> impl Future<Output = Result<Page<OrderView>>> + Send;

    /// Newest first; a page beyond the last is empty.
    fn order_list(&self, user: UserId, page: u32, per_page: u32) -> impl Future<Output = Result<OrderList>> + Send;

    fn checkout_facts(&self, owner: CartOwner) -> impl Future<Output = Result<CheckoutFacts>> + Send;

    /// What this customer, or the guest with this cart, ordered last, if that was after `since` and is not cancelled.
    fn last_order(
        &self,
        owner: CartOwner,
        since: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<PlacedOrder>>> + Send;
}

pub trait Orders {
    /// None: there is no such order.
    fn earlier_order(&mut self, id: OrderId) -> impl Future<Output = Result<Option<EarlierOrder>>> + Send;

    fn set_cart_address(
        &mut self,
        cart: CartId,
        address: &ShippingAddress,
        billing: Option<&ShippingAddress>,
    ) -> impl Future<Output = Result<()>> + Send;

    fn set_cart_email(&mut self, cart: CartId, email: &Email) -> impl Future<Output = Result<()>> + Send;

    /// Those of the orders that exist, locked in id order.
    fn lock_orders(&mut self, ids: &[OrderId]) -> impl Future<Output = Result<Vec<LockedOrder>>> + Send;

    /// Unpaid orders whose items are set aside and whose time is over, locked. Left for later: those somebody else has
    /// locked, and those with a started payment, of which nobody knows yet whether it was approved.
    fn lock_expired(&mut self, now: OffsetDateTime, most: u32)
    -> impl Future<Output = Result<Vec<LockedOrder>>> + Send;

    /// # Errors
    /// `Broken` if one of them had another status than it was locked with.
    fn save_orders(&mut self, changes: &[OrderChange], now: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    /// As `OrderPaying::settle_payment`, together with what else this transaction does.
    fn settle_payment(&mut self, settled: &SettledPayment) -> impl Future<Output = Result<PaymentEnd>> + Send;

    /// What mail says of these orders, of each once.
    fn order_facts(&mut self, ids: &[OrderId]) -> impl Future<Output = Result<Vec<OrderFacts>>> + Send;

    /// Makes a guest's order this user's; false where it is somebody's already.
    fn take_order(&mut self, order: OrderId, user: UserId) -> impl Future<Output = Result<bool>> + Send;

    /// Makes what was ordered from this guest's cart with the user's e-mail address theirs, locked in id order.
    fn take_orders_of_cart(&mut self, cart: CartId, user: UserId) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// # Errors
    /// `NotFound` for an order that is not theirs.
    pub async fn order(&self, access: impl Into<OrderAccess> + Send, id: OrderId) -> Result<OrderView> {
        let access = access.into();
        let owner = if self.has_token(&access, id)? { None } else { Some(access.owner) };
        if let Some(unsent) = self.store().unsent_order_view(owner, id).await? {
            return Ok(self.view_under_terms(unsent));
        }
        let found = match owner {
            None => self.store().any_order_view(id).await?,
            Some(owner) => self.store().order_view(owner, id).await?,
        };
        let order = self.with_terms(found.ok_or(Refusal::NotFound)?).await?;
        Ok(OrderView { form_key: self.new_key(), ..order })
    }

    /// An order as whoever asks for it is told, with what the terms make of it.
    fn view_under_terms(&self, (order, saved): (OrderView, SavedTerms)) -> OrderView {
        let now = self.now();
        let order = under_terms(order.at(now), self.terms_of(saved), now);
        OrderView { form_key: self.new_key(), ..order }
    }

    /// For whoever has pages of these orders open: what is another once one of them would look different. Which of them may be
    /// looked at is asked when it is read (`order`); this is shown to nobody.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn order_revisions(&self, ids: &[OrderId]) -> Result<BTreeMap<OrderId, String>> {
        Ok(self.store().order_revisions(ids).await?.into_iter().collect())
    }

    /// The same for whoever has just placed it.
    ///
    /// # Errors
    /// As `order`.
    pub async fn placed_order(&self, access: OrderAccess, id: OrderId) -> Result<OrderView> {
        let unpaid = if self.has_token(&access, id)? { self.store().unpaid_order_view(id).await? } else { None };
        match unpaid {
            Some(unpaid) => Ok(self.view_under_terms(unpaid)),
            None => self.order(access, id).await,
        }
    }

    /// The order with what the shop's terms make of it now. They are read where they say something of it.
    async fn with_terms(&self, order: OrderView) -> Result<OrderView> {
        let now = self.now();
        let order = order.at(now);
        if !order.is_payable() && !order.has_left() {
            return Ok(order);
        }
        Ok(under_terms(order, self.terms().await?, now))
    }

    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn orders(&self, customer: Customer, page: u32) -> Result<OrderList> {
        self.store().order_list(customer.0, page.clamp(1, 10_000), PER_PAGE).await
    }

    /// Any order, for staff.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn order_for_staff(&self, _by: May<permit::Orders>, id: OrderId) -> Result<OrderView> {
        self.store().any_order_view(id).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    /// The customer's orders, whole, newest first.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn order_page(&self, customer: Customer, page: u32, per_page: u32) -> Result<Page<OrderView>> {
        self.store().order_page(customer.0, page, per_page).await
    }
}

fn under_terms(order: OrderView, terms: Terms, now: OffsetDateTime) -> OrderView {
    let manual_payment = terms.manual_payment.filter(|_| order.is_payable());
    OrderView { manual_payment, ..order.returnable_within(terms.return_window, now) }
}
