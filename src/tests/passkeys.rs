//! Passkeys: whose they are, how often they work, and what becomes of recovery codes. The protocol is a toy: the real one, with a
//! browser, is tried in `end2end/tests/passkeys.scripts.spec.ts`.

use std::sync::Arc;

use shop::domain::{Customer, Problem, Refusal, UserId};
use shop::infrastructure::LiveShop;
use shop::usecase::{AskedPasskey, MadePasskey, PasskeyCheck, PasskeyProtocol, Result};

use crate::factors::set_up;
use crate::harness::{TestShop, refused};

/// A device says whose it is, what it calls the passkey, and how often it was used.
struct Toy;

fn words(answer: &str) -> Result<(UserId, Vec<u8>, u32)> {
    let parts: Vec<_> = answer.split(' ').collect();
    let [user, credential, count] = parts[..] else { return Err(Refusal::WrongPasskey.into()) };
    let count = count.parse().map_err(|_| Refusal::WrongPasskey)?;
    Ok((user.parse()?, credential.as_bytes().to_vec(), count))
}

impl PasskeyProtocol for Toy {
    fn ask_new(&self, user: UserId, _email: &str, _name: &str, known: &[Vec<u8>]) -> Result<AskedPasskey> {
        Ok(AskedPasskey { options: known.len().to_string(), kept: user.to_string() })
    }

    fn check_new(&self, kept: &str, answer: &str) -> Result<MadePasskey> {
        let (user, credential, count) = words(answer)?;
        match user.to_string() == kept {
            true => Ok(MadePasskey { credential, data: count.to_string() }),
            false => Err(Refusal::WrongPasskey.into()),
        }
    }

    fn ask_any(&self) -> Result<AskedPasskey> {
        Ok(AskedPasskey { options: "{}".into(), kept: "anybody".into() })
    }

    fn named(&self, answer: &str) -> Result<(UserId, Vec<u8>)> {
        words(answer).map(|(user, credential, _)| (user, credential))
    }

    fn check(&self, kept: &str, answer: &str, data: &str) -> Result<PasskeyCheck> {
        let (_, _, count) = words(answer)?;
        match (kept, count > data.parse().unwrap()) {
            ("anybody", true) => Ok(PasskeyCheck::Right { data: count.to_string() }),
            ("anybody", false) => Ok(PasskeyCheck::Copied),
            _ => Err(Refusal::WrongPasskey.into()),
        }
    }
}

async fn with_passkeys(shop: &TestShop) -> LiveShop {
    shop.another_process_knowing(Arc::new(Toy)).await
}

fn answer(whom: Customer, credential: &str, count: u32) -> String {
    format!("{} {credential} {count}", whom.0)
}

async fn add(live: &LiveShop, whom: Customer, credential: &str) -> usize {
    let asked = live.ask_new_passkey(whom).await.unwrap();
    let made = live.add_passkey(whom, &asked.kept, &answer(whom, credential, 1), "My phone").await.unwrap();
    made.1.map_or(0, |codes| codes.in_groups().len())
}

async fn mails(shop: &TestShop, kind: &str) -> i64 {
    shop.scalar("select count(*) from email_messages where kind = $1", kind).await
}

/// A mail of each kind that there is about passkeys.
pub async fn added_used_and_removed(shop: &TestShop, whom: Customer) {
    let live = with_passkeys(shop).await;
    // Another process, which knows what the shop is called now.
    live.refresh_content().await.unwrap();
    add(&live, whom, "phone").await;
    refused(live.sign_in_with_passkey("anybody", &answer(whom, "phone", 1)).await);
    let id = live.security(whom, None).await.unwrap().passkeys[0].id;
    live.remove_passkey(whom, id).await.unwrap();
}

#[tokio::test]
async fn a_passkey_signs_its_owner_in_and_no_copy_of_it_does() {
    let shop = TestShop::open().await;
    let live = with_passkeys(&shop).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    assert_eq!(refused(shop.shop.ask_new_passkey(ada).await), Refusal::NotFound, "under a number there are none");
    let asked = live.ask_new_passkey(ada).await.unwrap();
    let unnamed = live.add_passkey(ada, &asked.kept, &answer(ada, "phone", 1), " ").await;
    assert_eq!(refused(unnamed).problem_of("passkey_name"), Some(&Problem::Required));
    let anothers = live.add_passkey(bob, &asked.kept, &answer(bob, "phone", 1), "Phone").await;
    assert_eq!(refused(anothers), Refusal::WrongPasskey);
    assert_eq!((add(&live, ada, "phone").await, add(&live, ada, "key").await), (10, 0), "codes come with the first");
    assert_eq!(live.ask_new_passkey(ada).await.unwrap().options, "2", "devices hear which they have");
    let taken = live.add_passkey(bob, &bob.0.to_string(), &answer(bob, "phone", 1), "Phone").await;
    assert_eq!(refused(taken), Refusal::WrongPasskey, "it is Ada's");
    assert!(live.needs_factor(ada.0).await.unwrap(), "a password alone is not enough any more");

    let asked = live.ask_passkey().unwrap();
    let sign_in = async |answer: String| live.sign_in_with_passkey(&asked.kept, &answer).await;
    assert_eq!(sign_in(answer(ada, "phone", 2)).await.unwrap().user.id, ada.0);
    for wrong in [answer(bob, "phone", 3), answer(ada, "tablet", 3), String::new()] {
        assert_eq!(refused(sign_in(wrong).await), Refusal::WrongPasskey);
    }
    assert_eq!(mails(&shop, "passkey_copied").await, 0);
    assert_eq!(refused(sign_in(answer(ada, "phone", 2)).await), Refusal::WrongPasskey, "it was used that often before");
    assert_eq!(mails(&shop, "passkey_copied").await, 1);
    assert_eq!(sign_in(answer(ada, "key", 2)).await.unwrap().user.id, ada.0);
    let passkeys = live.security(ada, None).await.unwrap().passkeys;
    assert!(passkeys.iter().all(|passkey| passkey.last_used_at.is_some()), "{passkeys:?}");
    shop.done().await;
}

#[tokio::test]
async fn a_password_alone_adds_no_first_passkey_once_the_time_to_do_without_is_over() {
    let shop = TestShop::open().await;
    let live = with_passkeys(&shop).await;
    let ada = shop.customer("Ada").await;
    let asked = live.ask_new_passkey(ada).await.unwrap();
    let works =
        "update users set role = 'staff', staff_role = 'packing', staff_since = created_at - interval '30 days'";
    shop.execute(works).await;
    assert_eq!(refused(live.ask_new_passkey(ada).await), Refusal::FactorByMail);
    let late = live.add_passkey(ada, &asked.kept, &answer(ada, "phone", 1), "Phone").await;
    assert_eq!(refused(late), Refusal::FactorByMail);
    shop.execute("update users set role = 'customer', staff_role = null").await;
    add(&live, ada, "phone").await;
    shop.done().await;
}

#[tokio::test]
async fn wrong_codes_before_a_passkey_are_not_counted_with_those_behind_it() {
    let shop = TestShop::open().await;
    let live = with_passkeys(&shop).await;
    let ada = shop.customer("Ada").await;
    add(&live, ada, "phone").await;
    for used in 2..4 {
        for _ in 0..4 {
            assert!(live.take_factor_code(ada, "000000").await.is_err());
        }
        live.sign_in_with_passkey("anybody", &answer(ada, "phone", used)).await.unwrap();
    }
    assert_eq!(mails(&shop, "wrong_codes").await, 0);
    for _ in 0..5 {
        assert!(live.take_factor_code(ada, "000000").await.is_err());
    }
    assert_eq!(mails(&shop, "wrong_codes").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn with_the_last_factor_its_recovery_codes_go() {
    let shop = TestShop::open().await;
    let live = with_passkeys(&shop).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    add(&live, ada, "phone").await;
    set_up(&shop, ada).await;
    let codes = "select count(*) from recovery_codes";
    assert_eq!(shop.count(codes).await, 10);
    let id = live.security(ada, None).await.unwrap().passkeys[0].id;
    assert_eq!(refused(live.remove_passkey(bob, id).await), Refusal::NotFound);
    let (_, has_more) = live.remove_passkey(ada, id).await.unwrap();
    assert!(has_more && shop.count(codes).await == 10);
    let (_, has_more) = live.remove_totp(ada).await.unwrap();
    assert!(!has_more && shop.count(codes).await == 0);
    add(&live, ada, "phone").await;
    let told = live.renew_recovery_codes(ada).await.unwrap().in_groups();
    live.take_factor_code(ada, &told[0]).await.unwrap();
    live.reset_factors_by_address("ada@example.org").await.unwrap();
    assert_eq!(shop.count("select count(*) from passkeys").await, 0);
    assert!(!live.needs_factor(ada.0).await.unwrap());
    shop.done().await;
}
