//! What a step of the checkout shows, in one statement: the cart with all that it is priced by, and what stands beside it.

use sqlx::types::Json;

use crate::domain::{SavedAddress, ShippingAddress};
use crate::usecase::{CartOwner, CheckoutFacts, Result};

use super::super::PgStore;
use super::super::error::map_sqlx_error;
use super::super::pricing::{CartRow, cart_keys};

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    cart: CartRow,
    account: Option<String>,
    last_address: Option<Json<ShippingAddress>>,
    saved: Json<Vec<SavedAddress>>,
    terms_version: Option<i64>,
}

/// Parameters are those of the statement of a cart. Whose last order it is, is a column and no parameter: where few customers
/// order much, it would be planned for each anew.
const CHECKOUT: &str = concat!(
    "select u.email::text as account,
        (select o.shipping_address from orders o where o.user_id = u.id and o.shipping_address is not null
            order by o.created_at desc limit 1) as last_address,
        coalesce((select json_agg(json_build_object('id', a.id, 'address', a.address, 'is_default', a.is_default)
            order by a.is_default desc, a.id) from addresses a where a.user_id = u.id), '[]') as saved, ",
    terms_now!(),
    " as terms_version, ",
    cart_columns!(),
    cart_tables!()
);

pub(super) async fn read(store: &PgStore, owner: CartOwner) -> Result<CheckoutFacts> {
    let mut row = ask(store, owner, None).await?;
    if let Some(key) = row.cart.missing_key(owner) {
        row = ask(store, owner, Some(key)).await?;
    }
    Ok(CheckoutFacts {
        cart: row.cart.facts(&store.pool, store.currency, &store.rules).await?,
        saved: row.saved.0,
        last_address: row.last_address.map(|address| address.0),
        account: row.account,
        terms_version: row.terms_version,
    })
}

async fn ask(store: &PgStore, owner: CartOwner, key: Option<String>) -> Result<Row> {
    let (user, guest) = cart_keys(owner);
    sqlx::query_as(CHECKOUT).bind(key).bind(user).bind(guest).fetch_one(&store.pool).await.map_err(map_sqlx_error)
}
