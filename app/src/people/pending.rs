//! The pending invitations, with an Owner's controls in each row.

use super::effects;
use super::screen::Screen;
use super::state::{InvitationView, PeopleState};
use crate::addresses;
use crate::server_functions::PostTo as _;
use crate::ui::avatar::avatar;
use crate::ui::form::{PostForm, Submit};
use crate::ui::rows::Row;
use crate::ui::time::When;
use leptos::prelude::*;
use shared::timestamp::Timestamp;
use shared::wire::people::ResendInvitationForm;

/// The section **Pending invitations**. It is empty for readers who can't see them.
pub fn pending_invitations(screen: Screen) -> AnyView {
    let store = screen.store;
    let address = store.select(address);
    let keys = Memo::new(move |_| {
        screen.invitations.with(|rows| rows.iter().map(InvitationView::key).collect::<Vec<String>>())
    });
    let more = store.select(|state| state.answer().is_some_and(|answer| answer.more_invitations));
    let draw = move || {
        keys.track();
        let (address, more, now) = (address.get(), more.get(), store.read(now));
        let render_row = |row: InvitationView| -> Row {
            let (key, address) = ([row.key().as_str(), &address].join(" "), address.clone());
            (key, Box::new(move || invitation_row(row, &address, now, screen)))
        };
        let rows: Vec<Row> = screen.invitations.get_untracked().into_iter().map(render_row).collect();
        if rows.is_empty() {
            return ().into_any();
        }
        let more = more.then(|| {
            view! { <p class="soft">"Some invitations aren't shown. Find searches all of them, and the exports list all of them."</p> }
        });
        view! {
            <section class="pending-invitations">
                <h3>"Pending invitations"</h3>
                <table role="table" class="people waiting" on:mouseleave=move |_| effects::left(store) on:focusout=move |_| effects::left(store)>
                    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Person"</th><th role="columnheader" scope="col">"Role"</th><th role="columnheader" scope="col">"Invited by"</th><th role="columnheader" scope="col">"Expires"</th><th role="columnheader" scope="col"><span class="unseen">"Action"</span></th></tr></thead>
                    <tbody role="rowgroup">{screen.draw(rows)}</tbody>
                </table>
                {more}
            </section>
        }
        .into_any()
    };
    draw.into_any()
}

/// The address of the shown part of the list, with its selection.
fn address(state: &PeopleState) -> String {
    state.query_in_address().address(&state.organization())
}

fn now(state: &PeopleState) -> Timestamp {
    state.answer().map(|answer| answer.now).unwrap_or_default()
}

fn invitation_row(row: InvitationView, address: &str, now: Timestamp, screen: Screen) -> AnyView {
    let id = row.id.to_string();
    let hidden = move || screen.invitations.with(|rows| rows.iter().any(|other| other.id == row.id && other.hidden));
    let revoke = addresses::with_query(address, [("confirm", "revoke"), ("invitation", id.as_str())]);
    let [again, label] = ["Re-send invite to ", "Revoke invite for "].map(|what| [what, &row.username].concat());
    let (resend, opener) = (["resend-", &id].concat(), ["revoke-", &id].concat());
    view! {
        <tr role="row" hidden=hidden class:gone=row.gone inert=row.gone>
            <td role="cell"><div class="person">{avatar(&row.username)}<span><b translate="no">{row.username}</b></span></div></td>
            <td role="cell" data-label="Role">{row.role.name()}</td>
            <td role="cell" data-label="Invited by" translate="no">{row.inviter}</td>
            <td role="cell" data-label="Expires"><When at=row.ends_at now/></td>
            <td role="cell"><div class="actions">
                <PostForm url=ResendInvitationForm::URL form=resend>
                    <input type="hidden" name="invitation" value=id.clone()/>
                    <Submit label="Re-send" class="plain" aria_label=again/>
                </PostForm>
                <a class="button plain danger" id=opener href=revoke aria-label=label data-noscroll>"Revoke invite"</a>
            </div></td>
        </tr>
    }
    .into_any()
}
