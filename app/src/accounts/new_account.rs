//! Creating an account, and the first administrator's account with the set-up link.

use crate::addresses;
use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::errors;
use crate::ui::field::{Lookup, LookupHint, PasswordField, TextField, debounced_lookup};
use crate::ui::form::{PostForm, Submit};
use crate::ui::public::Public;
use crate::ui::query::use_query;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::addresses::EmailAddress;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::reserved::parse_new_username;
use shared::routes::Page;
use shared::wire::accounts::{CreateAccountForm, SetUpForm, SetUpQuery, UsernameQuery, UsernameStanding};

/// The page **Create account**.
#[component]
pub fn CreateAccountPage() -> AnyView {
    view! {
        <Public path=Page::CreateAccount.path() title="Create account" description="Create a Guildhall account to request an organization or to join one."/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Create account"</h1>
            <p class="soft">"Already have an account? " <a href=Page::SignIn.path()>"Sign in"</a></p>
            {super::already_signed_in()}
            <PostForm url=CreateAccountForm::URL form="create-account" plain=true class="stack">
                <Fields/>
                <Submit label="Create account" class="main"/>
            </PostForm>
        </main>
    }
    .into_any()
}

/// The page of the set-up link. Opening it changes nothing.
#[component]
pub fn SetUpPage() -> AnyView {
    let query = use_query();
    let token = Memo::new(move |_| query.read().get("token").unwrap_or_default());
    let link = Data::of(move || SetUpQuery { token: token.get().into() });
    let body = move |link: Result<(), Problem>| {
        match link {
        Ok(()) => view! {
            <p>"Create the first account. It becomes the administrator: it reviews requests and can read all outgoing email."</p>
            <PostForm url=SetUpForm::URL form="set-up" plain=true class="stack">
                <input type="hidden" name="token" value=token/>
                <Fields/>
                <Submit label="Create administrator account" class="main"/>
            </PostForm>
        }
        .into_any(),
        Err(problem @ Problem::Refused(Refusal::AlreadySetUp {} | Refusal::SetUpLinkInvalid {})) => {
            errors::status(problem.status());
            let sign_in = matches!(problem, Problem::Refused(Refusal::AlreadySetUp {}))
                .then(|| view! { <p class="row"><a class="button" href=Page::SignIn.path()>"Sign in"</a></p> });
            view! { <p class="alert" role="alert">{shared::words::problem(&problem)}</p> {sign_in} }.into_any()
        }
        Err(other) => errors::instead(&other),
    }
    };
    view! {
        <Title text="Set up the site"/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Set up the site"</h1>
            {link.render_result(body)}
        </main>
    }
    .into_any()
}

/// Username, email address and password, checked while they are typed.
#[component]
fn Fields() -> impl IntoView {
    let (username, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let found = debounced_lookup::<UsernameStanding>(username, |typed| {
        parse_new_username(typed)
            .ok()
            .map(|name| addresses::get_url(&UsernameQuery { username: name.as_str().to_owned() }))
    });
    let free =
        Memo::new(move |_| found.get().filter(|(typed, _)| username.with(|u| u == typed)).map(|(_, known)| known.free));
    let fault = Signal::derive(move || (free.get() == Some(false)).then_some(FaultCode::UsernameTaken {}));
    let hint = Signal::derive(move || {
        let good = (free.get() == Some(true)).then(|| "Available.".to_owned())?;
        Some(LookupHint { good: Some(good), rest: "You can't change it later.".to_owned(), similar: Vec::new() })
    });
    let check = move |password: String| Password::new(&password, &username.get(), &email.get()).map(|_| ());
    view! {
        <TextField field=Field::Username label="Username" autocomplete="username" typed=username
            hint="Letters, digits, “.”, “_” and “-”. You can't change it later."
            check={|typed: &str| parse_new_username(typed).map(|_| ())} lookup=Lookup { fault, hint }/>
        <TextField field=Field::Email label="Email address" kind="email" autocomplete="email" typed=email
            hint="We'll email you a link to verify it."
            check={|typed: &str| EmailAddress::parse(typed).map(|_| ())}/>
        <PasswordField label="Password" autocomplete="new-password" check=check
            hint="At least 15 characters. A few words make a good password. You can paste it or use a password manager."/>
    }
}
