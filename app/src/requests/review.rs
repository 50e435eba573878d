//! The review page of a request: the applicant, what they request, similar organizations, rival requests and the decision.

use super::billing::billing_section;
use super::conversation::{exchanges, notes};
use super::queue::requests_table;
use crate::organizations::state_class;
use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::dialog::Confirm;
use crate::ui::field::TextField;
use crate::ui::query::use_query;
use crate::ui::reason_field::ReasonField;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use shared::domain::{RequestState, Similar, Standing, by_organization};
use shared::limits;
use shared::refusal::Field;
use shared::routes::Page;
use shared::text::{Message, Reason};
use shared::wire::requests::{
    AddNoteForm, Applicant, ApproveRequestForm, AskApplicantForm, DeclineRequestForm, DeferRequestForm, RequestPage,
    RequestQuery,
};
use shared::words;

/// The page of one request.
#[component]
pub fn ReviewPage() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let data = Data::of(move || RequestQuery { request: id.get() });
    view! {
        {data.render(|page| {
            let title = ["Request for ", &page.name].concat();
            view! { <Title text=title/> <main id="main" class="page">{body(page)}</main> }.into_any()
        })}
        <DecisionDialogs id/>
    }
    .into_any()
}

fn body(page: RequestPage) -> AnyView {
    let now = page.now;
    let rivals = (!page.rivals.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Other requests for this name"</h2>
                <p>"Approving one closes the others. We email their applicants."</p>
                {requests_table(page.rivals.clone(), now, "Waiting since")}
            </section>
        }
    });
    let alike = (!page.alike.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Open requests for similar names"</h2>
                {requests_table(page.alike.clone(), now, "Waiting since")}
            </section>
        }
    });
    let unanswered = |_: &_| view! { <p class="soft">"Not answered yet."</p> }.into_any();
    let said = exchanges(page.exchanges.clone(), now, unanswered)
        .map(|said| view! { <section><h2>"Questions"</h2>{said}</section> });
    let billing = billing_section(page.billing.as_ref(), None);
    let note = [&Page::Request(page.id.to_string()).path(), "?confirm=note"].concat();
    view! {
        <p><a href=Page::Requests.path()>"All requests"</a></p>
        <div class="lead">
            <h1 tabindex="-1"><bdi translate="no">{page.display_name.clone()}</bdi></h1>
            <span translate="no" class="name soft">{page.name.clone()}</span>
            <span class="tag">{page.kind.name()}</span>
            <span class=state_class(page.state)>{page.state.name()}</span>
        </div>
        <blockquote class="quote">{page.description.clone()}</blockquote>
        <dl class="facts">
            <div><dt>"Requested"</dt><dd><When at=page.filed_at now/></dd></div>
            <div><dt>"Profile URL"</dt><dd translate="no" class="name">{profile_url(&page)}</dd></div>
            <div><dt>"Website"</dt><dd><a href=page.url.clone() rel="nofollow noopener noreferrer">{page.url.clone()}</a></dd></div>
            {applicant(&page.applicant, page.now)}
            <div><dt>"Name"</dt><dd>{name_availability(&page)}</dd></div>
            <div><dt>"Similar organizations"</dt><dd>{similar_organizations(&page.similar)}</dd></div>
        </dl>
        {rivals}
        {alike}
        {billing}
        {said}
        {decision(&page)}
        <section>
            <h2>"Notes"</h2>
            <p>"Visible to administrators only."</p>
            {(!page.notes.is_empty()).then(|| notes(page.notes.clone(), now))}
            <p class="row"><a class="button" id="note" href=note data-noscroll>"Add note"</a></p>
        </section>
    }
    .into_any()
}

/// The path of the organization's profile, as a link once the organization exists.
fn profile_url(page: &RequestPage) -> AnyView {
    let to = Page::Profile(page.key.clone()).path();
    match page.state {
        RequestState::Approved => view! { <a href=to.clone()>{to.clone()}</a> }.into_any(),
        _ => to.into_any(),
    }
}

fn applicant(applicant: &Applicant, now: shared::timestamp::Timestamp) -> AnyView {
    let verified = if applicant.verified { " (verified)" } else { " (not verified)" };
    let disabled = applicant.disabled.then(|| view! { " " <span class="tag bad">"Disabled"</span> });
    view! {
        <div><dt>"Requested by"</dt><dd><a href=Page::Account(applicant.username.clone()).path() translate="no">{applicant.username.clone()}</a> " (joined " <When at=applicant.since now/> ")" {disabled}</dd></div>
        <div><dt>"Email"</dt><dd><span translate="no">{applicant.email.clone()}</span> {verified} <span class="why">{words::domain_match(&applicant.domain)}</span></dd></div>
    }
    .into_any()
}

fn name_availability(page: &RequestPage) -> &'static str {
    match (page.state, page.standing) {
        (RequestState::Approved, _) => "Used by this organization",
        (_, Standing::Free) => "Available",
        (_, Standing::Taken) => "Taken by another organization, now or in the past",
        (_, Standing::Reserved) => "Reserved by the site",
    }
}

fn similar_organizations(similar: &[Similar]) -> AnyView {
    if similar.is_empty() {
        return "None found".into_any();
    }
    let names = by_organization(similar).into_iter().filter_map(|ways| {
        let how = ways.iter().map(|way| words::likeness(way.likeness)).collect::<Vec<_>>().join(", ");
        let Similar { name, display_name, .. } = ways.first().copied()?.clone();
        Some(view! {
            <li><a href=Page::Profile(name.clone()).path() translate="no" class="name">{name.clone()}</a> " " <span><bdi translate="no">{display_name}</bdi> ", " {how}</span></li>
        })
    });
    view! { <ul role="list" class="lookalikes">{names.collect_view()}</ul> }.into_any()
}

fn decision(page: &RequestPage) -> AnyView {
    if let Some(decision) = &page.decision {
        let quote = decision.words.clone().map(|words| view! { <blockquote class="quote">{words}</blockquote> });
        let verb = page.state.name();
        return view! {
            <section>
                <h2>"Decision"</h2>
                <p>{verb} " by " <b translate="no">{decision.by.clone()}</b> ", " <When at=decision.at now=page.now/> "."</p>
                {quote}
            </section>
        }
        .into_any();
    }
    let here = Page::Request(page.id.to_string()).path();
    let dialog = |what: &str| [&here, "?confirm=", what].concat();
    let (approve, decline) = (dialog("approve"), dialog("decline"));
    let defer = (page.state != RequestState::Deferred)
        .then(|| view! { <a class="button" id="defer" href=dialog("defer") data-noscroll>"Defer"</a> });
    let approval = match &page.approval {
        None => view! { <a class="button main" id="approve" href=approve data-noscroll>"Approve"</a> }.into_any(),
        Some(_) => view! { <button class="main" disabled aria-describedby="approve-why">"Approve"</button> }.into_any(),
    };
    let why = page.approval.as_ref().map(|why| view! { <p class="why" id="approve-why">{words::refusal(why)}</p> });
    let invoices = page.billing.as_ref().map(|billing| billing.email.as_str());
    let warnings = words::before_approval(&page.name, &page.similar, page.price, invoices);
    let warnings = (!warnings.is_empty()).then(|| {
        let warnings = warnings.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
        view! { <div class="effects"><div><h3>"Check this first"</h3><ul>{warnings}</ul></div></div> }
    });
    view! {
        <section>
            <h2>"Decision"</h2>
            <p>"You'll see a preview before anything changes."</p>
            {warnings}
            <div class="row">
                {approval}
                <a class="button danger" id="decline" href=decline data-noscroll>"Decline"</a>
                <a class="button" id="ask" href=dialog("ask") data-noscroll>"Ask for information"</a>
                {defer}
            </div>
            {why}
        </section>
    }
    .into_any()
}

/// The dialogs that confirm a decision, a question or a note.
#[component]
fn DecisionDialogs(id: Memo<String>) -> impl IntoView {
    let query = use_query();
    let dialog = Memo::new(move |_| query.read().get("confirm"));
    move || match dialog.get().as_deref() {
        Some("approve") => {
            let (id, back) = (id.get(), Page::Request(id.get()).path());
            let request = id.clone();
            let preview =
                Data::preview(move || ApproveRequestForm { request: request.clone(), ..ApproveRequestForm::default() });
            view! {
                <Confirm title="Approve this request?" url=ApproveRequestForm::URL form="approve" preview back opener="#approve" verb="Approve">
                    <input type="hidden" name="request" value=id.clone()/>
                    <TextField field=Field::Message label="Message to the applicant (optional)" kind="textarea" spellcheck=true
                        count=limits::FREE_TEXT check={|typed: &str| Message::parse(typed).map(|_| ())}/>
                </Confirm>
            }
            .into_any()
        }
        Some("decline") => {
            let (id, back) = (id.get(), Page::Request(id.get()).path());
            let request = id.clone();
            let preview =
                Data::preview(move || DeclineRequestForm { request: request.clone(), ..DeclineRequestForm::default() });
            view! {
                <Confirm title="Decline this request?" url=DeclineRequestForm::URL form="decline" preview back opener="#decline" verb="Decline" tone="danger main">
                    <input type="hidden" name="request" value=id.clone()/>
                    <ReasonField hint="The applicant sees this. "/>
                </Confirm>
            }
            .into_any()
        }
        Some("ask") => {
            let (id, back) = (id.get(), Page::Request(id.get()).path());
            let request = id.clone();
            let preview =
                Data::preview(move || AskApplicantForm { request: request.clone(), ..AskApplicantForm::default() });
            view! {
                <Confirm title="Ask the applicant" url=AskApplicantForm::URL form="ask" preview back opener="#ask" verb="Ask for information">
                    <input type="hidden" name="request" value=id.clone()/>
                    <TextField field=Field::Question label="Question" kind="textarea" spellcheck=true hint="The applicant sees this and can answer on this site. "
                        count=limits::FREE_TEXT check={|typed: &str| Reason::parse(typed).map(|_| ())}/>
                </Confirm>
            }
            .into_any()
        }
        Some("defer") => {
            let (id, back) = (id.get(), Page::Request(id.get()).path());
            let request = id.clone();
            let preview = Data::preview(move || DeferRequestForm { request: request.clone() });
            view! {
                <Confirm title="Defer this request?" url=DeferRequestForm::URL form="defer" preview back opener="#defer" verb="Defer">
                    <input type="hidden" name="request" value=id.clone()/>
                </Confirm>
            }
            .into_any()
        }
        Some("note") => {
            let (id, back) = (id.get(), Page::Request(id.get()).path());
            let request = id.clone();
            let preview = Data::preview(move || AddNoteForm { request: request.clone(), ..AddNoteForm::default() });
            view! {
                <Confirm title="Add a note" url=AddNoteForm::URL form="note" preview back opener="#note" verb="Add note">
                    <input type="hidden" name="request" value=id.clone()/>
                    <TextField field=Field::Note label="Note" kind="textarea" spellcheck=true
                        count=limits::FREE_TEXT check={|typed: &str| Reason::parse(typed).map(|_| ())}/>
                </Confirm>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}
