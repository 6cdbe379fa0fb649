//! Accounts: creating one, signing in.

use std::sync::Arc;

use futures::future::{join, join_all};
use shop::domain::{Problem, Refusal, Role};
use shop::dto::{LoginForm, RegisterForm};

use crate::harness::{TestShop, refused, slug};
use crate::held_passwords::HeldPasswords;

fn form(name: &str, email: &str, password: &str) -> RegisterForm {
    RegisterForm { name: name.into(), email: email.into(), password: password.into() }
}

#[tokio::test]
async fn who_registered_can_sign_in_and_nobody_else() {
    let shop = TestShop::open().await;
    let ada = shop.shop.register(form(" Ada  Lovelace", "Ada@Example.org", "correct horse")).await.unwrap();
    assert_eq!((ada.name.as_str(), ada.role), ("Ada Lovelace", Role::Customer));
    assert!(ada.staff().is_none());
    let back = shop.sign_in("ada@example.ORG", "correct horse").await.unwrap();
    assert_eq!(back.id, ada.id);
    for (email, password) in [
        ("ada@example.org", "wrong horse"),
        ("ada@example.org", ""),
        ("ada@example.org", &"x".repeat(5000)),
        ("bob@example.org", "correct horse"),
        ("", ""),
        ("\0", "\0"),
    ] {
        assert_eq!(refused(shop.sign_in(email, password).await), Refusal::WrongCredentials, "{email:?}");
    }
    let hash: String = shop.scalar("select password_hash from users where email = $1::citext", "ada@example.org").await;
    assert!(hash.starts_with("$argon2id$"), "{hash}");
    shop.done().await;
}

#[tokio::test]
async fn every_field_tells_its_own_problem() {
    let shop = TestShop::open().await;
    let refusal = refused(shop.shop.register(form("", "not an address", "short")).await);
    assert_eq!(refusal.problem_of("name"), Some(&Problem::Required));
    assert_eq!(refusal.problem_of("email"), Some(&Problem::NotAnEmail));
    assert_eq!(refusal.problem_of("password"), Some(&Problem::TooShort { min: 8 }));
    let garbled = refused(shop.shop.register(form("A\0da", "a\0@b.co", &"p".repeat(129))).await);
    assert_eq!(garbled.problem_of("name"), Some(&Problem::BadCharacters));
    assert_eq!(garbled.problem_of("password"), Some(&Problem::TooLong { max: 128 }));
    assert_eq!(shop.count("select count(*) from users").await, 0);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_one_account_however_it_is_spelt_and_however_many_try_at_once() {
    let shop = TestShop::open().await;
    let spellings = ["ada@example.org", "ADA@example.org", "Ada@Example.Org", " ada@example.org "];
    let tries = join_all(spellings.map(|email| shop.shop.register(form("Ada", email, "correct horse")))).await;
    let (made, refused): (Vec<_>, Vec<_>) = tries.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), refused.len()), (1, 3));
    for answer in refused {
        assert_eq!(crate::harness::refused(answer), Refusal::EmailTaken);
    }
    assert_eq!(shop.count("select count(*) from outbox where topic = 'user.registered'").await, 1);
    shop.done().await;
}

/// T-25: whoever waits for a core holds nothing that others need. The pool has four connections.
#[tokio::test]
async fn forty_who_sign_in_at_once_hold_no_connection_while_they_wait() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5)]).await;
    shop.register("Ada").await;
    let held = HeldPasswords::all();
    let process = shop.another_process_hashing(Arc::new(held.clone())).await;
    let sign_in = |password: &'static str| {
        let form = LoginForm { email: "ada@example.org".into(), password: password.into() };
        process.authenticate(form)
    };
    let crowd = join_all((0..40).map(|n| sign_in(if n == 0 { "correct horse" } else { "wrong horse" })));
    let meanwhile = async {
        held.all_here(40).await;
        process.product(&slug("mug")).await.unwrap();
        held.let_go(40);
    };
    let (answers, ()) = join(crowd, meanwhile).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    shop.done().await;
}

#[tokio::test]
async fn staff_are_staff() {
    let shop = TestShop::open().await;
    let boss = shop.shop.create_staff(form("Boss", "boss@example.org", "correct horse")).await.unwrap();
    assert_eq!(boss.staff().map(|s| s.0), Some(boss.id));
    let account = shop.shop.user(boss.id).await.unwrap().unwrap();
    assert!(!format!("{account:?}").contains("argon2"), "a hash is never shown");
    shop.done().await;
}
