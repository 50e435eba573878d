//! A second implementation of who may do what among the people of organizations, written independently of the rules. It
//! replays all attempts. Over random histories both agree on which steps succeed and on everyone's rights after each
//! step.

use crate::support::{email, organization, username};
use crate::world::{Know, World};
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use shared::ids::InvitationId;
use shared::limits;
use shared::names::NameKey;
use shared::roles::{Permission, Role};
use shared::rules::accounts::*;
use shared::rules::administration::*;
use shared::rules::people::*;
use shared::rules::requests::*;
use shared::rules::{Actor, Event};
use shared::text::{Message, Reason};
use shared::timestamp::{Seconds, Timestamp};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

const PEOPLE: [&str; 6] = ["boss", "dana", "lee", "mira", "sam", "tom"];
const NAMES: [&str; 2] = ["sundial", "moonrise"];

/// The matrix (rules, section 3), by the first letters of Owner, Manager, Billing manager and Member, typed by hand
/// from the document.
const TABLE: [(Permission, &str); 13] = [
    (Permission::View, "OMBm"),
    (Permission::Leave, "OMBm"),
    (Permission::ManagePeople, "O"),
    (Permission::SeeInvitations, "O"),
    (Permission::EditProfile, "O"),
    (Permission::SeeHistory, "O"),
    (Permission::Billing, "OB"),
    (Permission::ManageTeams, "OM"),
    (Permission::GrantTeams, "OM"),
    (Permission::CreateProjects, "OM"),
    (Permission::ManageEveryProject, "O"),
    (Permission::ManageGivenProjects, "OMm"),
    (Permission::RemoveProjects, "O"),
];

const fn initial(role: Role) -> char {
    match role {
        Role::Owner => 'O',
        Role::Manager => 'M',
        Role::BillingManager => 'B',
        Role::Member => 'm',
    }
}

/// People and organizations are indexes. An invitation is the index of its sending.
#[derive(Clone, Copy, Debug)]
enum Step {
    Wait { hours: i64 },
    Shut { house: usize, open: bool },
    Invite { by: usize, house: usize, who: usize, role: Role },
    Resend { by: usize, sent: usize },
    Revoke { by: usize, sent: usize },
    Expire { sent: usize },
    Accept { by: usize, sent: usize },
    Decline { by: usize, sent: usize },
    Assign { by: usize, house: usize, who: usize, was: Option<Role>, role: Role },
    Remove { by: usize, house: usize, who: usize, right: bool },
    RemoveTwo { by: usize, house: usize, who: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let by = || prop_oneof![3 => Just(1_usize), 2 => 0..PEOPLE.len()];
    let (who, house, sent) = (|| 0..PEOPLE.len(), || 0..NAMES.len(), || 0..8_usize);
    let role = || prop_oneof![2 => Just(Role::Owner), 3 => prop::sample::select(Role::ALL.to_vec())];
    let step = prop_oneof![
        1 => (1..100_i64).prop_map(|hours| Step::Wait { hours }),
        1 => (house(), prop::bool::weighted(0.7)).prop_map(|(house, open)| Step::Shut { house, open }),
        6 => (by(), house(), who(), role()).prop_map(|(by, house, who, role)| Step::Invite { by, house, who, role }),
        2 => (by(), sent()).prop_map(|(by, sent)| Step::Resend { by, sent }),
        2 => (by(), sent()).prop_map(|(by, sent)| Step::Revoke { by, sent }),
        2 => sent().prop_map(|sent| Step::Expire { sent }),
        8 => (who(), sent()).prop_map(|(by, sent)| Step::Accept { by, sent }),
        2 => (who(), sent()).prop_map(|(by, sent)| Step::Decline { by, sent }),
        5 => (by(), house(), who(), prop::option::weighted(0.1, role()), role())
            .prop_map(|(by, house, who, was, role)| Step::Assign { by, house, who, was, role }),
        4 => (by(), house(), who(), prop::bool::weighted(0.9))
            .prop_map(|(by, house, who, right)| Step::Remove { by, house, who, right }),
        1 => (by(), house(), who()).prop_map(|(by, house, who)| Step::RemoveTwo { by, house, who }),
    ];
    prop::collection::vec(step, 1..40)
}

#[derive(Clone, Debug)]
struct Sent {
    house: usize,
    who: usize,
    by: usize,
    role: Role,
    ends_at: Timestamp,
    live: bool,
}

/// The replayed state, derived from the document and not from the program.
#[derive(Clone, Debug, Default)]
struct Oracle {
    roles: BTreeMap<(usize, usize), Role>,
    sent: Vec<Sent>,
    shut: BTreeMap<usize, bool>,
}

impl Oracle {
    fn role(&self, house: usize, who: usize) -> Option<Role> {
        self.roles.get(&(house, who)).copied()
    }

    /// Whether the account is an Owner and the organization is enabled.
    fn rules(&self, house: usize, who: usize) -> bool {
        self.role(house, who) == Some(Role::Owner) && !self.is_shut(house)
    }

    fn is_shut(&self, house: usize) -> bool {
        self.shut.get(&house).copied().unwrap_or_default()
    }

    fn owners(&self, house: usize) -> usize {
        self.roles.iter().filter(|((h, _), role)| *h == house && **role == Role::Owner).count()
    }

    fn ends_with_the_right_of(&mut self, house: usize, who: usize) {
        self.sent.iter_mut().filter(|s| s.house == house && s.by == who).for_each(|s| s.live = false);
    }

    /// Whether the step succeeds. If it does, its effect is applied. `was` is the member's role on the page.
    fn takes(&mut self, step: Step, now: Timestamp, was: Option<Role>) -> bool {
        match step {
            Step::Wait { .. } => true,
            Step::Shut { house, open } => {
                self.shut.insert(house, !open);
                true
            }
            Step::Invite { by, house, who, role } => {
                let waits = self.sent.iter().any(|s| s.house == house && s.who == who && s.live && s.ends_at > now);
                let passes = self.rules(house, by) && by != who && self.role(house, who).is_none() && !waits;
                if passes {
                    self.sent.iter_mut().filter(|s| s.house == house && s.who == who).for_each(|s| s.live = false);
                    self.sent.push(Sent { house, who, by, role, ends_at: now.plus(limits::INVITATION), live: true });
                }
                passes
            }
            Step::Resend { by, sent } => {
                let passes = self.lives(sent, now).is_some_and(|s| self.rules(s.house, by));
                if passes {
                    (self.sent[sent].by, self.sent[sent].ends_at) = (by, now.plus(limits::INVITATION));
                }
                passes
            }
            Step::Revoke { by, sent } => {
                let passes = self.lives(sent, now).is_some_and(|s| self.rules(s.house, by));
                if passes {
                    self.sent[sent].live = false;
                }
                passes
            }
            Step::Expire { sent } => {
                let found = self.sent.get_mut(sent);
                let there = found.is_some();
                found.into_iter().filter(|s| s.ends_at <= now).for_each(|s| s.live = false);
                there
            }
            Step::Accept { by, sent } => {
                let offer = self.lives(sent, now).filter(|s| s.who == by && self.rules(s.house, s.by)).cloned();
                if let Some(offer) = &offer {
                    self.sent[sent].live = false;
                    self.roles.insert((offer.house, by), offer.role);
                }
                offer.is_some()
            }
            Step::Decline { by, sent } => {
                let passes = self.lives(sent, now).is_some_and(|s| s.who == by);
                if passes {
                    self.sent[sent].live = false;
                }
                passes
            }
            Step::Assign { by, house, who, role, .. } => {
                let Some(before) = self.role(house, who).filter(|_| self.rules(house, by)) else { return false };
                let last = before == Role::Owner && self.owners(house) == 1 && role != Role::Owner;
                let passes = before == role || (was == Some(before) && !last);
                if passes && before != role {
                    self.roles.insert((house, who), role);
                    if before == Role::Owner {
                        self.ends_with_the_right_of(house, who);
                    }
                }
                passes
            }
            Step::Remove { by, house, who, right } => {
                let Some(role) = self.role(house, who) else { return false };
                let may = self.rules(house, by) || (by == who && !self.is_shut(house));
                let last = role == Role::Owner && self.owners(house) == 1;
                let passes = may && right && !last;
                if passes {
                    self.roles.remove(&(house, who));
                    self.ends_with_the_right_of(house, who);
                }
                passes
            }
            Step::RemoveTwo { by, house, who } => {
                let both = [who, (who + 1) % PEOPLE.len()];
                let owners = both.iter().filter(|who| self.role(house, **who) == Some(Role::Owner)).count();
                let passes = self.rules(house, by) && owners < self.owners(house);
                for who in both.iter().filter(|_| passes) {
                    self.roles.remove(&(house, *who));
                    self.ends_with_the_right_of(house, *who);
                }
                passes
            }
        }
    }

    fn lives(&self, sent: usize, now: Timestamp) -> Option<&Sent> {
        self.sent.get(sent).filter(|s| s.live && s.ends_at > now)
    }
}

fn key(house: usize) -> NameKey {
    organization(NAMES[house]).key()
}

impl World {
    fn by(&self, who: usize) -> Actor {
        self.at_the_device_of(PEOPLE[who])
    }

    /// Everyone is signed in and verified. dana owns both organizations.
    fn housed() -> Self {
        let mut world = Self::new();
        world.carry_out(&Actor::Job("start"), &OpenSetUp).unwrap();
        let secret = world.set_up.as_ref().map(|(secret, _)| secret.clone());
        for (n, name) in PEOPLE.into_iter().enumerate() {
            let account = CreateAccount {
                username: username(name),
                email: email(&format!("{name}@{name}.example")),
                password_hash: name.to_owned(),
            };
            match n {
                0 => world.carry_out(&Actor::Visitor, &SetUp { secret: secret.clone(), account }).unwrap(),
                _ => world.carry_out(&Actor::Visitor, &account).unwrap(),
            };
            let matched = Some(name.to_owned());
            let sign_in = SignIn { who: name.to_owned(), matched, agent: String::new() };
            world.carry_out(&Actor::Visitor, &sign_in).unwrap();
            let link = world.links.last().map(|link| link.secret.clone());
            world.carry_out(&world.by(n), &VerifyEmail { secret: link }).unwrap();
        }
        for name in NAMES {
            let form = FileRequest::parse(name, "Name", "https://name.example", "Text.", "community").unwrap();
            world.carry_out(&world.by(1), &form).unwrap();
            let id = world.requests.last().unwrap().facts.id;
            let approve = ApproveRequest { id, message: Message::parse("").unwrap() };
            world.carry_out(&world.by(0), &approve).unwrap();
        }
        world
    }

    fn passes<C: Know>(&mut self, actor: &Actor, command: &C) -> Option<Vec<Event>> {
        self.carry_out(actor, command).ok()
    }

    fn sent(&self, sent: usize) -> InvitationId {
        self.invitations.get(sent).map_or(InvitationId(uuid::Uuid::from_u128(1)), |i| i.offer.id)
    }

    /// Executes the step. Returns its events if it succeeds.
    fn try_step(&mut self, step: Step, was: Option<Role>) -> Option<Vec<Event>> {
        let role_of = |role: Role| role.code().to_owned();
        match step {
            Step::Wait { hours } => {
                self.now = self.now.plus(Seconds::hours(hours));
                Some(Vec::new())
            }
            Step::Shut { house, open: true } => {
                self.passes(&self.by(0), &EnableOrganization { name: organization(NAMES[house]) })
            }
            Step::Shut { house, open: false } => {
                let reason = Reason::parse("Spam.").unwrap();
                self.passes(&self.by(0), &DisableOrganization { name: organization(NAMES[house]), reason })
            }
            Step::Invite { by, house, who, role } => {
                let invite = Invite::parse(key(house), PEOPLE[who], &role_of(role)).unwrap();
                self.passes(&self.by(by), &invite)
            }
            Step::Resend { by, sent } => self.passes(&self.by(by), &ResendInvitation { id: self.sent(sent) }),
            Step::Revoke { by, sent } => self.passes(&self.by(by), &RevokeInvitation { id: self.sent(sent) }),
            Step::Expire { sent } => self.passes(&Actor::Job("invitations"), &ExpireInvitation { id: self.sent(sent) }),
            Step::Accept { by, sent } => self.passes(&self.by(by), &AcceptInvitation { id: self.sent(sent) }),
            Step::Decline { by, sent } => {
                let message = Message::parse("").unwrap();
                self.passes(&self.by(by), &DeclineInvitation { id: self.sent(sent), message })
            }
            Step::Assign { by, house, who, role, .. } => {
                let one = format!("{}={}", PEOPLE[who], was.unwrap_or(Role::Member).code());
                let assign = AssignRole::parse(key(house), &[one], &role_of(role)).unwrap();
                self.passes(&self.by(by), &assign)
            }
            Step::Remove { by, house, who, right } => {
                let typed = if right { PEOPLE[who] } else { "nobody" };
                let remove = RemoveMembers::parse(key(house), &[PEOPLE[who].to_owned()], Some(typed)).unwrap();
                self.passes(&self.by(by), &remove)
            }
            Step::RemoveTwo { by, house, who } => {
                let both = [who, (who + 1) % PEOPLE.len()].map(|who| PEOPLE[who].to_owned());
                let remove = RemoveMembers::parse(key(house), &both, Some(NAMES[house])).unwrap();
                self.passes(&self.by(by), &remove)
            }
        }
    }

    fn role_of(&self, house: usize, who: usize) -> Option<Role> {
        let organization = self.organizations.iter().find(|o| o.name.as_str() == NAMES[house])?;
        let account = self.accounts.iter().find(|a| a.party.username == PEOPLE[who])?;
        organization.members.iter().find(|(id, _)| *id == account.party.id).map(|(_, role)| *role)
    }
}

/// `GUILDHALL_HISTORIES=100000` plays more of them.
fn histories() -> u32 {
    std::env::var("GUILDHALL_HISTORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(10_000)
}

#[test]
fn rights_after_any_history_are_those_of_a_second_opinion() {
    let housed = World::housed();
    let (passed, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let config = ProptestConfig {
        cases: histories(),
        rng_algorithm: RngAlgorithm::XorShift,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(steps in steps())| {
        let mut world = housed.clone();
        let mut oracle = Oracle::default();
        oracle.roles.extend((0..NAMES.len()).map(|house| ((house, 1), Role::Owner)));
        for step in steps {
            let was = match step {
                Step::Assign { house, who, was, .. } => was.or_else(|| world.role_of(house, who)),
                _ => None,
            };
            // A command takes a second and is decided at the end of it.
            let now = if matches!(step, Step::Wait { .. }) { world.now } else { world.now.plus(Seconds(1)) };
            let events = world.try_step(step, was);
            prop_assert_eq!(events.is_some(), oracle.takes(step, now, was), "{:?}", step);
            if events.is_some() { &passed } else { &refused }.fetch_add(1, Ordering::Relaxed);
            for (house, who) in (0..NAMES.len()).flat_map(|house| (0..PEOPLE.len()).map(move |who| (house, who))) {
                let (ours, theirs) = (world.role_of(house, who), oracle.role(house, who));
                prop_assert_eq!(ours, theirs, "{} in {}", PEOPLE[who], NAMES[house]);
                for (permission, initials) in TABLE {
                    let right = ours.is_some_and(|role| role.permits(permission));
                    prop_assert_eq!(right, theirs.is_some_and(|role| initials.contains(initial(role))));
                }
            }
            for (house, name) in NAMES.into_iter().enumerate() {
                prop_assert!(oracle.owners(house) > 0, "{} without an Owner", name);
            }
            let live: Vec<bool> = world.invitations.iter().map(|i| i.state == shared::wire::people::InvitationState::Live).collect();
            prop_assert_eq!(live, oracle.sent.iter().map(|s| s.live).collect::<Vec<bool>>());
        }
    });
    let met = [passed, refused].map(AtomicUsize::into_inner);
    assert!(met.into_iter().all(|times| times > 1_000), "{met:?}");
}
