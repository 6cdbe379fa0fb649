//! `restored`: what it refuses. What it does is `server/tests/chaos/restore.rs`.

use crate::harness::TestShop;
use crate::{at, said};

const RECORDED: &str = "select count(*) from audit_log where subject_kind = 'restore'";

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_not_restored_is_left_as_it_is() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "1")]).await;
    let waiting = shop.count("select count(*) from email_messages where state = 'queued'").await;
    assert!(waiting > 0);
    let then = "2026-01-01T00:00:00Z";

    let (code, told) = said(&["restored", "--to", then], &at(&shop.url));
    assert!(code == 1 && told.contains("somebody is connected") && told.contains("--beside-others"), "{told}");
    for more in [["--beside-others", "--order-numbers=0"], ["--beside-others", "--dry-run"]] {
        let (code, told) = said(&[&["restored", "--to", then][..], &more].concat(), &at(&shop.url));
        assert!(code == 1 && told.contains("was not restored to that moment"), "{told}");
    }
    let (code, told) = said(&["restored", "--to", "yesterday"], &at(&shop.url));
    assert_eq!(code, 2, "{told}");
    assert_eq!(said(&["restored"], &at(&shop.url)).0, 2, "to which moment?");

    // Told what there is to do, a shop at work does it not.
    let (code, told) = said(&["restored", "--to", "2200-01-01T00:00:00Z", "--dry-run"], &at(&shop.url));
    assert!(
        code == 0 && told.contains(&format!("{waiting} letters")) && told.contains("to be stopped first"),
        "{told}"
    );
    assert_eq!(shop.count(RECORDED).await, 0);
    assert_eq!(shop.count("select count(*) from email_messages where state = 'queued'").await, waiting);
    shop.done().await;
}
