//! Server functions for administrators.

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::administration::{AccountView, Accounts, EmailPage, Emails, OrganizationView, Organizations};
use shared::wire::{Done, Preview};

#[cfg(feature = "ssr")]
use crate::backend::{Consent, EmailFilter, backend, id};

/// The newest accounts, or the results of a search.
#[server(name = GetAccounts, prefix = "/see", endpoint = "administration/accounts", input = GetUrl)]
pub async fn accounts(#[server(default)] query: String) -> Result<Accounts, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.accounts(&who, &query).await?)
}

/// One account, with its organizations, requests and history.
#[server(name = GetAccountView, prefix = "/see", endpoint = "administration/account", input = GetUrl)]
pub async fn account(username: String) -> Result<AccountView, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.account(&who, &username).await?)
}

/// The effects of disabling an account.
#[server(name = PreviewDisable, prefix = "/see", endpoint = "administration/preview-disable", input = GetUrl)]
pub async fn preview_disable(username: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_disable(&who, &username).await?)
}

/// The effects of enabling an account.
#[server(name = PreviewEnable, prefix = "/see", endpoint = "administration/preview-enable", input = GetUrl)]
pub async fn preview_enable(username: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_enable(&who, &username).await?)
}

/// The effects of signing out all devices of an account.
#[server(name = PreviewEndSessions, prefix = "/see", endpoint = "administration/preview-end-sessions", input = GetUrl)]
pub async fn preview_end_sessions(username: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_end_sessions(&who, &username).await?)
}

/// Signs out all devices of an account, with a reason.
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

/// Disables an account, with a reason.
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

/// Enables a disabled account.
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

/// The outgoing emails, newest first: all of them or the results of a search, in one state or any, in pages.
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

/// One email.
#[server(name = GetEmail, prefix = "/see", endpoint = "administration/letter", input = GetUrl)]
pub async fn email(letter: String) -> Result<EmailPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.email(&who, id(&letter)?).await?)
}

/// Sends all failed emails that match a search again, now.
#[server(name = RetryFailedEmails, prefix = "/do", endpoint = "administration/retry-failed")]
pub async fn retry_failed_emails(
    #[server(default)] query: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(backend.administration.retry_failed_emails(&who, &query, consent).await?)
}

/// Sends a waiting or failed email again, now.
#[server(name = RetryEmail, prefix = "/do", endpoint = "administration/retry-letter")]
pub async fn retry_email(letter: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.retry_email(&who, id(&letter)?, Consent::without_preview(once)).await?)
}

/// The newest organizations, or the results of a search.
#[server(name = GetOrganizations, prefix = "/see", endpoint = "administration/organizations", input = GetUrl)]
pub async fn organizations(#[server(default)] query: String) -> Result<Organizations, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.organizations(&who, &query).await?)
}

/// One organization, with its people, request and history.
#[server(name = GetOrganizationView, prefix = "/see", endpoint = "administration/organization", input = GetUrl)]
pub async fn organization(organization: String) -> Result<OrganizationView, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.organization(&who, &organization).await?)
}

/// The effects of disabling an organization.
#[server(name = PreviewDisableOrganization, prefix = "/see", endpoint = "administration/preview-disable-organization", input = GetUrl)]
pub async fn preview_disable_organization(organization: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_disable_organization(&who, &organization).await?)
}

/// The effects of enabling an organization.
#[server(name = PreviewEnableOrganization, prefix = "/see", endpoint = "administration/preview-enable-organization", input = GetUrl)]
pub async fn preview_enable_organization(organization: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_enable_organization(&who, &organization).await?)
}

/// Disables an organization, with a reason.
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

/// The effects of appointing an Owner.
#[server(name = PreviewAppoint, prefix = "/see", endpoint = "administration/preview-appoint-owner", input = GetUrl)]
pub async fn preview_appoint(organization: String, username: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.preview_appoint(&who, &organization, &username).await?)
}

/// Appoints an Owner of an organization whose Owners can't use their accounts, with a reason.
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

/// Enables a disabled organization.
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
