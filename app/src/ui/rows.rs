//! Keyed lists. When a list is rendered again, each row keeps its controls, with their state and focus, wherever it
//! moves to. In a list without keys they would pass to the row that takes its place.

use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::tachys::view::keyed::keyed;

/// A row: its key, which contains everything that the row shows, and a function that renders it. All lists use this one
/// type, so that rendering a list is compiled once.
pub type Row = (String, Box<dyn FnOnce() -> AnyView + Send>);

/// Renders rows; a row whose key was there before stays as it is.
///
/// `page` is the owner of the list's page and outlives each rendering of the list, so that a row's signals live as long
/// as the row. The reference is weak, because what the owner holds may hold the list.
pub fn rows(page: &WeakOwner, rows: Vec<Row>) -> AnyView {
    let page = page.clone();
    let line = move |_: usize, (_, draw): Row| {
        let owner = page.upgrade().map_or_else(Owner::new, |page| page.with(Owner::new));
        let view = owner.with(draw);
        (|_: usize| (), OwnedView::new_with_owner(view, owner))
    };
    keyed(rows, |(key, _): &Row| key.clone(), line).into_any()
}

/// The owner of the page that the current component belongs to.
pub fn page() -> WeakOwner {
    Owner::current().unwrap_or_default().downgrade()
}
