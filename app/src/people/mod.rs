//! The screens of an organization's people: the list, the invitations and the dialogs that change them.

pub mod actions;
mod dialogs;
mod fresh;
mod in_place;
mod invite;
mod list_query;
mod matrix;
mod shown;
mod state;
mod table;
mod waiting;

pub use invite::InviteSeveralPage;
pub(crate) use matrix::matrix;

use crate::browser;
use crate::ui::data::Data;
use crate::ui::query::use_query;
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use crate::ui::{errors, rows};
use dialogs::PeopleDialogs;
use fresh::{Before, Lately, Lines};
use invite::InviteForm;
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use shared::names::Username;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::roles::Role;
use shared::routes::{Page, Topic};
use shared::unicode::isolated;
use shared::wire::people::{EndedMembership, FarewellQuery, Heading, People, PeopleQuery, PersonRow};
use shared::words::{self, count};
use shown::Shown;
use std::collections::{BTreeMap, BTreeSet};

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

/// What the reader has selected and typed but not sent. A refresh renders the page again and keeps all of it.
#[derive(Clone, Copy)]
pub(crate) struct Unsent {
    /// The fields of the form **Invite**.
    username: RwSignal<String>,
    role: RwSignal<Role>,
    /// Unsaved roles, by username.
    picked: StoredValue<BTreeMap<String, Role>>,
    /// Changes to the selection, by username: `username=role` for a selected row, `None` for a deselected one.
    ticked: RwSignal<BTreeMap<String, Option<String>>>,
    /// Selected people who are no longer members.
    dropped: RwSignal<Vec<String>>,
    /// How many bulk actions have succeeded. Each clears the selection.
    times_done: StoredValue<u32>,
    /// The text that filters the visible rows.
    narrow: RwSignal<String>,
    /// The search text of the visible list.
    text: StoredValue<Option<String>>,
}

impl Unsent {
    fn new() -> Self {
        Self {
            username: RwSignal::new(String::new()),
            role: RwSignal::new(Role::Member),
            picked: StoredValue::new(BTreeMap::new()),
            ticked: RwSignal::new(BTreeMap::new()),
            dropped: RwSignal::new(Vec::new()),
            times_done: StoredValue::new(0),
            narrow: RwSignal::new(String::new()),
            text: StoredValue::new(None),
        }
    }

    /// Resets the filter if the list comes from another search, because after Back the field must show this list's text.
    fn looked_up_by(&self, text: &str) {
        let before = self.text.try_update_value(|before| before.replace(text.to_owned())).flatten();
        let Some(before) = before.filter(|before| before != text) else { return };
        // If the reader has typed more since, the filter is meant for the new list.
        let _ = self.narrow.try_update(|narrow| {
            if *narrow == before || narrow == text {
                narrow.clear();
            }
        });
    }

    /// The role that a person's row shows. An unsaved role that equals the stored one has been saved and is forgotten.
    /// Otherwise a later change by someone else would look like the reader's own choice.
    fn picked(&self, person: &PersonRow) -> Role {
        let picked = self.picked.try_update_value(|picked| {
            let one = picked.get(&person.username).copied();
            if one == Some(person.role) {
                picked.remove(&person.username);
            }
            one
        });
        picked.flatten().unwrap_or(person.role)
    }

    /// Clears the selection after a bulk action.
    fn choose_nobody(&self) {
        let _ = self.ticked.try_set(BTreeMap::new());
        let _ = self.dropped.try_set(Vec::new());
        let _ = self.times_done.try_update_value(|times| *times += 1);
    }

    /// Removes people who are no longer members from the selection. Only a complete list shows who they are. With a partial
    /// list, the bulk action's dialog reports them.
    fn still_here(&self, shown: Shown, people: &People) -> Shown {
        if !shown.is_whole() || people.next.is_some() {
            return shown;
        }
        let name = |one: &String| one.split('=').next().unwrap_or_default().to_owned();
        let here: BTreeSet<&str> = people.people.iter().map(|person| person.username.as_str()).collect();
        let chosen = untrack(|| self.chosen(&shown.chosen));
        let gone: BTreeSet<String> = chosen.iter().map(name).filter(|name| !here.contains(name.as_str())).collect();
        let _ = self.ticked.try_update(|ticked| ticked.extend(gone.iter().map(|name| (name.clone(), None))));
        let _ = self.dropped.try_update(|dropped| {
            dropped.retain(|name| !here.contains(name.as_str()));
            // A URL may contain anything, so only valid usernames are reported.
            dropped.extend(gone.into_iter().filter(|name| Username::parse(name).is_ok()));
        });
        Shown { chosen: shown.chosen.into_iter().filter(|one| here.contains(name(one).as_str())).collect(), ..shown }
    }

    /// The current selection, where `before` is the one in the URL.
    fn chosen(&self, before: &[String]) -> Vec<String> {
        self.ticked.with(|ticked| {
            let kept = before.iter().filter(|one| !ticked.contains_key(one.split('=').next().unwrap_or_default()));
            kept.chain(ticked.values().flatten()).cloned().collect()
        })
    }
}

/// The page **People**.
#[component]
pub fn PeoplePage() -> AnyView {
    let (name, query) = (use_organization_name(), use_query());
    let unsent = Unsent::new();
    provide_context(unsent);
    let shown = Memo::new(move |_| Shown::of(&query.read()));
    let data = Data::of(move || {
        let Shown { text, role, from, .. } = shown.get();
        PeopleQuery { organization: name.get(), text, role, from }
    });
    let refresh = expect_context::<Refresh>();
    // The topic `yours` covers changes to the reader's own membership, and so to their access.
    let topics = Signal::derive(move || vec![Topic::People(name.get()).name(), Topic::Yours.name()]);
    let lately = Lately::new();
    browser::on_change(topics, move || {
        refresh.all();
        lately.ask(untrack(|| name.get()));
    });
    // A reader who could see the page and now can't was removed or has left.
    let seen_display_name = StoredValue::new(None::<String>);
    let account_name = RwSignal::new(String::new());
    let (before, owner) = (Before::new(refresh), rows::page());
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
        seen_display_name.set_value(Some(people.heading.display_name.clone()));
        account_name.set(people.heading.name.clone());
        let title = ["People · ", &people.heading.display_name].concat();
        view! { <Title text=title/> <main id="main" class="page">{body(people, shown, before, lately, &owner)}</main> }
            .into_any()
    });
    // A former member sees no dialogs.
    let dialogs = move || (!gone.get()).then(|| view! { <PeopleDialogs name shown account_name/> });
    view! { {people}{dialogs} }.into_any()
}

/// The page for a reader who is no longer a member.
fn former_member_page(organization: String, display_name: String) -> AnyView {
    let farewell = Data::once(move || FarewellQuery { organization: organization.clone() });
    let why = farewell.render_result(|farewell| match farewell {
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

/// Links that export the people and invitations.
fn export_links(organization: &str) -> AnyView {
    let list = |kind: &str| [&Page::People(organization.to_owned()).path(), ".", kind].concat();
    view! {
        <p class="soft apart">"Export people and invitations as "
            <a href=list("csv") rel="external" download>"CSV"</a> " or "
            <a href=list("json") rel="external" download>"JSON"</a></p>
    }
    .into_any()
}

fn body(people: People, shown: Memo<Shown>, before: Before, lately: Lately, page: &WeakOwner) -> AnyView {
    let unsent = expect_context::<Unsent>();
    let all: u32 = people.roles.iter().map(|(_, number)| number).sum();
    let roles: Vec<String> =
        people.roles.iter().map(|(role, n)| count(u64::from(*n), role.name(), role.plural())).collect();
    let managing = people.managing.is_none();
    if managing {
        lately.drawn(&people.heading.name, people.now);
    }
    // The counts of each role add nothing to a list of one person.
    let several = all > 1;
    let why = people.managing.as_ref().map(|why| view! { <p class="soft">{words::refusal(why)}</p> });
    let to_invite =
        managing.then(|| view! { <a class="button" href="#invite-heading" rel="external">"Invite member"</a> });
    let state = unsent.still_here(shown.get_untracked(), &people);
    unsent.looked_up_by(&state.text);
    let Lines { people: rows, invitations, said } = before.lines(&people, &state);
    let invite = managing.then(|| {
        let heading = people.heading.clone();
        view! { <InviteForm organization=heading.name known=people.known.clone() price=people.price/> }
    });
    view! {
        {organization_header(&people.heading)}
        <div class="between"><h2>{count(u64::from(all), "person", "people")}</h2>{to_invite}</div>
        {several.then(|| view! { <p class="soft">{roles.join(" · ")}</p> })}
        {managing.then(|| lately.line())}
        {table::table(&people, all, &state, (rows, said), before, page)}
        {why}
        {waiting::pending_invitations(&people, invitations, &state, before, page)}
        {managing.then(|| export_links(&people.heading.name))}
        {invite}
        {matrix(false)}
    }
    .into_any()
}
