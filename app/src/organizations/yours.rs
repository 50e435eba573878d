//! Your organizations: the reader's memberships, pending invitations and requests, and the form for a new request.

use crate::browser;
use crate::invitations::DeclineDialog;
use crate::requests::end_request_dialog;
use crate::server_functions::PostTo as _;
use crate::ui::choice::{Card, CardsField};
use crate::ui::data::Data;
use crate::ui::field::TextField;
use crate::ui::form::{PostForm, Submit};
use crate::ui::name_field::NameField;
use crate::ui::query::use_query;
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::addresses::OrganizationUrl;
use shared::domain::RequestState;
use shared::limits;
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::roles::Kind;
use shared::routes::{Page, Topic};
use shared::text::{Description, DisplayName};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::organizations::{YourOrganization, YourOrganizations as Yours, YourOrganizationsQuery};
use shared::wire::requests::{FileRequestForm, MyRequest};
use shared::words;

const PAGE: Page = Page::YourOrganizations;

/// The page **Your organizations**.
#[component]
pub fn YourOrganizations() -> AnyView {
    let data = Data::of(|| YourOrganizationsQuery {});
    let refresh = expect_context::<Refresh>();
    browser::on_change(Signal::derive(|| vec![Topic::Yours.name()]), move || refresh.all());
    view! {
        <Title text="Your organizations"/>
        <main id="main" class="page">
            <h1 tabindex="-1">"Your organizations"</h1>
            {data.render(lists)}
            <EndRequestDialog/>
            <DeclineDialog back=PAGE.path()/>
            <NewOrganization data/>
        </main>
    }
    .into_any()
}

fn lists(yours: Yours) -> AnyView {
    let now = yours.now;
    let organizations = if yours.organizations.is_empty() {
        let has_open_request = yours.requests.iter().any(|request| request.state.is_open());
        let how = match has_open_request {
            true => {
                "You have requested one: see “Your requests” below. It appears here once an administrator approves it."
            }
            false => "Request one with the form below. It appears here once an administrator approves it.",
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
    // A request that waits for its applicant's answer says nothing about how long administrators take.
    let waits = |request: &&MyRequest| request.state.is_open() && !request.unanswered;
    let oldest = yours.requests.iter().filter(waits).map(|request| request.filed_at).min();
    let estimate = oldest.map(|oldest| {
        let waited = Seconds(now.seconds_since(oldest));
        view! { <p>{crate::requests::estimate(yours.estimate, waited)}</p> }
    });
    let requests = (!yours.requests.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Your requests"</h2>
                {estimate}
                <table role="table" class="even">
                    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Organization"</th><th role="columnheader" scope="col">"State"</th><th role="columnheader" scope="col">"When"</th><th role="columnheader" scope="col">"Action"</th></tr></thead>
                    <tbody role="rowgroup">{yours.requests.into_iter().map(|request| my_request(request, now)).collect_view()}</tbody>
                </table>
            </section>
        }
    });
    view! {
        {crate::invitations::pending_invitations(yours.invitations, now)}
        <section><h2>"Organizations"</h2>{organizations}</section>
        {requests}
    }
    .into_any()
}

fn organization(organization: YourOrganization) -> AnyView {
    let manage = Page::People(organization.name.clone()).path();
    let disabled = organization.disabled.is_some();
    let why = organization
        .disabled
        .map(|why| view! { <small class="under">"Disabled by site administrators: " {why}</small> });
    let initial = organization.display_name.chars().next().unwrap_or('?').to_uppercase().to_string();
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
            <td role="cell"><div class="person"><span class="face" aria-hidden="true">{initial}</span>
                <span>{name}<small translate="no" class="name">{organization.name}</small>{why}</span></div></td>
            <td role="cell" data-label="Kind"><span class="tag">{organization.kind.name()}</span></td>
            <td role="cell" data-label="Your role">{organization.role.name()}</td>
            <td role="cell" data-label="People" class="soft">{people}</td>
            <td role="cell">{action}</td>
        </tr>
    }
    .into_any()
}

/// The CSS classes of a request state's tag.
pub fn state_class(state: RequestState) -> &'static str {
    match state {
        RequestState::Approved => "tag good",
        RequestState::Declined => "tag bad",
        RequestState::Withdrawn => "tag",
        RequestState::Draft
        | RequestState::Submitted
        | RequestState::MoreInformationNeeded
        | RequestState::Deferred => "tag wait",
    }
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
            <td role="cell" data-label="State"><span class=state_class(request.state)>{request.state.name()}</span></td>
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

/// The form **Create new organization**.
#[component]
fn NewOrganization(data: Data<Yours>) -> impl IntoView {
    // The page says above the form why the reader can't submit a request now, so that they don't fill it in for nothing.
    let introduction = |yours: Result<Yours, Problem>| {
        let refusal = yours.ok().and_then(|yours| yours.filing);
        let sentence = refusal.map_or_else(
            || "An administrator reviews each request. We'll email you the decision. Once approved, you become its Owner.".to_owned(),
            |why| words::refusal(&why),
        );
        view! { <p>{sentence}</p> }.into_any()
    };
    let price = |yours: Result<Yours, Problem>| {
        let price = yours.map(|yours| yours.price.in_words()).unwrap_or_default();
        view! { "For a company or institution. " {price} ", paid by invoice. You enter billing details on the next page." }
            .into_any()
    };
    let kinds = move || {
        [Kind::Community, Kind::Private].map(|kind| {
            let meaning = match kind {
                Kind::Community => "For open projects that no single company runs. Free.".into_any(),
                Kind::Private => data.render_result(price).into_any(),
            };
            Card { code: kind.code(), name: kind.name(), meaning }
        })
    };
    let button = |yours: Result<Yours, Problem>| {
        let refusal = yours.ok().and_then(|yours| yours.filing);
        let disabled = refusal.is_some();
        let why = refusal.map(|why| {
            let link = matches!(why, Refusal::EmailUnverified {})
                .then(|| view! { <a href=Page::Verify.path()>"About the email"</a> });
            view! { <p class="why"><span>{words::refusal(&why)}</span> " " {link}</p> }
        });
        view! { <div class="actions"><Submit label="Create" class="main" disabled/> {why}</div> }.into_any()
    };
    view! {
        <section>
            <h2>"Create new organization"</h2>
            {data.render_result(introduction)}
            <PostForm url=FileRequestForm::URL form="create-organization" keeps=true class="stack">
                <NameField/>
                <TextField field=Field::DisplayName label="Display name" autocomplete="organization" spellcheck=true
                    hint="Shown in headings, for example “The Sundial Project”." check={|typed: &str| DisplayName::parse(typed).map(|_| ())}/>
                <TextField field=Field::Url label="Organization URL" kind="url" autocomplete="url"
                    hint="Where people can read about it, for example https://sundial.example" check={|typed: &str| OrganizationUrl::parse(typed).map(|_| ())}/>
                <TextField field=Field::Description label="Description" kind="textarea" spellcheck=true count=limits::DESCRIPTION
                    hint="What it is about, in a sentence or two. " check={|typed: &str| Description::parse(typed).map(|_| ())}/>
                <CardsField field=Field::Kind legend="Kind" initial=Kind::Community.code() cards=kinds().into()/>
                {data.render_result(button)}
            </PostForm>
        </section>
    }
}
