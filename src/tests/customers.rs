//! Customers as staff see them: found by whatever they can be found by, shown with all there is, and made nobody at their wish.

use shop::domain::{OrderId, PersonId, Problem, Refusal, Staff, Step};
use shop::dto::{CustomerQuery, CustomerSort, OrderQuery};
use shop::usecase::CartOwner;
use shop::usecase::SandboxOutcome::Approve;

use crate::fulfilment::Paid;
use crate::guests::{at_review, stocked};
use crate::harness::{Everything, TestShop, address, refused};

pub async fn guest_order(shop: &TestShop, email: &str) -> (CartOwner, OrderId) {
    let (guest, form) = at_review(shop, email).await;
    let id = shop.shop.place_order(guest, form).await.unwrap();
    shop.deliver().await;
    (guest, id)
}

pub async fn staff(shop: &TestShop) -> Staff {
    Staff(shop.register("Staff").await.id)
}

async fn found(shop: &TestShop, by: Staff, search: &str) -> Vec<String> {
    let list = shop.shop.customer_list(by.may(), &CustomerQuery::of_search(search)).await.unwrap();
    assert_eq!(list.total as usize, list.customers.len(), "{search}");
    list.customers.into_iter().map(|customer| customer.email).collect()
}

pub async fn number(shop: &TestShop, by: Staff, id: OrderId) -> i64 {
    shop.shop.staff_order(by.may(), id).await.unwrap().order.number
}

#[tokio::test]
async fn customers_are_found_by_name_address_and_order_with_an_account_or_without() {
    let shop = stocked().await;
    let ada = shop.customer("Ada").await;
    let own = shop.place(ada, &[("MUG", "1")]).await;
    shop.shop.cancel_order_by_staff(staff(&shop).await.may(), own).await.unwrap();
    shop.execute("update users set role = 'staff' where name = 'Staff'").await;
    let by = Staff(shop.sign_in("staff@example.org", "correct horse").await.unwrap().id);
    let (_, first) = guest_order(&shop, "Guest@example.org").await;
    let (_, second) = guest_order(&shop, "guest@Example.org").await;
    shop.customer("Bob").await;
    let (_, without) = guest_order(&shop, "ADA@example.org").await;
    let (own, first, second, without) = (
        number(&shop, by, own).await,
        number(&shop, by, first).await,
        number(&shop, by, second).await,
        number(&shop, by, without).await,
    );
    let (ada, bob, guest) = ("ada@example.org", "bob@example.org", "Guest@example.org");
    for (search, newest, last) in [
        (String::new(), vec![bob, guest, ada], vec![ada, "guest@Example.org"]),
        ("q=GUEST%40ex".into(), vec![guest], vec!["guest@Example.org"]),
        ("q=gu".into(), vec![guest], vec!["guest@Example.org"]),
        ("q=bob".into(), vec![bob], vec![]),
        ("q=bo".into(), vec![bob], vec![]),
        // A guest by the name on their order; it stands on all of these.
        ("q=lovelace".into(), vec![guest], vec!["guest@Example.org"]),
        (format!("q={own}"), vec![ada], vec![ada]),
        (format!("q=%23{without}"), vec![ada], vec![ada]),
        (format!("q={first}"), vec![guest], vec!["guest@Example.org"]),
        (format!("q={second}"), vec![guest], vec!["guest@Example.org"]),
        ("q=%25".into(), vec![], vec![]),
        ("q=nobody".into(), vec![], vec![]),
    ] {
        assert_eq!(found(&shop, by, &search).await, newest, "{search}");
        let last_order = format!("{search}&sort=last_order");
        let mut expected = last;
        // By name she is no guest, and by her guest's order's name she is found all the same.
        if search == "q=lovelace" {
            expected.insert(0, ada);
        }
        assert_eq!(found(&shop, by, &last_order).await, expected, "{last_order}");
    }
    shop.done().await;
}

#[tokio::test]
async fn long_lists_of_customers_go_on_where_the_page_before_ended() {
    let shop = stocked().await;
    let by = staff(&shop).await;
    shop.execute(
        "delete from users;
         insert into users (id, name, email, password_hash, created_at)
         select gen_random_uuid(), 'N', n || '@account.example', '-', timestamptz '2026-01-01' + n / 3 * interval '1 us'
         from generate_series(1, 700) n;
         insert into orders (id, number, email, status, reservation, cancel_reason, currency, total, created_at, expires_at,
            updated_at)
         select gen_random_uuid(), 100000 + n, n % 500 || '@guest.example', 'cancelled', 'released', 'by_staff', 'USD', 0,
            timestamptz '2026-01-01' + n * interval '1 us', now(), now()
         from generate_series(1, 600) n",
    )
    .await;
    for (sort, expected) in [(CustomerSort::Newest, 1_200), (CustomerSort::LastOrder, 500)] {
        let mut query = CustomerQuery { sort, ..CustomerQuery::default() };
        let mut seen = Vec::new();
        loop {
            let list = shop.shop.customer_list(by.may(), &query).await.unwrap();
            assert_eq!(list.total, expected.min(1_001));
            seen.extend(list.customers.iter().map(|customer| (customer.email.clone(), customer.orders)));
            match list.next {
                Some(next) => query = CustomerQuery::of_search(next.href().split_once('?').unwrap().1),
                None => break,
            }
        }
        let orders: u32 = seen.iter().map(|(_, orders)| orders).sum();
        let mut emails: Vec<_> = seen.into_iter().map(|(email, _)| email).collect();
        emails.sort();
        emails.dedup();
        assert_eq!((emails.len(), orders), (expected as usize, 600), "{sort:?}: each once, and none left out");
    }
    shop.execute("delete from orders where number > 100000").await;
    shop.done().await;
}

#[tokio::test]
async fn a_customer_is_shown_with_orders_sums_addresses_mail_and_notes() {
    let Paid { shop, ada, staff, id, .. } = Paid::order().await;
    let page = PersonId(ada.0.0);
    let (_, without) = guest_order(&shop, "ada@example.org").await;
    let kept = shop.shop.add_address(ada, address(), true).await.unwrap();
    shop.shop.note_customer(staff.may(), page, "Likes blue\r\nglaze").await.unwrap();
    let view = shop.shop.customer(staff.may(), page).await.unwrap();
    let orders: Vec<_> = view.orders.iter().map(|order| (order.id, order.by_guest)).collect();
    assert_eq!((orders, view.order_count), (vec![(without, true), (id, false)], 2));
    assert_eq!((view.name.as_str(), view.email.as_str()), ("Ada", "ada@example.org"));
    let total = shop.order(ada, id).await.total;
    assert_eq!(view.sums.iter().map(|sum| (sum.paid, sum.refunded.is_zero())).collect::<Vec<_>>(), [(total, true)]);
    assert_eq!(view.addresses, [kept.address], "the same address once");
    assert!(view.mail.len() >= 3, "a welcome, an order received, a payment received: {:?}", view.mail);
    assert_eq!((view.notes[0].text.as_str(), view.notes[0].by.as_str()), ("Likes blue\nglaze", "Staff"));
    let by_order = shop.shop.customer(staff.may(), PersonId(without.0)).await.unwrap();
    assert_eq!(by_order.id, page, "their order without an account leads to the same page");
    assert_eq!(shop.shop.staff_order(staff.may(), without).await.unwrap().customer, Some(PersonId(without.0)));

    let (_, guests) = guest_order(&shop, "guest@example.org").await;
    let guest = PersonId(guests.0);
    shop.shop.note_customer(staff.may(), guest, "Rings twice").await.unwrap();
    let view = shop.shop.customer(staff.may(), guest).await.unwrap();
    assert_eq!((view.account, view.notes.len(), view.order_count), (None, 1, 1));
    for (note, problem) in [(" ", Problem::Required), ("a\0b", Problem::BadCharacters)] {
        let answer = shop.shop.note_customer(staff.may(), guest, note).await;
        assert_eq!(refused(answer).problem_of("note"), Some(&problem));
    }
    // An order of an account is not a person.
    for nobody in [PersonId(uuid::Uuid::max()), PersonId(id.0)] {
        assert_eq!(refused(shop.shop.customer(staff.may(), nobody).await), Refusal::NotFound);
        assert_eq!(refused(shop.shop.note_customer(staff.may(), nobody, "x").await), Refusal::NotFound);
        assert_eq!(refused(shop.shop.export_customer(staff.may(), nobody).await), Refusal::NotFound);
        assert_eq!(refused(shop.shop.anonymise_customer(staff.may(), nobody, "x").await), Refusal::NotFound);
    }
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    assert_eq!(log[0].action, "customer.noted");
    assert!(!format!("{log:?}").contains("Likes blue"), "the log forgets nothing, so it is not told");
    shop.done().await;
}

#[tokio::test]
async fn a_customer_is_handed_all_that_is_kept_about_them_and_nothing_of_others() {
    let Paid { shop, ada, staff, id, .. } = Paid::order().await;
    guest_order(&shop, "other@example.org").await;
    shop.shop.add_address(ada, address(), true).await.unwrap();
    shop.shop.note_customer(staff.may(), PersonId(ada.0.0), "Likes blue").await.unwrap();
    shop.shop.note_order(staff.may(), id, "Ring twice").await.unwrap();
    let export = shop.shop.export_customer(staff.may(), PersonId(ada.0.0)).await.unwrap();
    let text = export.json.to_string();
    for part in ["ada@example.org", "Lovelace", "SW1Y 4JH", "Likes blue", "Ring twice", "Your account is ready", "MUG"]
    {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    for secret in ["other@example.org", "argon2", "password_hash", "correct horse"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let customer = &export.json["customer"];
    assert_eq!((customer["orders"].as_array().unwrap().len(), customer["addresses"].as_array().unwrap().len()), (1, 1));
    assert_eq!(customer["orders"][0]["payments"][0]["state"], "approved");
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    assert_eq!((log[0].action.as_str(), log[0].after.as_deref()), ("customer.exported", None));
    shop.done().await;
}

#[tokio::test]
async fn neither_export_nor_letter_opens_what_a_mailed_link_opens() {
    let shop = stocked().await;
    let by = staff(&shop).await;
    let (_, id) = guest_order(&shop, "guest@example.org").await;
    shop.execute("update users set role = 'staff', staff_role = 'owner' where name = 'Staff'").await;
    shop.shop.invite_staff(by.may(), "guest@example.org", "owner").await.unwrap();
    let invitation: String = shop.scalar("select body from email_messages where kind = $1", "staff_invitation").await;
    let invitation = invitation.split_once("token=").unwrap().1.split_whitespace().next().unwrap().to_owned();
    let secrets = [invitation, shop.shop.order_token(id).unwrap().as_str().to_owned()];
    let letters: Vec<uuid::Uuid> = sqlx::query_scalar("select id from email_messages where body like '%?token=%'")
        .fetch_all(shop.shop.store().pool())
        .await
        .unwrap();
    assert!(letters.len() >= 2, "an order received, and an invitation");
    for letter in letters {
        let letter = shop.shop.mail_view(by.may(), shop::domain::MailId(letter)).await.unwrap();
        assert!(letter.lacks_secret(), "{letter:?}");
        assert!(!secrets.iter().any(|secret| letter.text.contains(secret)), "{letter:?}");
    }
    let export = shop.shop.export_customer(by.may(), PersonId(id.0)).await.unwrap().json.to_string();
    assert!(export.contains("token=…") && !secrets.iter().any(|secret| export.contains(secret)), "{export}");
    shop.done().await;
}

/// What is found by her address or her order alone: a wish, a review and that she wants to be asked for none, a return, and what a
/// program of the shop was answered.
const SAID: &str = r#"
    insert into stock_wishes (id, variant_id, email, asked_at, expires_at)
        select gen_random_uuid(), id, 'Ada@example.org', now(), now() + interval '1 day' from product_variants limit 1;
    insert into review_refusals values ('Ada@example.org', now());
    insert into reviews (id, order_id, order_item_id, product_id, stars, text, name, created_at, changed_at)
        select gen_random_uuid(), i.order_id, i.id, i.product_id, 5, 'So says Lovelace', 'Ada Lovelace', now(), now()
        from order_items i join orders o on o.id = i.order_id where o.email = 'ada@example.org' limit 1;
    insert into returns (id, order_id, state, reason, answer, created_at, answered_at)
        select gen_random_uuid(), id, 'refused', 'Too small for Lovelace', 'Dear Ms Lovelace', now(), now()
        from orders where email = 'ada@example.org';
    insert into idempotency_keys (user_id, key, request, created_at, answer)
        select id, 'parcel', '', now(), '{"email": "Ada@example.org", "shipping_address": {"name": "Ada Lovelace"}}'
        from users where name = 'Staff'"#;

#[tokio::test]
async fn a_customer_who_wishes_it_is_nobody_and_what_the_law_wants_stays() {
    let Paid { shop, ada, staff, id, .. } = Paid::order().await;
    let page = PersonId(ada.0.0);
    let (_, without) = guest_order(&shop, "ADA@example.org").await;
    shop.shop.add_address(ada, address(), true).await.unwrap();
    shop.shop.note_customer(staff.may(), page, "Likes blue").await.unwrap();
    shop.shop.note_order(staff.may(), id, "Ring twice at Ada's").await.unwrap();
    shop.execute("update users set role = 'staff', staff_role = 'owner' where name = 'Staff'").await;
    shop.shop.invite_staff(staff.may(), "ADA@example.org", "packing").await.unwrap();
    shop.execute(
        r#"insert into payment_webhooks (provider, event_id, body, received_at, next_at) values
            ('sandbox', 'evt_ada', '{"customer_details": {"email": "ada@example.org"}}', now(), now());
        update order_discounts d set customer_key = encode(sha256(convert_to(o.email, 'UTF8')), 'hex')
            from orders o where o.id = d.order_id and o.email = 'ada@example.org';
        insert into promotion_uses select promotion_id, customer_key, 1 from order_discounts where customer_key is not null;
        update promotions set uses = 1"#,
    )
    .await;
    assert!(shop.shop.handle_webhooks(10).await.unwrap() > 0);
    let (_, others) = guest_order(&shop, "other@example.org").await;
    let anonymise = async |typed: &str| shop.shop.anonymise_customer(staff.may(), page, typed).await;
    assert_eq!(refused(anonymise("bob@example.org").await).problem_of("email"), Some(&Problem::NotTheirAddress));
    assert!(matches!(refused(anonymise("ada@example.org").await), Refusal::CustomerHasOpenOrder { .. }));
    shop.shop.cancel_order_by_staff(staff.may(), without).await.unwrap();
    let still_open = number(&shop, staff, id).await;
    assert_eq!(refused(anonymise("ada@example.org").await), Refusal::CustomerHasOpenOrder { number: still_open });
    for step in [Step::Ship, Step::Complete] {
        shop.shop.advance_order(staff.may(), id, step).await.unwrap();
    }
    shop.deliver().await;
    let total = shop.order(ada, id).await.total;
    shop.execute(SAID).await;
    anonymise(" Ada@Example.org ").await.unwrap();
    assert_eq!(refused(anonymise("ada@example.org").await), Refusal::NotFound);

    assert!(shop.sign_in("ada@example.org", "correct horse").await.is_err());
    for what in ["customer_notes", "order_notes", "addresses", "carts where user_id is not null"] {
        let statement = match what {
            "customer_notes" => "select count(*) from customer_notes",
            "order_notes" => "select count(*) from order_notes",
            "addresses" => "select count(*) from addresses",
            _ => "select count(*) from carts where user_id is not null",
        };
        assert_eq!(shop.count(statement).await, 0, "{what}");
    }
    let order = shop.shop.staff_order(staff.may(), id).await.unwrap();
    assert_eq!((order.order.total, order.customer, order.order.items.len()), (total, None, 2));
    let goes_to = order.order.shipping_address.unwrap();
    assert_eq!((goes_to.name.as_str(), goes_to.country.as_str(), goes_to.postal_code), ("Anonymised", "GB", None));
    // Nothing but the outbox's ids, which tell of nobody, is left of her anywhere.
    let key = shop::usecase::customer_key(&shop::domain::Email::parse("ada@example.org").unwrap());
    let counted = "select count(*) from order_discounts where customer_key is not null";
    assert_eq!(shop.count(counted).await, 1, "uses of promotions stay counted");
    // Papers stay as they were issued.
    let tables = "select tablename::text from pg_tables where schemaname = 'public' and tablename <> 'papers'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(shop.shop.store().pool()).await.unwrap();
    assert!(tables.len() > 50, "{tables:?}");
    for table in tables {
        let rows: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select string_agg(t::text, ' ') from {table} t where not t::text like '%other@example.org%'"
        )))
        .fetch_one(shop.shop.store().pool())
        .await
        .unwrap();
        let rows = rows.unwrap_or_default().to_lowercase();
        let of_order = (table != "audit_log").then_some("ring twice at ada's");
        let of_her = ["ada@example.org", "lovelace", "sw1y", "likes blue", key.as_str()];
        for secret in of_her.into_iter().chain(of_order) {
            assert!(!rows.contains(secret), "{table} still tells of {secret}: {rows}");
        }
    }
    let tasks = shop.shop.staff_home(staff.may()).await.unwrap().tasks;
    assert_eq!(tasks.mail_failed, 0, "what was queued is not sent, and nobody is told of it for ever");
    assert_eq!(shop.shop.order_for_staff(staff.may(), others).await.unwrap().email, "other@example.org");
    assert_eq!(found(&shop, staff, "q=anonymised").await, Vec::<String>::new(), "nobody is no customer");
    let orders = shop.shop.staff_orders(staff.may(), &OrderQuery::default()).await.unwrap();
    assert_eq!(orders.total, 3, "the orders stay");
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    assert_eq!((log[0].action.as_str(), log[0].after.as_deref()), ("customer.anonymised", Some(r#"{"orders":2}"#)));
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, None);
    // Whoever comes with the address again is somebody new.
    shop.register("Ada").await;
    shop.done().await;
}

#[tokio::test]
async fn nobody_is_forgotten_while_money_or_goods_are_under_way_and_staff_not_at_all() {
    let Paid { shop, ada, staff, id, mug, .. } = Paid::order().await;
    let page = PersonId(ada.0.0);
    for step in [Step::Ship, Step::Complete] {
        shop.shop.advance_order(staff.may(), id, step).await.unwrap();
    }
    let back = shop::dto::ReturnForm { items: vec![(mug, 1)], reason: "Too small".into() };
    shop.shop.request_return(ada, id, &back, None).await.unwrap();
    let open = Refusal::CustomerHasOpenOrder { number: number(&shop, staff, id).await };
    let anonymise = async || shop.shop.anonymise_customer(staff.may(), page, "ada@example.org").await;
    assert_eq!(refused(anonymise().await), open, "a return was asked for");
    let asked = shop.order(ada, id).await.returns[0].id;
    shop.shop.answer_return(staff.may(), asked, true, "Of course").await.unwrap();
    assert_eq!(refused(anonymise().await), open, "it has not come yet");
    shop.shop.receive_return(staff.may(), asked, true, true).await.unwrap();
    assert_eq!(refused(anonymise().await), open, "its money is on its way");
    shop.shop.carry_out_refunds().await.unwrap();
    shop.execute("update users set role = 'staff' where name = 'Ada'").await;
    assert_eq!(refused(anonymise().await), Refusal::CustomerIsStaff);
    shop.execute("update users set role = 'customer' where name = 'Ada'").await;
    anonymise().await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn a_guest_is_forgotten_with_the_cart_that_knew_them_while_another_order_comes() {
    let shop = stocked().await;
    let by = staff(&shop).await;
    let (guest, id) = guest_order(&shop, "guest@example.org").await;
    shop.shop.pay_order(guest, id, Approve).await.unwrap();
    shop.deliver().await;
    for step in [Step::Ship, Step::Complete] {
        shop.shop.advance_order(by.may(), id, step).await.unwrap();
    }
    shop.deliver().await;
    shop.shop.anonymise_customer(by.may(), PersonId(id.0), "guest@example.org").await.unwrap();
    assert_eq!(refused(shop.shop.customer(by.may(), PersonId(id.0)).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.order(guest, id).await), Refusal::NotFound, "their session knows it no more");
    let left = "select count(*) from email_messages where recipient = 'guest@example.org'";
    assert_eq!(shop.count(left).await, 0);
    shop.done().await;
}
