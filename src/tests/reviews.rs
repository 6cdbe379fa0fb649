//! Only who bought a product says something of it, once for each line; nothing is shown that nobody has read; and the stars of a
//! product are exactly those of what is shown, whoever writes, publishes, declines and goes at once.

use futures::future::{join, join_all};
use shop::domain::{OrderId, Problem, Rating, Refusal, ReviewId, ReviewSort, ReviewState, Step, VariantId};
use shop::dto::{ProductReviews, RefundForm, ReturnForm, ReviewForm, ReviewQuery, StaffReviewQuery};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, LinkToken, OrderAccess, OrderToken, Result};
use time::Duration;

use crate::customers::guest_order;
use crate::fulfilment::Paid;
use crate::guests::{stocked, with};
use crate::harness::rules::STAFF;
use crate::harness::{Everything, TestShop, refused, slug};

const LETTERS: &str = "select count(*) from email_messages where kind = 'review_request'";

pub fn review(stars: &str, text: &str) -> ReviewForm {
    ReviewForm { stars: stars.into(), title: "A mug".into(), text: text.into(), name: "Ada L.".into() }
}

/// Ada's order, of which everything has left.
pub async fn sent() -> Paid {
    let paid = Paid::order().await;
    paid.ship(&[(paid.mug, 3), (paid.cup, 1)]).await.unwrap();
    paid
}

impl Paid {
    pub async fn write(&self, variant: VariantId, stars: &str) -> Result<OrderId> {
        self.shop.shop.write_review(self.ada, self.id, variant, &review(stars, "It holds tea.")).await
    }

    /// The newest in this state, and its version.
    async fn newest(&self, state: ReviewState) -> (ReviewId, i64) {
        let query = StaffReviewQuery { state, before: None };
        let list = self.shop.shop.staff_reviews(self.staff.may(), &query).await.unwrap();
        list.reviews.first().map(|review| (review.id, review.version)).unwrap()
    }

    pub async fn publish(&self) -> ReviewId {
        let (id, version) = self.newest(ReviewState::Pending).await;
        self.shop.shop.publish_review(self.staff.may(), id, version).await.unwrap()
    }
}

async fn shown(shop: &TestShop, product: &str, query: ReviewQuery) -> ProductReviews {
    shop.shop.product_reviews(&slug(product), &query).await.unwrap()
}

pub async fn rating(shop: &TestShop, product: &str) -> Rating {
    shown(shop, product, ReviewQuery::default()).await.rating
}

/// The sums are those of what is shown.
pub async fn adds_up(shop: &TestShop) {
    let wrong = "select count(*) from (
        select r.product_id, s.n, count(*) as shown from reviews r
        join lateral (select r.stars as n) s on true where r.state = 'published' group by 1, 2) x
        full join (select product_id, n, kept from product_ratings,
            lateral (values (1, one), (2, two), (3, three), (4, four), (5, five)) v (n, kept) where kept > 0) k
        using (product_id, n) where x.shown is distinct from k.kept";
    assert_eq!(shop.count(wrong).await, 0, "ratings that are not the sum of what is shown");
    let overtaken = "select count(*) from products p left join product_ratings r on r.product_id = p.id
        where p.rated <> coalesce(rating_rank(r.one, r.two, r.three, r.four, r.five), 0)";
    assert_eq!(shop.count(overtaken).await, 0, "products that say otherwise than their ratings");
}

#[tokio::test]
async fn only_who_bought_it_and_has_it_says_something_once_for_each_line() {
    let paid = Paid::order().await;
    let bob = paid.shop.customer("Bob").await;
    let live = &paid.shop.shop;
    assert_eq!(refused(paid.write(paid.mug, "5").await), Refusal::NotSentYet);
    assert_eq!(refused(live.review_edit(paid.ada, paid.id, paid.mug).await), Refusal::NotSentYet);
    paid.ship(&[(paid.mug, 1)]).await.unwrap();
    assert_eq!(refused(paid.write(paid.cup, "5").await), Refusal::NotSentYet, "another line");
    let words = review("5", "Mine.");
    assert_eq!(refused(live.write_review(bob, paid.id, paid.mug, &words).await), Refusal::NotFound);
    assert_eq!(refused(live.review_edit(bob, paid.id, paid.mug).await), Refusal::NotFound);
    let guest = OrderAccess::from(CartOwner::Guest(None));
    assert_eq!(refused(live.write_review(guest, paid.id, paid.mug, &words).await), Refusal::NotFound);
    let nowhere = VariantId(uuid::Uuid::nil());
    assert_eq!(refused(live.write_review(paid.ada, paid.id, nowhere, &words).await), Refusal::NotFound);
    assert_eq!(live.review_edit(paid.ada, paid.id, paid.mug).await.unwrap().shown_name, "Ada");
    // Two tabs at once: one review, and no words of both.
    let (one, other) = (review("1", "One."), review("2", "Other."));
    let both = join(
        live.write_review(paid.ada, paid.id, paid.mug, &one),
        live.write_review(paid.ada, paid.id, paid.mug, &other),
    )
    .await;
    both.0.unwrap();
    both.1.unwrap();
    assert_eq!(paid.shop.count("select count(*) from reviews").await, 1);
    let own = live.review_edit(paid.ada, paid.id, paid.mug).await.unwrap().own.unwrap();
    assert!(matches!((own.stars.count(), own.text.as_str()), (1, "One.") | (2, "Other.")), "{own:?}");
    // The base says so, too.
    let twice =
        "insert into reviews (id, order_id, order_item_id, product_id, stars, text, name, created_at, changed_at)
        select gen_random_uuid(), order_id, order_item_id, product_id, 1, 'x', 'x', now(), now() from reviews";
    assert!(sqlx::query(twice).execute(paid.shop.shop.store().pool()).await.is_err());
    let bad = live.write_review(paid.ada, paid.id, paid.mug, &review("9", "See https://x.example")).await;
    let bad = refused(bad);
    assert_eq!(bad.problem_of("stars"), Some(&Problem::NotAChoice));
    assert_eq!(bad.problem_of("text"), Some(&Problem::NoLinks));
    paid.shop.done().await;
}

#[tokio::test]
async fn a_guest_says_something_by_their_cart_or_their_orders_link_and_nobody_elses() {
    let shop = stocked().await;
    let (guest, id) = guest_order(&shop, "guest@example.org").await;
    let (_, others) = guest_order(&shop, "other@example.org").await;
    shop.shop.pay_order(guest, id, Approve).await.unwrap();
    shop.deliver().await;
    shop.shop.advance_order(STAFF.may(), id, Step::Ship).await.unwrap();
    let mug = shop.variant("MUG").await;
    let write = async |access: OrderAccess| shop.shop.write_review(access, id, mug, &review("4", "Good.")).await;
    let nobody = CartOwner::Guest(None);
    assert_eq!(refused(write(with(nobody, Some(shop.shop.order_token(others).unwrap()))).await), Refusal::NotFound);
    assert_eq!(refused(write(with(nobody, OrderToken::brought("nonsense"))).await), Refusal::NotFound);
    write(with(nobody, Some(shop.shop.order_token(id).unwrap()))).await.unwrap();
    write(guest.into()).await.unwrap();
    assert_eq!(shop.count("select count(*) from reviews where state = 'pending' and version = 1").await, 1, "the same");
    shop.deliver().await;
    shop.done().await;
}

#[tokio::test]
async fn nothing_is_shown_that_nobody_has_read_and_what_is_changed_is_read_anew() {
    let paid = sent().await;
    let (shop, live) = (&paid.shop, &paid.shop.shop);
    paid.write(paid.mug, "5").await.unwrap();
    assert_eq!(paid.view().await.items[0].review, Some(ReviewState::Pending));
    let page = live.product(&slug("mug")).await.unwrap();
    assert_eq!((page.rating.total(), page.reviews.len()), (0, 0));
    let (id, read) = paid.newest(ReviewState::Pending).await;
    // She changes it while it is read: what is published is not what was read.
    paid.write(paid.mug, "2").await.unwrap();
    let late = refused(live.publish_review(paid.staff.may(), id, read).await);
    assert_eq!(late, Refusal::VersionMismatch { current: 2 });
    paid.publish().await;
    let page = live.product(&slug("mug")).await.unwrap();
    assert_eq!((page.rating.counts, page.reviews.len()), ([0, 1, 0, 0, 0], 1));
    assert_eq!(page.reviews[0].name, "Ada L.");
    let (_, version) = paid.newest(ReviewState::Published).await;
    live.answer_review(paid.staff.may(), id, version, "We are sorry.").await.unwrap();
    assert_eq!(shown(shop, "mug", ReviewQuery::default()).await.reviews[0].answer.as_deref(), Some("We are sorry."));
    // The same words change nothing; others are read anew, and what answered the first is gone.
    paid.write(paid.mug, "2").await.unwrap();
    assert_eq!(rating(shop, "mug").await.total(), 1);
    paid.write(paid.mug, "4").await.unwrap();
    assert_eq!(rating(shop, "mug").await.total(), 0);
    adds_up(shop).await;
    let (id, version) = paid.newest(ReviewState::Pending).await;
    assert_eq!(
        refused(live.decline_review(paid.staff.may(), id, version, " ").await).problem_of("reason"),
        Some(&Problem::Required)
    );
    live.decline_review(paid.staff.may(), id, version, "It is about a cup.").await.unwrap();
    let own = live.review_edit(paid.ada, paid.id, paid.mug).await.unwrap().own.unwrap();
    assert_eq!((own.state, own.reason.as_deref()), (ReviewState::Declined, Some("It is about a cup.")));
    let (_, version) = paid.newest(ReviewState::Declined).await;
    live.publish_review(paid.staff.may(), id, version).await.unwrap();
    live.publish_review(paid.staff.may(), id, version).await.unwrap();
    assert_eq!(rating(shop, "mug").await.counts, [0, 0, 0, 1, 0], "twice is once");
    adds_up(shop).await;
    let log = shop.shop.audit_log(paid.staff.may(), None).await.unwrap().entries;
    let of_reviews: Vec<_> = log.iter().filter(|entry| entry.kind == "review").collect();
    let actions: Vec<_> = of_reviews.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["review.published", "review.answered", "review.declined", "review.published"]);
    for entry in of_reviews {
        let said = format!("{:?} {:?}", entry.before, entry.after);
        assert!(!said.contains("tea") && !said.contains("sorry") && !said.contains("cup"), "{said}");
    }
    paid.shop.done().await;
}

/// Two who work here have the same page open: what the first has made of it is not undone by the second, who has not seen that.
#[tokio::test]
async fn no_page_that_was_left_open_undoes_what_another_has_decided_since() {
    let paid = sent().await;
    let live = &paid.shop.shop;
    paid.write(paid.mug, "5").await.unwrap();
    let (id, open) = paid.newest(ReviewState::Pending).await;
    live.decline_review(paid.staff.may(), id, open, "It names a neighbour.").await.unwrap();
    let overtaken = Refusal::VersionMismatch { current: open + 1 };
    assert_eq!(refused(live.publish_review(paid.staff.may(), id, open).await), overtaken);
    assert_eq!(refused(live.decline_review(paid.staff.may(), id, open, "Other words.").await), overtaken);
    assert_eq!(refused(live.answer_review(paid.staff.may(), id, open, "Thank you!").await), overtaken);
    assert_eq!(rating(&paid.shop, "mug").await, Rating::default());
    let own = live.review_edit(paid.ada, paid.id, paid.mug).await.unwrap().own.unwrap();
    assert_eq!((own.state, own.reason.as_deref()), (ReviewState::Declined, Some("It names a neighbour.")));
    // Whoever has read that may think otherwise; of two answers the first stays.
    live.publish_review(paid.staff.may(), id, open + 1).await.unwrap();
    live.answer_review(paid.staff.may(), id, open + 2, "Thank you!").await.unwrap();
    let late = refused(live.answer_review(paid.staff.may(), id, open + 2, "Thanks.").await);
    assert_eq!(late, Refusal::VersionMismatch { current: open + 3 });
    let page = shown(&paid.shop, "mug", ReviewQuery::default()).await;
    assert_eq!(page.reviews[0].answer.as_deref(), Some("Thank you!"));
    adds_up(&paid.shop).await;
    paid.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rating_is_exact_whoever_publishes_declines_and_changes_at_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 100)]).await;
    let mug = shop.variant("MUG").await;
    let mut orders = Vec::new();
    for n in 0..6 {
        let buyer = shop.customer(&format!("Buyer{n}")).await;
        let id = shop.place_reserved(buyer, &[("MUG", "1")]).await;
        shop.shop.pay_order(buyer, id, Approve).await.unwrap();
        shop.deliver().await;
        shop.shop.advance_order(STAFF.may(), id, Step::Ship).await.unwrap();
        shop.shop.write_review(buyer, id, mug, &review("3", "First.")).await.unwrap();
        orders.push((buyer, id));
    }
    for round in 0_u32..5 {
        let all = shop.shop.staff_reviews(STAFF.may(), &StaffReviewQuery::default()).await.unwrap().reviews;
        let published = StaffReviewQuery { state: ReviewState::Published, before: None };
        let published = shop.shop.staff_reviews(STAFF.may(), &published).await.unwrap().reviews;
        let live = &shop.shop;
        let publish = all.iter().map(|review| async move {
            let done = live.publish_review(STAFF.may(), review.id, review.version).await;
            done.map(drop).or_else(overtaken)
        });
        let decline = all.iter().chain(&published).map(|review| async move {
            let done = live.decline_review(STAFF.may(), review.id, review.version, "No.").await;
            done.map(drop).or_else(overtaken)
        });
        let change = orders.iter().zip(0_u32..).map(|((buyer, id), n)| {
            let form = review(&((round + n) % 5 + 1).to_string(), &format!("Round {round}."));
            async move { live.write_review(*buyer, *id, mug, &form).await.map(drop) }
        });
        let (published, declined, changed) = tokio::join!(join_all(publish), join_all(decline), join_all(change));
        for done in published.into_iter().chain(declined).chain(changed) {
            done.unwrap();
        }
        adds_up(&shop).await;
    }
    let pending = shop.shop.staff_reviews(STAFF.may(), &StaffReviewQuery::default()).await.unwrap().reviews;
    for review in pending {
        shop.shop.publish_review(STAFF.may(), review.id, review.version).await.unwrap();
    }
    adds_up(&shop).await;
    shop.deliver().await;
    shop.done().await;
}

/// Somebody changed it meanwhile.
fn overtaken(error: shop::usecase::Error) -> Result<()> {
    let is_overtaken = matches!(error.refusal(), Some(Refusal::VersionMismatch { .. }));
    if is_overtaken { Ok(()) } else { Err(error) }
}

#[tokio::test]
async fn reviews_are_sorted_and_paged_each_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "1")]).await;
    // As 45 buyers would have written them, several at the same moment.
    shop.execute(
        "insert into order_items (id, order_id, product_id, variant_id, position, name, options, sku, quantity, price, line_total)
         select gen_random_uuid(), i.order_id, i.product_id, i.variant_id, 100 + n, i.name, i.options, i.sku, 1, 0, 0
         from order_items i, generate_series(1, 45) n;
         insert into reviews (id, order_id, order_item_id, product_id, stars, text, name, state, created_at, changed_at,
            published_at)
         select gen_random_uuid(), i.order_id, i.id, i.product_id, 1 + i.position % 5, 'No. ' || i.position, 'Ada', 'published',
            now(), now(), timestamptz '2026-01-01' + (i.position / 4) * interval '1 day'
         from order_items i where i.position > 100",
    )
    .await;
    for sort in ReviewSort::ALL {
        let (mut query, mut all) = (ReviewQuery { sort, after: None }, Vec::new());
        loop {
            let page = shown(&shop, "mug", query).await;
            assert!(page.reviews.len() <= 20, "{sort:?}");
            all.extend(page.reviews);
            match page.next {
                Some(next) => query = next,
                None => break,
            }
        }
        let ids: std::collections::BTreeSet<_> = all.iter().map(|review| review.id.0).collect();
        assert_eq!((all.len(), ids.len()), (45, 45), "{sort:?}: each once");
        let sorted = match sort {
            ReviewSort::Newest => all.is_sorted_by(|a, b| a.published_at >= b.published_at),
            ReviewSort::Highest => all.is_sorted_by(|a, b| a.stars >= b.stars),
            ReviewSort::Lowest => all.is_sorted_by(|a, b| a.stars <= b.stars),
        };
        assert!(sorted, "{sort:?}");
    }
    let nobodys = ReviewQuery { sort: ReviewSort::Newest, after: Some(ReviewId(uuid::Uuid::nil())) };
    assert!(shown(&shop, "mug", nobodys).await.reviews.is_empty());
    assert_eq!(shop.shop.product(&slug("mug")).await.unwrap().reviews.len(), 5, "its page shows a few");
    shop.execute("delete from reviews; delete from order_items where position > 100").await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_asked_about_once_some_days_after_its_last_parcel() {
    let paid = Paid::order().await;
    let shop = &paid.shop;
    paid.ship(&[(paid.mug, 2)]).await.unwrap();
    shop.clock.advance(Duration::days(10));
    paid.ship(&[(paid.mug, 1), (paid.cup, 1)]).await.unwrap();
    shop.deliver().await;
    shop.clock.advance(Duration::days(13));
    assert_eq!(shop.shop.request_reviews(10).await.unwrap(), 0, "its last parcel left 13 days ago");
    shop.clock.advance(Duration::days(1));
    let other = shop.another_process().await;
    let asked = join_all([&shop.shop, &other].map(|worker| worker.request_reviews(10))).await;
    let asked: usize = asked.into_iter().map(Result::unwrap).sum();
    assert_eq!((asked, shop.count(LETTERS).await), (1, 1), "once, whoever asks");
    assert_eq!(shop.shop.request_reviews(10).await.unwrap(), 0);
    let body: String = shop.scalar("select body from email_messages where kind = $1", "review_request").await;
    assert!(body.contains("Product MUG") && body.contains("/review-requests?token="), "{body}");
    let unsubscribe = "select count(*) from email_messages where kind = 'review_request'
        and content ->> 'unsubscribe' like '%/unsubscribe?token=%'";
    assert_eq!(shop.count(unsubscribe).await, 1);
    paid.shop.done().await;
}

#[tokio::test]
async fn nobody_is_asked_who_has_said_it_has_sent_it_back_or_does_not_want_to_be() {
    for what in ["all said", "returned", "refunded", "too late", "switched off", "refused"] {
        let paid = sent().await;
        paid.shop.deliver().await;
        let mut asking = paid.shop.shop.clone();
        let mut days = 14;
        match what {
            "all said" => {
                paid.write(paid.mug, "5").await.unwrap();
                paid.write(paid.cup, "5").await.unwrap();
            }
            "returned" => {
                let back = ReturnForm { items: vec![(paid.mug, 1)], reason: "Too small".into() };
                paid.shop.shop.request_return(paid.ada, paid.id, &back, None).await.unwrap();
            }
            "refunded" => {
                let form =
                    RefundForm { items: Some(vec![(paid.cup, 1)]), reason: "Broken".into(), ..Default::default() };
                paid.refund(form).await.unwrap();
            }
            "too late" => days = 22,
            "switched off" => asking = paid.shop.another_process_asking_nobody().await,
            _ => {
                paid.shop.execute("update shipments set created_at = created_at - interval '14 days'").await;
                assert_eq!(paid.shop.shop.request_reviews(10).await.unwrap(), 1);
                let token = crate::account::link(&paid.shop, "review_request").await;
                let request = paid.shop.shop.review_request(&token).await.unwrap();
                assert_eq!((request.email.as_str(), request.is_refused), ("ada@example.org", false));
                for _ in 0..2 {
                    assert!(paid.shop.shop.end_review_requests(&token).await.unwrap());
                }
                assert!(paid.shop.shop.review_request(&token).await.unwrap().is_refused);
                let foreign = LinkToken::brought(&format!("{}.00", paid.id));
                assert!(!paid.shop.shop.end_review_requests(&foreign).await.unwrap());
                paid.shop.execute("delete from review_requests").await;
                days = 0;
            }
        }
        paid.shop.clock.advance(Duration::days(days));
        assert_eq!(asking.request_reviews(10).await.unwrap(), 0, "{what}");
        for _ in 0..4 {
            paid.shop.shop.carry_out_refunds().await.unwrap();
        }
        paid.shop.done().await;
    }
}
