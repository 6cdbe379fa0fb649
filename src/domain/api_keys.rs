//! Keys for programs: what one can be given, and what it may at a given time, which is never more than whoever made it
//! may.

use serde::{Deserialize, Serialize};

use super::{ApiKeyId, Permission, StaffRole, UserId};

/// What a key can be given, by the words it is kept under: what the API has routes for. Who works here, the keys
/// themselves and how the shop is paid are never a program's.
const GIVEN: [(Permission, &str); 9] = [
    (Permission::Orders, "orders"),
    (Permission::Shipping, "shipping"),
    (Permission::OrderChanges, "order_changes"),
    (Permission::Refunds, "refunds"),
    (Permission::Products, "products"),
    (Permission::Stock, "stock"),
    (Permission::Checkout, "checkout"),
    (Permission::Reviews, "reviews"),
    (Permission::Customers, "customers"),
];

/// What a key is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct KeyPermissions(Vec<Permission>);

impl KeyPermissions {
    /// Of what was chosen, what a key can be given. Whoever changes an order is answered the order, and so sees it.
    pub fn of(chosen: &[Permission]) -> Self {
        use Permission::{OrderChanges, Orders, Refunds, Shipping};
        let sees = chosen.iter().any(|permission| matches!(permission, Shipping | OrderChanges | Refunds));
        let is_in = |permission: &Permission| chosen.contains(permission) || (sees && *permission == Orders);
        Self(Self::choices().filter(is_in).collect())
    }

    /// All that a key can be given.
    pub fn choices() -> impl Iterator<Item = Permission> {
        GIVEN.into_iter().map(|(permission, _)| permission)
    }

    /// The word for what a key can be given.
    pub fn word(permission: Permission) -> Option<&'static str> {
        GIVEN.into_iter().find(|(given, _)| *given == permission).map(|(_, word)| word)
    }

    /// What a key can be given, by its word.
    pub fn parse(word: &str) -> Option<Permission> {
        GIVEN.into_iter().find(|(_, given)| *given == word).map(|(permission, _)| permission)
    }

    pub fn contains(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.0.iter().copied()
    }

    pub fn words(&self) -> Vec<String> {
        self.iter().filter_map(Self::word).map(str::to_owned).collect()
    }
}

/// Words that this release does not know permit nothing here.
impl From<Vec<String>> for KeyPermissions {
    fn from(words: Vec<String>) -> Self {
        let known: Vec<_> = words.iter().filter_map(|word| Self::parse(word)).collect();
        Self::of(&known)
    }
}

impl From<KeyPermissions> for Vec<String> {
    fn from(permissions: KeyPermissions) -> Self {
        permissions.words()
    }
}

/// The key of a program that calls, as it holds at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    /// Who made it.
    pub maker: UserId,
    /// As what they work here now.
    pub role: StaffRole,
    pub permissions: KeyPermissions,
}

impl ApiKey {
    /// Most characters of a name.
    pub const NAME_MAX: u32 = 60;

    /// What it was given, as far as whoever made it may so now.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission) && self.role.may(permission)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission as P;

    #[test]
    fn no_key_is_given_the_staff_the_keys_or_the_payments() {
        let all = KeyPermissions::of(P::ALL);
        for never in [P::Team, P::Keys, P::Payments, P::Desk] {
            assert!(!all.contains(never), "{never:?}");
            assert_eq!(KeyPermissions::word(never), None);
        }
        assert_eq!(all.iter().count(), GIVEN.len());
        for (permission, word) in GIVEN {
            assert_eq!(KeyPermissions::parse(word), Some(permission));
            assert_eq!(KeyPermissions::word(permission), Some(word));
        }
    }

    #[test]
    fn whoever_changes_orders_sees_them_and_no_role_lacks_that() {
        for changes in [P::Shipping, P::OrderChanges, P::Refunds] {
            assert!(KeyPermissions::of(&[changes]).contains(P::Orders), "{changes:?}");
            for role in StaffRole::ALL {
                assert!(!role.may(changes) || role.may(P::Orders), "{role:?} gives more than it has");
            }
        }
        assert!(!KeyPermissions::of(&[P::Stock]).contains(P::Orders));
    }

    #[test]
    fn a_word_of_a_later_release_permits_nothing() {
        let read: KeyPermissions = serde_json::from_str(r#"["stock", "rockets", "payments"]"#).unwrap();
        assert_eq!(read, KeyPermissions::of(&[P::Stock]));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"["stock"]"#);
    }

    #[test]
    fn a_key_may_what_it_was_given_and_its_maker_still_may() {
        let key = |role| ApiKey {
            id: ApiKeyId(uuid::Uuid::nil()),
            maker: UserId(uuid::Uuid::nil()),
            role,
            permissions: KeyPermissions::of(&[P::Refunds, P::Stock]),
        };
        let may = |role| P::ALL.iter().copied().filter(|permission| key(role).may(*permission)).collect::<Vec<_>>();
        assert_eq!(may(StaffRole::Owner), [P::Orders, P::Refunds, P::Stock]);
        assert_eq!(may(StaffRole::Packing), [P::Orders, P::Stock]);
        assert_eq!(may(StaffRole::Support), [P::Orders, P::Refunds]);
        assert_eq!(may(StaffRole::Catalogue), [P::Stock]);
    }
}
