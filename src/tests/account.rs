//! What proves an account: links that work once, for their own account and for a while; sessions that end; and orders that
//! come along once an address is shown to be one's own.

use futures::future::join_all;
use shop::domain::{AccountLinkKind, Customer, Email, Limit, PersonId, Problem, Refusal};
use shop::dto::LoginForm;
use shop::infrastructure::password::{Argon2Passwords, Cost};
use shop::infrastructure::postgres::PgSessions;
use shop::usecase::{LinkToken, Passwords as _, Result};
use time::Duration;
use tower_sessions::SessionStore as _;
use tower_sessions::session::{Id, Record};

use crate::customers::{guest_order, staff};
use crate::guests::stocked;
use crate::harness::{Everything, TestShop, refused};

const OLD: &str = "correct horse";
const NEW: &str = "another horse";
const ADA: &str = "ada@example.org";

/// The link in the newest mail of this kind.
pub async fn link(shop: &TestShop, kind: &str) -> LinkToken {
    let body: String =
        shop.scalar("select body from email_messages where kind = $1 order by id desc limit 1", kind).await;
    let token = body.split_once("?token=").unwrap().1;
    LinkToken::brought(token.split_whitespace().next().unwrap())
}

async fn reset_link(shop: &TestShop) -> LinkToken {
    shop.shop.mail_password_reset(&Email::parse("ADA@example.org").unwrap()).await.unwrap();
    link(shop, "password_reset").await
}

async fn mails(shop: &TestShop, kind: &str) -> i64 {
    shop.scalar("select count(*) from email_messages where kind = $1", kind).await
}

/// Asks for another address, as the web does.
pub async fn ask_email_change(shop: &TestShop, customer: Customer, email: &str, password: &str) -> Result<()> {
    let change = shop.shop.check_email_change(customer, email, password).await?;
    shop.shop.request_email_change(change).await
}

/// A session of theirs, as the web keeps it.
pub async fn session(shop: &TestShop, customer: Customer) -> Record {
    let hash: String =
        shop.scalar("select password_hash from users where id::text = $1", &customer.0.to_string()).await;
    let expiry_date = time::OffsetDateTime::from_unix_timestamp(4_000_000_000).unwrap();
    let mut record = Record { id: Id::default(), data: Default::default(), expiry_date };
    let signed_in = serde_json::json!({ "user_id": customer.0, "auth_hash": hash.as_bytes() });
    record.data.insert("axum-login.data".into(), signed_in);
    PgSessions::new(shop.shop.store().pool().clone()).create(&mut record).await.unwrap();
    record
}

#[tokio::test]
async fn a_forgotten_password_is_changed_once_by_the_link_and_ends_all_sessions() {
    let shop = TestShop::open().await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    session(&shop, ada).await;
    session(&shop, bob).await;
    shop.shop.mail_password_reset(&Email::parse("nobody@example.org").unwrap()).await.unwrap();
    assert_eq!(mails(&shop, "password_reset").await, 0);
    let token = reset_link(&shop).await;
    let kept: String = shop.scalar("select string_agg(l::text, '') from account_links l where $1 = ''", "").await;
    assert!(!kept.contains(token.as_str().split_once('.').unwrap().1), "nothing secret is kept: {kept}");
    assert_eq!(shop.shop.reset_link(&token).await.unwrap().email, ADA);
    for (typed, problem) in [("short", Problem::TooShort { min: 8 }), ("password1", Problem::TooCommon)] {
        let told = refused(shop.shop.reset_password(&token, typed).await);
        assert_eq!(told.problem_of("password"), Some(&problem));
    }
    let both = join_all((0..2).map(|_| shop.shop.reset_password(&token, NEW))).await;
    let (done, late): (Vec<_>, Vec<_>) = both.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), late.len()), (1, 1), "it works once");
    assert!(late.into_iter().all(|answer| refused(answer) == Refusal::LinkOver));
    assert_eq!(refused(shop.shop.reset_link(&token).await), Refusal::LinkOver);
    assert_eq!(refused(shop.sign_in(ADA, OLD).await), Refusal::WrongCredentials);
    shop.sign_in(ADA, NEW).await.unwrap();
    assert_eq!(shop.count("select count(*) from sessions s join users u on u.id = s.user_id").await, 1, "Bob's");
    assert_eq!(mails(&shop, "password_changed").await, 1);
    assert!(shop.shop.my_account(ada).await.unwrap().is_verified, "whoever has the link reads the mail of its address");
    shop.done().await;
}

#[tokio::test]
async fn a_link_ends_with_time_and_with_the_next_and_opens_nothing_else() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    let first = reset_link(&shop).await;
    assert_eq!(reset_link(&shop).await, first, "one in five minutes");
    assert_eq!(mails(&shop, "password_reset").await, 1);
    shop.clock.advance(AccountLinkKind::ResetPassword.pause());
    let second = reset_link(&shop).await;
    assert_ne!(first, second);
    assert_eq!(refused(shop.shop.reset_password(&first, NEW).await), Refusal::LinkOver, "the next one ends it");
    assert_eq!(refused(shop.shop.confirm_email(ada, &second).await), Refusal::LinkOver, "it is for a password");
    assert_eq!(refused(shop.shop.verify_link(&second).await), Refusal::LinkOver);
    let mut wrong = second.as_str().to_owned();
    let last = if wrong.pop() == Some('0') { '1' } else { '0' };
    wrong.push(last);
    for garbled in [wrong.as_str(), "", ".", "x.y", &second.as_str().replace('.', "")] {
        let told = shop.shop.reset_password(&LinkToken::brought(garbled), NEW).await;
        assert_eq!(refused(told), Refusal::LinkOver, "{garbled:?}");
    }
    shop.clock.advance(Duration::minutes(29));
    shop.shop.reset_link(&second).await.unwrap();
    shop.clock.advance(Duration::minutes(1));
    assert_eq!(refused(shop.shop.reset_password(&second, NEW).await), Refusal::LinkOver, "half an hour");
    shop.sign_in(ADA, OLD).await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn an_address_is_confirmed_by_who_is_signed_in_and_brings_what_guests_ordered_with_it() {
    let shop = stocked().await;
    let (_, before) = guest_order(&shop, "Ada@Example.org").await;
    let (_, others) = guest_order(&shop, "guest@example.org").await;
    let (ada, eve) = (shop.customer("Ada").await, shop.customer("Eve").await);
    shop.deliver().await;
    let body: String =
        shop.scalar("select body from email_messages where kind = 'welcome' and recipient = $1", ADA).await;
    assert!(body.starts_with("Hello Ada,") && body.contains("/verify-email?token="), "{body}");
    let token = body.split_once("?token=").unwrap().1.split_whitespace().next().unwrap();
    let token = LinkToken::brought(token);
    let history =
        async || -> Vec<_> { shop.shop.orders(ada, 1).await.unwrap().orders.into_iter().map(|row| row.id).collect() };
    assert!(history().await.is_empty() && !shop.shop.my_account(ada).await.unwrap().is_verified);
    assert_eq!(refused(shop.shop.confirm_email(eve, &token).await), Refusal::LinkOver, "another's account");
    let both = join_all((0..2).map(|_| shop.shop.confirm_email(ada, &token))).await;
    assert_eq!(both.iter().filter(|answer| answer.is_ok()).count(), 1, "it works once");
    assert_eq!(history().await, [before], "and not {others}");
    assert!(shop.shop.my_account(ada).await.unwrap().is_verified);
    shop.clock.advance(AccountLinkKind::VerifyEmail.pause());
    shop.shop.mail_verification(ada).await.unwrap();
    assert_eq!(mails(&shop, "verify_email").await, 0, "there is nothing left to confirm");
    shop.shop.mail_verification(eve).await.unwrap();
    shop.shop.mail_verification(eve).await.unwrap();
    assert_eq!(mails(&shop, "verify_email").await, 1, "one in five minutes");
    shop.done().await;
}

#[tokio::test]
async fn another_address_holds_once_it_is_confirmed_and_the_one_before_is_told() {
    let shop = stocked().await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let ask = async |email: &str, password: &str| ask_email_change(&shop, ada, email, password).await;
    assert_eq!(refused(ask("new@example.org", "wrong horse").await), Refusal::WrongCredentials);
    assert_eq!(refused(ask("BOB@example.org", OLD).await), Refusal::EmailTaken, "as registration says");
    for (typed, problem) in [("nobody", Problem::NotAnEmail), ("ADA@example.org", Problem::YourAddress)] {
        assert_eq!(refused(ask(typed, OLD).await).problem_of("email"), Some(&problem), "{typed}");
    }
    assert_eq!(shop.count("select count(*) from account_links where kind = 'change_email'").await, 0);
    let (_, guests) = guest_order(&shop, "new@example.org").await;
    ask("typo@example.org", OLD).await.unwrap();
    let first = link(&shop, "email_change").await;
    ask("new@example.org", OLD).await.unwrap();
    let token = link(&shop, "email_change").await;
    let recipient = "select recipient from email_messages where kind = $1 order by id desc limit 1";
    let to: [String; 2] =
        [shop.scalar(recipient, "email_change").await, shop.scalar(recipient, "email_change_asked").await];
    assert_eq!(to, ["new@example.org".to_owned(), ADA.to_owned()]);
    let said: String = shop.scalar("select body from email_messages where kind = $1 limit 1", "email_change").await;
    assert!(said.starts_with("Hello,\n") && !said.contains("Ada"), "nobody's words go to a foreign address: {said}");
    let mine = shop.shop.my_account(ada).await.unwrap();
    assert_eq!((mine.email.as_str(), mine.new_email.as_deref()), (ADA, Some("new@example.org")));
    let reset = reset_link(&shop).await;
    assert_eq!(refused(shop.shop.confirm_email(ada, &first).await), Refusal::LinkOver, "the next one ended it");
    assert_eq!(refused(shop.shop.confirm_email(bob, &token).await), Refusal::LinkOver);
    assert!(shop.shop.verify_link(&token).await.unwrap().is_new);
    shop.shop.confirm_email(ada, &token).await.unwrap();
    assert_eq!(shop.sign_in("new@example.org", OLD).await.unwrap().id, ada.0);
    assert_eq!(refused(shop.sign_in(ADA, OLD).await), Refusal::WrongCredentials);
    let mine = shop.shop.my_account(ada).await.unwrap();
    assert_eq!((mine.email.as_str(), mine.new_email, mine.is_verified), ("new@example.org", None, true));
    assert_eq!(shop.shop.orders(ada, 1).await.unwrap().orders[0].id, guests, "what was ordered with it came along");
    let to: String = shop.scalar(recipient, "email_changed").await;
    assert_eq!(to, ADA);
    let late = shop.shop.reset_password(&reset, NEW).await;
    assert_eq!(refused(late), Refusal::LinkOver, "it was mailed to the address before");
    shop.done().await;
}

#[tokio::test]
async fn an_address_that_somebody_else_has_meanwhile_is_not_taken_from_them() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    ask_email_change(&shop, ada, "eve@example.org", OLD).await.unwrap();
    let token = link(&shop, "email_change").await;
    shop.customer("Eve").await;
    assert_eq!(refused(shop.shop.confirm_email(ada, &token).await), Refusal::EmailTaken);
    assert_eq!(shop.shop.my_account(ada).await.unwrap().email, ADA);
    shop.done().await;
}

#[tokio::test]
async fn a_new_password_needs_the_present_one_and_ends_sessions_and_links() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    session(&shop, ada).await;
    let reset = reset_link(&shop).await;
    ask_email_change(&shop, ada, "thief@example.org", OLD).await.unwrap();
    let change = link(&shop, "email_change").await;
    let wrong = shop.shop.change_password(ada, "wrong horse", NEW).await;
    assert_eq!(refused(wrong), Refusal::WrongCredentials);
    for guessed in ["ada@example.org", "Kiln & Loom"] {
        let common = refused(shop.shop.change_password(ada, OLD, guessed).await);
        assert_eq!(common.problem_of("password"), Some(&Problem::TooCommon), "everybody knows {guessed}");
    }
    assert_eq!(shop.count("select count(*) from sessions").await, 1);
    let account = shop.shop.change_password(ada, OLD, NEW).await.unwrap();
    assert_eq!(shop.sign_in(ADA, NEW).await.unwrap().id, account.user.id);
    let hash: String = shop.scalar("select password_hash from users where email = $1::citext", ADA).await;
    assert_eq!(hash, account.password_hash, "a session that is made with it holds");
    assert_eq!(shop.count("select count(*) from sessions").await, 0);
    assert_eq!(refused(shop.shop.reset_password(&reset, "third horse").await), Refusal::LinkOver);
    assert_eq!(refused(shop.shop.confirm_email(ada, &change).await), Refusal::LinkOver);
    assert_eq!(mails(&shop, "password_changed").await, 1);
    shop.shop.change_name(ada, "  Ada   King ").await.unwrap();
    assert_eq!(shop.shop.my_account(ada).await.unwrap().name, "Ada King");
    assert!(refused(shop.shop.change_name(ada, " ").await).problem_of("name").is_some());
    shop.done().await;
}

#[tokio::test]
async fn a_hash_is_made_anew_at_the_sign_in_when_its_cost_has_changed_and_sessions_hold() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    let dearer = Argon2Passwords::new(Cost { passes: 3, ..Cost::CHEAP }).unwrap();
    let old = dearer.rehash(OLD.into()).await.unwrap();
    let update = sqlx::query("update users set password_hash = $1").bind(&old);
    update.execute(shop.shop.store().pool()).await.unwrap();
    let kept = session(&shop, ada).await;
    let device = shop.shop.new_device(&shop.shop.user(ada.0).await.unwrap().unwrap()).unwrap();
    let form = |password: &str| LoginForm { email: ADA.into(), password: password.into() };
    refused(shop.shop.sign_in(form("wrong horse")).await);
    let unchanged: String = shop.scalar("select password_hash from users where email = $1::citext", ADA).await;
    assert_eq!(unchanged, old);
    let account = shop.shop.sign_in(form(OLD)).await.unwrap();
    assert_ne!(account.password_hash, old);
    assert_eq!(shop.sign_in(ADA, OLD).await.unwrap().id, ada.0);
    let record = PgSessions::new(shop.shop.store().pool().clone()).load(&kept.id).await.unwrap().unwrap();
    let proves = &record.data["axum-login.data"]["auth_hash"];
    assert_eq!(proves, &serde_json::json!(account.password_hash.as_bytes()), "it was theirs and is");
    assert_eq!(shop.shop.sign_in(form(OLD)).await.unwrap().password_hash, account.password_hash, "once");
    assert!(shop.shop.known_device(&device, ADA).await.unwrap().is_some(), "it is the same password");
    shop.done().await;
}

/// PostgreSQL's small letter of `İ` is a plain `i`; Rust's has a dot.
#[tokio::test]
async fn an_address_with_a_dotted_capital_i_is_not_that_with_a_plain_one() {
    let shop = stocked().await;
    let (plain, dotted) = ("inga@example.org", "\u{130}nga@example.org");
    let inga = shop.customer("Inga").await;
    assert_eq!(refused(shop.sign_in(dotted, OLD).await), Refusal::WrongCredentials);
    shop.sign_in("INGA@example.org", OLD).await.unwrap();
    guest_order(&shop, dotted).await;
    let token = link(&shop, "welcome").await;
    shop.shop.confirm_email(inga, &token).await.unwrap();
    assert!(shop.shop.orders(inga, 1).await.unwrap().orders.is_empty(), "what another ordered does not come along");
    let take = async |of: &str| {
        let email = Email::parse(of).unwrap().to_string();
        shop.shop.take_tries(vec![(Limit::SignInPerAccountAndNetwork, email)]).await
    };
    for _ in 0..10 {
        let _counted = take(dotted).await.unwrap();
    }
    assert!(matches!(refused(take(dotted).await), Refusal::TooManyTries { .. }));
    let _counted = take(plain).await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn of_who_is_made_nobody_no_mail_is_left_wherever_it_went_and_no_link_works() {
    let shop = TestShop::open().await;
    let by = staff(&shop).await;
    let ada = shop.customer("Ada").await;
    shop.deliver().await;
    ask_email_change(&shop, ada, "elsewhere@example.org", OLD).await.unwrap();
    let token = reset_link(&shop).await;
    shop.shop.anonymise_customer(by.may(), PersonId(ada.0.0), ADA).await.unwrap();
    let left = "select count(*) from email_messages where recipient in ('ada@example.org', 'elsewhere@example.org')
        or body like '%Ada%'";
    assert_eq!(shop.count(left).await, 0);
    assert_eq!(refused(shop.shop.reset_password(&token, NEW).await), Refusal::LinkOver);
    shop.shop.mail_password_reset(&Email::parse(ADA).unwrap()).await.unwrap();
    assert_eq!(shop.count("select count(*) from account_links where kind <> 'verify_email'").await, 0);
    shop.done().await;
}
