//! Verify an e-mail address: what the link stands for, or what to do until the letter is there.

use super::actions::{ResendVerification, Verify as VerifyAction, verification};
use crate::Failure;
use crate::ui::data::{page_data, shown};
use crate::ui::errors;
use crate::ui::form::{PostForm, Submit};
use crate::ui::frame::Looking;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use shared::problem::{Problem, Refusal};
use shared::wire::accounts::{SignedIn, Verification, Viewer};

/// What the page has to show.
#[derive(Clone, Serialize, Deserialize)]
enum Link {
    /// No link was opened.
    None,
    Works(Verification),
    Spent(Refusal),
}

/// The page of a verification link, and of those who wait for one.
#[component]
pub fn Verify() -> AnyView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.read().get("token").unwrap_or_default());
    let link = page_data(move || token.get(), link);
    let body = move |link: Link| match link {
        Link::Works(link) => works(link, token.get_untracked()),
        Link::Spent(why) => view! {
            <p class="alert" role="alert">{shared::words::refusal(&why)}</p>
            <Waiting/>
        }
        .into_any(),
        Link::None => view! { <Waiting/> }.into_any(),
    };
    view! {
        <Title text="Verify your e-mail address"/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Verify your e-mail address"</h1>
            {shown(link, body)}
        </main>
    }
    .into_any()
}

async fn link(token: String) -> Result<Link, Failure> {
    if token.is_empty() {
        return Ok(Link::None);
    }
    match verification(token).await {
        Ok(link) => Ok(Link::Works(link)),
        Err(Failure(Problem::Refused(
            why @ (Refusal::LinkUnknown {} | Refusal::LinkUsed {} | Refusal::LinkExpired {}),
        ))) => Ok(Link::Spent(why)),
        Err(other) => Err(other),
    }
}

fn works(link: Verification, token: String) -> AnyView {
    view! {
        <p>"This shows that " <b>{link.email}</b> " belongs to the account " <b>{link.username}</b> "."</p>
        <p class="soft">"If that is not your account, close this page: nothing happens then. The link ends " <When at=link.ends_at now=link.now/> "."</p>
        <PostForm url=VerifyAction::url() form="verify">
            <input type="hidden" name="token" value=token/>
            <Submit label="Verify e-mail address" class="main"/>
        </PostForm>
    }
    .into_any()
}

/// What to do until the letter is there.
#[component]
fn Waiting() -> impl IntoView {
    let Looking(looking) = expect_context();
    let body = move || Suspend::new(async move { waiting(looking.await) });
    view! { <Transition>{body}</Transition> }
}

fn waiting(viewer: Result<Viewer, Failure>) -> AnyView {
    match viewer {
        Err(Failure(problem)) => errors::instead(&problem),
        Ok(Viewer { account: None, .. }) => {
            view! { <p class="row"><a class="button" href="/sign-in?next=/verify">"Sign in"</a></p> }.into_any()
        }
        Ok(Viewer { account: Some(SignedIn { verified: true, email, .. }), .. }) => view! {
            <p><b>{email}</b> " is verified."</p>
            <p class="row"><a class="button main" href="/manage/organizations">"Your organizations"</a></p>
        }
        .into_any(),
        Ok(Viewer { account: Some(account), mail_goes_out, .. }) => view! {
            <p>"We have sent a letter to " <b>{account.email}</b> ". Open the link in it: then you can ask for an organization."</p>
            {(!mail_goes_out).then(|| view! {
                <p class="soft">"This site has no mail server yet. An administrator finds the letter under Outgoing mail, and can give you the link."</p>
            })}
            <p class="soft">"Nothing there? Look among the unwanted mail. A new letter makes the older link useless."</p>
            <PostForm url=ResendVerification::url() form="resend">
                <Submit label="Send it again"/>
            </PostForm>
        }
        .into_any(),
    }
}
