//! What the shop says of itself: saved with a version, written into the audit log, and seen by every process.

use std::sync::Arc;

use futures::future::join_all;
use shop::domain::{Fields, Problem, Refusal, Staff};
use shop::infrastructure::LiveShop;
use shop::usecase::SandboxOutcome::Approve;
use time::macros::datetime;

use crate::harness::rules::seller;
use crate::harness::{Everything, TestShop, refused, slug};

pub(crate) fn fields(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn opened() -> (TestShop, Staff) {
    let shop = TestShop::open().await;
    let staff = Staff(shop.register("Olga").await.id);
    (shop, staff)
}

/// Saves the words on the version there is.
pub(crate) async fn save(shop: &LiveShop, staff: Staff, changed: &[(&str, &str)]) {
    let now = shop.content_editor(staff.may(), "").await.unwrap();
    let mut typed = now.saved;
    typed.extend(fields(changed));
    typed.insert("version".into(), now.version.to_string());
    shop.save_content(staff.may(), &typed).await.unwrap();
}

#[tokio::test]
async fn a_shop_that_nobody_has_described_says_what_comes_with_the_program() {
    let (shop, _) = opened().await;
    let before = shop.shop.content();
    shop.shop.refresh_content().await.unwrap();
    let content = shop.shop.content();
    assert_eq!(before, content, "what is assumed at start is what a fresh database says");
    assert!(Arc::ptr_eq(&before, &content), "what was made of it is not made anew while it says the same");
    assert_eq!((content.name.as_str(), content.headline.as_str()), ("Kiln & Loom", "Made slowly, for every day"));
    assert_eq!((content.return_days, content.payment_window.whole_minutes()), (Some(30), 15));
    assert!(content.announcement.is_none() && content.accent.is_none() && content.contact.is_none());
    shop.done().await;
}

#[tokio::test]
async fn another_process_sees_what_was_changed() {
    let (shop, staff) = opened().await;
    let there = shop.another_process_at("Europe/Berlin").await;
    there.refresh_content().await.unwrap();
    save(&shop.shop, staff, &[("name", "Tea & Time"), ("accent", "#1F5C96"), ("time_zone", "america/new_york")]).await;
    assert_eq!(shop.shop.content().name, "Tea & Time", "whoever changed it sees it at once");
    assert_eq!(there.content().name, "Kiln & Loom");
    there.refresh_content().await.unwrap();
    let content = there.content();
    assert_eq!((content.name.as_str(), content.accent.map(|a| a.code())), ("Tea & Time", Some("1f5c96".into())));
    let at = datetime!(2026-07-01 12:00 UTC);
    assert_eq!(there.local_time(at).zone(), "EDT", "what is saved wins over the environment");
    assert_eq!(shop.shop.content_editor(staff.may(), "").await.unwrap().fields["time_zone"], "America/New_York");
    // Taken back, the environment holds again.
    save(&shop.shop, staff, &[("name", ""), ("time_zone", "")]).await;
    there.refresh_content().await.unwrap();
    assert_eq!((there.content().name.as_str(), there.local_time(at).zone()), ("Kiln & Loom", "CEST"));
    shop.done().await;
}

#[tokio::test]
async fn what_was_read_before_does_not_overtake_what_is_newer() {
    let (shop, staff) = opened().await;
    let old = shop.another_process().await;
    save(&shop.shop, staff, &[("name", "New")]).await;
    old.refresh_content().await.unwrap();
    shop.execute("update shop_content set saved = '{\"name\":\"Old\"}', revision = 1").await;
    old.refresh_content().await.unwrap();
    assert_eq!(old.content().name, "New");
    shop.done().await;
}

#[tokio::test]
async fn the_second_of_two_who_edit_at_once_sees_what_the_first_has_changed() {
    let (shop, staff) = opened().await;
    let live = &shop.shop;
    let read = live.content_editor(staff.may(), "").await.unwrap();
    save(live, staff, &[("headline", "First"), ("about", "Of the first")]).await;
    let mut typed = read.saved.clone();
    typed.extend(fields(&[("headline", "Second"), ("action", "Buy")]));
    typed.insert("version".into(), read.version.to_string());
    let refusal = refused(live.save_content(staff.may(), &typed).await);
    assert_eq!(refusal, Refusal::VersionMismatch { current: read.version + 1 });
    typed.insert("base".into(), serde_json::to_string(&read.saved).unwrap());
    let kept = live.keep_form(staff, &typed).await.unwrap().to_string();
    let view = live.content_editor(staff.may(), &kept).await.unwrap();
    assert_eq!((view.theirs, view.both), (vec!["about".into()], vec![("headline".into(), "First".into())]));
    assert_eq!((view.fields["headline"].as_str(), view.fields["about"].as_str()), ("Second", "Of the first"));
    assert_eq!((view.fields["action"].as_str(), view.version), ("Buy", read.version + 1));
    // Somebody else's form is nobody's.
    let other = Staff(shop.register("Otto").await.id);
    assert_eq!(live.content_editor(other.may(), &kept).await.unwrap().fields["action"], "");
    shop.done().await;
}

#[tokio::test]
async fn a_button_that_was_pressed_twice_saves_once() {
    let (shop, staff) = opened().await;
    let live = &shop.shop;
    let typed = fields(&[("version", "1"), ("name", "Twice"), ("announcement_shown", "no")]);
    let saved = join_all((0..4).map(|_| live.save_content(staff.may(), &typed))).await;
    assert!(saved.iter().all(Result::is_ok), "{saved:?}");
    let page = fields(&[("slug", "about"), ("title", "About us"), ("body", "We."), ("place", "footer")]);
    let made = join_all((0..4).map(|_| live.create_page(staff.may(), &page))).await;
    assert!(made.iter().all(|slug| slug.as_ref().is_ok_and(|slug| slug.as_str() == "about")), "{made:?}");
    let changed = fields(&[("slug", "about"), ("version", "1"), ("title", "Us"), ("body", "We."), ("place", "footer")]);
    let saved = join_all((0..4).map(|_| live.save_page(staff.may(), &changed))).await;
    assert!(saved.iter().all(Result::is_ok), "{saved:?}");
    assert_eq!(shop.count("select version from shop_content").await, 2);
    assert_eq!(shop.count("select count(*) from page_versions where slug = 'about'").await, 2);
    let actions: Vec<_> =
        live.audit_log(staff.may(), None).await.unwrap().entries.into_iter().map(|e| e.action).collect();
    assert_eq!(actions, ["page.changed", "page.created", "content.changed"]);
    assert_eq!(live.verify_audit_log().await.unwrap().flaw, None);
    shop.done().await;
}

#[tokio::test]
async fn of_several_who_save_different_things_at_once_one_does() {
    let (shop, staff) = opened().await;
    let live = &shop.shop;
    let names = ["A", "B", "C", "D"];
    let saved = join_all(names.map(|name| {
        let typed = fields(&[("version", "1"), ("name", name)]);
        async move { live.save_content(staff.may(), &typed).await }
    }));
    let saved = saved.await;
    assert_eq!(saved.iter().filter(|saved| saved.is_ok()).count(), 1, "{saved:?}");
    let winner = saved.iter().position(Result::is_ok).unwrap();
    assert_eq!(live.content().name, names[winner]);
    shop.done().await;
}

#[tokio::test]
async fn what_will_not_do_changes_nothing() {
    let (shop, staff) = opened().await;
    let live = &shop.shop;
    for (field, value, problem) in [
        ("name", "x".repeat(61), Problem::TooLong { max: 60 }),
        ("accent", "red; }".into(), Problem::NotAColour),
        ("accent", "#ffcc00".into(), Problem::LowContrast { hundredths: 128, passing: "#7c6300".into() }),
        ("time_zone", "Europe/Atlantis".into(), Problem::NotAChoice),
        ("time_zone", "../../etc/passwd".into(), Problem::NotAChoice),
        ("action_link", "javascript:alert(1)".into(), Problem::NotALink),
        ("announcement_link", "data:text/html,x".into(), Problem::NotALink),
        ("contact", "a@b".into(), Problem::NotAnEmail),
    ] {
        let refusal = refused(live.save_content(staff.may(), &fields(&[("version", "1"), (field, &value)])).await);
        let told = refusal.problem_of(field).unwrap_or_else(|| panic!("{field}: {refusal:?}"));
        match (told, &problem) {
            (Problem::LowContrast { hundredths, .. }, Problem::LowContrast { .. }) => assert!(*hundredths < 450),
            (told, problem) => assert_eq!(told, problem, "{field}"),
        }
    }
    assert_eq!(shop.count("select version from shop_content").await, 1);
    assert!(live.audit_log(staff.may(), None).await.unwrap().entries.is_empty());
    shop.done().await;
}

#[tokio::test]
async fn every_version_of_a_page_stays_and_an_order_says_under_which_terms_it_was_placed() {
    let (shop, staff) = opened().await;
    shop.stock_shelves(&[("MUG", "9.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let live = &shop.shop;
    let terms = |order| async move { live.staff_order(staff.may(), order).await.unwrap().terms_version };
    let first = shop.place(ada, &[("MUG", "1")]).await;
    let new =
        fields(&[("slug", "terms"), ("version", "1"), ("title", "Our terms"), ("body", "New."), ("place", "footer")]);
    live.save_page(staff.may(), &new).await.unwrap();
    let second = shop.place_reserved(ada, &[("MUG", "1")]).await;
    live.pay_order(ada, second, Approve).await.unwrap();
    assert_eq!((terms(first).await, terms(second).await), (Some(1), Some(2)));
    let now = live.page_editor(staff.may(), &slug("terms"), "", None, false).await.unwrap();
    let page = now.page.unwrap();
    let who: Vec<_> = page.versions.iter().map(|row| (row.version, row.by.as_deref())).collect();
    assert_eq!(who, [(2, Some("Olga")), (1, None)]);
    let then = live.page_editor(staff.may(), &slug("terms"), "", Some(1), false).await.unwrap();
    assert_eq!((then.earlier, then.fields["title"].as_str()), (Some(1), "Terms"));
    assert!(then.preview.unwrap().contains("15 minutes to pay"));
    assert_eq!(refused(live.page_editor(staff.may(), &slug("terms"), "", Some(3), false).await), Refusal::NotFound);
    let entry = live.audit_log(staff.may(), None).await.unwrap().entries.remove(0);
    let (before, after) = entry.before.zip(entry.after).unwrap();
    assert!(
        before.contains("\"version\":1") && after.contains("\"version\":2") && after.contains("Our terms"),
        "{after}"
    );
    let hash = shop
        .scalar::<String>(
            "select encode(sha256(convert_to(body, 'UTF8')), 'hex') from page_versions where slug = $1 and version = 2",
            "terms",
        )
        .await;
    assert!(after.contains(&hash), "{after} tells the hash of what was saved");
    shop.done().await;
}

#[tokio::test]
async fn an_order_of_before_has_no_version_of_the_terms() {
    let (shop, staff) = opened().await;
    shop.stock_shelves(&[("MUG", "9.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let order = shop.place(ada, &[("MUG", "1")]).await;
    // As the release before writes it.
    shop.execute("update orders set terms_version = null").await;
    assert_eq!(shop.shop.staff_order(staff.may(), order).await.unwrap().terms_version, None);
    shop.done().await;
}

#[tokio::test]
async fn pages_state_what_the_shop_is_set_to() {
    let (shop, staff) = opened().await;
    let live = &shop.shop;
    let nobodys = live.page_text(&slug("contact")).await.unwrap();
    assert!(nobodys.body.contains("Write to the address in our imprint."), "{}", nobodys.body);
    save(live, staff, &[("name", "Tea *Time*"), ("contact", "tea@example.org")]).await;
    let contact = live.page_text(&slug("contact")).await.unwrap();
    assert!(contact.body.contains("Write to tea@example.org."), "{}", contact.body);
    let form = live.page_text(&slug("withdrawal")).await.unwrap();
    assert!(form.body.contains("- To Tea \\*Time\\*, tea@example.org:"), "{}", form.body);
    shop.execute("insert into shop_terms (return_days) values (14)").await;
    live.refresh_content().await.unwrap();
    assert_eq!(live.content().return_days, Some(14));
    assert_eq!(live.page_text(&slug("returns")).await.unwrap().description, "14 days to change your mind.");
    let terms = live.page_text(&slug("terms")).await.unwrap();
    assert!(terms.body.contains("15 minutes to pay") && terms.body.contains("Tea \\*Time\\*"), "{}", terms.body);
    assert!(!terms.body.contains("{shop}"));
    shop.execute("update shop_terms set return_days = 0").await;
    live.refresh_content().await.unwrap();
    assert_eq!(live.content().return_days, None, "nothing is promised");
    shop.done().await;
}

#[tokio::test]
async fn a_page_is_made_found_hidden_and_not_made_twice() {
    let (shop, staff) = opened().await;
    let live = &shop.shop;
    let page = |slug: &str, title: &str, place: &str| {
        fields(&[("slug", slug), ("title", title), ("body", "Words."), ("place", place)])
    };
    let about_us = live.create_page(staff.may(), &page("", "About Us", "footer")).await.unwrap();
    assert_eq!(about_us.as_str(), "about-us");
    let at_foot = || live.content().pages.iter().map(|page| page.slug.clone()).collect::<Vec<_>>();
    let came = ["shipping", "returns", "terms", "privacy", "imprint", "withdrawal", "contact"];
    assert_eq!(at_foot(), [&came[..], &["about-us"]].concat());
    assert_eq!(live.page_text(&about_us).await.unwrap().title, "About Us");
    let taken = refused(live.create_page(staff.may(), &page("about-us", "Other", "footer")).await);
    assert_eq!(taken, Refusal::field("slug", Problem::Duplicate));
    for odd in ["a b", "../x", "ä", "-a", &"x".repeat(101)] {
        let refusal = refused(live.create_page(staff.may(), &page(odd, "Odd", "footer")).await);
        assert!(refusal.problem_of("slug").is_some(), "{odd}: {refusal:?}");
    }
    let in_russian = live.create_page(staff.may(), &page("", "О нас", "hidden")).await.unwrap();
    assert_eq!(in_russian.as_str(), "o-nas");
    let unnamed = refused(live.create_page(staff.may(), &page("", "!?", "footer")).await);
    assert_eq!(unnamed.problem_of("slug"), Some(&Problem::Required));
    let mut hidden = page("about-us", "About Us", "hidden");
    hidden.insert("version".into(), "1".into());
    live.save_page(staff.may(), &hidden).await.unwrap();
    assert_eq!(refused(live.page_text(&about_us).await), Refusal::NotFound);
    assert_eq!(refused(live.page_text(&slug("nothing")).await), Refusal::NotFound);
    assert_eq!(at_foot(), came);
    for slug in ["terms", "withdrawal", "contact"] {
        let mut needed = page(slug, "Needed", "hidden");
        needed.insert("version".into(), "1".into());
        let told = refused(live.save_page(staff.may(), &needed).await);
        assert_eq!(told.problem_of("place"), Some(&Problem::NeededElsewhere), "{slug}");
    }
    for slug in ["nothing", "../x", ""] {
        let mut lost = page(slug, "Lost", "footer");
        lost.insert("version".into(), "0".into());
        assert_eq!(refused(live.save_page(staff.may(), &lost).await), Refusal::NotFound, "{slug}");
    }
    shop.done().await;
}

#[tokio::test]
async fn a_page_that_somebody_else_has_saved_meanwhile_is_brought_together() {
    let (shop, staff) = opened().await;
    let live = &shop.shop;
    let now = live.page_editor(staff.may(), &slug("imprint"), "", None, false).await.unwrap().fields;
    let with = |changed: &[(&str, &str)]| {
        let mut typed = now.clone();
        typed.extend(fields(&[("slug", "imprint"), ("version", "1")]));
        typed.extend(fields(changed));
        typed
    };
    live.save_page(staff.may(), &with(&[("title", "Who we are"), ("body", "First.")])).await.unwrap();
    let mine = with(&[("body", "Second."), ("description", "Mine")]);
    assert_eq!(refused(live.save_page(staff.may(), &mine).await), Refusal::VersionMismatch { current: 2 });
    let kept = live.keep_form(staff, &mine).await.unwrap().to_string();
    let view = live.page_editor(staff.may(), &slug("imprint"), &kept, None, false).await.unwrap();
    assert_eq!((view.theirs, view.both), (vec!["title".into()], vec![("body".into(), "First.".into())]));
    assert_eq!((view.fields["title"].as_str(), view.fields["body"].as_str()), ("Who we are", "Second."));
    assert_eq!(view.fields["description"], "Mine");
    // What was typed of one page is not shown on another.
    let other = live.page_editor(staff.may(), &slug("terms"), &kept, None, true).await.unwrap();
    assert!(other.fields["title"] == "Terms" && other.preview.is_none());
    shop.done().await;
}

#[tokio::test]
async fn mail_and_invoices_bear_the_name_that_the_shop_has_now() {
    let (shop, staff) = opened().await;
    shop.sold_by(&seller()).await;
    shop.stock_shelves(&[("MUG", "9.00", 5)]).await;
    save(&shop.shop, staff, &[("name", "Tea & Time")]).await;
    let ada = shop.customer("Ada").await;
    let order = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, order, Approve).await.unwrap();
    shop.deliver().await;
    let named = "select count(*) from email_messages where kind <> 'welcome' and body like '%Tea & Time%'";
    assert!(shop.count(named).await >= 2);
    let papers = "select count(*) from papers where facts::text like '%Tea & Time%'";
    assert_eq!(shop.count(papers).await, 1);
    shop.done().await;
}

#[tokio::test]
async fn the_page_on_privacy_that_came_with_the_shop_names_every_cookie() {
    let (shop, _) = opened().await;
    let body = shop.shop.page_text(&slug("privacy")).await.unwrap().body;
    let cookies = [
        "remembers your session",
        "knows this device again",
        "link of a mail",
        "whose links wait",
        "you have just changed something",
        "answer of a form",
    ];
    // And who is written to unasked, and that they may say no.
    let letters = ["ask you once by mail what you think of it", "You can object to that at any time"];
    for part in
        cookies.into_iter().chain(letters).chain(["in mind which products you looked at", "A review that you write"])
    {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(body.contains("after a day on which nobody came back") && !body.contains("There are no others"), "{body}");
    shop.done().await;
}
