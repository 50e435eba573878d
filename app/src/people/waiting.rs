//! The pending invitations, with an Owner's controls in each row.

use super::Unsent;
use super::fresh::Before;
use super::in_place::Line;
use super::shown::Shown;
use super::table::matches_filter;
use crate::addresses;
use crate::server_functions::PostTo as _;
use crate::ui::form::{PostForm, Submit};
use crate::ui::rows::{Row, rows};
use crate::ui::time::When;
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use shared::names::Username;
use shared::timestamp::Timestamp;
use shared::wire::people::{InvitationRow, People, ResendInvitationForm};

/// The section **Pending invitations**. It is empty for readers who can't see them.
pub fn pending_invitations(
    people: &People,
    lines: Vec<Line<InvitationRow>>,
    shown: &Shown,
    before: Before,
    page: &WeakOwner,
) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let (organization, now) = (people.heading.name.clone(), people.now);
    let unsent = expect_context::<Unsent>();
    let render_row = |line: Line<InvitationRow>| -> Row {
        let (id, ends_at, back) = (line.row.id.to_string(), line.row.ends_at.iso(), shown.address(&organization));
        let looks = [id.as_str(), &ends_at, &back, if line.gone { "gone" } else { "" }].join(" ");
        (looks, Box::new(move || invitation_row(line, &back, now, unsent)))
    };
    let rows = rows(page, lines.into_iter().map(render_row).collect());
    let more = people.more_invitations.then(|| {
        view! { <p class="soft">"Some invitations aren't shown. Find searches all of them, and the CSV and JSON exports below list all of them."</p> }
    });
    view! {
        <section>
            <h2>"Pending invitations"</h2>
            <table role="table" class="people waiting" on:mouseleave=move |_| before.left() on:focusout=move |_| before.left()>
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Person"</th><th role="columnheader" scope="col">"Role"</th><th role="columnheader" scope="col">"Invited by"</th><th role="columnheader" scope="col">"Expires"</th><th role="columnheader" scope="col"><span class="unseen">"Action"</span></th></tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
            {more}
        </section>
    }
    .into_any()
}

fn invitation_row(line: Line<InvitationRow>, back: &str, now: Timestamp, unsent: Unsent) -> AnyView {
    let Line { row: invitation, gone } = line;
    let key = Username::from_stored(invitation.username.clone()).key();
    let hidden = move || unsent.narrow.with(|text| !matches_filter(&key, text));
    let id = invitation.id.to_string();
    let initial = invitation.username.chars().next().unwrap_or('?').to_uppercase().to_string();
    let revoke = addresses::with_query(back, [("confirm", "revoke"), ("invitation", id.as_str())]);
    let [again, label] = ["Re-send invite to ", "Revoke invite for "].map(|what| [what, &invitation.username].concat());
    let (resend, opener) = (["resend-", &id].concat(), ["revoke-", &id].concat());
    view! {
        <tr role="row" hidden=hidden class:gone=gone inert=gone>
            <td role="cell"><div class="person"><span class="face" aria-hidden="true">{initial}</span><span><b translate="no">{invitation.username}</b></span></div></td>
            <td role="cell" data-label="Role">{invitation.role.name()}</td>
            <td role="cell" data-label="Invited by" translate="no">{invitation.inviter}</td>
            <td role="cell" data-label="Expires"><When at=invitation.ends_at now/></td>
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
