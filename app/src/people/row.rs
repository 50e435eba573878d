//! A member's row.
//!
//! Every change opens a dialog at its own address, so that it works without JavaScript. The form of a row uses GET, and
//! the address keeps the filter and the selection.

use super::list_query::ListQuery;
use super::query_form::{hidden_fields, submit_by_get};
use super::screen::Screen;
use super::state::{PeopleMessage, PeopleState, RowView};
use crate::addresses;
use crate::ui::avatar::avatar;
use crate::ui::time::Day;
use leptos::prelude::*;
use shared::roles::Role;
use shared::routes::Page;

/// The id of the sentence that says why the reader can't leave or change their own role.
const WHY_HELD: &str = "why-held";

/// A member's row. What is in its key is written as it is; the rest follows the state.
pub fn member_row(row: &RowView, screen: Screen) -> AnyView {
    let store = screen.store;
    let (organization, query) = (store.read(PeopleState::organization), store.read(PeopleState::query_in_address));
    let hidden = screen.follow(row.username.clone(), |row| row.hidden);
    let fresh = screen.follow(row.username.clone(), |row| row.fresh);
    let note = screen.follow(row.username.clone(), |row| row.note.clone());
    let note = move || note().map(|note| view! { <small>{note}</small> });
    let role = match (row.managed, &row.held) {
        (true, None) => role_form(row, &query, &organization, screen),
        (true, Some(why)) => locked_role(row, why.clone()),
        (false, _) => row.role.name().into_any(),
    };
    view! {
        <tr role="row" hidden=hidden class:fresh=fresh class:gone=row.gone inert=row.gone>
            {row.managed.then(|| checkbox(row, screen))}
            <td role="cell"><div class="person">{avatar(&row.username)}
                <span><b translate="no">{row.username.clone()}</b>{row.you.then(|| view! { <small>"you"</small> })}{note}</span></div></td>
            <td role="cell" data-label="Role">{role}</td>
            <td role="cell" data-label="Joined"><Day at=row.joined_at/></td>
            <td role="cell">{(row.managed || row.you).then(|| remove(row, &query.address(&organization)))}</td>
        </tr>
    }
    .into_any()
}

/// The cell that selects a person for a bulk action.
fn checkbox(row: &RowView, screen: Screen) -> AnyView {
    let (id, label) = (["choose-", &row.username].concat(), ["Select ", &row.username].concat());
    let username = row.username.clone();
    let tick = move |event| {
        screen.store.send(PeopleMessage::Ticked { username: username.clone(), on: event_target_checked(&event) });
    };
    view! {
        <td role="cell" class="choose"><input type="checkbox" id=id name="people" value=row.selected() form="several" checked=row.checked aria-label=label on:change=tick/></td>
    }
    .into_any()
}

/// The link that opens the dialog for removing a person, or for leaving.
fn remove(row: &RowView, address: &str) -> AnyView {
    let label = ["Remove ", &row.username].concat();
    if row.held.is_some() {
        return view! { <button type="button" class="plain danger" disabled aria-label=label aria-describedby=WHY_HELD>"Remove"</button> }
            .into_any();
    }
    let confirm = if row.you { "leave" } else { "remove" };
    let to = addresses::with_query(address, [("confirm", confirm), ("who", row.username.as_str())]);
    let id = ["remove-", &row.username].concat();
    view! { <a class="button plain danger" id=id href=to aria-label=label data-noscroll>"Remove"</a> }.into_any()
}

/// The reader's own role when they can't change it, and why. They can't leave for the same reason.
fn locked_role(row: &RowView, why: String) -> AnyView {
    let label = ["Role of ", &row.username].concat();
    view! {
        <select disabled aria-label=label aria-describedby=WHY_HELD><option value=row.role.code()>{row.role.name()}</option></select>
        <p class="why" id=WHY_HELD>{why}</p>
    }
    .into_any()
}

/// The form that changes a person's role. **Save** appears when the role is changed, and opens a dialog.
fn role_form(row: &RowView, query: &ListQuery, organization: &str, screen: Screen) -> AnyView {
    let to = Page::People(organization.to_owned()).path();
    let form = NodeRef::<leptos::html::Form>::new();
    let sent = submit_by_get(form, to.clone(), screen.store);
    let username = row.username.clone();
    let pick = move |event| {
        if let Some(role) = Role::from_code(&event_target_value(&event)) {
            screen.store.send(PeopleMessage::RolePicked { username: username.clone(), role });
        }
    };
    let changed = screen.follow(row.username.clone(), RowView::is_unsaved);
    let [label, select, save] = ["Role of ", "as-", "role-"].map(|what| [what, &row.username].concat());
    view! {
        <form class="role" action=to method="get" autocomplete="off" node_ref=form on:submit=sent>
            {hidden_fields(query)}
            <input type="hidden" name="who" value=row.selected()/>
            <span class="printed">{row.role.name()}</span>
            <select id=select name="as" aria-label=label on:change=pick inner_html=role_options(row.picked)></select>
            <button type="submit" id=save name="confirm" value="role" class:changed=changed>"Save"</button>
        </form>
    }
    .into_any()
}

/// The options of a role's menu as one string of HTML, because a page has them fifty times and they never change.
fn role_options(picked: Role) -> String {
    let option = |role: Role| {
        let selected = if role == picked { "\" selected>" } else { "\">" };
        ["<option value=\"", role.code(), selected, role.name(), "</option>"].concat()
    };
    Role::ALL.map(option).concat()
}
