//! Each role on each page of the back office: shown where it may, told clearly where it may not, and no way there in the header.

use http::StatusCode;
use shop::domain::{Permission, StaffRole};

use crate::admin::Desk;
use crate::functions::Access;
use crate::page_access::access;
use crate::staff_pages::staffs_routes;
use crate::visitor::Visitor;

/// What a page needs.
fn needed(route: &str) -> Permission {
    match access(route) {
        Access::Staff => Permission::Desk,
        Access::May(permission) => permission,
        other => panic!("{route} is for {other:?}"),
    }
}

/// Somebody who works here in this role.
pub async fn works_as(desk: &Desk, role: StaffRole) -> Visitor<'_> {
    let (name, email) = (role.as_str(), format!("{}@example.org", role.as_str()));
    let form = shop::dto::RegisterForm { name: name.into(), email: email.clone(), password: "correct horse".into() };
    desk.site.shop.shop.create_staff(form).await.unwrap();
    desk.site.shop.execute("update users set staff_role = name where role = 'staff' and name <> 'Olga'").await;
    let visitor = desk.site.visitor();
    let answer = visitor.call("login", &[("email", &email), ("password", "correct horse")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    visitor
}

#[tokio::test]
async fn each_role_sees_its_pages_and_is_told_of_the_others() {
    let desk = Desk::open().await;
    let routes: Vec<_> = staffs_routes().collect();
    let pages: Vec<_> = routes.iter().copied().zip(desk.pages().await).collect();
    for role in StaffRole::ALL {
        let visitor = works_as(&desk, role).await;
        let header = visitor.get("/admin").await.text;
        for (route, path) in &pages {
            let page = visitor.get(path).await;
            let may = role.may(needed(route));
            let status = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, status, "{role:?} {path}: {}", page.text);
            assert!(page.text.contains("aria-label=\"Back office\""), "{role:?} {path}: they work here");
            assert_eq!(!may, page.text.contains("Your role in this shop does not allow that"), "{role:?} {path}");
            for secret in ["ada@example.org", "Lovelace"].iter().filter(|_| !may) {
                assert!(!page.text.contains(secret), "{role:?} {path} tells of {secret}");
            }
            if ![
                ":id",
                ":slug",
                "/new",
                "/bulk",
                "/options",
                "/count",
                "/address",
                "/message",
                "/new-page",
                "/new-category",
                "/rates",
                "/confirm",
                "/samples",
            ]
            .iter()
            .any(|end| route.ends_with(end))
            {
                let is_linked = header.contains(&format!("<a href=\"{route}\""));
                assert!(is_linked == may || *route == "/admin", "{role:?}: {route} in the header");
            }
        }
    }
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_page_offers_a_role_what_it_may_and_nothing_else() {
    let desk = Desk::open().await;
    let page = desk.order_page();
    for (role, offered, hidden) in [
        (
            StaffRole::Packing,
            vec!["Send parcel", "Note it", "Mark as packed"],
            vec!["Give money back", "Cancel order", "/admin/customers"],
        ),
        (
            StaffRole::Support,
            vec!["Give money back", "Cancel order", "/admin/customers"],
            vec!["Send parcel", "Mark as packed", "/admin/products"],
        ),
        (StaffRole::Owner, vec!["Send parcel", "Give money back", "Cancel order", "/admin/customers"], vec![]),
    ] {
        let shown = works_as(&desk, role).await.get(&page).await.text;
        for part in offered {
            assert!(shown.contains(part), "{role:?} lacks {part}: {shown}");
        }
        for part in hidden {
            assert!(!shown.contains(part), "{role:?} is offered {part}");
        }
    }
    desk.site.shop.done().await;
}
