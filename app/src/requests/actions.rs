//! What can be asked about requests for organizations, and done with them (rules, section 4).

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::requests::{NameStanding, Queue, RequestPage};
use shared::wire::{Done, Preview};

#[cfg(feature = "ssr")]
use crate::backend::{Consent, backend, id};

/// Whether an organization's name can be had, and what it resembles.
#[server(name = GetName, prefix = "/see", endpoint = "requests/name", input = GetUrl)]
pub async fn name(name: String) -> Result<NameStanding, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.name_standing(&who, &name).await?)
}

/// The administrators' queue.
#[server(name = GetQueue, prefix = "/see", endpoint = "requests/queue", input = GetUrl)]
pub async fn queue() -> Result<Queue, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.queue(&who).await?)
}

/// One request, for administrators.
#[server(name = GetRequest, prefix = "/see", endpoint = "requests/one", input = GetUrl)]
pub async fn one(request: String) -> Result<RequestPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.page(&who, id(&request)?).await?)
}

/// What withdrawing would do.
#[server(name = PreviewWithdraw, prefix = "/see", endpoint = "requests/preview-withdraw", input = GetUrl)]
pub async fn preview_withdraw(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_withdraw(&who, id(&request)?).await?)
}

/// What approving would do.
#[server(name = PreviewApprove, prefix = "/see", endpoint = "requests/preview-approve", input = GetUrl)]
pub async fn preview_approve(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_approve(&who, id(&request)?).await?)
}

/// What declining would do.
#[server(name = PreviewDecline, prefix = "/see", endpoint = "requests/preview-decline", input = GetUrl)]
pub async fn preview_decline(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_decline(&who, id(&request)?).await?)
}

/// Hands a request in.
#[server(name = FileRequest, prefix = "/do", endpoint = "requests/file")]
pub async fn file(
    account_name: String,
    display_name: String,
    url: String,
    description: String,
    kind: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent { once, agreed: String::new() };
    Ok(backend.requests.file(&who, &account_name, &display_name, &url, &description, &kind, consent).await?)
}

/// Takes an own request back.
#[server(name = WithdrawRequest, prefix = "/do", endpoint = "requests/withdraw")]
pub async fn withdraw(
    request: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.withdraw(&who, id(&request)?, Consent { once, agreed }).await?)
}

/// Approves a request: the organization comes to be.
#[server(name = ApproveRequest, prefix = "/do", endpoint = "requests/approve")]
pub async fn approve(
    request: String,
    message: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.approve(&who, id(&request)?, &message, Consent { once, agreed }).await?)
}

/// Declines a request, with a reason.
#[server(name = DeclineRequest, prefix = "/do", endpoint = "requests/decline")]
pub async fn decline(
    request: String,
    reason: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.decline(&who, id(&request)?, &reason, Consent { once, agreed }).await?)
}
