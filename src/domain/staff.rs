//! Who may do what in the back office: roles as sets of permissions. What proves that somebody may stands in `proofs`.

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// What somebody may do in the back office.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Permission {
            $($(#[$doc])* $name),+
        }

        impl Permission {
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }

        /// The permissions as types, for `May`.
        pub mod permit {
            $(
                $(#[$doc])*
                #[derive(Debug, Clone, Copy, PartialEq, Eq)]
                pub enum $name {}

                impl super::Permit for $name {
                    const PERMISSION: super::Permission = super::Permission::$name;
                }
            )+
        }
    };
}

permissions! {
    /// Be in the back office at all.
    Desk,
    /// See orders, their papers and how they stand; note something about them.
    Orders,
    /// Pack and send parcels.
    Shipping,
    /// Move an order on: payments by hand, answers to returns, completing.
    OrderChanges,
    /// Give money back, or cancel an order, which does.
    Refunds,
    /// Products, their variants and pictures, and the categories they stand in.
    Products,
    /// How many there are.
    Stock,
    /// Promotions, shipping and tax.
    Checkout,
    /// The shop's words, its pages of text and its colour.
    Content,
    /// What buyers say of products: shown, declined, answered.
    Reviews,
    /// See customers; note something about them.
    Customers,
    /// Hand out all that is kept about a customer, or remove it.
    CustomerData,
    /// Mail that was not sent.
    Mail,
    /// The events behind the shop.
    Events,
    /// Which other programs are told what happens.
    Webhooks,
    /// The log of what staff changed.
    Audit,
    /// Who works here, and as what.
    Team,
    /// The keys that programs call with.
    Keys,
    /// How the shop is paid.
    Payments,
}

impl Permission {
    /// Whether who uses it shows first that it is them who sit there: it costs money, the shop, or what is
    /// known of people.
    pub const fn needs_password(self) -> bool {
        matches!(self, Self::Refunds | Self::CustomerData | Self::Team | Self::Keys | Self::Payments)
    }
}

/// As what somebody works here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    Owner,
    Manager,
    Catalogue,
    Packing,
    Support,
}

impl StaffRole {
    pub const ALL: [Self; 5] = [Self::Owner, Self::Manager, Self::Catalogue, Self::Packing, Self::Support];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Catalogue => "catalogue",
            Self::Packing => "packing",
            Self::Support => "support",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// The table of who may what.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Owner => true,
            Self::Manager => !matches!(permission, P::Payments),
            Self::Catalogue => {
                matches!(permission, P::Desk | P::Products | P::Stock | P::Content | P::Reviews)
            }
            Self::Packing => matches!(permission, P::Desk | P::Orders | P::Shipping | P::Stock),
            Self::Support => {
                matches!(
                    permission,
                    P::Desk | P::Orders | P::OrderChanges | P::Refunds | P::Reviews | P::Customers | P::Mail
                )
            }
        }
    }

    /// Whether this role may do whatever that one may: nobody gives more than they have, nor takes it from who has more.
    pub fn covers(self, other: Self) -> bool {
        Permission::ALL.iter().all(|permission| self.may(*permission) || !other.may(*permission))
    }
}

/// A permission as a type.
pub trait Permit: Copy + Send + Sync + 'static {
    const PERMISSION: Permission;
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission as P;

    #[test]
    fn each_role_may_what_stands_here_and_nothing_else() {
        let all = P::ALL.to_vec();
        let managers = all.iter().copied().filter(|p| *p != P::Payments).collect();
        for (role, may) in [
            (StaffRole::Owner, all.clone()),
            (StaffRole::Manager, managers),
            (StaffRole::Catalogue, vec![P::Desk, P::Products, P::Stock, P::Content, P::Reviews]),
            (StaffRole::Packing, vec![P::Desk, P::Orders, P::Shipping, P::Stock]),
            (
                StaffRole::Support,
                vec![P::Desk, P::Orders, P::OrderChanges, P::Refunds, P::Reviews, P::Customers, P::Mail],
            ),
        ] {
            let can: Vec<_> = all.iter().copied().filter(|permission| role.may(*permission)).collect();
            assert_eq!(can, may, "{role:?}");
            assert_eq!(StaffRole::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!(StaffRole::parse("boss"), None);
    }

    /// To cancel an order gives back what was paid for it.
    #[test]
    fn whoever_may_move_orders_on_may_cancel_them() {
        for role in StaffRole::ALL {
            assert_eq!(role.may(P::OrderChanges), role.may(P::Refunds), "{role:?}");
        }
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        for role in StaffRole::ALL {
            assert!(StaffRole::Owner.covers(role) && role.covers(role), "{role:?}");
            assert_eq!(role.covers(StaffRole::Owner), role == StaffRole::Owner, "only owners make owners");
            assert_eq!(StaffRole::Manager.covers(role), role != StaffRole::Owner, "{role:?}");
        }
        assert!(!StaffRole::Support.covers(StaffRole::Packing) && !StaffRole::Packing.covers(StaffRole::Support));
    }
}
