//! A list whose lines belong to what they show. Drawn anew, each keeps its own controls with what is ticked, picked and
//! focused in them, wherever it stands then; a list that is drawn by place would hand them on to whoever comes there.

use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::tachys::view::keyed::keyed;

/// Draws lines, each with a key: a line with a key that was there before stays as it is, so the key has all that a line
/// looks like.
///
/// `page` is whose the list is, and outlives each drawing of it: what a line knows lives as long as the line. It is held
/// weakly, for what it owns may hold the list.
pub fn rows<T: Send + 'static>(
    page: &WeakOwner,
    lines: Vec<(String, T)>,
    draw: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    let page = page.clone();
    let line = move |_: usize, (_, line): (String, T)| {
        let owner = page.upgrade().map_or_else(Owner::new, |page| page.with(Owner::new));
        let view = owner.with(|| draw(line));
        (|_: usize| (), OwnedView::new_with_owner(view, owner))
    };
    keyed(lines, |(key, _): &(String, T)| key.clone(), line).into_any()
}

/// Whose a list is that the component at hand draws.
pub fn page() -> WeakOwner {
    Owner::current().unwrap_or_default().downgrade()
}
