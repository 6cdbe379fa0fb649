//! Reviews, from the link on the order's page to the product's, through the back office; as forms, without scripts.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::Value;
use shop::domain::Step;

use crate::accounts::{mailed_link, open};
use crate::admin::Desk;
use crate::harness::Everything as _;
use crate::roles::works_as;
use crate::visitor::{Answer, hidden};

/// A desk whose order has left.
async fn sent() -> Desk {
    let desk = Desk::open().await;
    let staff = desk.staff().await;
    desk.site.shop.shop.advance_order(staff.may(), desk.order, Step::Ship).await.unwrap();
    desk.site.shop.deliver().await;
    desk
}

/// What search engines are told of a product.
fn told(page: &Answer) -> Value {
    let part = page.text.split("<script type=\"application/ld+json\">").nth(1).unwrap();
    serde_json::from_str(part.split_once("</script>").unwrap().0).unwrap()
}

#[tokio::test]
async fn a_review_is_written_by_a_form_read_by_staff_and_shown_with_its_stars() {
    let desk = sent().await;
    let (ada, olga, anybody) = (desk.site.visitor(), desk.olga().await, desk.site.visitor());
    ada.sign_in("ada@example.org").await;
    let nothing = anybody.get("/products/mug").await;
    assert!(nothing.text.contains("Nobody has written a review yet") && !nothing.text.contains("class=\"stars\""));
    assert!(told(&nothing).get("aggregateRating").is_none() && told(&nothing).get("review").is_none());
    let mug = desk.site.shop.variant("MUG").await.to_string();
    let (order, page) = (desk.order.to_string(), format!("/orders/{}/review/{mug}", desk.order));
    assert!(ada.get(&format!("/orders/{order}")).await.text.contains(&format!("href=\"{page}\"")));
    let form = ada.get(&page).await.text;
    for part in ["<legend>Your rating", "type=\"radio\"", "name=\"stars\"", "value=\"Ada\"", "maxlength=\"1000\""] {
        assert!(form.contains(part), "{part}: {form}");
    }
    let typed = |stars: &'static str, text: &'static str| {
        let fields =
            [("order_id", order.clone()), ("variant", mug.clone()), ("stars", stars.into()), ("text", text.into())];
        fields.into_iter().chain([("title", "Blue <i>".into()), ("name", "Ada L.".into())]).collect::<Vec<_>>()
    };
    let send = async |fields: Vec<(&'static str, String)>| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ada.submit(&page, "write-review", &fields).await.text
    };
    let wrong = send(typed("", "See www.cheap.example")).await;
    for part in ["Please leave out addresses", "HTML", "See www.cheap.example", "href=\"#field-stars\""] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
    let fine: Vec<_> = typed("4", "It holds tea, & <3.").into_iter().filter(|(name, _)| *name != "title").collect();
    let thanks = send(fine).await;
    assert!(
        thanks.contains("It appears once the shop has read it") && thanks.contains("Change your review"),
        "{thanks}"
    );
    assert!(!anybody.get("/products/mug").await.text.contains("It holds tea"), "nobody has read it");
    assert!(olga.get("/admin").await.text.contains("review to be read"));
    let list = olga.get("/admin/reviews").await.text;
    let place = list.split("href=\"/admin/reviews/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let place = format!("/admin/reviews/{place}");
    let one = olga.get(&place).await.text;
    let (id, version) = (hidden(&one, "id"), hidden(&one, "version"));
    let read = [("id", id.as_str()), ("version", version.as_str())];
    let none = olga.submit(&place, "admin-decline-review", &[read[0], read[1], ("reason", " ")]).await.text;
    assert!(none.contains("field-problem"), "{none}");
    let published = olga.submit(&place, "admin-publish-review", &read).await.text;
    assert!(published.contains("The review is published."));
    // A page that was left open since before is told so, and keeps what was typed.
    let stale = olga.submit(&place, "admin-decline-review", &[read[0], read[1], ("reason", "Not this one")]).await.text;
    assert!(stale.contains("Somebody else has changed this") && stale.contains("Not this one"), "{stale}");
    let version = hidden(&published, "version");
    let answer = [read[0], ("version", version.as_str()), ("answer", "Thank <you>!")];
    assert!(olga.submit(&place, "admin-answer-review", &answer).await.text.contains("Your answer is saved."));
    let shown = anybody.get("/products/mug").await;
    for part in
        ["It holds tea, &amp; &lt;3.", "Ada L.", "verified buyer", "Thank &lt;you&gt;!", "4.0", "1 review", "5 stars"]
    {
        assert!(shown.text.contains(part), "{part}: {}", shown.text);
    }
    let json = told(&shown);
    assert_eq!(
        (&json["aggregateRating"]["ratingValue"], &json["aggregateRating"]["reviewCount"]),
        (&"4.0".into(), &1.into())
    );
    assert_eq!(
        (&json["review"][0]["author"]["name"], &json["review"][0]["reviewRating"]["ratingValue"]),
        (&"Ada L.".into(), &4.into())
    );
    let all = anybody.get("/products/mug/reviews?sort=lowest").await;
    assert!(all.text.contains("It holds tea") && all.text.contains("Lowest rated"), "{}", all.text);
    for odd in ["sort=%27&after=x", "after=00000000-0000-4000-8000-000000000000", "sort=highest&sort=lowest&after="] {
        assert_eq!(anybody.get(&format!("/products/mug/reviews?{odd}")).await.status, StatusCode::OK, "{odd}");
    }
    assert_eq!(anybody.get("/products/nothing/reviews").await.status, StatusCode::NOT_FOUND);
    // Changed, it is gone until it is read anew; what was read before publishes nothing.
    let changed = typed("1", "It broke.").into_iter().filter(|(name, _)| *name != "title").collect();
    send(changed).await;
    let gone = anybody.get("/products/mug").await;
    assert!(!gone.text.contains("It broke") && told(&gone).get("aggregateRating").is_none());
    assert_eq!(olga.call("admin-publish-review", &read).await.status, StatusCode::PRECONDITION_FAILED);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn nobody_writes_or_reads_what_is_anothers_and_a_network_writes_only_so_many() {
    let desk = sent().await;
    let (ada, bob, nobody) = (desk.site.visitor(), desk.site.visitor(), desk.site.visitor());
    ada.sign_in("ada@example.org").await;
    bob.register("Bob").await;
    let (order, mug) = (desk.order.to_string(), desk.site.shop.variant("MUG").await.to_string());
    let page = format!("/orders/{order}/review/{mug}");
    let fields = |text: &'static str| {
        [("order_id", order.as_str()), ("variant", mug.as_str()), ("stars", "5"), ("text", text), ("name", "Ada")]
    };
    assert_eq!(ada.call("write-review", &fields("Mine.")).await.status, StatusCode::OK);
    let strangers = bob.get(&page).await;
    assert_eq!(strangers.status, StatusCode::NOT_FOUND);
    assert!(!strangers.text.contains("Mine."));
    assert_eq!(nobody.get(&page).await.status, StatusCode::FOUND);
    assert_eq!(bob.call("write-review", &fields("Not mine.")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(nobody.call("write-review", &fields("Not mine.")).await.status, StatusCode::UNAUTHORIZED);
    for (order, variant) in [("x", mug.as_str()), (order.as_str(), "x"), (order.as_str(), order.as_str())] {
        let odd = ada.get(&format!("/orders/{order}/review/{variant}")).await.status;
        assert_eq!(odd, StatusCode::NOT_FOUND, "{order} {variant}");
    }
    let token = desk.site.shop.shop.order_token(desk.order).unwrap().as_str().to_owned();
    nobody.open_order(&format!("/orders/{order}?token={token}")).await;
    let by_token = nobody.get(&page).await;
    assert!(by_token.text.contains("Mine.") && by_token.header("cache-control") == "no-store", "{}", by_token.text);
    // Twenty at once, and one more for each minute that this takes.
    let mut last = StatusCode::OK;
    for n in 1..60 {
        let text = format!("Mine, {n}.");
        let fields =
            [("order_id", order.as_str()), ("variant", &mug), ("stars", "5"), ("text", &text), ("name", "Ada")];
        last = ada.call_from("203.0.113.9", "write-review", &fields).await.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            assert!(n >= 20, "twenty may be written: {n}");
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "of one network");
    for (role, may) in [("support", true), ("catalogue", true), ("packing", false)] {
        let role = shop::domain::StaffRole::parse(role).unwrap();
        let status = works_as(&desk, role).await.get("/admin/reviews").await.status;
        assert_eq!(status == StatusCode::OK, may, "{role:?}: {status}");
    }
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_letter_asks_for_reviews_and_one_click_ends_that() {
    let desk = sent().await;
    let shop = &desk.site.shop;
    shop.execute("update shipments set created_at = created_at - interval '15 days'").await;
    assert_eq!(shop.shop.request_reviews(10).await.unwrap(), 1);
    let link = mailed_link(&desk.site, "review_request").await;
    let page = open(&desk.site.visitor(), &link).await;
    assert!(page.text.contains("We write to ada@example.org once after each order"), "{}", page.text);
    let token = link.split_once("?token=").unwrap().1.to_owned();
    let address = format!("/unsubscribe?token={token}");
    let looked = desk.site.visitor().get(&address).await;
    assert_eq!(looked.location(), format!("/review-requests?token={token}"));
    let refusals = "select count(*) from review_refusals";
    assert_eq!(shop.count(refusals).await, 0, "looking changes nothing");
    for _ in 0..2 {
        let request = Request::post(&address).header("host", "shop.example");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let ended = desk.site.send(request.body(Body::from("List-Unsubscribe=One-Click")).unwrap()).await;
        assert_eq!((ended.status, shop.count(refusals).await), (StatusCode::OK, 1));
    }
    assert!(open(&desk.site.visitor(), &link).await.text.contains("We do not ask ada@example.org"));
    shop.execute("delete from review_refusals").await;
    let ada = desk.site.visitor();
    open(&ada, &link).await;
    let done = ada.submit("/review-requests", "refuse-review-requests", &[]).await.text;
    assert!(done.contains("We do not ask you for reviews any more."), "{done}");
    assert_eq!(shop.count(refusals).await, 1);
    desk.site.shop.done().await;
}
