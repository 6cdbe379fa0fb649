//! The back office: who sees it, and each of its forms as a browser without scripts sends it.

use crate::harness::Everything as _;
use http::StatusCode;
use shop::domain::{Customer, Fields, OrderId, OrderStatus, Staff};
use shop::dto::{RegisterForm, ReturnForm};
use shop::usecase::SandboxOutcome::Approve;

use crate::harness;
use crate::staff_pages::staffs;
use crate::visitor::{Site, Visitor, hidden};

/// A shop with a paid order of Ada's, three mugs and a cup.
pub struct Desk {
    pub site: Site,
    pub ada: Customer,
    pub order: OrderId,
}

impl Desk {
    pub async fn open() -> Self {
        let site = Site::open().await;
        site.shop.stock_shelves(&[("MUG", "9.99", 10), ("CUP", "5.00", 4)]).await;
        let ada = site.shop.customer("Ada").await;
        let form =
            RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
        site.shop.shop.create_staff(form).await.unwrap();
        let order = site.shop.place_reserved(ada, &[("MUG", "3"), ("CUP", "1")]).await;
        site.shop.shop.pay_order(ada, order, Approve).await.unwrap();
        site.shop.deliver().await;
        Self { site, ada, order }
    }

    pub async fn olga(&self) -> Visitor<'_> {
        let visitor = self.site.visitor();
        let fields = [("email", "olga@example.org"), ("password", "correct horse")];
        assert_eq!(visitor.call("login", &fields).await.status, StatusCode::OK);
        visitor
    }

    pub async fn staff(&self) -> Staff {
        Staff(self.site.shop.sign_in("olga@example.org", "correct horse").await.unwrap().id)
    }

    /// Every page of the back office.
    pub async fn pages(&self) -> Vec<String> {
        let mug = self.site.shop.record("mug").await;
        let mail: uuid::Uuid =
            self.site.shop.scalar("select min(id::text)::uuid from email_messages where kind <> $1", "").await;
        let promotion = harness::rules::promotion("A tenth off", harness::rules::percent("10"));
        let promotion = self.site.shop.promote(promotion).await;
        let review = "insert into reviews (id, order_id, order_item_id, product_id, stars, text, name, created_at,
            changed_at) select gen_random_uuid(), order_id, id, product_id, 5, 'It holds tea.', 'Ada', now(), now()
            from order_items where order_id::text = $1 limit 1 returning id";
        let review: uuid::Uuid = self.site.shop.scalar(review, &self.order.to_string()).await;
        let zone = self.site.shop.shop.pricing_rules().await.unwrap().zones[0].id;
        let listens = [("url", "https://erp.example.org/hooks"), ("event-order.paid", "on")];
        let listens: Fields = listens.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let (webhook, _) = self.site.shop.shop.add_endpoint(self.staff().await.may(), &listens).await.unwrap();
        let csv = bytes::Bytes::from_static(b"Handle,Title\nmug,Mug\n");
        let taken = self.site.shop.shop.upload_import(self.staff().await.may(), "mugs.csv", csv).await.unwrap();
        let shop::dto::ImportTaken::Waiting(import) = taken else { panic!("{taken:?}") };
        staffs(|route| match route.split('/').nth(2) {
            Some("categories") => "tableware".to_owned(),
            Some("promotions") => promotion.to_string(),
            Some("shipping") => zone.to_string(),
            Some("orders") => self.order.to_string(),
            Some("products") => mug.id.to_string(),
            Some("customers") => self.ada.0.to_string(),
            Some("stock") => mug.variants[0].id.to_string(),
            Some("mail") => mail.to_string(),
            Some("webhooks") => webhook.to_string(),
            Some("reviews") => review.to_string(),
            Some("import") => import.to_string(),
            other => panic!("what is {other:?}?"),
        })
    }

    pub fn order_page(&self) -> String {
        format!("/admin/orders/{}", self.order)
    }
}

#[tokio::test]
async fn the_back_office_is_there_for_staff_alone() {
    let desk = Desk::open().await;
    let (nobody, bob, olga) = (desk.site.visitor(), desk.site.visitor(), desk.olga().await);
    bob.register("Bob").await;
    for path in desk.pages().await {
        let answer = nobody.get(&path).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{path}");
        assert_eq!(answer.location(), format!("/login?next={}", path.replace('/', "%2F")), "{path}");
        let lost = bob.get(&path).await;
        assert_eq!(lost.status, StatusCode::NOT_FOUND, "{path}");
        assert!(lost.text.contains("This page is not here") && !lost.text.contains("desk-"), "{path}: {}", lost.text);
        for secret in ["ada@example.org", "Lovelace", "Back office"] {
            assert!(!lost.text.contains(secret), "{path} tells a customer of {secret}");
        }
        let page = olga.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        for part in ["<h1", "</html>", "aria-label=\"Back office\"", "href=\"#main\"", "View shop", "noindex"] {
            assert!(page.text.contains(part), "{path} lacks {part}");
        }
        for part in ["<leptos-island", " style=\"", "modulepreload", ".wasm", "field-wrong", "aria-invalid"] {
            assert!(
                !page.text.contains(part),
                "{path}: neither an island, nor what wakes one, nor a problem, but {part}"
            );
        }
        assert!(!page.text.contains("class=\"site-header\""), "{path}: one header");
    }
    assert!(olga.get("/").await.text.contains("href=\"/admin\""));
    assert!(!bob.get("/").await.text.contains("/admin"), "nobody else hears of it");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn what_is_no_id_or_nobodys_is_a_404_and_no_address_breaks_a_page() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let places = "orders products stock categories customers promotions shipping mail webhooks import reviews";
    for place in places.split(' ') {
        for id in ["nonsense", "%00", "00000000-0000-4000-8000-000000000000"] {
            let status = olga.get(&format!("/admin/{place}/{id}")).await.status;
            assert_eq!(status.as_u16() / 100, 4, "{place}/{id}: {status}");
        }
        for query in [
            "q=%3C%27&before=x&after=%C3%BC&status=&payment=1&from=0000-00-00&to=9999-12-31",
            "q=%25&low&show=all",
            "kept=x&before=-1",
        ] {
            let answer = olga.get(&format!("/admin/{place}?{query}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{place}?{query}: {}", answer.text);
        }
    }
    for query in ["country=XX", "country=de", "country=%00", "country=DE&country=FR%20"] {
        let status = olga.get(&format!("/admin/tax/rates?{query}")).await.status;
        assert_eq!(status.as_u16() / 100, 4, "{query}: {status}");
    }
    for path in ["/admin/tax?kept=x", "/admin/tax/rates?kept=x", "/admin/promotions/new?kept=%27"] {
        assert_eq!(olga.get(path).await.status, StatusCode::OK, "{path}");
    }
    for path in ["/admin/events?after=x", "/admin/events?after=-1", "/admin/audit?before=x", "/admin/audit?verify=yes"]
    {
        assert_eq!(olga.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(olga.get("/admin/nowhere").await.status, StatusCode::NOT_FOUND);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn an_order_is_sent_in_two_parcels_and_a_line_of_it_is_given_back() {
    let desk = Desk::open().await;
    let (olga, page) = (desk.olga().await, desk.order_page());
    let (mug, cup) = (desk.site.shop.variant("MUG").await, desk.site.shop.variant("CUP").await);
    let (mug, cup) = (format!("units[v{mug}]"), format!("units[v{cup}]"));
    let order = desk.order.to_string();
    let shown = olga.get(&page).await.text;
    assert!(shown.contains("Pack and send") && shown.contains("To pack"), "{shown}");
    let key = hidden(&shown, "key");
    let too_many = [
        ("order_id", order.as_str()),
        ("key", &key),
        (mug.as_str(), "4"),
        ("carrier", "Pigeon"),
        ("tracking_number", "??"),
    ];
    let refused = olga.submit(&page, "admin-ship-order", &too_many).await.text;
    for part in ["role=\"alert\"", "value=\"4\"", "value=\"Pigeon\"", "value=\"??\"", "letters, digits and hyphens"] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    let four = [("order_id", order.as_str()), ("key", &key), (mug.as_str(), "4")];
    let refused = olga.submit(&page, "admin-ship-order", &four).await.text;
    assert!(refused.contains("a whole number from 1 to 3"), "{refused}");
    let first = [
        ("order_id", order.as_str()),
        ("key", &key),
        (mug.as_str(), "2"),
        ("carrier", "royal mail"),
        ("tracking_number", "RM 12 34"),
    ];
    let sent = olga.submit(&page, "admin-ship-order", &first).await.text;
    for part in ["The parcel is sent", "Royal Mail", "RM1234", "royalmail.com", "1 to be sent"] {
        assert!(sent.contains(part), "{part}: {sent}");
    }
    // The same button once more sends nothing.
    olga.submit(&page, "admin-ship-order", &first).await;
    assert_eq!(desk.site.shop.count("select count(*) from shipments").await, 1);
    let key = hidden(&sent, "key");
    let second = [("order_id", order.as_str()), ("key", &key), (mug.as_str(), "1"), (cup.as_str(), "1")];
    let sent = olga.submit(&page, "admin-ship-order", &second).await.text;
    assert!(sent.contains("Mark as completed") && !sent.contains("Pack and send"), "{sent}");

    let key = hidden(&sent, "key");
    let without_reason = [("order_id", order.as_str()), ("key", &key), (mug.as_str(), "1"), ("restock", "on")];
    let refused = olga.submit(&page, "admin-refund-order", &without_reason).await.text;
    assert!(
        refused.contains("Please fill this in") && refused.contains("<details open class=\"desk-panel desk-fold\""),
        "{refused}"
    );
    let garbled = [("order_id", order.as_str()), ("key", &key), ("amount", "1,5"), ("reason", "Late")];
    let refused = olga.submit(&page, "admin-refund-order", &garbled).await.text;
    assert!(refused.contains("an amount like 12.50") && refused.contains("value=\"Late\""), "{refused}");
    let one = [("order_id", order.as_str()), ("key", &key), (mug.as_str(), "1"), ("reason", "Chipped")];
    let given = olga.submit(&page, "admin-refund-order", &one).await.text;
    assert!(given.contains("The refund is on its way") && given.contains("Chipped"), "{given}");
    let done = olga.submit(&page, "admin-move-order", &[("order_id", &order), ("status", "completed")]).await.text;
    assert!(done.contains("The order is completed"), "{done}");
    let refused = olga.submit(&page, "admin-move-order", &[("order_id", &order), ("status", "cancelled")]).await.text;
    assert!(refused.contains("cannot be cancelled"), "{refused}");
    let refused = olga.submit(&page, "admin-move-order", &[("order_id", &order), ("status", "lost")]).await;
    assert_eq!(refused.status, StatusCode::OK, "back on the page");
    let log = olga.get("/admin/audit").await.text;
    assert_eq!(log.matches("order shipped").count(), 2, "{log}");
    assert!(log.contains("Olga") && log.contains("order refunded"));
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_return_is_answered_and_received_and_a_note_is_kept() {
    let desk = Desk::open().await;
    let (olga, page, order) = (desk.olga().await, desk.order_page(), desk.order.to_string());
    let live = &desk.site.shop.shop;
    live.set_order_status(desk.staff().await.may(), desk.order, OrderStatus::Shipped).await.unwrap();
    let back = ReturnForm { items: vec![(desk.site.shop.variant("CUP").await, 1)], reason: "<b>Too small</b>".into() };
    live.request_return(desk.ada, desk.order, &back, None).await.unwrap();
    let shown = olga.get(&page).await.text;
    assert!(shown.contains("Approve return") && shown.contains("&lt;b&gt;Too small"), "{shown}");
    let id = hidden(&shown, "return_id");
    let refuse = [("order_id", order.as_str()), ("return_id", &id), ("decision", "refuse"), ("answer", " ")];
    let asked = olga.submit(&page, "admin-answer-return", &refuse).await.text;
    assert!(asked.contains("Please fill this in"), "{asked}");
    let approve = [("order_id", order.as_str()), ("return_id", &id), ("decision", "approve")];
    let approved = olga.submit(&page, "admin-answer-return", &approve).await.text;
    assert!(approved.contains("The return is approved") && approved.contains("It has come back"), "{approved}");
    let receive = [("order_id", order.as_str()), ("return_id", &id), ("restock", "on"), ("refund", "on")];
    let received = olga.submit(&page, "admin-receive-return", &receive).await.text;
    assert!(received.contains("The return is received") && received.contains("on its way back"), "{received}");
    let note = "</textarea><script>alert(1)</script>";
    let long = format!("{note}{}", "x".repeat(1_000));
    let refused = olga.submit(&page, "admin-note-order", &[("order_id", &order), ("note", &long)]).await.text;
    assert!(refused.contains("At most 1000 characters") && !refused.contains("<script>alert"), "{refused}");
    let noted = olga.submit(&page, "admin-note-order", &[("order_id", &order), ("note", note)]).await.text;
    assert!(
        noted.contains("Noted.") && noted.contains("&lt;script&gt;alert") && !noted.contains("<script>alert"),
        "{noted}"
    );
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_product_is_made_edited_and_an_edit_that_was_overtaken_comes_back_whole() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let long = "A long story. ".repeat(300);
    let mut typed = vec![
        ("fields[name]", "Linen Shirt"),
        ("fields[description]", long.as_str()),
        ("fields[status]", "active"),
        ("fields[tax_class]", "standard"),
        ("fields[price]", "49"),
        ("fields[stock]", "many"),
        ("fields[option1_name]", "Size"),
        ("fields[option1_values]", "S, M"),
    ];
    let refused = olga.submit("/admin/products/new", "admin-create-product", &typed).await.text;
    for part in ["Linen Shirt", long.trim(), "value=\"many\"", "value=\"S, M\"", "a whole number from 0"] {
        assert!(refused.contains(part), "what was typed is kept, however long: {part:.40}");
    }
    typed[5] = ("fields[stock]", "3");
    let made = olga.submit("/admin/products/new", "admin-create-product", &typed).await.text;
    assert!(made.contains("The product is made") && made.contains("LINEN-SHIRT-S"), "{made}");
    let (id, version, base) =
        (hidden(&made, "fields[id]"), hidden(&made, "fields[version]"), hidden(&made, "fields[base]"));
    let page = format!("/admin/products/{id}");
    let base = html_unescaped(&base);
    let variant = desk.site.shop.variant("LINEN-SHIRT-S").await;
    let price = format!("fields[v{variant}-price]");
    let edit = |name: &'static str, amount: &'static str| {
        vec![
            ("fields[id]", id.as_str()),
            ("fields[version]", version.as_str()),
            ("fields[base]", base.as_str()),
            ("fields[name]", name),
            ("fields[description]", long.trim()),
            ("fields[category]", ""),
            ("fields[status]", "active"),
            ("fields[tax_class]", "standard"),
            (price.as_str(), amount),
        ]
    };
    let saved = olga.submit(&page, "admin-save-product", &edit("Linen Shirt", "45.00")).await.text;
    assert!(saved.contains("The product is saved") && saved.contains("value=\"45.00\""), "{saved}");
    let overtaken = olga.submit(&page, "admin-save-product", &edit("Linen Blouse", "49.00")).await.text;
    for part in [
        "Somebody else has saved this product",
        "Price of S: “45.00”",
        "value=\"Linen Blouse\"",
        "value=\"45.00\"",
        long.trim(),
    ] {
        assert!(overtaken.contains(part), "{part:.40}: {overtaken}");
    }
    assert_eq!(hidden(&overtaken, "fields[version]"), "2");
    let options = [("fields[id]", id.as_str()), ("fields[version]", "2"), ("fields[o1-more]", "L")];
    let more = olga.submit(&page, "admin-save-options", &options).await.text;
    assert!(more.contains("The options are saved: 1 variant made.") && more.contains("LINEN-SHIRT-L"), "{more}");
    let refused = olga.submit(&page, "admin-save-options", &options).await.text;
    assert!(refused.contains("role=\"alert\""), "{refused}");
    assert_eq!(desk.site.visitor().get("/products/linen-shirt").await.status, StatusCode::OK);
    desk.site.shop.done().await;
}

fn html_unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'").replace("&amp;", "&")
}

#[tokio::test]
async fn stock_is_adjusted_and_counted_with_a_reason() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let mug = desk.site.shop.record("mug").await;
    let (product, variant) = (mug.id.to_string(), mug.variants[0].id.to_string());
    let page = format!("/admin/stock/{variant}");
    let shown = olga.get(&page).await.text;
    assert!(shown.contains("Held for orders") && shown.contains(&format!("/admin/orders/{}", desk.order)), "{shown}");
    let (key, shelf) = (hidden(&shown, "key"), hidden(&shown, "shelf"));
    let change = |how: &'static str, units: &'static str, reason: &'static str| {
        vec![
            ("product_id", product.as_str()),
            ("variant_id", variant.as_str()),
            ("key", key.as_str()),
            ("how", how),
            ("units", units),
            ("shelf", shelf.as_str()),
            ("reason", reason),
        ]
    };
    for (how, units, reason, words) in [
        ("change", "a few", "Found", "whole number from -1000000"),
        ("change", "0", "Found", "other than 0"),
        ("change", "-8", "Found", "Only 7 left"),
        ("count", "2", "Counted", "3 units are set aside"),
        ("change", "2", " ", "Please fill this in"),
    ] {
        let refused = olga.submit(&page, "admin-change-stock", &change(how, units, reason)).await.text;
        assert!(refused.contains(words) && refused.contains(&format!("value=\"{units}\"")), "{units}: {refused}");
    }
    let changed = olga.submit(&page, "admin-change-stock", &change("change", "+2", "Found behind the kiln")).await.text;
    assert!(changed.contains("The stock is changed") && changed.contains("Found behind the kiln"), "{changed}");
    olga.submit(&page, "admin-change-stock", &change("change", "+2", "Found behind the kiln")).await;
    assert_eq!(desk.site.shop.stock("MUG").await, 9, "the same button once more moves nothing");
    let key = hidden(&olga.get(&page).await.text, "key");
    let count = [
        ("product_id", product.as_str()),
        ("variant_id", &variant),
        ("key", &key),
        ("how", "count"),
        ("units", "10"),
        ("reason", "Inventory"),
    ];
    olga.submit(&page, "admin-change-stock", &count).await;
    assert_eq!(desk.site.shop.stock("MUG").await, 7, "ten on the shelf, three of them held");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn mail_and_events_are_tried_again_and_a_broken_log_is_told() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    desk.site.shop.execute(
        "update email_messages set state = 'refused', last_error = '550 <no such user>' where kind = 'welcome';
         insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
         values (gen_random_uuid(), 'order.created.dlq', 'k', 'shop.order.created.v1', '{\"<b>\":1', '[[\"dlq_group\",\"inventory\"],[\"dlq_reason\",\"no JSON\"]]', now())",
    )
    .await;
    let home = olga.get("/admin").await.text;
    for part in ["dead letter", "not delivered", "to pack", "<svg", "As a table"] {
        assert!(home.contains(part), "{part}: {home}");
    }
    let queue = olga.get("/admin/mail").await.text;
    assert!(queue.contains("550 &lt;no such user&gt;") && queue.contains("Given up"), "{queue}");
    let id = hidden(&queue, "id");
    let retried = olga.submit("/admin/mail", "admin-retry-mail", &[("id", &id)]).await.text;
    assert!(retried.contains("1 will be tried again"), "{retried}");
    let all = olga.submit("/admin/mail", "admin-retry-mail", &[]).await.text;
    assert!(all.contains("will be tried again at once"), "{all}");
    let events = olga.get("/admin/events").await.text;
    assert!(events.contains("no JSON") && events.contains("&lt;b&gt;") && !events.contains("\"<b>"), "{events}");
    let position = hidden(&events, "position");
    let replayed = olga.submit("/admin/events", "admin-replay-event", &[("position", &position)]).await.text;
    assert!(replayed.contains("The event is put back"), "{replayed}");
    let again = olga.submit("/admin/events", "admin-replay-event", &[("position", &position)]).await.text;
    assert!(again.contains("role=\"alert\""), "{again}");
    desk.site.shop.execute("delete from outbox where key = 'k'").await;
    assert!(olga.get("/admin/audit?verify=yes").await.text.contains("The chain holds"));
    desk.site.shop.execute("update audit_log set after = '{}' where position = 2").await;
    assert!(olga.get("/admin/audit?verify=yes").await.text.contains("does not hold from entry 2"));
    desk.site.shop.done().await;
}
