//! The list of members, with the filter above it and the bulk actions below.

use super::bulk::{bulk_actions, pages};
use super::filter::filter;
use super::list_query::ListQuery;
use super::row::member_row;
use super::screen::Screen;
use super::state::{PeopleState, RowView, no_match};
use super::{effects, exports};
use crate::ui::rows::Row;
use leptos::prelude::*;
use shared::roles::Role;

/// The section with the members of the organization.
pub fn members(screen: Screen) -> AnyView {
    let (store, manages) = (screen.store, screen.manages);
    // The invitations above have a heading of their own.
    let has_heading = Memo::new(move |_| screen.invitations.with(|rows| !rows.is_empty()));
    let no_match = store.select(no_match);
    let no_match = move || {
        no_match.get().then(|| view! { <p class="soft">"No matches on this page. Press Enter to search everyone."</p> })
    };
    view! {
        <section class="members">
            <div class="tools">
                {move || has_heading.get().then(|| view! { <h3>"Members"</h3> })}
                {filter(screen)}
                {move || manages.get().then(|| exports::menu(&store.read(PeopleState::organization)))}
            </div>
            <div class="list">
                {list(screen)}
                {bulk_actions(screen)}
            </div>
            {no_match}
            {pages(store)}
        </section>
    }
    .into_any()
}

/// The table, or a sentence if it is empty.
fn list(screen: Screen) -> AnyView {
    let store = screen.store;
    let keys = Memo::new(move |_| screen.rows.with(|rows| rows.iter().map(RowView::key).collect::<Vec<String>>()));
    let query = store.select(|state| state.query().clone());
    let draw = move || {
        keys.track();
        let (query, manages) = (query.get(), screen.manages.get());
        // Without the selection: the checkboxes have it, and a change of it must not draw a row again whose menu is
        // open.
        let part = query.address(&store.read(PeopleState::organization));
        let render_row = |row: RowView| -> Row {
            let key = [row.key().as_str(), &part].join(" ");
            (key, Box::new(move || member_row(&row, screen)))
        };
        let rows: Vec<Row> = screen.rows.get_untracked().into_iter().map(render_row).collect();
        if rows.is_empty() {
            return nobody(&query);
        }
        let choose =
            manages.then(|| view! { <th role="columnheader" scope="col"><span class="unseen">"Select"</span></th> });
        view! {
            <table role="table" class="people" class:managed=manages on:mouseleave=move |_| effects::left(store) on:focusout=move |_| effects::left(store)>
                <thead role="rowgroup"><tr role="row">{choose}<th role="columnheader" scope="col">"Person"</th><th role="columnheader" scope="col">"Role"</th><th role="columnheader" scope="col">"Joined"</th><th role="columnheader" scope="col"><span class="unseen">"Action"</span></th></tr></thead>
                <tbody role="rowgroup">{screen.draw(rows)}</tbody>
            </table>
        }
        .into_any()
    };
    draw.into_any()
}

/// What is said where nobody is found.
fn nobody(query: &ListQuery) -> AnyView {
    let role = Role::from_code(&query.role).map(|role| [" with the role ", role.name()].concat());
    let text = (!query.text.is_empty()).then(|| {
        view! { " match “" <bdi translate="no">{query.text.clone()}</bdi> "”" }
    });
    let people = if text.is_some() { "No people" } else { "There are no people" };
    view! { <p class="soft">{people} {role} {text} "."</p> }.into_any()
}
