//! Reviews by the API: anybody reads what is shown, staff decide, and nothing of others is told.

use serde_json::json;
use shop::domain::Step;
use shop::dto::ReviewForm;
use shop::usecase::SandboxOutcome::Approve;

use crate::client::Api;
use crate::harness::Everything as _;
use crate::harness::rules::STAFF;

#[tokio::test]
async fn staff_publish_decline_and_answer_and_everybody_reads_what_is_shown() {
    let mut api = Api::open().await;
    api.stop_delivery().await;
    api.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let (product, staff, guest) = (api.product("MUG").await, api.staff().await, api.guest());
    let ada = api.shop.customer("Ada").await;
    let order = api.shop.place_reserved(ada, &[("MUG", "1")]).await;
    api.shop.shop.pay_order(ada, order, Approve).await.unwrap();
    api.shop.deliver().await;
    api.shop.shop.advance_order(STAFF.may(), order, Step::Ship).await.unwrap();
    let form =
        ReviewForm { stars: "4".into(), title: String::new(), text: "It holds tea.".into(), name: "Ada L.".into() };
    api.shop.shop.write_review(ada, order, api.shop.variant("MUG").await, &form).await.unwrap();
    let path = format!("/products/{product}/reviews");
    let none = guest.get(&path).await.ok(200);
    assert_eq!((&none["items"], &none["total"], &none["average"]), (&json!([]), &json!(0), &json!(null)));
    guest.get("/reviews").await.problem(401, "sign-in-needed");
    let bob = api.customer("Bob").await;
    bob.get("/reviews").await.problem(403, "staff-only");
    let pending = staff.get("/reviews").await.ok(200);
    let review = &pending["items"][0];
    assert_eq!(
        (&review["status"], &review["text"], &review["version"]),
        (&json!("pending"), &json!("It holds tea."), &json!(1))
    );
    let one = format!("/reviews/{}", review["id"].as_str().unwrap());
    for (verb, body) in [("publish", json!({"version": 1})), ("decline", json!({"version": 1, "reason": "No"}))] {
        bob.post(&format!("{one}/{verb}"), &body).await.problem(403, "staff-only");
    }
    let publish = format!("{one}/publish");
    staff.post(&publish, &json!({"version": 2})).await.problem(412, "stale-version");
    assert_eq!(staff.post(&publish, &json!({})).await.fields(), ["version"]);
    let published = staff.post(&publish, &json!({"version": 1})).await.ok(200);
    assert_eq!((&published["status"], &published["version"]), (&json!("published"), &json!(2)));
    let answer = format!("{one}/answer");
    staff.post(&answer, &json!({"version": 1, "answer": "Thank you!"})).await.problem(412, "stale-version");
    let answered = staff.post(&answer, &json!({"version": 2, "answer": "Thank you!"})).await.ok(200);
    assert_eq!(answered["version"], 3);
    for address in [path.clone(), "/products/mug/reviews?sort=highest&per_page=1".to_owned()] {
        let shown = guest.get(&address).await.ok(200);
        assert_eq!((&shown["total"], &shown["average"], &shown["next"]), (&json!(1), &json!("4.0"), &json!(null)));
        assert_eq!(shown["stars"][1], json!({"stars": 4, "count": 1}));
        let item = &shown["items"][0];
        assert_eq!(
            (&item["name"], &item["answer"], &item["stars"]),
            (&json!("Ada L."), &json!("Thank you!"), &json!(4))
        );
        let text = shown.to_string();
        assert!(!text.contains("ada@example.org") && !text.contains("Lovelace") && !text.contains(&order.to_string()));
    }
    assert_eq!(guest.get(&format!("{path}?sort=best")).await.fields(), ["sort"]);
    assert_eq!(guest.get(&format!("{path}?per_page=0")).await.fields(), ["per_page"]);
    guest.get("/products/nothing/reviews").await.problem(404, "not-found");
    let declined = staff.post(&format!("{one}/decline"), &json!({"version": 3, "reason": "Another cup"})).await.ok(200);
    assert_eq!((&declined["status"], &declined["reason"]), (&json!("declined"), &json!("Another cup")));
    assert_eq!(guest.get(&path).await.ok(200)["total"], 0);
    api.done().await;
}
