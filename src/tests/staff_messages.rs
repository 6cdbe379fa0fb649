//! Letters in the words of staff: by the queue of mail, once, and not without end.

use shop::domain::{Allowance, Fields, Limit, Limits, MailId, OrderId, Problem, Refusal};
use time::Duration;

use crate::fulfilment::Paid;
use crate::harness::{Everything, refused};
use crate::rule_forms::problem;

pub fn letter(key: &str, subject: &str, text: &str) -> Fields {
    [("key", key), ("subject", subject), ("text", text)].map(|(name, typed)| (name.to_owned(), typed.to_owned())).into()
}

#[tokio::test]
async fn staff_write_to_the_customer_of_an_order_once() {
    let Paid { shop, staff, id, .. } = Paid::order().await;
    let form = letter("1", " About your  mugs ", "Dear Ada,\r\n\r\nthe <glaze> is darker.\r\nShall we send them?");
    for _ in 0..2 {
        shop.shop.write_to_customer(staff.may(), id, &form).await.unwrap();
    }
    let order = shop.shop.staff_order(staff.may(), id).await.unwrap();
    let told: Vec<_> = order.mail.iter().filter(|mail| mail.subject == "About your mugs").collect();
    assert_eq!((told.len(), told[0].state.as_str()), (1, "queued"), "it stands in the order's timeline");
    let to: String = shop.scalar("select recipient from email_messages where kind = $1", "staff_message").await;
    assert_eq!(to, "ada@example.org");
    let body: String = shop.scalar("select body from email_messages where kind = $1", "staff_message").await;
    for part in ["Dear Ada,", "the <glaze> is darker.\n\nShall we send them?", &format!("/orders/{id}")] {
        assert!(body.contains(part), "{part}: {body}");
    }
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    let told: Vec<_> = log.iter().filter(|entry| entry.action == "order.customer_written").collect();
    assert_eq!(told.len(), 1);
    let mail: String = shop.scalar("select id::text from email_messages where kind = $1", "staff_message").await;
    assert_eq!(told[0].after.as_deref(), Some(format!(r#"{{"mail":"{mail}"}}"#).as_str()), "none of its words");
    let other = letter("1", "Something else", "Hello.");
    assert_eq!(refused(shop.shop.write_to_customer(staff.may(), id, &other).await), Refusal::KeyReused);
    shop.done().await;
}

#[tokio::test]
async fn what_is_no_letter_is_told_beside_its_field_and_there_is_an_end_to_them() {
    let Paid { shop, staff, id, .. } = Paid::order().await;
    let long = "x".repeat(5_001);
    for (field, subject, text, told) in [
        ("subject", "", "Hello.", Problem::Required),
        ("subject", "a\u{202e}b", "Hello.", Problem::BadCharacters),
        ("text", "Hello", " \r\n ", Problem::Required),
        ("text", "Hello", "a\0b", Problem::BadCharacters),
        ("text", "Hello", long.as_str(), Problem::TooLong { max: 5_000 }),
    ] {
        let refusal = refused(shop.shop.write_to_customer(staff.may(), id, &letter("0", subject, text)).await);
        assert_eq!(problem(refusal, field), told, "{field}");
    }
    for key in 0..10 {
        let form = letter(&key.to_string(), "Hello", "Hello.");
        shop.shop.write_to_customer(staff.may(), id, &form).await.unwrap();
    }
    let more = letter("10", "Hello", "Hello.");
    assert!(matches!(
        refused(shop.shop.write_to_customer(staff.may(), id, &more).await),
        Refusal::TooManyTries { seconds: 1.. }
    ));
    shop.clock.advance(Duration::DAY + Duration::MINUTE);
    shop.shop.write_to_customer(staff.may(), id, &more).await.unwrap();
    // Whose customer was made nobody is written to no more.
    shop.execute("update orders set anonymised_at = now()").await;
    let late = letter("11", "Hello", "Hello.");
    assert_eq!(refused(shop.shop.write_to_customer(staff.may(), id, &late).await), Refusal::NotFound);
    let nothing = OrderId(uuid::Uuid::nil());
    assert_eq!(refused(shop.shop.write_to_customer(staff.may(), nothing, &late).await), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn whoever_writes_about_one_order_after_the_other_comes_to_an_end_too() {
    let Paid { shop, ada, staff, id, .. } = Paid::order().await;
    let other = shop.place_reserved(ada, &[("CUP", "1")]).await;
    let set = [(Limit::LettersPerSender, Allowance { at_once: 2, an_hour: 1 })].into();
    let process = shop.another_process_limited(Limits::new(1, set)).await;
    // The same form once more is no letter, and neither is one that is refused.
    for _ in 0..3 {
        process.write_to_customer(staff.may(), id, &letter("1", "Hello", "Hello.")).await.unwrap();
    }
    let nothing = OrderId(uuid::Uuid::nil());
    let refusal = process.write_to_customer(staff.may(), nothing, &letter("2", "Hello", "Hello.")).await;
    assert_eq!(refused(refusal), Refusal::NotFound);
    process.write_to_customer(staff.may(), other, &letter("3", "Hello", "Hello.")).await.unwrap();
    let more = process.write_to_customer(staff.may(), other, &letter("4", "Hello", "Hello.")).await;
    assert!(matches!(refused(more), Refusal::TooManyTries { seconds: 1.. }));
    shop.clock.advance(Duration::HOUR + Duration::MINUTE);
    process.write_to_customer(staff.may(), other, &letter("4", "Hello", "Hello.")).await.unwrap();
    // One that is sent once more is another.
    shop.execute("update email_messages set state = 'accepted'").await;
    let found: uuid::Uuid =
        shop.scalar("select id from email_messages where kind = $1 order by id limit 1", "staff_message").await;
    let again = process.resend_mail(staff.may(), MailId(found)).await;
    assert!(matches!(refused(again), Refusal::TooManyTries { seconds: 1.. }));
    shop.clock.advance(Duration::HOUR + Duration::MINUTE);
    assert!(process.resend_mail(staff.may(), MailId(found)).await.unwrap());
    shop.done().await;
}
