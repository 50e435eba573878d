//! Running the site: the set-up address, administrators, accounts that are shut, reserved names, letters.

use crate::ground::*;
use shared::ids::LetterId;
use shared::problem::{FaultCode, Field, Refusal};
use shared::rules::administration::{
    AccountFacts, DisableAccount, EnableAccount, FailedLettersFacts, GrantAdministrator, LetterFacts, OpenSetUp,
    ReserveName, RetryFailedLetters, RetryLetter,
};
use shared::rules::{Actor, Change, Unseen};
use shared::text::Reason;
use shared::wire::administration::LetterState;
use shared::wire::requests::Standing;

fn spam() -> Reason {
    Reason::parse("Spam").unwrap()
}

/// Who may not do what the operator alone does: an administrator neither.
fn others() -> [Actor; 4] {
    [Actor::Visitor, Actor::Job("a task"), person(dana()), person(boss())]
}

fn account(administrator: bool, disabled: bool) -> Option<AccountFacts> {
    Some(AccountFacts { account: party(&dana()), administrator, disabled })
}

#[test]
fn opening_the_set_up() {
    let opened = || Ok(vec![Change::SetUpOpened { secret: fresh().secret() }]);
    let mut table: Vec<Row<OpenSetUp>> = vec![
        ("at the start", Actor::Job("start"), OpenSetUp, false, opened()),
        ("by the operator", Actor::Operator, OpenSetUp, false, opened()),
        ("too late", Actor::Job("start"), OpenSetUp, true, Err(Refusal::AlreadySetUp {})),
        ("too late for the operator", Actor::Operator, OpenSetUp, true, Err(Refusal::AlreadySetUp {})),
    ];
    for actor in [Actor::Visitor, person(dana()), person(boss())] {
        table.push(("from the web", actor, OpenSetUp, false, Err(Refusal::NotFound {})));
    }
    holds(table);
}

#[test]
fn making_an_administrator() {
    let command = || GrantAdministrator { username: "dana".to_owned() };
    let granted = vec![Change::AdministratorGranted { account: party(&dana()) }];
    let mut table: Vec<Row<GrantAdministrator>> = vec![
        ("an account", Actor::Operator, command(), account(false, false), Ok(granted)),
        ("the same again is no change", Actor::Operator, command(), account(true, false), Ok(Vec::new())),
        ("nobody", Actor::Operator, command(), None, Err(Refusal::NotFound {})),
    ];
    table.extend(others().map(|actor| ("others", actor, command(), account(false, false), Err(Refusal::NotFound {}))));
    holds(table);
}

/// Who may not know of administration, and what each is told.
fn outsiders() -> Vec<(Actor, Refusal)> {
    let strangers = [Actor::Visitor, Actor::Job("start")].map(|actor| (actor, Refusal::NotSignedIn {}));
    [(person(lee()), Refusal::NotFound {})].into_iter().chain(strangers).collect()
}

#[test]
fn shutting_an_account() {
    let command = || DisableAccount { username: "dana".to_owned(), reason: spam() };
    let disabled = || Ok(vec![Change::AccountDisabled { account: party(&dana()), reason: Unseen(spam()) }]);
    let own = || Some(AccountFacts { account: party(&boss()), administrator: true, disabled: false });
    let mut table: Vec<Row<DisableAccount>> = vec![
        ("an account", Actor::Operator, command(), account(false, false), disabled()),
        ("by an administrator", person(boss()), command(), account(false, false), disabled()),
        ("an administrator's", person(boss()), command(), account(true, false), disabled()),
        ("one's own", person(boss()), command(), own(), Err(Refusal::NotOneself {})),
        ("the same again is no change", Actor::Operator, command(), account(false, true), Ok(Vec::new())),
        ("nobody's", Actor::Operator, command(), None, Err(Refusal::NotFound {})),
    ];
    table.extend(outsiders().into_iter().map(|(who, why)| ("others", who, command(), account(false, false), Err(why))));
    holds(table);
}

#[test]
fn opening_an_account() {
    let command = || EnableAccount { username: "dana".to_owned() };
    let enabled = || Ok(vec![Change::AccountEnabled { account: party(&dana()) }]);
    let mut table: Vec<Row<EnableAccount>> = vec![
        ("by the operator", Actor::Operator, command(), account(false, true), enabled()),
        ("by an administrator", person(boss()), command(), account(true, true), enabled()),
        ("the same again is no change", Actor::Operator, command(), account(false, false), Ok(Vec::new())),
        ("nobody's", Actor::Operator, command(), None, Err(Refusal::NotFound {})),
    ];
    table.extend(outsiders().into_iter().map(|(who, why)| ("others", who, command(), account(false, true), Err(why))));
    holds(table);
}

#[test]
fn reserving_a_name() {
    let command = || ReserveName { name: organization("Sun.Dial"), reason: spam() };
    let reserved = vec![Change::NameReserved { name: organization("Sun.Dial"), reason: spam() }];
    let taken = fault(Field::AccountName, FaultCode::NameTaken {});
    let mut table: Vec<Row<ReserveName>> = vec![
        ("a free name", Actor::Operator, command(), Standing::Free, Ok(reserved)),
        ("an organization's", Actor::Operator, command(), Standing::Taken, taken),
        ("the same again is no change", Actor::Operator, command(), Standing::Reserved, Ok(Vec::new())),
    ];
    table.extend(others().map(|actor| ("others", actor, command(), Standing::Free, Err(Refusal::NotFound {}))));
    holds(table);
}

#[test]
fn sending_a_letter_again() {
    let letter: LetterId = id(60);
    let command = || RetryLetter { id: letter };
    let facts = |state, mail_goes_out| Some(LetterFacts { to: "dana@example.org".to_owned(), state, mail_goes_out });
    let retried = || Ok(vec![Change::LetterRetried { id: letter, to: "dana@example.org".to_owned() }]);
    let nothing = || Err(Refusal::NothingToSend {});
    let mut table: Vec<Row<RetryLetter>> = vec![
        ("that failed", person(boss()), command(), facts(LetterState::Failed, true), retried()),
        ("that waits", person(boss()), command(), facts(LetterState::Waiting, true), retried()),
        ("that was kept", person(boss()), command(), facts(LetterState::Kept, true), retried()),
        ("that is gone", person(boss()), command(), facts(LetterState::Sent, true), nothing()),
        ("without a mail server", person(boss()), command(), facts(LetterState::Failed, false), nothing()),
        ("that is none", person(boss()), command(), None, Err(Refusal::NotFound {})),
        ("not for everybody", person(dana()), command(), facts(LetterState::Failed, true), Err(Refusal::NotFound {})),
    ];
    table.extend(
        strangers().map(|actor| {
            ("a stranger", actor, command(), facts(LetterState::Failed, true), Err(Refusal::NotSignedIn {}))
        }),
    );
    holds(table);
}

#[test]
fn sending_all_letters_again_that_failed() {
    let command = || RetryFailedLetters { query: "example.org".to_owned() };
    let facts = |failed, mail_goes_out| FailedLettersFacts { failed, mail_goes_out };
    let retried = Change::FailedLettersRetried { query: "example.org".to_owned(), count: 3 };
    let nothing = || Err(Refusal::NothingToSend {});
    let mut table: Vec<Row<RetryFailedLetters>> = vec![
        ("some failed", person(boss()), command(), facts(3, true), Ok(vec![retried])),
        ("none failed", person(boss()), command(), facts(0, true), nothing()),
        ("without a mail server", person(boss()), command(), facts(3, false), nothing()),
        ("not for everybody", person(dana()), command(), facts(3, true), Err(Refusal::NotFound {})),
    ];
    table.extend(
        strangers().map(|actor| ("a stranger", actor, command(), facts(3, true), Err(Refusal::NotSignedIn {}))),
    );
    holds(table);
}
