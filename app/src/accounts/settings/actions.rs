//! Server functions for the caller's own account.

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::accounts::AccountPage;
use shared::wire::history::HistoryPage;
use shared::wire::{Done, Preview};

#[cfg(feature = "ssr")]
use crate::accounts::actions::with_cookie;
#[cfg(feature = "ssr")]
use crate::backend::{Consent, backend, id};

/// The data of the account settings.
#[server(name = GetAccount, prefix = "/see", endpoint = "accounts/settings", input = GetUrl)]
pub async fn account() -> Result<AccountPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.page(&who).await?)
}

/// A page of the account's history, before the event with this number.
#[server(name = GetAccountHistory, prefix = "/see", endpoint = "accounts/history", input = GetUrl)]
pub async fn account_history(#[server(default)] before: Option<i64>) -> Result<HistoryPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.history(&who, before).await?)
}

/// The effects of removing an address.
#[server(name = PreviewRemoveAddress, prefix = "/see", endpoint = "accounts/preview-remove-address", input = GetUrl)]
pub async fn preview_remove_address(address: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.preview_remove(&who, id(&address)?).await?)
}

/// Adds an address to the account and emails it a verification link.
#[server(name = AddAddress, prefix = "/do", endpoint = "accounts/add-address")]
pub async fn add_address(
    email: String,
    current_password: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(backend.settings.add_address(&who, &email, &current_password, consent).await?)
}

/// Sends another verification link to one of the account's addresses.
#[server(name = ResendToAddress, prefix = "/do", endpoint = "accounts/resend-to-address")]
pub async fn resend_to_address(address: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.resend(&who, id(&address)?, Consent::without_preview(once)).await?)
}

/// Makes another verified address the one that receives email.
#[server(name = MakePrimary, prefix = "/do", endpoint = "accounts/make-primary")]
pub async fn make_primary(address: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.make_primary(&who, id(&address)?, Consent::without_preview(once)).await?)
}

/// Removes an address from the account.
#[server(name = RemoveAddress, prefix = "/do", endpoint = "accounts/remove-address")]
pub async fn remove_address(
    address: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.remove(&who, id(&address)?, Consent { idempotency_key: once, preview_digest: agreed }).await?)
}

/// Changes the password. All other devices are signed out, and this one gets a new session.
#[server(name = ChangePassword, prefix = "/do", endpoint = "accounts/change-password")]
pub async fn change_password(
    current_password: String,
    password: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(with_cookie(backend.settings.change_password(&who, &current_password, &password, consent).await?))
}

/// Signs out one of the account's devices.
#[server(name = EndDevice, prefix = "/do", endpoint = "accounts/sign-out-device")]
pub async fn end_device(device: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.end_device(&who, id(&device)?, Consent::without_preview(once)).await?)
}

/// Signs out all of the account's devices except this one.
#[server(name = EndOtherDevices, prefix = "/do", endpoint = "accounts/sign-out-others")]
pub async fn end_other_devices(#[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.end_others(&who, Consent::without_preview(once)).await?)
}
