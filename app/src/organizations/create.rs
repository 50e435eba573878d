//! Create new organization: the form that requests one. It has a page of its own, and is also on Your organizations for
//! those who have none.

use crate::server_functions::PostTo as _;
use crate::ui::choice::{Card, CardsField};
use crate::ui::data::Data;
use crate::ui::field::TextField;
use crate::ui::form::{PostForm, Submit};
use crate::ui::name_field::NameField;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::addresses::OrganizationUrl;
use shared::billing::Price;
use shared::limits;
use shared::refusal::{Field, Refusal};
use shared::roles::Kind;
use shared::routes::Page;
use shared::text::{Description, DisplayName};
use shared::wire::organizations::{YourOrganizationsQuery, YourOrganizationsView};
use shared::wire::requests::FileRequestForm;
use shared::words;

/// The name of the form. It is also the fragment of the address that leads to the form or to the link to it.
pub const FORM: &str = "create-organization";

/// The page **Create new organization**.
#[component]
pub fn CreateOrganizationPage() -> AnyView {
    let data = Data::of(|| YourOrganizationsQuery {});
    let page = move |()| {
        view! {
            <Title text="Create new organization"/>
            <main id="main" class="page">
                <p><a href=Page::YourOrganizations.path()>"Your organizations"</a></p>
                <h1 tabindex="-1" id=FORM>"Create new organization"</h1>
                {create_form(data, None)}
            </main>
        }
        .into_any()
    };
    data.render_part(|_| (), page)
}

/// The form, with the reason why the reader can't submit a request now if there is one.
pub fn create_form(data: Data<YourOrganizationsView>, on_done: Option<Callback<()>>) -> AnyView {
    // The page says above the form why the reader can't submit a request now, so that they don't fill it in for nothing.
    let introduction = |refusal: Option<Refusal>| {
        let sentence = refusal.map_or_else(
            || "An administrator reviews each request. We'll email you the decision. Once approved, you become its Owner.".to_owned(),
            |why| words::refusal(&why),
        );
        view! { <p>{sentence}</p> }.into_any()
    };
    let private = |price: Price| {
        view! { "For a company or institution. " {price.in_words()} ", paid by invoice. You enter billing details on the next page." }
            .into_any()
    };
    let kinds = move || {
        [Kind::Community, Kind::Private].map(|kind| {
            let meaning = match kind {
                Kind::Community => "For open projects that no single company runs. Free.".into_any(),
                Kind::Private => data.render_part(|yours| yours.price, private),
            };
            Card { code: kind.code(), name: kind.name(), meaning }
        })
    };
    let button = |refusal: Option<Refusal>| {
        let disabled = refusal.is_some();
        let why = refusal.map(|why| {
            let link = matches!(why, Refusal::EmailUnverified {})
                .then(|| view! { <a href=Page::Verify.path()>"About the email"</a> });
            view! { <p class="why"><span>{words::refusal(&why)}</span> " " {link}</p> }
        });
        view! { <div class="actions"><Submit label="Create" class="main" disabled/> {why}</div> }.into_any()
    };
    view! {
        {data.render_part(|yours| yours.filing, introduction)}
        <PostForm url=FileRequestForm::URL form=FORM keeps=true kept_for=Page::CreateOrganization on_done class="stack">
            <NameField/>
            <TextField field=Field::DisplayName label="Display name" autocomplete="organization" spellcheck=true
                hint="Shown in headings, for example “The Sundial Project”." check={|typed: &str| DisplayName::parse(typed).map(|_| ())}/>
            <TextField field=Field::Url label="Organization URL" kind="url" autocomplete="url"
                hint="Where people can read about it, for example https://sundial.example" check={|typed: &str| OrganizationUrl::parse(typed).map(|_| ())}/>
            <TextField field=Field::Description label="Description" kind="textarea" spellcheck=true count=limits::DESCRIPTION
                hint="What it is about, in a sentence or two. " check={|typed: &str| Description::parse(typed).map(|_| ())}/>
            <CardsField field=Field::Kind legend="Kind" initial=Kind::Community.code() cards=kinds().into()/>
            {data.render_part(|yours| yours.filing, button)}
        </PostForm>
    }
    .into_any()
}
