//! The words for who works here.

use crate::domain::{Permission, StaffRole};

/// A role by its name.
pub const fn staff_role(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Owner => "Owner",
        StaffRole::Manager => "Manager",
        StaffRole::Catalogue => "Catalogue",
        StaffRole::Packing => "Packing",
        StaffRole::Support => "Support",
    }
}

/// As what somebody works here, within a sentence.
pub const fn staff_role_in_words(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Owner => "as an owner",
        StaffRole::Manager => "as a manager",
        StaffRole::Catalogue => "for the catalogue",
        StaffRole::Packing => "to pack orders",
        StaffRole::Support => "for customers",
    }
}

/// What somebody in this role may do.
pub const fn staff_role_about(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Owner => "Everything.",
        StaffRole::Manager => "Everything but how the shop is paid; makes no owners.",
        StaffRole::Catalogue => "Products, categories, stock, reviews, and the shop's words and pages.",
        StaffRole::Packing => "Orders, parcels and stock.",
        StaffRole::Support => "Orders, refunds, returns, reviews, customers and mail.",
    }
}

/// What a program may that is given this, in a few words; of what no key is given, nothing.
pub const fn key_permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Orders => "See orders",
        Permission::Shipping => "Send parcels",
        Permission::OrderChanges => "Move orders on, answer returns",
        Permission::Refunds => "Give money back",
        Permission::Products => "Products",
        Permission::Stock => "Stock",
        Permission::Checkout => "Promotions, shipping and tax",
        Permission::Reviews => "Publish and answer reviews",
        Permission::Customers => "See customers",
        _ => "",
    }
}

/// What is to be known of it before it is given.
pub const fn key_permission_about(permission: Permission) -> &'static str {
    match permission {
        Permission::OrderChanges => {
            "It also sends what of an order has not left, and writes down payments that came without the provider. Cancelling is for keys that give money back."
        }
        Permission::Refunds => {
            "Nobody is asked for a password: whoever has the key gives money back, as much as came in, and cancels orders."
        }
        Permission::Customers => "Names and e-mail addresses of everybody with an account.",
        _ => "",
    }
}
