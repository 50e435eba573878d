//! Server functions for accounts.

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::Done;
use shared::wire::accounts::{Reset, UsernameStanding, Verification, Viewer};

#[cfg(feature = "ssr")]
use crate::backend::{Consent, DoneWithCookie, backend};

/// The viewer's account, and what the frame shows them.
#[server(name = GetViewer, prefix = "/see", endpoint = "accounts/viewer", input = GetUrl)]
pub async fn viewer() -> Result<Viewer, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.accounts.viewer(&who).await?)
}

/// The id of the signed-in account; empty for a visitor.
#[server(name = GetReader, prefix = "/see", endpoint = "accounts/reader", input = GetUrl)]
pub async fn reader() -> Result<String, Failure> {
    let (_, who) = backend()?;
    Ok(who.reader())
}

/// Whether a username is available.
#[server(name = GetUsername, prefix = "/see", endpoint = "accounts/username", input = GetUrl)]
pub async fn username(username: String) -> Result<UsernameStanding, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.accounts.username_standing(&who, &username).await?)
}

/// Whether a set-up link works. This changes nothing.
#[server(name = GetSetUp, prefix = "/see", endpoint = "accounts/set-up", input = GetUrl)]
pub async fn set_up_standing(token: String) -> Result<(), Failure> {
    let (backend, who) = backend()?;
    Ok(backend.accounts.set_up_standing(&who, &token).await?)
}

/// The account and address of a verification link. This changes nothing.
#[server(name = GetVerification, prefix = "/see", endpoint = "accounts/verification", input = GetUrl)]
pub async fn verification(token: String) -> Result<Verification, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.accounts.verification(&who, &token).await?)
}

/// Creates an account and signs this device in (rules, section 2).
#[server(name = CreateAccount, prefix = "/do", endpoint = "accounts/create")]
pub async fn create(
    username: String,
    email: String,
    password: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(with_cookie(backend.accounts.create(&who, &username, &email, &password, consent).await?))
}

/// Creates the first administrator's account, with the set-up link.
#[server(name = SetUp, prefix = "/do", endpoint = "accounts/set-up")]
pub async fn set_up(
    token: String,
    username: String,
    email: String,
    password: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(with_cookie(backend.accounts.set_up(&who, &token, &username, &email, &password, consent).await?))
}

/// Verifies an email address with the link of an email.
#[server(name = Verify, prefix = "/do", endpoint = "accounts/verify")]
pub async fn verify(token: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.accounts.verify(&who, &token, Consent::without_preview(once)).await?)
}

/// Sends another email with a verification link. The older link ends.
#[server(name = ResendVerification, prefix = "/do", endpoint = "accounts/resend-verification")]
pub async fn resend_verification(#[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.accounts.resend_verification(&who, Consent::without_preview(once)).await?)
}

/// The account of a link for a new password. This changes nothing.
#[server(name = GetReset, prefix = "/see", endpoint = "accounts/reset", input = GetUrl)]
pub async fn reset_standing(token: String) -> Result<Reset, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.accounts.reset_standing(&who, &token).await?)
}

/// Emails a link for a new password to the account with this username or verified address, if there is one.
#[server(name = AskForReset, prefix = "/do", endpoint = "accounts/ask-for-reset")]
pub async fn ask_for_reset(who: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, caller) = backend()?;
    Ok(backend.accounts.ask_for_reset(&caller, &who, Consent::without_preview(once)).await?)
}

/// Sets a new password with a link and signs out all devices.
#[server(name = ResetPassword, prefix = "/do", endpoint = "accounts/reset-password")]
pub async fn reset_password(token: String, password: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(backend.accounts.reset(&who, &token, &password, consent).await?)
}

/// Signs this device in, and continues to `next` if that is a page of this site.
#[server(name = SignIn, prefix = "/do", endpoint = "accounts/sign-in")]
pub async fn sign_in(who: String, password: String, #[server(default)] next: String) -> Result<Done, Failure> {
    let (backend, caller) = backend()?;
    let mut done = with_cookie(backend.accounts.sign_in(&caller, &who, &password).await?);
    done.next = crate::safe_redirect(&next).or(done.next);
    Ok(done)
}

/// Ends the session of this device.
#[server(name = SignOut, prefix = "/do", endpoint = "accounts/sign-out")]
pub async fn sign_out() -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(with_cookie(backend.accounts.sign_out(&who).await?))
}

/// Stores a theme in this browser.
#[server(name = ChooseTheme, prefix = "/do", endpoint = "accounts/theme")]
pub async fn theme(theme: String) -> Result<Done, Failure> {
    let theme = shared::wire::accounts::Theme::from_code(&theme);
    if let Some(crate::first_paint::ThemeCookie(name)) = use_context() {
        set_cookie(&theme.cookie(&name));
    }
    Ok(Done::stay(shared::words::Notice::ThemeChosen { name: theme.name().to_owned() }))
}

/// Sets the cookie that starts or ends a session.
#[cfg(feature = "ssr")]
pub(super) fn with_cookie(answer: DoneWithCookie) -> Done {
    set_cookie(&answer.cookie);
    answer.done
}

#[cfg(feature = "ssr")]
fn set_cookie(cookie: &str) {
    if let (Some(options), Ok(cookie)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(cookie))
    {
        options.append_header(http::header::SET_COOKIE, cookie);
    }
}
