//! A second implementation of who may do what among the people of organizations, written independently of the rules. It
//! replays all attempts. Over random histories both agree on which steps succeed and on everyone's rights after each
//! step.

use crate::support::{email, organization, request_form, username};
use crate::world::{ReadFacts, World};
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use shared::ids::InvitationId;
use shared::limits;
use shared::names::NameKey;
use shared::roles::{Kind, Permission, Role};
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
    SetEnabled { org: usize, enabled: bool },
    Invite { by: usize, org: usize, who: usize, role: Role },
    Resend { by: usize, sent: usize },
    Revoke { by: usize, sent: usize },
    Expire { sent: usize },
    Accept { by: usize, sent: usize },
    Decline { by: usize, sent: usize },
    Assign { by: usize, org: usize, who: usize, was: Option<Role>, role: Role },
    Remove { by: usize, org: usize, who: usize, right: bool },
    RemoveTwo { by: usize, org: usize, who: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let by = || prop_oneof![3 => Just(1_usize), 2 => 0..PEOPLE.len()];
    let (who, org, sent) = (|| 0..PEOPLE.len(), || 0..NAMES.len(), || 0..8_usize);
    let role = || prop_oneof![2 => Just(Role::Owner), 3 => prop::sample::select(Role::ALL.to_vec())];
    let step = prop_oneof![
        1 => (1..100_i64).prop_map(|hours| Step::Wait { hours }),
        1 => (org(), prop::bool::weighted(0.7)).prop_map(|(org, enabled)| Step::SetEnabled { org, enabled }),
        6 => (by(), org(), who(), role()).prop_map(|(by, org, who, role)| Step::Invite { by, org, who, role }),
        2 => (by(), sent()).prop_map(|(by, sent)| Step::Resend { by, sent }),
        2 => (by(), sent()).prop_map(|(by, sent)| Step::Revoke { by, sent }),
        2 => sent().prop_map(|sent| Step::Expire { sent }),
        8 => (who(), sent()).prop_map(|(by, sent)| Step::Accept { by, sent }),
        2 => (who(), sent()).prop_map(|(by, sent)| Step::Decline { by, sent }),
        5 => (by(), org(), who(), prop::option::weighted(0.1, role()), role())
            .prop_map(|(by, org, who, was, role)| Step::Assign { by, org, who, was, role }),
        4 => (by(), org(), who(), prop::bool::weighted(0.9))
            .prop_map(|(by, org, who, right)| Step::Remove { by, org, who, right }),
        1 => (by(), org(), who()).prop_map(|(by, org, who)| Step::RemoveTwo { by, org, who }),
    ];
    prop::collection::vec(step, 1..40)
}

#[derive(Clone, Debug)]
struct Sent {
    org: usize,
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
    disabled: BTreeMap<usize, bool>,
}

impl Oracle {
    fn role(&self, org: usize, who: usize) -> Option<Role> {
        self.roles.get(&(org, who)).copied()
    }

    /// Whether the account is an Owner and the organization is enabled.
    fn can_manage(&self, org: usize, who: usize) -> bool {
        self.role(org, who) == Some(Role::Owner) && !self.is_disabled(org)
    }

    fn is_disabled(&self, org: usize) -> bool {
        self.disabled.get(&org).copied().unwrap_or_default()
    }

    fn owners(&self, org: usize) -> usize {
        self.roles.iter().filter(|((h, _), role)| *h == org && **role == Role::Owner).count()
    }

    fn end_invitations_by(&mut self, org: usize, who: usize) {
        self.sent.iter_mut().filter(|s| s.org == org && s.by == who).for_each(|s| s.live = false);
    }

    /// Whether the step succeeds. If it does, its effect is applied. `was` is the member's role on the page.
    fn accepts(&mut self, step: Step, now: Timestamp, was: Option<Role>) -> bool {
        match step {
            Step::Wait { .. } => true,
            Step::SetEnabled { org, enabled } => {
                self.disabled.insert(org, !enabled);
                true
            }
            Step::Invite { by, org, who, role } => {
                let waits = self.sent.iter().any(|s| s.org == org && s.who == who && s.live && s.ends_at > now);
                let passes = self.can_manage(org, by) && by != who && self.role(org, who).is_none() && !waits;
                if passes {
                    self.sent.iter_mut().filter(|s| s.org == org && s.who == who).for_each(|s| s.live = false);
                    self.sent.push(Sent { org, who, by, role, ends_at: now.plus(limits::INVITATION), live: true });
                }
                passes
            }
            Step::Resend { by, sent } => {
                let passes = self.live_invitation(sent, now).is_some_and(|s| self.can_manage(s.org, by));
                if passes {
                    (self.sent[sent].by, self.sent[sent].ends_at) = (by, now.plus(limits::INVITATION));
                }
                passes
            }
            Step::Revoke { by, sent } => {
                let passes = self.live_invitation(sent, now).is_some_and(|s| self.can_manage(s.org, by));
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
                let offer =
                    self.live_invitation(sent, now).filter(|s| s.who == by && self.can_manage(s.org, s.by)).cloned();
                if let Some(offer) = &offer {
                    self.sent[sent].live = false;
                    self.roles.insert((offer.org, by), offer.role);
                }
                offer.is_some()
            }
            Step::Decline { by, sent } => {
                let passes = self.live_invitation(sent, now).is_some_and(|s| s.who == by);
                if passes {
                    self.sent[sent].live = false;
                }
                passes
            }
            Step::Assign { by, org, who, role, .. } => {
                let Some(before) = self.role(org, who).filter(|_| self.can_manage(org, by)) else { return false };
                let last = before == Role::Owner && self.owners(org) == 1 && role != Role::Owner;
                let passes = before == role || (was == Some(before) && !last);
                if passes && before != role {
                    self.roles.insert((org, who), role);
                    if before == Role::Owner {
                        self.end_invitations_by(org, who);
                    }
                }
                passes
            }
            Step::Remove { by, org, who, right } => {
                let Some(role) = self.role(org, who) else { return false };
                let may = self.can_manage(org, by) || (by == who && !self.is_disabled(org));
                let last = role == Role::Owner && self.owners(org) == 1;
                let passes = may && right && !last;
                if passes {
                    self.roles.remove(&(org, who));
                    self.end_invitations_by(org, who);
                }
                passes
            }
            Step::RemoveTwo { by, org, who } => {
                let both = [who, (who + 1) % PEOPLE.len()];
                let owners = both.iter().filter(|who| self.role(org, **who) == Some(Role::Owner)).count();
                let passes = self.can_manage(org, by) && owners < self.owners(org);
                for who in both.iter().filter(|_| passes) {
                    self.roles.remove(&(org, *who));
                    self.end_invitations_by(org, *who);
                }
                passes
            }
        }
    }

    fn live_invitation(&self, sent: usize, now: Timestamp) -> Option<&Sent> {
        self.sent.get(sent).filter(|s| s.live && s.ends_at > now)
    }
}

fn key(org: usize) -> Option<NameKey> {
    Some(organization(NAMES[org]).key())
}

impl World {
    fn by(&self, who: usize) -> Actor {
        self.actor_at_newest_device(PEOPLE[who])
    }

    /// Everyone is signed in and verified. dana owns both organizations.
    fn with_organizations() -> Self {
        let mut world = Self::new();
        world.execute(&Actor::Job("start"), &OpenSetUp).unwrap();
        let secret = world.set_up.as_ref().map(|(secret, _)| secret.clone());
        for (n, name) in PEOPLE.into_iter().enumerate() {
            let account = CreateAccount {
                username: username(name),
                email: email(&format!("{name}@{name}.example")),
                password_hash: name.to_owned(),
            };
            match n {
                0 => world.execute(&Actor::Visitor, &SetUp { secret: secret.clone(), account }).unwrap(),
                _ => world.execute(&Actor::Visitor, &account).unwrap(),
            };
            let matched = Some(name.to_owned());
            let sign_in = SignIn { who: name.to_owned(), matched, agent: String::new() };
            world.execute(&Actor::Visitor, &sign_in).unwrap();
            let link = world.links.last().map(|link| link.secret.clone());
            world.execute(&world.by(n), &VerifyEmail { secret: link }).unwrap();
        }
        for name in NAMES {
            let form = FileRequest::try_from(request_form(name, Kind::Community)).unwrap();
            world.execute(&world.by(1), &form).unwrap();
            let id = world.requests.last().unwrap().facts.id;
            let approve = ApproveRequest { id, message: Message::parse("").unwrap() };
            world.execute(&world.by(0), &approve).unwrap();
        }
        world
    }

    fn try_execute<C: ReadFacts>(&mut self, actor: &Actor, command: &C) -> Option<Vec<Event>> {
        self.execute(actor, command).ok()
    }

    fn sent(&self, sent: usize) -> InvitationId {
        self.invitations.get(sent).map_or(InvitationId(uuid::Uuid::from_u128(1)), |i| i.offer.id)
    }

    /// Executes the step. Returns its events if it succeeds.
    fn execute_step(&mut self, step: Step, was: Option<Role>) -> Option<Vec<Event>> {
        match step {
            Step::Wait { hours } => {
                self.now = self.now.plus(Seconds::hours(hours));
                Some(Vec::new())
            }
            Step::SetEnabled { org, enabled: true } => {
                self.try_execute(&self.by(0), &EnableOrganization { name: organization(NAMES[org]) })
            }
            Step::SetEnabled { org, enabled: false } => {
                let reason = Reason::parse("Spam.").unwrap();
                self.try_execute(&self.by(0), &DisableOrganization { name: organization(NAMES[org]), reason })
            }
            Step::Invite { by, org, who, role } => {
                let invite = Invite { organization: key(org), usernames: vec![username(PEOPLE[who])], role };
                self.try_execute(&self.by(by), &invite)
            }
            Step::Resend { by, sent } => self.try_execute(&self.by(by), &ResendInvitation { id: self.sent(sent) }),
            Step::Revoke { by, sent } => self.try_execute(&self.by(by), &RevokeInvitation { id: self.sent(sent) }),
            Step::Expire { sent } => {
                self.try_execute(&Actor::Job("invitations"), &ExpireInvitation { id: self.sent(sent) })
            }
            Step::Accept { by, sent } => self.try_execute(&self.by(by), &AcceptInvitation { id: self.sent(sent) }),
            Step::Decline { by, sent } => {
                let message = Message::parse("").unwrap();
                self.try_execute(&self.by(by), &DeclineInvitation { id: self.sent(sent), message })
            }
            Step::Assign { by, org, who, role, .. } => {
                let people = vec![(username(PEOPLE[who]), was.unwrap_or(Role::Member))];
                let assign = AssignRole { organization: key(org), people, role };
                self.try_execute(&self.by(by), &assign)
            }
            Step::Remove { by, org, who, right } => {
                let typed = if right { PEOPLE[who] } else { "nobody" };
                let (people, typed) = (vec![username(PEOPLE[who])], Some(typed.to_owned()));
                let remove = RemoveMembers { organization: key(org), people, typed };
                self.try_execute(&self.by(by), &remove)
            }
            Step::RemoveTwo { by, org, who } => {
                let people = [who, (who + 1) % PEOPLE.len()].map(|who| username(PEOPLE[who])).to_vec();
                let typed = Some(NAMES[org].to_owned());
                let remove = RemoveMembers { organization: key(org), people, typed };
                self.try_execute(&self.by(by), &remove)
            }
        }
    }

    fn role_of(&self, org: usize, who: usize) -> Option<Role> {
        let organization = self.organizations.iter().find(|o| o.name.as_str() == NAMES[org])?;
        let account = self.accounts.iter().find(|a| a.party.username == PEOPLE[who])?;
        organization.members.iter().find(|(id, _)| *id == account.party.id).map(|(_, role)| *role)
    }
}

/// `GUILDHALL_HISTORIES=100000` plays more of them.
fn histories() -> u32 {
    std::env::var("GUILDHALL_HISTORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(10_000)
}

#[test]
fn random_histories_match_the_oracle() {
    let start = World::with_organizations();
    let (passed, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let config = ProptestConfig {
        cases: histories(),
        rng_algorithm: RngAlgorithm::XorShift,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(steps in steps())| {
        let mut world = start.clone();
        let mut oracle = Oracle::default();
        oracle.roles.extend((0..NAMES.len()).map(|org| ((org, 1), Role::Owner)));
        for step in steps {
            let was = match step {
                Step::Assign { org, who, was, .. } => was.or_else(|| world.role_of(org, who)),
                _ => None,
            };
            // A command takes a second and is decided at the end of it.
            let now = if matches!(step, Step::Wait { .. }) { world.now } else { world.now.plus(Seconds(1)) };
            let events = world.execute_step(step, was);
            prop_assert_eq!(events.is_some(), oracle.accepts(step, now, was), "{:?}", step);
            if events.is_some() { &passed } else { &refused }.fetch_add(1, Ordering::Relaxed);
            for (org, who) in (0..NAMES.len()).flat_map(|org| (0..PEOPLE.len()).map(move |who| (org, who))) {
                let (ours, theirs) = (world.role_of(org, who), oracle.role(org, who));
                prop_assert_eq!(ours, theirs, "{} in {}", PEOPLE[who], NAMES[org]);
                for (permission, initials) in TABLE {
                    let right = ours.is_some_and(|role| role.permits(permission));
                    prop_assert_eq!(right, theirs.is_some_and(|role| initials.contains(initial(role))));
                }
            }
            for (org, name) in NAMES.into_iter().enumerate() {
                prop_assert!(oracle.owners(org) > 0, "{} without an Owner", name);
            }
            let live: Vec<bool> = world.invitations.iter().map(|i| i.state == shared::domain::InvitationState::Live).collect();
            prop_assert_eq!(live, oracle.sent.iter().map(|s| s.live).collect::<Vec<bool>>());
        }
    });
    let met = [passed, refused].map(AtomicUsize::into_inner);
    assert!(met.into_iter().all(|times| times > 1_000), "{met:?}");
}
