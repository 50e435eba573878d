//! A list whose lines belong to what they show. Drawn anew, each keeps its own controls with what is ticked, picked and
//! focused in them, wherever it stands then; a list that is drawn by place would hand them on to whoever comes there.

use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::tachys::view::keyed::keyed;

/// A line that may have to be drawn: its key, which has all that it looks like, and how it is drawn. Of one type whatever
/// it shows, so that drawing lists is compiled once.
pub type Row = (String, Box<dyn FnOnce() -> AnyView + Send>);

/// Draws lines; one with a key that was there before stays as it is.
///
/// `page` is whose the list is, and outlives each drawing of it: what a line knows lives as long as the line. It is held
/// weakly, for what it owns may hold the list.
pub fn rows(page: &WeakOwner, rows: Vec<Row>) -> AnyView {
    let page = page.clone();
    let line = move |_: usize, (_, draw): Row| {
        let owner = page.upgrade().map_or_else(Owner::new, |page| page.with(Owner::new));
        let view = owner.with(draw);
        (|_: usize| (), OwnedView::new_with_owner(view, owner))
    };
    keyed(rows, |(key, _): &Row| key.clone(), line).into_any()
}

/// Whose a list is that the component at hand draws.
pub fn page() -> WeakOwner {
    Owner::current().unwrap_or_default().downgrade()
}
