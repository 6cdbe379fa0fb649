//! The staff's page and invitations, as a browser without scripts sends them.

use http::StatusCode;
use shop::domain::{Permission, StaffRole};

use crate::accounts::{mailed_link, open_form};
use crate::admin::Desk;
use crate::roles::works_as;
use crate::visitor::hidden;

const PAGE: &str = "/admin/staff";

/// The address in the newest invitation, without the shop's own.
pub async fn invited_link(desk: &Desk) -> String {
    mailed_link(&desk.site, "staff_invitation").await
}

#[tokio::test]
async fn somebody_is_invited_by_mail_and_works_here() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let refused =
        olga.submit(PAGE, "admin-invite-staff", &[("email", "pia at example"), ("role", "support")]).await.text;
    for part in
        ["role=\"alert\"", "does not look like an e-mail", "value=\"pia at example\"", "value=\"support\" selected"]
    {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    let pia = [("email", "pia@example.org"), ("role", "packing")];
    let sent = olga.submit(PAGE, "admin-invite-staff", &pia).await.text;
    assert!(sent.contains("The invitation is on its way") && sent.contains("Invited by Olga"), "{sent}");
    let first = invited_link(&desk).await;
    let id = hidden(&sent, "id");
    let again = olga.submit(PAGE, "admin-resend-invitation", &[("id", &id)]).await.text;
    assert!(again.contains("on its way again"), "{again}");
    let second = invited_link(&desk).await;

    let visitor = desk.site.visitor();
    let over = open_form(&visitor, &first).await;
    assert_eq!(over.status, StatusCode::CONFLICT);
    assert!(over.text.contains("taken back, or is too old"), "{}", over.text);
    let page = open_form(&visitor, &second).await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"), "{}", page.text);
    assert!(page.text.contains("pia@example.org is invited to work here to pack orders"), "{}", page.text);
    let short = [("name", "Pia"), ("password", "short")];
    let refused = visitor.submit("/invitation", "accept-invitation", &short).await.text;
    assert!(refused.contains("At least 8 characters") && refused.contains("value=\"Pia\""), "{refused}");
    assert!(!refused.contains("value=\"short\""), "a password is never shown again");
    let right = [("name", "Pia"), ("password", "correct horse")];
    let welcome = visitor.submit("/invitation", "accept-invitation", &right).await;
    assert_eq!(welcome.status, StatusCode::OK);
    assert!(
        welcome.text.contains("This is where you work") && !welcome.text.contains("/admin/mail"),
        "{}",
        welcome.text
    );
    let stranger = desk.site.visitor();
    let late = stranger.submit(&second, "accept-invitation", &right).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "it works once");

    let team = olga.get(PAGE).await.text;
    assert!(team.contains("pia@example.org") && team.contains("Signed in"), "{team}");
    let id: uuid::Uuid =
        desk.site.shop.scalar("select id from users where email = $1::citext", "pia@example.org").await;
    let id = id.to_string();
    let changed = olga.submit(PAGE, "admin-change-role", &[("user_id", &id), ("role", "support")]).await.text;
    assert!(changed.contains("The role is changed"), "{changed}");
    assert_eq!(visitor.get("/admin/mail").await.status, StatusCode::OK, "at once");
    let odd = olga.submit(PAGE, "admin-change-role", &[("user_id", &id), ("role", "boss")]).await.text;
    assert!(odd.contains("role=\"alert\""), "{odd}");
    let removed = olga.submit(PAGE, "admin-remove-staff", &[("user_id", &id)]).await.text;
    assert!(removed.contains("They work here no more"), "{removed}");
    let gone = visitor.get("/admin").await;
    assert_eq!((gone.status, gone.location()), (StatusCode::FOUND, "/login?next=%2Fadmin"), "signed out at once");
    let own: uuid::Uuid =
        desk.site.shop.scalar("select id from users where email = $1::citext", "olga@example.org").await;
    let last = olga.submit(PAGE, "admin-remove-staff", &[("user_id", &own.to_string())]).await.text;
    assert!(last.contains("The shop needs an owner"), "{last}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_form_accepts_the_invitation_that_its_page_told_whichever_was_opened_last() {
    let desk = Desk::open().await;
    let (olga, visitor) = (desk.olga().await, desk.site.visitor());
    let mut pages = Vec::new();
    for email in ["pia@example.org", "quinn@example.org"] {
        olga.submit(PAGE, "admin-invite-staff", &[("email", email), ("role", "packing")]).await;
        pages.push(open_form(&visitor, &invited_link(&desk).await).await.text);
    }
    assert!(pages[1].contains("quinn@example.org is invited"), "{}", pages[1]);
    let token = hidden(&pages[0], "token");
    let short = [("token", token.as_str()), ("name", "Pia"), ("password", "short")];
    let again = visitor.submit("/invitation", "accept-invitation", &short).await.text;
    assert!(again.contains("pia@example.org is invited") && again.contains("At least 8 characters"), "{again}");
    let token = hidden(&again, "token");
    let right = [("token", token.as_str()), ("name", "Pia"), ("password", "correct horse")];
    assert_eq!(visitor.post("/invitation", "accept-invitation", &right).await.location(), "/admin");
    assert_eq!(visitor.cookie("invitation-link"), None);
    let accounts =
        "select count(*) from users where email in ('pia@example.org', 'quinn@example.org') and name = 'Pia'";
    assert_eq!(desk.site.shop.count(accounts).await, 1);
    assert_eq!(desk.site.shop.count("select count(*) from users where email = 'quinn@example.org'").await, 0);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn who_has_an_account_signs_in_and_says_yes() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    olga.submit(PAGE, "admin-invite-staff", &[("email", "bob@example.org"), ("role", "catalogue")]).await;
    let link = invited_link(&desk).await;
    let (bob, eve) = (desk.site.visitor(), desk.site.visitor());
    bob.register("Bob").await;
    eve.register("Eve").await;
    let signed_out = open_form(&desk.site.visitor(), &link).await.text;
    assert!(signed_out.contains("You have an account") && signed_out.contains("/login?next="), "{signed_out}");
    let other = open_form(&eve, &link).await.text;
    assert!(other.contains("You are signed in as eve@example.org") && !other.contains("Accept"), "{other}");
    open_form(&bob, &link).await;
    let stolen = eve.submit("/invitation", "join-staff", &[]).await.text;
    assert!(stolen.contains("role=\"alert\""), "{stolen}");
    assert_eq!(eve.get("/admin").await.status, StatusCode::NOT_FOUND);
    let joined = bob.submit("/invitation", "join-staff", &[]).await;
    assert_eq!(bob.cookie("invitation-link"), None, "nobody needs it any more");
    assert!(joined.status == StatusCode::OK && joined.text.contains("This is where you work"), "{}", joined.text);
    assert_eq!(bob.get("/admin/products").await.status, StatusCode::OK);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn who_comes_back_has_no_time_anew_to_do_without_a_second_factor() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    olga.submit(PAGE, "admin-invite-staff", &[("email", "bob@example.org"), ("role", "catalogue")]).await;
    let (link, bob) = (invited_link(&desk).await, desk.site.visitor());
    bob.register("Bob").await;
    desk.site.shop.execute("update users set staff_since = created_at - interval '30 days' where name = 'Bob'").await;
    // As a page of the release before sends it.
    let token = link.split_once("token=").unwrap().1;
    let joined = bob.post(&link, "join-staff", &[("token", token)]).await;
    assert_eq!((joined.status, joined.location()), (StatusCode::SEE_OTHER, "/admin"));
    // In the session that they had, too.
    let led = bob.get("/admin").await;
    assert_eq!((led.status, led.location()), (StatusCode::FOUND, "/account/security"), "{}", led.text);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn nobody_who_works_here_reads_the_secret_of_a_link_that_was_mailed() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    olga.submit(PAGE, "admin-invite-staff", &[("email", "boss2@example.org"), ("role", "owner")]).await;
    let secret = invited_link(&desk).await.split_once("token=").unwrap().1.to_owned();
    let letter: uuid::Uuid =
        desk.site.shop.scalar("select id from email_messages where kind = $1", "staff_invitation").await;
    let letter = format!("/admin/mail/{letter}");
    // Whoever has it would be an owner by an account that they open with the address.
    desk.site.visitor().register("Boss2").await;
    let account: uuid::Uuid =
        desk.site.shop.scalar("select id from users where email = $1::citext", "boss2@example.org").await;
    for role in StaffRole::ALL {
        let visitor = works_as(&desk, role).await;
        let read = visitor.get(&letter).await;
        let may = role.may(Permission::Mail);
        assert_eq!(read.status, if may { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{role:?}");
        assert_eq!(may, read.text.contains("You are invited to work in the back office"), "{role:?}: {}", read.text);
        assert_eq!(may, read.text.contains("The secret part of its link is left out"), "{role:?}: {}", read.text);
        let page = format!("/admin/customers/{account}");
        let handed_out = crate::customers::export(&visitor, &page).await;
        let is_handed_out = role.may(Permission::CustomerData);
        assert_eq!(is_handed_out, handed_out.text.contains("You are invited to work"), "{role:?}: {}", handed_out.text);
        for answer in [read, handed_out, visitor.get(&page).await, visitor.get("/admin/mail?show=all").await] {
            assert!(!answer.text.contains(&secret), "{role:?} reads the secret: {}", answer.text);
        }
    }
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_manager_is_offered_no_owners() {
    let desk = Desk::open().await;
    let manager = works_as(&desk, StaffRole::Manager).await;
    let page = manager.get(PAGE).await.text;
    assert!(page.contains("value=\"manager\"") && !page.contains("value=\"owner\""), "{page}");
    let refused = manager.submit(PAGE, "admin-invite-staff", &[("email", "eve@example.org"), ("role", "owner")]).await;
    assert!(refused.text.contains("Your role in this shop does not allow that"), "{}", refused.text);
    assert_eq!(desk.site.shop.count("select count(*) from staff_invitations").await, 0);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn somebody_is_signed_out_everywhere_from_their_page_and_from_that_of_the_staff() {
    let desk = Desk::open().await;
    let (olga, eva) = (desk.olga().await, desk.site.visitor());
    eva.register("Eva").await;
    let id: uuid::Uuid = desk.site.shop.scalar("select id from users where name = $1", "Eva").await;
    let (page, id) = (format!("/admin/customers/{id}"), id.to_string());
    assert!(olga.get(&page).await.text.contains("Sign out everywhere"));
    let done = olga.submit(&page, "admin-sign-out", &[("user_id", &id)]).await.text;
    assert!(done.contains("They are signed out everywhere.") && done.contains("eva@example.org"), "{done}");
    assert_eq!(eva.get("/account").await.status, StatusCode::FOUND);
    eva.sign_in("eva@example.org").await;
    desk.site.shop.execute("update users set role = 'staff', staff_role = 'packing' where name = 'Eva'").await;
    assert!(olga.get(PAGE).await.text.contains("Sign out everywhere"));
    let sent = olga.post(PAGE, "admin-sign-out", &[("user_id", &id), ("from", PAGE)]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, PAGE));
    assert_eq!(eva.get("/account").await.status, StatusCode::FOUND);
    desk.site.shop.done().await;
}
