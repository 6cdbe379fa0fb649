//! Keys of programs: made, listed, used and revoked; ended ones are in nobody's way.

use futures::future::join_all;
use shop::domain::{ApiKeyId, Fields, Problem, Refusal, Staff, StaffRole};
use shop::dto::{ApiKeyRow, ApiKeyState, RegisterForm};
use shop::usecase::{ApiKeyToken, Result};
use time::Duration;

use crate::harness::{Everything as _, TestShop, refused};

async fn staff(shop: &TestShop) -> Staff {
    let form = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    Staff(shop.shop.create_staff(form).await.unwrap().id)
}

fn fields(name: &str) -> Fields {
    [("name", name), ("may-stock", "on")].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

async fn made(shop: &TestShop, by: Staff, name: &str) -> Result<ApiKeyToken> {
    shop.shop.make_api_key(by.may(), &fields(name)).await
}

async fn listed(shop: &TestShop, by: Staff) -> Vec<ApiKeyRow> {
    shop.shop.api_keys(by.may()).await.unwrap().keys
}

#[tokio::test]
async fn a_key_is_made_listed_used_and_revoked() {
    let shop = TestShop::open().await;
    let olga = staff(&shop).await;
    let (first, second) = (made(&shop, olga, "First").await.unwrap(), made(&shop, olga, "Second").await.unwrap());
    let key = shop.shop.use_api_key(&first).await.unwrap().unwrap();
    assert_eq!((Some(key.id), key.maker, key.role), (first.id(), olga.0, StaffRole::Owner));
    let rows = listed(&shop, olga).await;
    let told: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.state(), row.last_used_at.is_some())).collect();
    assert_eq!(told, [("Second", ApiKeyState::Works, false), ("First", ApiKeyState::Works, true)]);
    let id = second.id().unwrap();
    for _ in 0..2 {
        shop.shop.revoke_api_key(olga.may(), id).await.unwrap();
    }
    assert_eq!(shop.shop.use_api_key(&second).await.unwrap(), None);
    let rows = listed(&shop, olga).await;
    assert_eq!((rows[1].id, rows[1].state(), rows[1].revoked_by.as_deref()), (id, ApiKeyState::Revoked, Some("Olga")));
    let nobodys = shop.shop.revoke_api_key(olga.may(), ApiKeyId(olga.0.0)).await;
    assert_eq!(refused(nobodys), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn keys_that_have_ended_hide_none_that_works() {
    let shop = TestShop::open().await;
    let olga = staff(&shop).await;
    let works = made(&shop, olga, "Works").await.unwrap();
    shop.execute(
        "insert into api_keys (id, name, permissions, secret_sha256, made_by, made_at, ends_at)
         select gen_random_uuid(), 'Ended', permissions, secret_sha256, made_by, made_at + interval '1 minute',
            made_at + interval '2 minutes'
         from api_keys, generate_series(1, 250)",
    )
    .await;
    shop.clock.advance(Duration::minutes(3));
    let rows = listed(&shop, olga).await;
    assert_eq!((rows.len(), Some(rows[0].id)), (200, works.id()));
    assert!(rows[1..].iter().all(|row| row.state() == ApiKeyState::Over));
    made(&shop, olga, "Another").await.unwrap();
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_make_the_hundredth_key_at_once_one_does() {
    let shop = TestShop::open().await;
    let olga = staff(&shop).await;
    made(&shop, olga, "First").await.unwrap();
    shop.execute(
        "insert into api_keys (id, name, permissions, secret_sha256, made_by, made_at)
         select gen_random_uuid(), 'More', permissions, secret_sha256, made_by, made_at
         from api_keys, generate_series(1, 98)",
    )
    .await;
    let answers = join_all((0..8).map(|_| made(&shop, olga, "Last"))).await;
    let (kept, late): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((kept.len(), late.len()), (1, 7));
    for answer in late {
        assert_eq!(refused(answer).problem_of("name"), Some(&Problem::TooMany { max: 100 }));
    }
    assert_eq!(shop.count("select count(*) from api_keys").await, 100);
    shop.done().await;
}

#[tokio::test]
async fn a_key_works_also_where_its_use_cannot_be_noted() {
    let shop = TestShop::open().await;
    let olga = staff(&shop).await;
    let key = made(&shop, olga, "Robot").await.unwrap();
    shop.execute("alter table api_keys add constraint never_used check (last_used_at is null)").await;
    let opened = shop.shop.use_api_key(&key).await.unwrap();
    assert_eq!(opened.map(|key| key.id), key.id());
    assert_eq!(shop.count("select count(*) from api_keys where last_used_at is not null").await, 0);
    shop.done().await;
}
