//! What a sample cart would come to: the real pricing, on rules that nobody has saved.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{
    Destination, FieldReader, Fields, Problem, ProductId, Promotion, Refusal, ShippingZoneId, TaxClass, TotalsLine,
    VariantId, VatNumber,
};
use crate::dto::{ExampleView, TotalParts};

use super::super::super::{Result, Shop, Store};
use super::super::price::{Basket, PickUp, Priced};
use super::super::{Buyer, PricingFacts, PricingRules, PromotionUse};
use super::targets::{SampleGoods, SampleLine};
use super::{amount, optional, text, whole};

/// What the example is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub promotion: Option<(&'a Promotion, u32)>,
    pub zone: Option<ShippingZoneId>,
}

/// What was asked for.
struct Sample {
    goods: SampleGoods,
    grams: u32,
    units: u32,
    to: Destination,
    vat_number: Option<VatNumber>,
}

const MOST_GRAMS: u32 = 1_000_000;
const MOST_UNITS: u32 = 99;

impl<S: Store> Shop<S> {
    /// # Errors
    /// `Invalid` with `try_goods`, `try_amount`, `try_grams`, `try_units`, `try_country`, `try_region` or `try_vat`.
    pub(super) async fn example(&self, rules: PricingRules, fields: &Fields, about: About<'_>) -> Result<ExampleView> {
        let sample = self.read_sample(fields, &rules.tax.seller_country)?;
        let found = self.sampled(&sample, about.promotion.map(|(promotion, _)| promotion)).await?;
        let line = TotalsLine { quantity: sample.units, ..found.line };
        let promotion = about.promotion.map(|(promotion, _)| promotion);
        let now = self.now();
        let runs = promotion.is_none_or(|p| p.starts_at.is_none_or(|start| start <= now));
        let at = promotion.filter(|_| !runs).and_then(|p| p.starts_at);
        let buyer = promotion.and_then(|p| p.customer).map_or(Buyer::Guest(None), Buyer::User);
        let uses = about.promotion.map(|(p, in_all)| PromotionUse { promotion: p.id, in_all, by_customer: 0 });
        let facts = PricingFacts { rules: Arc::new(rules), uses: uses.into_iter().collect(), has_ordered: false };
        let basket = Basket {
            lines: vec![line],
            destination: Some(sample.to.clone()),
            method: None,
            pick_up: PickUp::Offered,
            code: promotion.and_then(|p| p.code.as_ref()),
            buyer: &buyer,
            vat_number: sample.vat_number.clone(),
            now: at.unwrap_or(now),
        };
        let priced = facts.price(basket, self.currency())?;
        let goods = format!("{} × {}", sample.units, found.name);
        Ok(view(goods, &sample.to, &priced, &facts.rules, about, at))
    }

    fn read_sample(&self, fields: &Fields, at_home: &str) -> Result<Sample> {
        let mut reader = FieldReader::default();
        let currency = self.currency();
        let goods = match text(fields, "try_goods") {
            "" | "dearest" => Some(SampleGoods::Dearest),
            "cheapest" => Some(SampleGoods::Cheapest),
            "amount" => {
                let typed = text(fields, "try_amount");
                let read = if typed.is_empty() { Err(Problem::Required) } else { amount(typed, currency) };
                reader.read("try_amount", read).map(SampleGoods::Amount)
            }
            _ => reader.read("try_goods", Err(Problem::NotAChoice)),
        };
        let grams = optional(text(fields, "try_grams"), |typed| whole(typed, 0, MOST_GRAMS));
        let grams = reader.read("try_grams", grams);
        let units = reader.read("try_units", optional(text(fields, "try_units"), |typed| whole(typed, 1, MOST_UNITS)));
        let country = Some(text(fields, "try_country")).filter(|country| !country.is_empty()).unwrap_or(at_home);
        let vat = reader.read("try_vat", optional(text(fields, "try_vat"), VatNumber::parse));
        let to = Destination::parse(country, text(fields, "try_region"));
        let to = match to {
            Ok(to) => Some(to),
            Err(Refusal::Invalid { fields }) => {
                for field in fields {
                    reader.read::<()>(&format!("try_{}", field.field), Err(field.problem));
                }
                None
            }
            Err(other) => return Err(other.into()),
        };
        let sample = (|| {
            Some(Sample {
                goods: goods?,
                grams: grams?.unwrap_or(0),
                units: units?.unwrap_or(1),
                to: to?,
                vat_number: vat?,
            })
        })();
        Ok(reader.finish(sample)?)
    }

    /// One unit of what is asked for, of what a promotion is for.
    async fn sampled(&self, sample: &Sample, promotion: Option<&Promotion>) -> Result<SampleLine> {
        let (products, categories) =
            promotion.map_or((&[][..], &[][..]), |p| (p.products.as_slice(), p.categories.as_slice()));
        let dearest = match sample.goods {
            SampleGoods::Dearest => true,
            SampleGoods::Cheapest => false,
            SampleGoods::Amount(unit_price) => {
                let line = TotalsLine {
                    variant: VariantId(Uuid::nil()),
                    product: products.first().copied().unwrap_or(ProductId(Uuid::nil())),
                    categories: categories.to_vec(),
                    unit_price,
                    quantity: 1,
                    tax_class: TaxClass::Standard,
                    weight_grams: sample.grams,
                    needs_shipping: true,
                };
                return Ok(SampleLine { name: format!("goods for {unit_price}"), line });
            }
        };
        let found = self.store().sample_line(dearest, products, categories).await?;
        found.ok_or_else(|| Refusal::field("try_goods", Problem::NothingForSale).into())
    }
}

fn view(
    goods: String,
    to: &Destination,
    priced: &Priced,
    rules: &PricingRules,
    about: About<'_>,
    at: Option<time::OffsetDateTime>,
) -> ExampleView {
    let left_out = about.promotion.and_then(|(promotion, _)| {
        let omitted = priced.totals.left_out.iter().find(|omitted| omitted.promotion == promotion.id)?;
        Some(omitted.why.clone())
    });
    let deciding = priced
        .offers
        .first()
        .and_then(|offer| rules.zones.iter().find(|zone| zone.methods.iter().any(|method| method.id == offer.id)));
    let other = deciding.filter(|zone| about.zone.is_some_and(|edited| edited != zone.id));
    ExampleView {
        goods,
        to: to.name(),
        parts: TotalParts::of(&priced.totals, priced.shipping_view()),
        total: priced.totals.total,
        needs_shipping: priced.needs_shipping,
        methods: priced.offers.iter().map(|offer| (offer.name.clone(), offer.price)).collect(),
        other_zone: other.map(|zone| zone.name.clone()),
        refused: left_out,
        at,
        reverse_charge: priced.totals.tax.reverse_charge,
    }
}
