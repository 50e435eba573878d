//! What invitees see: the page of an invitation, the list on Your organizations and the banner.

pub mod actions;

use crate::browser;
use crate::server_functions::PostTo as _;
use crate::ui::avatar::avatar;
use crate::ui::data::Data;
use crate::ui::dialog::Confirm;
use crate::ui::errors;
use crate::ui::field::TextField;
use crate::ui::form::{PostForm, Submit};
use crate::ui::query::use_query;
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};
use shared::domain::InvitationState;
use shared::ids::InvitationId;
use shared::limits;
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::roles::{Permission, Role};
use shared::routes::{Page, Topic};
use shared::text::Message;
use shared::timestamp::Timestamp;
use shared::unicode::isolated;
use shared::wire::accounts::SignOutForm;
use shared::wire::people::{
    AcceptInvitationForm, DeclineInvitationForm, InvitationLinkQuery, InvitationQuery, InvitationView, Received,
};
use shared::words;

/// The page of an invitation to the reader.
#[component]
pub fn InvitationPage() -> AnyView {
    let params = use_params_map();
    let data = Data::of(move || InvitationQuery { invitation: params.read().get("id").unwrap_or_default() });
    render_page(data)
}

/// The page that an email's link opens. Opening it changes nothing.
#[component]
pub fn LinkPage() -> AnyView {
    let query = use_query();
    let data = Data::of(move || InvitationLinkQuery { token: query.read().get("token").unwrap_or_default().into() });
    render_page(data)
}

fn render_page(data: Data<InvitationView>) -> AnyView {
    // Someone may revoke the invitation, or the reader may answer it in another tab.
    let refresh = expect_context::<Refresh>();
    browser::on_change(Signal::stored(vec![Topic::Yours.name()]), move || refresh.all());
    let shown = data.render_result(|page| match page {
        Ok(page) => body(page),
        Err(Problem::Refused(why @ (Refusal::LinkOfOtherAccount { .. } | Refusal::LinkInvalid {}))) => {
            errors::status(why.status());
            let out = matches!(why, Refusal::LinkOfOtherAccount { .. }).then(|| {
                view! {
                    <PostForm url=SignOutForm::URL form="sign-out-here" plain=true><Submit label="Sign out"/></PostForm>
                }
            });
            view! {
                <Title text="Invitation"/>
                <main id="main" class="page narrow">
                    <h1 tabindex="-1">"Invitation"</h1>
                    <p class="alert" role="alert">{words::refusal(&why)}</p>
                    {out}
                    <p class="row"><a href=Page::YourOrganizations.path()>"Your organizations"</a></p>
                </main>
            }
            .into_any()
        }
        Err(other) => errors::instead(&other),
    });
    let here = use_location().pathname;
    view! { {shown}<DeclineDialog back=Signal::derive(move || here.get())/> }.into_any()
}

fn body(page: InvitationView) -> AnyView {
    let InvitationView { invitation, closed, member, next, now } = page;
    let title = ["Invitation to ", &invitation.display_name].concat();
    let answer = match &closed {
        None => answer_controls(&invitation, true),
        Some(why) => closed_invitation(why, &invitation, member, next),
    };
    let invites = if closed.is_none() { " invites you to become " } else { " invited you to become " };
    let permissions = closed.is_none().then(|| permissions_of(invitation.role));
    let until = closed
        .is_none()
        .then(|| view! { <p class="soft">"This invitation expires " <When at=invitation.ends_at now/> "."</p> });
    view! {
        <Title text=title/>
        <main id="main" class="page narrow">
            <h1 tabindex="-1">"Invitation to " <bdi translate="no">{invitation.display_name.clone()}</bdi></h1>
            <p><b translate="no">{invitation.inviter.clone()}</b> {invites} <b>{invitation.role.with_article()}</b> " of "
                <a href=Page::Profile(invitation.organization.clone()).path()><bdi translate="no">{invitation.display_name.clone()}</bdi></a> "."</p>
            {until}
            {answer}
            {permissions}
        </main>
    }
    .into_any()
}

fn permissions_of(role: Role) -> AnyView {
    let permissions = Permission::usable().filter(|permission| role.permits(*permission));
    let permissions = permissions.map(|permission| view! { <li>{permission.verb_phrase()}</li> }).collect_view();
    view! { <section><h2>"What " {role.with_article()} " can do"</h2><ul>{permissions}</ul></section> }.into_any()
}

/// Why an invitation can't be answered, and the next steps. It is no alert if the reader answered it themselves.
fn closed_invitation(why: &Refusal, invitation: &Received, member: bool, next: Option<InvitationId>) -> AnyView {
    let state = match why {
        Refusal::InvitationClosed { state, .. } => Some(*state),
        _ => None,
    };
    let answered = matches!(state, Some(InvitationState::Accepted | InvitationState::Declined));
    let joined = member.then(|| {
        view! { <a class="button main" href=Page::People(invitation.organization.clone()).path()>"Manage " <bdi translate="no">{invitation.display_name.clone()}</bdi></a> }
    });
    let next = next.map(|next| {
        let page = Page::Invitation(next.to_string()).path();
        view! { <p>"You've been invited again since then. " <a href=page>"View the latest invitation"</a></p> }
    });
    view! {
        <p class="alert" class:calm=answered role="alert">{words::refusal(why)}</p>
        {next}
        <p class="row">{joined}<a class="button" href=Page::YourOrganizations.path()>"Your organizations"</a></p>
    }
    .into_any()
}

/// **Accept** and **Decline**.
///
/// With `own_page`, the invitation's page shows its new state, so the form shows no refusal of its own.
fn answer_controls(invitation: &Received, own_page: bool) -> AnyView {
    let id = invitation.id.to_string();
    let here = use_location().pathname.get_untracked();
    // An emailed link has its token in the query, so the dialog opens on the invitation's own page instead.
    let here = if here == Page::InvitationLink.path() { Page::Invitation(id.clone()).path() } else { here };
    let decline = [&here, "?confirm=decline&invitation=", &id].concat();
    let [yes, no] =
        ["Accept", "Decline"].map(|verb| [verb, " the invitation to ", &isolated(&invitation.display_name)].concat());
    let (accept, named) = (["accept-", &id].concat(), ["decline-", &id].concat());
    let asked = id.clone();
    let fields = move || {
        view! { <input type="hidden" name="invitation" value=asked/> <Submit label="Accept" class="main" aria_label=yes/> }
    };
    let accepting = match own_page {
        true => view! { <PostForm url=AcceptInvitationForm::URL form=accept on_conflict=|_| ()>{fields()}</PostForm> }
            .into_any(),
        false => view! { <PostForm url=AcceptInvitationForm::URL form=accept>{fields()}</PostForm> }.into_any(),
    };
    view! {
        <div class="answers">
            {accepting}
            <a class="button" id=named href=decline aria-label=no data-noscroll>"Decline"</a>
        </div>
    }
    .into_any()
}

/// The list **Pending invitations** on Your organizations.
pub fn pending_invitations(invitations: Vec<Received>, now: Timestamp) -> Option<AnyView> {
    if invitations.is_empty() {
        return None;
    }
    let rows = invitations.into_iter().map(|invitation| {
        let page = Page::Invitation(invitation.id.to_string()).path();
        let answers = answer_controls(&invitation, false);
        let role = invitation.role;
        view! {
            <tr role="row">
                <td role="cell"><div class="person">{avatar(&invitation.organization)}
                    <span><a href=page><bdi translate="no">{invitation.display_name.clone()}</bdi></a><small translate="no" class="name">{invitation.organization.clone()}</small></span></div></td>
                <td role="cell" data-label="Role">{role.name()} <small class="under">{role.meaning()}</small></td>
                <td role="cell" data-label="Invited by" translate="no">{invitation.inviter.clone()}</td>
                <td role="cell" data-label="Expires"><When at=invitation.ends_at now/></td>
                <td role="cell">{answers}</td>
            </tr>
        }
    });
    let list = view! {
        <section>
            <h2>"Pending invitations"</h2>
            <table role="table" class="even pending">
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Organization"</th><th role="columnheader" scope="col">"Role"</th><th role="columnheader" scope="col">"Invited by"</th><th role="columnheader" scope="col">"Expires"</th><th role="columnheader" scope="col">"Action"</th></tr></thead>
                <tbody role="rowgroup">{rows.collect_view()}</tbody>
            </table>
        </section>
    };
    Some(list.into_any())
}

/// The dialog **Decline**, which opens if the page's query asks for it.
#[component]
pub fn DeclineDialog(#[prop(into)] back: Signal<String>) -> impl IntoView {
    let query = use_query();
    let invitation = Memo::new(move |_| {
        let query = query.read();
        query.get("confirm").filter(|what| what == "decline")?;
        query.get("invitation")
    });
    move || {
        let id = invitation.get()?;
        let declined = id.clone();
        let preview = Data::preview(move || DeclineInvitationForm {
            invitation: declined.clone(),
            ..DeclineInvitationForm::default()
        });
        // The form's id has the invitation in it, so that a message to one organization never appears in another's dialog.
        let form = ["decline-", &id].concat();
        let opener = ["#", &form].concat();
        let dialog = view! {
            <Confirm title="Decline this invitation?" url=DeclineInvitationForm::URL form=form preview
                back=back.get_untracked() opener verb="Decline" tone="danger main">
                <input type="hidden" name="invitation" value=id.clone()/>
                <TextField field=Field::Message label="Message to the Owners (optional)" kind="textarea" count=limits::FREE_TEXT
                    check={|typed| Message::parse(typed).map(|_| ())}/>
            </Confirm>
        };
        Some(dialog.into_any())
    }
}

/// The banner about a pending invitation, which is on every page.
pub fn banner(invitation: Received, others: u32) -> AnyView {
    let page = Page::Invitation(invitation.id.to_string()).path();
    let more = (others > 0).then(|| {
        let number = words::count(u64::from(others), "other invitation", "other invitations");
        view! { <a href=Page::YourOrganizations.path()>{number}</a> }
    });
    view! {
        <div class="notice">
            <div>
                <span><b translate="no">{invitation.inviter}</b> " invites you to join " <b><bdi translate="no">{invitation.display_name}</bdi></b> " as " {invitation.role.with_article()} "."</span>
                <a href=page>"View invitation"</a>
                {more}
            </div>
        </div>
    }
    .into_any()
}
