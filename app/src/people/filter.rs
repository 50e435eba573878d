//! The form that filters the list while one types, and searches everyone with Enter.

use super::list_query::ListQuery;
use super::query_form::{hidden_fields, submit_by_get};
use super::screen::Screen;
use super::state::{PeopleMessage, PeopleState};
use crate::ui::rows::Row;
use leptos::prelude::*;
use shared::roles::Role;
use shared::routes::Page;

/// The filter. It is drawn again for another part of the list, because a typed text stays in its field otherwise.
pub fn filter(screen: Screen) -> AnyView {
    let part = screen.store.select(PeopleState::filtered_part);
    let draw = move || {
        let row = |part: ListQuery| -> Row { (part.address(""), Box::new(move || form(&part, screen))) };
        screen.draw(part.get().map(row).into_iter().collect())
    };
    draw.into_any()
}

fn form(part: &ListQuery, screen: Screen) -> AnyView {
    let store = screen.store;
    let organization = store.read(PeopleState::organization);
    let to = Page::People(organization.clone()).path();
    let form = NodeRef::<leptos::html::Form>::new();
    let sent = submit_by_get(form, to.clone(), store);
    let ListQuery { selected, .. } = store.read(PeopleState::query_in_address);
    let whole = ListQuery { selected, ..ListQuery::default() };
    let typed = move |event| store.send(PeopleMessage::FilterTyped(event_target_value(&event)));
    let clear = move |_| store.send(PeopleMessage::FilterTyped(String::new()));
    let all = (!part.is_whole()).then(|| view! { <a href=whole.address(&organization) on:click=clear>"Show all"</a> });
    let options = Role::ALL.map(|role| {
        let selected = role.code() == part.role;
        view! { <option value=role.code() selected=selected>{role.plural()}</option> }
    });
    view! {
        <form class="find" role="search" aria-label="This list" action=to method="get" autocomplete="off" node_ref=form on:submit=sent>
            <input type="search" id="find-people" name="q" value=store.read(PeopleState::filter_text) aria-label="Find people" placeholder="Find people" on:input=typed/>
            <select id="find-role" name="only" aria-label="Role"><option value="">"All roles"</option>{options.into_iter().collect_view()}</select>
            <button type="submit">"Find"</button>
            {all}
            {hidden_fields(&whole)}
        </form>
    }
    .into_any()
}
