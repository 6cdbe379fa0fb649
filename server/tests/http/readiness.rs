//! What `/readyz` says of the schema.

use http::StatusCode;

use crate::visitor::Site;

#[tokio::test]
async fn a_process_is_not_ready_on_a_schema_that_went_past_it() {
    let site = Site::open().await;
    let visitor = site.visitor();
    assert_eq!(visitor.get("/readyz").await.status, StatusCode::OK);
    site.shop.execute("update schema_release set oldest_release = '999.0.0'").await;
    let answer = visitor.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains("serves releases from 999.0.0 on"), "{}", answer.text);
    site.shop.execute("delete from _sqlx_migrations where version = 14").await;
    assert!(visitor.get("/readyz").await.text.contains("run `small-ecommerce migrate` first"));
    site.shop.done().await;
}
