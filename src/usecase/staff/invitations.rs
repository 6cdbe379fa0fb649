//! Invitations to work here: mailed, with a link that works once and for three days. The link carries an HMAC over the
//! invitation and how often it was sent, so nothing secret is kept, and the link before ends with the next.

use serde_json::json;
use time::Duration;
use uuid::Uuid;

use crate::domain::{
    Customer, Email, EventId, FieldReader, InvitationId, May, Password, Problem, Refusal, Role, Staff, StaffRole, User,
    UserId, permit,
};
use crate::dto::InvitationView;

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{AccountWrites, LinkToken, Mails, Result, Shop, Store, Tx, Users, mail_messages};
use super::ports::{Invitation, Teams};

/// How long the link works.
const VALID: Duration = Duration::hours(72);

/// What the tokens of invitations are made for.
const PURPOSE: &str = "invitation";

impl<S: Store> Shop<S> {
    /// Invites somebody to work here, by mail; whoever is invited already is written to again, and the link before ends.
    ///
    /// # Errors
    /// `Invalid` (email, role), `NotPermitted` for more than they have who invite, also where somebody with more has invited
    /// this address.
    pub async fn invite_staff(&self, by: May<permit::Team>, email: &str, role: &str) -> Result<()> {
        let mut fields = FieldReader::default();
        let email = fields.read("email", Email::parse(email));
        let role = fields.read("role", StaffRole::parse(role).ok_or(Problem::NotAChoice));
        let (email, role) = fields.finish(email.zip(role))?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let team = tx.lock_team().await?;
            team.gives(by.user(), role)?;
            let (works_as, open) = tx.role_and_invitation(&email).await?;
            // It takes the place of the one that is open: whoever could not send that one cannot end it either.
            if let Some(open) = &open {
                team.gives(by.user(), open.role)?;
            }
            if works_as.is_some() {
                return Err(Refusal::field("email", Problem::WorksHere).into());
            }
            let id = open.as_ref().map_or_else(|| InvitationId(self.next_id()), |open| open.id);
            let generation = open.map_or(1, |open| open.generation.saturating_add(1));
            let expires_at = self.now().saturating_add(VALID);
            let invitation = Invitation { id, email: email.clone(), role, generation, expires_at };
            self.send_invitation(&mut tx, by, &invitation).await?;
            tx.commit().await
        })
        .await
    }

    /// Sends an invitation again, with a link of its own: the one before ends.
    ///
    /// # Errors
    /// `NotFound`, `NotPermitted`.
    pub async fn resend_invitation(&self, by: May<permit::Team>, id: InvitationId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let team = tx.lock_team().await?;
            let open = tx.lock_invitation(id).await?.ok_or(Refusal::NotFound)?;
            team.gives(by.user(), open.role)?;
            let (generation, expires_at) = (open.generation.saturating_add(1), self.now().saturating_add(VALID));
            self.send_invitation(&mut tx, by, &Invitation { generation, expires_at, ..open }).await?;
            tx.commit().await
        })
        .await
    }

    async fn send_invitation(&self, tx: &mut S::Tx, by: May<permit::Team>, invitation: &Invitation) -> Result<()> {
        let now = self.now();
        tx.save_invitation(invitation, by.user(), now).await?;
        let token = LinkToken::made(&self.settings().secret_key, PURPOSE, invitation.id.0, invitation.generation)?;
        let until = self.local_time(invitation.expires_at);
        let message = mail_messages::staff_invitation(&self.named_settings(), invitation.role, token.as_str(), &until);
        let mail = self.mail_for(cause(invitation), None, invitation.email.clone(), message);
        tx.queue_mail(&[mail], now).await?;
        // Not to whom: the log forgets nothing, and whoever was invited may wish to be forgotten.
        let said = json!({ "role": invitation.role });
        self.record(tx, by, Change::of("staff.invited", "invitation", invitation.id).after(said)).await
    }

    /// Ends an invitation: its link works no more.
    ///
    /// # Errors
    /// `NotFound`, `NotPermitted`.
    pub async fn revoke_invitation(&self, by: May<permit::Team>, id: InvitationId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let team = tx.lock_team().await?;
            let open = tx.lock_invitation(id).await?.ok_or(Refusal::NotFound)?;
            team.gives(by.user(), open.role)?;
            tx.delete_invitation(id).await?;
            let said = json!({ "role": open.role });
            self.record(&mut tx, by, Change::of("staff.uninvited", "invitation", id).before(said)).await?;
            tx.commit().await
        })
        .await
    }

    /// What an invitation says to who brings its link.
    ///
    /// # Errors
    /// `InvitationOver`.
    pub async fn invitation(&self, token: &LinkToken) -> Result<InvitationView> {
        let found = self.store().invitation(invitation_of(token)?).await?.ok_or(Refusal::InvitationOver)?;
        self.check_invitation(token, &found)?;
        let has_account = self.store().account_by_email(&found.email).await?.is_some();
        Ok(InvitationView { email: found.email.to_string(), role: found.role, has_account })
    }

    fn check_invitation(&self, token: &LinkToken, found: &Invitation) -> Result<()> {
        let is_right = token.proves(&self.settings().secret_key, PURPOSE, found.id.0, found.generation)?;
        if is_right && self.now() < found.expires_at { Ok(()) } else { Err(Refusal::InvitationOver.into()) }
    }

    /// Opens the account of somebody who is invited; they work here from now on.
    ///
    /// # Errors
    /// `InvitationOver`, `Invalid` (name, password), `EmailTaken` where the address has an account, `Busy`.
    pub async fn accept_invitation(&self, token: &LinkToken, name: &str, password: &str) -> Result<User> {
        let found = self.store().invitation(invitation_of(token)?).await?.ok_or(Refusal::InvitationOver)?;
        self.check_invitation(token, &found)?;
        let mut fields = FieldReader::default();
        let name = fields.required("name", name, User::NAME_MAX);
        let password = fields.read("password", Password::parse(password));
        let (name, password) = fields.finish(name.zip(password))?;
        let hash = self.passwords().hash(password, self.guessed_first(&name, &found.email)).await?;
        let (id, created_at) = (UserId(self.next_id()), self.now());
        let user = retried(|| async {
            let mut tx = self.store().begin().await?;
            let open = self.take_invitation(&mut tx, token).await?;
            let (email, role) = (open.email.clone(), Role::Staff);
            let user = User { id, name: name.clone(), email, role, staff_role: Some(open.role), created_at };
            self.insert_account(&mut tx, &user, &hash).await?;
            // Their invitation was mailed to it.
            tx.verify_address(user.id, created_at).await?;
            self.record_joined(&mut tx, user.id, open.role).await?;
            tx.commit().await?;
            Ok(user)
        })
        .await?;
        self.notify_relay();
        Ok(user)
    }

    /// Somebody with an account of the address that is invited works here from now on. Answers who, as they work here.
    ///
    /// # Errors
    /// `InvitationOver`, also for who has another address, or works here already.
    pub async fn join_staff(&self, customer: Customer, token: &LinkToken) -> Result<User> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            tx.lock_team().await?;
            let user = tx.find_user(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
            let open = self.take_invitation(&mut tx, token).await?;
            let is_theirs = user.email.as_str().to_lowercase() == open.email.as_str().to_lowercase();
            if !is_theirs || user.works_as().is_some() {
                return Err(Refusal::InvitationOver.into());
            }
            tx.set_staff_role(user.id, Some(open.role), self.now()).await?;
            // Those that another release, or a call under way when they were removed, has left.
            self.revoke_api_keys_of(&mut tx, user.id, Staff(user.id)).await?;
            self.record_joined(&mut tx, user.id, open.role).await?;
            tx.commit().await?;
            Ok(User { role: Role::Staff, staff_role: Some(open.role), ..user })
        })
        .await
    }

    /// It works once: whoever has it locked takes it away.
    async fn take_invitation(&self, tx: &mut S::Tx, token: &LinkToken) -> Result<Invitation> {
        let open = tx.lock_invitation(invitation_of(token)?).await?.ok_or(Refusal::InvitationOver)?;
        self.check_invitation(token, &open)?;
        tx.delete_invitation(open.id).await?;
        Ok(open)
    }

    async fn record_joined(&self, tx: &mut S::Tx, user: UserId, role: StaffRole) -> Result<()> {
        self.record(tx, Staff(user), Change::of("staff.joined", "user", user).after(json!({ "role": role }))).await
    }
}

fn invitation_of(token: &LinkToken) -> std::result::Result<InvitationId, Refusal> {
    token.id().map(InvitationId).ok_or(Refusal::InvitationOver)
}

/// One mail for each time it is sent.
fn cause(invitation: &Invitation) -> EventId {
    let generation = u128::from(invitation.generation.unsigned_abs());
    EventId(Uuid::from_u128(invitation.id.0.as_u128() ^ generation))
}
