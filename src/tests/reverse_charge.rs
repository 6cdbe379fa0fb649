//! A business in another country of the EU accounts for the tax by itself, where the shop switched that on: from the number
//! in an address to the row of the order.

use shop::domain::{Customer, Problem, TaxRules};
use shop::dto::{AddressForm, CheckoutForm, OrderView, TaxNumberUse};

use crate::harness::rules::taxed;
use crate::harness::{TestShop, address, refused, usd};

fn to_paris(tax_number: &str) -> AddressForm {
    AddressForm {
        line1: "8 rue de la Paix".into(),
        city: "Paris".into(),
        postal_code: "75002".into(),
        country: "FR".into(),
        tax_number: tax_number.into(),
        ..address()
    }
}

/// To Paris, billed to the firm there.
fn checkout(number_of_goods: &str, number_of_bill: &str) -> CheckoutForm {
    let firm = AddressForm { company: "Machines SARL".into(), line1: "9 rue Ada".into(), ..to_paris(number_of_bill) };
    CheckoutForm { billing_is: "other".into(), billing: firm, ..to_paris(number_of_goods).into() }
}

/// A shop in Germany whose prices hold a fifth of tax for France, and Ada with a mug of 24.00.
async fn open(reverse_charge: bool) -> (TestShop, Customer) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let rates = taxed(&[("FR", "20"), ("DE", "19")]);
    shop.tax_by(TaxRules { seller_country: "DE".into(), reverse_charge, ..rates }).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    (shop, ada)
}

/// The order of what the checkout shows: cart, review and order come to the same.
async fn order(shop: &TestShop, ada: Customer, form: CheckoutForm) -> OrderView {
    shop.shop.save_address(ada, form).await.unwrap();
    let cart = crate::pricing::cart(shop, ada).await;
    let shown = shop.shop.checkout(ada).await.unwrap();
    assert_eq!((shown.cart.total, &shown.cart.parts), (cart.total, &cart.parts));
    let id = shop.shop.place_order(ada, shop.review(ada).await).await.unwrap();
    let order = shop.order(ada, id).await;
    assert_eq!((order.total, &order.parts), (cart.total, &cart.parts));
    // What comes of a number was said before.
    let addresses = [&order.shipping_address, &order.billing_address];
    let is_given = addresses.into_iter().flatten().any(|address| address.tax_number.is_some());
    let said = if is_marked(shop, &order).await { TaxNumberUse::ReverseCharge } else { TaxNumberUse::Recorded };
    assert_eq!(shown.tax_number, is_given.then_some(said));
    order
}

async fn is_marked(shop: &TestShop, order: &OrderView) -> bool {
    shop.scalar("select reverse_charge from orders where id = $1::uuid", &order.id.to_string()).await
}

#[tokio::test]
async fn a_business_abroad_accounts_for_its_tax() {
    let (shop, ada) = open(true).await;
    let order = order(&shop, ada, checkout("", "FR 12 345678901")).await;
    let off: Vec<_> = order.parts.discounts.iter().map(|d| (d.label.as_str(), d.amount)).collect();
    assert_eq!((off, order.total), (vec![("Reverse charge", usd("4.00"))], usd("20.00")));
    assert_eq!((order.parts.tax.amount, order.parts.tax.lines.len()), (usd("0"), 0));
    assert!(is_marked(&shop, &order).await);
    shop.done().await;
}

#[tokio::test]
async fn a_number_that_is_none_is_told_beside_its_field() {
    let (shop, ada) = open(true).await;
    for (form, field) in [
        (checkout("", "552 100 554"), "billing[tax_number]"),
        (checkout("", "DE12345678"), "billing[tax_number]"),
        (to_paris("12345678901").into(), "tax_number"),
    ] {
        let refusal = refused(shop.shop.save_address(ada, form).await);
        assert_eq!(refusal.problem_of(field), Some(&Problem::NotATaxNumber), "{refusal}");
    }
    let kept = shop.shop.checkout(ada).await.unwrap();
    assert!(kept.address.is_none() && kept.tax_number.is_none());
    shop.done().await;
}

#[tokio::test]
async fn a_number_that_is_none_hides_no_other() {
    let (shop, ada) = open(true).await;
    // The number that the firm has at home is none of the EU.
    let firm = AddressForm { tax_number: "GB 123 4567 89".into(), ..address() };
    let order = order(&shop, ada, CheckoutForm { billing: firm, ..checkout("FR12345678901", "") }).await;
    assert_eq!(order.total, usd("20.00"));
    assert!(is_marked(&shop, &order).await);
    shop.done().await;
}

#[tokio::test]
async fn whoever_else_orders_pays_the_tax() {
    for (reverse_charge, number, what) in [
        (false, "FR12345678901", "a shop that did not switch it on"),
        (true, "DE123456789", "a number of the shop's own country"),
        (true, "", "no number"),
    ] {
        let (shop, ada) = open(reverse_charge).await;
        let order = order(&shop, ada, checkout("", number)).await;
        assert_eq!((order.total, order.parts.tax.amount), (usd("24.00"), usd("4.00")), "{what}");
        assert_eq!(order.parts.discounts.len(), 0, "{what}");
        assert!(!is_marked(&shop, &order).await, "{what}");
        let kept = order.billing_address.as_ref().and_then(|billed| billed.tax_number.as_deref());
        assert_eq!(kept.unwrap_or_default(), number, "{what}: it is recorded all the same");
        shop.done().await;
    }
}
