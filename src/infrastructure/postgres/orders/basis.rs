//! What an order is made from, in one statement.

use rust_decimal::Decimal;
use sqlx::Postgres;
use uuid::Uuid;

use crate::domain::{CartId, Currency, Email, Money, OrderId, OrderItemId, ProductId, Slug, TaxClass, VariantId};
use crate::usecase::{CartVersion, Error, KeyUse, OrderBasis, OrderBasisQuery, OrderLine, Result, customer_key};

use super::super::error::map_sqlx_error;
use super::super::pricing::{ChoicesRow, FactsRow};
use super::super::{PgStore, idempotency, money, to_u32, unknown_word};

/// product, variant, name, options, sku, categories, tax class
type Named = (Uuid, Uuid, String, Vec<String>, String, Vec<String>, String);
/// quantity, price, stock, whether it is for sale, weight, whether it is shipped
type Counted = (i32, Decimal, i32, bool, i32, bool);

#[derive(sqlx::FromRow)]
struct Row {
    /// None: the key is new.
    same_request: Option<bool>,
    order_id: Option<Uuid>,
    number: Option<i64>,
    account: Option<String>,
    cart_id: Option<Uuid>,
    version: Option<i64>,
    #[sqlx(flatten)]
    choices: ChoicesRow,
    lines: Vec<(Named, Counted)>,
    terms_version: Option<i64>,
    #[sqlx(flatten)]
    facts: FactsRow,
}

/// A line of the product `p`, its variant `v` and what is left of it, `i`, of which `$order` are ordered.
macro_rules! order_line {
    ($order:literal) => {
        concat!(
            "row(row(p.id, v.id, p.name, v.options, v.sku,
                    coalesce((select k.path from categories k where k.slug = p.category), '{}'), p.tax_class),
                row(",
            $order,
            ", v.price, coalesce(i.stock, 0), p.status = 'active' and v.retired_at is null, v.weight_grams, v.needs_shipping))"
        )
    };
}

/// Parameters are those of the statement of a cart; then the key, the request, and the guest's address where it comes with the
/// question. `$cart` is what is read of the cart. Nobody is sent a number that has an order.
macro_rules! who_orders {
    ($cart:literal) => {
        concat!(
            "select k.request = sha256(convert_to($5, 'UTF8')) as same_request, k.order_id,
        case when k.key is null then nextval('order_numbers') end as number, u.email::text as account, ",
            $cart,
            ", "
        )
    };
}

macro_rules! priced_by {
    () => {
        concat!(
            ", ",
            versions!(),
            ", ",
            terms_now!(),
            " as terms_version
        from (select) as one
        left join users u on u.id = $2
        left join idempotency_keys k on (k.user_id = $2 or k.guest_id = $3) and k.key = $4"
        )
    };
}

/// Of what is in the cart. A row's `xmin` is the transaction that wrote it: every one that has a cart writes its row.
const OF_CART: &str = concat!(
    who_orders!(
        "c.id as cart_id, c.xmin::text::bigint as version, c.shipping_address, c.billing_address, c.shipping_method_id,
        c.coupon, c.email, c.customer_key"
    ),
    "array(select ",
    order_line!("l.quantity"),
    " from cart_items l
        join products p on p.id = l.product_id
        join product_variants v on v.id = l.variant_id
        left join inventory i on i.variant_id = l.variant_id
        where l.cart_id = c.id order by l.position) as lines, ",
    has_ordered!("coalesce($6, lower(c.email))"),
    ", ",
    uses!("c.customer_key"),
    priced_by!(),
    " left join carts c on c.user_id = $2 or (c.id = $3 and c.user_id is null)"
);

/// Of the products `$7`, which are hidden from the planner: once the tables are counted, a plan for those looks so much cheaper to
/// it than one for any that it made one for each order, at six times the cost of what is read. Nothing of a cart counts for them,
/// so none is looked for.
const OF_PRODUCTS: &str = concat!(
    who_orders!(
        "null::uuid as cart_id, null::bigint as version, null::jsonb as shipping_address, null::jsonb as billing_address,
        null::uuid as shipping_method_id, null::text as coupon, null::text as email, null::text as customer_key"
    ),
    "array(select ",
    order_line!("0"),
    " from product_variants v
        join products p on p.id = v.product_id
        left join inventory i on i.variant_id = v.id
        where v.product_id = any((select $7)::uuid[]) and v.retired_at is null order by v.product_id, v.position, v.id)
        as lines, ",
    has_ordered!("$6"),
    ", ",
    uses!("null"),
    priced_by!()
);

pub(super) async fn read(store: &PgStore, question: &OrderBasisQuery<'_>) -> Result<OrderBasis> {
    let key = question.owner.guest().and(question.email).map(customer_key);
    let mut row = ask(store, question, key).await?;
    if question.owner.guest().is_some()
        && question.email.is_none()
        && let Some(key) = row.choices.missing_key()
    {
        row = ask(store, question, Some(key)).await?;
    }
    row.basis(store).await
}

async fn ask(store: &PgStore, question: &OrderBasisQuery<'_>, key: Option<String>) -> Result<Row> {
    let (user, guest) = idempotency::columns(question.owner);
    let products = question.products.as_ref().map(|products| products.iter().map(|id| id.0).collect::<Vec<_>>());
    let mut query = sqlx::query_as::<Postgres, Row>(if products.is_some() { OF_PRODUCTS } else { OF_CART })
        .bind(key)
        .bind(user)
        .bind(guest)
        .bind(question.key)
        .bind(question.request)
        .bind(question.email.map(|email| email.as_str().to_lowercase()));
    if let Some(products) = products {
        query = query.bind(products);
    }
    query.fetch_one(&store.pool).await.map_err(map_sqlx_error)
}

impl Row {
    async fn basis(self, store: &PgStore) -> Result<OrderBasis> {
        let read_email = |email: &str| {
            Email::parse(email).map_err(|p| Error::Broken(anyhow::anyhow!("an account has no address: {p:?}")))
        };
        Ok(OrderBasis {
            key_use: match self.same_request {
                None => KeyUse::First,
                Some(true) => KeyUse::Again(self.order_id.map(OrderId)),
                Some(false) => KeyUse::ForSomethingElse,
            },
            account: self.account.as_deref().map(read_email).transpose()?,
            cart: self.cart_id.zip(self.version).map(|(id, version)| CartVersion { id: CartId(id), version }),
            choices: self.choices.choices(),
            lines: self.lines.into_iter().map(|found| line(found, store.currency)).collect::<Result<_>>()?,
            pricing: self.facts.facts(&store.pool, store.currency, &store.rules).await?,
            terms_version: self.terms_version,
            number: self.number.unwrap_or_default(),
        })
    }
}

fn line((named, counted): (Named, Counted), currency: Currency) -> Result<OrderLine> {
    let (product, variant, name, options, sku, categories, tax_class) = named;
    let (quantity, price, stock, for_sale, weight, needs_shipping) = counted;
    Ok(OrderLine {
        id: OrderItemId(Uuid::nil()),
        product_id: ProductId(product),
        variant_id: VariantId(variant),
        name,
        options,
        sku,
        quantity: to_u32(quantity.into()),
        price: money(price, currency)?,
        line_total: Money::zero(currency),
        stock: to_u32(stock.into()),
        for_sale,
        categories: categories.iter().filter_map(|slug| Slug::parse(slug).ok()).collect(),
        tax_class: TaxClass::parse(&tax_class).ok_or_else(|| unknown_word("products.tax_class", &tax_class))?,
        weight_grams: to_u32(weight.into()),
        needs_shipping,
    })
}
