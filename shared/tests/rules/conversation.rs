//! The conversation about a request: asking, answering, noting, deferring, editing.

use crate::support::*;
use shared::addresses::OrganizationUrl;
use shared::domain::RequestState;
use shared::ids::MessageId;
use shared::refusal::Refusal;
use shared::roles::Kind;
use shared::rules::event::RequestWords;
use shared::rules::requests::*;
use shared::rules::{Event, NotDigested};
use shared::text::{Description, DisplayName, Reason};
use shared::wire::requests::EditRequestForm;
use uuid::Uuid;

fn request(state: RequestState) -> RequestFacts {
    crate::support::request(Kind::Community, state)
}

fn words(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

#[test]
fn ask_applicant_follows_its_table() {
    let ask = || AskApplicant { id: REQUEST, question: words("What for?") };
    let asked = Event::QuestionAsked {
        id: REQUEST,
        applicant: party(&dana()),
        name: organization("Sun.Dial"),
        display_name: DisplayName::from_stored("Sundial".to_owned()),
        message: ctx().id(),
        question: NotDigested(words("What for?")),
    };
    let mut table: Vec<Row<AskApplicant>> = vec![
        ("nobody's request", person(boss()), ask(), None, Err(Refusal::NotFound {})),
        (
            "not an administrator",
            person(dana()),
            ask(),
            Some(request(RequestState::Submitted)),
            Err(Refusal::NotFound {}),
        ),
    ];
    for state in RequestState::ALL.iter().copied().filter(|state| state.is_open()) {
        table.push(("in every open state", person(boss()), ask(), Some(request(state)), Ok(vec![asked.clone()])));
    }
    for (state, why) in closed() {
        table.push(("closed", person(boss()), ask(), Some(request(state)), Err(why)));
    }
    table.extend(
        strangers().map(|who| {
            ("a stranger", who, ask(), Some(request(RequestState::Submitted)), Err(Refusal::NotSignedIn {}))
        }),
    );
    assert_table(table);
}

#[test]
fn answer_question_follows_its_table() {
    let [one, two] = [1, 2].map(|n| MessageId(Uuid::from_u128(n)));
    let answer = |question| AnswerQuestion { id: REQUEST, question, answer: words("For the sun.") };
    let question = |id, answered| Question {
        id,
        asked_by: party(&boss()),
        asker_administers: true,
        words: words("What for?"),
        answered,
    };
    let facts = |state, questions| Some(AnswerFacts { request: request(state), questions });
    let open = |questions| facts(RequestState::MoreInformationNeeded, questions);
    let answered = |last| Event::QuestionAnswered {
        id: REQUEST,
        applicant: party(&dana()),
        name: organization("Sun.Dial"),
        display_name: DisplayName::from_stored("Sundial".to_owned()),
        question: one,
        asked_by: party(&boss()),
        asker_administers: true,
        asked: words("What for?"),
        message: ctx().id(),
        answer: NotDigested(words("For the sun.")),
        last,
    };
    let both = |first, second| vec![question(one, first), question(two, second)];
    let mut table: Vec<Row<AnswerQuestion>> = vec![
        ("the only one", person(dana()), answer(one), open(vec![question(one, false)]), Ok(vec![answered(true)])),
        ("one of two", person(dana()), answer(one), open(both(false, false)), Ok(vec![answered(false)])),
        ("the last of two", person(dana()), answer(one), open(both(false, true)), Ok(vec![answered(true)])),
        (
            "deferred meanwhile",
            person(dana()),
            answer(one),
            facts(RequestState::Deferred, both(false, true)),
            Ok(vec![answered(true)]),
        ),
        ("twice", person(dana()), answer(one), open(both(true, false)), Err(Refusal::AlreadyAnswered {})),
        ("never asked", person(dana()), answer(two), open(vec![question(one, false)]), Err(Refusal::NotFound {})),
        ("another's request", person(lee()), answer(one), open(both(false, false)), Err(Refusal::NotFound {})),
        (
            "not the administrators' to answer",
            person(boss()),
            answer(one),
            open(both(false, false)),
            Err(Refusal::NotFound {}),
        ),
        ("nobody's request", person(dana()), answer(one), None, Err(Refusal::NotFound {})),
    ];
    for (state, why) in closed() {
        table.push(("closed", person(dana()), answer(one), facts(state, both(false, false)), Err(why)));
    }
    table.extend(
        strangers().map(|who| ("a stranger", who, answer(one), open(both(false, false)), Err(Refusal::NotSignedIn {}))),
    );
    assert_table(table);
}

#[test]
fn add_note_follows_its_table() {
    let note = || AddNote { id: REQUEST, note: words("Ask lee.") };
    let noted = Event::NoteAdded {
        id: REQUEST,
        name: organization("Sun.Dial"),
        message: ctx().id(),
        note: NotDigested(words("Ask lee.")),
    };
    let mut table: Vec<Row<AddNote>> = vec![
        ("nobody's request", person(boss()), note(), None, Err(Refusal::NotFound {})),
        ("its applicant", person(dana()), note(), Some(request(RequestState::Submitted)), Err(Refusal::NotFound {})),
    ];
    for &state in RequestState::ALL {
        let done = if state == RequestState::Draft { Err(Refusal::NotFound {}) } else { Ok(vec![noted.clone()]) };
        table.push(("in every state but a draft", person(boss()), note(), Some(request(state)), done));
    }
    table.extend(
        strangers().map(|who| {
            ("a stranger", who, note(), Some(request(RequestState::Submitted)), Err(Refusal::NotSignedIn {}))
        }),
    );
    assert_table(table);
}

#[test]
fn defer_request_follows_its_table() {
    let defer = || DeferRequest { id: REQUEST };
    let (applicant, name) = (party(&dana()), organization("Sun.Dial"));
    let deferred =
        || Ok(vec![Event::RequestDeferred { id: REQUEST, applicant: applicant.clone(), name: name.clone() }]);
    let mut table: Vec<Row<DeferRequest>> = vec![
        ("handed in", person(boss()), defer(), Some(request(RequestState::Submitted)), deferred()),
        ("asked", person(boss()), defer(), Some(request(RequestState::MoreInformationNeeded)), deferred()),
        ("the same again", person(boss()), defer(), Some(request(RequestState::Deferred)), Ok(Vec::new())),
        ("its applicant", person(dana()), defer(), Some(request(RequestState::Submitted)), Err(Refusal::NotFound {})),
        ("nobody's request", person(boss()), defer(), None, Err(Refusal::NotFound {})),
    ];
    for (state, why) in closed() {
        table.push(("closed", person(boss()), defer(), Some(request(state)), Err(why)));
    }
    table.extend(
        strangers().map(|who| {
            ("a stranger", who, defer(), Some(request(RequestState::Submitted)), Err(Refusal::NotSignedIn {}))
        }),
    );
    assert_table(table);
}

#[test]
fn edit_request_follows_its_table() {
    let edit_of = |shown: &str, description: &str| {
        EditRequest::try_from(EditRequestForm {
            request: REQUEST.to_string(),
            display_name: "Sundial".to_owned(),
            url: "https://sundial.example".to_owned(),
            description: description.to_owned(),
            shown: shown.to_owned(),
        })
        .unwrap()
    };
    let shown = request(RequestState::Submitted).version();
    let edit = |description: &str| edit_of(&shown, description);
    let edited = Event::RequestEdited {
        id: REQUEST,
        applicant: party(&dana()),
        name: organization("Sun.Dial"),
        display_name: DisplayName::from_stored("Sundial".to_owned()),
        url: OrganizationUrl::from_stored("https://sundial.example".to_owned()),
        description: Description::from_stored("Time and tide.".to_owned()),
        before: RequestWords {
            display_name: DisplayName::from_stored("Sundial".to_owned()),
            url: OrganizationUrl::from_stored("https://sundial.example".to_owned()),
            description: Description::from_stored("Time.".to_owned()),
        },
    };
    let mut table: Vec<Row<EditRequest>> = vec![
        ("the same again", person(dana()), edit("Time."), Some(request(RequestState::Submitted)), Ok(Vec::new())),
        (
            "another's",
            person(lee()),
            edit("Time and tide."),
            Some(request(RequestState::Submitted)),
            Err(Refusal::NotFound {}),
        ),
        ("nobody's", person(dana()), edit("Time and tide."), None, Err(Refusal::NotFound {})),
    ];
    for state in RequestState::ALL.iter().copied().filter(|state| state.is_open() || *state == RequestState::Draft) {
        table.push((
            "until it is closed",
            person(dana()),
            edit("Time and tide."),
            Some(request(state)),
            Ok(vec![edited.clone()]),
        ));
    }
    for (state, why) in closed().filter(|(state, _)| *state != RequestState::Draft) {
        table.push(("closed", person(dana()), edit("Time and tide."), Some(request(state)), Err(why)));
    }
    table.extend(strangers().map(|who| {
        (
            "a stranger",
            who,
            edit("Time and tide."),
            Some(request(RequestState::Submitted)),
            Err(Refusal::NotSignedIn {}),
        )
    }));
    assert_table(table);
}
