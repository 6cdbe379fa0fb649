//! Limits that all processes see: tries are counted together, refused before they are made, given back, and forgotten.

use futures::future::join_all;
use shop::domain::{Allowance, Limit, Limits, Refusal};
use shop::infrastructure::LiveShop;
use shop::usecase::{DeviceToken, Error, Result, TakenTries};
use time::Duration;

use crate::harness::{TestShop, refused};

const TRIES: &str = "select count(*) from tries";

async fn take(shop: &LiveShop, limits: &[(Limit, &str)]) -> Result<TakenTries> {
    shop.take_tries(limits.iter().map(|(limit, of)| (*limit, (*of).to_owned())).collect()).await
}

/// Whether a try may be made; then it is counted.
async fn may(shop: &LiveShop, limits: &[(Limit, &str)]) -> bool {
    match take(shop, limits).await {
        Ok(_) => true,
        Err(Error::Refused(Refusal::TooManyTries { .. })) => false,
        Err(other) => panic!("{other:?}"),
    }
}

/// How many may be made until one is refused.
async fn left(shop: &LiveShop, limits: &[(Limit, &str)]) -> u32 {
    let mut made = 0;
    while may(shop, limits).await {
        made += 1;
    }
    made
}

/// Twenty tries in each minute of an hour, by two processes in turn, each try another of these.
async fn in_an_hour(shop: &TestShop, limits: impl Fn(usize) -> Vec<(Limit, String)>) -> usize {
    let processes = [shop.another_process().await, shop.another_process().await];
    let mut made = 0;
    for minute in 0..60 {
        for number in 0..20 {
            let taken = processes[number % 2].take_tries(limits(minute * 20 + number)).await;
            made += usize::from(taken.is_ok());
        }
        shop.clock.advance(Duration::MINUTE);
    }
    made
}

fn sign_in(account: usize, address: usize) -> Vec<(Limit, String)> {
    vec![
        (Limit::SignInPerAccount, format!("{account}@example.org")),
        (Limit::SignInPerAccountAndNetwork, format!("192.0.2.{address} {account}@example.org")),
        (Limit::SignInPerNetwork, format!("192.0.2.{address}")),
        (Limit::SignInInAll, String::new()),
    ]
}

#[tokio::test]
async fn fifty_addresses_have_a_hundred_tries_an_hour_at_one_account() {
    let shop = TestShop::open().await;
    let made = in_an_hour(&shop, |number| sign_in(1, number % 50)).await;
    assert!((90..=100).contains(&made), "{made}");
    shop.done().await;
}

#[tokio::test]
async fn one_address_has_a_hundred_tries_an_hour_over_a_thousand_accounts() {
    let shop = TestShop::open().await;
    let made = in_an_hour(&shop, |number| sign_in(number % 1_000, 1)).await;
    assert!((90..=100).contains(&made), "{made}");
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_made_at_once_by_two_processes_are_no_more_than_one_after_the_other() {
    let shop = TestShop::open().await;
    let processes = [shop.another_process().await, shop.another_process().await];
    let (cart, network) = ((Limit::CodesPerCart, "cart"), (Limit::CodesPerNetwork, "192.0.2.1"));
    let both = [cart, network];
    let all = join_all((0..100).map(|number| may(&processes[number % 2], &both))).await;
    assert_eq!(all.iter().filter(|may| **may).count(), 10);
    // What was refused by one is counted in no other, also where it was taken there already.
    assert_eq!(left(&shop.shop, &[network]).await, 20);
    shop.done().await;
}

#[tokio::test]
async fn a_refused_try_says_when_there_is_another_and_there_is() {
    let shop = TestShop::open().await;
    let limits = [(Limit::CodesPerCart, "cart"), (Limit::CodesInAll, "")];
    assert_eq!(left(&shop.shop, &limits).await, 10);
    assert_eq!(left(&shop.shop, &[(Limit::CodesPerCart, "another")]).await, 10);
    let Refusal::TooManyTries { seconds } = refused(take(&shop.shop, &limits).await) else { panic!("another refusal") };
    assert!((50..=60).contains(&seconds), "{seconds}");
    shop.clock.advance(Duration::seconds(i64::from(seconds)));
    assert!(may(&shop.shop, &limits).await && !may(&shop.shop, &limits).await, "one");
    shop.clock.advance(Duration::HOUR);
    assert_eq!(left(&shop.shop, &limits).await, 10, "it never holds more");
    shop.done().await;
}

#[tokio::test]
async fn what_told_nothing_is_given_back_and_whoever_was_refused_here_hears_of_it() {
    let shop = TestShop::open().await;
    let (here, there) = (shop.another_process().await, shop.another_process().await);
    let limits = [(Limit::CodesPerCart, " Cart "), (Limit::CodesInAll, "")];
    let mut taken = Vec::new();
    for _ in 0..10 {
        taken.push(take(&here, &limits).await.unwrap());
    }
    assert!(!may(&there, &[(Limit::CodesPerCart, "cart")]).await, "the same in small letters");
    for tries in taken.drain(..3) {
        here.give_back_tries(tries).await;
    }
    shop.clock.advance(Duration::seconds(2));
    assert_eq!(left(&there, &limits).await, 3);
    shop.done().await;
}

#[tokio::test]
async fn no_try_is_made_that_nobody_can_count() {
    let shop = TestShop::open().await;
    let away = shop.another_process().await;
    away.store().close().await;
    let asked = take(&away, &[(Limit::SignInInAll, "")]).await;
    assert!(matches!(asked, Err(Error::Unavailable(_))), "{asked:?}");
    away.give_back_tries(TakenTries::default()).await;
    shop.done().await;
}

#[tokio::test]
async fn the_factor_is_the_same_buckets_with_more_in_them() {
    let shop = TestShop::open().await;
    let set = [(Limit::CodesPerCart, Allowance { at_once: 2, an_hour: 60 })].into();
    let process = shop.another_process_limited(Limits::new(3, set)).await;
    assert_eq!(left(&process, &[(Limit::CodesPerCart, "cart")]).await, 6);
    shop.done().await;
}

#[tokio::test]
async fn nothing_can_be_read_out_of_the_table_and_full_buckets_go() {
    let shop = TestShop::open().await;
    for number in 0..20 {
        let email = format!("{number}@example.org");
        assert!(may(&shop.shop, &[(Limit::LettersPerAddress, email.as_str())]).await);
    }
    assert_eq!(shop.count("select count(*) from tries where length(key) = 16").await, 20);
    let columns = "select count(*) from information_schema.columns where table_name = 'tries'";
    assert_eq!(shop.count(columns).await, 3, "a hash and two times");
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().tries, 0);
    shop.clock.advance(Duration::minutes(9));
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().tries, 0);
    shop.clock.advance(Duration::minutes(2));
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().tries, 20);
    assert_eq!(shop.count(TRIES).await, 0);
    shop.done().await;
}

#[tokio::test]
async fn a_device_is_known_for_one_account_and_one_password() {
    let shop = TestShop::open().await;
    let (ada, eve) = (shop.register("Ada").await, shop.register("Eve").await);
    let account = shop.shop.user(ada.id).await.unwrap().unwrap();
    let device = shop.shop.new_device(&account).unwrap();
    let known = async |token: &DeviceToken, email: &str| shop.shop.known_device(token, email).await.unwrap();
    let name = known(&device, "ADA@example.org").await.expect("her own");
    assert!(device.as_str().starts_with(&name));
    assert_eq!(DeviceToken::brought(device.as_str()).as_ref(), Some(&device), "as the browser brings it");
    for other in [eve.email.as_str(), "nobody@example.org", "nonsense"] {
        assert_eq!(known(&device, other).await, None, "{other}");
    }
    let (name, mac) = device.as_str().split_once('.').unwrap();
    let other_name = format!("{}.{mac}", name.chars().rev().collect::<String>());
    let other_mac = format!("{name}.{}", mac.chars().rev().collect::<String>());
    for forged in [other_name, other_mac] {
        assert_eq!(known(&DeviceToken::brought(&forged).unwrap(), "ada@example.org").await, None, "{forged}");
    }
    assert_eq!(account.password_set_at, None, "never");
    let changed = shop.shop.change_password(ada.customer(), "correct horse", "another horse").await.unwrap();
    assert_eq!(known(&device, "ada@example.org").await, None, "with a new password it is none any more");
    let next = shop.shop.new_device(&changed).unwrap();
    assert!(known(&next, "ada@example.org").await.is_some(), "where it was changed it is known");
    let kept = shop.shop.user(ada.id).await.unwrap().unwrap();
    assert!(kept.password_set_at.is_some() && kept.password_set_at == changed.password_set_at);
    shop.done().await;
}
