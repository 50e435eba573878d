//! The review page of a request: what decides, then the conversation, then the decision.

use super::billing::billing_section;
use super::conversation::{exchanges, notes};
use super::evidence::{Evidence, Verdict};
use super::state_tag::state_tag;
use crate::browser;
use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::dialog::Confirm;
use crate::ui::field::TextField;
use crate::ui::query::use_query;
use crate::ui::reason_field::ReasonField;
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use shared::domain::{RequestState, Similar, Standing, by_organization};
use shared::limits;
use shared::refusal::Field;
use shared::routes::{Page, Topic};
use shared::text::{Message, Reason};
use shared::timestamp::Timestamp;
use shared::wire::requests::{
    AddNoteForm, Applicant, ApproveRequestForm, AskApplicantForm, DeclineRequestForm, DeferRequestForm, QueueRow,
    RequestDecision, RequestQuery, RequestView,
};
use shared::words;

/// The page of one request.
#[component]
pub fn ReviewPage() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let data = Data::of(move || RequestQuery { request: id.get() });
    let refresh = expect_context::<Refresh>();
    browser::on_change(Signal::derive(|| vec![Topic::Requests.name()]), move || refresh.all());
    view! {
        {data.render(|page| {
            let title = ["Request for ", &page.name].concat();
            view! { <Title text=title/> <main id="main" class="page">{body(page)}</main> }.into_any()
        })}
        <DecisionDialogs id/>
    }
    .into_any()
}

/// What decides comes first, then the conversation, then the decision. A decision that was made leads.
fn body(page: RequestView) -> AnyView {
    let evidence = Evidence::of(&page);
    view! {
        <p><a href=Page::Requests.path()>"All requests"</a></p>
        <div class="lead">
            <h1 tabindex="-1"><bdi translate="no">{page.display_name.clone()}</bdi></h1>
            <span translate="no" class="name soft">{page.name.clone()}</span>
            <span class="tag">{page.kind.name()}</span>
            {state_tag(page.state)}
        </div>
        <p class="soft">"Requested by " <span translate="no">{page.applicant.username.clone()}</span> ", " <When at=page.filed_at now=page.now/></p>
        <blockquote class="quote">{page.description.clone()}</blockquote>
        {page.decision.as_ref().map(|made| decided(&page, made))}
        {points(&page, evidence)}
        {billing_section(page.billing.as_ref(), None)}
        {conversation(&page, evidence)}
        {evidence.map(|evidence| decision(&page, evidence))}
    }
    .into_any()
}

/// The points that decide, each with its verdict while the request is open.
fn points(page: &RequestView, evidence: Option<Evidence>) -> AnyView {
    let point = |title: &'static str, verdict: Option<Verdict>, content: AnyView| {
        let verdict = evidence.map(|_| view! { <dd>{verdict.map(verdict_tag)}</dd> });
        view! { <div><dt>{title}</dt>{verdict}<dd>{content}</dd></div> }
    };
    let website = view! {
        <a href=page.url.clone() rel="nofollow noopener noreferrer">{page.url.clone()}</a>
        <span class="why">{words::domain_match(&page.applicant.domain)}</span>
    };
    view! {
        <dl class="points">
            {point("Name", evidence.map(|found| found.name), name(page))}
            {point("Applicant", evidence.map(|found| found.applicant), applicant(&page.applicant, page.now))}
            {point("Website", evidence.map(|found| found.website), website.into_any())}
            {evidence.map(|found| point("Other requests", Some(found.others), other_requests(page)))}
            {point("Kind", None, kind(page))}
        </dl>
    }
    .into_any()
}

fn verdict_tag(verdict: Verdict) -> AnyView {
    let (class, word) = match verdict {
        Verdict::Clear => ("tag good", "Clear"),
        Verdict::Check => ("tag wait", "Check"),
        Verdict::Blocked => ("tag bad filled", "Blocks approval"),
    };
    view! { <span class=class>{word}</span> }.into_any()
}

/// Whether the name is available, and which organizations it resembles.
fn name(page: &RequestView) -> AnyView {
    let profile = Page::Profile(page.key.clone()).path();
    let standing = match (page.state, page.standing) {
        (RequestState::Approved, _) => {
            view! { "Used by this organization: " <a href=profile.clone() translate="no" class="name">{profile.clone()}</a> }.into_any()
        }
        (state, Standing::Free) if !state.is_open() => "Available.".into_any(),
        (_, Standing::Free) => {
            view! { "Available. The profile URL will be " <span translate="no" class="name">{profile}</span> "." }.into_any()
        }
        (_, Standing::Taken) => "Taken by another organization, now or in the past.".into_any(),
        (_, Standing::Reserved) => "Reserved by the site.".into_any(),
    };
    let similar = by_organization(&page.similar).into_iter().filter_map(|ways| {
        let how = ways.iter().map(|way| words::likeness(way.likeness)).collect::<Vec<_>>().join(", ");
        let Similar { name, display_name, .. } = ways.first().copied()?.clone();
        Some(view! {
            <li><a href=Page::Profile(name.clone()).path() translate="no" class="name">{name.clone()}</a> " " <span><bdi translate="no">{display_name}</bdi> ", " {how}</span></li>
        })
    });
    let similar = match page.similar.is_empty() {
        true => view! { <span class="why">"No similar organizations."</span> }.into_any(),
        false => view! {
            <span class="why">"Similar organizations:"</span>
            <ul role="list" class="lookalikes">{similar.collect_view()}</ul>
        }
        .into_any(),
    };
    view! { {standing} {similar} }.into_any()
}

fn applicant(applicant: &Applicant, now: Timestamp) -> AnyView {
    let verified = if applicant.verified { " (verified)" } else { " (not verified)" };
    let disabled = applicant.disabled.then(|| view! { " " <span class="tag bad">"Disabled"</span> });
    view! {
        <a href=Page::Account(applicant.username.clone()).path() translate="no">{applicant.username.clone()}</a> " (joined " <When at=applicant.since now/> ")" {disabled}
        <span class="why"><span translate="no">{applicant.email.clone()}</span> {verified}</span>
    }
    .into_any()
}

/// Open requests for the same name and for similar names.
fn other_requests(page: &RequestView) -> AnyView {
    if page.rivals.is_empty() && page.alike.is_empty() {
        return "None for this name or a similar one.".into_any();
    }
    let list = |title: &'static str, requests: &[QueueRow]| {
        let row = |request: &QueueRow| {
            let to = Page::Request(request.id.to_string()).path();
            view! {
                <li>
                    <span><a href=to><bdi translate="no">{request.display_name.clone()}</bdi></a> " " <span translate="no" class="name soft">{request.name.clone()}</span></span>
                    <span class="soft">"by " <span translate="no">{request.applicant.clone()}</span> ", " <When at=request.filed_at now=page.now/></span>
                    {state_tag(request.state)}
                </li>
            }
        };
        (!requests.is_empty()).then(|| {
            view! {
                <span class="why">{title}</span>
                <ul role="list" class="lookalikes">{requests.iter().map(row).collect_view()}</ul>
            }
        })
    };
    view! {
        {list("For the same name. Approving one closes the others, and we email their applicants.", &page.rivals)}
        {list("For similar names:", &page.alike)}
    }
    .into_any()
}

fn kind(page: &RequestView) -> AnyView {
    let invoices = page.billing.as_ref().map(|billing| billing.email.as_str());
    let costs = match page.price {
        Some(price) => words::costs(&page.name, price, invoices),
        None => "Free".to_owned(),
    };
    view! { {page.kind.name()} <span class="why">{costs} "."</span> }.into_any()
}

/// The questions to the applicant with their answers, and the administrators' notes.
fn conversation(page: &RequestView, evidence: Option<Evidence>) -> AnyView {
    let unanswered = if page.state.is_open() { "Not answered yet." } else { "Not answered." };
    let unanswered = move |_: &_| view! { <p class="soft">{unanswered}</p> }.into_any();
    let said = exchanges(page.exchanges.clone(), page.now, unanswered)
        .unwrap_or_else(|| view! { <p class="soft">"No questions to the applicant yet."</p> }.into_any());
    let to_check = evidence.map(|found| found.questions).filter(|verdict| *verdict == Verdict::Check);
    let marked = to_check.map(|verdict| view! { " " {verdict_tag(verdict)} });
    let note = [&Page::Request(page.id.to_string()).path(), "?confirm=note"].concat();
    view! {
        <section>
            <h2>"Conversation" {marked}</h2>
            {said}
            <h3 class="apart">"Notes"</h3>
            <p class="soft">"Visible to administrators only."</p>
            {(!page.notes.is_empty()).then(|| notes(page.notes.clone(), page.now))}
            <p class="row"><a class="button" id="note" href=note data-noscroll>"Add note"</a></p>
        </section>
    }
    .into_any()
}

/// Who decided, when and why.
fn decided(page: &RequestView, decision: &RequestDecision) -> AnyView {
    let quote = decision.words.clone().map(|words| view! { <blockquote class="quote">{words}</blockquote> });
    view! {
        <section class="decided">
            <h2>"Decision"</h2>
            <p>{page.state.name()} " by " <b translate="no">{decision.by.clone()}</b> ", " <When at=decision.at now=page.now/> "."</p>
            {quote}
        </section>
    }
    .into_any()
}

/// The one place in which an open request is decided.
fn decision(page: &RequestView, evidence: Evidence) -> AnyView {
    let here = Page::Request(page.id.to_string()).path();
    let dialog = |what: &str| [&here, "?confirm=", what].concat();
    let (approve, decline) = (dialog("approve"), dialog("decline"));
    let defer = (page.state != RequestState::Deferred)
        .then(|| view! { <a class="button" id="defer" href=dialog("defer") data-noscroll>"Defer"</a> });
    let to_check = evidence.to_check();
    // The button is filled only if there is nothing to look at first.
    let class = if to_check == 0 { "button main" } else { "button" };
    let (summary, approval) = match &page.approval {
        None => {
            let summary = match to_check {
                0 => "Nothing stands in the way of approval.".to_owned(),
                1 => "Check the marked point before you approve.".to_owned(),
                n => ["Check the ", &n.to_string(), " marked points before you approve."].concat(),
            };
            (summary, view! { <a class=class id="approve" href=approve data-noscroll>"Approve"</a> }.into_any())
        }
        Some(why) => {
            let button = view! { <button disabled aria-describedby="approve-why">"Approve"</button> };
            (words::refusal(why), button.into_any())
        }
    };
    view! {
        <section>
            <h2>"Decision"</h2>
            <p><span id="approve-why">{summary}</span> " You'll see a preview before anything changes."</p>
            <div class="row">
                {approval}
                <a class="button danger" id="decline" href=decline data-noscroll>"Decline"</a>
                <a class="button" id="ask" href=dialog("ask") data-noscroll>"Ask for information"</a>
                {defer}
            </div>
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
