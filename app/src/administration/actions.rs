//! What administrators can ask about the site, and do with it.

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::administration::{AccountView, Accounts, EmailPage, Emails, OrganizationView, Organizations};
use shared::wire::{Done, Preview};

#[cfg(feature = "ssr")]
use crate::backend::{Consent, EmailFilter, backend, id};

/// The newest accounts, or those that a search finds.
#[server(name = GetAccounts, prefix = "/see", endpoint = "administration/accounts", input = GetUrl)]
pub async fn accounts(#[server(default)] query: String) -> Result<Accounts, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.accounts(&who, &query).await?)
}

/// One account, with all that it has to do with.
#[server(name = GetAccountView, prefix = "/see", endpoint = "administration/account", input = GetUrl)]
pub async fn account(username: String) -> Result<AccountView, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.account(&who, &username).await?)
}

/// What disabling an account would do.
#[server(name = PreviewDisable, prefix = "/see", endpoint = "administration/preview-disable", input = GetUrl)]
pub async fn preview_disable(username: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_disable(&who, &username).await?)
}

/// What enabling an account would do.
#[server(name = PreviewEnable, prefix = "/see", endpoint = "administration/preview-enable", input = GetUrl)]
pub async fn preview_enable(username: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_enable(&who, &username).await?)
}

/// What signing an account out on every device would do.
#[server(name = PreviewEndSessions, prefix = "/see", endpoint = "administration/preview-end-sessions", input = GetUrl)]
pub async fn preview_end_sessions(username: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_end_sessions(&who, &username).await?)
}

/// Signs an account out on every device, with a reason.
#[server(name = EndSessions, prefix = "/do", endpoint = "administration/end-sessions")]
pub async fn end_sessions(
    username: String,
    reason: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .administration
        .end_sessions(&who, &username, &reason, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}

/// Shuts an account, with a reason.
#[server(name = DisableAccount, prefix = "/do", endpoint = "administration/disable-account")]
pub async fn disable(
    username: String,
    reason: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .administration
        .disable(&who, &username, &reason, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}

/// Opens an account that was shut.
#[server(name = EnableAccount, prefix = "/do", endpoint = "administration/enable-account")]
pub async fn enable(
    username: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .administration
        .enable(&who, &username, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}

/// The outgoing mail, newest first: all of it, or what a search finds, in one state or any, from behind a letter on.
#[server(name = GetEmails, prefix = "/see", endpoint = "administration/letters", input = GetUrl)]
pub async fn emails(
    #[server(default)] query: String,
    #[server(default)] only: String,
    #[server(default)] from: String,
) -> Result<Emails, Failure> {
    let (backend, who) = backend()?;
    let filter = EmailFilter { text: &query, only: &only, from: id(&from).ok() };
    Ok(backend.administration.emails(&who, filter).await?)
}

/// One letter.
#[server(name = GetEmail, prefix = "/see", endpoint = "administration/letter", input = GetUrl)]
pub async fn email(letter: String) -> Result<EmailPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.email(&who, id(&letter)?).await?)
}

/// Sends all letters again, now, that failed and that a search finds.
#[server(name = RetryFailedEmails, prefix = "/do", endpoint = "administration/retry-failed")]
pub async fn retry_failed_emails(
    #[server(default)] query: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(backend.administration.retry_failed_emails(&who, &query, consent).await?)
}

/// Sends a letter that waits or failed again, now.
#[server(name = RetryEmail, prefix = "/do", endpoint = "administration/retry-letter")]
pub async fn retry_email(letter: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.retry_email(&who, id(&letter)?, Consent::without_preview(once)).await?)
}

/// The newest organizations, or those that a search finds.
#[server(name = GetOrganizations, prefix = "/see", endpoint = "administration/organizations", input = GetUrl)]
pub async fn organizations(#[server(default)] query: String) -> Result<Organizations, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.organizations(&who, &query).await?)
}

/// One organization, with all that it has to do with.
#[server(name = GetOrganizationView, prefix = "/see", endpoint = "administration/organization", input = GetUrl)]
pub async fn organization(organization: String) -> Result<OrganizationView, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.organization(&who, &organization).await?)
}

/// What disabling an organization would do.
#[server(name = PreviewDisableOrganization, prefix = "/see", endpoint = "administration/preview-disable-organization", input = GetUrl)]
pub async fn preview_disable_organization(organization: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_disable_organization(&who, &organization).await?)
}

/// What enabling an organization would do.
#[server(name = PreviewEnableOrganization, prefix = "/see", endpoint = "administration/preview-enable-organization", input = GetUrl)]
pub async fn preview_enable_organization(organization: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_enable_organization(&who, &organization).await?)
}

/// Shuts an organization, with a reason.
#[server(name = DisableOrganization, prefix = "/do", endpoint = "administration/disable-organization")]
pub async fn disable_organization(
    organization: String,
    reason: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent { idempotency_key: once, preview_digest: agreed };
    Ok(backend.administration.disable_organization(&who, &organization, &reason, consent).await?)
}

/// What appointing somebody an Owner would do.
#[server(name = PreviewAppoint, prefix = "/see", endpoint = "administration/preview-appoint-owner", input = GetUrl)]
pub async fn preview_appoint(organization: String, username: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_appoint(&who, &organization, &username).await?)
}

/// Makes somebody an Owner of an organization that has none who can use their account, with a reason.
#[server(name = AppointOwner, prefix = "/do", endpoint = "administration/appoint-owner")]
pub async fn appoint(
    organization: String,
    username: String,
    reason: String,
    typed: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent { idempotency_key: once, preview_digest: agreed };
    Ok(backend.administration.appoint(&who, &organization, &username, &reason, &typed, consent).await?)
}

/// Lets an organization be managed and seen again.
#[server(name = EnableOrganization, prefix = "/do", endpoint = "administration/enable-organization")]
pub async fn enable_organization(
    organization: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .administration
        .enable_organization(&who, &organization, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}
