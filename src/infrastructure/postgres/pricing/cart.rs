//! A cart and all that it is priced by, in one statement: for the page, within a transaction, and with what a checkout shows
//! beside it (`orders/checkout`).

use std::mem;
use std::sync::Arc;

use rust_decimal::Decimal;
use sqlx::types::Json;
use sqlx::{Executor, Postgres};
use uuid::Uuid;

use crate::domain::{
    CartId, CartItemId, Currency, Destination, Email, LineNotice, ProductId, PromotionCode, Quantity, ShippingAddress,
    ShippingMethodId, Slug, TaxClass, VariantId,
};
use crate::dto::{CartLine, Image};
use crate::usecase::{
    CartFacts, CartLineFacts, CartOwner, CheckoutChoices, Error, PricingFacts, PricingRules, Result, customer_key,
};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, PgTx, money, to_u32, unknown_word};
use super::facts::FactsRow;
use super::rules::KnownRules;

/// id, product, variant, slug, sku, name, options, picture, categories
type Shown = (Uuid, Uuid, Uuid, String, String, String, Vec<String>, Option<Json<Image>>, Vec<String>);
/// quantity, price, price when it was added, whether it is for sale, stock, tax class, weight, whether it is shipped
type Facts = (i32, Decimal, Decimal, bool, i32, String, i32, bool);

/// What was chosen in a cart, and the key that it keeps of a guest's address.
#[derive(sqlx::FromRow)]
pub struct ChoicesRow {
    coupon: Option<String>,
    shipping_method_id: Option<Uuid>,
    shipping_address: Option<Json<ShippingAddress>>,
    billing_address: Option<Json<ShippingAddress>>,
    email: Option<String>,
    customer_key: Option<String>,
}

impl ChoicesRow {
    /// The key of whoever has the address, if it is not the one that is kept: release 0.2 keeps none.
    pub fn missing_key(&self) -> Option<String> {
        let key = customer_key(&Email::parse(self.email.as_deref()?).ok()?);
        (self.customer_key.as_deref() != Some(key.as_str())).then_some(key)
    }

    /// What is no code any more was never one.
    pub fn choices(self) -> CheckoutChoices {
        CheckoutChoices {
            address: self.shipping_address.map(|address| address.0),
            billing: self.billing_address.map(|address| address.0),
            method: self.shipping_method_id.map(ShippingMethodId),
            coupon: self.coupon.and_then(|code| PromotionCode::parse(&code).ok()),
            email: self.email.and_then(|email| Email::parse(&email).ok()),
        }
    }
}

/// What `cart_columns` answers.
#[derive(sqlx::FromRow)]
pub struct CartRow {
    cart_id: Option<Uuid>,
    version: Option<i64>,
    estimate_country: Option<String>,
    estimate_region: Option<String>,
    #[sqlx(flatten)]
    choices: ChoicesRow,
    lines: Vec<(Shown, Facts)>,
    #[sqlx(flatten)]
    facts: FactsRow,
}

/// Notes in a row of carts that somebody has had it: of a guest's when, by which it is forgotten one day. A customer's says nothing of it,
/// so no index is written for one.
macro_rules! touched {
    () => {
        "updated_at = case when user_id is null then now() else updated_at end"
    };
}

/// The cart `c` and all that is in it. A row's `xmin` is the transaction that wrote it: every one that has a cart writes its row.
macro_rules! cart_lines {
    () => {
        "c.id as cart_id, c.xmin::text::bigint as version, c.coupon, c.shipping_method_id, c.estimate_country, c.estimate_region,
            c.shipping_address, c.billing_address, c.email, c.customer_key,
            array(select row(
                    row(l.id, l.product_id, l.variant_id, p.slug, v.sku, p.name, v.options,
                        coalesce((select i from jsonb_array_elements(p.images) i where i ->> 'name' = v.image limit 1),
                            p.images -> 0), coalesce((select k.path from categories k where k.slug = p.category), '{}')),
                    row(l.quantity, v.price, l.price, p.status = 'active' and v.retired_at is null, coalesce(i.stock, 0), p.tax_class,
                        v.weight_grams, v.needs_shipping))
                from cart_items l
                join products p on p.id = l.product_id
                join product_variants v on v.id = l.variant_id
                left join inventory i on i.variant_id = l.variant_id
                where l.cart_id = c.id order by l.position) as lines, "
    };
}

/// With all that it is priced by; `$1` as `uses` has it.
macro_rules! cart_columns {
    () => {
        concat!(cart_lines!(), has_ordered!("lower(c.email)"), ", ", uses!("c.customer_key"), ", ", versions!())
    };
}

/// The same where no rule asks what was bought before.
macro_rules! cart_columns_without_past {
    () => {
        concat!(cart_lines!(), no_past!(), ", ", versions!())
    };
}

/// Where they stand: the cart of the user `$2`, or the guest's cart `$3`.
macro_rules! cart_tables {
    () => {
        " from (select) as one left join users u on u.id = $2
            left join carts c on c.user_id = $2 or (c.id = $3 and c.user_id is null)"
    };
}

pub async fn of_owner(store: &PgStore, owner: CartOwner) -> Result<CartFacts> {
    if let Some(rules) = store.rules.without_past() {
        let (user, guest) = cart_keys(owner);
        let row: CartRow = sqlx::query_as(concat!("select ", cart_columns_without_past!(), cart_tables!()))
            .bind(None::<String>)
            .bind(user)
            .bind(guest)
            .fetch_one(&store.pool)
            .await
            .map_err(map_sqlx_error)?;
        if let Some(facts) = row.facts_by(rules, store.currency)? {
            return Ok(facts);
        }
    }
    let mut row = read(&store.pool, owner, None).await?;
    if let Some(key) = row.missing_key(owner) {
        row = read(&store.pool, owner, Some(key)).await?;
    }
    row.facts(&store.pool, store.currency, &store.rules).await
}

pub(super) async fn in_transaction(tx: &mut PgTx, owner: CartOwner) -> Result<CartFacts> {
    let mut row = read(&mut *tx.tx, owner, None).await?;
    if let Some(key) = row.missing_key(owner) {
        row = read(&mut *tx.tx, owner, Some(key)).await?;
    }
    row.facts(&mut *tx.tx, tx.currency, &tx.rules).await
}

async fn read(place: impl Executor<'_, Database = Postgres>, owner: CartOwner, key: Option<String>) -> Result<CartRow> {
    let (user, guest) = cart_keys(owner);
    sqlx::query_as(concat!("select ", cart_columns!(), cart_tables!()))
        .bind(key)
        .bind(user)
        .bind(guest)
        .fetch_one(place)
        .await
        .map_err(map_sqlx_error)
}

/// Whose cart it is, as a user's or by its own id.
pub fn cart_keys(owner: CartOwner) -> (Option<Uuid>, Option<Uuid>) {
    match owner {
        CartOwner::Customer(customer) => (Some(customer.0.0), None),
        CartOwner::Guest(id) => (None, id.map(|id| id.0)),
    }
}

impl CartRow {
    /// By which key it is to be read once more: the guest's whom it keeps, where it does not keep theirs.
    pub fn missing_key(&self, owner: CartOwner) -> Option<String> {
        matches!(owner, CartOwner::Guest(_)).then(|| self.choices.missing_key()).flatten()
    }

    pub async fn facts(
        mut self,
        place: impl Executor<'_, Database = Postgres>,
        currency: Currency,
        rules: &KnownRules,
    ) -> Result<CartFacts> {
        let pricing = mem::take(&mut self.facts).facts(place, currency, rules).await?;
        self.priced_by(pricing, currency)
    }

    /// By these rules, which ask nothing of the past of whoever has put no code in; none: a code is there, or they hold no more.
    pub fn facts_by(mut self, rules: Arc<PricingRules>, currency: Currency) -> Result<Option<CartFacts>> {
        let pricing = mem::take(&mut self.facts).by(rules).filter(|_| self.choices.coupon.is_none());
        pricing.map(|pricing| self.priced_by(pricing, currency)).transpose()
    }

    fn priced_by(self, pricing: PricingFacts, currency: Currency) -> Result<CartFacts> {
        let region = self.estimate_region;
        let CheckoutChoices { address, billing, method, coupon, email } = self.choices.choices();
        Ok(CartFacts {
            id: self.cart_id.map(CartId),
            version: self.version,
            lines: self.lines.into_iter().map(|record| line(record, currency)).collect::<Result<_>>()?,
            coupon,
            method,
            estimate: self.estimate_country.map(|country| Destination { country, region }),
            address,
            billing,
            email,
            pricing,
        })
    }
}

fn line((shown, facts): (Shown, Facts), currency: Currency) -> Result<CartLineFacts> {
    let (id, product, variant, slug, sku, name, options, image, categories) = shown;
    let (quantity, price, when_added, for_sale, stock, tax_class, weight, needs_shipping) = facts;
    let quantity =
        Quantity::new(quantity).map_err(|_| Error::Broken(anyhow::anyhow!("cart_items.quantity holds {quantity}")))?;
    let (unit_price, when_added) = (money(price, currency)?, money(when_added, currency)?);
    let shown = CartLine {
        id: CartItemId(id),
        product_id: ProductId(product),
        variant_id: VariantId(variant),
        slug,
        sku,
        name,
        options,
        image: image.map(|i| i.0),
        quantity,
        unit_price,
        line_total: unit_price.times(quantity.get())?,
        notices: LineNotice::of(quantity, for_sale, to_u32(stock.into()), unit_price, when_added),
    };
    Ok(CartLineFacts {
        shown,
        categories: categories.iter().filter_map(|slug| Slug::parse(slug).ok()).collect(),
        tax_class: TaxClass::parse(&tax_class).ok_or_else(|| unknown_word("products.tax_class", &tax_class))?,
        weight_grams: to_u32(weight.into()),
        needs_shipping,
    })
}
