//! Mail: one per cause, accepted at most once.

use shop::domain::Refusal;
use shop::usecase::{MailJob, MailRetry, MailState, Sent};
use time::Duration;

use crate::harness::{TestShop, refused};
use crate::providers::approving;

async fn one(shop: &TestShop) -> MailJob {
    let mut jobs = shop.shop.take_mail(10).await.unwrap();
    assert_eq!(jobs.len(), 1);
    jobs.remove(0)
}

#[tokio::test]
async fn a_mail_is_taken_by_one_sender_and_sent_once() {
    let shop = TestShop::open().await;
    shop.customer("Ada").await;
    shop.deliver().await;
    let job = one(&shop).await;
    assert_eq!((job.to.as_str(), job.message.subject.as_str()), ("ada@example.org", "Welcome to Kiln & Loom"));
    assert!(job.message.text.starts_with("Hello Ada,"));
    assert!(shop.another_process().await.take_mail(10).await.unwrap().is_empty(), "it is being sent");
    shop.shop.settle_mail(&[(job.clone(), Sent::Accepted)]).await.unwrap();
    shop.clock.advance(Duration::days(1));
    assert!(shop.shop.take_mail(10).await.unwrap().is_empty());
    shop.done().await;
}

#[tokio::test]
async fn a_mail_that_was_not_taken_is_tried_again_later_and_not_for_ever() {
    let shop = TestShop::open().await;
    shop.customer("Ada").await;
    shop.deliver().await;
    // 10 s, 1 min, 5, 15, 30, 1 h, 2 h, and from then on every four hours: three days in all.
    for attempt in 1..=25 {
        let job = one(&shop).await;
        assert_eq!(job.attempts, attempt);
        shop.shop.settle_mail(&[(job.clone(), Sent::NotNow("421 busy".into()))]).await.unwrap();
        assert!(shop.shop.take_mail(10).await.unwrap().is_empty(), "not at once");
        shop.clock.advance(Duration::hours(4));
    }
    assert!(shop.shop.take_mail(10).await.unwrap().is_empty());
    assert_eq!(shop.count("select count(*) from email_messages where state = 'refused'").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn whoever_sends_a_mail_is_told_the_step_of_a_trace_that_caused_it() {
    let shop = TestShop::open().await;
    shop.customer("Ada").await;
    shop.deliver().await;
    assert_eq!(shop.count("select count(*) from email_messages where traceparent is not null").await, 0);
    let cause = "00-00000000000000000000000000000007-0000000000000009-01";
    shop.execute("update email_messages set traceparent = '00-00000000000000000000000000000007-0000000000000009-01'")
        .await;
    let job = one(&shop).await;
    assert_eq!(job.traceparent.as_deref(), Some(cause));
    shop.shop.settle_mail(&[(job, Sent::Accepted)]).await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn mail_that_cannot_be_built_does_not_stop_the_rest() {
    let shop = TestShop::open().await;
    shop.customer("Ada").await;
    shop.customer("Bob").await;
    shop.deliver().await;
    shop.execute("update email_messages set recipient = 'nowhere' where recipient like 'ada%'").await;
    let job = one(&shop).await;
    assert_eq!(job.to.as_str(), "bob@example.org");
    shop.shop.settle_mail(&[(job.clone(), Sent::Accepted)]).await.unwrap();
    let unsent = shop.shop.unsent_mail(10).await.unwrap();
    assert_eq!(unsent.iter().map(|m| (m.to.as_str(), m.state)).collect::<Vec<_>>(), [("nowhere", MailState::Refused)]);
    shop.done().await;
}

#[tokio::test]
async fn mail_that_was_given_up_is_tried_again_when_staff_say_so() {
    let shop = TestShop::open().await;
    for name in ["Ada", "Bob", "Eve"] {
        shop.customer(name).await;
    }
    shop.deliver().await;
    let jobs = shop.shop.take_mail(10).await.unwrap();
    for (job, sent) in jobs.iter().zip([
        Sent::Never("550 no".into()),
        Sent::Uncertain("no answer".into()),
        Sent::NotNow("421 busy".into()),
    ]) {
        shop.shop.settle_mail(&[(job.clone(), sent)]).await.unwrap();
    }
    assert_eq!(shop.shop.unsent_mail(10).await.unwrap().len(), 3);
    assert_eq!(shop.shop.retry_mail(MailRetry::All).await.unwrap(), 2, "not what may have arrived");
    let again = shop.shop.take_mail(10).await.unwrap();
    assert_eq!(again.iter().map(|job| job.attempts).collect::<Vec<_>>(), [1, 1], "with all attempts before them");
    for job in &again {
        shop.shop.settle_mail(&[(job.clone(), Sent::Accepted)]).await.unwrap();
    }
    assert_eq!(shop.shop.retry_mail(MailRetry::One(jobs[1].id)).await.unwrap(), 1, "who names it takes that upon them");
    assert_eq!(one(&shop).await.id, jobs[1].id);
    shop.shop.settle_mail(&[(jobs[1].clone(), Sent::Accepted)]).await.unwrap();
    assert_eq!(refused(shop.shop.retry_mail(MailRetry::One(jobs[0].id)).await), Refusal::NotFound, "it is sent");
    assert!(shop.shop.unsent_mail(10).await.unwrap().is_empty());
    shop.done().await;
}

#[tokio::test]
async fn a_mail_whose_end_nobody_saw_is_not_sent_again() {
    let shop = TestShop::open().await;
    shop.customer("Ada").await;
    shop.deliver().await;
    one(&shop).await;
    // The process dies here, between the mail server's answer and our note of it.
    shop.clock.advance(Duration::minutes(11));
    assert!(shop.shop.take_mail(10).await.unwrap().is_empty());
    assert_eq!(shop.count("select count(*) from email_messages where state = 'uncertain'").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn that_a_mail_was_accepted_waits_for_no_disk_unless_it_bore_a_secret_and_that_it_was_not_does() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    for statement in [
        "create table ended (kind text not null, state text not null, commits text not null)",
        "create function note_end() returns trigger language plpgsql as $$ begin
            insert into ended values (new.kind, new.state, current_setting('synchronous_commit')); return null; end $$",
        "create trigger note_end after update on email_messages for each row when (old.state = 'sending')
            execute function note_end()",
    ] {
        shop.execute(statement).await;
    }
    let ada = shop.customer("Ada").await;
    for _ in 0..2 {
        shop.place(ada, &[("MUG", "1")]).await;
    }
    shop.deliver().await;
    // It has one connection.
    let process = shop.another_process_on(&shop.url, approving(shop.sandbox())).await;
    sqlx::query("set synchronous_commit = on").execute(process.store().pool()).await.unwrap();
    // The first of each kind is accepted.
    let mut busy = false;
    for job in process.take_mail(10).await.unwrap() {
        let is_order = job.message.kind == "order_received";
        let sent = if is_order && busy { Sent::NotNow("421 busy".into()) } else { Sent::Accepted };
        busy |= is_order;
        process.settle_mail(&[(job, sent)]).await.unwrap();
    }
    let ends: Vec<(String, String, String)> =
        sqlx::query_as("select kind, state, commits from ended order by kind, state")
            .fetch_all(process.store().pool())
            .await
            .unwrap();
    let ends: Vec<_> =
        ends.iter().map(|(kind, state, commits)| (kind.as_str(), state.as_str(), commits.as_str())).collect();
    let expected =
        [("order_received", "accepted", "off"), ("order_received", "queued", "on"), ("welcome", "accepted", "on")];
    assert_eq!(ends, expected);
    let own: String = sqlx::query_scalar("select current_setting('synchronous_commit')")
        .fetch_one(process.store().pool())
        .await
        .unwrap();
    assert_eq!(own, "on");
    shop.done().await;
}

#[tokio::test]
async fn mail_about_an_order_say_what_was_bought_and_where_it_goes() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "2")]).await;
    shop.deliver().await;
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.deliver().await;
    let jobs = shop.shop.take_mail(10).await.unwrap();
    let message = |kind: &str| &jobs.iter().find(|j| j.message.kind == kind).unwrap().message;
    let received = message("order_received");
    for part in ["2 × Product MUG: $48.00", "Total: $48.00", "SW1Y 4JH", &format!("/orders/{id}")] {
        assert!(received.text.contains(part), "{part}: {}", received.text);
    }
    assert!(message("order_cancelled").text.contains("Nothing was charged."));
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_pay_is_asked_once_by_however_many_and_not_after_the_release_before_has() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "1")]).await;
    let asked_before = shop.place_reserved(ada, &[("MUG", "1")]).await;
    // That release writes it at once, for what the inventory said.
    let statement = "insert into email_messages (id, cause, kind, recipient, subject, body, due_at, created_at,
            updated_at, about, pay_until)
        select gen_random_uuid(), gen_random_uuid(), 'items_set_aside', email, 'Your items', 'are set aside', now(), now(),
            now(), id, expires_at
        from orders where id = $1 returning kind";
    let kind: String =
        sqlx::query_scalar(statement).bind(asked_before.0).fetch_one(shop.shop.store().pool()).await.unwrap();
    let asked = "select count(*) from email_messages where kind = 'items_set_aside'";
    assert_eq!(
        (kind.as_str(), shop.shop.ask_for_payment(10).await.unwrap()),
        ("items_set_aside", 0),
        "they may be paying"
    );
    shop.clock.advance(Duration::minutes(3));
    let both = tokio::join!(shop.shop.ask_for_payment(10), shop.shop.ask_for_payment(10));
    both.0.and(both.1).unwrap();
    assert_eq!(shop.count(asked).await, 2, "one of each order");
    assert_eq!(shop.shop.ask_for_payment(10).await.unwrap(), 0);
    shop.done().await;
}

#[tokio::test]
async fn those_who_ask_for_payment_at_once_write_in_one_order() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let ada = shop.customer("Ada").await;
    for _ in 0..8 {
        shop.place_reserved(ada, &[("MUG", "1")]).await;
    }
    // Neither as they were placed nor as they lie there.
    shop.execute(
        "update orders o set expires_at = o.expires_at + n.place * interval '1 second'
         from (select id, row_number() over (order by id desc) as place from orders) n where n.id = o.id",
    )
    .await;
    shop.clock.advance(Duration::minutes(4));
    assert_eq!(shop.shop.ask_for_payment(10).await.unwrap(), 8);
    let unsorted = "select count(*) from (
            select cause < lag(cause) over (order by id) as is_back from email_messages where kind = 'items_set_aside'
        ) m where is_back";
    assert_eq!(shop.count(unsorted).await, 0);
    shop.done().await;
}
