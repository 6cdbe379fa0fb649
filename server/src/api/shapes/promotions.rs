//! Promotions.

use serde::{Deserialize, Serialize};
use shop::domain::{
    Currency, FieldError, Problem, ProductId, Promotion as DomainPromotion, PromotionCode, PromotionId, PromotionKind,
    Refusal, Slug, UserId,
};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::PriceInput;

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiscountKind {
    Percent,
    Amount,
    FreeShipping,
    BuyXGetY,
}

impl DiscountKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Amount => "amount",
            Self::FreeShipping => "free_shipping",
            Self::BuyXGetY => "buy_x_get_y",
        }
    }

    const fn of(kind: &PromotionKind) -> Self {
        match kind {
            PromotionKind::Percent { .. } => Self::Percent,
            PromotionKind::Amount { .. } => Self::Amount,
            PromotionKind::FreeShipping => Self::FreeShipping,
            PromotionKind::BuyXGetY { .. } => Self::BuyXGetY,
        }
    }
}

/// A promotion as it shall be
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPromotion {
    /// What the shopper reads beside the discount
    #[schema(min_length = 1, max_length = 100, example = "10 % off your first order")]
    name: String,
    /// Left out: it applies by itself
    #[schema(pattern = "^[A-Za-z0-9_-]{3,32}$", example = "WELCOME10")]
    code: Option<String>,
    kind: DiscountKind,
    /// Percent, an amount in the shop's currency, or how many are bought and how many of them more are free; left out for
    /// free shipping
    #[schema(max_length = 20, example = "10.00")]
    value: Option<String>,
    /// What the items it is for must come to
    minimum: Option<PriceInput>,
    /// Only for these; left out together with `categories`: for all
    #[schema(max_items = 500)]
    #[serde(default)]
    products: Vec<Uuid>,
    /// Slugs
    #[schema(max_items = 500)]
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    starts_at: Option<OffsetDateTime>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    ends_at: Option<OffsetDateTime>,
    #[serde(default)]
    first_order_only: bool,
    /// Only for the person with this account
    customer: Option<Uuid>,
    /// How many orders may use it
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    limit: Option<u32>,
    /// How many orders of one customer
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    limit_per_customer: Option<u32>,
    /// Whether it goes together with others; of those that do not, the best one counts
    #[serde(default)]
    stackable: bool,
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

const fn yes() -> bool {
    true
}

impl NewPromotion {
    pub fn of(promotion: &DomainPromotion) -> Self {
        let value = promotion.kind.value();
        Self {
            name: promotion.name.clone(),
            code: promotion.code.as_ref().map(ToString::to_string),
            kind: DiscountKind::of(&promotion.kind),
            value: Some(value).filter(|value| !value.is_empty()),
            minimum: promotion.minimum.map(PriceInput::of),
            products: promotion.products.iter().map(|id| id.0).collect(),
            categories: promotion.categories.iter().map(|slug| slug.as_str().to_owned()).collect(),
            starts_at: promotion.starts_at,
            ends_at: promotion.ends_at,
            first_order_only: promotion.first_order_only,
            customer: promotion.customer.map(|id| id.0),
            limit: promotion.limit,
            limit_per_customer: promotion.limit_per_customer,
            stackable: promotion.stackable,
            active: promotion.active,
        }
    }

    /// With this id; of zeros: a new one, or that of the promotion which has its code or its name.
    ///
    /// # Errors
    /// `Invalid` with each field that will not do.
    pub fn read(self, id: Uuid, currency: Currency) -> Result<DomainPromotion, Refusal> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, problem| faults.push(FieldError { field: field.to_owned(), problem });
        let code = self.code.as_deref().map(PromotionCode::parse).transpose();
        let code = code.map_err(|problem| fault("code", problem)).ok();
        let categories: Result<Vec<_>, _> = self.categories.iter().map(|slug| Slug::parse(slug)).collect();
        let categories = categories.map_err(|_| fault("categories", Problem::NotAChoice)).ok();
        for (field, limit) in [("limit", self.limit), ("limit_per_customer", self.limit_per_customer)] {
            if limit.is_some_and(|limit| i32::try_from(limit).is_err() || limit == 0) {
                fault(field, Problem::OutOfRange { min: 1, max: i32::MAX.unsigned_abs() });
            }
        }
        let kind = PromotionKind::parse(self.kind.as_str(), self.value.as_deref().unwrap_or_default(), currency);
        let minimum = self.minimum.map(|minimum| minimum.read("minimum", currency)).transpose();
        for refused in [kind.as_ref().err(), minimum.as_ref().err()].into_iter().flatten() {
            match refused {
                Refusal::Invalid { fields } => faults.extend(fields.iter().cloned()),
                other => return Err(other.clone()),
            }
        }
        let (Some(code), Some(categories), true) = (code, categories, faults.is_empty()) else {
            return Err(Refusal::Invalid { fields: faults });
        };
        Ok(DomainPromotion {
            id: PromotionId(id),
            name: self.name,
            code,
            kind: kind?,
            minimum: minimum?,
            products: self.products.into_iter().map(ProductId).collect(),
            categories,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            first_order_only: self.first_order_only,
            customer: self.customer.map(UserId),
            limit: self.limit,
            limit_per_customer: self.limit_per_customer,
            stackable: self.stackable,
            active: self.active,
        })
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Promotion {
    pub id: Uuid,
    pub name: String,
    pub code: Option<String>,
    pub kind: DiscountKind,
    pub value: Option<String>,
    pub minimum: Option<super::Money>,
    pub products: Vec<Uuid>,
    pub categories: Vec<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub starts_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub ends_at: Option<OffsetDateTime>,
    pub first_order_only: bool,
    pub customer: Option<Uuid>,
    pub limit: Option<u32>,
    pub limit_per_customer: Option<u32>,
    pub stackable: bool,
    pub active: bool,
    /// Orders that stand and used it; counted where there is a code or a limit
    pub uses: u32,
}

impl From<(DomainPromotion, u32)> for Promotion {
    fn from((promotion, uses): (DomainPromotion, u32)) -> Self {
        let minimum = promotion.minimum.map(Into::into);
        let shape = NewPromotion::of(&promotion);
        Self {
            id: promotion.id.0,
            name: shape.name,
            code: shape.code,
            kind: shape.kind,
            value: shape.value,
            minimum,
            products: shape.products,
            categories: shape.categories,
            starts_at: shape.starts_at,
            ends_at: shape.ends_at,
            first_order_only: shape.first_order_only,
            customer: shape.customer,
            limit: shape.limit,
            limit_per_customer: shape.limit_per_customer,
            stackable: shape.stackable,
            active: shape.active,
            uses,
        }
    }
}
