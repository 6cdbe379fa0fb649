//! Placing an order. What it depends on is read in one statement (`basis`), decided here, and written in another: key,
//! order, emptied cart, counted uses and `order.created`, or nothing, also where the cart has changed in between.
//!
//! The page and the API come in by different doors and go the same way: what differs is where the lines come from (the cart
//! or the call), where they go, and whether it was reviewed.

use std::collections::BTreeMap;

use crate::domain::{
    Email, Event, EventId, ItemQuantity, MAX_LINES, OrderCreated, OrderId, OrderItemId, OrderParts, Problem, ProductId,
    PromotionCode, Quantity, Refusal, ReviewedPart, ShippingAddress, ShippingMethodId, Totals, UserId, VariantId,
};

use super::super::catalog::choose_among;
use super::super::idempotency::check_key;
use super::super::pricing::{Basket, PickUp, Priced, destination_of, vat_number_of};
use super::super::shop::retried;
use super::super::{Buyer, CartOwner, KeyOwner, KeyUse, PricingFacts, Result, Shop, Store, customer_key, encode};
use super::basis::{CartVersion, OrderBasis, OrderBasisQuery};
use super::review::{Beside, Price, Reviewed};
use super::{Admit, CheckoutChoices, CountedUses, NewOrder, OrderKey, OrderLine};

/// The last step of the checkout, as its form has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// Made with the form: however often it is sent, it makes one order.
    pub key: String,
    /// What the shopper saw, as the checkout named it. If anything of it is another now, they look again first.
    pub reviewed: String,
}

/// An order in one call, as a program asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderRequest {
    /// However often the call is made with it, it makes one order.
    pub key: String,
    /// None: what is in the cart.
    pub items: Option<Vec<RequestedItem>>,
    /// None: it is collected at the shop.
    pub address: Option<ShippingAddress>,
    /// None: the same.
    pub billing: Option<ShippingAddress>,
    /// None: the cheapest.
    pub method: Option<ShippingMethodId>,
    /// None: the one in the cart, if it comes from there, as far as it counts.
    pub coupon: Option<PromotionCode>,
    /// A guest's, whom we write to about the order; an account has its own.
    pub email: Option<Email>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestedItem {
    pub product: ProductId,
    /// May be left out for a product that has only one.
    pub variant: Option<VariantId>,
    pub quantity: Quantity,
}

/// What is to be ordered, read and ready to be tried as often as it takes.
struct PendingOrder {
    key: String,
    /// The same for the same request: a key belongs to one.
    request: String,
    source: OrderSource,
    /// Asked for by a program.
    billing: Option<ShippingAddress>,
    method: Option<ShippingMethodId>,
    coupon: Option<PromotionCode>,
    email: Option<Email>,
}

enum OrderSource {
    /// The cart to the address of this checkout, if both are as they were reviewed.
    ReviewedCart(Reviewed),
    /// The cart as it is now.
    Cart(Option<ShippingAddress>),
    Items(Vec<RequestedItem>, Option<ShippingAddress>),
}

impl PendingOrder {
    fn question(&self, owner: KeyOwner) -> OrderBasisQuery<'_> {
        let products = match &self.source {
            OrderSource::Items(asked, _) => Some(asked.iter().map(|item| item.product).collect()),
            OrderSource::ReviewedCart(_) | OrderSource::Cart(_) => None,
        };
        OrderBasisQuery { owner, key: &self.key, request: &self.request, products, email: self.email.as_ref() }
    }

    /// The lines, where they go, and the cart they come from. What was not reviewed can be had, as far as one can see.
    fn lines(
        &self,
        cart: Option<CartVersion>,
        found: Vec<OrderLine>,
        of_checkout: CheckoutChoices,
    ) -> std::result::Result<(Vec<OrderLine>, CheckoutChoices, Option<CartVersion>), Refusal> {
        let asked_for = |address: &Option<ShippingAddress>| CheckoutChoices {
            address: address.clone(),
            billing: self.billing.clone(),
            method: self.method,
            coupon: self.coupon.clone(),
            email: None,
        };
        if let OrderSource::Items(asked, address) = &self.source {
            let lines = select_lines(asked, found)?;
            check_availability(&lines)?;
            return Ok((lines, asked_for(address), None));
        }
        if cart.is_none() || found.is_empty() {
            return Err(Refusal::CartEmpty);
        }
        let chosen = match &self.source {
            OrderSource::ReviewedCart(_) if of_checkout.address.is_none() => {
                return Err(Refusal::field("line1", Problem::Required));
            }
            OrderSource::ReviewedCart(_) => of_checkout,
            OrderSource::Cart(address) | OrderSource::Items(_, address) => {
                check_availability(&found)?;
                let asked = asked_for(address);
                CheckoutChoices { coupon: asked.coupon.or(of_checkout.coupon), ..asked }
            }
        };
        Ok((found, chosen, cart))
    }
}

impl<S: Store> Shop<S> {
    /// Places the order that the customer reviewed: their cart, at today's prices, to the address of this checkout.
    /// Whether the items can be had is soft here, for an honest answer at once; the inventory decides.
    ///
    /// # Errors
    /// `Invalid` (key, or the address where none is given), `KeyReused`, `CartEmpty`, `CartChanged`.
    pub async fn place_order(&self, owner: impl Into<CartOwner> + Send, form: PlaceOrder) -> Result<OrderId> {
        self.place_order_if(owner.into(), form, &Admit::everybody()).await
    }

    /// The same, unless a guest is not admitted.
    ///
    /// # Errors
    /// As `place_order`, and what `admit` says.
    pub async fn place_order_if(&self, owner: CartOwner, form: PlaceOrder, admit: &Admit) -> Result<OrderId> {
        check_key(&form.key)?;
        let reviewed = Reviewed::parse(&form.reviewed).ok_or(Refusal::CartChanged { parts: Vec::new() })?;
        let request = format!("cart {reviewed}");
        let pending = PendingOrder {
            key: form.key,
            request,
            source: OrderSource::ReviewedCart(reviewed),
            billing: None,
            method: None,
            coupon: None,
            email: None,
        };
        self.place(owner, pending, admit).await
    }

    /// Places an order for named items, or for the cart as it is, at today's prices.
    ///
    /// # Errors
    /// `Invalid` (key, items, shipping_address.country, shipping_method, coupon), `KeyReused`, `CartEmpty`, `NotFound`, `NotForSale`, `NotEnoughStock`.
    pub async fn request_order(&self, owner: impl Into<CartOwner> + Send, asked: OrderRequest) -> Result<OrderId> {
        self.request_order_if(owner.into(), asked, &Admit::everybody()).await
    }

    /// The same, unless a guest is not admitted.
    ///
    /// # Errors
    /// As `request_order`, and what `admit` says.
    pub async fn request_order_if(&self, owner: CartOwner, asked: OrderRequest, admit: &Admit) -> Result<OrderId> {
        check_key(&asked.key)?;
        let request = canonical_request(&asked);
        let source = match asked.items {
            None => OrderSource::Cart(asked.address),
            Some(items) => {
                check_count(items.len())?;
                OrderSource::Items(items, asked.address)
            }
        };
        let OrderRequest { key, billing, method, coupon, email, .. } = asked;
        self.place(owner, PendingOrder { key, request, source, billing, method, coupon, email }, admit).await
    }

    async fn place(&self, owner: CartOwner, pending: PendingOrder, admit: &Admit) -> Result<OrderId> {
        let order = retried(|| self.place_once(owner, &pending, admit)).await?;
        self.notify_relay();
        Ok(order)
    }

    async fn place_once(&self, owner: CartOwner, pending: &PendingOrder, admit: &Admit) -> Result<OrderId> {
        let of = KeyOwner::of(owner).ok_or(Refusal::CartEmpty)?;
        let basis = self.store().order_basis(&pending.question(of)).await?;
        match basis.key_use {
            KeyUse::First => {}
            KeyUse::Again(Some(order)) => return Ok(order),
            KeyUse::Again(None) | KeyUse::ForSomethingElse => return Err(Refusal::KeyReused.into()),
        }
        let order = self.new_order(of, pending, basis)?;
        if of.guest().is_some() {
            admit.ask(&order.email)?;
        }
        self.store().place_order(&order).await?;
        Ok(order.id)
    }

    /// Decides: the order as it is written, or why there is none.
    fn new_order(&self, of: KeyOwner, pending: &PendingOrder, basis: OrderBasis) -> Result<NewOrder> {
        let now = self.now();
        let (mut items, chosen, cart) = pending.lines(basis.cart, basis.lines, basis.choices)?;
        self.complete_lines(&mut items)?;
        let (buyer, email) = match of {
            KeyOwner::User(user) => (Buyer::User(user), basis.account.ok_or(Refusal::SignInNeeded)?),
            KeyOwner::Guest(_) => {
                let given = pending.email.as_ref().or(chosen.email.as_ref()).cloned();
                let email = given.ok_or_else(|| Refusal::field("email", Problem::Required))?;
                (Buyer::Guest(Some(email.clone())), email)
            }
        };
        let priced = self.price_order(&basis.pricing, &items, &chosen, &buyer)?;
        let price = Price::of_order(&priced);
        if let OrderSource::ReviewedCart(reviewed) = &pending.source {
            let addresses = (chosen.address.as_ref(), chosen.billing.as_ref());
            let beside = Beside { addresses, email: email.as_str(), terms_version: basis.terms_version };
            let now = Reviewed::of_order(&items, &price, beside)?;
            let parts = now.changes_since(reviewed);
            if !parts.is_empty() {
                return Err(Refusal::CartChanged { parts }.into());
            }
            let unavailable = |_| Refusal::CartChanged { parts: vec![ReviewedPart::Availability] };
            check_availability(&items).map_err(unavailable)?;
        }
        check_choices(pending, &priced, chosen.address.as_ref())?;
        let (id, number) = (OrderId(self.next_id()), basis.number);
        let method = price.parts.shipping.as_ref().and_then(|shipping| shipping.method);
        let created = created(id, number, buyer.user(), &items, &priced.totals, method);
        let uses =
            CountedUses { promotions: basis.pricing.counted(&priced.totals), customer_key: customer_key(&email) };
        Ok(NewOrder {
            id,
            number,
            key: OrderKey { owner: of, key: pending.key.clone(), request: pending.request.clone() },
            email,
            address: chosen.address,
            billing: chosen.billing,
            items,
            totals: priced.totals,
            shipping: price.parts.shipping,
            uses,
            versions: basis.pricing.rules.versions,
            terms_version: basis.terms_version,
            cart,
            event: encode(EventId(self.next_id()), &created, now)?,
            created_at: now,
            expires_at: now.saturating_add(self.settings().payment_window),
        })
    }

    /// Gives each line its id and its total.
    fn complete_lines(&self, items: &mut [OrderLine]) -> Result<()> {
        for line in items.iter_mut() {
            line.id = OrderItemId(self.next_id());
            line.line_total = line.price.times(line.quantity)?;
        }
        Ok(())
    }

    fn price_order(
        &self,
        facts: &PricingFacts,
        items: &[OrderLine],
        chosen: &CheckoutChoices,
        buyer: &Buyer,
    ) -> std::result::Result<Priced, Refusal> {
        let basket = Basket {
            lines: items.iter().map(OrderLine::totals_line).collect(),
            destination: chosen.address.as_ref().map(destination_of),
            method: chosen.method,
            pick_up: if chosen.address.is_some() { PickUp::Offered } else { PickUp::Only },
            code: chosen.coupon.as_ref(),
            buyer,
            vat_number: vat_number_of(chosen.address.as_ref(), chosen.billing.as_ref()),
            now: self.now(),
        };
        facts.price(basket, self.currency())
    }
}

/// The request as it is compared: whatever is asked for, in the order in which it is.
fn canonical_request(asked: &OrderRequest) -> String {
    let (items, address) = (asked.items.as_deref(), asked.address.as_ref());
    let variant = |item: &RequestedItem| item.variant.map_or_else(String::new, |v| v.to_string());
    let item = |item: &RequestedItem| format!("{} {} {}", item.product, variant(item), item.quantity.get());
    let items = items.map_or_else(|| "cart".to_owned(), |items| items.iter().map(item).collect::<Vec<_>>().join(";"));
    let lines = address.map(canonical_address).unwrap_or_default();
    // What the first programs asked for reads as it always did: their keys are kept.
    let method = asked.method.map_or_else(String::new, |id| format!("\nmethod {id}"));
    let coupon = asked.coupon.as_ref().map_or_else(String::new, |code| format!("\ncoupon {code}"));
    let email = asked.email.as_ref().map_or_else(String::new, |email| format!("\nemail {}", email.as_str()));
    let billing = asked.billing.as_ref().map_or_else(String::new, |a| format!("\nbilling {}", canonical_address(a)));
    format!("api {items}\n{lines}{method}{coupon}{billing}{email}")
}

fn canonical_address(address: &ShippingAddress) -> String {
    let ShippingAddress { name, line1, line2, city, region, postal_code, country, .. } = address;
    let ShippingAddress { company, district, phone, tax_number, .. } = address;
    let text = |line: &Option<String>| line.clone().unwrap_or_default();
    let known =
        [name.clone(), line1.clone(), text(line2), text(city), text(region), text(postal_code), country.clone()];
    // What release 0.2 did not know stands behind what it did, so that its keys go on naming the same requests.
    let newer = [("company", company), ("district", district), ("phone", phone), ("tax_number", tax_number)];
    let newer = newer.into_iter().filter_map(|(name, line)| Some(format!("{name} {}", line.as_ref()?)));
    known.into_iter().chain(newer).collect::<Vec<_>>().join("\n")
}

/// What a program asked for must count: it has no page on which it could see that it does not.
fn check_choices(
    pending: &PendingOrder,
    priced: &Priced,
    address: Option<&ShippingAddress>,
) -> std::result::Result<(), Refusal> {
    let is_program = !matches!(pending.source, OrderSource::ReviewedCart(_));
    if address.is_some() && priced.needs_shipping && priced.offers.is_empty() {
        let field = if is_program { "shipping_address.country" } else { "country" };
        return Err(Refusal::field(field, Problem::NotShippedTo));
    }
    if pending.method.is_some() && priced.method_is_gone {
        return Err(Refusal::field("shipping_method", Problem::NotAChoice));
    }
    if priced.is_phone_missing(address) {
        let field = if is_program { "shipping_address.phone" } else { "phone" };
        return Err(Refusal::field(field, Problem::PhoneForCarrier));
    }
    match (&pending.coupon, &priced.code_refused) {
        (Some(_), Some(why)) => Err(Refusal::field("coupon", Problem::Promotion { why: why.clone() })),
        _ => Ok(()),
    }
}

fn check_count(items: usize) -> std::result::Result<(), Refusal> {
    match items {
        0 => Err(Refusal::field("items", Problem::Required)),
        n if n > MAX_LINES as usize => Err(Refusal::field("items", Problem::TooMany { max: MAX_LINES })),
        _ => Ok(()),
    }
}

/// The lines that are meant, in the order of the call; what is named twice becomes one line.
fn select_lines(asked: &[RequestedItem], variants: Vec<OrderLine>) -> std::result::Result<Vec<OrderLine>, Refusal> {
    let mut of_product: BTreeMap<ProductId, Vec<VariantId>> = BTreeMap::new();
    for line in &variants {
        of_product.entry(line.product_id).or_default().push(line.variant_id);
    }
    let mut picked: Vec<OrderLine> = Vec::with_capacity(asked.len());
    for (place, item) in asked.iter().enumerate() {
        let out_of_range = |problem| Refusal::field(&format!("items[{place}].quantity"), problem);
        let known = of_product.get(&item.product).map_or(&[][..], Vec::as_slice);
        let variant = choose_among(known, item.variant, &format!("items[{place}].variant_id"))?;
        if let Some(line) = picked.iter_mut().find(|l| l.variant_id == variant) {
            let before = Quantity::new(line.quantity).map_err(out_of_range)?;
            line.quantity = before.plus(item.quantity).map_err(out_of_range)?.get();
        } else if let Some(line) = variants.iter().find(|l| l.variant_id == variant) {
            picked.push(OrderLine { quantity: item.quantity.get(), ..line.clone() });
        }
    }
    Ok(picked)
}

fn check_availability(lines: &[OrderLine]) -> std::result::Result<(), Refusal> {
    if lines.iter().any(|l| !l.for_sale) {
        return Err(Refusal::NotForSale);
    }
    match lines.iter().find(|l| l.stock < l.quantity) {
        Some(short) => Err(Refusal::NotEnoughStock { left: short.stock }),
        None => Ok(()),
    }
}

fn created(
    order_id: OrderId,
    number: i64,
    user_id: Option<UserId>,
    items: &[OrderLine],
    totals: &Totals,
    method: Option<ShippingMethodId>,
) -> Event {
    let item = |line: &OrderLine| ItemQuantity { variant_id: line.variant_id, quantity: line.quantity };
    Event::OrderCreated(OrderCreated {
        order_id,
        number,
        user_id,
        items: items.iter().map(item).collect(),
        total: totals.total,
        parts: Some(OrderParts::of(totals, method)),
    })
}
