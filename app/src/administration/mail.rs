//! Outgoing mail: the latest letters and where they stand.

use super::actions::GetLetters;
use super::tabs;
use crate::browser;
use crate::ui::data::Data;
use crate::ui::refresh::Refresh;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_meta::Title;
use shared::moment::Moment;
use shared::wire::administration::{LetterRow, LetterState, Letters};

/// The page **Outgoing mail**.
#[component]
pub fn MailPage() -> AnyView {
    let data = Data::of(|| GetLetters {});
    let refresh = expect_context::<Refresh>();
    browser::on_news(Signal::derive(|| vec!["mail".to_owned()]), move || refresh.all());
    data.shown(|letters| {
        view! {
            <Title text="Outgoing mail"/>
            <main id="main" class="page">
                <h1 tabindex="-1">"Outgoing mail"</h1>
                {tabs("mail")}
                {list(letters)}
            </main>
        }
        .into_any()
    })
}

/// How a letter's state is coloured.
pub(super) const fn tone(state: LetterState) -> &'static str {
    match state {
        LetterState::Sent => "tag good",
        LetterState::Waiting => "tag wait",
        LetterState::Failed => "tag bad",
        LetterState::Kept => "tag",
    }
}

fn list(letters: Letters) -> AnyView {
    let now = letters.now;
    let note = (!letters.mail_goes_out).then(|| {
        view! {
            <p class="alert calm">
                "No mail server is configured, so letters are kept here instead of being sent. Open one to read it, and to pass on the link in it. To have letters sent, start the server with " <code class="whole">"--smtp"</code> "."
            </p>
        }
    });
    let body = if letters.letters.is_empty() {
        view! { <div class="empty"><h3>"No letters yet"</h3><p>"Every letter that the site writes stands here, with what became of it."</p></div> }.into_any()
    } else {
        view! {
            <table role="table" class="mail">
                <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Subject"</th><th role="columnheader" scope="col">"To"</th><th role="columnheader" scope="col">"State"</th><th role="columnheader" scope="col">"Written"</th></tr></thead>
                <tbody role="rowgroup">{letters.letters.into_iter().map(|letter| row(letter, now)).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! { {note} <section><h2>"Letters"</h2><p>"The latest 200 letters, newest first."</p>{body}</section> }
        .into_any()
}

fn row(letter: LetterRow, now: Moment) -> AnyView {
    let to = ["/administration/mail/", &letter.id.to_string()].concat();
    view! {
        <tr role="row">
            <td role="cell"><a href=to>{letter.subject}</a></td>
            <td role="cell" data-label="To" class="typed">{letter.to}</td>
            <td role="cell" data-label="State"><span class=tone(letter.state)>{letter.state.name()}</span></td>
            <td role="cell" data-label="Written" class="soft"><When at=letter.written_at now/></td>
        </tr>
    }
    .into_any()
}
