//! The words for who works here.

use crate::domain::StaffRole;

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
        StaffRole::Catalogue => "Products, categories, stock, and the shop's words and pages.",
        StaffRole::Packing => "Orders, parcels and stock.",
        StaffRole::Support => "Orders, refunds, returns, customers and mail.",
    }
}
