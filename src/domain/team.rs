//! Who works here, and who may change that: nobody gives or takes more than they have, and an owner is always left.

use super::{Permission, Refusal, StaffRole, UserId};

/// Everybody who works here, as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team(pub Vec<(UserId, StaffRole)>);

impl Team {
    pub fn role_of(&self, user: UserId) -> Option<StaffRole> {
        self.0.iter().find(|(id, _)| *id == user).map(|(_, role)| *role)
    }

    /// As what somebody worked here whom `by` gives another role; none: whom they remove.
    ///
    /// # Errors
    /// `StaffOnly` or `NotPermitted` for who does not work here any more, or has less than what they give or take;
    /// `NotFound`, `LastOwner`.
    pub fn change(&self, by: UserId, whom: UserId, to: Option<StaffRole>) -> Result<StaffRole, Refusal> {
        let now = self.role_of(whom).ok_or(Refusal::NotFound)?;
        self.gives(by, now)?;
        if let Some(to) = to {
            self.gives(by, to)?;
        }
        let owners = self.0.iter().filter(|(_, role)| *role == StaffRole::Owner).count();
        if now == StaffRole::Owner && to != Some(StaffRole::Owner) && owners == 1 {
            return Err(Refusal::LastOwner);
        }
        Ok(now)
    }

    /// Whether `by` may make somebody this.
    ///
    /// # Errors
    /// `StaffOnly`, `NotPermitted`.
    pub fn gives(&self, by: UserId, role: StaffRole) -> Result<(), Refusal> {
        let mine = self.role_of(by).ok_or(Refusal::StaffOnly)?;
        if mine.may(Permission::Team) && mine.covers(role) { Ok(()) } else { Err(Refusal::NotPermitted) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use StaffRole::{Catalogue, Manager, Owner, Packing, Support};

    fn user(number: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn nobody_gives_or_takes_more_than_they_have_and_an_owner_is_left() {
        let team = Team(vec![(user(1), Owner), (user(2), Manager), (user(3), Packing), (user(4), Support)]);
        for (by, whom, to, answer) in [
            (1, 3, Some(Manager), Ok(Packing)),
            (1, 3, Some(Owner), Ok(Packing)),
            (1, 2, None, Ok(Manager)),
            (2, 3, Some(Manager), Ok(Packing)),
            (2, 2, Some(Catalogue), Ok(Manager)),
            (2, 3, Some(Owner), Err(Refusal::NotPermitted)),
            (2, 1, Some(Packing), Err(Refusal::NotPermitted)),
            (2, 1, None, Err(Refusal::NotPermitted)),
            (3, 4, None, Err(Refusal::NotPermitted)),
            (3, 3, Some(Owner), Err(Refusal::NotPermitted)),
            (1, 1, Some(Manager), Err(Refusal::LastOwner)),
            (1, 1, None, Err(Refusal::LastOwner)),
            (1, 1, Some(Owner), Ok(Owner)),
            (1, 9, None, Err(Refusal::NotFound)),
            (9, 3, None, Err(Refusal::StaffOnly)),
        ] {
            assert_eq!(team.change(user(by), user(whom), to), answer, "{by} makes {whom} {to:?}");
        }
        let two = Team(vec![(user(1), Owner), (user(2), Owner)]);
        assert_eq!(two.change(user(1), user(1), Some(Support)), Ok(Owner));
        assert_eq!(two.change(user(1), user(2), None), Ok(Owner));
    }
}
