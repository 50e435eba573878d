//! Commands on the people of an organization, as the pages send them.

use super::{Someone, World};
use crate::support::form;
use shared::ids::InvitationId;
use shared::names::{OrganizationName, Username};
use shared::problem::Problem;
use shared::roles::Role;
use shared::wire::Done;
use shared::wire::people::{AcceptInvitationForm, DeclineInvitationForm, RevokeInvitationForm};

impl World {
    /// Creates an organization with an Owner.
    pub async fn create_organization(&self, administrator: &Someone, owner: &Someone, name: &str) {
        let id = self.file(owner, name).await.unwrap();
        self.approve(administrator, id).await.unwrap();
    }

    pub async fn invite(&self, by: &Someone, organization: &str, whom: &str, role: Role) -> Result<Done, Problem> {
        self.submit(by, form::invite(organization, whom, role.code())).await
    }

    /// The open invitation of an account to an organization.
    pub async fn open_invitation(&self, whom: &Someone, organization: &str) -> Option<InvitationId> {
        let key = OrganizationName::parse(organization).unwrap().key();
        self.read(async |tx| {
            let Some(found) = server::store::organizations::by_name(tx, &key).await? else { return Ok(None) };
            let username = Username::from_stored(whom.name.clone()).key();
            let invitee = server::store::people::invitee(tx, found.id, &username).await?;
            Ok(invitee.and_then(|found| found.invitee.invited).map(|offer| offer.id))
        })
        .await
    }

    pub async fn accept(&self, who: &Someone, id: InvitationId) -> Result<Done, Problem> {
        self.submit(who, AcceptInvitationForm { invitation: id.to_string() }).await
    }

    pub async fn decline_invitation(&self, who: &Someone, id: InvitationId, message: &str) -> Result<Done, Problem> {
        self.agree(who, DeclineInvitationForm { invitation: id.to_string(), message: message.to_owned() }).await
    }

    pub async fn revoke(&self, by: &Someone, id: InvitationId) -> Result<Done, Problem> {
        self.agree(by, RevokeInvitationForm { invitation: id.to_string() }).await
    }

    /// Gives a member another role, based on the current one.
    pub async fn assign(&self, by: &Someone, organization: &str, whom: &str, role: Role) -> Result<Done, Problem> {
        let was = self.role_of(organization, whom).await.unwrap_or(Role::Member);
        let people = format!("{whom}={}", was.code());
        self.agree(by, form::assign(organization, &people, role.code())).await
    }

    /// Removes a member. With the own name, it leaves.
    pub async fn remove_member(&self, by: &Someone, organization: &str, whom: &str) -> Result<Done, Problem> {
        self.agree(by, form::remove(organization, whom, whom)).await
    }

    /// Makes an account a member, by invitation.
    pub async fn join(&self, owner: &Someone, organization: &str, whom: &Someone, role: Role) {
        self.invite(owner, organization, &whom.name, role).await.unwrap();
        let id = self.open_invitation(whom, organization).await.unwrap();
        self.accept(whom, id).await.unwrap();
    }

    pub async fn role_of(&self, organization: &str, whom: &str) -> Option<Role> {
        let key = OrganizationName::parse(organization).unwrap().key();
        let name = shared::names::Username::parse(whom).unwrap().key();
        self.read(async |tx| {
            let Some(found) = server::store::organizations::by_name(tx, &key).await? else { return Ok(None) };
            Ok(server::store::people::member(tx, found.id, &name).await?.map(|member| member.facts.role))
        })
        .await
    }
}
