//! Verifying an email address: the page of the link, and what to do while the email has not arrived.

use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::errors;
use crate::ui::form::{PostForm, Submit};
use crate::ui::query::use_query;
use crate::ui::time::When;
use crate::ui::viewer::ViewerData;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::routes::Page;
use shared::wire::accounts::{
    ResendVerificationForm, SignOutForm, SignedIn, Verification, VerificationQuery, VerifyEmailForm, Viewer,
};

/// The page of a verification link, also for people who are waiting for one.
#[component]
pub fn VerifyPage() -> AnyView {
    let query = use_query();
    let token = Memo::new(move |_| query.read().get("token").unwrap_or_default());
    let link = Data::of(move || VerificationQuery { token: token.get().into() });
    let body = move |link: Result<Verification, Problem>| match link {
        Ok(link) => verify_form(link, token.get_untracked()),
        // The page was opened without a link.
        Err(Problem::Refused(Refusal::LinkInvalid {})) if token.with_untracked(String::is_empty) => {
            view! { <Unverified/> }.into_any()
        }
        Err(Problem::Refused(why @ Refusal::LinkOfOtherAccount { .. })) => {
            errors::status(why.status());
            view! {
                <p class="alert" role="alert">{shared::words::refusal(&why)}</p>
                <PostForm url=SignOutForm::URL form="sign-out-here" plain=true>
                    <Submit label="Sign out"/>
                </PostForm>
            }
            .into_any()
        }
        Err(Problem::Refused(why @ (Refusal::LinkInvalid {} | Refusal::LinkUsed {} | Refusal::LinkExpired {}))) => {
            errors::status(why.status());
            view! {
                <p class="alert" role="alert">{shared::words::refusal(&why)}</p>
                <Unverified/>
            }
            .into_any()
        }
        Err(other) => errors::instead(&other),
    };
    view! {
        <Title text="Verify your email address"/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Verify your email address"</h1>
            {link.render_result(body)}
        </main>
    }
    .into_any()
}

fn verify_form(link: Verification, token: String) -> AnyView {
    view! {
        <p>"Verify that " <b translate="no">{link.email}</b> " belongs to the account " <b translate="no">{link.username}</b> "."</p>
        <p class="soft">"If this isn't your account, close this page and nothing will happen. The link expires " <When at=link.ends_at now=link.now/> "."</p>
        <PostForm url=VerifyEmailForm::URL form="verify">
            <input type="hidden" name="token" value=token/>
            <Submit label="Verify email address" class="main"/>
        </PostForm>
    }
    .into_any()
}

/// What to do while the email has not arrived.
#[component]
fn Unverified() -> impl IntoView {
    let ViewerData(viewer_data) = expect_context();
    viewer_data.render_result(unverified)
}

fn unverified(viewer: Result<Viewer, Problem>) -> AnyView {
    match viewer {
        Err(problem) => errors::instead(&problem),
        Ok(Viewer { account: None, .. }) => {
            view! { <p class="row"><a class="button" href=[&Page::SignIn.path(), "?next=/verify"].concat()>"Sign in"</a></p> }.into_any()
        }
        Ok(Viewer { account: Some(SignedIn { verified: true, email, .. }), .. }) => view! {
            <p><b translate="no">{email}</b> " is verified."</p>
            <p class="row"><a class="button main" href=Page::YourOrganizations.path()>"Your organizations"</a></p>
        }
        .into_any(),
        Ok(Viewer { account: Some(account), mail_goes_out, .. }) => view! {
            <p>"We emailed a link to " <b translate="no">{account.email}</b> ". Open it to verify the address. You can then request an organization, and sign in with this address. Until then, sign in with your username."</p>
            {(!mail_goes_out).then(|| view! {
                <p class="soft">"This site has no mail server yet. An administrator can find the email under Outgoing email and give you the link."</p>
            })}
            <p class="soft">"Can't find it? Check your spam folder. If we send it again, only the new link works."</p>
            <PostForm url=ResendVerificationForm::URL form="resend">
                <Submit label="Send it again"/>
            </PostForm>
        }
        .into_any(),
    }
}
