//! Second factors: codes that work once, of an app and of paper; a password that is only half a sign-in; and what is lost.

use futures::future::join_all;
use shop::domain::{Customer, Email, Problem, Refusal, Staff, StaffRole};
use shop::dto::{LoginForm, RegisterForm, TotpView};
use shop::usecase::{Clock as _, Result, SecretKey, Store as _, Teams as _, Tx as _};
use time::Duration;

use crate::account::{ask_email_change, link};
use crate::harness::{TestShop, refused, worker};
use crate::totp::{code_at, until_fresh};

const ADA: &str = "ada@example.org";

/// An app of theirs, switched on: its key, and the recovery codes.
pub async fn set_up(shop: &TestShop, whom: Customer) -> (String, Vec<String>) {
    shop.shop.begin_totp(whom).await.unwrap();
    let view = shop.shop.security(whom, Some(shop.shop.fresh())).await.unwrap();
    let TotpView::SettingUp { secret, uri } = view.totp else { panic!("{view:?}") };
    assert!(uri.starts_with("otpauth://totp/") && uri.contains(&secret), "{uri}");
    let (_, codes) = shop.shop.confirm_totp(whom, &now(shop, &secret)).await.unwrap();
    (secret, codes.in_groups())
}

fn now(shop: &TestShop, secret: &str) -> String {
    shop.clock.advance(until_fresh(shop.clock.now()));
    code_at(secret, shop.clock.now())
}

fn is_wrong<T: std::fmt::Debug>(answer: Result<T>) -> bool {
    refused(answer).problem_of("code") == Some(&Problem::WrongCode)
}

async fn mails(shop: &TestShop, kind: &str) -> i64 {
    shop.scalar("select count(*) from email_messages where kind = $1", kind).await
}

#[tokio::test]
async fn an_app_counts_once_its_code_is_given_and_no_code_works_twice() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    assert!(!shop.shop.needs_factor(ada.0).await.unwrap());
    shop.shop.begin_totp(ada).await.unwrap();
    let seen = shop.shop.security(ada, None).await.unwrap();
    assert_eq!(
        (seen.totp, seen.is_confirmed),
        (TotpView::None, false),
        "it is shown to who gave their password just now"
    );
    let view = shop.shop.security(ada, Some(shop.shop.fresh())).await.unwrap();
    let TotpView::SettingUp { secret, .. } = view.totp else { panic!("{view:?}") };
    for typed in ["000000", "ABCD-EFGH-IJKL-MNOP"] {
        assert!(is_wrong(shop.shop.confirm_totp(ada, typed).await), "{typed}");
    }
    assert!(!shop.shop.needs_factor(ada.0).await.unwrap(), "it counts nothing yet");
    assert!(is_wrong(shop.shop.take_factor_code(ada, &now(&shop, &secret)).await));
    let code = now(&shop, &secret);
    let (account, codes) = shop.shop.confirm_totp(ada, &code).await.unwrap();
    assert_eq!((account.user.id, codes.in_groups().len()), (ada.0, 10));
    assert!(shop.shop.needs_factor(ada.0).await.unwrap());
    assert_eq!(mails(&shop, "factor_added").await, 1);
    assert_eq!(refused(shop.shop.confirm_totp(ada, &code).await), Refusal::SignInOver, "it is on already");
    assert!(is_wrong(shop.shop.take_factor_code(ada, &code).await), "the first code was used");

    shop.clock.advance(Duration::minutes(2));
    let code = now(&shop, &secret);
    let both = join_all((0..4).map(|_| shop.shop.take_factor_code(ada, &code))).await;
    assert_eq!(both.iter().filter(|answer| answer.is_ok()).count(), 1, "{both:?}");
    shop.clock.advance(Duration::minutes(5));
    assert!(is_wrong(shop.shop.take_factor_code(ada, &code).await), "it is old");
    let this = now(&shop, &secret);
    let next = code_at(&secret, shop.clock.now() + Duration::seconds(30));
    assert!(is_wrong(shop.shop.take_factor_code(ada, &next).await), "it is not shown yet");
    shop.clock.advance(Duration::seconds(30));
    assert!(is_wrong(shop.shop.take_factor_code(ada, &this).await), "it was shown half a minute ago, and never used");
    shop.shop.take_factor_code(ada, &next).await.unwrap();

    let bob = shop.customer("Bob").await;
    let (other, _) = set_up(&shop, bob).await;
    assert_ne!(other, secret);
    shop.done().await;
}

#[tokio::test]
async fn an_app_is_set_up_within_a_quarter_of_an_hour_and_removed_with_its_codes() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    shop.shop.begin_totp(ada).await.unwrap();
    let view = shop.shop.security(ada, Some(shop.shop.fresh())).await.unwrap();
    let TotpView::SettingUp { secret, .. } = view.totp else { panic!("{view:?}") };
    shop.clock.advance(Duration::minutes(16));
    assert_eq!(refused(shop.shop.confirm_totp(ada, &now(&shop, &secret)).await), Refusal::SignInOver);
    assert_eq!(shop.shop.security(ada, Some(shop.shop.fresh())).await.unwrap().totp, TotpView::None);
    assert_eq!(refused(shop.shop.remove_totp(ada).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.renew_recovery_codes(ada).await), Refusal::NotFound);
    let (again, _) = set_up(&shop, ada).await;
    assert_ne!(again, secret, "another try has another key");
    shop.shop.begin_totp(ada).await.unwrap();
    assert!(shop.shop.needs_factor(ada.0).await.unwrap(), "beginning anew takes nothing away");
    shop.shop.remove_totp(ada).await.unwrap();
    assert!(!shop.shop.needs_factor(ada.0).await.unwrap());
    assert_eq!(mails(&shop, "factor_removed").await, 1);
    assert_eq!(shop.count("select count(*) from recovery_codes").await, 0);
    shop.done().await;
}

#[tokio::test]
async fn each_recovery_code_works_once_for_its_own_account() {
    let shop = TestShop::open().await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let (_, codes) = set_up(&shop, ada).await;
    assert!(codes.iter().all(|code| code.replace('-', "").len() == 24), "120 bits, five a letter");
    set_up(&shop, bob).await;
    let kept: String =
        shop.scalar("select string_agg(encode(code_hash, 'escape'), ' ') from recovery_codes where $1 = ''", "").await;
    assert!(codes.iter().all(|code| !kept.contains(&code.replace('-', ""))), "they are kept nowhere");
    assert!(is_wrong(shop.shop.take_factor_code(bob, &codes[0]).await), "it is Ada's");
    let all = join_all((0..8).map(|_| shop.shop.take_factor_code(ada, &codes[0]))).await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1, "{all:?}");
    assert_eq!(mails(&shop, "recovery_code_used").await, 1);
    shop.shop.take_factor_code(ada, &codes[1].replace('-', " ").to_lowercase()).await.unwrap();
    let body: String = shop
        .scalar("select body from email_messages where kind = $1 order by id desc limit 1", "recovery_code_used")
        .await;
    assert!(body.contains("8 are left"), "{body}");
    assert_eq!(shop.shop.security(ada, None).await.unwrap().recovery_codes, 8);
    let new = shop.shop.renew_recovery_codes(ada).await.unwrap().in_groups();
    assert!(is_wrong(shop.shop.take_factor_code(ada, &codes[2]).await), "new ones end those before");
    shop.shop.take_factor_code(ada, &new[0]).await.unwrap();
    assert_eq!(mails(&shop, "recovery_codes_made").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn half_a_sign_in_ends_after_five_minutes_and_with_the_password() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    let form = |password: &str| LoginForm { email: ADA.into(), password: password.into() };
    let account = shop.shop.sign_in(form("correct horse")).await.unwrap();
    let half = shop.shop.half_sign_in(&account).unwrap();
    assert_eq!(shop.shop.half_signed_in(&half).await.unwrap().user.id, ada.0);
    let kept = serde_json::to_string(&half).unwrap();
    assert!(!kept.contains("argon2"), "a session keeps no hash: {kept}");
    shop.clock.advance(Duration::minutes(5));
    assert_eq!(refused(shop.shop.half_signed_in(&half).await), Refusal::SignInOver);
    let half = shop.shop.half_sign_in(&account).unwrap();
    shop.shop.change_password(ada, "correct horse", "another horse").await.unwrap();
    assert_eq!(refused(shop.shop.half_signed_in(&half).await), Refusal::SignInOver);
    shop.done().await;
}

#[tokio::test]
async fn a_new_password_by_mail_takes_no_second_factor_away() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    set_up(&shop, ada).await;
    shop.shop.mail_password_reset(&Email::parse(ADA).unwrap()).await.unwrap();
    let token = link(&shop, "password_reset").await;
    shop.shop.reset_password(&token, "another horse").await.unwrap();
    assert!(shop.sign_in(ADA, "another horse").await.is_ok());
    assert!(shop.shop.needs_factor(ada.0).await.unwrap());
    shop.done().await;
}

#[tokio::test]
async fn what_staff_have_lost_is_reset_by_who_could_remove_them_and_written_down() {
    let shop = TestShop::open().await;
    let form = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    let olga = shop.shop.create_staff(form).await.unwrap();
    let pia = shop.register("Pia").await;
    let packs = "update users set role = 'staff', staff_role = 'packing' where name = 'Pia'";
    shop.execute(packs).await;
    set_up(&shop, pia.customer()).await;
    set_up(&shop, olga.customer()).await;
    let owner = worker(Staff(olga.id), StaffRole::Owner).unwrap();
    let manager = worker(Staff(pia.id), StaffRole::Manager).unwrap();
    assert_eq!(refused(shop.shop.reset_factors(manager, olga.id).await), Refusal::NotPermitted, "she packs by now");
    assert_eq!(refused(shop.shop.reset_factors(owner, olga.id).await), Refusal::NotPermitted, "one's own");
    assert!(shop.shop.team(owner).await.unwrap().members.iter().all(|member| member.has_factor));
    shop.shop.reset_factors(owner, pia.id).await.unwrap();
    // Of Pia nobody knows since when she works here.
    let over = async || -> Vec<(bool, bool)> {
        let members = shop.shop.team(owner).await.unwrap().members;
        members.into_iter().map(|member| (member.has_factor, member.is_grace_over)).collect()
    };
    assert_eq!(over().await, [(true, false), (false, false)]);
    let working = shop.sign_in("pia@example.org", "correct horse").await.unwrap();
    shop.shop.note_sign_in(&working).await.unwrap();
    shop.clock.advance(Duration::days(15));
    assert_eq!(over().await, [(true, true), (false, true)]);
    assert_eq!(refused(shop.shop.reset_factors(owner, pia.id).await), Refusal::NotFound, "nothing is left");
    assert!(!shop.shop.needs_factor(pia.id).await.unwrap());
    assert_eq!(shop.shop.reset_factors_by_address("OLGA@example.org").await.unwrap().id, olga.id);
    assert_eq!(refused(shop.shop.reset_factors_by_address("nobody@example.org").await), Refusal::NotFound);
    assert!(!shop.shop.needs_factor(olga.id).await.unwrap());
    assert_eq!(mails(&shop, "factor_reset").await, 2);
    assert_eq!(shop.count("select count(*) from audit_log where action = 'staff.factors_reset'").await, 2);
    shop.done().await;
}

#[tokio::test]
async fn who_works_here_and_is_late_sets_the_first_factor_up_by_mail_and_not_by_a_password_alone() {
    let shop = TestShop::open().await;
    let form = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    let olga = shop.shop.create_staff(form).await.unwrap().customer();
    let by_mail = async || shop.shop.security(olga, None).await.unwrap().staff.unwrap().by_mail;
    shop.clock.advance(Duration::days(14) - Duration::minutes(5));
    shop.shop.begin_totp(olga).await.unwrap();
    let view = shop.shop.security(olga, Some(shop.shop.fresh())).await.unwrap();
    let TotpView::SettingUp { secret, .. } = view.totp else { panic!("{view:?}") };
    ask_email_change(&shop, olga, "thief@example.org", "correct horse").await.unwrap();
    let to_thief = link(&shop, "email_change").await;
    assert!(!by_mail().await);
    shop.clock.advance(Duration::minutes(6));
    assert!(by_mail().await);
    assert_eq!(refused(shop.shop.begin_totp(olga).await), Refusal::FactorByMail);
    assert_eq!(
        refused(shop.shop.confirm_totp(olga, &now(&shop, &secret)).await),
        Refusal::FactorByMail,
        "begun before"
    );
    // Nor does the mail go to another address first.
    let asked = ask_email_change(&shop, olga, "other@example.org", "correct horse").await;
    assert_eq!(refused(asked), Refusal::FactorByMail);
    assert_eq!(refused(shop.shop.confirm_email(olga, &to_thief).await), Refusal::FactorByMail, "asked for before");
    shop.shop.change_password(olga, "correct horse", "another horse").await.unwrap();
    assert!(by_mail().await, "it shows no more than the password before");

    let reset = async |password: &str| {
        shop.clock.advance(Duration::minutes(6));
        shop.shop.mail_password_reset(&Email::parse("olga@example.org").unwrap()).await.unwrap();
        shop.shop.reset_password(&link(&shop, "password_reset").await, password).await.unwrap();
    };
    reset("third horse").await;
    assert!(!by_mail().await);
    shop.clock.advance(Duration::hours(1));
    assert_eq!(refused(shop.shop.begin_totp(olga).await), Refusal::FactorByMail, "an hour is over");
    reset("fourth horse").await;
    set_up(&shop, olga).await;
    shop.clock.advance(Duration::hours(2));
    assert!(!by_mail().await, "the next is not the first");
    shop.shop.remove_totp(olga).await.unwrap();
    assert_eq!(refused(shop.shop.begin_totp(olga).await), Refusal::FactorByMail);
    // Customers choose, whenever they like.
    let ada = shop.customer("Ada").await;
    shop.clock.advance(Duration::days(400));
    set_up(&shop, ada).await;
    shop.done().await;
}

#[tokio::test]
async fn another_key_of_the_shop_knows_what_the_one_before_has_handed_out_for_as_long_as_it_is_told() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    let (secret, codes) = set_up(&shop, ada).await;
    let device = shop.shop.new_device(&shop.shop.user(ada.0).await.unwrap().unwrap()).unwrap();
    shop.shop.mail_password_reset(&Email::parse(ADA).unwrap()).await.unwrap();
    let token = link(&shop, "password_reset").await;
    shop.clock.advance(Duration::minutes(2));

    let another = SecretKey::new("another key of the tests, 32 long");
    let alone = shop.another_process_with_key(another.clone()).await;
    assert!(is_wrong(alone.take_factor_code(ada, &now(&shop, &secret)).await));
    assert!(is_wrong(alone.take_factor_code(ada, &codes[0]).await));
    assert_eq!(refused(alone.reset_link(&token).await), Refusal::LinkOver);
    assert!(alone.known_device(&device, ADA).await.unwrap().is_none());

    let both = shop.another_process_with_key(another.after("a secret key of the tests, 32 long")).await;
    both.take_factor_code(ada, &now(&shop, &secret)).await.unwrap();
    assert!(is_wrong(both.take_factor_code(ada, &now(&shop, &secret)).await), "once");
    both.take_factor_code(ada, &codes[0]).await.unwrap();
    assert_eq!(both.reset_link(&token).await.unwrap().email, ADA);
    assert!(both.known_device(&device, ADA).await.unwrap().is_some());
    shop.done().await;
}

#[tokio::test]
async fn the_owner_hears_of_wrong_codes_that_go_on_behind_the_right_password() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    let (secret, _) = set_up(&shop, ada).await;
    let wrong = async |times: usize| {
        for _ in 0..times {
            assert!(is_wrong(shop.shop.take_factor_code(ada, "000000").await));
        }
    };
    wrong(4).await;
    assert_eq!(mails(&shop, "wrong_codes").await, 0, "a slip of the finger");
    shop.clock.advance(Duration::minutes(2));
    shop.shop.take_factor_code(ada, &now(&shop, &secret)).await.unwrap();
    wrong(4).await;
    assert_eq!(mails(&shop, "wrong_codes").await, 0, "a right one came between");
    assert!(is_wrong(shop.shop.take_factor_code(ada, "ABCD-EFGH-IJKL-MNOP").await));
    assert_eq!(mails(&shop, "wrong_codes").await, 1);
    wrong(94).await;
    assert_eq!(mails(&shop, "wrong_codes").await, 1, "nobody's mailbox is filled by it");
    wrong(1).await;
    assert_eq!(mails(&shop, "wrong_codes").await, 2, "of each hundred");
    // Behind another password they are another's.
    shop.shop.change_password(ada, "correct horse", "another horse").await.unwrap();
    wrong(5).await;
    assert_eq!(mails(&shop, "wrong_codes").await, 3, "a new password");
    shop.shop.remove_totp(ada).await.unwrap();
    wrong(5).await;
    assert_eq!(mails(&shop, "wrong_codes").await, 4, "another factor");
    shop.done().await;
}

#[tokio::test]
async fn whoever_works_here_does_so_since_a_day_that_is_known() {
    let shop = TestShop::open().await;
    let form = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    let olga = shop.shop.create_staff(form).await.unwrap();
    shop.clock.advance(Duration::days(3));
    let since = shop.shop.note_sign_in(&olga).await.unwrap().unwrap();
    assert_eq!(since, olga.created_at);
    assert_eq!(shop.shop.factor_due(since), olga.created_at + Duration::days(14));
    // Whoever is removed and comes back has no time anew.
    for role in [None, Some(StaffRole::Packing)] {
        let mut tx = shop.shop.store().begin().await.unwrap();
        tx.set_staff_role(olga.id, role, shop.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(shop.shop.note_sign_in(&olga).await.unwrap(), Some(since));
    // Whom the release before has made staff.
    shop.execute("update users set staff_since = null").await;
    let now = shop.clock.now();
    assert!(shop.shop.note_sign_in(&olga).await.unwrap().unwrap() >= now);
    let ada = shop.register("Ada").await;
    assert_eq!(shop.shop.note_sign_in(&ada).await.unwrap(), None);
    shop.done().await;
}
