//! From facts to a price: who may use which promotion, which methods there are, what it all comes to.

use time::OffsetDateTime;

use crate::domain::{
    Candidate, Currency, Destination, Money, Promotion, PromotionCode, PromotionId, PromotionKind, PromotionRefusal,
    Refusal, ShippingCharge, ShippingMethodId, ShippingOffer, Shopper, TaxRules, Totals, TotalsInput, TotalsLine,
    VatNumber, offers_for,
};

use super::{Buyer, PricingFacts};

/// What is to be priced.
#[derive(Debug, Clone)]
pub(in super::super) struct Basket<'a> {
    pub lines: Vec<TotalsLine>,
    /// None: not known yet.
    pub destination: Option<Destination>,
    /// None: the cheapest.
    pub method: Option<ShippingMethodId>,
    pub pick_up: PickUp,
    pub code: Option<&'a PromotionCode>,
    pub buyer: &'a Buyer,
    pub vat_number: Option<VatNumber>,
    pub now: OffsetDateTime,
}

/// Whether the goods are collected at the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum PickUp {
    /// If that is chosen.
    Offered,
    /// There is no address: nothing else is possible.
    Only,
}

#[derive(Debug, Clone)]
pub(in super::super) struct Priced {
    pub totals: Totals,
    /// The methods there are, the cheapest first.
    pub offers: Vec<ShippingOffer>,
    /// The one in the totals; none before there is a destination, for what needs none, and where nothing leads to.
    pub method: Option<ShippingOffer>,
    /// Whether the method that was asked for is not among them.
    pub method_is_gone: bool,
    pub needs_shipping: bool,
    /// Why the code does not count.
    pub code_refused: Option<PromotionRefusal>,
    /// How much more of goods makes shipping free.
    pub missing_for_free: Option<Money>,
}

/// What an order is called by that is collected where no method for it was set up.
const COLLECTED: &str = "Collected at the shop";

impl PricingFacts {
    /// # Errors
    /// `BadAmount` for what is beyond all amounts.
    pub(in super::super) fn price(&self, basket: Basket<'_>, currency: Currency) -> Result<Priced, Refusal> {
        let Basket { lines, destination, method, pick_up, code, buyer, vat_number, now } = basket;
        let tax = &self.rules.tax;
        let at_home = || Destination::country(&tax.seller_country);
        let mut input = TotalsInput {
            currency,
            lines,
            promotions: self.candidates(code),
            shopper: Shopper { user: buyer.user(), first_order: !self.has_ordered, now },
            shipping: None,
            tax: tax_at(tax, destination.clone().unwrap_or_else(at_home)),
            destination: destination.clone().unwrap_or_else(at_home),
            vat_number,
        };
        let parcel = input.parcel();
        let goods = input.goods_after_discounts()?;
        let asked = match pick_up {
            PickUp::Offered => destination,
            PickUp::Only => Some(at_home()),
        };
        let mut offers = asked.map_or_else(Vec::new, |to| offers_for(&self.rules.zones, &to, parcel, goods));
        if pick_up == PickUp::Only {
            offers.retain(|offer| offer.pick_up);
        }
        for offer in &mut offers {
            // What would be beyond all amounts is not told.
            let more = |missing| input.more_goods_for(goods.plus(missing)?);
            offer.missing_for_free = offer.missing_for_free.and_then(|missing| more(missing).ok().flatten());
        }
        let chosen = method.and_then(|id| offers.iter().find(|offer| offer.id == id));
        let method_is_gone = method.is_some() && chosen.is_none() && parcel.needs_shipping;
        // Who gives an address does not mean to come for it, if anybody brings it.
        let cheapest = || offers.iter().find(|offer| !offer.pick_up).or_else(|| offers.first());
        let chosen = chosen.or_else(cheapest).cloned();
        input.shipping = match &chosen {
            Some(offer) => Some(ShippingCharge { name: offer.name.clone(), price: offer.price }),
            None if pick_up == PickUp::Only && parcel.needs_shipping => {
                Some(ShippingCharge { name: COLLECTED.to_owned(), price: Money::zero(currency) })
            }
            None => None,
        };
        if chosen.as_ref().is_some_and(|offer| offer.pick_up) {
            input.destination = at_home();
            input.tax = tax_at(tax, at_home());
        }
        let totals = input.totals()?;
        let code_refused = code.and_then(|code| self.refusal_of(code, &totals));
        let missing_for_free = match parcel.needs_shipping {
            true => self.missing_for_free(&input, &totals, chosen.as_ref())?,
            false => None,
        };
        Ok(Priced {
            totals,
            offers,
            method: chosen,
            method_is_gone,
            needs_shipping: parcel.needs_shipping,
            code_refused,
            missing_for_free,
        })
    }

    /// The automatic promotions and the one with the code.
    fn candidates(&self, code: Option<&PromotionCode>) -> Vec<Candidate> {
        let may_apply =
            self.rules.promotions.iter().filter(|p| p.active && (p.code.is_none() || p.code.as_ref() == code));
        let candidate = |promotion: &Promotion| {
            let used = self.uses.iter().find(|used| used.promotion == promotion.id);
            let (uses, uses_by_customer) = used.map_or((0, 0), |used| (used.in_all, used.by_customer));
            let mut promotion = promotion.clone();
            if promotion.first_order_only {
                // Two orders at once are both the first: the counted use decides.
                promotion.limit_per_customer = Some(1);
            }
            Candidate { promotion, uses, uses_by_customer }
        };
        may_apply.map(candidate).collect()
    }

    /// The promotions of these totals whose uses are counted.
    pub(in super::super) fn counted(&self, totals: &Totals) -> Vec<PromotionId> {
        let is_counted = |promotion: &&Promotion| {
            let Promotion { code, limit, limit_per_customer, first_order_only, .. } = promotion;
            code.is_some() || limit.is_some() || limit_per_customer.is_some() || *first_order_only
        };
        let applied = |promotion: &&Promotion| totals.discounts.iter().any(|d| d.promotion == Some(promotion.id));
        self.rules.promotions.iter().filter(applied).filter(is_counted).map(|promotion| promotion.id).collect()
    }

    fn refusal_of(&self, code: &PromotionCode, totals: &Totals) -> Option<PromotionRefusal> {
        if totals.discounts.iter().any(|discount| discount.code.as_ref() == Some(code)) {
            return None;
        }
        let left_out = totals.left_out.iter().find(|omitted| omitted.code.as_ref() == Some(code));
        Some(left_out.map_or(PromotionRefusal::Unknown, |omitted| omitted.why.clone()))
    }

    /// The least that leads to free shipping: by the method, or by a promotion that applies by itself and then is not beaten
    /// by another. One for some things alone would promise too much: whatever else is put in does not count for it.
    fn missing_for_free(
        &self,
        input: &TotalsInput,
        totals: &Totals,
        method: Option<&ShippingOffer>,
    ) -> Result<Option<Money>, Refusal> {
        let shipping = totals.shipping.as_ref();
        if shipping.is_some_and(|s| s.amounts.price == s.amounts.discount) {
            return Ok(None);
        }
        let mut least = method.and_then(|offer| offer.missing_for_free);
        for omitted in &totals.left_out {
            let PromotionRefusal::MinimumMissing { missing, .. } = &omitted.why else { continue };
            let missing = Money::new(*missing, totals.currency)?;
            if least.is_none_or(|least| missing.minor_units() < least.minor_units())
                && self.frees_all_shipping(omitted.promotion)
                && input.is_free_with_more(missing, omitted.promotion)?
            {
                least = Some(missing);
            }
        }
        Ok(least)
    }

    fn frees_all_shipping(&self, id: PromotionId) -> bool {
        let is_it = |p: &Promotion| p.id == id && p.code.is_none() && p.kind == PromotionKind::FreeShipping;
        self.rules.promotions.iter().any(|p| is_it(p) && p.products.is_empty() && p.categories.is_empty())
    }
}

/// The rules with the rates of one country.
fn tax_at(rules: &TaxRules, destination: Destination) -> TaxRules {
    let rates = rules.rates.iter().filter(|rate| rate.country == destination.country).cloned().collect();
    TaxRules { rates, seller_country: rules.seller_country.clone(), ..*rules }
}
