//! Outgoing webhooks in the back office, without a script: added, with a secret that is shown once, looked at and removed.

use http::StatusCode;

use crate::admin::Desk;
use crate::visitor::hidden;

const LIST: &str = "/admin/webhooks";
const URL: (&str, &str) = ("fields[url]", "https://erp.example.org/hooks?a=1&b=%3C");
const PAID: (&str, &str) = ("fields[event-order.paid]", "on");

/// The secret that a page shows.
fn secret(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("whsec_")?;
    rest.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))).next()
}

#[tokio::test]
async fn a_webhook_is_added_and_its_secret_is_shown_once() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    assert!(olga.get(LIST).await.text.contains("No other program is told"));
    let wrong = olga.submit(LIST, "admin-add-webhook", &[("fields[url]", "erp.example.org"), PAID]).await.text;
    for part in ["Please enter an address like", "value=\"erp.example.org\"", "checked", "aria-invalid"] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
    let nothing = olga.submit(LIST, "admin-add-webhook", &[URL]).await.text;
    assert!(nothing.contains("Please choose one of the options") && !nothing.contains(" checked"), "{nothing}");
    let added = olga.submit(LIST, "admin-add-webhook", &[URL, PAID]).await.text;
    assert!(added.contains("Its secret, shown only now: whsec_") && added.contains("order.paid"), "{added}");
    let first = secret(&added).unwrap().to_owned();
    assert_eq!(first.len(), 44);
    let list = olga.get(LIST).await.text;
    assert!(list.contains("https://erp.example.org/hooks?a=1&amp;b=%3C") && list.contains("Active"), "{list}");
    let id = list.split_once("href=\"/admin/webhooks/").unwrap().1.split('"').next().unwrap().to_owned();
    let page = format!("{LIST}/{id}");
    let shown = olga.get(&page).await.text;
    assert!(secret(&shown).is_none() && !list.contains("whsec_"), "it is shown once: {shown}");
    assert!(shown.contains("value=\"https://erp.example.org/hooks?a=1&amp;b=%3C\""), "{shown}");
    assert_eq!(shown.matches(" checked").count(), 1, "{shown}");
    let (own, moved) = (("fields[id]", id.as_str()), ("fields[url]", "https://erp.example.org/moved"));
    let wrong = olga.submit(&page, "admin-save-webhook", &[own, ("fields[url]", "ftp://x"), PAID]).await.text;
    assert!(wrong.contains("Please enter an address like") && wrong.contains("value=\"ftp://x\""), "{wrong}");
    let saved =
        olga.submit(&page, "admin-save-webhook", &[own, moved, ("fields[event-order.refunded]", "on")]).await.text;
    assert!(saved.contains("The webhook is saved") && saved.contains("https://erp.example.org/moved"), "{saved}");
    let again = olga.submit(&page, "admin-save-webhook", &[own, moved, ("fields[event-order.refunded]", "on")]).await;
    assert!(again.text.contains("The webhook is saved"), "{}", again.text);
    let rotated = olga.submit(&page, "admin-rotate-webhook", &[("id", &id)]).await.text;
    assert!(secret(&rotated).is_some_and(|second| second != first), "{rotated}");
    assert!(secret(&olga.get(&page).await.text).is_none());
    let audit = olga.get("/admin/audit").await.text;
    assert_eq!(audit.matches("webhook changed").count(), 1, "what changes nothing is not written down: {audit}");
    assert!(audit.contains("webhook added") && audit.contains(&page) && !audit.contains("whsec_"), "{audit}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_webhook_is_tried_paused_and_removed() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    olga.submit(LIST, "admin-add-webhook", &[URL, PAID]).await;
    let list = olga.get(LIST).await.text;
    let id = list.split_once("href=\"/admin/webhooks/").unwrap().1.split('"').next().unwrap().to_owned();
    let page = format!("{LIST}/{id}");
    let tested = olga.submit(&page, "admin-test-webhook", &[("id", &id)]).await.text;
    assert!(tested.contains("A test event is on its way") && tested.contains("webhook.test"), "{tested}");
    desk.site
        .shop
        .execute(
            "update webhook_deliveries set state = 'given_up', attempts = 1, tried_at = now(), status = 500, took_ms = 12,
                answer = '<b>broken</b>'",
        )
        .await;
    let failed = olga.get(&page).await.text;
    for part in ["Given up", "500", "after 12 ms", "&lt;b&gt;broken", "1 try", "Try now"] {
        assert!(failed.contains(part), "{part}: {failed}");
    }
    let position = hidden(&failed, "position");
    let again = olga.submit(&page, "admin-retry-webhook", &[("id", &id), ("position", &position)]).await.text;
    assert!(again.contains("It is tried again at once") && again.contains("next try"), "{again}");
    let paused = olga.submit(&page, "admin-switch-webhook", &[("id", &id), ("on", "no")]).await.text;
    assert!(paused.contains("Nothing is sent until you resume") && paused.contains("Paused"), "{paused}");
    assert!(!paused.contains("Try now") && !paused.contains("Send a test event"), "{paused}");
    desk.site.shop.execute("update webhook_endpoints set state = 'failing', failing_since = now()").await;
    let home = olga.get("/admin").await.text;
    assert!(home.contains("webhook disabled") && home.contains("href=\"/admin/webhooks\""), "{home}");
    let resumed = olga.submit(&page, "admin-switch-webhook", &[("id", &id), ("on", "yes")]).await.text;
    assert!(resumed.contains("Events are sent again") && !resumed.contains("Disabled"), "{resumed}");
    let removed = olga.submit(&page, "admin-remove-webhook", &[("id", &id)]).await.text;
    assert!(removed.contains("The webhook is removed") && removed.contains("No other program is told"), "{removed}");
    assert_eq!(olga.get(&page).await.status, StatusCode::NOT_FOUND);
    desk.site.shop.done().await;
}
