//! The permission matrix.

use leptos::prelude::*;
use shared::roles::{Permission, Role};

/// The table of roles and permissions, generated from the rules, as a disclosure that is initially `open` or closed.
pub(crate) fn matrix(open: bool) -> AnyView {
    let head = Role::ALL.map(|role| view! { <th role="columnheader" scope="col">{role.name()}</th> });
    let rows = Permission::usable().map(|permission| {
        let cells = Role::ALL.map(|role| {
            let (mark, word) = if role.permits(permission) { ("✔", "yes") } else { ("", "no") };
            view! { <td role="cell" data-label=role.name() class=word><span aria-hidden="true">{mark}</span><span class="unseen">{word}</span></td> }
        });
        view! { <tr role="row"><th role="rowheader" scope="row">{permission.label()}</th>{cells.into_iter().collect_view()}</tr> }
    });
    view! {
        <details class="matrix folded" open=open>
            <summary>"What each role can do"</summary>
            <table role="table">
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Permission"</th>{head.into_iter().collect_view()}</tr></thead>
                <tbody role="rowgroup">{rows.collect_view()}</tbody>
            </table>
        </details>
    }
    .into_any()
}
