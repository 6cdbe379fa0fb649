//! Orders: their views here, their writes in files of their own.

#[macro_use]
mod parts;
mod again;
mod attempts;
mod basis;
mod checkout;
mod facts;
mod fulfilment;
mod guests;
mod insert;
mod manual;
mod money_back;
mod notes;
mod owner;
mod packing;
mod payments;
mod placed;
mod refunds;
mod refunds_aside;
mod returns;
mod shipments;
mod unsent;
mod waived_refunds;
mod writes;

use sqlx::types::Json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{Email, OrderId, PaymentId, ReservationState, UserId};
use crate::dto::{OrderList, OrderRow, OrderView, Page, PlacedOrder};
use crate::usecase::{
    CartOwner, Checkout, CheckoutFacts, NewOrder, NewPayment, OpenElsewhere, OrderBasis, OrderBasisQuery, OrderPaying,
    OrderPlacing, OrderToPay, OrderViews, PaymentEnd, Result, SavedTerms, SettledPayment, StartedPayment,
};

use super::PgStore;
use super::error::map_sqlx_error;
use super::{to_i32, to_u32, unknown_word};
pub(super) use facts::read as read_facts;
pub(super) use owner::columns;

/// `OrderView` of a row `o` of orders.
macro_rules! order_view {
    () => {
        concat!(
            "json_build_object(",
            order_head!(),
            ", ",
            invoice!(),
            ",
            'last_payment', (select state from payments where order_id = o.id order by created_at desc limit 1),
            ",
            fulfilment!(),
            ",
            'items', ",
            order_items!("(select r.state from reviews r where r.order_item_id = i.id)"),
            ")"
        )
    };
}

impl OrderPlacing for PgStore {
    async fn order_basis(&self, question: &OrderBasisQuery<'_>) -> Result<OrderBasis> {
        basis::read(self, question).await
    }

    async fn place_order(&self, order: &NewOrder) -> Result<()> {
        insert::insert(self, order).await
    }
}

impl OrderPaying for PgStore {
    async fn start_payment(&self, attempt: &NewPayment) -> Result<Option<OrderToPay>> {
        payments::start(self, attempt).await
    }

    async fn keep_checkout(&self, id: PaymentId, checkout: &Checkout) -> Result<()> {
        payments::keep_checkout(self, id, checkout).await
    }

    async fn settle_payment(&self, settled: &SettledPayment) -> Result<PaymentEnd> {
        payments::settle(&self.pool, settled).await
    }

    async fn started_payment(&self, id: PaymentId) -> Result<Option<StartedPayment>> {
        attempts::read(self, id).await
    }

    async fn payments_to_look_up(
        &self,
        providers: &[&str],
        now: OffsetDateTime,
        pause: Duration,
        most: u32,
    ) -> Result<Vec<StartedPayment>> {
        attempts::to_look_up(self, providers, now, pause, most).await
    }

    async fn note_look(&self, id: PaymentId, at: OffsetDateTime) -> Result<()> {
        attempts::note_look(self, id, at).await
    }

    async fn may_ask(&self, id: PaymentId, at: OffsetDateTime, pause: Duration) -> Result<bool> {
        attempts::may_ask(self, id, at, pause).await
    }

    async fn forget_asking(&self, id: PaymentId) -> Result<()> {
        attempts::forget_asking(self, id).await
    }

    async fn payment_of_reference(&self, provider: &str, reference: &str) -> Result<Option<(OrderId, PaymentId)>> {
        attempts::of_reference(self, provider, reference).await
    }

    async fn open_elsewhere(&self, providers: &[&str]) -> Result<Vec<OpenElsewhere>> {
        attempts::open_elsewhere(self, providers).await
    }

    async fn open_attempts(&self, provider: &str, most: u32) -> Result<Vec<StartedPayment>> {
        attempts::open_with(self, provider, most).await
    }
}

impl OrderViews for PgStore {
    async fn order_view(&self, owner: CartOwner, id: OrderId) -> Result<Option<OrderView>> {
        let (user, cart) = columns(owner);
        let found: Option<Json<OrderView>> = sqlx::query_scalar(concat!(
            "select ",
            order_view!(),
            " from orders o where o.id = $1
                and (o.user_id = $2 or (o.user_id is null and o.cart_id = $3))"
        ))
        .bind(id.0)
        .bind(user)
        .bind(cart)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0))
    }

    async fn any_order_view(&self, id: OrderId) -> Result<Option<OrderView>> {
        let found: Option<Json<OrderView>> =
            sqlx::query_scalar(concat!("select ", order_view!(), " from orders o where o.id = $1"))
                .bind(id.0)
                .fetch_optional(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0))
    }

    async fn unsent_order_view(
        &self,
        owner: Option<CartOwner>,
        id: OrderId,
    ) -> Result<Option<(OrderView, SavedTerms)>> {
        unsent::read(self, owner, id).await
    }

    async fn order_revisions(&self, ids: &[OrderId]) -> Result<Vec<(OrderId, String)>> {
        let found: Vec<(Uuid, String)> = sqlx::query_as(
            "select o.id, concat_ws('.', o.status, o.reservation,
                (select count(*) from order_events e where e.order_id = o.id),
                (select count(*) from papers p where p.order_id = o.id))
             from orders o where o.id = any($1)",
        )
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|(id, revision)| (OrderId(id), revision)).collect())
    }

    async fn unpaid_order_view(&self, id: OrderId) -> Result<Option<(OrderView, SavedTerms)>> {
        placed::read(self, id).await
    }

    async fn reservation(&self, id: OrderId) -> Result<Option<ReservationState>> {
        let state: Option<String> = sqlx::query_scalar("select reservation from orders where id = $1")
            .bind(id.0)
            .fetch_optional(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        state.map(|s| ReservationState::parse(&s).ok_or_else(|| unknown_word("orders.reservation", &s))).transpose()
    }

    async fn unasked_orders(&self, now: OffsetDateTime, until: OffsetDateTime, most: u32) -> Result<Vec<OrderId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select o.id from orders o
             where o.status = 'pending' and o.reservation = 'reserved' and o.total > 0 and o.manual_since is null
                and o.expires_at > $1 and o.expires_at <= $2
                and not exists (select from email_messages m where m.about = o.id and m.kind = 'items_set_aside')
             order by o.expires_at limit $3",
        )
        .bind(now)
        .bind(until)
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(OrderId).collect())
    }

    async fn order_by_number(&self, number: i64, email: &Email) -> Result<Option<OrderId>> {
        guests::by_number(self, number, email).await
    }

    async fn order_page(&self, user: UserId, page: u32, per_page: u32) -> Result<Page<OrderView>> {
        let Json(page) = sqlx::query_scalar(concat!(
            "select json_build_object(
                'page', $2::bigint, 'per_page', $3::bigint, 'total_is_exact', true,
                'total', (select count(*) from orders where user_id = $1),
                'items', coalesce((
                    select json_agg(",
            order_view!(),
            " order by o.created_at desc, o.id)
                    from (select * from orders where user_id = $1 order by created_at desc, id
                        limit $3 offset ($2::bigint - 1) * $3) o
                ), '[]'))"
        ))
        .bind(user.0)
        .bind(i64::from(page.max(1)))
        .bind(i64::from(per_page))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(page)
    }

    async fn order_list(&self, user: UserId, page: u32, per_page: u32) -> Result<OrderList> {
        let (orders, total): (Json<Vec<OrderRow>>, i64) = sqlx::query_as(
            "select
                coalesce((
                    select json_agg(json_build_object(
                        'id', o.id, 'number', o.number, 'status', o.status, 'reservation', o.reservation,
                        'total', json_build_object('amount', o.total::text, 'currency', o.currency),
                        'count', (select sum(quantity) from order_items where order_id = o.id),
                        'created_at', o.created_at) order by o.created_at desc)
                    from (select * from orders where user_id = $1 order by created_at desc limit $2 offset $3) o
                ), '[]'),
                (select count(*) from orders where user_id = $1)",
        )
        .bind(user.0)
        .bind(to_i32(per_page))
        .bind(to_i32(page.saturating_sub(1).saturating_mul(per_page)))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(OrderList { orders: orders.0, page, pages: to_u32(total).div_ceil(per_page).max(1) })
    }

    async fn checkout_facts(&self, owner: CartOwner) -> Result<CheckoutFacts> {
        checkout::read(self, owner).await
    }

    async fn last_order(&self, owner: CartOwner, since: OffsetDateTime) -> Result<Option<PlacedOrder>> {
        placed::last(self, owner, since).await
    }
}
