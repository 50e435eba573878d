//! The screens for accounts: landing, create account, sign in, forgotten password, verify, setup, settings.

pub mod actions;
mod forgotten;
mod landing;
mod new_account;
pub mod settings;
mod sign_in;
mod theme_switch;
mod verify;

use crate::ui::viewer::ViewerData;
use leptos::prelude::*;
use shared::routes::Page;

/// The notice for people who open the sign-in page while they are signed in.
fn already_signed_in() -> AnyView {
    let ViewerData(viewer_data) = expect_context();
    viewer_data.render_result(|viewer| {
        let account = viewer.ok().and_then(|viewer| viewer.account);
        account
            .map(|account| {
                view! {
                    <p class="alert calm">
                        "You are signed in as " <b translate="no">{account.username}</b> ". " <a href=Page::YourOrganizations.path()>"Your organizations"</a>
                    </p>
                }
            })
            .into_any()
    })
}

pub use forgotten::{ForgottenPasswordPage, ResetPasswordPage};
pub use landing::LandingPage;
pub use new_account::{CreateAccountPage, SetUpPage};
pub use settings::{AccountHistoryPage, AccountSettingsPage};
pub use sign_in::SignInPage;
pub use theme_switch::ThemeSwitch;
pub use verify::VerifyPage;

/// A hidden username for password managers. Browsers look for it as soon as they see the form.
fn hidden_username(username: String) -> AnyView {
    view! { <input class="unseen" type="text" autocomplete="username" value=username readonly tabindex="-1" aria-hidden="true"/> }
        .into_any()
}
