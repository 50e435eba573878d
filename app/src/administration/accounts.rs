//! Accounts for administrators: the list, and the page of an account.

use crate::accounts::settings::events_table;
use crate::requests::requests_table;
use crate::server_functions::PostTo as _;
use crate::ui::administration_tabs::administration_tabs;
use crate::ui::data::Data;
use crate::ui::dialog::Confirm;
use crate::ui::list_search::{search_form, use_search};
use crate::ui::query::{results, use_query};
use crate::ui::reason_field::ReasonField;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use shared::routes::Page;
use shared::timestamp::Timestamp;
use shared::wire::administration::{
    AccountQuery, AccountRow, AccountView, Accounts, AccountsQuery, DisableAccountForm, EnableAccountForm,
    EndSessionsForm,
};
use shared::wire::organizations::YourOrganization;
use shared::words;

const LIST: Page = Page::Accounts;

/// The page **Accounts**.
#[component]
pub fn AccountsPage() -> AnyView {
    let searched = use_search();
    let data = Data::of(move || AccountsQuery { query: searched.get() });
    data.render(move |accounts| {
        view! {
            <Title text="Accounts"/>
            <main id="main" class="page">
                <h1 tabindex="-1">"Accounts"</h1>
                {administration_tabs("accounts")}
                {search_form(LIST, "Search accounts", searched)}
                {list(accounts)}
            </main>
        }
        .into_any()
    })
}

fn list(accounts: Accounts) -> AnyView {
    let now = accounts.now;
    if accounts.found.is_empty() {
        return view! {
            <section><div class="empty">
                <h2>"No accounts match “" <bdi translate="no">{accounts.query}</bdi> "”"</h2>
                <p>"Search for part of a username or email address. " <a href=LIST.path()>"All accounts"</a></p>
            </div></section>
        }
        .into_any();
    }
    let all =
        (!accounts.query.is_empty()).then(|| view! { <p class="row apart"><a href=LIST.path()>"All accounts"</a></p> });
    let title = match accounts.query.is_empty() {
        true => "Newest accounts".into_any(),
        false => results(accounts.found.len(), "account", "accounts", accounts.more, accounts.query),
    };
    let more = accounts
        .more
        .then(|| view! { <p class="soft apart">"There are more. Search for part of a username or email address."</p> });
    view! {
        <section>
            <h2>{title}</h2>
            <table role="table" class="even">
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Account"</th><th role="columnheader" scope="col">"State"</th><th role="columnheader" scope="col">"Email"</th><th role="columnheader" scope="col">"Joined"</th></tr></thead>
                <tbody role="rowgroup">{accounts.found.into_iter().map(|account| row(account, now)).collect_view()}</tbody>
            </table>
            {more}
            {all}
        </section>
    }
    .into_any()
}

fn row(account: AccountRow, now: Timestamp) -> AnyView {
    let (state, to) = (tags(&account), Page::Account(account.username.clone()).path());
    view! {
        <tr role="row">
            <td role="cell"><a translate="no" href=to>{account.username}</a></td>
            <td role="cell" data-label="State">{state}</td>
            <td role="cell" data-label="Email" translate="no" class="typed">{account.email}</td>
            <td role="cell" data-label="Joined" class="soft"><When at=account.since now/></td>
        </tr>
    }
    .into_any()
}

/// The tags of an account: its state, and whether it is an administrator's.
fn tags(account: &AccountRow) -> AnyView {
    let state = match (account.disabled, account.verified) {
        (true, _) => view! { <span class="tag bad">"Disabled"</span> },
        (false, true) => view! { <span class="tag good">"Active"</span> },
        (false, false) => view! { <span class="tag wait">"Not verified"</span> },
    };
    let administrator = account.administrator.then(|| view! { " " <span class="tag">"Administrator"</span> });
    view! { {state}{administrator} }.into_any()
}

/// The page of one account.
#[component]
pub fn AccountPage() -> AnyView {
    let params = use_params_map();
    let username = Memo::new(move |_| params.read().get("name").unwrap_or_default());
    let data = Data::of(move || AccountQuery { username: username.get() });
    view! {
        {data.render(|account| {
            let title = ["Account ", &account.row.username].concat();
            view! { <Title text=title/> <main id="main" class="page">{body(account)}</main> }.into_any()
        })}
        <ConfirmDialogs username/>
    }
    .into_any()
}

fn body(account: AccountView) -> AnyView {
    let now = account.now;
    let here = Page::Account(account.row.username.clone()).path();
    let why = account.reason.map(|reason| {
        view! { <section><h2>"Why it is disabled"</h2><blockquote class="quote">{reason}</blockquote></section> }
    });
    let addresses = account.addresses.into_iter().map(|address| {
        let verified = if address.verified { "verified" } else { "not verified" };
        let primary = if address.primary { "primary, " } else { "" };
        let bounces = address.bounces.map(|why| view! { <small class="under">"Emails to it bounce: " {why}</small> });
        view! { <li><span translate="no">{address.email}</span> " " <span class="soft">"(" {primary} {verified} ")"</span>{bounces}</li> }
    });
    let organizations = (!account.organizations.is_empty()).then(|| {
        let rows = account.organizations.into_iter().map(organization);
        view! {
            <section>
                <h2>"Organizations"</h2>
                <table role="table" class="even">
                    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Organization"</th><th role="columnheader" scope="col">"Role"</th><th role="columnheader" scope="col">"People"</th></tr></thead>
                    <tbody role="rowgroup">{rows.collect_view()}</tbody>
                </table>
            </section>
        }
    });
    let requests = (!account.requests.is_empty())
        .then(|| view! { <section><h2>"Requests"</h2>{requests_table(account.requests, "Date")}</section> });
    let act = match (account.row.disabled, &account.disabling) {
        (true, _) => {
            let to = [&here, "?confirm=enable"].concat();
            view! { <a class="button main" id="enable" href=to data-noscroll>"Enable"</a> }.into_any()
        }
        (false, None) => {
            let to = [&here, "?confirm=disable"].concat();
            view! { <a class="button danger" id="disable" href=to data-noscroll>"Disable"</a> }.into_any()
        }
        (false, Some(why)) => view! {
            <button class="danger" disabled aria-describedby="disable-why">"Disable"</button>
            <p class="why" id="disable-why">{words::refusal(why)}</p>
        }
        .into_any(),
    };
    let devices = match account.devices {
        0 => "Not signed in on any device".to_owned(),
        number => ["Signed in on ", &words::count(u64::from(number), "device", "devices")].concat(),
    };
    // The rule is the same for both: administrators sign out their own devices in their own settings.
    let sign_out = (account.devices > 0 && account.disabling.is_none()).then(|| {
        let to = [&here, "?confirm=sign-out"].concat();
        view! { <a class="button" id="sign-out-everywhere" href=to data-noscroll>"Sign out everywhere"</a> }
    });
    view! {
        <p><a href=LIST.path()>"All accounts"</a></p>
        <div class="lead"><h1 tabindex="-1" translate="no">{account.row.username.clone()}</h1>{tags(&account.row)}</div>
        <dl class="facts">
            <div><dt>"Joined"</dt><dd><When at=account.row.since now/></dd></div>
            <div><dt>"Email addresses"</dt><dd><ul role="list" class="bare">{addresses.collect_view()}</ul></dd></div>
        </dl>
        {why}
        {organizations}
        {requests}
        <section>
            <h2>"History"</h2>
            <p>"The latest events, newest first."</p>
            {events_table(account.history, now)}
        </section>
        <section>
            <h2>"Account status"</h2>
            <p>{devices} ". You'll see the effects before you confirm."</p>
            <div class="row">{sign_out}{act}</div>
        </section>
    }
    .into_any()
}

fn organization(organization: YourOrganization) -> AnyView {
    let people = words::count(u64::from(organization.people), "person", "people");
    let to = Page::Organization(organization.name.clone()).path();
    view! {
        <tr role="row">
            <td role="cell"><a href=to><bdi translate="no">{organization.display_name}</bdi></a> " " <span translate="no" class="name soft">{organization.name}</span></td>
            <td role="cell" data-label="Role">{organization.role.name()}</td>
            <td role="cell" data-label="People" class="soft">{people}</td>
        </tr>
    }
    .into_any()
}

/// The dialogs that confirm disabling, enabling, and signing out everywhere.
#[component]
fn ConfirmDialogs(username: Memo<String>) -> impl IntoView {
    let query = use_query();
    let confirm = Memo::new(move |_| query.read().get("confirm"));
    move || {
        let name = username.get();
        let (back, account) = (Page::Account(name.clone()).path(), name.clone());
        match confirm.get().as_deref() {
            Some("disable") => {
                let preview = Data::preview(move || DisableAccountForm {
                    username: account.clone(),
                    ..DisableAccountForm::default()
                });
                view! {
                    <Confirm title="Disable this account?" url=DisableAccountForm::URL form="disable" preview back opener="#disable" verb="Disable" tone="danger main">
                        <input type="hidden" name="username" value=name.clone()/>
                        <ReasonField hint="Visible to the person whose account it is. "/>
                    </Confirm>
                }
                .into_any()
            }
            Some("sign-out") => {
                let preview =
                    Data::preview(move || EndSessionsForm { username: account.clone(), ..EndSessionsForm::default() });
                view! {
                    <Confirm title="Sign this account out everywhere?" url=EndSessionsForm::URL form="sign-out" preview back opener="#sign-out-everywhere" verb="Sign out everywhere" tone="danger main">
                        <input type="hidden" name="username" value=name.clone()/>
                        <ReasonField hint="Visible to the person whose account it is. "/>
                    </Confirm>
                }
                .into_any()
            }
            Some("enable") => {
                let preview = Data::preview(move || EnableAccountForm { username: account.clone() });
                view! {
                    <Confirm title="Enable this account?" url=EnableAccountForm::URL form="enable" preview back opener="#enable" verb="Enable">
                        <input type="hidden" name="username" value=name.clone()/>
                    </Confirm>
                }
                .into_any()
            }
            _ => ().into_any(),
        }
    }
}
