//! The applicant's own request: its state, the questions about it, and the actions that are left.

use super::billing::billing_section;
use super::conversation::{estimate, exchanges};
use super::end_request::end_request_dialog;
use super::state_tag::state_tag;
use crate::browser;
use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::dialog::Confirm;
use crate::ui::field::TextField;
use crate::ui::form::{PostForm, Submit};
use crate::ui::query::use_query;
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use shared::addresses::OrganizationUrl;
use shared::domain::RequestState;
use shared::limits;
use shared::problem::Problem;
use shared::refusal::Field;
use shared::routes::{Page, Topic};
use shared::text::{Description, DisplayName, Reason};
use shared::timestamp::Seconds;
use shared::wire::requests::{AnswerQuestionForm, EditRequestForm, Exchange, MyRequestQuery, MyRequestView};
use shared::words;

/// The request id in the page's path.
fn use_request_id() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("id").unwrap_or_default())
}

/// The page of the reader's own request.
#[component]
pub fn MyRequestPage() -> AnyView {
    let id = use_request_id();
    let data = Data::of(move || MyRequestQuery { request: id.get() });
    let refresh = expect_context::<Refresh>();
    browser::on_change(Signal::derive(|| vec![Topic::Yours.name()]), move || refresh.all());
    view! {
        {data.render(|page| {
            let title = ["Your request for ", &page.request.name].concat();
            view! { <Title text=title/> <main id="main" class="page">{body(page)}</main> }.into_any()
        })}
        <RequestDialogs id/>
    }
    .into_any()
}

fn body(page: MyRequestView) -> AnyView {
    let MyRequestView { request, now, .. } = page;
    let here = Page::MyRequest(request.id.to_string()).path();
    let (open, draft) = (request.state.is_open(), request.state == RequestState::Draft);
    let similar = match request.similar.is_empty() {
        true => "None found".into_any(),
        false => view! { <span translate="no">{request.similar.join(", ")}</span> }.into_any(),
    };
    let waits = match (open, request.unanswered) {
        (true, true) => Some("Review resumes once you answer.".to_owned()),
        (true, false) => Some(estimate(page.estimate, Seconds(now.seconds_since(request.filed_at)))),
        (false, _) => None,
    };
    let decision = page.decision.map(|decision| {
        let quote = request.words.clone().map(|words| view! { <blockquote class="quote">{words}</blockquote> });
        view! {
            <section>
                <h2>"Decision"</h2>
                <p>{request.state.name()} " by " <b translate="no">{decision.by}</b> ", " <When at=decision.at now/> "."</p>
                {quote}
            </section>
        }
    });
    let manage = (request.state == RequestState::Approved).then(|| {
        let to = Page::People(request.name.clone()).path();
        view! { <p class="row"><a class="button main" href=to>"Manage organization"</a></p> }
    });
    let answer = {
        let here = here.clone();
        move |exchange: &Exchange| {
            let asked = exchange.id.to_string();
            let to = [&here, "?confirm=answer&asked=", &asked].concat();
            let link =
                view! { <a class="button main" id=["answer-", &asked].concat() href=to data-noscroll>"Answer"</a> };
            match open {
                true => view! { <p class="row">{link}</p> }.into_any(),
                false => view! { <p class="soft">"Not answered."</p> }.into_any(),
            }
        }
    };
    let said =
        exchanges(page.exchanges, now, answer).map(|said| view! { <section><h2>"Questions"</h2>{said}</section> });
    let (edit, withdraw) = (Page::EditMyRequest(request.id.to_string()).path(), [&here, "?confirm=withdraw"].concat());
    let billing_page = Page::Billing(request.id.to_string()).path();
    let change = {
        let to = billing_page.clone();
        open.then(|| view! { <p class="row apart"><a class="button" href=to>"Edit billing details"</a></p> }.into_any())
    };
    let billing = billing_section(page.billing.as_ref(), change);
    let unfinished = draft.then(|| {
        let (edit, discard) = (edit.clone(), [&here, "?confirm=discard"].concat());
        view! {
            <section>
                <h2>"Not submitted yet"</h2>
                <p>"It stays a draft until the billing details are complete. Only you can see it."</p>
                <div class="row">
                    <a class="button main" href=billing_page>"Continue"</a>
                    <a class="button" href=edit>"Edit"</a>
                    <a class="button danger" id="discard" href=discard data-noscroll>"Discard"</a>
                </div>
            </section>
        }
    });
    let actions = open.then(|| {
        view! {
            <section>
                <h2>"Change this request"</h2>
                <p>"You can edit everything except the account name and the kind. To change those, withdraw this request and submit a new one."</p>
                <div class="row">
                    <a class="button" href=edit>"Edit"</a>
                    <a class="button danger" id="withdraw" href=withdraw data-noscroll>"Withdraw"</a>
                </div>
            </section>
        }
    });
    view! {
        <p><a href=Page::YourOrganizations.path()>"Your organizations"</a></p>
        <div class="lead">
            <h1 tabindex="-1"><bdi translate="no">{request.display_name.clone()}</bdi></h1>
            <span translate="no" class="name soft">{request.name.clone()}</span>
            <span class="tag">{request.kind.name()}</span>
            {state_tag(request.state)}
        </div>
        {waits.map(|waits| view! { <p class="soft">{waits}</p> })}
        <blockquote class="quote">{page.description}</blockquote>
        <dl class="facts">
            <div><dt>{if draft { "Started" } else { "Requested" }}</dt><dd><When at=request.filed_at now/></dd></div>
            <div><dt>"Profile URL"</dt><dd translate="no" class="name">{Page::Profile(request.key.clone()).path()}</dd></div>
            <div><dt>"Website"</dt><dd><a href=page.url.clone() rel="nofollow noopener noreferrer">{page.url.clone()}</a></dd></div>
            {open.then(|| view! { <div><dt>"Similar names"</dt><dd>{similar}</dd></div> })}
        </dl>
        {unfinished}
        {decision}
        {manage}
        {said}
        {billing}
        {actions}
    }
    .into_any()
}

/// The dialogs that answer a question, withdraw the request or discard the draft.
#[component]
fn RequestDialogs(id: Memo<String>) -> impl IntoView {
    let query = use_query();
    let dialog = Memo::new(move |_| {
        let query = query.read();
        (query.get("confirm"), query.get("asked").unwrap_or_default())
    });
    move || {
        let (what, asked) = dialog.get();
        let (id, back) = (id.get(), Page::MyRequest(id.get().clone()).path());
        let request = id.clone();
        match what.as_deref() {
            Some("answer") => {
                let (form, opener) = (["answer-", &asked].concat(), ["#answer-", &asked].concat());
                let question = asked.clone();
                let preview = Data::preview(move || AnswerQuestionForm {
                    request: request.clone(),
                    asked: question.clone(),
                    ..AnswerQuestionForm::default()
                });
                view! {
                    <Confirm title="Answer this question" url=AnswerQuestionForm::URL form preview back opener verb="Send answer">
                        <input type="hidden" name="request" value=id.clone()/>
                        <input type="hidden" name="asked" value=asked.clone()/>
                        <TextField field=Field::Answer label="Answer" kind="textarea" spellcheck=true
                            count=limits::FREE_TEXT check={|typed: &str| Reason::parse(typed).map(|_| ())}/>
                    </Confirm>
                }
                .into_any()
            }
            Some(what) => end_request_dialog(what, id, back, what.to_owned()).into_any(),
            None => ().into_any(),
        }
    }
}

/// The page on which the applicant edits their request.
#[component]
pub fn EditMyRequestPage() -> AnyView {
    let id = use_request_id();
    // Fetched once, because a refresh would overwrite what the reader types.
    let data = Data::once(move || MyRequestQuery { request: id.get() });
    data.render(|page| {
        let title = ["Edit the request for ", &page.request.name].concat();
        view! { <Title text=title.clone()/> <main id="main" class="page">{edit_form(page, title)}</main> }.into_any()
    })
}

fn edit_form(page: MyRequestView, title: String) -> AnyView {
    let id = page.request.id.to_string();
    let back = Page::MyRequest(id.clone()).path();
    if !page.request.state.is_open() && page.request.state != RequestState::Draft {
        let closed = shared::refusal::Refusal::RequestClosed { state: page.request.state, by: None };
        crate::ui::errors::status(closed.status());
        return view! {
            <h1 tabindex="-1">{title}</h1>
            <p class="alert" role="alert">{words::problem(&Problem::Refused(closed))}</p>
            <p class="row"><a class="button" href=back>"Back to the request"</a></p>
        }
        .into_any();
    }
    view! {
        <h1 tabindex="-1">{title}</h1>
        <PostForm url=EditRequestForm::URL form="edit" class="stack">
            <input type="hidden" name="request" value=id/>
            <input type="hidden" name="shown" value=page.words/>
            <TextField field=Field::DisplayName label="Display name" autocomplete="organization" spellcheck=true initial=page.request.display_name
                hint="Shown in headings." check={|typed: &str| DisplayName::parse(typed).map(|_| ())}/>
            <TextField field=Field::Url label="Organization URL" kind="url" autocomplete="url" initial=page.url
                hint="Where people can read about it." check={|typed: &str| OrganizationUrl::parse(typed).map(|_| ())}/>
            <TextField field=Field::Description label="Description" kind="textarea" spellcheck=true count=limits::DESCRIPTION initial=page.description
                hint="What it is about, in a sentence or two. " check={|typed: &str| Description::parse(typed).map(|_| ())}/>
            <div class="actions"><Submit label="Save" class="main"/> <a class="button" href=back>"Cancel"</a></div>
        </PostForm>
    }
    .into_any()
}
