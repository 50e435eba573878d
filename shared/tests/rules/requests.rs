//! Requests: submitting, withdrawing, approving, declining.

use crate::support::request_form;
use crate::support::*;
use shared::addresses::OrganizationUrl;
use shared::billing::Price;
use shared::domain::{Likeness, RequestState, Similar, Standing};
use shared::ids::RequestId;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::roles::{Kind, Role};
use shared::rules::event::RequestSnapshot;
use shared::rules::requests::{
    ApproveFacts, ApproveRequest, DeclineRequest, FileFacts, FileRequest, RequestFacts, RequestPace, WithdrawRequest,
    may_file,
};
use shared::rules::{Command as _, Event, NotDigested, Person};
use shared::text::{Description, DisplayName, Message, Reason};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::requests::FileRequestForm;

fn file() -> FileRequest {
    request_form("Sun.Dial", Kind::Community).try_into().unwrap()
}

fn request(n: u128, applicant: &Person, state: RequestState) -> RequestFacts {
    RequestFacts { id: id(n), applicant: party(applicant), ..crate::support::request(Kind::Community, state) }
}

const FIRST: u128 = 70;

fn first() -> RequestId {
    id(FIRST)
}

/// The request in each state that allows no decision, with the refusal.
fn closed() -> impl Iterator<Item = (RequestFacts, Refusal)> {
    crate::support::closed().map(|(state, why)| (request(FIRST, &dana(), state), why))
}

fn open() -> impl Iterator<Item = RequestFacts> {
    RequestState::ALL.iter().copied().filter(|state| state.is_open()).map(|state| request(FIRST, &dana(), state))
}

#[test]
fn file_request_follows_its_table() {
    let facts = |standing, own_request_open, hours: &[i64]| FileFacts {
        standing,
        own_request_open,
        filed_today: hours.iter().map(|h| NOW.minus(Seconds::hours(*h))).collect::<Vec<Timestamp>>(),
        pace: RequestPace { a_day: Some(3), ..RequestPace::default() },
    };
    let filed = || {
        let FileRequest { name, display_name, url, description, kind } = file();
        let (id, applicant) = (ctx().id(), party(&dana()));
        Ok(vec![Event::RequestFiled { id, applicant, name, display_name, url, description, kind, from_draft: false }])
    };
    let private = || FileRequest { kind: Kind::Private, ..file() };
    let drafted = || {
        let FileRequest { name, display_name, url, description, kind } = private();
        let (id, applicant) = (ctx().id(), party(&dana()));
        Ok(vec![Event::RequestDrafted { id, applicant, name, display_name, url, description, kind }])
    };
    let free = |hours: &[i64]| facts(Standing::Free, false, hours);
    let no = |code| fault(Field::AccountName, code);
    let wait = |hours: i64| Err(Refusal::TooManyRequests { limit: 3, seconds: hours * 3_600 });
    let unverified = person(Person { verified: false, ..dana() });
    let mut table: Vec<Row<FileRequest>> = vec![
        ("a free name", person(dana()), file(), free(&[]), filed()),
        ("a private organization's is a draft at first", person(dana()), private(), free(&[]), drafted()),
        ("a draft too many", person(dana()), private(), free(&[20, 10, 5]), wait(4)),
        ("the last of the day", person(dana()), file(), free(&[20, 10]), filed()),
        ("one too many: the oldest frees a place", person(dana()), file(), free(&[20, 10, 5]), wait(4)),
        ("after a lower limit the second frees it", person(dana()), file(), free(&[20, 10, 5, 1]), wait(14)),
        (
            "none are allowed",
            person(dana()),
            file(),
            FileFacts { pace: RequestPace { a_day: Some(0), ..RequestPace::default() }, ..free(&[]) },
            { Err(Refusal::TooManyRequests { limit: 0, seconds: 86_400 }) },
        ),
        ("a taken name", person(dana()), file(), facts(Standing::Taken, true, &[]), no(FaultCode::NameTaken {})),
        ("a kept name", person(dana()), file(), facts(Standing::Reserved, true, &[]), no(FaultCode::NameReserved {})),
        ("twice", person(dana()), file(), facts(Standing::Free, true, &[]), no(FaultCode::OwnRequestOpen {})),
        ("unverified", unverified, file(), facts(Standing::Taken, true, &[1, 1, 1]), Err(Refusal::EmailUnverified {})),
    ];
    table.extend(strangers().map(|actor| ("a stranger", actor, file(), free(&[]), Err(Refusal::NotSignedIn {}))));
    assert_table(table);
}

#[test]
fn requests_are_limited_by_rate_not_by_number() {
    let pace = RequestPace::default();
    let ago = |seconds: &mut dyn Iterator<Item = i64>| -> Vec<Timestamp> {
        let mut filed: Vec<Timestamp> = seconds.map(|ago| NOW.minus(Seconds(ago))).collect();
        filed.sort();
        filed
    };
    let may = |filed: &[Timestamp]| may_file(true, filed, pace, NOW);
    let fast = |seconds| Err(Refusal::RequestsTooFast { seconds });
    assert_eq!(may(&ago(&mut (0..1_400).map(|n| n * 61))), Ok(()), "a thousand in a day, one a minute");
    assert_eq!(may(&ago(&mut (0..19))), Ok(()), "the twentieth of a burst");
    assert_eq!(may(&ago(&mut std::iter::repeat_n(0, 20))), fast(60), "the next one follows after a minute");
    assert_eq!(may(&ago(&mut std::iter::repeat_n(59, 20))), fast(1));
    assert_eq!(may(&ago(&mut std::iter::repeat_n(60, 20))), Ok(()));
    let again = std::iter::repeat_n(60, 20).chain([0]);
    assert_eq!(may(&ago(&mut again.clone())), fast(60), "one a minute from then on");
    assert_eq!(
        may(&ago(&mut std::iter::repeat_n(20 * 60, 20).chain(0..19))),
        Ok(()),
        "after a rest there is room again"
    );
    let daily = RequestPace { a_day: Some(2), ..pace };
    let refused = may_file(true, &ago(&mut [7_200, 3_600].into_iter()), daily, NOW);
    assert_eq!(
        refused,
        Err(Refusal::TooManyRequests { limit: 2, seconds: 22 * 3_600 }),
        "where the site sets a number"
    );
}

#[test]
fn forms_report_all_faults_at_once() {
    let [account_name, display_name, url, description, kind] = ["a b", " ", "ftp://x", "", "secret"].map(str::to_owned);
    let form = FileRequestForm { account_name, display_name, url, description, kind };
    let refused = FileRequest::try_from(form.clone()).unwrap_err();
    let Refusal::Invalid { faults } = refused else { panic!("{refused:?}") };
    let fields: Vec<Field> = faults.iter().map(|fault| fault.field).collect();
    assert_eq!(fields, [Field::AccountName, Field::DisplayName, Field::Url, Field::Description, Field::Kind]);
    let refused =
        FileRequest::try_from(FileRequestForm { kind: form.kind, ..request_form("ab", Kind::Community) }).unwrap_err();
    assert_eq!(refused, Refusal::fault(Field::Kind, FaultCode::InvalidOption {}));
}

#[test]
fn withdraw_request_follows_its_table() {
    let command = || WithdrawRequest { id: first() };
    let withdrawn = || {
        let (id, applicant, name) = (first(), party(&dana()), organization("Sun.Dial"));
        Ok(vec![Event::RequestWithdrawn { id, applicant, name }])
    };
    let not_found = || Err(Refusal::NotFound {});
    let mut table: Vec<Row<WithdrawRequest>> = vec![
        ("that is none", person(dana()), command(), None, not_found()),
        ("another's", person(lee()), command(), open().next(), not_found()),
        ("not even an administrator", person(boss()), command(), open().next(), not_found()),
    ];
    table.extend(open().map(|facts| ("one's own", person(dana()), command(), Some(facts), withdrawn())));
    table.extend(closed().map(|(facts, why)| ("a closed one", person(dana()), command(), Some(facts), Err(why))));
    table.extend(
        closed().map(|(facts, _)| ("another's closed one", person(lee()), command(), Some(facts), not_found())),
    );
    table
        .extend(strangers().map(|actor| ("a stranger", actor, command(), open().next(), Err(Refusal::NotSignedIn {}))));
    assert_table(table);
}

/// What an administrator reads when deciding on a request in a state.
fn as_read(state: RequestState) -> RequestSnapshot {
    let FileRequest { url, description, .. } = file();
    RequestSnapshot { url, description, state, said: 0, unanswered: 0, billing: None }
}

fn approved(state: RequestState, rivals: &[RequestFacts]) -> Vec<Event> {
    let (id, applicant) = (ctx().id(), party(&dana()));
    let (name, display_name) = (organization("Sun.Dial"), DisplayName::parse("Sundial").unwrap());
    let mut events = vec![
        Event::OrganizationFounded {
            id,
            name: name.clone(),
            display_name: display_name.clone(),
            url: OrganizationUrl::parse("https://sundial.example").unwrap(),
            description: Description::parse("Time.").unwrap(),
            kind: Kind::Community,
        },
        Event::MemberJoined {
            organization: id,
            organization_name: name.clone(),
            account: applicant.clone(),
            role: Role::Owner,
        },
        Event::OrganizationActivated { id, name: name.clone(), display_name: display_name.clone() },
        Event::RequestApproved {
            id: first(),
            applicant,
            name,
            display_name,
            organization: id,
            read: as_read(state),
            similar: Vec::new(),
            price: None,
            message: NotDigested(Message::parse("Welcome.").unwrap()),
        },
    ];
    events.extend(rivals.iter().map(|rival| Event::RivalClosed {
        id: rival.id,
        applicant: rival.applicant.clone(),
        name: rival.name.clone(),
        display_name: rival.display_name.clone(),
    }));
    events
}

#[test]
fn decision_preview_mentions_unanswered_questions() {
    let stays = |unanswered| {
        let mut events = approved(RequestState::MoreInformationNeeded, &[]);
        if let Some(Event::RequestApproved { read, .. }) = events.last_mut() {
            read.unanswered = unanswered;
        }
        shared::words::preview(&events, &[], None).stays
    };
    assert!(!stays(0).iter().any(|line| line.contains("unanswered")));
    assert!(stays(1).contains(&"1 unanswered question to the applicant".to_owned()));
    assert!(stays(2).contains(&"2 unanswered questions to the applicant".to_owned()));
}

fn approve_facts(request: RequestFacts, standing: Standing, rivals: &[RequestFacts]) -> ApproveFacts {
    ApproveFacts {
        request,
        standing,
        rivals: rivals.to_vec(),
        applicant_disabled: false,
        similar: Vec::new(),
        price: Price::USUAL,
    }
}

#[test]
fn approval_preview_shows_price_and_similar_names() {
    let command = ApproveRequest { id: first(), message: Message::parse("").unwrap() };
    let preview = |facts: ApproveFacts| {
        let events = command.decide(&person(boss()), &Some(facts), &mut ctx()).unwrap().events;
        shared::words::preview(&events, &[], None)
    };
    let plain = approve_facts(request(FIRST, &dana(), RequestState::Submitted), Standing::Free, &[]);
    assert_eq!(preview(plain.clone()).warnings, [""; 0], "a community project costs nothing");

    let similar = |name: &str, likeness| Similar { name: name.to_owned(), display_name: "Time".to_owned(), likeness };
    let private = RequestFacts { kind: Kind::Private, billing: Some(billing("Sundial Ltd")), ..plain.request.clone() };
    let facts = ApproveFacts {
        request: private,
        similar: vec![
            similar("sund1al", Likeness::Name(0)),
            similar("sundials", Likeness::Name(1)),
            similar("gnomon", Likeness::DisplayName),
            similar("shadow", Likeness::Host),
            similar("sund1al", Likeness::DisplayName),
        ],
        ..plain.clone()
    };
    let shown = preview(facts.clone());
    assert_eq!(
        shown.warnings,
        [
            "The name Sun.Dial looks the same as sund1al, which is Time, and it has a display name that looks the same",
            "The name Sun.Dial is close to sundials, which is Time",
            "The display name looks the same as that of gnomon, which is Time",
            "The URL is on the same host as that of shadow, which is Time",
            "Sun.Dial pays 5.00 USD per member per month, starting with its first member, by monthly invoice to \
             papers@sundial.example",
        ]
    );
    // Consent is stale if a similar name has appeared since.
    let later = ApproveFacts { similar: vec![similar("sund1al", Likeness::Name(0))], ..facts };
    assert_ne!(preview(later).digest, shown.digest);
}

#[test]
fn approve_request_follows_its_table() {
    let command = || ApproveRequest { id: first(), message: Message::parse("Welcome.").unwrap() };
    let facts = |request, standing, rivals: &[RequestFacts]| Some(approve_facts(request, standing, rivals));
    let submitted = || request(FIRST, &dana(), RequestState::Submitted);
    let rivals = [
        request(71, &lee(), RequestState::Submitted),
        request(72, &boss(), RequestState::Deferred),
        request(73, &lee(), RequestState::MoreInformationNeeded),
    ];
    let gone = || Err(Refusal::NameTakenMeanwhile { name: "Sun.Dial".to_owned() });
    let free = || facts(submitted(), Standing::Free, &[]);
    let mut table: Vec<Row<ApproveRequest>> = vec![
        ("all rivals are closed with it", person(boss()), command(), facts(submitted(), Standing::Free, &rivals), {
            Ok(approved(RequestState::Submitted, &rivals))
        }),
        ("taken meanwhile", person(boss()), command(), facts(submitted(), Standing::Taken, &rivals), gone()),
        ("reserved meanwhile", person(boss()), command(), facts(submitted(), Standing::Reserved, &[]), gone()),
        (
            "whose applicant can't use their account",
            person(boss()),
            command(),
            { free().map(|facts| ApproveFacts { applicant_disabled: true, ..facts }) },
            Err(Refusal::ApplicantDisabled { username: "dana".to_owned() }),
        ),
        ("that is none", person(boss()), command(), None, Err(Refusal::NotFound {})),
        ("not by the applicant", person(dana()), command(), free(), Err(Refusal::NotFound {})),
    ];
    table.extend(open().map(|request| {
        let state = request.state;
        ("an open one", person(boss()), command(), facts(request, Standing::Free, &[]), Ok(approved(state, &[])))
    }));
    table.extend(closed().map(|(request, why)| {
        ("a closed one", person(boss()), command(), facts(request, Standing::Taken, &rivals), Err(why))
    }));
    table.extend(strangers().map(|actor| ("a stranger", actor, command(), free(), Err(Refusal::NotSignedIn {}))));
    assert_table(table);
}

#[test]
fn decline_request_follows_its_table() {
    let reason = || Reason::parse("Not now.").unwrap();
    let command = || DeclineRequest { id: first(), reason: reason() };
    let declined = |state| {
        let (id, applicant, name) = (first(), party(&dana()), organization("Sun.Dial"));
        let (display_name, reason) = (DisplayName::parse("Sundial").unwrap(), NotDigested(reason()));
        Ok(vec![Event::RequestDeclined { id, applicant, name, display_name, read: as_read(state), reason }])
    };
    let mut table: Vec<Row<DeclineRequest>> = vec![
        ("that is none", person(boss()), command(), None, Err(Refusal::NotFound {})),
        ("not by the applicant", person(dana()), command(), open().next(), Err(Refusal::NotFound {})),
    ];
    table.extend(open().map(|facts| {
        let state = facts.state;
        ("an open one", person(boss()), command(), Some(facts), declined(state))
    }));
    table.extend(closed().map(|(facts, why)| ("a closed one", person(boss()), command(), Some(facts), Err(why))));
    table
        .extend(strangers().map(|actor| ("a stranger", actor, command(), open().next(), Err(Refusal::NotSignedIn {}))));
    assert_table(table);
}
