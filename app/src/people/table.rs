//! The list of people, with an Owner's controls in each row.
//!
//! Every change opens a dialog at its own URL, so that it works without JavaScript. The forms of the rows and the bulk form
//! use GET, and the URL keeps the filter and the selection.

use super::Unsent;
use super::fresh::{Before, seen_for_a_while};
use super::in_place::Line;
use super::shown::{Shown, hidden};
use crate::ui::rows::{Row, rows};
use crate::ui::status_line::StatusLine;
use crate::ui::time::When;
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use shared::names::{NameKey, Username};
use shared::roles::Role;
use shared::routes::Page;
use shared::timestamp::Timestamp;
use shared::wire::people::{People, PersonRow};
use shared::words::{self, count, list};
use std::collections::BTreeMap;

/// Submits a GET form by client-side navigation, with the current selection. `before` is the selection when the form was
/// rendered.
fn submit_by_get(
    form: NodeRef<leptos::html::Form>,
    to: String,
    before: Vec<String>,
    unsent: Unsent,
) -> impl Fn(leptos::ev::SubmitEvent) {
    let (navigate, status) = (use_navigate(), expect_context::<StatusLine>());
    move |event| {
        let Some(query) = browser::form_query(form, &event) else { return };
        event.prevent_default();
        // The status line describes an earlier action.
        status.clear();
        let rest: Vec<&str> = query.split('&').filter(|part| !part.starts_with("people=")).collect();
        let chosen = untrack(|| unsent.chosen(&before));
        let to = [&to, "?", &rest.join("&")].concat();
        let to = addresses::with_query(&to, chosen.iter().map(|one| ("people", one.as_str())));
        navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    }
}

/// The people, with the filter above and the pages below.
pub fn table(
    people: &People,
    all: u32,
    state: &Shown,
    (lines, mut said): (Vec<Line<PersonRow>>, BTreeMap<String, String>),
    before: Before,
    page: &WeakOwner,
) -> AnyView {
    let (organization, managing, now) = (people.heading.name.clone(), people.managing.is_none(), people.now);
    let unsent = expect_context::<Unsent>();
    // Without the selection: the checkboxes have it, and a change of it must not render a row whose menu is open again.
    let part = Shown { chosen: Vec::new(), ..state.clone() }.address(&organization);
    // A short list that is complete needs no filter.
    let filtered = !state.is_whole() || !unsent.narrow.with_untracked(String::is_empty);
    let filter = (all > 8 || filtered || people.more_invitations).then(|| {
        let (organization, state) = (organization.clone(), state.clone());
        let row: Row = (part.clone(), Box::new(move || filter_form(&organization, &state, unsent)));
        rows(page, vec![row])
    });
    let empty_notice = lines.is_empty().then(|| {
        let role = Role::from_code(&state.role).map(|role| [" with the role ", role.name()].concat());
        let text = (!state.text.is_empty()).then(|| {
            view! { " match “" <bdi translate="no">{state.text.clone()}</bdi> "”" }
        });
        let people = if text.is_some() { "No people" } else { "There are no people" };
        view! { <p class="soft">{people} {role} {text} "."</p> }
    });
    let held = people.held.as_ref().map(words::refusal);
    // A row's checkbox and unsaved role stay with its person when rows are inserted above.
    let render_row = |line: Line<PersonRow>| -> Row {
        let said = said.remove(&line.row.username);
        let looks = [
            line.row.username.as_str(),
            line.row.role.code(),
            said.as_deref().unwrap_or_default(),
            &part,
            &unsent.times_done.get_value().to_string(),
            if managing { "managing" } else { "" },
            if line.gone { "gone" } else { "" },
            held.as_deref().filter(|_| line.row.you).unwrap_or_default(),
        ];
        let (looks, organization, state) = (looks.join(" "), organization.clone(), state.clone());
        let held = held.clone().filter(|_| line.row.you);
        (looks, Box::new(move || row(line, said, &organization, (managing, held), now, &state, unsent)))
    };
    let rows = rows(page, lines.into_iter().map(render_row).collect());
    // The filter applies to the rows of both lists on this page. A match may be on another page.
    let invited = people.invitations.iter().map(|invitation| Username::from_stored(invitation.username.clone()).key());
    let keys: Vec<NameKey> = keys_on_page(people).into_iter().chain(invited).collect();
    let narrowed = move || {
        let none = !keys.is_empty() && unsent.narrow.with(|text| keys.iter().all(|key| !matches_filter(key, text)));
        none.then(|| view! { <p class="soft">"No matches on this page. Press Enter to search everyone."</p> })
    };
    let several = managing && all > 1;
    let choose =
        managing.then(|| view! { <th role="columnheader" scope="col"><span class="unseen">"Select"</span></th> });
    let action = view! { <th role="columnheader" scope="col"><span class="unseen">"Action"</span></th> };
    let below = (several || people.next.is_some() || !state.from.is_empty())
        .then(|| bulk_form(&organization, several, people, state, unsent));
    view! {
        {filter}
        {empty_notice.is_none().then(|| view! { <table role="table" class="people" class:managed=managing on:mouseleave=move |_| before.left() on:focusout=move |_| before.left()>
            <thead role="rowgroup"><tr role="row">{choose}<th role="columnheader" scope="col">"Person"</th><th role="columnheader" scope="col">"Role"</th><th role="columnheader" scope="col">"Joined"</th>{action}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table> })}
        {empty_notice}
        {narrowed}
        {below}
    }
    .into_any()
}

/// Whether a person matches the filter text.
pub fn matches_filter(person: &NameKey, text: &str) -> bool {
    person.as_str().contains(Username::from_stored(text.trim().to_owned()).key().as_str())
}

fn filter_form(organization: &str, state: &Shown, unsent: Unsent) -> AnyView {
    let (to, narrow) = (Page::People(organization.to_owned()).path(), unsent.narrow);
    let form = NodeRef::<leptos::html::Form>::new();
    let sent = submit_by_get(form, to.clone(), state.chosen.clone(), unsent);
    let chosen = hidden(state.chosen.iter().map(|one| ("people", one.as_str())));
    let only = state.role.clone();
    let whole = Shown { chosen: state.chosen.clone(), ..Shown::default() }.address(organization);
    let all =
        (!state.is_whole()).then(|| view! { <a href=whole on:click=move |_| narrow.set(String::new())>"Show all"</a> });
    let options = Role::ALL.map(|role| {
        let selected = role.code() == only;
        view! { <option value=role.code() selected=selected>{role.plural()}</option> }
    });
    // Chromium sends a last event when the focused field is replaced, and the signal may be disposed by then.
    let typed = move |event| {
        let _ = narrow.try_set(event_target_value(&event));
    };
    let text = narrow.get_untracked();
    let text = if text.is_empty() { state.text.clone() } else { text };
    view! {
        <form class="find" role="search" aria-label="This list" action=to method="get" autocomplete="off" node_ref=form on:submit=sent>
            <input type="search" id="find-people" name="q" value=text aria-label="Find people" placeholder="Find people" on:input=typed/>
            <select id="find-role" name="only" aria-label="Role"><option value="">"All roles"</option>{options.into_iter().collect_view()}</select>
            <button type="submit">"Find"</button>
            {all}
            {chosen}
        </form>
    }
    .into_any()
}

fn row(
    line: Line<PersonRow>,
    said: Option<String>,
    organization: &str,
    // Whether the reader manages people, and why they can't leave or change their own role.
    (managing, held): (bool, Option<String>),
    now: Timestamp,
    state: &Shown,
    unsent: Unsent,
) -> AnyView {
    let Line { row: person, gone } = line;
    let fresh = said.is_some() && !gone;
    let said = if gone { Some("no longer in this list".to_owned()) } else { said };
    let initial = person.username.chars().next().unwrap_or('?').to_uppercase().to_string();
    let one = [&person.username, "=", person.role.code()].concat();
    let key = Username::from_stored(person.username.clone()).key();
    let hidden = move || unsent.narrow.with(|text| !matches_filter(&key, text));
    let choose = managing.then(|| {
        let label = ["Select ", &person.username].concat();
        let chosen = state.chosen.iter().any(|chosen| chosen.split('=').next() == Some(&person.username));
        let ticked = unsent.ticked.with_untracked(|ticked| ticked.get(&person.username).map(Option::is_some));
        let checked = ticked.unwrap_or(chosen);
        let (username, ticks) = (person.username.clone(), one.clone());
        let tick = move |event| {
            let now = event_target_checked(&event).then(|| ticks.clone());
            let _ = unsent.ticked.try_update(|ticked| ticked.insert(username.clone(), now));
        };
        view! { <td role="cell" class="choose"><input type="checkbox" id=["choose-", &person.username].concat() name="people" value=one.clone() form="several" checked=checked aria-label=label on:change=tick/></td> }
    });
    let picked = unsent.picked(&person);
    let changed = RwSignal::new(picked != person.role);
    let role = match (managing, &held) {
        (true, None) => role_form(&person, one, (picked, changed), organization, state, unsent),
        (true, Some(why)) => locked_role(&person, why.clone()),
        (false, _) => person.role.name().into_any(),
    };
    // An unsaved role hides the stored one, so the row says what the stored one is until the reader saves.
    let said = match (said, picked == person.role) {
        (said, _) if gone => said.map(|said| view! { <small>{said}</small> }.into_any()),
        (said, true) => said.map(recent_change),
        (said, false) => {
            let is_so = said.unwrap_or_else(|| ["is ", &person.role.with_article()].concat());
            Some(view! { <small hidden=move || !changed.get()>{is_so}</small> }.into_any())
        }
    };
    let remove = (managing || person.you).then(|| {
        let what = if person.you { "leave" } else { "remove" };
        let query = [("confirm", what), ("who", person.username.as_str())];
        let to = addresses::with_query(&state.address(organization), query);
        let label = ["Remove ", &person.username].concat();
        if held.is_some() {
            return view! { <button type="button" class="plain danger" disabled aria-label=label aria-describedby=WHY_HELD>"Remove"</button> }
                .into_any();
        }
        view! { <a class="button plain danger" id=["remove-", &person.username].concat() href=to aria-label=label data-noscroll>"Remove"</a> }
            .into_any()
    });
    view! {
        <tr role="row" hidden=hidden class:fresh=fresh class:gone=gone inert=gone>
            {choose}
            <td role="cell"><div class="person"><span class="face" aria-hidden="true">{initial}</span>
                <span><b translate="no">{person.username.clone()}</b>{person.you.then(|| view! { <small>"you"</small> })}{said}</span></div></td>
            <td role="cell" data-label="Role">{role}</td>
            <td role="cell" data-label="Joined"><When at=person.joined_at now/></td>
            <td role="cell">{remove}</td>
        </tr>
    }
    .into_any()
}

/// The id of the sentence that says why the reader can't leave or change their own role.
const WHY_HELD: &str = "why-held";

/// The reader's own role when they can't change it, and why. They can't leave for the same reason.
fn locked_role(person: &PersonRow, why: String) -> AnyView {
    let label = ["Role of ", &person.username].concat();
    view! {
        <select disabled aria-label=label aria-describedby=WHY_HELD><option value=person.role.code()>{person.role.name()}</option></select>
        <p class="why" id=WHY_HELD>{why}</p>
    }
    .into_any()
}

/// A note about a recent change beside a person, visible for a while.
fn recent_change(said: String) -> AnyView {
    let seen = seen_for_a_while();
    view! { <small hidden=move || !seen.get()>{said}</small> }.into_any()
}

/// The form that changes a person's role. **Save** appears when the role is changed, and opens a dialog.
fn role_form(
    person: &PersonRow,
    one: String,
    (picked, changed): (Role, RwSignal<bool>),
    organization: &str,
    state: &Shown,
    unsent: Unsent,
) -> AnyView {
    let (to, is) = (Page::People(organization.to_owned()).path(), person.role);
    let form = NodeRef::<leptos::html::Form>::new();
    let username = person.username.clone();
    let pick = move |event| {
        let Some(role) = Role::from_code(&event_target_value(&event)) else { return };
        let _ = changed.try_set(role != is);
        let _ = unsent.picked.try_update_value(|picked| match role == is {
            true => picked.remove(&username),
            false => picked.insert(username.clone(), role),
        });
    };
    let sent = submit_by_get(form, to.clone(), state.chosen.clone(), unsent);
    let label = ["Role of ", &person.username].concat();
    view! {
        <form class="role" action=to method="get" autocomplete="off" node_ref=form on:submit=sent>
            {state.kept_whole()}
            <input type="hidden" name="who" value=one/>
            <span class="printed">{is.name()}</span>
            <select id=["as-", &person.username].concat() name="as" aria-label=label on:change=pick inner_html=role_options(picked)></select>
            <button type="submit" id=["role-", &person.username].concat() name="confirm" value="role" class:changed=changed>"Save"</button>
        </form>
    }
    .into_any()
}

/// The options of a role's select as one string of HTML, because a page has them fifty times and they never change.
fn role_options(picked: Role) -> String {
    let option = |role: Role| {
        let selected = if role == picked { "\" selected>" } else { "\">" };
        ["<option value=\"", role.code(), selected, role.name(), "</option>"].concat()
    };
    Role::ALL.map(option).concat()
}

/// The normalized names of the people on the page.
fn keys_on_page(people: &People) -> Vec<NameKey> {
    people.people.iter().map(|person| Username::from_stored(person.username.clone()).key()).collect()
}

/// How many people are selected, how many of those aren't visible, and who was deselected because they aren't members. It
/// is one line, so that nothing below it moves.
fn selection_summary(chosen: &[String], dropped: &[String], here: &[NameKey], typed: &str) -> Option<AnyView> {
    let number = |n: usize| u64::try_from(n).unwrap_or(0);
    let key = |one: &String| Username::from_stored(one.split('=').next().unwrap_or_default().to_owned()).key();
    let seen = |key: &NameKey| here.contains(key) && matches_filter(key, typed);
    let unseen = chosen.iter().map(key).filter(|key| !seen(key)).count();
    let not_here = (unseen > 0).then(|| [", ", &unseen.to_string(), " not shown here"].concat());
    let all = (!chosen.is_empty()).then(|| count(number(chosen.len()), "person", "people"));
    let all = all.map(|all| view! { {all} " selected" {not_here} ". " });
    let gone = match dropped {
        [] => None,
        [one] => Some([one, " isn't a member and is no longer selected."].concat()),
        several => Some([&list(several), " aren't members and are no longer selected."].concat()),
    };
    (all.is_some() || gone.is_some()).then(|| view! { <p class="soft">{all} {gone}</p> }.into_any())
}

/// The bulk actions, and the pagination buttons, which keep the selection.
fn bulk_form(organization: &str, several: bool, people: &People, state: &Shown, unsent: Unsent) -> AnyView {
    let to = Page::People(organization.to_owned()).path();
    let form = NodeRef::<leptos::html::Form>::new();
    let sent = submit_by_get(form, to.clone(), state.chosen.clone(), unsent);
    let here =
        |chosen: &str| people.people.iter().any(|person| Some(person.username.as_str()) == chosen.split('=').next());
    let elsewhere: Vec<String> = state.chosen.iter().filter(|chosen| !here(chosen)).cloned().collect();
    let said = {
        let (before, here) = (state.chosen.clone(), keys_on_page(people));
        move || selection_summary(&unsent.chosen(&before), &unsent.dropped.get(), &here, &unsent.narrow.get())
    };
    let hidden =
        elsewhere.into_iter().map(|one| view! { <input type="hidden" name="people" value=one/> }).collect_view();
    let bulk = several.then(|| {
        let options = Role::ALL.map(|role| view! { <option value=role.code()>{role.name()}</option> });
        view! {
            <fieldset class="row"><legend>"With selected"</legend>
                <select name="as" aria-label="Role for selected people"><option value="">"Choose a role"</option>{options.into_iter().collect_view()}</select>
                <button type="submit" id="several-role" name="confirm" value="role">"Change role"</button>
                <button type="submit" id="several-remove" name="confirm" value="remove" class="plain danger">"Remove selected"</button>
            </fieldset>
        }
    });
    let first =
        (!state.from.is_empty()).then(|| view! { <button type="submit" name="from" value="">"First page"</button> });
    let next =
        people.next.clone().map(|next| view! { <button type="submit" name="from" value=next>"Next page"</button> });
    view! {
        <form id="several" class="several" action=to method="get" autocomplete="off" node_ref=form on:submit=sent>
            {state.kept()}{hidden}
            {bulk}
            {several.then_some(said)}
            <p class="row">{first}{next}</p>
        </form>
    }
    .into_any()
}
