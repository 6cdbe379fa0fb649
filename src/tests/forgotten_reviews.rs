//! Who goes, or is made nobody, takes along what they said of what they bought, and the stars that it counted.

use shop::domain::{PersonId, Rating, Refusal, Step};
use shop::dto::StaffReviewQuery;
use shop::usecase::CartOwner;
use shop::usecase::SandboxOutcome::Approve;
use sqlx::{Connection, PgConnection};

use crate::bank::until_waiting;
use crate::customers::guest_order;
use crate::fulfilment::Paid;
use crate::guests::{stocked, with};
use crate::harness::rules::STAFF;
use crate::harness::{Everything, refused};
use crate::reviews::{adds_up, rating, review, sent};

/// It opens the order as ever; what was said of it would stay.
async fn nothing_is_said_by_the_link_of_an_old_letter(paid: &Paid) {
    let live = &paid.shop.shop;
    let link = with(CartOwner::Guest(None), Some(live.order_token(paid.id).unwrap()));
    live.order(link.clone(), paid.id).await.unwrap();
    assert_eq!(refused(live.review_edit(link.clone(), paid.id, paid.mug).await), Refusal::NotFound);
    let late = live.write_review(link, paid.id, paid.mug, &review("1", "Still me.")).await;
    assert_eq!(refused(late), Refusal::NotFound);
    assert_eq!(paid.shop.count("select count(*) from reviews").await, 0);
}

#[tokio::test]
async fn who_goes_takes_their_reviews_along_and_their_stars() {
    let paid = sent().await;
    let (shop, live) = (&paid.shop, &paid.shop.shop);
    paid.write(paid.mug, "5").await.unwrap();
    paid.publish().await;
    paid.write(paid.cup, "1").await.unwrap();
    shop.execute("update users set email_verified_at = now() where name = 'Ada'").await;
    live.request_data_export(paid.ada, "correct horse").await.unwrap();
    assert!(live.make_next_data_export().await.unwrap());
    let file = live.data_export(paid.ada).await.unwrap();
    let mut file = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let json = std::io::read_to_string(file.by_name("data.json").unwrap()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let reviews = json["customer"]["orders"][0]["reviews"].as_array().unwrap();
    assert_eq!(reviews.len(), 2, "{json}");
    assert!(reviews.iter().any(|review| review["text"] == "It holds tea." && review["stars"] == 5), "{reviews:?}");
    live.advance_order(paid.staff.may(), paid.id, Step::Complete).await.unwrap();
    shop.deliver().await;
    live.close_account(paid.ada, "correct horse").await.unwrap();
    assert_eq!(shop.count("select count(*) from reviews").await, 0);
    nothing_is_said_by_the_link_of_an_old_letter(&paid).await;
    assert_eq!(rating(shop, "mug").await, Rating::default());
    adds_up(shop).await;
    paid.shop.done().await;
}

#[tokio::test]
async fn whom_staff_make_nobody_has_said_nothing() {
    let paid = sent().await;
    let (shop, live) = (&paid.shop, &paid.shop.shop);
    paid.write(paid.mug, "5").await.unwrap();
    paid.publish().await;
    live.advance_order(paid.staff.may(), paid.id, Step::Complete).await.unwrap();
    shop.deliver().await;
    shop.execute("insert into review_refusals values ('ada@example.org', now())").await;
    let person = shop::domain::PersonId(paid.ada.0.0);
    live.anonymise_customer(paid.staff.may(), person, "ada@example.org").await.unwrap();
    for nothing in ["select count(*) from reviews", "select count(*) from review_refusals"] {
        assert_eq!(shop.count(nothing).await, 0, "{nothing}");
    }
    assert_eq!(rating(shop, "mug").await.total(), 0);
    adds_up(shop).await;
    nothing_is_said_by_the_link_of_an_old_letter(&paid).await;
    paid.shop.done().await;
}

/// The sum of a product comes with its first star: also that one is taken back by who has waited for it.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_made_nobody_while_the_first_star_of_a_product_is_given_takes_it_along() {
    let paid = sent().await;
    let (shop, live) = (&paid.shop, &paid.shop.shop);
    live.advance_order(paid.staff.may(), paid.id, Step::Complete).await.unwrap();
    shop.deliver().await;
    paid.write(paid.mug, "5").await.unwrap();
    assert_eq!(shop.count("select count(*) from product_ratings").await, 0);
    // Whoever publishes has counted, and waits to write it into the log.
    let mut gate = PgConnection::connect(&shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table audit_log in share mode").execute(&mut gate).await.unwrap();
    let person = PersonId(paid.ada.0.0);
    let made_nobody = async {
        until_waiting(shop, 1).await;
        live.anonymise_customer(paid.staff.may(), person, "ada@example.org").await
    };
    let opened = async {
        until_waiting(shop, 2).await;
        sqlx::raw_sql("commit").execute(&mut gate).await.unwrap();
    };
    let (_, forgotten, ()) = tokio::join!(paid.publish(), made_nobody, opened);
    forgotten.unwrap();
    assert_eq!(shop.count("select count(*) from reviews").await, 0);
    assert_eq!(rating(shop, "mug").await, Rating::default());
    adds_up(shop).await;
    paid.shop.done().await;
}

/// That no two of them wait for each other, `done` looks up.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_made_nobody_while_their_review_is_published_leaves_no_star() {
    let shop = stocked().await;
    let mug = shop.variant("MUG").await;
    let mut orders = Vec::new();
    for n in 0..8 {
        let email = format!("guest{n}@example.org");
        let (guest, id) = guest_order(&shop, &email).await;
        shop.shop.pay_order(guest, id, Approve).await.unwrap();
        shop.deliver().await;
        for step in [Step::Ship, Step::Complete] {
            shop.shop.advance_order(STAFF.may(), id, step).await.unwrap();
        }
        shop.deliver().await;
        shop.shop.write_review(guest, id, mug, &review("5", "Good.")).await.unwrap();
        orders.push((id, email));
    }
    let pending = shop.shop.staff_reviews(STAFF.may(), &StaffReviewQuery::default()).await.unwrap().reviews;
    assert_eq!(pending.len(), orders.len());
    for ((id, email), review) in orders.iter().rev().zip(&pending) {
        assert_eq!(review.order, *id);
        let (published, forgotten) = tokio::join!(
            shop.shop.publish_review(STAFF.may(), review.id, review.version),
            shop.shop.anonymise_customer(STAFF.may(), PersonId(id.0), email)
        );
        forgotten.unwrap();
        if let Err(error) = published {
            assert_eq!(error.refusal(), Some(&Refusal::NotFound));
        }
        adds_up(&shop).await;
    }
    assert_eq!(shop.count("select count(*) from reviews").await, 0);
    assert_eq!(rating(&shop, "mug").await, Rating::default());
    shop.done().await;
}
