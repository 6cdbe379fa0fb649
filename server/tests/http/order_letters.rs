//! Another address for an order and a letter to its customer, as a browser without scripts sends them.

use http::StatusCode;

use crate::admin::Desk;
use crate::visitor::hidden;

#[tokio::test]
async fn an_order_is_readdressed_on_a_page_of_its_own() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let (order, page) = (desk.order_page(), format!("{}/address", desk.order_page()));
    assert!(olga.get(&order).await.text.contains(&format!("href=\"{page}\"")));
    let shown = olga.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    for part in ["It stays in", "says the old address", "value=\"Ada Lovelace\"", "Change the address"] {
        assert!(shown.text.contains(part), "{part}: {}", shown.text);
    }
    let before = hidden(&shown.text, "before").replace("&quot;", "\"").replace("&amp;", "&");
    let id = desk.order.to_string();
    let typed = |line1: &'static str, country: &'static str| {
        vec![
            ("order_id", id.clone()),
            ("before", before.clone()),
            ("name", "Ada Lovelace".to_owned()),
            ("line1", line1.to_owned()),
            ("city", "London".to_owned()),
            ("postal_code", if country == "GB" { "SW1Y 4JH".to_owned() } else { "D02 AF30".to_owned() }),
            ("country", country.to_owned()),
        ]
    };
    for (line1, country, told) in
        [("", "GB", "Please fill this in"), ("2 Another Street", "IE", "what the order comes to depends on it")]
    {
        let form = typed(line1, country);
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let refused = olga.submit(&page, "admin-readdress-order", &form).await.text;
        assert!(refused.contains(told) && refused.contains("value=\"London\""), "{told}: {refused}");
    }
    let form = typed("2 Another Street", "GB");
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = olga.submit(&page, "admin-readdress-order", &form).await.text;
    for part in ["The address is changed", "print it again", "2 Another Street", "Address changed"] {
        assert!(done.contains(part), "{part}: {done}");
    }
    let munich = r#"update orders set shipping_address = shipping_address ||
        '{"city": "Munich", "region": "Bavaria", "postal_code": "80335", "country": "DE"}'"#;
    desk.site.shop.execute(munich).await;
    assert_eq!(hidden(&olga.get(&page).await.text, "region"), "Bavaria", "the country has no field for it");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_letter_is_kept_while_it_is_refused_and_stands_in_the_timeline() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let (order, page) = (desk.order_page(), format!("{}/message", desk.order_page()));
    assert!(olga.get(&order).await.text.contains(&format!("href=\"{page}\"")));
    let shown = olga.get(&page).await.text;
    assert!(shown.contains("To ada@example.org"), "{shown}");
    let (key, id) = (hidden(&shown, "fields[key]"), desk.order.to_string());
    let text = "About <b>your</b> mugs. ".repeat(200);
    let form = |subject| {
        [
            ("fields[order_id]", id.as_str()),
            ("fields[key]", key.as_str()),
            ("fields[subject]", subject),
            ("fields[text]", text.as_str()),
        ]
    };
    let refused = olga.submit(&page, "admin-write-to-customer", &form("")).await.text;
    let kept = text.trim().replace('<', "&lt;").replace('>', "&gt;");
    assert!(refused.contains("Please fill this in") && refused.contains(&kept), "it is kept whole: {refused}");
    let sent = olga.submit(&page, "admin-write-to-customer", &form("Your mugs")).await.text;
    assert!(sent.contains("The letter is on its way.") && sent.contains("Your mugs"), "{sent}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn letters_of_every_kind_are_read_about_an_order_by_its_number() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let id = desk.order.to_string();
    let number: i64 = desk.site.shop.scalar("select number from orders where id::text = $1", &id).await;
    let shown = olga.get(&format!("/admin/mail/samples?order={number}")).await.text;
    let page = format!("href=\"{}\"", desk.order_page());
    for part in [format!("We received your order {number}"), format!("value=\"{number}\""), page] {
        assert!(shown.contains(&part), "{part}: {shown}");
    }
    let unknown = olga.get("/admin/mail/samples?order=999999").await.text;
    for part in ["There is no order with this number.", "value=\"999999\"", "We received your order 1042"] {
        assert!(unknown.contains(part), "{part}: {unknown}");
    }
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_letter_is_sent_once_more_by_its_button() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    desk.site.shop.execute("update email_messages set state = 'accepted'").await;
    let id: uuid::Uuid = desk.site.shop.scalar("select id from email_messages where kind = $1", "order_received").await;
    let (page, id) = (format!("/admin/mail/{id}"), id.to_string());
    assert!(olga.get(&page).await.text.contains("Send it once more"));
    for said in ["The letter is on its way once more.", "It was sent once more today already."] {
        let sent = olga.submit(&page, "admin-resend-mail", &[("id", &id)]).await.text;
        assert!(sent.contains(said), "{said}: {sent}");
    }
    desk.site.shop.done().await;
}
