//! Mail: one per cause, accepted at most once.

use shop::domain::Refusal;
use shop::usecase::{MailJob, MailRetry, MailState, Sent};
use time::Duration;

use crate::harness::{TestShop, refused};

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
