//! Random histories of commands by any actor in any order. After each step the invariants of the rules hold, and closed
//! requests, held names and decisions are unchanged.

mod invariants;

use crate::support::{billing, email, organization, request_form, username};
use crate::world::{Account, REQUESTS_A_DAY, ReadFacts, World};
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use shared::billing::BillingDraft;
use shared::domain::RequestState;
use shared::ids::EmailAddressId;
use shared::limits;
use shared::names::NameKey;
use shared::refusal::Refusal;
use shared::roles::{Kind, Role};
use shared::rules::accounts::*;
use shared::rules::administration::*;
use shared::rules::requests::*;
use shared::rules::{Actor, Event, Secret};
use shared::text::{Description, Message, Reason};
use shared::timestamp::{Seconds, Timestamp};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Two of them are the same name.
const PEOPLE: [&str; 8] = ["boss", "dana", "lee", "mira", "LEE", "sam", "tom", "uma"];
const ADDRESSES: [&str; 4] = ["one@example.org", "two@example.org", "ONE@example.org", "three@example.org"];
const NAMES: [&str; 4] = ["sundial", "Sun.Dial", "sun-dial", "moonrise"];

/// The numbers are indexes of people, addresses, names and whatever exists by then.
#[derive(Clone, Debug)]
enum Step {
    Wait { hours: i64 },
    Create { who: Who, name: usize, address: usize },
    OpenSetUp { who: Who },
    SetUp { newest: bool, name: usize, address: usize },
    Verify { link: usize },
    Resend { who: Who },
    SignIn { name: usize, right: bool },
    SignOut { who: Who },
    AddAddress { who: Who, address: usize, right: bool },
    MakePrimary { who: Who, address: usize },
    RemoveAddress { who: Who, address: usize },
    ChangePassword { who: Who, right: bool },
    AskForReset { name: usize },
    Reset { reset: usize, name: usize },
    EndDevice { who: Who, session: usize },
    EndOthers { who: Who },
    Grant { who: Who, name: usize },
    RevokeAdministration { who: Who, name: usize },
    EndSessions { who: Who, name: usize },
    Disable { who: Who, name: usize },
    Enable { who: Who, name: usize },
    Reserve { who: Who, name: usize },
    File { who: Who, name: usize, private: bool },
    Withdraw { who: Who, request: usize },
    Approve { who: Who, request: usize },
    Decline { who: Who, request: usize },
    Ask { who: Who, request: usize },
    Answer { who: Who, request: usize, question: usize },
    Note { who: Who, request: usize },
    Defer { who: Who, request: usize },
    Edit { who: Who, request: usize, words: usize },
    Bill { who: Who, request: usize, words: usize },
    SaveBilling { who: Who, request: usize, words: usize },
    Discard { who: Who, request: usize },
    DisableOrganization { who: Who, name: usize },
    EnableOrganization { who: Who, name: usize },
    Deliver { who: Who, address: usize, taken: bool },
    Appoint { who: Who, name: usize, whom: usize },
}

#[derive(Clone, Copy, Debug)]
enum Who {
    Device(usize),
    Operator,
    Job,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (name, address, one) = (0..PEOPLE.len(), 0..ADDRESSES.len(), 0..24_usize);
    let device = || (0..PEOPLE.len()).prop_map(Who::Device);
    let who = || prop_oneof![6 => device(), 3 => Just(Who::Operator), 1 => Just(Who::Job)];
    // Administrator commands mostly come from an administrator.
    let boss = || prop_oneof![3 => Just(Who::Device(0)), 1 => device()];
    let wanted = 0..NAMES.len();
    let step = prop_oneof![
        2 => (1..30_i64).prop_map(|hours| Step::Wait { hours }),
        3 => (who(), name.clone(), address.clone())
            .prop_map(|(who, name, address)| Step::Create { who, name, address }),
        1 => who().prop_map(|who| Step::OpenSetUp { who }),
        1 => (prop::bool::weighted(0.8), name.clone(), address.clone()).prop_map(|(newest, name, address)| Step::SetUp { newest, name, address }),
        3 => one.clone().prop_map(|link| Step::Verify { link }),
        2 => device().prop_map(|who| Step::Resend { who }),
        4 => (name.clone(), prop::bool::weighted(0.8)).prop_map(|(name, right)| Step::SignIn { name, right }),
        1 => who().prop_map(|who| Step::SignOut { who }),
        2 => (device(), address.clone(), prop::bool::weighted(0.8))
            .prop_map(|(who, address, right)| Step::AddAddress { who, address, right }),
        1 => (device(), one.clone()).prop_map(|(who, address)| Step::MakePrimary { who, address }),
        1 => (device(), one.clone()).prop_map(|(who, address)| Step::RemoveAddress { who, address }),
        1 => (device(), prop::bool::weighted(0.8)).prop_map(|(who, right)| Step::ChangePassword { who, right }),
        2 => name.clone().prop_map(|name| Step::AskForReset { name }),
        1 => (one.clone(), name.clone()).prop_map(|(reset, name)| Step::Reset { reset, name }),
        1 => (device(), one.clone()).prop_map(|(who, session)| Step::EndDevice { who, session }),
        1 => device().prop_map(|who| Step::EndOthers { who }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Step::Grant { who, name }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Step::RevokeAdministration { who, name }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Step::EndSessions { who, name }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Step::Disable { who, name }),
        1 => (who(), name).prop_map(|(who, name)| Step::Enable { who, name }),
        1 => (who(), wanted.clone()).prop_map(|(who, name)| Step::Reserve { who, name }),
        14 => (device(), wanted.clone(), prop::bool::weighted(0.3))
            .prop_map(|(who, name, private)| Step::File { who, name, private }),
        4 => (device(), one.clone(), 0..2_usize).prop_map(|(who, request, words)| Step::Bill { who, request, words }),
        1 => (device(), one.clone(), 0..2_usize)
            .prop_map(|(who, request, words)| Step::SaveBilling { who, request, words }),
        1 => (device(), one.clone()).prop_map(|(who, request)| Step::Discard { who, request }),
        1 => (boss(), wanted.clone()).prop_map(|(who, name)| Step::DisableOrganization { who, name }),
        1 => (boss(), wanted.clone()).prop_map(|(who, name)| Step::EnableOrganization { who, name }),
        2 => (boss(), wanted, 0..PEOPLE.len()).prop_map(|(who, name, whom)| Step::Appoint { who, name, whom }),
        1 => (who(), address.clone(), any::<bool>())
            .prop_map(|(who, address, taken)| Step::Deliver { who, address, taken }),
        2 => (device(), one.clone()).prop_map(|(who, request)| Step::Withdraw { who, request }),
        3 => (boss(), one.clone()).prop_map(|(who, request)| Step::Approve { who, request }),
        2 => (boss(), one.clone()).prop_map(|(who, request)| Step::Decline { who, request }),
        3 => (boss(), one.clone()).prop_map(|(who, request)| Step::Ask { who, request }),
        3 => (device(), one.clone(), 0..2_usize)
            .prop_map(|(who, request, question)| Step::Answer { who, request, question }),
        1 => (boss(), one.clone()).prop_map(|(who, request)| Step::Note { who, request }),
        1 => (boss(), one.clone()).prop_map(|(who, request)| Step::Defer { who, request }),
        1 => (device(), one, 0..2_usize).prop_map(|(who, request, words)| Step::Edit { who, request, words }),
    ];
    prop::collection::vec(step, 1..60)
}

fn account(name: usize, address: &str) -> CreateAccount {
    CreateAccount {
        username: username(PEOPLE[name]),
        email: email(address),
        password_hash: format!("hash of {}", PEOPLE[name]),
    }
}

fn nth<T>(all: &[T], n: usize) -> Option<&T> {
    all.get(n.checked_rem(all.len())?)
}

impl World {
    fn actor(&self, who: Who) -> Actor {
        match who {
            Who::Device(name) => self.actor_at_newest_device(PEOPLE[name]),
            Who::Operator => Actor::Operator,
            Who::Job => Actor::Job("start"),
        }
    }

    /// Executes a step. Returns the actor and the outcome.
    fn step(&mut self, step: &Step) -> Option<(Actor, Result<Vec<Event>, Refusal>)> {
        let spam = || Reason::parse("Spam").unwrap();
        Some(match *step {
            Step::Wait { hours } => {
                self.now = self.now.plus(Seconds::hours(hours));
                return None;
            }
            Step::Create { who, name, address } => self.act(who, &account(name, ADDRESSES[address])),
            Step::OpenSetUp { who } => self.act(who, &OpenSetUp),
            Step::SetUp { newest, name, address } => {
                let newest = self.set_up.as_ref().filter(|_| newest).map(|(secret, _)| secret.clone());
                self.act(Who::Device(0), &SetUp { secret: newest, account: account(name, ADDRESSES[address]) })
            }
            Step::Verify { link } => {
                let link = nth(&self.links, link);
                // Mostly by the account that the link belongs to.
                let own = link.and_then(|l| self.account(l.account)).map(|a| a.party.username.clone());
                let own = own.and_then(|name| PEOPLE.iter().position(|p| username(p).key() == username(&name).key()));
                let secret: Option<Secret> = link.map(|l| l.secret.clone());
                self.act(Who::Device(own.unwrap_or(0)), &VerifyEmail { secret })
            }
            Step::Resend { who } => self.act(who, &ResendVerification { address: None }),
            Step::AddAddress { who, address, right } => {
                let confirmed = self.confirmed(who, right);
                self.act(who, &AddAddress { email: email(ADDRESSES[address]), confirmed })
            }
            Step::MakePrimary { who, address } => {
                let address = self.some_address(address)?;
                self.act(who, &MakePrimary { address })
            }
            Step::RemoveAddress { who, address } => {
                let address = self.some_address(address)?;
                self.act(who, &RemoveAddress { address })
            }
            Step::ChangePassword { who, right } => {
                let confirmed = self.confirmed(who, right);
                let password_hash = format!("hash at {}", self.now.0);
                self.act(who, &ChangePassword { confirmed, password_hash, agent: String::new() })
            }
            Step::AskForReset { name } => {
                self.act(Who::Device(0), &AskForReset { who: PEOPLE[name].to_owned(), kept: false })
            }
            Step::Reset { reset, name } => {
                let secret = nth(&self.resets, reset).map(|r| r.secret.clone());
                let password_hash = format!("hash at {}", self.now.0);
                self.act(Who::Device(name), &ResetPassword { secret, password_hash })
            }
            Step::EndDevice { who, session } => {
                let device = nth(&self.sessions, session)?.id;
                self.act(who, &EndDevice { device })
            }
            Step::EndOthers { who } => self.act(who, &EndOtherDevices),
            Step::SignIn { name, right } => {
                let matched = right.then(|| self.hash_of(PEOPLE[name])).flatten();
                self.act(Who::Device(name), &SignIn { who: PEOPLE[name].to_owned(), matched, agent: String::new() })
            }
            Step::SignOut { who } => self.act(who, &SignOut),
            Step::Grant { who, name } => self.act(who, &GrantAdministrator { username: PEOPLE[name].to_owned() }),
            Step::RevokeAdministration { who, name } => {
                self.act(who, &RevokeAdministrator { username: PEOPLE[name].to_owned() })
            }
            Step::EndSessions { who, name } => {
                self.act(who, &EndSessions { username: PEOPLE[name].to_owned(), reason: spam() })
            }
            Step::Disable { who, name } => {
                self.act(who, &DisableAccount { username: PEOPLE[name].to_owned(), reason: spam() })
            }
            Step::Enable { who, name } => self.act(who, &EnableAccount { username: PEOPLE[name].to_owned() }),
            Step::Reserve { who, name } => {
                self.act(who, &ReserveName { name: organization(NAMES[name]), reason: spam() })
            }
            Step::File { who, name, private } => {
                let kind = if private { Kind::Private } else { Kind::Community };
                self.act(who, &FileRequest::try_from(request_form(NAMES[name], kind)).unwrap())
            }
            Step::Bill { who, request, words } => {
                let RequestFacts { id, billing: before, .. } = nth(&self.requests, request)?.facts.clone();
                let details = billing(["Name Ltd", "Other Ltd"][words]);
                self.act(who, &GiveBilling { id, details, shown: billing_version(before.as_ref()) })
            }
            Step::SaveBilling { who, request, words } => {
                let id = nth(&self.requests, request)?.facts.id;
                let [legal_name, email] = [["Name", ""][words], "papers@"].map(str::to_owned);
                self.act(
                    who,
                    &SaveBillingDraft { id, typed: BillingDraft { legal_name, email, ..BillingDraft::default() } },
                )
            }
            Step::Discard { who, request } => {
                let id = nth(&self.requests, request)?.facts.id;
                self.act(who, &DiscardDraft { id })
            }
            Step::DisableOrganization { who, name } => {
                self.act(who, &DisableOrganization { name: organization(NAMES[name]), reason: spam() })
            }
            Step::EnableOrganization { who, name } => {
                self.act(who, &EnableOrganization { name: organization(NAMES[name]) })
            }
            Step::Deliver { who, address, taken } => {
                let refusal = (!taken).then(|| "550 no such user".to_owned());
                self.act(who, &NoteDelivery { email: email(ADDRESSES[address]), refusal })
            }
            Step::Appoint { who, name, whom } => {
                let organization = organization(NAMES[name]);
                let found = self.organizations.iter().find(|o| o.name.key() == organization.key());
                let typed = found.map(|o| o.name.to_string()).unwrap_or_default();
                let (username, typed) = (username(PEOPLE[whom]), Some(typed));
                self.act(who, &AppointOwner { organization, username, reason: spam(), typed })
            }
            Step::Withdraw { who, request } => {
                let id = nth(&self.requests, request)?.facts.id;
                self.act(who, &WithdrawRequest { id })
            }
            Step::Approve { who, request } => {
                let id = nth(&self.requests, request)?.facts.id;
                self.act(who, &ApproveRequest { id, message: Message::parse("Welcome.").unwrap() })
            }
            Step::Decline { who, request } => {
                let id = nth(&self.requests, request)?.facts.id;
                self.act(who, &DeclineRequest { id, reason: spam() })
            }
            Step::Ask { who, request } => {
                let id = nth(&self.requests, request)?.facts.id;
                self.act(who, &AskApplicant { id, question: spam() })
            }
            Step::Answer { who, request, question } => {
                let request = nth(&self.requests, request)?;
                let (id, question) = (request.facts.id, nth(&request.questions, question)?.id);
                self.act(who, &AnswerQuestion { id, question, answer: spam() })
            }
            Step::Note { who, request } => {
                let id = nth(&self.requests, request)?.facts.id;
                self.act(who, &AddNote { id, note: spam() })
            }
            Step::Defer { who, request } => {
                let id = nth(&self.requests, request)?.facts.id;
                self.act(who, &DeferRequest { id })
            }
            Step::Edit { who, request, words } => {
                let id = nth(&self.requests, request)?.facts.id;
                let shown = nth(&self.requests, request)?.facts.version();
                let FileRequest { display_name, url, .. } =
                    request_form("sundial", Kind::Community).try_into().unwrap();
                let description = Description::parse(["Time.", "Other."][words]).unwrap();
                self.act(who, &EditRequest { id, display_name, url, description, shown })
            }
        })
    }

    fn some_address(&self, n: usize) -> Option<EmailAddressId> {
        let all: Vec<_> = self.accounts.iter().flat_map(|a| a.addresses.iter().map(|a| a.id)).collect();
        nth(&all, n).copied()
    }

    fn hash_of(&self, name: &str) -> Option<String> {
        let key = username(name).key();
        let account = self.accounts.iter().find(|a| username(&a.party.username).key() == key);
        account.map(|account| account.password_hash.clone())
    }

    fn confirmed(&self, who: Who, right: bool) -> ConfirmedPassword {
        let hash = self.actor(who).person().ok().and_then(|p| self.hash_of(&p.username));
        ConfirmedPassword(hash.filter(|_| right))
    }

    fn act<C: ReadFacts>(&mut self, who: Who, command: &C) -> (Actor, Result<Vec<Event>, Refusal>) {
        let actor = self.actor(who);
        let outcome = self.execute(&actor, command);
        (actor, outcome)
    }

    /// boss is an administrator, and dana, lee and mira can request organizations.
    fn with_people() -> Self {
        let mut world = Self::new();
        world.act(Who::Job, &OpenSetUp).1.unwrap();
        let secret = world.set_up.as_ref().map(|(secret, _)| secret.clone());
        for (name, person) in PEOPLE.iter().enumerate().take(4) {
            let account = account(name, &format!("{person}@{person}.example"));
            match name {
                0 => world.act(Who::Device(0), &SetUp { secret: secret.clone(), account }).1.unwrap(),
                _ => world.act(Who::Device(name), &account).1.unwrap(),
            };
            let link = world.links.len() - 1;
            for step in [Step::SignIn { name, right: true }, Step::Verify { link }] {
                world.step(&step).unwrap().1.unwrap();
            }
            world.invariants_hold();
        }
        world.now = world.now.plus(Seconds::days(2));
        world
    }
}

#[test]
fn random_histories_keep_the_invariants() {
    // The test also checks that the histories reach the interesting cases.
    let (founded, rivals, refused) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let config = ProptestConfig {
        cases: 600,
        rng_algorithm: RngAlgorithm::XorShift,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(steps in steps())| {
        let mut world = World::with_people();
        for step in &steps {
            let before = world.clone();
            match world.step(step) {
                Some((actor, Ok(events))) => {
                    let count = |kind: fn(&Event) -> bool| events.iter().filter(|event| kind(event)).count();
                    founded.fetch_add(count(|c| matches!(c, Event::OrganizationFounded { .. })), Ordering::Relaxed);
                    rivals.fetch_add(count(|c| matches!(c, Event::RivalClosed { .. })), Ordering::Relaxed);
                    world.follows(&before, &actor, &events);
                }
                Some((_, Err(_))) => {
                    refused.fetch_add(1, Ordering::Relaxed);
                }
                None => {}
            }
            world.invariants_hold();
        }
    });
    let met = [founded, rivals, refused].map(AtomicUsize::into_inner);
    assert!(met.into_iter().all(|times| times > 5), "{met:?}");
}
