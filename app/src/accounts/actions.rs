//! The server functions of accounts.

use crate::server_functions::server_functions;
use leptos::prelude::*;
use shared::wire::Done;
use shared::wire::accounts::{
    AskForResetForm, CreateAccountForm, ResendVerificationForm, ResetPasswordForm, ResetQuery, SetUpForm, SetUpQuery,
    SignInForm, SignOutForm, UsernameQuery, VerificationQuery, VerifyEmailForm, ViewerQuery,
};

server_functions! {
    /// The viewer's account, and what the frame shows them.
    Answer viewer(ViewerQuery) at "accounts/viewer";
    /// Whether a username is available.
    Answer username(UsernameQuery) at "accounts/username";
    /// Whether a set-up link works. This changes nothing.
    Answer set_up_standing(SetUpQuery) at "accounts/set-up";
    /// The account and address of a verification link. This changes nothing.
    Answer verification(VerificationQuery) at "accounts/verification";
    /// The account of a link for a new password. This changes nothing.
    Answer reset_standing(ResetQuery) at "accounts/reset";
    /// Creates an account and signs this device in (rules, section 2).
    Handle create(CreateAccountForm) at "accounts/create";
    /// Creates the first administrator's account, with the set-up link.
    Handle set_up(SetUpForm) at "accounts/set-up";
    /// Verifies an email address with the link of an email.
    Execute verify(VerifyEmailForm) at "accounts/verify";
    /// Sends another email with a verification link. The older link ends.
    Execute resend_verification(ResendVerificationForm) at "accounts/resend-verification";
    /// Emails a link for a new password to the account with this username or verified address, if there is one.
    Handle ask_for_reset(AskForResetForm) at "accounts/ask-for-reset";
    /// Sets a new password with a link and signs out all devices.
    Handle reset_password(ResetPasswordForm) at "accounts/reset-password";
    /// Signs this device in, and continues to `next` if that is a page of this site.
    Handle sign_in(SignInForm) at "accounts/sign-in";
    /// Ends the session of this device.
    Handle sign_out(SignOutForm) at "accounts/sign-out";
}

/// The id of the signed-in account; empty for a visitor.
#[server(name = GetReader, prefix = "/see", endpoint = "accounts/reader", input = server_fn::codec::GetUrl)]
pub async fn reader() -> Result<String, crate::Failure> {
    Ok(crate::backend::caller().reader())
}

/// Stores a theme in this browser.
#[server(name = ChooseTheme, prefix = "/do", endpoint = "accounts/theme")]
pub async fn theme(theme: String) -> Result<Done, crate::Failure> {
    let theme = shared::wire::accounts::Theme::from_code(&theme);
    if let Some(crate::first_paint::ThemeCookie(name)) = use_context() {
        crate::backend::set_cookie(&theme.cookie(&name));
    }
    Ok(Done::stay(shared::notice::Notice::ThemeChosen { name: theme.name().to_owned() }))
}
