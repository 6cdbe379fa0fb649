//! The first page of the back office: the days of its address, and what sold best in them.

use http::StatusCode;
use shop::domain::StaffRole;

use crate::admin::Desk;
use crate::roles::works_as;

#[tokio::test]
async fn the_first_page_shows_the_days_of_its_address() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let page = olga.get("/admin").await.text;
    for part in ["The last 30 days", "in the 30 days before", "Best products", "Product MUG", "type=\"date\""] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.contains("href=\"/admin/products/"), "what sold leads to its editor");
    let packer = works_as(&desk, StaffRole::Packing).await.get("/admin").await.text;
    assert!(packer.contains("Product MUG") && !packer.contains("href=\"/admin/products/"), "{packer}");
    let then = olga.get("/admin?from=2020-01-01&to=2020-01-07").await.text;
    for part in ["1 January 2020 to 7 January 2020", "in the 7 days before", "Nothing was sold in these days."] {
        assert!(then.contains(part), "{part}: {then}");
    }
    for odd in
        ["from=x&to=y", "from=9999-99-99", "from=1900-01-01", "to=1900-01-01", "from=2090-01-01", "to=9000-12-31"]
    {
        assert_eq!(olga.get(&format!("/admin?{odd}")).await.status, StatusCode::OK, "{odd}");
    }
    desk.site.shop.done().await;
}
