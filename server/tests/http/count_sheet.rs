//! The sheet to count by, as a browser without scripts sends it.

use http::StatusCode;
use shop::dto::ShipmentForm;

use crate::admin::Desk;
use crate::harness::Everything as _;
use crate::visitor::hidden;

#[tokio::test]
async fn a_sheet_is_refused_with_what_was_typed_and_saved_when_it_is_right() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let page = "/admin/stock/count?category=tableware";
    assert!(olga.get("/admin/stock").await.text.contains("href=\"/admin/stock/count\""));
    let shown = olga.get(page).await;
    assert_eq!(shown.status, StatusCode::OK);
    let (mug, cup) = (desk.site.shop.variant("MUG").await, desk.site.shop.variant("CUP").await);
    let names = [mug, cup].map(|id| (format!("fields[count-{id}]"), format!("fields[shelf-{id}]")));
    let shelves = [0, 1].map(|place| hidden(&shown.text, &names[place].1));
    let key = hidden(&shown.text, "fields[key]");
    let mut form = vec![
        ("fields[key]", key.as_str()),
        ("fields[category]", "tableware"),
        ("fields[reason]", "Stocktaking"),
        (names[0].0.as_str(), "many"),
        (names[0].1.as_str(), shelves[0].as_str()),
        (names[1].0.as_str(), "2"),
        (names[1].1.as_str(), shelves[1].as_str()),
    ];
    let refused = olga.submit(page, "admin-save-counts", &form).await.text;
    for part in ["value=\"2\"", "Please enter a whole number from 0 to 1000000", "aria-invalid=\"true\""] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    assert!(refused.contains("<option value=\"tableware\" selected"), "the same sheet: {refused}");
    form[3].1 = "9";
    let saved = olga.submit(page, "admin-save-counts", &form).await.text;
    assert!(saved.contains("2 counts are saved."), "{saved}");
    desk.site.shop.done().await;
}

/// A page that was refused and comes back is made anew: what it says was to lie there is no longer what was counted against.
#[tokio::test]
async fn a_sheet_that_comes_back_does_not_undo_what_left_meanwhile() {
    let desk = Desk::open().await;
    let (olga, staff) = (desk.olga().await, desk.staff().await);
    let page = "/admin/stock/count";
    let shown = olga.get(page).await.text;
    let (mug, cup) = (desk.site.shop.variant("MUG").await, desk.site.shop.variant("CUP").await);
    let names = [mug, cup].map(|id| [format!("fields[count-{id}]"), format!("fields[shelf-{id}]")]);
    let key = hidden(&shown, "fields[key]");
    let shelves = [0, 1].map(|place: usize| hidden(&shown, &names[place][1]));
    assert_eq!(shelves, ["10", "4"]);
    let parcel = ShipmentForm { items: Some(vec![(mug, 3)]), ..ShipmentForm::default() };
    desk.site.shop.shop.ship_order(staff.may(), desk.order, &parcel, None).await.unwrap();
    let form = [
        ("fields[key]", key.as_str()),
        ("fields[reason]", "Stocktaking"),
        (names[0][0].as_str(), "10"),
        (names[0][1].as_str(), shelves[0].as_str()),
        (names[1][0].as_str(), "for"),
        (names[1][1].as_str(), shelves[1].as_str()),
    ];
    let refused = olga.submit(page, "admin-save-counts", &form).await.text;
    assert_eq!(refused.matches("Something left or came: count it again.").count(), 1, "of the mugs alone: {refused}");
    let back = names.each_ref().map(|[count, shelf]| (hidden(&refused, count), hidden(&refused, shelf)));
    assert_eq!((back[0].0.as_str(), back[0].1.as_str()), ("", "7"), "what was counted before is not offered again");
    assert_eq!((back[1].0.as_str(), back[1].1.as_str()), ("for", "4"));
    let key = hidden(&refused, "fields[key]");
    let form = [
        ("fields[key]", key.as_str()),
        ("fields[reason]", "Stocktaking"),
        (names[0][0].as_str(), back[0].0.as_str()),
        (names[0][1].as_str(), back[0].1.as_str()),
        (names[1][0].as_str(), "4"),
        (names[1][1].as_str(), back[1].1.as_str()),
    ];
    let saved = olga.submit(page, "admin-save-counts", &form).await.text;
    assert!(saved.contains("1 count is saved."), "{saved}");
    assert_eq!((desk.site.shop.stock("MUG").await, desk.site.shop.stock("CUP").await), (7, 3), "three left the house");
    // A count that does not say what it was counted against is of nothing anybody knows.
    let key = hidden(&saved, "fields[key]");
    let silent = [("fields[key]", key.as_str()), ("fields[reason]", "Stocktaking"), (names[0][0].as_str(), "9")];
    let refused = olga.submit(page, "admin-save-counts", &silent).await.text;
    assert!(refused.contains("Something left or came: count it again."), "{refused}");
    assert_eq!(desk.site.shop.stock("MUG").await, 7);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_count_of_one_variant_that_comes_back_is_counted_again_where_something_left() {
    let desk = Desk::open().await;
    let (olga, staff) = (desk.olga().await, desk.staff().await);
    let record = desk.site.shop.record("mug").await;
    let (product, mug) = (record.id.to_string(), record.variants[0].id);
    let (variant, page) = (mug.to_string(), format!("/admin/stock/{mug}"));
    let shown = olga.get(&page).await.text;
    let (key, shelf) = (hidden(&shown, "key"), hidden(&shown, "shelf"));
    let form = |reason: &'static str| {
        [
            ("product_id", product.as_str()),
            ("variant_id", variant.as_str()),
            ("key", key.as_str()),
            ("shelf", shelf.as_str()),
            ("how", "count"),
            ("units", "10"),
            ("reason", reason),
        ]
    };
    let refused = olga.submit(&page, "admin-change-stock", &form(" ")).await.text;
    assert_eq!(hidden(&refused, "units"), "10", "nothing left: what was typed is kept");
    let parcel = ShipmentForm { items: Some(vec![(mug, 3)]), ..ShipmentForm::default() };
    desk.site.shop.shop.ship_order(staff.may(), desk.order, &parcel, None).await.unwrap();
    let refused = olga.submit(&page, "admin-change-stock", &form(" ")).await.text;
    assert!(refused.contains("Something left or came: count it again."), "{refused}");
    assert_eq!((hidden(&refused, "units"), hidden(&refused, "shelf")), (String::new(), "7".to_owned()));
    desk.site.shop.done().await;
}
