//! Your organizations: the reader's memberships, pending invitations and requests.

use super::create::{FORM, create_form};
use crate::browser;
use crate::first_paint::first_paint;
use crate::invitations::DeclineDialog;
use crate::requests::{end_request_dialog, state_tag};
use crate::ui::avatar::avatar;
use crate::ui::data::Data;
use crate::ui::query::use_query;
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::domain::RequestState;
use shared::routes::{Page, Topic};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::organizations::{YourOrganization, YourOrganizationsQuery, YourOrganizationsView};
use shared::wire::requests::MyRequest;
use shared::words;

const PAGE: Page = Page::YourOrganizations;

/// The page **Your organizations**.
#[component]
pub fn YourOrganizationsPage() -> AnyView {
    let data = Data::of(|| YourOrganizationsQuery {});
    let refresh = expect_context::<Refresh>();
    browser::on_change(Signal::derive(|| vec![Topic::Yours.name()]), move || refresh.all());
    // A form that is here stays until it is sent: nothing is taken away from somebody who types, nor what was refused.
    let refused = first_paint().refusal(FORM).is_some();
    let (shown, sent) = (StoredValue::new(refused), RwSignal::new(false));
    let in_place = move |yours: YourOrganizationsView| {
        let none = has_none(&yours);
        let in_place = !sent.get() && (none || shown.get_value());
        shown.set_value(in_place);
        // The new request has arrived. If it ends, the form comes back.
        if !none {
            sent.update_untracked(|sent| *sent = false);
        }
        in_place
    };
    let on_done = Callback::new(move |()| sent.set(true));
    let link = |in_place: bool| {
        let to = [&Page::CreateOrganization.path(), "#", FORM].concat();
        (!in_place).then(|| view! { <a class="button" id=FORM href=to>"Create new organization"</a> }).into_any()
    };
    let form = move |in_place: bool| {
        in_place
            .then(|| view! { <section id=FORM><h2>"Create new organization"</h2>{create_form(data, Some(on_done))}</section> })
            .into_any()
    };
    let page = move |()| {
        view! {
            <Title text="Your organizations"/>
            <main id="main" class="page">
                <div class="heading">
                    <h1 tabindex="-1">"Your organizations"</h1>
                    {data.render_part(in_place, link)}
                </div>
                {data.render_part(|yours| yours, lists)}
                <EndRequestDialog/>
                <DeclineDialog back=PAGE.path()/>
                {data.render_part(in_place, form)}
            </main>
        }
        .into_any()
    };
    data.render_part(|_| (), page)
}

/// Whether the reader has no organization, and no undecided request or draft. Then the form is on this page.
fn has_none(yours: &YourOrganizationsView) -> bool {
    yours.organizations.is_empty() && yours.requests.iter().all(|request| request.state.is_decided())
}

fn lists(yours: YourOrganizationsView) -> AnyView {
    let now = yours.now;
    let organizations = if yours.organizations.is_empty() {
        let has = |is: fn(RequestState) -> bool| yours.requests.iter().any(|request| is(request.state));
        let how = if has(RequestState::is_open) {
            "You have requested one: see “Your requests” below. It appears here once an administrator approves it."
        } else if has(|state| state == RequestState::Draft) {
            "You have started a request: finish it under “Your requests” below. The organization appears here once an administrator approves it."
        } else {
            "Request one with the form below. It appears here once an administrator approves it."
        };
        view! {
            <div class="empty">
                <h3>"You have no organizations yet"</h3>
                <p>{how}</p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <table role="table" class="even">
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Organization"</th><th role="columnheader" scope="col">"Kind"</th><th role="columnheader" scope="col">"Your role"</th><th role="columnheader" scope="col">"People"</th><th role="columnheader" scope="col">"Action"</th></tr></thead>
                <tbody role="rowgroup">{yours.organizations.into_iter().map(organization).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        {crate::invitations::pending_invitations(yours.invitations, now)}
        <section><h2>"Organizations"</h2>{organizations}</section>
        {requests(yours.requests, yours.estimate, now)}
    }
    .into_any()
}

/// The open requests and drafts, and the decided requests, which are folded away.
fn requests(requests: Vec<MyRequest>, usual_days: Option<u32>, now: Timestamp) -> Option<AnyView> {
    if requests.is_empty() {
        return None;
    }
    let (decided, open): (Vec<MyRequest>, Vec<MyRequest>) =
        requests.into_iter().partition(|request| request.state.is_decided());
    // A request that waits for its applicant's answer says nothing about how long administrators take.
    let waits = |request: &&MyRequest| request.state.is_open() && !request.unanswered;
    let oldest = open.iter().filter(waits).map(|request| request.filed_at).min();
    let estimate = oldest.map(|oldest| {
        let waited = Seconds(now.seconds_since(oldest));
        view! { <p>{crate::requests::estimate(usual_days, waited)}</p> }
    });
    let table = |requests: Vec<MyRequest>| {
        view! {
            <table role="table" class="even">
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Organization"</th><th role="columnheader" scope="col">"State"</th><th role="columnheader" scope="col">"When"</th><th role="columnheader" scope="col">"Action"</th></tr></thead>
                <tbody role="rowgroup">{requests.into_iter().map(|request| my_request(request, now)).collect_view()}</tbody>
            </table>
        }
    };
    let decided = (!decided.is_empty()).then(|| {
        let summary = ["Decided requests (", &decided.len().to_string(), ")"].concat();
        view! { <details class="folded"><summary>{summary}</summary>{table(decided)}</details> }
    });
    let open = (!open.is_empty()).then(|| table(open));
    Some(view! { <section><h2>"Your requests"</h2>{estimate}{open}{decided}</section> }.into_any())
}

fn organization(organization: YourOrganization) -> AnyView {
    let manage = Page::People(organization.name.clone()).path();
    let disabled = organization.disabled.is_some();
    let why = organization
        .disabled
        .map(|why| view! { <small class="under">"Disabled by site administrators: " {why}</small> });
    let people = words::count(u64::from(organization.people), "person", "people");
    // A disabled organization has no public profile and can't be managed.
    let name = view! { <bdi translate="no">{organization.display_name}</bdi> };
    let (name, action) = match disabled {
        true => (name.into_any(), view! { <span class="tag bad">"Disabled"</span> }.into_any()),
        false => {
            let profile = Page::Profile(organization.name.clone()).path();
            (
                view! { <a href=profile>{name}</a> }.into_any(),
                view! { <a class="button" href=manage>"Manage"</a> }.into_any(),
            )
        }
    };
    view! {
        <tr role="row">
            <td role="cell"><div class="person">{avatar(&organization.name)}
                <span>{name}<small translate="no" class="name">{organization.name}</small>{why}</span></div></td>
            <td role="cell" data-label="Kind"><span class="tag">{organization.kind.name()}</span></td>
            <td role="cell" data-label="Your role">{organization.role.name()}</td>
            <td role="cell" data-label="People" class="soft">{people}</td>
            <td role="cell">{action}</td>
        </tr>
    }
    .into_any()
}

fn my_request(request: MyRequest, now: Timestamp) -> AnyView {
    let page = Page::MyRequest(request.id.to_string()).path();
    let id = request.id.to_string();
    let action = if request.state == RequestState::Draft {
        let (on, to) = (Page::Billing(id.clone()).path(), [&PAGE.path(), "?confirm=discard&request=", &id].concat());
        view! {
            <div class="actions">
                <a class="button main" href=on>"Continue"</a>
                <a class="button plain danger" id=["discard-", &id].concat() href=to data-noscroll>"Discard"</a>
            </div>
        }
        .into_any()
    } else if request.state.is_open() && request.unanswered {
        view! { <a class="button main" href=page.clone()>"Answer"</a> }.into_any()
    } else if request.state.is_open() {
        let to = [&PAGE.path(), "?confirm=withdraw&request=", &id].concat();
        view! { <a class="button plain danger" id=["withdraw-", &id].concat() href=to data-noscroll>"Withdraw"</a> }
            .into_any()
    } else if request.state == RequestState::Approved {
        let to = Page::People(request.name.clone()).path();
        view! { <a class="button plain" href=to>"Manage"</a> }.into_any()
    } else {
        ().into_any()
    };
    let profile_url = request.state.is_open().then(|| {
        let similar = match request.similar.is_empty() {
            true => String::new(),
            false => [" Similar to ", &request.similar.join(", "), "."].concat(),
        };
        view! { <p class="soft">"The profile URL will be " <span translate="no" class="name">"/org/" {request.key}</span> "." {similar}</p> }
    });
    let missing = (request.state == RequestState::Draft)
        .then(|| view! { <p class="soft">"Not submitted yet: the billing details are missing."</p> });
    let quote = request.words.map(|words| view! { <blockquote class="quote">{words}</blockquote> });
    let when = match request.decided_at {
        Some(at) => view! { <When at now/> }.into_any(),
        None if request.state == RequestState::Draft => view! { "started " <When at=request.filed_at now/> }.into_any(),
        None => view! { "submitted " <When at=request.filed_at now/> }.into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell"><a href=page><bdi translate="no">{request.display_name}</bdi></a> " " <span translate="no" class="name soft">{request.name}</span>{missing}{profile_url}{quote}</td>
            <td role="cell" data-label="State">{state_tag(request.state)}</td>
            <td role="cell" data-label="When" class="soft">{when}</td>
            <td role="cell">{action}</td>
        </tr>
    }
    .into_any()
}

/// The dialog that confirms withdrawing a request or discarding a draft.
#[component]
fn EndRequestDialog() -> impl IntoView {
    let query = use_query();
    let confirm = Memo::new(move |_| {
        let query = query.read();
        query.get("confirm").zip(query.get("request"))
    });
    move || {
        let (what, id) = confirm.get()?;
        let form = [&what, "-", &id].concat();
        end_request_dialog(&what, id, PAGE.path(), form)
    }
}
