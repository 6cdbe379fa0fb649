//! Where an order goes, changed by staff: before it is packed, and only to where shipping and tax stay what they are.

use shop::domain::{OrderId, Problem, Refusal, ShippingAddress, Staff};
use shop::dto::AddressForm;
use shop::usecase::Result;

use crate::fulfilment::Paid;
use crate::harness::{Everything, TestShop, refused};
use crate::rule_forms::problem;

async fn address(shop: &TestShop, by: Staff, id: OrderId) -> ShippingAddress {
    shop.shop.order_for_staff(by.may(), id).await.unwrap().shipping_address.unwrap()
}

async fn change(shop: &TestShop, by: Staff, id: OrderId, before: &ShippingAddress, form: &AddressForm) -> Result<()> {
    let before = serde_json::to_string(before).unwrap();
    shop.shop.readdress_order(by.may(), id, &before, form).await
}

/// To another street of the same place.
pub async fn to_street(shop: &TestShop, by: Staff, id: OrderId, street: &str) -> Result<()> {
    let before = address(shop, by, id).await;
    let form = AddressForm { line1: street.into(), ..AddressForm::from(before.clone()) };
    change(shop, by, id, &before, &form).await
}

async fn letters(shop: &TestShop) -> i64 {
    shop.count("select count(*) from email_messages where kind = 'address_changed'").await
}

#[tokio::test]
async fn an_order_goes_elsewhere_until_it_is_packed() {
    let Paid { shop, ada, staff, id, .. } = Paid::order().await;
    let before = address(&shop, staff, id).await;
    let total = shop.order(ada, id).await.total;
    let form = AddressForm { line1: "2 Another Street".into(), name: "Grace".into(), ..before.clone().into() };
    for _ in 0..2 {
        change(&shop, staff, id, &before, &form).await.unwrap();
    }
    let order = shop.order(ada, id).await;
    assert_eq!((order.shipping_address.unwrap().line1.as_str(), order.total), ("2 Another Street", total));
    assert!(order.timeline.iter().any(|entry| entry.kind == "address_changed"), "{:?}", order.timeline);
    assert_eq!(letters(&shop).await, 1, "sent twice, it is changed once");
    let body: String = shop.scalar("select body from email_messages where kind = $1", "address_changed").await;
    assert!(body.contains("2 Another Street") && body.contains("reply to this mail"), "{body}");
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    let told: Vec<_> = log.iter().filter(|entry| entry.action == "order.readdressed").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].after.as_deref(), Some(r#"{"changed":["name","line1"]}"#), "no address is in the log");

    // Who read it before that is told.
    let late = AddressForm { line1: "3 Third Street".into(), ..before.clone().into() };
    let late = change(&shop, staff, id, &before, &late).await;
    assert!(matches!(refused(late), Refusal::VersionMismatch { .. }));
    // Also where a field will not do: the page that asks again shows the order as it is, and would undo what the other did.
    let late = AddressForm { line1: String::new(), ..before.clone().into() };
    let late = change(&shop, staff, id, &before, &late).await;
    assert!(matches!(refused(late), Refusal::VersionMismatch { .. }));
    // Packed, it goes where it goes; unpacked, it can go elsewhere again.
    shop.shop.mark_packed(staff.may(), &[id], true).await.unwrap();
    let packed = to_street(&shop, staff, id, "4 Fourth Street").await;
    assert_eq!(problem(refused(packed), "address"), Problem::PackedAlready);
    shop.shop.mark_packed(staff.may(), &[id], false).await.unwrap();
    to_street(&shop, staff, id, "4 Fourth Street").await.unwrap();
    assert_eq!(letters(&shop).await, 2);
    shop.done().await;
}

#[tokio::test]
async fn it_stays_in_its_country_and_a_parcel_holds_it() {
    let paid = Paid::order().await;
    let (shop, staff, id) = (&paid.shop, paid.staff, paid.id);
    let before = address(shop, staff, id).await;
    let form = async |form: AddressForm| change(shop, staff, id, &before, &form).await;
    let abroad = AddressForm { country: "IE".into(), postal_code: "D02 AF30".into(), ..before.clone().into() };
    assert_eq!(problem(refused(form(abroad).await), "country"), Problem::OtherDestination);
    let business = AddressForm { tax_number: "GB999999973".into(), ..before.clone().into() };
    assert_eq!(problem(refused(form(business).await), "tax_number"), Problem::OtherDestination);
    let nowhere = AddressForm { line1: String::new(), ..before.clone().into() };
    assert_eq!(problem(refused(form(nowhere).await), "line1"), Problem::Required);
    paid.ship(&[(paid.mug, 1)]).await.unwrap();
    let sent = to_street(shop, staff, id, "2 Another Street").await;
    assert_eq!(problem(refused(sent), "address"), Problem::PackedAlready, "a part of it is on its way");
    let nothing = shop.shop.readdress_order(staff.may(), OrderId(uuid::Uuid::nil()), "", &before.clone().into()).await;
    assert_eq!(refused(nothing), Refusal::NotFound);
    assert_eq!(address(shop, staff, id).await, before);
    paid.shop.done().await;
}

#[tokio::test]
async fn a_region_that_the_country_does_not_ask_for_goes_along() {
    let Paid { shop, staff, id, .. } = Paid::order().await;
    shop.execute(
        r#"update orders set shipping_address = shipping_address ||
            '{"line1": "Karlsplatz 1", "city": "Munich", "region": "Bavaria", "postal_code": "80335", "country": "DE"}'"#,
    )
    .await;
    let before = address(&shop, staff, id).await;
    let without = AddressForm { line1: "Karlsplatz 2".into(), region: String::new(), ..before.clone().into() };
    let without = change(&shop, staff, id, &before, &without).await;
    assert_eq!(problem(refused(without), "region"), Problem::OtherDestination);
    to_street(&shop, staff, id, "Karlsplatz 2").await.unwrap();
    let after = address(&shop, staff, id).await;
    assert_eq!((after.line1.as_str(), after.region.as_deref()), ("Karlsplatz 2", Some("Bavaria")));
    shop.done().await;
}

#[tokio::test]
async fn packing_and_another_address_at_once_are_one_after_the_other() {
    let Paid { shop, staff, id, .. } = Paid::order().await;
    let chosen = [id];
    let packing = shop.shop.mark_packed(staff.may(), &chosen, true);
    let (packed, changed) = tokio::join!(packing, to_street(&shop, staff, id, "2 Another Street"));
    packed.unwrap();
    let now = address(&shop, staff, id).await;
    match changed {
        Ok(()) => assert_eq!(now.line1, "2 Another Street"),
        changed => {
            assert_eq!(problem(refused(changed), "address"), Problem::PackedAlready);
            assert_ne!(now.line1, "2 Another Street");
        }
    }
    shop.done().await;
}
