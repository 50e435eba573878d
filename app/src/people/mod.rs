//! The screens of an organization's people.

pub mod actions;

use crate::ui::data::Data;
use crate::ui::frame::Refresh;
use crate::ui::time::When;
use crate::{addresses, browser};
use actions::GetPeople;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use shared::moment::Moment;
use shared::names::normalize;
use shared::roles::{Permission, Role};
use shared::wire::people::{Heading, People, PersonRow};
use shared::words::count;

/// The bare address of an organization that one manages leads to its people.
#[component]
pub fn ToPeople() -> AnyView {
    let params = use_params_map();
    let name = params.read_untracked().get("name").unwrap_or_default();
    crate::ui::errors::onward(addresses::people(&name))
}

/// The page **People**.
#[component]
pub fn PeoplePage() -> AnyView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.read().get("name").unwrap_or_default());
    let data = Data::of(move || GetPeople { organization: name.get() });
    let refresh = expect_context::<Refresh>();
    let topics = Signal::derive(move || vec![["people/", &normalize(&name.get())].concat()]);
    browser::on_news(topics, move || refresh.all());
    data.shown(|people| {
        let title = ["People · ", &people.heading.display_name].concat();
        view! { <Title text=title/> <main id="main" class="page">{body(people)}</main> }.into_any()
    })
}

/// What stands above every page of an organization that one manages.
fn heading(heading: &Heading) -> AnyView {
    let label = ["Manage ", &heading.display_name].concat();
    let you = ["You are ", &heading.my_role.with_article()].concat();
    view! {
        <div class="lead">
            <h1 tabindex="-1">{heading.display_name.clone()}</h1>
            <a class="name soft" href=addresses::profile(&heading.name)>{heading.name.clone()}</a>
            <span class="tag">{heading.kind.name()}</span>
            <span class="tag good">{you}</span>
        </div>
        <nav class="tabs" aria-label=label>
            <a href=addresses::people(&heading.name) aria-current="page">"People"</a>
        </nav>
    }
    .into_any()
}

fn body(people: People) -> AnyView {
    let now = people.now;
    let total = count(u64::try_from(people.people.len()).unwrap_or(0), "person", "people");
    let roles: Vec<String> = Role::ALL
        .into_iter()
        .filter_map(|role| {
            let n = people.people.iter().filter(|p| p.role == role).count();
            let plural = [role.name(), "s"].concat();
            (n > 0).then(|| count(u64::try_from(n).unwrap_or(0), role.name(), &plural))
        })
        .collect();
    // Of one person the table says it.
    let several = people.people.len() > 1;
    view! {
        {heading(&people.heading)}
        <h2>{total}</h2>
        {several.then(|| view! { <p class="soft">{roles.join(" · ")}</p> })}
        <table class="people">
            <thead><tr><th scope="col">"Person"</th><th scope="col">"Role"</th><th scope="col">"Joined"</th></tr></thead>
            <tbody>{people.people.into_iter().map(|person| row(person, now)).collect_view()}</tbody>
        </table>
        {matrix(false)}
    }
    .into_any()
}

fn row(person: PersonRow, now: Moment) -> AnyView {
    let initial = person.username.chars().next().unwrap_or('?').to_uppercase().to_string();
    view! {
        <tr>
            <td><div class="person"><span class="face" aria-hidden="true">{initial}</span>
                <span><b>{person.username}</b>{person.you.then(|| view! { <small>"you"</small> })}</span></div></td>
            <td data-label="Role">{person.role.name()}</td>
            <td data-label="Joined"><When at=person.joined_at now/></td>
        </tr>
    }
    .into_any()
}

/// The whole table of roles and permissions, made from the rules; folded away or `open`.
pub(crate) fn matrix(open: bool) -> AnyView {
    let head = Role::ALL.map(|role| view! { <th scope="col">{role.name()}</th> });
    let rows = Permission::ALL.map(|permission| {
        let cells = Role::ALL.map(|role| {
            let (mark, word) = if role.permits(permission) { ("✔", "yes") } else { ("", "no") };
            view! { <td data-label=role.name() class=word><span aria-hidden="true">{mark}</span><span class="unseen">{word}</span></td> }
        });
        view! { <tr><th scope="row">{permission.words()}</th>{cells.into_iter().collect_view()}</tr> }
    });
    view! {
        <details class="matrix" open=open>
            <summary>"What each role permits"</summary>
            <table>
                <thead><tr><th scope="col">"Permission"</th>{head.into_iter().collect_view()}</tr></thead>
                <tbody>{rows.into_iter().collect_view()}</tbody>
            </table>
        </details>
    }
    .into_any()
}
