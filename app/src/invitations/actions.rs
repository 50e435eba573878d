//! Server functions for invitees: they read an invitation, accept it or decline it (rules, section 5).

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::people::InvitationPage;
use shared::wire::{Done, Preview};

#[cfg(feature = "ssr")]
use crate::backend::{Consent, backend, id};

/// An invitation to the reader.
#[server(name = GetInvitation, prefix = "/see", endpoint = "invitations/one", input = GetUrl)]
pub async fn invitation(invitation: String) -> Result<InvitationPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.invitations.invitation(&who, id(&invitation)?).await?)
}

/// The invitation that an email's link identifies.
#[server(name = GetInvitationByLink, prefix = "/see", endpoint = "invitations/link", input = GetUrl)]
pub async fn by_link(token: String) -> Result<InvitationPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.invitations.by_link(&who, &token).await?)
}

/// Accepts an invitation.
#[server(name = AcceptInvitation, prefix = "/do", endpoint = "invitations/accept")]
pub async fn accept(invitation: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(backend.invitations.accept(&who, id(&invitation)?, consent).await?)
}

/// Previews declining an invitation.
#[server(name = PreviewDeclineInvitation, prefix = "/see", endpoint = "invitations/preview-decline", input = GetUrl)]
pub async fn preview_decline(invitation: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.invitations.preview_decline(&who, id(&invitation)?).await?)
}

/// Declines an invitation.
#[server(name = DeclineInvitation, prefix = "/do", endpoint = "invitations/decline")]
pub async fn decline(
    invitation: String,
    #[server(default)] message: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .invitations
        .decline(&who, id(&invitation)?, &message, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}
