//! What people can ask of their own account, and do with it.

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

/// What account settings show.
#[server(name = GetAccount, prefix = "/see", endpoint = "accounts/settings", input = GetUrl)]
pub async fn account() -> Result<AccountPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.page(&who).await?)
}

/// A page of the account's history, from before an event's number.
#[server(name = GetAccountHistory, prefix = "/see", endpoint = "accounts/history", input = GetUrl)]
pub async fn account_history(#[server(default)] before: Option<i64>) -> Result<HistoryPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.history(&who, before).await?)
}

/// What would follow from removing an address.
#[server(name = PreviewRemoveAddress, prefix = "/see", endpoint = "accounts/preview-remove-address", input = GetUrl)]
pub async fn preview_remove_address(address: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.preview_remove(&who, id(&address)?).await?)
}

/// Gives the account a further address, and sends a link there.
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

/// Sends a new letter with a link that verifies one of the account's addresses.
#[server(name = ResendToAddress, prefix = "/do", endpoint = "accounts/resend-to-address")]
pub async fn resend_to_address(address: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.resend(&who, id(&address)?, Consent::without_preview(once)).await?)
}

/// Has letters sent to another of the account's addresses.
#[server(name = MakePrimary, prefix = "/do", endpoint = "accounts/make-primary")]
pub async fn make_primary(address: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.make_primary(&who, id(&address)?, Consent::without_preview(once)).await?)
}

/// Takes an address from the account.
#[server(name = RemoveAddress, prefix = "/do", endpoint = "accounts/remove-address")]
pub async fn remove_address(
    address: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.remove(&who, id(&address)?, Consent { idempotency_key: once, preview_digest: agreed }).await?)
}

/// Gives the account another password; every other device is signed out, and this one gets another session.
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

/// Signs one of the account's devices out.
#[server(name = EndDevice, prefix = "/do", endpoint = "accounts/sign-out-device")]
pub async fn end_device(device: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.end_device(&who, id(&device)?, Consent::without_preview(once)).await?)
}

/// Signs all the account's devices out but this one.
#[server(name = EndOtherDevices, prefix = "/do", endpoint = "accounts/sign-out-others")]
pub async fn end_other_devices(#[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.settings.end_others(&who, Consent::without_preview(once)).await?)
}
