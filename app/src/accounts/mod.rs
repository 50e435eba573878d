//! The screens of accounts: landing, create account, sign in, verify, set up.

pub mod actions;
mod landing;
mod new_account;
mod sign_in;
mod verify;

use crate::ui::frame::Looking;
use leptos::prelude::*;

/// What somebody is told who comes to sign in, and has done so.
fn signed_in_already() -> AnyView {
    let Looking(looking) = expect_context();
    looking.judged(|viewer| {
        let account = viewer.ok().and_then(|viewer| viewer.account);
        account
            .map(|account| {
                view! {
                    <p class="alert calm">
                        "You are signed in as " <b>{account.username}</b> ". " <a href="/manage/organizations">"Your organizations"</a>
                    </p>
                }
            })
            .into_any()
    })
}

pub use landing::Landing;
pub use new_account::{CreateAccount, SetUp};
pub use sign_in::SignIn;
pub use verify::Verify;
