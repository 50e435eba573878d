//! The menu that exports the people and invitations.

use crate::ui::menu::FoldOut;
use leptos::prelude::*;
use shared::routes::Page;

/// The menu **Export**.
pub fn menu(organization: &str) -> AnyView {
    let menu = FoldOut::new(".exports > summary");
    let key = move |event: leptos::ev::KeyboardEvent| menu.on_key(&event.key());
    let chosen = move |_| menu.close();
    let file = |kind: &str| [&Page::People(organization.to_owned()).path(), ".", kind].concat();
    view! {
        <details class="exports" node_ref=menu.node on:keydown=key>
            <summary class="button">"Export"</summary>
            <ul role="list" aria-label="Export people and invitations">
                <li on:click=chosen><a href=file("csv") rel="external" download>"CSV"</a></li>
                <li on:click=chosen><a href=file("json") rel="external" download>"JSON"</a></li>
            </ul>
        </details>
    }
    .into_any()
}
