//! The forms and queries about the people of an organization (rules, section 5).

use super::{EndedMembership, Export, InvitationView, InviteeChecks, PeopleView, RecentEvent};
use crate::limits;
use crate::names::Username;
use crate::refusal::{FaultCode, Faults, Field, Refusal};
use crate::roles::Role;
use crate::rules::people::{
    AcceptInvitation, AssignRole, DeclineInvitation, Invite, RemoveMembers, ResendInvitation, RevokeInvitation,
    SelectedMembers, invited_name,
};
use crate::text::{Message, TypedSecret};
use crate::timestamp::Timestamp;
use crate::wire::{Form, Query, forms_by_id, organization_key, parse_id};
use serde::{Deserialize, Serialize};

/// A page of an organization's people, for its members.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PeopleQuery {
    pub organization: String,
    /// A part of the username.
    pub text: String,
    /// The code of a role, or empty for all roles.
    pub role: String,
    /// The cursor at which the page begins, or empty for the first page.
    pub from: String,
}

impl Query for PeopleQuery {
    type Output = PeopleView;
}

/// How the caller's membership of an organization ended.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndedMembershipQuery {
    pub organization: String,
}

impl Query for EndedMembershipQuery {
    type Output = EndedMembership;
}

/// What others did in an organization since a time, at most ten minutes ago.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecentEventsQuery {
    pub organization: String,
    #[serde(deserialize_with = "crate::wire::timestamp")]
    pub since: Timestamp,
}

impl Query for RecentEventsQuery {
    type Output = Vec<RecentEvent>;
}

/// All people and pending invitations, for a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExportQuery {
    pub organization: String,
}

impl Query for ExportQuery {
    type Output = Export;
}

/// Who of a list can be invited. Nothing is sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteesQuery {
    pub organization: String,
    /// The list as it was pasted.
    pub names: String,
    pub role: String,
}

impl Query for InviteesQuery {
    type Output = InviteeChecks;
}

/// An invitation to the caller.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InvitationQuery {
    pub invitation: String,
}

impl Query for InvitationQuery {
    type Output = InvitationView;
}

/// The invitation that an email's link identifies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InvitationLinkQuery {
    pub token: TypedSecret,
}

impl Query for InvitationLinkQuery {
    type Output = InvitationView;
}

/// Invites a person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    pub organization: String,
    pub username: String,
    /// The code of a [`Role`].
    pub role: String,
}

impl Form for InviteForm {
    type Command = Invite;
}

impl TryFrom<InviteForm> for Invite {
    type Error = Refusal;

    fn try_from(form: InviteForm) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let username = faults.take(Field::Username, invited_name(&form.username));
        let role = faults.take(Field::Role, parse_role(&form.role));
        let organization = organization_key(&form.organization);
        faults.finish(username.zip(role).map(|(name, role)| Self { organization, usernames: vec![name], role }))
    }
}

/// Invites the selected people of a list, whose names were checked before.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteSeveralForm {
    pub organization: String,
    pub usernames: Vec<String>,
    /// The code of a [`Role`].
    pub role: String,
    /// The names of the list that are to be checked next.
    pub rest: String,
}

impl Form for InviteSeveralForm {
    type Command = Invite;
}

impl TryFrom<InviteSeveralForm> for Invite {
    type Error = Refusal;

    fn try_from(form: InviteSeveralForm) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let role = faults.take(Field::Role, parse_role(&form.role));
        let mut usernames: Vec<Username> = Vec::new();
        for name in &form.usernames {
            match Username::parse(name) {
                Ok(name) if usernames.iter().any(|other| other.key() == name.key()) => {}
                Ok(name) => usernames.push(name),
                Err(_) => return Err(Refusal::fault(Field::Usernames, FaultCode::InvalidOption {})),
            }
        }
        let counted = match usernames.len() {
            0 => Err(FaultCode::NobodySelected {}),
            n if n > limits::INVITED_AT_ONCE => Err(FaultCode::TooMany { max: limits::INVITED_AT_ONCE, count: n }),
            _ => Ok(usernames),
        };
        let usernames = faults.take(Field::Usernames, counted);
        let organization = organization_key(&form.organization);
        faults.finish(usernames.zip(role).map(|(usernames, role)| Self { organization, usernames, role }))
    }
}

/// Changes the role of members.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AssignRoleForm {
    pub organization: String,
    /// [`SelectedMembers`] with the roles that the page showed.
    pub people: String,
    /// The code of a [`Role`].
    pub role: String,
}

impl Form for AssignRoleForm {
    type Command = AssignRole;
}

impl TryFrom<AssignRoleForm> for AssignRole {
    type Error = Refusal;

    fn try_from(form: AssignRoleForm) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let role = faults.take(Field::Role, parse_role(&form.role));
        let people = SelectedMembers::parse(&form.people).and_then(SelectedMembers::with_roles);
        let people = faults.take(Field::Usernames, people);
        let organization = organization_key(&form.organization);
        faults.finish(people.zip(role).map(|(people, role)| Self { organization, people, role }))
    }
}

/// Removes members. If the caller is the only one of them, they leave.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RemoveMembersForm {
    pub organization: String,
    /// [`SelectedMembers`].
    pub people: String,
    /// The typed confirmation.
    pub typed: String,
}

impl Form for RemoveMembersForm {
    type Command = RemoveMembers;

    fn previewed(self) -> Result<RemoveMembers, Refusal> {
        let people = SelectedMembers::parse(&self.people).map_err(|code| Refusal::fault(Field::Usernames, code))?;
        let organization = organization_key(&self.organization);
        Ok(RemoveMembers { organization, people: people.names(), typed: None })
    }
}

impl TryFrom<RemoveMembersForm> for RemoveMembers {
    type Error = Refusal;

    fn try_from(form: RemoveMembersForm) -> Result<Self, Refusal> {
        let typed = Some(form.typed.clone());
        Ok(Self { typed, ..form.previewed()? })
    }
}

/// Declines an invitation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeclineInvitationForm {
    pub invitation: String,
    /// Optional words to the Owner who invited.
    pub message: String,
}

impl Form for DeclineInvitationForm {
    type Command = DeclineInvitation;
}

impl TryFrom<DeclineInvitationForm> for DeclineInvitation {
    type Error = Refusal;

    fn try_from(form: DeclineInvitationForm) -> Result<Self, Refusal> {
        let id = parse_id(&form.invitation)?;
        let message = Message::parse(&form.message).map_err(|code| Refusal::fault(Field::Message, code))?;
        Ok(Self { id, message })
    }
}

fn parse_role(code: &str) -> Result<Role, FaultCode> {
    Role::from_code(code).ok_or(FaultCode::InvalidOption {})
}

forms_by_id! {
    /// Sends an invitation's email again.
    ResendInvitationForm { invitation } => ResendInvitation { id };
    /// Revokes an invitation.
    RevokeInvitationForm { invitation } => RevokeInvitation { id };
    /// Accepts an invitation.
    AcceptInvitationForm { invitation } => AcceptInvitation { id };
}
