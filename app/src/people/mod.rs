//! The screens of an organization's people: the list, the invitations and the dialogs that change them.

pub mod actions;
mod bulk;
mod content;
mod dialogs;
mod effects;
mod exports;
mod filter;
mod invite;
mod list_query;
mod matrix;
mod members;
mod pending;
mod query_form;
mod row;
mod screen;
mod state;

pub use invite::InviteSeveralPage;
pub(crate) use matrix::matrix;

use crate::ui::data::Data;
use crate::ui::errors;
use crate::ui::query::use_query;
use crate::ui::rows::Row;
use crate::ui::time::When;
use dialogs::PeopleDialogs;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use list_query::ListQuery;
use screen::Screen;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::routes::Page;
use shared::unicode::isolated;
use shared::wire::people::{EndedMembership, EndedMembershipQuery, Heading, PeopleQuery};

/// Redirects `/manage/organization/<name>` to the page **People**.
#[component]
pub fn PeopleRedirect() -> AnyView {
    let params = use_params_map();
    let name = params.read_untracked().get("name").unwrap_or_default();
    crate::ui::errors::onward(Page::People(name.clone()).path())
}

/// The organization's name in the page's path.
fn use_organization_name() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("name").unwrap_or_default())
}

/// The page **People**.
#[component]
pub fn PeoplePage() -> AnyView {
    let (name, query) = (use_organization_name(), use_query());
    let query = Memo::new(move |_| ListQuery::of(&query.read()));
    let data = Data::of(move || {
        let ListQuery { text, role, from, .. } = query.get();
        PeopleQuery { organization: name.get(), text, role, from }
    });
    let screen = Screen::new();
    effects::listen(screen.store, name);
    // A reader who could see the page and now can't was removed or has left.
    let seen_display_name = StoredValue::new(None::<String>);
    let gone = RwSignal::new(false);
    let people = data.render_result(move |people| {
        let people = match (people, seen_display_name.get_value()) {
            (Ok(people), _) => people,
            (Err(Problem::Refused(Refusal::NotFound {})), Some(display_name)) => {
                gone.set(true);
                return former_member_page(name.get_untracked(), display_name);
            }
            (Err(problem), _) => return errors::instead(&problem),
        };
        if gone.get_untracked() {
            gone.set(false);
        }
        let Heading { name: organization, display_name, .. } = people.heading.clone();
        let title = ["People · ", &display_name].concat();
        seen_display_name.set_value(Some(display_name));
        effects::arrived(screen.store, people, query.get_untracked());
        // Drawn once for each organization. From then on its parts follow the state.
        let page: Row = (["people of ", &organization].concat(), Box::new(move || content::content(screen)));
        view! { <Title text=title/> <main id="main" class="page">{screen.draw(vec![page])}</main> }.into_any()
    });
    // A former member sees no dialogs.
    let dialogs = move || (!gone.get()).then(|| view! { <PeopleDialogs name query store=screen.store/> });
    view! { {people}{dialogs} }.into_any()
}

/// The page for a reader who is no longer a member.
fn former_member_page(organization: String, display_name: String) -> AnyView {
    let ended = Data::once(move || EndedMembershipQuery { organization: organization.clone() });
    let why = ended.render_result(|ended| match ended {
        Ok(EndedMembership { by: Some(by), role, at, now }) => view! {
            <b translate="no">{by}</b> " removed you " <When at now/> ". You were " {role.with_article()} "."
        }
        .into_any(),
        Ok(EndedMembership { by: None, role, at, now }) => {
            view! { "You left " <When at now/> ". You were " {role.with_article()} "." }.into_any()
        }
        Err(_) => "We sent you an email with the details.".into_any(),
    });
    view! {
        <Title text=display_name.clone()/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1"><bdi translate="no">{display_name}</bdi></h1>
            <p class="alert calm" role="alert">"You are no longer a member of this organization. " {why}</p>
            <p class="row"><a class="button" href=Page::YourOrganizations.path()>"Your organizations"</a></p>
        </main>
    }
    .into_any()
}

/// The header of every page under `/manage/organization/<name>`.
fn organization_header(heading: &Heading) -> AnyView {
    let label = ["Manage ", &isolated(&heading.display_name)].concat();
    let you = ["You are ", &heading.my_role.with_article()].concat();
    view! {
        <div class="lead">
            <h1 tabindex="-1"><bdi translate="no">{heading.display_name.clone()}</bdi></h1>
            <a translate="no" class="name soft" href=Page::Profile(heading.name.clone()).path()>{heading.name.clone()}</a>
            <span class="tag">{heading.kind.name()}</span>
            <span class="tag good">{you}</span>
        </div>
        <nav class="tabs" aria-label=label>
            <a href=Page::People(heading.name.clone()).path() aria-current="page">"People"</a>
        </nav>
    }
    .into_any()
}
