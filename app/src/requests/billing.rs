//! The billing page of a private organization. Completing it submits a draft. While the request is open, the details can
//! be changed.

use crate::server_functions::PostTo as _;
use crate::ui::choice::{Card, CardsField, CountryField};
use crate::ui::data::Data;
use crate::ui::errors::{self, NotFound};
use crate::ui::field::TextField;
use crate::ui::form::{PostForm, Submit};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use shared::addresses::EmailAddress;
use shared::billing::{BillingDraft, Payment};
use shared::countries::Country;
use shared::domain::RequestState;
use shared::limits;
use shared::refusal::{Field, Refusal};
use shared::roles::Kind;
use shared::routes::Page;
use shared::text::{LegalName, OrderNumber, PostalAddress, TaxId};
use shared::wire::requests::{Billing, GiveBillingForm, MyRequestQuery, MyRequestView, SaveBillingDraftForm};
use shared::words;

/// The billing page of the reader's own request.
#[component]
pub fn BillingPage() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    // Fetched once, because a refresh would overwrite what the reader types.
    let data = Data::once(move || MyRequestQuery { request: id.get() });
    data.render(|page| match page.request.kind {
        Kind::Community => NotFound(),
        Kind::Private => {
            let title = ["Billing details for ", &page.request.name].concat();
            view! { <Title text=title.clone()/> <main id="main" class="page">{body(page, title)}</main> }.into_any()
        }
    })
}

fn body(page: MyRequestView, title: String) -> AnyView {
    let id = page.request.id.to_string();
    let back = Page::MyRequest(id.clone()).path();
    let draft = page.request.state == RequestState::Draft;
    if !draft && !page.request.state.is_open() {
        let closed = Refusal::RequestClosed { state: page.request.state, by: None };
        errors::status(closed.status());
        return view! {
            <h1 tabindex="-1">{title}</h1>
            <p class="alert" role="alert">{words::refusal(&closed)}</p>
            <p class="row"><a class="button" href=back>"Back to the request"</a></p>
        }
        .into_any();
    }
    let saved = page.billing.map(BillingDraft::from);
    let details = page.billing_draft.or(saved).unwrap_or_default();
    let (lead, label) = match draft {
        true => (
            "Your request is a draft until you complete this page. Submit it to send it to the administrators.",
            "Submit",
        ),
        false => ("We send invoices to this contact. Administrators see these details with your request.", "Save"),
    };
    view! {
        <p><a href=back.clone()><bdi translate="no">{page.request.display_name.clone()}</bdi></a></p>
        <div class="lead"><h1 tabindex="-1">{title}</h1></div>
        <p>{lead}</p>
        <dl class="facts">
            <div><dt>"Price"</dt><dd>{page.price.in_words()}<span class="why">"Nothing is charged until the request is approved. You start with one member: yourself."</span></dd></div>
            <div><dt>"Invoices"</dt><dd>"Sent monthly, for the members in that month. Due on receipt."</dd></div>
        </dl>
        <PostForm url=GiveBillingForm::URL form="billing" keeps=draft class="stack apart">
            <input type="hidden" name="request" value=id/>
            <input type="hidden" name="shown" value=page.billing_words/>
            {fields(details)}
            <div class="actions"><Submit label class="main"/> {secondary_actions(draft, back)}</div>
        </PostForm>
    }
    .into_any()
}

/// The buttons beside the main one: **Not now** for a draft, **Cancel** otherwise.
fn secondary_actions(draft: bool, back: String) -> AnyView {
    if !draft {
        return view! { <a class="button" href=back>"Cancel"</a> }.into_any();
    }
    view! {
        <Submit label="Not now" to=SaveBillingDraftForm::URL/>
        <p class="why">"Saves what you've entered, even if it's incomplete. Only you can see it until you submit the request."</p>
    }
    .into_any()
}

fn fields(details: BillingDraft) -> AnyView {
    let invoice = Card {
        code: Payment::Invoice.code(),
        name: "Invoice",
        meaning:
            "By bank transfer, once you receive an invoice. This site has no payment provider, so you can't pay by card."
                .into_any(),
    };
    view! {
        <TextField field=Field::LegalName label="Legal name" autocomplete="organization" initial=details.legal_name
            hint="The registered name of the company, university or foundation that pays." check={|typed: &str| LegalName::parse(typed).map(|_| ())}/>
        <TextField field=Field::BillingEmail label="Billing email" kind="email" autocomplete="email" initial=details.email
            hint="We send invoices to this address." check={|typed: &str| EmailAddress::parse(typed).map(|_| ())}/>
        <TextField field=Field::PostalAddress label="Postal address" kind="textarea" autocomplete="street-address" initial=details.postal_address
            hint="Street, postal code and town, each on its own line. " count=limits::POSTAL_ADDRESS check={|typed: &str| PostalAddress::parse(typed).map(|_| ())}/>
        <CountryField initial=details.country/>
        <TextField field=Field::TaxId label="Tax ID (optional)" initial=details.tax_id
            hint="For example GB 123 4567 89. Shown on each invoice." check={|typed: &str| TaxId::parse(typed).map(|_| ())}/>
        <TextField field=Field::OrderNumber label="Purchase order number (optional)" initial=details.order_number
            hint="Your own reference. Shown on each invoice." check={|typed: &str| OrderNumber::parse(typed).map(|_| ())}/>
        <CardsField field=Field::Payment legend="Payment method" initial=Payment::Invoice.code() cards=vec![invoice]/>
    }
    .into_any()
}

/// The section **Billing details** with an optional action, or `None` without details.
pub fn billing_section(billing: Option<&Billing>, action: Option<AnyView>) -> Option<AnyView> {
    let billing = billing?;
    let country = Country::from_code(&billing.country).map_or_else(|| billing.country.clone(), |c| c.name().to_owned());
    let also = [("Tax ID", &billing.tax_id), ("Purchase order", &billing.order_number)];
    let also = also.into_iter().filter(|(_, text)| !text.is_empty());
    let also = also.map(|(label, text)| view! { <div><dt>{label}</dt><dd>{text.clone()}</dd></div> });
    let section = view! {
        <section>
        <h2>"Billing details"</h2>
        <dl class="facts">
            <div><dt>"Legal name"</dt><dd>{billing.legal_name.clone()}</dd></div>
            <div><dt>"Billing email"</dt><dd translate="no" class="typed">{billing.email.clone()}</dd></div>
            <div><dt>"Postal address"</dt><dd class="lines">{billing.postal_address.clone()} "\n" {country}</dd></div>
            {also.collect_view()}
            <div><dt>"Payment method"</dt><dd>{billing.payment.clone()}</dd></div>
        </dl>
        {action}
        </section>
    };
    Some(section.into_any())
}
