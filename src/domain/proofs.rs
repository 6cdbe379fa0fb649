//! The proofs that a member of staff asks, and that they may do what they ask for.
//!
//! A use case takes the proof of the one permission it needs. One is made of a person's role and in no other way, so nobody
//! can forget to look.

use std::marker::PhantomData;

use super::{Permission, Permit, Refusal, Role, StaffRole, User, UserId};

/// The proof that a member of staff asks, whatever they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staff(pub UserId);

/// The proof that a member of staff asks who may do this. Nothing but a user's role makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct May<P> {
    by: Staff,
    role: StaffRole,
    permission: PhantomData<P>,
}

impl<P> May<P> {
    pub fn role(self) -> StaffRole {
        self.role
    }

    pub fn user(self) -> UserId {
        self.by.0
    }
}

impl<P> From<May<P>> for Staff {
    fn from(proof: May<P>) -> Self {
        proof.by
    }
}

/// What a signed-in person can prove, or not.
pub trait Proof: Copy + Send + Into<Staff> + 'static {
    /// What it is needed for; none: for nothing special.
    const PERMISSION: Option<Permission>;

    /// # Errors
    /// `StaffOnly` for customers, `NotPermitted` for staff whose role may not.
    fn of(user: &User) -> Result<Self, Refusal>;
}

impl Proof for Staff {
    const PERMISSION: Option<Permission> = None;

    fn of(user: &User) -> Result<Self, Refusal> {
        user.staff().ok_or(Refusal::StaffOnly)
    }
}

impl<P: Permit> Proof for May<P> {
    const PERMISSION: Option<Permission> = Some(P::PERMISSION);

    fn of(user: &User) -> Result<Self, Refusal> {
        let role = user.works_as().ok_or(Refusal::StaffOnly)?;
        match role.may(P::PERMISSION) {
            true => Ok(Self { by: Staff(user.id), role, permission: PhantomData }),
            false => Err(Refusal::NotPermitted),
        }
    }
}

impl User {
    /// The role of a member of staff. Whom a release without roles has made is an owner: whoever may run the program.
    pub fn works_as(&self) -> Option<StaffRole> {
        (self.role == Role::Staff).then(|| self.staff_role.unwrap_or(StaffRole::Owner))
    }

    pub fn staff(&self) -> Option<Staff> {
        self.works_as().map(|_| Staff(self.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Email, Permission, permit};

    fn user(role: Role, staff_role: Option<StaffRole>) -> User {
        User {
            id: UserId(uuid::Uuid::max()),
            name: "Ada".into(),
            email: Email::parse("ada@example.org").unwrap(),
            role,
            staff_role,
            created_at: time::OffsetDateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn only_a_role_proves_anything() {
        let packer = user(Role::Staff, Some(StaffRole::Packing));
        assert!(May::<permit::Shipping>::of(&packer).is_ok_and(|proof| Staff::from(proof) == Staff(packer.id)));
        assert_eq!(May::<permit::Refunds>::of(&packer).err(), Some(Refusal::NotPermitted));
        // A role that was left behind by who works here no more.
        for nobody in [user(Role::Customer, None), user(Role::Customer, Some(StaffRole::Owner))] {
            assert_eq!(Staff::of(&nobody).err(), Some(Refusal::StaffOnly));
            assert_eq!(May::<permit::Orders>::of(&nobody).err(), Some(Refusal::StaffOnly));
        }
        let earlier = user(Role::Staff, None);
        assert!(Permission::ALL.iter().all(|permission| earlier.works_as().unwrap().may(*permission)));
    }
}
