//! People, for staff; and everybody for themselves. Paging of lists stands here, too.

use axum::Json;
use axum::extract::Path;
use serde::Deserialize;
use session::{Caller, Site};
use shop::domain::{Refusal, UserId};
use shop::usecase::Error;
use utoipa::IntoParams;

use super::input::Filters;
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::{List, User};

pub const FIRST_PAGE: u32 = 1;
pub const HOW_MANY: u32 = 24;
const MOST: u32 = 100;

pub fn routes() -> Routes<Site> {
    Routes::new().routes(routes!(list)).routes(routes!(read))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    #[param(minimum = 1, maximum = 4_294_967_295_u32, format = Int64, default = 1)]
    page: Option<u32>,
    /// More than 100 count as 100
    #[param(minimum = 1, maximum = 4_294_967_295_u32, format = Int64, default = 24)]
    per_page: Option<u32>,
}

impl Paging {
    pub fn read(&self) -> Result<(u32, u32), Problem> {
        paging(self.page, self.per_page)
    }
}

/// Which page, and how many on it.
pub fn paging(page: Option<u32>, per_page: Option<u32>) -> Result<(u32, u32), Problem> {
    for (name, number) in [("page", page), ("per_page", per_page)] {
        if number == Some(0) {
            return Err(Problem::field(name, "Please give a whole number from 1."));
        }
    }
    Ok((page.unwrap_or(FIRST_PAGE), per_page.unwrap_or(HOW_MANY).min(MOST)))
}

/// List people
///
/// Staff only.
#[utoipa::path(
    get, path = "/users", operation_id = "list_users", tag = "People", params(Paging), security(("session" = ["staff"])),
    responses((status = OK, body = List<User>))
)]
async fn list(caller: Caller, Filters(filters): Filters<Paging>) -> Result<Json<List<User>>, Problem> {
    let staff = caller.staff().await?;
    let (page, per_page) = filters.read()?;
    Ok(Json(caller.shop().users(staff, page, per_page).await?.into()))
}

/// Read one person
///
/// Staff who may see customers see everybody, with a sign-in that is not too old, and so do programs with a key for customers.
/// Others see themselves; for them nobody else is there.
#[utoipa::path(
    get, path = "/users/{id}", operation_id = "read_user", tag = "People", security(("session" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = User))
)]
async fn read(caller: Caller, Path(id): Path<String>) -> Result<Json<User>, Problem> {
    let id: UserId = id.parse()?;
    let by = if caller.is_program() {
        caller.staff().await?
    } else {
        let me = caller.user()?;
        if me.id == id {
            return Ok(Json(me.clone().into()));
        }
        caller.staff().await.map_err(unseen)?
    };
    Ok(Json(caller.shop().person(by, id).await?.into()))
}

/// To who may not see others nobody else is there.
fn unseen(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::StaffOnly | Refusal::NotPermitted) => Refusal::NotFound.into(),
        other => other,
    }
}
