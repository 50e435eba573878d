//! Forgotten password: requesting a link, and choosing a new password with it.

use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::errors;
use crate::ui::field::{PasswordField, TextField};
use crate::ui::form::{PostForm, Submit};
use crate::ui::public::Public;
use crate::ui::query::use_query;
use crate::ui::time::When;
use crate::ui::viewer::ViewerData;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::routes::Page;
use shared::wire::accounts::{AskForResetForm, Reset, ResetPasswordForm, ResetQuery};

/// The page **Forgotten password**.
#[component]
pub fn ForgottenPasswordPage() -> AnyView {
    let ViewerData(viewer_data) = expect_context();
    let instructions = viewer_data.render_result(|viewer| {
        let words = match viewer.is_ok_and(|viewer| !viewer.mail_goes_out) {
            true => "This site has no mail server yet. The email with the link is kept under Outgoing email, where an administrator can find it and give you the link. Use the link to choose a new password.",
            false => "We'll email you a link to choose a new password.",
        };
        view! { <p>{words}</p> }.into_any()
    });
    view! {
        <Public path=Page::ForgottenPassword.path() title="Forgotten password" description="Get a link by email and choose a new password."/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Forgotten password"</h1>
            {instructions}
            <PostForm url=AskForResetForm::URL form="forgotten" class="stack">
                <TextField field=Field::Who label="Username or email" autocomplete="username"
                    hint="We can only send the link to a verified address."/>
                <Submit label="Send the link" class="main"/>
            </PostForm>
            <p class="soft">"Remember it? " <a href=Page::SignIn.path()>"Sign in"</a></p>
        </main>
    }
    .into_any()
}

/// The page of a link for a new password. Opening it changes nothing.
#[component]
pub fn ResetPasswordPage() -> AnyView {
    let query = use_query();
    let token = Memo::new(move |_| query.read().get("token").unwrap_or_default());
    let link = Data::of(move || ResetQuery { token: token.get().into() });
    let body = move |link: Result<Reset, Problem>| match link {
        Ok(link) => password_form(link, token.get_untracked()),
        Err(Problem::Refused(why @ Refusal::ResetLinkInvalid {})) => {
            errors::status(why.status());
            view! {
                <p class="alert" role="alert">{shared::words::refusal(&why)}</p>
                <p class="row"><a class="button" href=Page::ForgottenPassword.path()>"Request a new link"</a></p>
            }
            .into_any()
        }
        Err(other) => errors::instead(&other),
    };
    view! {
        <Title text="Choose a new password"/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Choose a new password"</h1>
            {link.render_result(body)}
        </main>
    }
    .into_any()
}

fn password_form(link: Reset, token: String) -> AnyView {
    let (username, email) = (link.username.clone(), link.email);
    let check = move |password: String| Password::new(&password, &username, &email).map(|_| ());
    view! {
        <p>"This changes the password of " <b translate="no">{link.username.clone()}</b> ". All devices are signed out. You then sign in with the new password."</p>
        <p class="soft">"The link expires " <When at=link.ends_at now=link.now/> "."</p>
        <PostForm url=ResetPasswordForm::URL form="reset" class="stack">
            <input type="hidden" name="token" value=token/>
            {super::hidden_username(link.username)}
            <PasswordField label="New password" autocomplete="new-password" check=check
                hint="At least 15 characters. A few words make a good password. You can paste it or use a password manager."/>
            <Submit label="Change password" class="main"/>
        </PostForm>
    }
    .into_any()
}
