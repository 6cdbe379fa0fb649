//! People, and what they sign in with.

use std::fmt;

use serde::{Deserialize, Serialize};
use shop::dto::{LoginForm, RegisterForm};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Customer,
    Staff,
}

/// As what a member of staff works in the shop
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    Owner,
    Manager,
    Catalogue,
    Packing,
    Support,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    pub id: Uuid,
    #[schema(example = "Ada Lovelace")]
    pub name: String,
    #[schema(example = "ada@example.org")]
    pub email: String,
    pub role: Role,
    /// Of staff alone
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_role: Option<StaffRole>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl From<shop::domain::User> for User {
    fn from(user: shop::domain::User) -> Self {
        let role = match user.role {
            shop::domain::Role::Customer => Role::Customer,
            shop::domain::Role::Staff => Role::Staff,
        };
        let staff_role = user.works_as().map(|role| match role {
            shop::domain::StaffRole::Owner => StaffRole::Owner,
            shop::domain::StaffRole::Manager => StaffRole::Manager,
            shop::domain::StaffRole::Catalogue => StaffRole::Catalogue,
            shop::domain::StaffRole::Packing => StaffRole::Packing,
            shop::domain::StaffRole::Support => StaffRole::Support,
        });
        let email = user.email.as_str().to_owned();
        Self { id: user.id.0, name: user.name, email, role, staff_role, created_at: user.created_at }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    #[schema(min_length = 1, max_length = 100, example = "Ada Lovelace")]
    name: String,
    #[schema(max_length = 254, example = "ada@example.org")]
    email: String,
    #[schema(min_length = 8, max_length = 128, example = "correct horse")]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[schema(example = "ada@example.org")]
    email: String,
    #[schema(example = "correct horse")]
    password: String,
    /// Of an authenticator app, or a recovery code: needed by who has set one up, ignored of others
    #[serde(default)]
    #[schema(example = "123456")]
    code: Option<String>,
}

impl Credentials {
    /// What signs in, and the code.
    pub fn parts(self) -> (LoginForm, Option<String>) {
        (LoginForm { email: self.email, password: self.password }, self.code)
    }
}

impl From<Registration> for RegisterForm {
    fn from(input: Registration) -> Self {
        Self { name: input.name, email: input.email, password: input.password }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registration(…)")
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}
