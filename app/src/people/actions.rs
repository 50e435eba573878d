//! Server functions that read and change the people of an organization (rules, section 5).

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::timestamp::Timestamp;
use shared::wire::people::{EndedMembership, InviteeChecks, People, RecentEvent};
use shared::wire::{Done, Preview};

#[cfg(feature = "ssr")]
use crate::addresses;
#[cfg(feature = "ssr")]
use crate::backend::{Consent, PeopleFilter, backend, id};

/// A page of an organization's people, for its members. `text` and `role` filter the list, and `from` says where the page
/// begins.
#[server(name = GetPeople, prefix = "/see", endpoint = "people/list", input = GetUrl)]
pub async fn list(
    organization: String,
    #[server(default)] text: String,
    #[server(default)] role: String,
    #[server(default)] from: String,
) -> Result<People, Failure> {
    let (backend, who) = backend()?;
    let filter = PeopleFilter { text: &text, role: &role, from: &from };
    Ok(backend.people.list(&who, &organization, filter).await?)
}

/// How the caller's membership of an organization ended.
#[server(name = GetFarewell, prefix = "/see", endpoint = "people/farewell", input = GetUrl)]
pub async fn farewell(organization: String) -> Result<EndedMembership, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.people.farewell(&who, &organization).await?)
}

/// What others did in an organization since a timestamp, at most ten minutes ago. Callers without access to its history
/// get only what was done to themselves.
#[server(name = GetLately, prefix = "/see", endpoint = "people/lately", input = GetUrl)]
pub async fn lately(organization: String, since: Timestamp) -> Result<Vec<RecentEvent>, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.people.lately(&who, &organization, since).await?)
}

/// Invites a person.
#[server(name = Invite, prefix = "/do", endpoint = "people/invite")]
pub async fn invite(
    organization: String,
    username: String,
    role: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(backend.people.invite(&who, &organization, &username, &role, consent).await?)
}

/// Checks who of a list can be invited. Sends nothing.
#[server(name = JudgeNames, prefix = "/see", endpoint = "people/judge", input = GetUrl)]
pub async fn judge(
    organization: String,
    #[server(default)] names: String,
    #[server(default)] role: String,
) -> Result<InviteeChecks, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.people.judge(&who, &organization, &names, &role).await?)
}

/// Invites the selected people of a list, then continues with the rest of the list.
#[server(name = InviteSeveral, prefix = "/do", endpoint = "people/invite-several")]
pub async fn invite_several(
    organization: String,
    #[server(default)] usernames: Vec<String>,
    role: String,
    #[server(default)] rest: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    let done = backend.people.invite_several(&who, &organization, usernames, &role, consent).await?;
    if rest.is_empty() {
        return Ok(done);
    }
    let list = addresses::invite_several(&organization);
    Ok(Done { next: Some(addresses::with_query(&list, [("names", rest.as_str()), ("role", role.as_str())])), ..done })
}

/// Sends an invitation's email again.
#[server(name = ResendInvitation, prefix = "/do", endpoint = "people/resend-invitation")]
pub async fn resend(invitation: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(backend.people.resend(&who, id(&invitation)?, consent).await?)
}

/// Previews revoking an invitation.
#[server(name = PreviewRevoke, prefix = "/see", endpoint = "people/preview-revoke", input = GetUrl)]
pub async fn preview_revoke(invitation: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.people.preview_revoke(&who, id(&invitation)?).await?)
}

/// Revokes an invitation.
#[server(name = RevokeInvitation, prefix = "/do", endpoint = "people/revoke-invitation")]
pub async fn revoke(
    invitation: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.people.revoke(&who, id(&invitation)?, Consent { idempotency_key: once, preview_digest: agreed }).await?)
}

/// Previews changing the role of members.
#[server(name = PreviewAssign, prefix = "/see", endpoint = "people/preview-assign", input = GetUrl)]
pub async fn preview_assign(organization: String, people: String, role: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.people.preview_assign(&who, &organization, &people, &role).await?)
}

/// Changes the role of members.
#[server(name = AssignRole, prefix = "/do", endpoint = "people/assign-role")]
pub async fn assign(
    organization: String,
    people: String,
    role: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .people
        .assign(&who, &organization, &people, &role, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}

/// Previews removing members, or leaving.
#[server(name = PreviewRemoveMembers, prefix = "/see", endpoint = "people/preview-remove", input = GetUrl)]
pub async fn preview_remove(organization: String, people: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.people.preview_remove(&who, &organization, &people).await?)
}

/// Removes members. If `people` is the caller alone, they leave.
#[server(name = RemoveMembers, prefix = "/do", endpoint = "people/remove")]
pub async fn remove(
    organization: String,
    people: String,
    typed: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .people
        .remove(&who, &organization, &people, &typed, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}
