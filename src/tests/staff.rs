//! Who works here: roles that prove what they may, invitations that work once, and an owner who is always left.

use futures::future::join_all;
use shop::domain::{May, Proof as _, Refusal, Staff, StaffRole, User, UserId, permit};
use shop::dto::RegisterForm;
use shop::usecase::{LinkToken, Result};
use time::Duration;

use crate::account::session;
use crate::harness::{Everything, TestShop, refused, worker};

type Boss = May<permit::Team>;

async fn owner(shop: &TestShop, name: &str) -> User {
    let email = format!("{}@example.org", name.to_lowercase());
    let form = RegisterForm { name: name.into(), email, password: "correct horse".into() };
    shop.shop.create_staff(form).await.unwrap()
}

fn boss(user: &User) -> Boss {
    Boss::of(user).unwrap()
}

async fn reread(shop: &TestShop, user: &User) -> User {
    shop.shop.user(user.id).await.unwrap().unwrap().user
}

/// The link of the newest mail.
async fn link(shop: &TestShop) -> LinkToken {
    let body: String = shop
        .scalar("select body from email_messages where kind = $1 order by id desc limit 1", "staff_invitation")
        .await;
    let token = body.split_once("/invitation?token=").unwrap().1;
    LinkToken::brought(token.split_whitespace().next().unwrap())
}

async fn actions(shop: &TestShop, by: Staff) -> Vec<String> {
    let log = shop.shop.audit_log(by.may(), None).await.unwrap().entries;
    log.into_iter().rev().map(|entry| entry.action).collect()
}

#[tokio::test]
async fn who_is_invited_opens_an_account_once_and_works_here() {
    let shop = TestShop::open().await;
    let olga = owner(&shop, "Olga").await;
    assert_eq!(olga.works_as(), Some(StaffRole::Owner), "whoever may run the program makes owners");
    for (email, role, field) in [("nobody", "packing", "email"), ("a@example.org", "boss", "role"), ("", "", "email")] {
        let refusal = refused(shop.shop.invite_staff(boss(&olga), email, role).await);
        assert!(refusal.problem_of(field).is_some(), "{email} {role}: {refusal:?}");
    }
    let again = shop.shop.invite_staff(boss(&olga), "OLGA@example.org", "packing").await;
    assert!(refused(again).problem_of("email").is_some(), "she works here already");
    shop.shop.invite_staff(boss(&olga), "Pia@example.org", "packing").await.unwrap();
    let token = link(&shop).await;
    let view = shop.shop.invitation(&token).await.unwrap();
    assert_eq!((view.email.as_str(), view.role, view.has_account), ("Pia@example.org", StaffRole::Packing, false));
    let kept: String = shop.scalar("select string_agg(i::text, '') from staff_invitations i where $1 = ''", "").await;
    assert!(!kept.contains(token.as_str().split_once('.').unwrap().1), "nothing secret is kept");

    let short = shop.shop.accept_invitation(&token, "", "short").await;
    let refusal = refused(short);
    assert!(refusal.problem_of("name").is_some() && refusal.problem_of("password").is_some(), "{refusal:?}");
    let both = join_all((0..2).map(|_| shop.shop.accept_invitation(&token, "Pia", "correct horse"))).await;
    let (made, late): (Vec<_>, Vec<_>) = both.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), late.len()), (1, 1), "it works once");
    let pia = shop.sign_in("pia@example.org", "correct horse").await.unwrap();
    assert_eq!(pia.works_as(), Some(StaffRole::Packing));
    assert_eq!(refused(shop.shop.invitation(&token).await), Refusal::InvitationOver);
    assert_eq!(actions(&shop, Staff(olga.id)).await, ["staff.invited", "staff.joined"]);
    let team = shop.shop.team(boss(&olga)).await.unwrap();
    let names: Vec<_> = team.members.iter().map(|member| (member.name.as_str(), member.role)).collect();
    assert_eq!(names, [("Olga", StaffRole::Owner), ("Pia", StaffRole::Packing)]);
    assert!(team.invitations.is_empty() && team.members[0].last_sign_in.is_none());
    shop.shop.note_sign_in(&olga).await.unwrap();
    assert!(shop.shop.team(boss(&olga)).await.unwrap().members[0].last_sign_in.is_some());
    shop.done().await;
}

#[tokio::test]
async fn a_link_ends_with_time_with_the_next_and_when_it_is_taken_back() {
    let shop = TestShop::open().await;
    let olga = owner(&shop, "Olga").await;
    shop.shop.invite_staff(boss(&olga), "pia@example.org", "packing").await.unwrap();
    let first = link(&shop).await;
    shop.clock.advance(Duration::hours(72) - Duration::minutes(1));
    shop.shop.invitation(&first).await.unwrap();
    shop.clock.advance(Duration::minutes(1));
    assert_eq!(refused(shop.shop.invitation(&first).await), Refusal::InvitationOver, "72 hours");
    let open = shop.shop.team(boss(&olga)).await.unwrap().invitations.pop().unwrap();
    assert!(open.is_over && open.by == "Olga");
    shop.shop.resend_invitation(boss(&olga), open.id).await.unwrap();
    let second = link(&shop).await;
    assert_ne!(first, second);
    assert_eq!(refused(shop.shop.invitation(&first).await), Refusal::InvitationOver, "the next one ends it");
    shop.shop.invite_staff(boss(&olga), "pia@example.org", "support").await.unwrap();
    let third = link(&shop).await;
    assert_eq!(refused(shop.shop.invitation(&second).await), Refusal::InvitationOver);
    assert_eq!(shop.shop.invitation(&third).await.unwrap().role, StaffRole::Support);
    let mut wrong = third.as_str().to_owned();
    let last = if wrong.pop() == Some('0') { '1' } else { '0' };
    wrong.push(last);
    for garbled in [wrong.as_str(), "", ".", "x.y", &third.as_str().replace('.', "")] {
        let answer = shop.shop.accept_invitation(&LinkToken::brought(garbled), "Eve", "correct horse").await;
        assert_eq!(refused(answer), Refusal::InvitationOver, "{garbled:?}");
    }
    shop.shop.revoke_invitation(boss(&olga), open.id).await.unwrap();
    assert_eq!(refused(shop.shop.invitation(&third).await), Refusal::InvitationOver);
    assert_eq!(refused(shop.shop.revoke_invitation(boss(&olga), open.id).await), Refusal::NotFound);
    let told = ["staff.invited", "staff.invited", "staff.invited", "staff.uninvited"];
    assert_eq!(actions(&shop, Staff(olga.id)).await, told);
    shop.done().await;
}

#[tokio::test]
async fn who_has_an_account_joins_with_it_and_nobody_elses_will_do() {
    let shop = TestShop::open().await;
    let olga = owner(&shop, "Olga").await;
    let (ada, bob) = (shop.register("Ada").await, shop.register("Bob").await);
    shop.shop.invite_staff(boss(&olga), "ADA@example.org", "manager").await.unwrap();
    let token = link(&shop).await;
    assert!(shop.shop.invitation(&token).await.unwrap().has_account);
    let opened = shop.shop.accept_invitation(&token, "Eve", "another horse").await;
    assert_eq!(refused(opened), Refusal::EmailTaken, "the link alone takes no account over");
    assert_eq!(refused(shop.shop.join_staff(bob.customer(), &token).await), Refusal::InvitationOver);
    assert_eq!(refused(shop.shop.join_staff(olga.customer(), &token).await), Refusal::InvitationOver);
    shop.shop.join_staff(ada.customer(), &token).await.unwrap();
    assert_eq!(reread(&shop, &ada).await.works_as(), Some(StaffRole::Manager));
    assert_eq!(refused(shop.shop.join_staff(ada.customer(), &token).await), Refusal::InvitationOver);
    shop.done().await;
}

#[tokio::test]
async fn nobody_gives_more_than_they_have_and_who_is_removed_is_out_at_once() {
    let shop = TestShop::open().await;
    let (olga, max) = (owner(&shop, "Olga").await, owner(&shop, "Max").await);
    shop.shop.change_staff_role(boss(&olga), max.id, StaffRole::Manager).await.unwrap();
    let max = reread(&shop, &max).await;
    let more = shop.shop.invite_staff(boss(&max), "eve@example.org", "owner").await;
    assert_eq!(refused(more), Refusal::NotPermitted);
    // Nor do they end what somebody with more has given, by giving less.
    shop.shop.invite_staff(boss(&olga), "boss2@example.org", "owner").await.unwrap();
    let owners = link(&shop).await;
    let less = shop.shop.invite_staff(boss(&max), "Boss2@example.org", "packing").await;
    assert_eq!(refused(less), Refusal::NotPermitted);
    assert_eq!(shop.shop.invitation(&owners).await.unwrap().role, StaffRole::Owner, "the first link still works");
    let open = shop.shop.team(boss(&olga)).await.unwrap().invitations[0].id;
    shop.shop.revoke_invitation(boss(&olga), open).await.unwrap();
    assert_eq!(refused(shop.shop.remove_staff(boss(&max), olga.id).await), Refusal::NotPermitted);
    let himself = shop.shop.change_staff_role(boss(&max), max.id, StaffRole::Owner).await;
    assert_eq!(refused(himself), Refusal::NotPermitted);
    // A proof that was made before somebody was removed proves nothing once they are.
    let proof = boss(&max);
    shop.shop.invite_staff(proof, "eve@example.org", "packing").await.unwrap();
    let token = link(&shop).await;
    shop.execute(
        "insert into sessions (id_hash, user_id, data, created_at, expires_at)
         select sha256(u.name::bytea), u.id, '{}', now(), now() + interval '1 day' from users u",
    )
    .await;
    shop.shop.remove_staff(boss(&olga), max.id).await.unwrap();
    assert_eq!(shop.count("select count(*) from sessions").await, 1, "all of his sessions, and nobody else's");
    assert!(reread(&shop, &max).await.staff().is_none());
    assert_eq!(refused(shop.shop.invite_staff(proof, "x@example.org", "packing").await), Refusal::StaffOnly);
    assert_eq!(refused(shop.shop.change_staff_role(proof, olga.id, StaffRole::Packing).await), Refusal::StaffOnly);
    assert_eq!(refused(shop.shop.invitation(&token).await), Refusal::InvitationOver, "and what he gave is taken back");
    assert_eq!(refused(shop.shop.remove_staff(boss(&olga), max.id).await), Refusal::NotFound);
    let told = ["staff.role_changed", "staff.invited", "staff.uninvited", "staff.invited", "staff.removed"];
    assert_eq!(actions(&shop, Staff(olga.id)).await, told);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_who_remove_each_other_at_once_leave_one() {
    let shop = TestShop::open().await;
    for round in 0..8 {
        let (one, other) = (owner(&shop, &format!("One{round}")).await, owner(&shop, &format!("Other{round}")).await);
        let lower = async |by: &User, whom: &User| match round % 2 {
            0 => shop.shop.remove_staff(boss(by), whom.id).await,
            _ => shop.shop.change_staff_role(boss(by), whom.id, StaffRole::Packing).await,
        };
        let (first, second) = futures::future::join(lower(&one, &other), lower(&other, &one)).await;
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let left = "select count(*) from users where role = 'staff' and staff_role = 'owner'";
        assert_eq!(shop.count(left).await, 1, "an owner is left");
        let last = if first.is_ok() { &one } else { &other };
        assert_eq!(refused(shop.shop.remove_staff(boss(last), last.id).await), Refusal::LastOwner);
        let lower = shop.shop.change_staff_role(boss(last), last.id, StaffRole::Manager).await;
        assert_eq!(refused(lower), Refusal::LastOwner);
        shop.execute("delete from users").await;
    }
    shop.done().await;
}

#[tokio::test]
async fn staff_of_the_release_before_are_owners_and_what_a_role_may_not_nobody_proves() {
    let shop = TestShop::open().await;
    let olga = owner(&shop, "Olga").await;
    shop.execute("update users set staff_role = null").await;
    assert_eq!(reread(&shop, &olga).await.works_as(), Some(StaffRole::Owner));
    assert_eq!(shop.shop.team(boss(&olga)).await.unwrap().members[0].role, StaffRole::Owner);
    let staff = Staff(olga.id);
    assert!(worker::<May<permit::Refunds>>(staff, StaffRole::Support).is_ok());
    assert_eq!(worker::<May<permit::Refunds>>(staff, StaffRole::Packing).err(), Some(Refusal::NotPermitted));
    // The first page tells a role what is theirs to do and nothing else.
    let packer = worker(staff, StaffRole::Packing).unwrap();
    assert!(shop.shop.staff_home(packer).await.unwrap().sales.is_some());
    let writer = worker(staff, StaffRole::Catalogue).unwrap();
    let home = shop.shop.staff_home(writer).await.unwrap();
    assert_eq!((home.sales, home.tasks.to_pack, home.tasks.mail_failed), (None, 0, 0));
    shop.done().await;
}

#[tokio::test]
async fn whoever_may_change_the_team_ends_sessions_but_of_nobody_who_has_more() {
    let shop = TestShop::open().await;
    let olga = owner(&shop, "Olga").await;
    let (mona, ada) = (shop.register("Mona").await, shop.register("Ada").await);
    shop.execute("update users set role = 'staff', staff_role = 'manager' where name = 'Mona'").await;
    let manager = boss(&reread(&shop, &mona).await);
    for whom in [&olga, &mona, &ada] {
        session(&shop, whom.customer()).await;
    }
    let of = async |whom: &User| -> i64 {
        shop.scalar("select count(*) from sessions where user_id::text = $1", &whom.id.to_string()).await
    };
    assert_eq!(refused(shop.shop.sign_out_everywhere(manager, olga.id).await), Refusal::NotPermitted);
    assert_eq!(of(&olga).await, 1);
    shop.shop.sign_out_everywhere(manager, ada.id).await.unwrap();
    assert_eq!((of(&ada).await, of(&mona).await, of(&olga).await), (0, 1, 1), "hers alone");
    shop.shop.sign_out_everywhere(boss(&olga), mona.id).await.unwrap();
    assert_eq!(of(&mona).await, 0);
    let nobody = UserId(uuid::Uuid::nil());
    assert_eq!(refused(shop.shop.sign_out_everywhere(boss(&olga), nobody).await), Refusal::NotFound);
    assert_eq!(shop.count("select count(*) from audit_log where action = 'user.signed_out'").await, 2);
    shop.done().await;
}
