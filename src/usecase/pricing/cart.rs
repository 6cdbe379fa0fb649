//! A cart with its prices.

use std::future::Future;

use crate::domain::{
    CartId, Destination, Email, Money, Problem, Refusal, ShippingAddress, ShippingMethodId, ShippingOffer, Slug,
    TaxClass,
};
use crate::domain::{PromotionCode, TotalsLine};
use crate::dto::{
    CartDestination, CartLine, CartView, CouponView, GoneMethod, MethodView, RegionChoice, ShippingView, TaxNumberUse,
    TotalParts,
};

use super::super::{CartOwner, Result, Shop, Store};
use super::{Basket, Buyer, PickUp, Priced, PricingFacts, destination_of, vat_number_of};

/// A line as it is shown, and what its price depends on.
#[derive(Debug, Clone)]
pub struct CartLineFacts {
    pub shown: CartLine,
    /// Its product's category and the ones above.
    pub categories: Vec<Slug>,
    pub tax_class: TaxClass,
    pub weight_grams: u32,
    pub needs_shipping: bool,
}

/// A cart and all that it is priced by. What a shopper chose is as they left it: whether it still holds is seen here.
#[derive(Debug, Clone)]
pub struct CartFacts {
    /// None: there is no cart.
    pub id: Option<CartId>,
    /// Another one after each transaction that had the cart.
    pub version: Option<i64>,
    pub lines: Vec<CartLineFacts>,
    pub coupon: Option<PromotionCode>,
    pub method: Option<ShippingMethodId>,
    pub estimate: Option<Destination>,
    /// Given in this checkout.
    pub address: Option<ShippingAddress>,
    /// None: the same.
    pub billing: Option<ShippingAddress>,
    /// A guest's, given in this checkout.
    pub email: Option<Email>,
    pub pricing: PricingFacts,
}

/// A cart as it is shown, and how it can be sent.
#[derive(Debug, Clone)]
pub(in super::super) struct PricedCart {
    pub view: CartView,
    /// The cheapest first.
    pub methods: Vec<MethodView>,
    /// What was chosen, where it is none of them.
    pub gone: Option<GoneMethod>,
    /// None where no tax number was given.
    pub tax_number: Option<TaxNumberUse>,
}

/// One statement for the page of a cart.
pub trait CartViews {
    /// The cart and all that it is priced by, whoever buys: a guest is known by the address the cart keeps. A guest's cart
    /// is found by its id only while it has no user.
    fn cart_facts(&self, owner: CartOwner) -> impl Future<Output = Result<CartFacts>> + Send;

    /// How many units are in it.
    fn cart_count(&self, owner: CartOwner) -> impl Future<Output = Result<u32>> + Send;
}

impl CartLineFacts {
    fn totals_line(&self) -> TotalsLine {
        TotalsLine {
            variant: self.shown.variant_id,
            product: self.shown.product_id,
            categories: self.categories.clone(),
            unit_price: self.shown.unit_price,
            quantity: self.shown.quantity.get(),
            tax_class: self.tax_class,
            weight_grams: self.weight_grams,
            needs_shipping: self.needs_shipping,
        }
    }
}

impl CartFacts {
    /// The cart as it was read; none: there is none.
    pub(in super::super) fn cart_version(&self) -> Option<(CartId, i64)> {
        self.id.zip(self.version)
    }

    /// Who buys, as far as it is known: a guest by the address they gave in this checkout.
    pub(in super::super) fn buyer(&self, owner: CartOwner) -> Buyer {
        match owner {
            CartOwner::Customer(customer) => Buyer::User(customer.0),
            CartOwner::Guest(_) => Buyer::Guest(self.email.clone()),
        }
    }

    /// What comes of the tax number of whoever is billed, or of where it goes.
    fn tax_number_use(&self, priced: &Priced) -> Option<TaxNumberUse> {
        let mut given = [&self.billing, &self.address].into_iter().flatten();
        given.any(|address| address.tax_number.is_some()).then_some(match priced.totals.tax.reverse_charge {
            true => TaxNumberUse::ReverseCharge,
            false => TaxNumberUse::Recorded,
        })
    }

    /// Where it goes, as it is shown.
    fn shown_destination(&self) -> Option<CartDestination> {
        let place = self.destination()?;
        let is_address = self.address.is_some();
        let asked = !is_address && self.pricing.rules.depend_on_region(&place.country);
        let region_choice = asked.then(|| RegionChoice::of(&place.country));
        Some(CartDestination {
            name: place.name(),
            country: place.country,
            region: place.region,
            is_address,
            region_choice,
        })
    }

    /// Where it goes, or would.
    pub(in super::super) fn destination(&self) -> Option<Destination> {
        self.address.as_ref().map(destination_of).or_else(|| self.estimate.clone())
    }

    /// What was chosen, where other methods are offered but not that one.
    fn gone_method(&self, priced: &Priced) -> Option<GoneMethod> {
        let id = self.method.filter(|_| priced.method_is_gone && !priced.offers.is_empty())?;
        let mut known = self.pricing.rules.zones.iter().flat_map(|zone| &zone.methods);
        Some(GoneMethod { name: known.find(|method| method.id == id).map(|method| method.name.clone()) })
    }

    /// As it is shown at these prices.
    fn view(self, priced: Priced) -> CartView {
        let destination = self.shown_destination();
        let lines: Vec<_> = self.lines.into_iter().map(|line| line.shown).collect();
        CartView {
            id: self.id,
            count: lines.iter().map(|line| line.quantity.get()).sum(),
            lines,
            parts: TotalParts::of(&priced.totals, priced.shipping_view()),
            total: priced.totals.total,
            coupon: self.coupon.map(|code| CouponView { code: code.to_string(), refused: priced.code_refused }),
            destination,
            needs_shipping: priced.needs_shipping,
            missing_for_free_shipping: priced.missing_for_free,
        }
    }
}

impl<S: Store> Shop<S> {
    /// The cart at these prices, sent there.
    pub(in super::super) fn price_cart(
        &self,
        facts: &CartFacts,
        buyer: &Buyer,
        destination: Option<Destination>,
        code: Option<&PromotionCode>,
    ) -> std::result::Result<Priced, Refusal> {
        facts.pricing.price(self.basket(facts, buyer, destination, code), self.currency())
    }

    fn basket<'a>(
        &self,
        facts: &CartFacts,
        buyer: &'a Buyer,
        destination: Option<Destination>,
        code: Option<&'a PromotionCode>,
    ) -> Basket<'a> {
        Basket {
            lines: facts.lines.iter().map(CartLineFacts::totals_line).collect(),
            destination,
            method: facts.method,
            pick_up: PickUp::Offered,
            code,
            buyer,
            vat_number: vat_number_of(facts.address.as_ref(), facts.billing.as_ref()),
            now: self.now(),
        }
    }

    /// What the cart comes to by each method: which promotions apply may depend on it, and where it is taxed.
    fn methods(
        &self,
        facts: &CartFacts,
        buyer: &Buyer,
        offers: &[ShippingOffer],
    ) -> std::result::Result<Vec<MethodView>, Refusal> {
        let basket = self.basket(facts, buyer, facts.destination(), facts.coupon.as_ref());
        let view = |offer: &ShippingOffer| {
            let with = Basket { method: Some(offer.id), ..basket.clone() };
            let priced = facts.pricing.price(with, self.currency())?;
            let shipping = priced.totals.shipping.as_ref().map(|shipping| shipping.amounts);
            let charged = shipping.map_or(Ok(offer.price), |amounts| amounts.price.minus(amounts.discount))?;
            let parts = TotalParts::of(&priced.totals, priced.shipping_view());
            Ok(MethodView { offer: offer.clone(), charged, parts, total: priced.totals.total })
        };
        offers.iter().map(view).collect()
    }

    pub(in super::super) async fn shown_cart(&self, owner: CartOwner) -> Result<CartView> {
        let facts = self.store().cart_facts(owner).await?;
        let (facts, _, priced) = self.price_as_chosen(facts, owner)?;
        Ok(facts.view(priced))
    }

    /// The cart with what only a checkout asks: how it can be sent.
    pub(in super::super) fn priced_cart(
        &self,
        facts: CartFacts,
        owner: CartOwner,
    ) -> std::result::Result<PricedCart, Refusal> {
        let (facts, buyer, priced) = self.price_as_chosen(facts, owner)?;
        let gone = facts.gone_method(&priced);
        // Before there is an address nobody chooses.
        let offers = facts.address.as_ref().map_or(&[][..], |_| priced.offers.as_slice());
        let methods = self.methods(&facts, &buyer, offers)?;
        let tax_number = facts.tax_number_use(&priced);
        Ok(PricedCart { view: facts.view(priced), methods, gone, tax_number })
    }

    /// The cart at what was chosen in it.
    fn price_as_chosen(
        &self,
        mut facts: CartFacts,
        owner: CartOwner,
    ) -> std::result::Result<(CartFacts, Buyer, Priced), Refusal> {
        if let (None, CartOwner::Guest(known)) = (facts.id, owner) {
            facts.id = known;
        }
        let buyer = facts.buyer(owner);
        let priced = self.price_cart(&facts, &buyer, facts.destination(), facts.coupon.as_ref())?;
        Ok((facts, buyer, priced))
    }

    pub(in super::super) fn empty_cart(&self) -> CartView {
        let zero = Money::zero(self.currency());
        CartView {
            id: None,
            lines: Vec::new(),
            count: 0,
            parts: TotalParts::nothing(zero),
            total: zero,
            coupon: None,
            destination: None,
            needs_shipping: false,
            missing_for_free_shipping: None,
        }
    }
}

impl Priced {
    /// # Errors
    /// `Invalid` with this field where nothing leads to the destination.
    pub(in super::super) fn check_shipped(&self, field: &str) -> std::result::Result<(), Refusal> {
        match self.needs_shipping && self.offers.is_empty() {
            true => Err(Refusal::field(field, Problem::NotShippedTo)),
            false => Ok(()),
        }
    }

    /// Whether the carrier wants a number, and the address has none.
    pub(in super::super) fn is_phone_missing(&self, address: Option<&ShippingAddress>) -> bool {
        self.method.as_ref().is_some_and(|offer| offer.lacks_phone(address))
    }

    pub(in super::super) fn shipping_view(&self) -> Option<ShippingView> {
        let charged = self.totals.shipping.as_ref()?;
        Some(ShippingView {
            method: self.method.as_ref().map(|offer| offer.id),
            name: charged.name.clone(),
            price: charged.amounts.price,
            days: self.method.as_ref().map(|offer| offer.days),
            pick_up: self.method.as_ref().is_none_or(|offer| offer.pick_up),
        })
    }
}
