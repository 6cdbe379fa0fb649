//! People: their e-mail, their password while it is being typed, and the proof of who asks. Staff stand in `staff`.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Problem, StaffRole, UserId, clean_line};

/// An e-mail address as it was typed, trimmed; compared without regard to case by the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// RFC 5321.
    pub const MAX: u32 = 254;

    /// Accepts what a mail server could deliver: one `@`, something before it, a dotted host behind it, no spaces. The
    /// proof of an address is a mail that arrives, so nothing finer is checked.
    ///
    /// `İ` is written as the small letter that it is folded to by Unicode, an `i` with a dot of its own. PostgreSQL takes it
    /// for a plain `i`, and somebody else's address. In a host it will not do.
    ///
    /// # Errors
    /// `Required`, `TooLong` (`MAX` characters), `BadCharacters` or `NotAnEmail`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let line = clean_line(&text.replace('\u{130}', "i\u{307}"), Self::MAX)?;
        if line.is_empty() {
            return Err(Problem::Required);
        }
        let (local, host) = line.split_once('@').ok_or(Problem::NotAnEmail)?;
        let odd = |c: char| c.is_whitespace() || matches!(c, '@' | '<' | '>' | ',' | ';' | '"' | '(' | ')' | '\\');
        let labels_hold = host.contains('.')
            && host.split('.').all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-'));
        if local.is_empty()
            || local.len() > 64
            || local.chars().any(odd)
            || local.starts_with('.')
            || local.ends_with('.')
            || local.contains("..")
            || !labels_hold
        {
            return Err(Problem::NotAnEmail);
        }
        Ok(Self(line))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password on its way to the hasher. Never stored, never shown, not even by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    pub const MIN: u32 = 8;
    pub const MAX: u32 = 128;

    /// A new password: 8 to 128 characters, otherwise as it was typed.
    ///
    /// # Errors
    /// `Required`, `TooShort` or `TooLong`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        match text.chars().count() {
            0 => Err(Problem::Required),
            n if n < Self::MIN as usize => Err(Problem::TooShort { min: Self::MIN }),
            n if n > Self::MAX as usize => Err(Problem::TooLong { max: Self::MAX }),
            _ => Ok(Self(text.to_owned())),
        }
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Customer,
    Staff,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Staff => "staff",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Customer, Self::Staff].into_iter().find(|r| r.as_str() == text)
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: Email,
    pub role: Role,
    /// As what a member of staff works; none: a customer, or made by a release without roles.
    #[serde(default)]
    pub staff_role: Option<StaffRole>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl User {
    /// The most characters of a name.
    pub const NAME_MAX: u32 = 100;

    pub const fn customer(&self) -> Customer {
        Customer(self.id)
    }
}

/// The proof that a signed-in person asks: first argument of whatever only they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Customer(pub UserId);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Staff;

    #[test]
    fn addresses_that_could_be_delivered_are_accepted() {
        for good in ["a@b.co", "Ada.Lovelace+shop@example.org", "ö@bücher.example", " x@y.z "] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "a", "a@b", "@b.c", "a@", "a b@c.d", "a@b@c.d", "a@.b", "a@b.", "a\0@b.c", "<a@b.c>", "a..b@c.d", ".a@b.c",
            "a.@b.c",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Email::parse("  "), Err(Problem::Required));
        assert!(Email::parse("a@\u{130}.example").is_err());
        let dotted = Email::parse("\u{130}nga@example.org").unwrap();
        assert_eq!(dotted.as_str(), "i\u{307}nga@example.org");
        assert_eq!(Email::parse(dotted.as_str()), Ok(dotted));
        let local = |length: usize| format!("{}@example.org", "x".repeat(length));
        assert_eq!(Email::parse(&local(64)).unwrap().to_string(), local(64));
        assert_eq!(Email::parse(&local(65)), Err(Problem::NotAnEmail));
        let host = |length: usize| format!("a@{}.org", "x".repeat(length - "a@.org".len()));
        assert_eq!(Email::parse(&host(254)).unwrap().as_str(), host(254));
        assert_eq!(Email::parse(&host(255)), Err(Problem::TooLong { max: 254 }));
    }

    #[test]
    fn passwords_have_8_to_128_characters_and_are_never_shown() {
        assert_eq!(Password::parse("1234567"), Err(Problem::TooShort { min: 8 }));
        assert_eq!(Password::parse(&"x".repeat(129)), Err(Problem::TooLong { max: 128 }));
        assert_eq!(Password::parse(""), Err(Problem::Required));
        for fits in ["12345678".to_owned(), "ä".repeat(8), "x".repeat(128)] {
            assert_eq!(Password::parse(&fits).unwrap().expose(), fits);
        }
        let password = Password::parse("hunter2-pässe").unwrap();
        assert_eq!(format!("{password:?}"), "Password(…)");
    }

    #[test]
    fn only_staff_can_prove_that_they_are() {
        for (role, word) in [(Role::Customer, "customer"), (Role::Staff, "staff")] {
            assert_eq!((role.as_str(), Role::parse(word)), (word, Some(role)));
            assert_eq!(serde_json::to_value(role).unwrap(), word);
            let user = User {
                id: UserId(uuid::Uuid::max()),
                name: "Ada".into(),
                email: Email::parse("ada@example.org").unwrap(),
                role,
                staff_role: None,
                created_at: OffsetDateTime::UNIX_EPOCH,
            };
            assert_eq!(user.customer(), Customer(user.id));
            assert_eq!(user.staff(), (role == Role::Staff).then_some(Staff(user.id)));
        }
        assert_eq!(Role::parse("owner"), None);
    }
}
