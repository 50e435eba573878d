//! Outgoing email: the list of emails with their delivery states.

use crate::server_functions::PostTo as _;
use crate::ui::administration_tabs::administration_tabs;
use crate::ui::data::Data;
use crate::ui::form::{PostForm, Submit};
use crate::ui::query::{results_of, use_query};
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos_meta::Title;
use shared::domain::EmailState;
use shared::routes::{Page, Topic};
use shared::timestamp::Timestamp;
use shared::wire::administration::{EmailRow, Emails, EmailsQuery, RetryFailedEmailsForm};
use shared::words::count;

const LIST: Page = Page::Emails;

/// The page **Outgoing email**.
#[component]
pub fn EmailsPage() -> AnyView {
    let query = use_query();
    let filter = Memo::new(move |_| ["q", "only", "from"].map(|name| query.read().get(name).unwrap_or_default()));
    let data = Data::of(move || {
        let [query, only, from] = filter.get();
        EmailsQuery { query, only, from }
    });
    let refresh = expect_context::<Refresh>();
    browser::on_change(Signal::derive(|| vec![Topic::Emails.name()]), move || refresh.all());
    data.render(|emails| {
        view! {
            <Title text="Outgoing email"/>
            <main id="main" class="page">
                <h1 tabindex="-1">"Outgoing email"</h1>
                {administration_tabs("mail")}
                {search_form(&emails)}
                {list(emails)}
            </main>
        }
        .into_any()
    })
}

/// The class for a delivery state's tag.
pub(super) const fn tone(state: EmailState) -> &'static str {
    match state {
        EmailState::Sent => "tag good",
        EmailState::Waiting => "tag wait",
        EmailState::Failed => "tag bad",
        EmailState::Kept => "tag",
    }
}

/// A search field for recipient and subject, and a select for the state.
fn search_form(emails: &Emails) -> AnyView {
    let only = emails.only;
    let options = EmailState::ALL.map(|state| {
        let selected = only == Some(state);
        view! { <option value=state.code() selected=selected>{state.name()}</option> }
    });
    let narrowed = only.is_some() || emails.further || !emails.query.is_empty();
    let all = narrowed.then(|| view! { <a href=LIST.path()>"All emails"</a> });
    view! {
        <form class="find" role="search" aria-label="This list" action=LIST.path() method="get" autocomplete="off">
            <input type="search" name="q" value=emails.query.clone() aria-label="Search emails" placeholder="Search emails"/>
            <select name="only" aria-label="State"><option value="">"All states"</option>{options.into_iter().collect_view()}</select>
            <button type="submit">"Search"</button>
            {all}
        </form>
    }
    .into_any()
}

fn list(emails: Emails) -> AnyView {
    let now = emails.now;
    let note = (!emails.mail_goes_out).then(|| {
        view! {
            <p class="alert calm">
                "No mail server is configured, so emails are kept here instead of being sent. Open an email to read it or to pass on its link. To send emails, start the server with " <code class="whole">"--smtp"</code> "."
            </p>
        }
    });
    let failed = failed(&emails);
    let narrowed = emails.only.is_some() || !emails.query.is_empty();
    let older = emails.older.map(|email| {
        let to = page_after(&emails, &email.to_string());
        view! { <p class="row"><a class="button" href=to>"Older emails"</a></p> }
    });
    let body = if emails.emails.is_empty() && narrowed {
        view! { <div class="empty"><h3>"No matches"</h3><p>"Search for part of an address or subject. " <a href=LIST.path()>"All emails"</a></p></div> }.into_any()
    } else if emails.emails.is_empty() {
        view! { <div class="empty"><h3>"No emails yet"</h3><p>"Every email that the site creates is listed here with its state."</p></div> }.into_any()
    } else {
        view! {
            <table role="table" class="mail">
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Subject"</th><th role="columnheader" scope="col">"To"</th><th role="columnheader" scope="col">"State"</th><th role="columnheader" scope="col">"Created"</th></tr></thead>
                <tbody role="rowgroup">{emails.emails.into_iter().map(|email| row(email, now)).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    let title = match emails.query.is_empty() {
        true => "Emails".into_any(),
        false => results_of("Emails".to_owned(), emails.query),
    };
    view! { {note} {failed} <section><h2>{title}</h2><p>"Newest first."</p>{body}{older}</section> }.into_any()
}

/// How many of the matching emails have failed. If the list shows them, a button sends all of them again.
fn failed(emails: &Emails) -> Option<AnyView> {
    let number = count(u64::from(emails.failed), "email", "emails");
    if emails.failed == 0 || !emails.mail_goes_out {
        return None;
    }
    if emails.only != Some(EmailState::Failed) {
        let to =
            addresses::with_query(&LIST.path(), [("q", emails.query.as_str()), ("only", EmailState::Failed.code())]);
        return Some(
            view! { <p class="alert">{number} " failed. " <a href=to>"See what the mail server said"</a></p> }
                .into_any(),
        );
    }
    let query = emails.query.clone();
    Some(
        view! {
            <PostForm url=RetryFailedEmailsForm::URL form="retry-failed" class="row">
                <input type="hidden" name="query" value=query/>
                <p>{number} " failed."</p>
                <Submit label="Retry all"/>
            </PostForm>
        }
        .into_any(),
    )
}

/// The next page of the same list.
fn page_after(emails: &Emails, from: &str) -> String {
    let only = emails.only.map_or("", EmailState::code);
    let parts = [("q", emails.query.as_str()), ("only", only), ("from", from)];
    addresses::with_query(&LIST.path(), parts.into_iter().filter(|(_, value)| !value.is_empty()))
}

fn row(email: EmailRow, now: Timestamp) -> AnyView {
    let to = Page::Email(email.id.to_string()).path();
    let error = email
        .last_error
        .filter(|_| email.state != EmailState::Sent)
        .map(|error| view! { <small class="under">{error}</small> });
    view! {
        <tr role="row">
            <td role="cell"><a href=to>{email.subject}</a></td>
            <td role="cell" data-label="To" translate="no" class="typed">{email.to}</td>
            <td role="cell" data-label="State"><span class=tone(email.state)>{email.state.name()}</span>{error}</td>
            <td role="cell" data-label="Created" class="soft"><When at=email.written_at now/></td>
        </tr>
    }
    .into_any()
}
