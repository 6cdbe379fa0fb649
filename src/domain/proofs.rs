//! The proofs that a member of staff asks, and that they may do what they ask for.
//!
//! A use case takes the proof of the one permission it needs. One is made of a person's role, or of a program's key,
//! and in no other way, so nobody can forget to look.

use std::marker::PhantomData;

use uuid::Uuid;

use super::{ApiKey, ApiKeyId, Permission, Permit, Refusal, Role, StaffRole, User, UserId};

/// The proof that a member of staff asks, whatever they may. Of a program's key, whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staff(pub UserId);

/// The proof that a member of staff asks who may do this, or a program with a key of theirs. Nothing but a user's role
/// or a key makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct May<P> {
    by: Staff,
    role: StaffRole,
    key: Option<ApiKeyId>,
    permission: PhantomData<P>,
}

impl<P> May<P> {
    /// As what whoever asks works here; of a program, whoever made its key.
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

/// Who is written down as the one who changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Person(UserId),
    Key(ApiKeyId),
    /// Nobody: what staff decided before has come due, or whoever operates the shop said so.
    Shop,
}

impl Actor {
    /// Ids are nobody else's: one tells whether it is a person or a key.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Person(user) => user.0,
            Self::Key(key) => key.0,
            Self::Shop => Uuid::nil(),
        }
    }
}

impl From<Staff> for Actor {
    fn from(staff: Staff) -> Self {
        Self::Person(staff.0)
    }
}

impl<P> From<May<P>> for Actor {
    fn from(proof: May<P>) -> Self {
        proof.key.map_or(Self::Person(proof.by.0), Self::Key)
    }
}

/// What a signed-in person, or a program's key, can prove, or not.
pub trait Proof: Copy + Send + Into<Staff> + 'static {
    /// What it is needed for; none: for nothing special.
    const PERMISSION: Option<Permission>;

    /// # Errors
    /// `StaffOnly` for customers, `NotPermitted` for staff whose role may not.
    fn of(user: &User) -> Result<Self, Refusal>;

    /// # Errors
    /// `NotPermitted` for what the key was not given, or whoever made it may not any more.
    fn of_key(key: &ApiKey) -> Result<Self, Refusal>;
}

impl Proof for Staff {
    const PERMISSION: Option<Permission> = None;

    fn of(user: &User) -> Result<Self, Refusal> {
        user.staff().ok_or(Refusal::StaffOnly)
    }

    /// No program: what asks for no permission is for people at their desk.
    fn of_key(_key: &ApiKey) -> Result<Self, Refusal> {
        Err(Refusal::NotPermitted)
    }
}

impl<P: Permit> Proof for May<P> {
    const PERMISSION: Option<Permission> = Some(P::PERMISSION);

    fn of(user: &User) -> Result<Self, Refusal> {
        let role = user.works_as().ok_or(Refusal::StaffOnly)?;
        match role.may(P::PERMISSION) {
            true => Ok(Self { by: Staff(user.id), role, key: None, permission: PhantomData }),
            false => Err(Refusal::NotPermitted),
        }
    }

    fn of_key(key: &ApiKey) -> Result<Self, Refusal> {
        match key.may(P::PERMISSION) {
            true => Ok(Self { by: Staff(key.maker), role: key.role, key: Some(key.id), permission: PhantomData }),
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
    use crate::domain::{Email, KeyPermissions, Permission, permit};

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

    #[test]
    fn a_key_proves_what_it_may_and_is_written_down_itself() {
        let (id, maker) = (ApiKeyId(uuid::Uuid::from_u128(1)), UserId(uuid::Uuid::from_u128(2)));
        let permissions = KeyPermissions::of(&[Permission::Refunds]);
        let key = ApiKey { id, maker, role: StaffRole::Support, permissions };
        let proof = May::<permit::Refunds>::of_key(&key).unwrap();
        assert_eq!((Actor::from(proof), proof.user()), (Actor::Key(id), maker));
        assert_eq!(May::<permit::Mail>::of_key(&key).err(), Some(Refusal::NotPermitted), "its maker may, it may not");
        assert_eq!(Staff::of_key(&key).err(), Some(Refusal::NotPermitted));
        let demoted = ApiKey { role: StaffRole::Packing, ..key };
        assert_eq!(May::<permit::Refunds>::of_key(&demoted).err(), Some(Refusal::NotPermitted));
        let person = user(Role::Staff, Some(StaffRole::Owner));
        let proof = May::<permit::Refunds>::of(&person).unwrap();
        assert_eq!(Actor::from(proof), Actor::Person(person.id));
        assert_eq!(
            [Actor::Person(person.id), Actor::Key(id), Actor::Shop].map(Actor::id),
            [person.id.0, id.0, Uuid::nil()]
        );
    }
}
