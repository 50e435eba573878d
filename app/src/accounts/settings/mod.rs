//! Account settings: addresses, password, devices, theme, and a link to the account's history.

pub mod actions;
mod history;

pub use history::{AccountHistoryPage, events_table};

use crate::accounts::ThemeSwitch;
use crate::accounts::hidden_username;
use crate::browser;
use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::dialog::Confirm;
use crate::ui::field::{PasswordField, TextField};
use crate::ui::form::{PostForm, Submit};
use crate::ui::query::use_query;
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::addresses::EmailAddress;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{Field, Refusal};
use shared::routes::{Page, Topic};
use shared::timestamp::Timestamp;
use shared::wire::accounts::{
    AccountSettingsQuery, AccountSettingsView, AddAddressForm, Address, ChangePasswordForm, Device, EndDeviceForm,
    EndOtherDevicesForm, MakePrimaryForm, RemoveAddressForm, ResendToAddressForm,
};
use shared::words;

const HERE: Page = Page::AccountSettings;

/// The page **Account settings**.
#[component]
pub fn AccountSettingsPage() -> AnyView {
    let data = Data::of(|| AccountSettingsQuery {});
    let refresh = expect_context::<Refresh>();
    browser::on_change(Signal::derive(|| vec![Topic::Yours.name()]), move || refresh.all());
    let add = |page: Result<AccountSettingsView, Problem>| match page.ok().and_then(|page| page.more_addresses) {
        Some(why) => disabled_add(&why),
        None => view! { <div class="actions"><Submit label="Add address"/></div> }.into_any(),
    };
    let who = |page: Option<AccountSettingsView>| hidden_username(page.map(|page| page.username).unwrap_or_default());
    view! {
        <Title text="Account settings"/>
        <main id="main" class="page">
            <h1 tabindex="-1">"Account settings"</h1>
            {data.render(|page| lead(&page))}
            <section>
                <h2>"Email addresses"</h2>
                {data.render(|page| addresses(page.addresses))}
                <RemoveDialog/>
                <h3 class="apart">"Add an address"</h3>
                <PostForm url=AddAddressForm::URL form="add-address" class="stack">
                    {data.render_optional(who)}
                    <TextField field=Field::Email label="Email address" kind="email" autocomplete="email"
                        hint="We'll email it a verification link. It can't be used until you verify it."
                        check={|typed: &str| EmailAddress::parse(typed).map(|_| ())}/>
                    <PasswordField field=Field::CurrentPassword label="Your password" autocomplete="current-password"
                        hint="Confirms that it's you."/>
                    {data.render_result(add)}
                </PostForm>
            </section>
            <section>
                <h2>"Password"</h2>
                <PostForm url=ChangePasswordForm::URL form="change-password" class="stack">
                    {data.render_optional(who)}
                    <PasswordField field=Field::CurrentPassword label="Current password" autocomplete="current-password"/>
                    <PasswordField label="New password" autocomplete="new-password"
                        hint="At least 15 characters. A few words make a good password. You can paste it or use a password manager."
                        check={|password: String| Password::new(&password, "", "").map(|_| ())}/>
                    <div class="actions"><Submit label="Change password"/> <p class="why">"All other devices are signed out. We'll email you a confirmation."</p></div>
                </PostForm>
            </section>
            <section>
                <h2>"Signed-in devices"</h2>
                {data.render(devices)}
            </section>
            <section>
                <h2>"Theme"</h2>
                <p class="soft">"Saved in this browser only."</p>
                <ThemeSwitch/>
            </section>
        </main>
    }
    .into_any()
}

fn lead(page: &AccountSettingsView) -> AnyView {
    let (at, now) = (page.since, page.now);
    view! {
        <p class="soft">
            <span translate="no" class="name">{page.username.clone()}</span> ", joined " <When at now/> ". "
            <a href=Page::AccountHistory.path()>"History of your account"</a>
        </p>
    }
    .into_any()
}

fn disabled_add(why: &Refusal) -> AnyView {
    view! {
        <div class="actions"><Submit label="Add address" disabled=true/> <p class="why">{words::refusal(why)}</p></div>
    }
    .into_any()
}

fn addresses(addresses: Vec<Address>) -> AnyView {
    view! {
        <table role="table">
            <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Address"</th><th role="columnheader" scope="col">"State"</th><th role="columnheader" scope="col">"Action"</th></tr></thead>
            <tbody role="rowgroup">{addresses.into_iter().map(address).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn address(address: Address) -> AnyView {
    let id = address.id.to_string();
    let state = match address.verified {
        true => view! { <span class="tag good">"Verified"</span> },
        false => view! { <span class="tag wait">"Not verified"</span> },
    };
    let primary = address.primary.then(|| view! { " " <span class="tag">"Primary"</span> });
    let bounces = address.bounces.map(|why| {
        view! { <small class="under">"Emails to this address bounce. The mail server says: " {why}</small> }
    });
    let act = match (address.verified, address.primary) {
        (true, true) => view! { <span class="soft">"Emails go here"</span> }.into_any(),
        (true, false) => row_form(MakePrimaryForm::URL, "primary-", "address", &id, "Make primary"),
        (false, _) => row_form(ResendToAddressForm::URL, "resend-", "address", &id, "Send the link again"),
    };
    let remove = (!address.primary).then(|| {
        let to = [&HERE.path(), "?confirm=remove&address=", &id].concat();
        view! { <a class="button plain danger" id=["remove-", &id].concat() href=to data-noscroll>"Remove"</a> }
    });
    view! {
        <tr role="row">
            <td role="cell"><b translate="no">{address.email}</b></td>
            <td role="cell" data-label="State">{state}{primary}{bounces}</td>
            <td role="cell"><div class="actions">{act}{remove}</div></td>
        </tr>
    }
    .into_any()
}

/// A form with one button, for a row of a table.
fn row_form(url: &'static str, form: &str, field: &'static str, id: &str, label: &'static str) -> AnyView {
    let (form, id) = ([form, id].concat(), id.to_owned());
    view! {
        <PostForm url form>
            <input type="hidden" name=field value=id/>
            <Submit label class="plain"/>
        </PostForm>
    }
    .into_any()
}

/// The dialog that confirms the removal of an address.
#[component]
fn RemoveDialog() -> impl IntoView {
    let query = use_query();
    let confirm = Memo::new(move |_| {
        let query = query.read();
        query.get("confirm").filter(|what| what == "remove").and_then(|_| query.get("address"))
    });
    move || {
        confirm.get().map(|id| {
            let address = id.clone();
            let preview = Data::preview(move || RemoveAddressForm { address: address.clone() });
            let form = ["remove-", &id].concat();
            view! {
                <Confirm title="Remove this address?" url=RemoveAddressForm::URL form preview back=HERE.path() opener=["#remove-", &id].concat() verb="Remove" tone="danger main">
                    <input type="hidden" name="address" value=id.clone()/>
                </Confirm>
            }
        })
    }
}

fn devices(page: AccountSettingsView) -> AnyView {
    let now = page.now;
    let others = page.devices.iter().filter(|device| !device.this).count();
    let all = (others > 0).then(|| {
        view! {
            <PostForm url=EndOtherDevicesForm::URL form="end-others" class="apart">
                <div class="actions"><Submit label=if others == 1 { "Sign out the other device" } else { "Sign out all other devices" } class="danger"/></div>
            </PostForm>
        }
    });
    view! {
        <table role="table" class="even">
            <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Device"</th><th role="columnheader" scope="col">"Signed in"</th><th role="columnheader" scope="col">"Last used"</th><th role="columnheader" scope="col">"Action"</th></tr></thead>
            <tbody role="rowgroup">{page.devices.into_iter().map(|device| self::device(device, now)).collect_view()}</tbody>
        </table>
        {all}
    }
    .into_any()
}

fn device(device: Device, now: Timestamp) -> AnyView {
    let id = device.id.to_string();
    let act = match device.this {
        true => view! { <span class="tag good">"This device"</span> }.into_any(),
        false => row_form(EndDeviceForm::URL, "end-", "device", &id, "Sign out"),
    };
    let from = (!device.address.is_empty()).then(|| view! { <small class="under">"from " {device.address}</small> });
    view! {
        <tr role="row">
            <td role="cell"><b>{device.name}</b>{from}</td>
            <td role="cell" data-label="Signed in" class="soft"><When at=device.since now/></td>
            <td role="cell" data-label="Last used" class="soft"><When at=device.seen_at now/></td>
            <td role="cell">{act}</td>
        </tr>
    }
    .into_any()
}
