//! Drafts of private organizations, disabled organizations, and delivery reports of mail servers.

use crate::support::*;
use shared::billing::{BillingDetails, BillingDraft, BillingForm};
use shared::domain::{OrganizationState, RequestState, Standing};
use shared::ids::OrganizationId;
use shared::limits;
use shared::notice::Notice;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::roles::Kind;
use shared::rules::accounts::{DeliveryFacts, NoteDelivery};
use shared::rules::administration::{
    DisableOrganization, DisableOrganizationFacts, EnableOrganization, OrganizationFacts,
};
use shared::rules::requests::{
    BillingDraftFacts, BillingFacts, DiscardDraft, GiveBilling, RequestFacts, RequestPace, SaveBillingDraft,
    billing_version,
};
use shared::rules::{Actor, Command as _, Event, NotDigested, Person};
use shared::text::{DisplayName, Reason};
use shared::timestamp::Seconds;
use shared::wire::requests::SaveBillingDraftForm;
use uuid::Uuid;

fn request(state: RequestState, billing: Option<BillingDetails>) -> RequestFacts {
    RequestFacts { billing, ..crate::support::request(Kind::Private, state) }
}

#[test]
fn give_billing_follows_its_table() {
    let known = || Some(billing("Sundial Ltd"));
    let other = || Some(billing("Sundial"));
    let after = |shown: Option<BillingDetails>| GiveBilling {
        id: REQUEST,
        details: billing("Sundial Ltd"),
        shown: billing_version(shown.as_ref()),
    };
    let give = || after(None);
    let facts = |state, known: Option<BillingDetails>| {
        Some(BillingFacts {
            request: request(state, known),
            standing: Standing::Free,
            filed_today: Vec::new(),
            pace: RequestPace { a_day: Some(1), ..RequestPace::default() },
        })
    };
    let draft = || facts(RequestState::Draft, None);
    let instead_of = |before: Option<BillingDetails>| Event::BillingGiven {
        id: REQUEST,
        applicant: party(&dana()),
        name: organization("Sun.Dial"),
        details: billing("Sundial Ltd"),
        before,
    };
    let given = || instead_of(None);
    let stale = || Err(Refusal::StaleEdit {});
    let filed = || {
        let RequestFacts { id, applicant, name, display_name, url, description, kind, .. } =
            request(RequestState::Draft, None);
        let (id, from_draft) = (NotDigested(id), true);
        Event::RequestFiled { id, applicant, name, display_name, url, description, kind, from_draft }
    };
    let with = |event: fn(&mut BillingFacts)| {
        draft().map(|mut facts| {
            event(&mut facts);
            facts
        })
    };
    let gone = || Err(Refusal::NameUnavailable { name: "Sun.Dial".to_owned() });
    let unverified = person(Person { verified: false, ..dana() });
    let mut table: Vec<Row<GiveBilling>> = vec![
        ("a draft is handed in", person(dana()), give(), draft(), Ok(vec![given(), filed()])),
        ("with details that are known", person(dana()), give(), facts(RequestState::Draft, known()), Ok(vec![filed()])),
        ("with others that another tab gave", person(dana()), give(), facts(RequestState::Draft, other()), stale()),
        ("instead of others", person(dana()), after(other()), facts(RequestState::Draft, other()), {
            Ok(vec![instead_of(other()), filed()])
        }),
        ("unverified", unverified, give(), draft(), Err(Refusal::EmailUnverified {})),
        ("taken meanwhile", person(dana()), give(), with(|facts| facts.standing = Standing::Taken), gone()),
        ("reserved meanwhile", person(dana()), give(), with(|facts| facts.standing = Standing::Reserved), gone()),
        (
            "too many others today",
            person(dana()),
            give(),
            with(|facts| facts.filed_today = vec![NOW.minus(Seconds::hours(1))]),
            { Err(Refusal::TooManyRequests { limit: 1, seconds: 23 * 3_600 }) },
        ),
        ("a community project has none", person(dana()), give(), with(|facts| facts.request.kind = Kind::Community), {
            Err(Refusal::NotFound {})
        }),
        ("another's", person(lee()), give(), draft(), Err(Refusal::NotFound {})),
        ("nobody's", person(dana()), give(), None, Err(Refusal::NotFound {})),
    ];
    for state in RequestState::ALL.iter().copied().filter(|state| *state != RequestState::Draft) {
        let closed = Err(Refusal::RequestClosed { state, by: Some("boss".to_owned()) });
        let open = state.is_open();
        let changed = if open { Ok(vec![instead_of(other())]) } else { closed.clone() };
        table.push(("other details", person(dana()), after(other()), facts(state, other()), changed));
        let old_page = if open { stale() } else { closed.clone() };
        table.push(("from an older page", person(dana()), give(), facts(state, other()), old_page));
        let same = facts(state, known());
        table.push(("the same again", person(dana()), give(), same, if open { Ok(Vec::new()) } else { closed }));
    }
    table.extend(strangers().map(|who| ("a stranger", who, give(), draft(), Err(Refusal::NotSignedIn {}))));
    assert_table(table);
}

#[test]
fn save_billing_draft_follows_its_table() {
    let [legal_name, billing_email, country] = [" Sundial ", "papers@", "XX"].map(str::to_owned);
    let form = BillingForm { legal_name, billing_email, country, ..BillingForm::default() };
    let save = || SaveBillingDraft { id: REQUEST, typed: BillingDraft::parse(&form).unwrap() };
    let typed =
        BillingDraft { legal_name: "Sundial".to_owned(), email: "papers@".to_owned(), ..BillingDraft::default() };
    let facts = |state, saved: Option<BillingDraft>| Some(BillingDraftFacts { request: request(state, None), saved });
    let draft = || facts(RequestState::Draft, None);
    let saved = || {
        let (applicant, name) = (party(&dana()), organization("Sun.Dial"));
        Ok(vec![Event::BillingDraftSaved { id: REQUEST, applicant, name, typed: typed.clone() }])
    };
    let mut table: Vec<Row<SaveBillingDraft>> = vec![
        ("unfinished", person(dana()), save(), draft(), saved()),
        ("unverified", person(Person { verified: false, ..dana() }), save(), draft(), saved()),
        (
            "instead of an older one",
            person(dana()),
            save(),
            facts(RequestState::Draft, Some(BillingDraft::default())),
            saved(),
        ),
        ("the same again", person(dana()), save(), facts(RequestState::Draft, Some(typed.clone())), Ok(Vec::new())),
        ("another's", person(lee()), save(), draft(), Err(Refusal::NotFound {})),
        ("not even by an administrator", person(boss()), save(), draft(), Err(Refusal::NotFound {})),
        ("of nothing", person(dana()), save(), None, Err(Refusal::NotFound {})),
        ("handed in", person(dana()), save(), facts(RequestState::Submitted, None), Err(Refusal::AlreadySubmitted {})),
        (
            "of a community project",
            person(dana()),
            save(),
            Some(BillingDraftFacts {
                request: crate::support::request(Kind::Community, RequestState::Draft),
                saved: None,
            }),
            Err(Refusal::NotFound {}),
        ),
    ];
    let closed = crate::support::closed().filter(|(state, _)| *state != RequestState::Draft);
    table.extend(closed.map(|(state, why)| ("closed", person(dana()), save(), facts(state, None), Err(why))));
    table.extend(strangers().map(|who| ("a stranger", who, save(), draft(), Err(Refusal::NotSignedIn {}))));
    assert_table(table);
    let again = save().decide(&person(dana()), &facts(RequestState::Draft, Some(typed.clone())), &mut ctx()).unwrap();
    assert_eq!(again.notice, Notice::BillingDraftSaved {});

    let long = "x".repeat(limits::LEGAL_NAME + 1);
    let billing = BillingForm { legal_name: long, tax_id: "\0".to_owned(), ..form };
    let form = SaveBillingDraftForm { request: REQUEST.to_string(), billing };
    let refused = SaveBillingDraft::try_from(form).unwrap_err();
    let too_long = FaultCode::TooLong { max: limits::LEGAL_NAME, count: limits::LEGAL_NAME + 1 };
    let both = Refusal::fault(Field::TaxId, FaultCode::ControlCharacter {}).and(Field::LegalName, too_long);
    assert_eq!(refused, both);
}

#[test]
fn discard_draft_follows_its_table() {
    let discard = || DiscardDraft { id: REQUEST };
    let draft = || Some(request(RequestState::Draft, None));
    let (applicant, name) = (party(&dana()), organization("Sun.Dial"));
    let discarded = Event::DraftDiscarded { id: REQUEST, applicant, name };
    let mut table: Vec<Row<DiscardDraft>> = vec![
        ("one's own", person(dana()), discard(), draft(), Ok(vec![discarded])),
        ("another's", person(lee()), discard(), draft(), Err(Refusal::NotFound {})),
        ("not even by an administrator", person(boss()), discard(), draft(), Err(Refusal::NotFound {})),
        ("nobody's", person(dana()), discard(), None, Err(Refusal::NotFound {})),
    ];
    for state in RequestState::ALL.iter().copied().filter(|state| *state != RequestState::Draft) {
        let closed = crate::support::closed().find(|(closed, _)| *closed == state).map(|(_, why)| why);
        let late = Err(closed.unwrap_or(Refusal::AlreadySubmitted {}));
        table.push(("handed in", person(dana()), discard(), Some(request(state, Some(billing("Sundial")))), late));
    }
    table.extend(strangers().map(|who| ("a stranger", who, discard(), draft(), Err(Refusal::NotSignedIn {}))));
    assert_table(table);
}

fn sundial(state: OrganizationState) -> Option<OrganizationFacts> {
    let (name, display_name) = (organization("Sun.Dial"), DisplayName::from_stored("Sundial".to_owned()));
    Some(OrganizationFacts { id: OrganizationId(Uuid::from_u128(80)), name, display_name, state })
}

#[test]
fn disable_and_enable_organization_follow_their_tables() {
    let spam = || Reason::parse("Spam").unwrap();
    let disable = || DisableOrganization { name: organization("sun-dial"), reason: spam() };
    let enable = || EnableOrganization { name: organization("sun-dial") };
    let OrganizationFacts { id, name, display_name, .. } = sundial(OrganizationState::Active).unwrap();
    let reason = NotDigested(spam());
    let disabled = Event::OrganizationDisabled {
        id,
        name: name.clone(),
        display_name: display_name.clone(),
        invitations: NotDigested(2),
        reason,
    };
    let ends = shared::words::preview(std::slice::from_ref(&disabled), &[], None).ends;
    assert_eq!(ends[1], "2 pending invitations can't be accepted while it is disabled");
    let enabled = Event::OrganizationEnabled { id, name, display_name };
    let facts = |state| sundial(state).map(|organization| DisableOrganizationFacts { organization, invitations: 2 });
    let (active, disabled_facts) = (|| facts(OrganizationState::Active), || facts(OrganizationState::Disabled));
    // The notice names recipients only if there are any.
    let told = |facts| disable().decide(&person(boss()), &facts, &mut ctx()).unwrap().notice;
    let notice = |already| Notice::OrganizationDisabled { name: "sun-dial".to_owned(), already };
    assert_eq!(told(active()), notice(false));
    assert_eq!(told(disabled_facts()), notice(true));
    let not_found = || Err(Refusal::NotFound {});
    let mut disabling: Vec<Row<DisableOrganization>> = vec![
        ("an active one", person(boss()), disable(), active(), Ok(vec![disabled])),
        ("the same again is no change", person(boss()), disable(), disabled_facts(), Ok(Vec::new())),
        ("that is none", person(boss()), disable(), None, not_found()),
        ("not for everybody", person(dana()), disable(), active(), not_found()),
    ];
    disabling.extend(strangers().map(|who| ("a stranger", who, disable(), active(), Err(Refusal::NotSignedIn {}))));
    assert_table(disabling);
    let (active, disabled_facts) = (|| sundial(OrganizationState::Active), || sundial(OrganizationState::Disabled));
    let mut enabling: Vec<Row<EnableOrganization>> = vec![
        ("a disabled one", person(boss()), enable(), disabled_facts(), Ok(vec![enabled])),
        ("the same again is no change", person(boss()), enable(), active(), Ok(Vec::new())),
        ("that is none", person(boss()), enable(), None, not_found()),
        ("not for everybody", person(dana()), enable(), disabled_facts(), not_found()),
    ];
    enabling
        .extend(strangers().map(|who| ("a stranger", who, enable(), disabled_facts(), Err(Refusal::NotSignedIn {}))));
    assert_table(enabling);
}

#[test]
fn note_delivery_follows_its_table() {
    let why = || "550 no such user".to_owned();
    let refused = || NoteDelivery { email: email("dana@example.org"), refusal: Some(why()) };
    let taken = || NoteDelivery { email: email("dana@example.org"), refusal: None };
    let facts = |bounces| vec![DeliveryFacts { account: party(&dana()), id: email_id(), bounces }];
    let (account, email) = (party(&dana()), email("dana@example.org"));
    let reached = Event::AddressReached { account: account.clone(), email_id: email_id(), email: email.clone() };
    let bounced = Event::AddressBounced { account, email_id: email_id(), email, why: why() };
    let worker = || Actor::Job("mail");
    let mut table: Vec<Row<NoteDelivery>> = vec![
        ("refused for good", worker(), refused(), facts(false), Ok(vec![bounced])),
        ("refused again", worker(), refused(), facts(true), Ok(Vec::new())),
        ("taken as ever", worker(), taken(), facts(false), Ok(Vec::new())),
        ("taken again", worker(), taken(), facts(true), Ok(vec![reached])),
        ("nobody's address", worker(), refused(), Vec::new(), Ok(Vec::new())),
    ];
    for who in [Actor::Visitor, Actor::Operator, person(dana()), person(boss())] {
        table.push(("nobody else", who, refused(), facts(false), Err(Refusal::NotFound {})));
    }
    assert_table(table);
}
