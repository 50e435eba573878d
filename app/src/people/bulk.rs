//! The actions for everyone who is selected, and the pages of the list, which keep the selection.

use super::list_query::ListQuery;
use super::query_form::{hidden_fields, submit_by_get};
use super::screen::Screen;
use super::state::{PeopleState, selection_summary};
use crate::ui::rows::Row;
use crate::ui::store::Store;
use leptos::prelude::*;
use shared::roles::Role;
use shared::routes::Page;

/// The form below the list. Without scripts its actions are always shown, because nothing knows what is ticked then.
#[derive(Clone, Debug, PartialEq, Eq)]
struct BulkForm {
    part: ListQuery,
    /// Whether there are actions, and not only pages.
    has_actions: bool,
    /// A new form after each action.
    times_cleared: u32,
}

/// Which pages of the list can be reached from this one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pages {
    has_first: bool,
    /// The cursor of the next page.
    next: Option<String>,
}

impl BulkForm {
    fn of(state: &PeopleState) -> Option<Self> {
        let has_actions = state.manages() == Some(true) && state.number_of_members() > 1;
        let form = Self { part: state.query().clone(), has_actions, times_cleared: state.times_cleared() };
        Some(form).filter(|_| has_actions || Pages::of(state) != Pages::default())
    }

    fn key(&self) -> String {
        let actions = if self.has_actions { "actions" } else { "" };
        [self.part.address("").as_str(), actions, &self.times_cleared.to_string()].join(" ")
    }
}

impl Pages {
    fn of(state: &PeopleState) -> Self {
        let next = state.answer().and_then(|answer| answer.next.clone());
        Self { has_first: !state.query().from.is_empty(), next }
    }
}

/// The bulk actions, and how many people are selected.
pub fn bulk_actions(screen: Screen) -> AnyView {
    let form = screen.store.select(BulkForm::of);
    let draw = move || {
        let row = |form: BulkForm| -> Row { (form.key(), Box::new(move || bulk_form(&form, screen.store))) };
        screen.draw(form.get().map(row).into_iter().collect())
    };
    draw.into_any()
}

fn bulk_form(form: &BulkForm, store: Store<PeopleState>) -> AnyView {
    let to = Page::People(store.read(PeopleState::organization)).path();
    let node = NodeRef::<leptos::html::Form>::new();
    let sent = submit_by_get(node, to.clone(), store);
    // The selection on this page is in its checkboxes.
    let elsewhere = ListQuery { selected: store.read(PeopleState::selected_elsewhere), ..form.part.clone() };
    let summary = store.select(selection_summary);
    let is_any = move || summary.with(Option::is_some);
    let actions = form.has_actions.then(|| {
        let options = Role::ALL.map(|role| view! { <option value=role.code()>{role.name()}</option> });
        view! {
            {move || summary.get().map(|summary| view! { <p class="soft">{summary}</p> })}
            <fieldset class="row"><legend class:unseen=is_any>"With selected"</legend>
                <select name="as" aria-label="Role for selected people"><option value="">"Choose a role"</option>{options.into_iter().collect_view()}</select>
                <button type="submit" id="several-role" name="confirm" value="role">"Change role"</button>
                <button type="submit" id="several-remove" name="confirm" value="remove" class="plain danger">"Remove selected"</button>
            </fieldset>
        }
    });
    view! {
        <form id="several" class="several" class:any=is_any action=to method="get" autocomplete="off" node_ref=node on:submit=sent>
            {hidden_fields(&elsewhere)}
            {actions}
        </form>
    }
    .into_any()
}

/// The buttons that lead to other pages of the list. They send the form above, which keeps the selection.
pub fn pages(store: Store<PeopleState>) -> AnyView {
    let pages = store.select(Pages::of);
    let draw = move || {
        let Pages { has_first, next } = pages.get();
        let any = has_first || next.is_some();
        let first = has_first.then(|| {
            view! { <button type="submit" form="several" name="from" value="">"First page"</button> }
        });
        let next = next.map(|next| {
            view! { <button type="submit" form="several" name="from" value=next>"Next page"</button> }
        });
        any.then(|| view! { <p class="row pages">{first}{next}</p> })
    };
    draw.into_any()
}
