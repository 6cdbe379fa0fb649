//! What a step of the checkout shows, in one statement: the cart with all that it is priced by, and what stands beside it.

use sqlx::types::Json;

use crate::domain::{SavedAddress, ShippingAddress};
use crate::usecase::{CartFacts, CartOwner, CheckoutFacts, Result};

use super::super::PgStore;
use super::super::error::map_sqlx_error;
use super::super::pricing::{CartRow, cart_keys};

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    cart: CartRow,
    #[sqlx(flatten)]
    beside: Beside,
}

/// What stands beside the cart.
#[derive(sqlx::FromRow)]
struct Beside {
    account: Option<String>,
    last_address: Option<Json<ShippingAddress>>,
    saved: Json<Vec<SavedAddress>>,
    terms_version: Option<i64>,
}

impl Beside {
    fn facts(self, cart: CartFacts) -> CheckoutFacts {
        CheckoutFacts {
            cart,
            saved: self.saved.0,
            last_address: self.last_address.map(|address| address.0),
            account: self.account,
            terms_version: self.terms_version,
        }
    }
}

/// Whose last order it is, is a column and no parameter: where few customers order much, it would be planned for each anew.
macro_rules! checkout_columns {
    () => {
        concat!(
            "select u.email::text as account,
                (select o.shipping_address from orders o where o.user_id = u.id and o.shipping_address is not null
                    order by o.created_at desc limit 1) as last_address,
                coalesce((select json_agg(json_build_object('id', a.id, 'address', a.address, 'is_default', a.is_default)
                    order by a.is_default desc, a.id) from addresses a where a.user_id = u.id), '[]') as saved, ",
            terms_now!(),
            " as terms_version, "
        )
    };
}

/// Parameters are those of the statement of a cart.
const CHECKOUT: &str = concat!(checkout_columns!(), cart_columns!(), cart_tables!());
/// Where no rule asks what was bought before.
const CHECKOUT_WITHOUT_PAST: &str = concat!(checkout_columns!(), cart_columns_without_past!(), cart_tables!());

pub(super) async fn read(store: &PgStore, owner: CartOwner) -> Result<CheckoutFacts> {
    if let Some(rules) = store.rules.without_past() {
        let Row { cart, beside } = ask(store, CHECKOUT_WITHOUT_PAST, owner, None).await?;
        if let Some(cart) = cart.facts_by(rules, store.currency)? {
            return Ok(beside.facts(cart));
        }
    }
    let mut row = ask(store, CHECKOUT, owner, None).await?;
    if let Some(key) = row.cart.missing_key(owner) {
        row = ask(store, CHECKOUT, owner, Some(key)).await?;
    }
    let Row { cart, beside } = row;
    Ok(beside.facts(cart.facts(&store.pool, store.currency, &store.rules).await?))
}

async fn ask(store: &PgStore, statement: &'static str, owner: CartOwner, key: Option<String>) -> Result<Row> {
    let (user, guest) = cart_keys(owner);
    sqlx::query_as(statement).bind(key).bind(user).bind(guest).fetch_one(&store.pool).await.map_err(map_sqlx_error)
}
