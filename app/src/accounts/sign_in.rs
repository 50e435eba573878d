//! The sign-in page.

use crate::server_functions::PostTo as _;
use crate::ui::field::{PasswordField, TextField};
use crate::ui::form::{PostForm, Submit};
use crate::ui::public::Public;
use crate::ui::query::use_query;
use leptos::prelude::*;
use shared::refusal::Field;
use shared::routes::Page;
use shared::wire::accounts::SignInForm;

/// The page **Sign in**. `?next=` is the page to continue to.
#[component]
pub fn SignInPage() -> AnyView {
    let query = use_query();
    let next = move || query.read().get("next").and_then(|next| crate::safe_redirect(&next)).unwrap_or_default();
    let reason = move || (!next().is_empty()).then(|| view! { <p>"Sign in to continue."</p> });
    view! {
        <Public path=Page::SignIn.path() title="Sign in" description="Sign in to your Guildhall account."/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Sign in"</h1>
            {reason}
            {super::already_signed_in()}
            <PostForm url=SignInForm::URL form="sign-in" plain=true class="stack">
                <input type="hidden" name="next" value=next/>
                <TextField field=Field::Who label="Username or email" autocomplete="username"
                    hint="You can use your email address once it is verified."/>
                <PasswordField label="Password" autocomplete="current-password"/>
                <Submit label="Sign in" class="main"/>
            </PostForm>
            <p class="soft"><a href=Page::ForgottenPassword.path()>"Forgotten password?"</a></p>
            <p class="soft">"No account yet? " <a href=Page::CreateAccount.path()>"Create account"</a></p>
        </main>
    }
    .into_any()
}
