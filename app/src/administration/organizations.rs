//! Organizations for administrators: the list, and the page of an organization.

use crate::accounts::settings::events_table;
use crate::requests::billing_section;
use crate::server_functions::PostTo as _;
use crate::ui::administration_tabs::administration_tabs;
use crate::ui::data::Data;
use crate::ui::dialog::Confirm;
use crate::ui::field::TextField;
use crate::ui::list_search::{search_form, use_search};
use crate::ui::query::{results, use_query};
use crate::ui::reason_field::ReasonField;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use shared::domain::OrganizationState;
use shared::refusal::Field;
use shared::routes::Page;
use shared::timestamp::Timestamp;
use shared::wire::administration::{
    AppointOwnerForm, DisableOrganizationForm, EnableOrganizationForm, MemberRow, OrganizationQuery, OrganizationRow,
    OrganizationView, Organizations, OrganizationsQuery,
};
use shared::words;

const LIST: Page = Page::Organizations;

/// The page **Organizations**.
#[component]
pub fn OrganizationsPage() -> AnyView {
    let searched = use_search();
    let data = Data::of(move || OrganizationsQuery { query: searched.get() });
    data.render(move |organizations| {
        view! {
            <Title text="Organizations"/>
            <main id="main" class="page">
                <h1 tabindex="-1">"Organizations"</h1>
                {administration_tabs("organizations")}
                {search_form(LIST, "Search by name", searched)}
                {list(organizations)}
            </main>
        }
        .into_any()
    })
}

fn list(organizations: Organizations) -> AnyView {
    let (now, all) = (organizations.now, organizations.query.is_empty());
    if organizations.found.is_empty() {
        return match all {
            true => view! {
                <section><div class="empty">
                    <h2>"There are no organizations yet"</h2>
                    <p>"Every organization starts as a request. " <a href=Page::Requests.path()>"See the requests"</a></p>
                </div></section>
            }
            .into_any(),
            false => view! {
                <section><div class="empty">
                    <h2>"No organizations match “" <bdi translate="no">{organizations.query}</bdi> "”"</h2>
                    <p>"Search for part of an account name or display name. " <a href=LIST.path()>"All organizations"</a></p>
                </div></section>
            }
            .into_any(),
        };
    }
    let title = match all {
        true => "Newest organizations".into_any(),
        false => {
            let (number, more) = (organizations.found.len(), organizations.more);
            results(number, "organization", "organizations", more, organizations.query)
        }
    };
    let more =
        organizations.more.then(|| view! { <p class="soft apart">"There are more. Search for part of a name."</p> });
    let back = (!all).then(|| view! { <p class="row apart"><a href=LIST.path()>"All organizations"</a></p> });
    view! {
        <section>
            <h2>{title}</h2>
            <table role="table" class="even">
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Organization"</th><th role="columnheader" scope="col">"State"</th><th role="columnheader" scope="col">"People"</th><th role="columnheader" scope="col">"Created"</th></tr></thead>
                <tbody role="rowgroup">{organizations.found.into_iter().map(|organization| row(organization, now)).collect_view()}</tbody>
            </table>
            {more}
            {back}
        </section>
    }
    .into_any()
}

fn row(organization: OrganizationRow, now: Timestamp) -> AnyView {
    let (tags, to) = (tags(&organization), Page::Organization(organization.name.clone()).path());
    let people = words::count(u64::from(organization.people), "person", "people");
    view! {
        <tr role="row">
            <td role="cell"><a href=to><bdi translate="no">{organization.display_name}</bdi></a> " " <span translate="no" class="name soft">{organization.name}</span></td>
            <td role="cell" data-label="State">{tags}</td>
            <td role="cell" data-label="People" class="soft">{people}</td>
            <td role="cell" data-label="Created" class="soft"><When at=organization.since now/></td>
        </tr>
    }
    .into_any()
}

/// The tags of an organization: its state, its kind, and whether it has no active Owner.
fn tags(organization: &OrganizationRow) -> AnyView {
    let state = match organization.state {
        OrganizationState::Active => view! { <span class="tag good">"Active"</span> },
        OrganizationState::Disabled => view! { <span class="tag bad">"Disabled"</span> },
    };
    let ownerless = organization.ownerless.then(|| view! { " " <span class="tag wait">"No active Owner"</span> });
    view! { {state}{ownerless} " " <span class="tag">{organization.kind.name()}</span> }.into_any()
}

/// The page of one organization.
#[component]
pub fn OrganizationPage() -> AnyView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.read().get("name").unwrap_or_default());
    let data = Data::of(move || OrganizationQuery { organization: name.get() });
    view! {
        {data.render(|organization| {
            let title = ["Organization ", &organization.row.name].concat();
            view! { <Title text=title/> <main id="main" class="page">{body(organization)}</main> }.into_any()
        })}
        <ConfirmDialogs name/>
    }
    .into_any()
}

fn body(organization: OrganizationView) -> AnyView {
    let now = organization.now;
    let row = &organization.row;
    let here = Page::Organization(row.name.clone()).path();
    let why = organization.reason.map(|reason| {
        view! { <section><h2>"Why it is disabled"</h2><blockquote class="quote">{reason}</blockquote></section> }
    });
    let total = words::count(u64::from(row.people), "person", "people");
    let more = usize::try_from(row.people).is_ok_and(|n| n > organization.people.len());
    let more =
        more.then(|| view! { <p class="soft apart">"Only the first are shown: Owners, then by role and name."</p> });
    let people = organization.people.into_iter().map(|person| self::person(person, now)).collect_view();
    let from = organization.request.map(|id| {
        let to = Page::Request(id.to_string()).path();
        view! { <div><dt>"Request"</dt><dd><a href=to>"View request"</a></dd></div> }
    });
    let billing = billing_section(organization.billing.as_ref(), None);
    let act = match row.state {
        OrganizationState::Disabled => {
            let to = [&here, "?confirm=enable"].concat();
            view! { <a class="button main" id="enable" href=to data-noscroll>"Enable"</a> }.into_any()
        }
        OrganizationState::Active => {
            let to = [&here, "?confirm=disable"].concat();
            view! { <a class="button danger" id="disable" href=to data-noscroll>"Disable"</a> }.into_any()
        }
    };
    let ownerless = row.ownerless.then(|| appoint_form(here.clone()));
    let address = match row.state {
        OrganizationState::Active => {
            let to = Page::Profile(row.name.clone()).path();
            view! { <a translate="no" class="name" href=to.clone()>{to.clone()}</a> }.into_any()
        }
        OrganizationState::Disabled => {
            view! { <span class="soft">"Hidden while the organization is disabled"</span> }.into_any()
        }
    };
    view! {
        <p><a href=LIST.path()>"All organizations"</a></p>
        <div class="lead"><h1 tabindex="-1"><bdi translate="no">{row.display_name.clone()}</bdi></h1> <span translate="no" class="name soft">{row.name.clone()}</span> {tags(row)}</div>
        <blockquote class="quote">{organization.description}</blockquote>
        <dl class="facts">
            <div><dt>"Created"</dt><dd><When at=row.since now/></dd></div>
            <div><dt>"Profile URL"</dt><dd>{address}</dd></div>
            <div><dt>"Website"</dt><dd><a href=organization.url.clone() rel="nofollow noopener noreferrer">{organization.url.clone()}</a></dd></div>
            {from}
        </dl>
        {why}
        {ownerless}
        <section>
            <h2>{total}</h2>
            <table role="table" class="even">
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Person"</th><th role="columnheader" scope="col">"Role"</th><th role="columnheader" scope="col">"Joined"</th></tr></thead>
                <tbody role="rowgroup">{people}</tbody>
            </table>
            {more}
        </section>
        {billing}
        <section>
            <h2>"History"</h2>
            <p>"The latest events, newest first."</p>
            {events_table(organization.history, now)}
        </section>
        <section>
            <h2>"Organization status"</h2>
            <p>"You'll see the effects before you confirm."</p>
            <div class="row">{act}</div>
        </section>
    }
    .into_any()
}

/// A form for the new Owner's username, if no Owner can use their account. It opens a dialog with the effects.
fn appoint_form(here: String) -> AnyView {
    view! {
        <section>
            <h2>"No Owner can use their account"</h2>
            <p>"Nobody can manage people here. Appoint an Owner: a member, or anyone else with a verified email address."</p>
            <form class="stack" method="get" action=here autocomplete="off">
                <input type="hidden" name="confirm" value="appoint"/>
                <div class="field"><label for="who">"Username"</label>
                    <input id="who" name="who" required autocapitalize="none" spellcheck="false"/></div>
                <div class="row"><button type="submit" class="main" id="appoint">"Appoint Owner"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn person(person: MemberRow, now: Timestamp) -> AnyView {
    let to = Page::Account(person.username.clone()).path();
    let disabled = person.disabled.then(|| view! { " " <span class="tag bad">"Disabled"</span> });
    view! {
        <tr role="row">
            <td role="cell"><a translate="no" href=to>{person.username}</a>{disabled}</td>
            <td role="cell" data-label="Role">{person.role.name()}</td>
            <td role="cell" data-label="Joined" class="soft"><When at=person.joined_at now/></td>
        </tr>
    }
    .into_any()
}

/// The dialogs that confirm appointing, disabling and enabling.
#[component]
fn ConfirmDialogs(name: Memo<String>) -> impl IntoView {
    let query = use_query();
    let confirm = Memo::new(move |_| {
        let query = query.read();
        (query.get("confirm"), query.get("who").unwrap_or_default())
    });
    move || {
        let (name, back) = (name.get(), Page::Organization(name.get()).path());
        let organization = name.clone();
        let (what, who) = confirm.get();
        match what.as_deref() {
            Some("appoint") => {
                let (username, title) = (who.clone(), ["Make ", &who, " an Owner?"].concat());
                let preview = Data::preview(move || AppointOwnerForm {
                    organization: organization.clone(),
                    username: username.clone(),
                    ..AppointOwnerForm::default()
                });
                view! {
                    <Confirm title url=AppointOwnerForm::URL form="appoint" preview back opener="#appoint" verb="Appoint Owner">
                        <input type="hidden" name="organization" value=name.clone()/>
                        <input type="hidden" name="username" value=who.clone()/>
                        <ReasonField hint="Visible to everyone who is emailed. "/>
                        <TextField field=Field::Confirmation label="Organization account name" autocomplete="off"
                            hint="Type the account name shown above to confirm."/>
                    </Confirm>
                }
                .into_any()
            }
            Some("disable") => {
                let preview = Data::preview(move || DisableOrganizationForm {
                    organization: organization.clone(),
                    ..DisableOrganizationForm::default()
                });
                view! {
                    <Confirm title="Disable this organization?" url=DisableOrganizationForm::URL form="disable" preview back opener="#disable" verb="Disable" tone="danger main">
                        <input type="hidden" name="organization" value=name.clone()/>
                        <ReasonField hint="Visible to its members. "/>
                    </Confirm>
                }
                .into_any()
            }
            Some("enable") => {
                let preview = Data::preview(move || EnableOrganizationForm { organization: organization.clone() });
                view! {
                    <Confirm title="Enable this organization?" url=EnableOrganizationForm::URL form="enable" preview back opener="#enable" verb="Enable">
                        <input type="hidden" name="organization" value=name.clone()/>
                    </Confirm>
                }
                .into_any()
            }
            _ => ().into_any(),
        }
    }
}
