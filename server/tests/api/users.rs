//! People: for staff, and everybody for themselves.

use serde_json::json;

use crate::client::Api;

#[tokio::test]
async fn staff_see_everybody_page_by_page() {
    let api = Api::open().await;
    for name in ["Ada", "Bob", "Eve"] {
        api.customer(name).await;
    }
    let staff = api.staff().await;
    let list = staff.get("/users?per_page=3").await.ok(200);
    assert_eq!((&list["total"], &list["per_page"], &list["page"]), (&json!(4), &json!(3), &json!(1)));
    assert_eq!((&list["items"][0]["role"], &list["items"][1]["name"]), (&json!("staff"), &json!("Eve")));
    assert!(!staff.get("/users").await.text.contains("argon2"));
    let ada = &staff.get("/users?page=2&per_page=3").await.ok(200)["items"][0];
    assert_eq!(staff.get(&format!("/users/{}", ada["id"].as_str().unwrap())).await.ok(200), *ada);
    staff.get("/users/00000000-0000-0000-0000-000000000000").await.problem(404, "not-found");
    staff.get("/users/ada").await.problem(404, "not-found");
    assert_eq!(staff.get("/users?page=0").await.fields(), ["page"]);
    api.done().await;
}

#[tokio::test]
async fn others_see_themselves_alone() {
    let api = Api::open().await;
    let (ada, bob) = (api.customer("Ada").await, api.customer("Bob").await);
    let id = api.shop.scalar::<uuid::Uuid>("select id from users where email = $1::citext", "ada@example.org").await;
    let path = format!("/users/{id}");
    assert_eq!(ada.get(&path).await.ok(200)["email"], "ada@example.org");
    bob.get(&path).await.problem(404, "not-found");
    api.guest().get(&path).await.problem(401, "sign-in-needed");
    ada.get("/users").await.problem(403, "staff-only");
    api.guest().get("/users").await.problem(401, "sign-in-needed");
    api.done().await;
}
