//! What whoever looks at the back office may do, so that a page offers that and nothing else. The core decides: this hides what
//! it would refuse.

use leptos::prelude::*;
use shop::domain::{Permission, StaffRole};

/// As what the viewer works here; given for each request of the back office.
#[derive(Debug, Clone, Copy)]
pub struct Rights(pub StaffRole);

pub fn may(permission: Permission) -> bool {
    use_context::<Rights>().is_some_and(|rights| rights.0.may(permission))
}
