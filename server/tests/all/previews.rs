//! A preview says what then happens, and a refused command changes nothing. Every command is tested, first in a written
//! history and then in random ones.

mod stage;

use crate::effects::{Effect, effect, plain};
use crate::support::{Engine, World, engines};
use app::backend::Caller;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use server::command_bus::LoadFacts;
use server::context::Origin;
use server::mail::gallery;
use server::store::{accounts, organizations, outbox, people, requests};
use shared::addresses::EmailAddress;
use shared::billing::BillingForm;
use shared::ids::{AccountId, EmailAddressId, EmailId, InvitationId, MessageId, OrganizationId, RequestId, SessionId};
use shared::names::{OrganizationName, Username};
use shared::roles::Role;
use shared::rules::accounts::*;
use shared::rules::administration::*;
use shared::rules::audience::{audiences, recipients as told_of};
use shared::rules::people::*;
use shared::rules::requests::*;
use shared::rules::{Audience, Event, Secret};
use shared::text::{Message, Reason};
use shared::wire::{Consent, Preview};
use shared::words;
use stage::Stage;
use std::collections::{BTreeMap, BTreeSet};

/// Two of them are the same name, and one is reserved from the start.
const NAMES: [&str; 4] = ["sundial", "Moon.Rise", "SUNDIAL", "python"];
/// Two of them are the same name.
const PEOPLE: [&str; 5] = ["boss", "dana", "lee", "mira", "Lee"];

#[derive(Clone, Debug)]
enum Act {
    Create { who: Who, name: usize, address: usize },
    OpenSetUp { who: Who },
    SetUp { forged: bool, name: usize },
    Verify { who: usize, link: usize },
    Resend { who: Who },
    SignIn { name: usize, right: bool },
    SignOut { who: Who },
    AddAddress { who: Who, address: usize, right: bool },
    MakePrimary { who: Who, address: usize },
    RemoveAddress { who: Who, address: usize },
    ChangePassword { who: Who, right: bool },
    AskForReset { name: usize },
    Reset { reset: usize, name: usize },
    EndDevice { who: Who, of: usize },
    EndOthers { who: Who },
    Grant { who: Who, name: usize },
    RevokeAdministration { who: Who, name: usize },
    EndSessions { who: Who, name: usize },
    Free { who: Who, name: usize },
    Disable { who: Who, name: usize },
    Enable { who: Who, name: usize },
    Reserve { who: Who, name: usize },
    Retry { who: Who },
    RetryFailed { who: Who },
    File { who: Who, name: usize },
    Withdraw { who: Who, request: usize },
    Approve { who: Who, request: usize },
    Decline { who: Who, request: usize },
    Ask { who: Who, request: usize },
    Answer { who: Who, request: usize, question: usize },
    Note { who: Who, request: usize },
    Defer { who: Who, request: usize },
    Edit { who: Who, request: usize, words: usize },
    Draft { who: Who, name: usize },
    Bill { who: Who, request: usize },
    SaveBilling { who: Who, request: usize },
    Discard { who: Who, request: usize },
    DisableOrganization { who: Who, name: usize },
    EnableOrganization { who: Who, name: usize },
    Deliver { who: Who, address: usize, taken: bool },
    Invite { who: Who, org: usize, whom: usize, role: Role },
    ResendInvitation { who: Who, invitation: usize },
    Revoke { who: Who, invitation: usize },
    Expire { who: Who, invitation: usize },
    Accept { who: Who, invitation: usize },
    Refuse { who: Who, invitation: usize },
    Assign { who: Who, org: usize, whom: usize, role: Role },
    Remove { who: Who, org: usize, whom: usize },
    Appoint { who: Who, org: usize, whom: usize },
    Pass { days: i64 },
}

/// The newest device of an account, the command line, or a task.
#[derive(Clone, Copy, Debug)]
enum Who {
    Device(usize),
    Operator,
    Job,
}
use Who::{Device, Job, Operator};

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (name, wanted, one) = (0..PEOPLE.len(), 0..NAMES.len(), 0..6_usize);
    let device = || (0..PEOPLE.len()).prop_map(Device);
    let role = || prop::sample::select(Role::ALL.to_vec());
    let who = || prop_oneof![2 => device(), 2 => Just(Operator), 1 => Just(Job)];
    let act = prop_oneof![
        2 => (who(), name.clone(), name.clone()).prop_map(|(who, name, address)| Act::Create { who, name, address }),
        1 => who().prop_map(|who| Act::OpenSetUp { who }),
        1 => (prop::bool::ANY, name.clone()).prop_map(|(forged, name)| Act::SetUp { forged, name }),
        2 => (name.clone(), one.clone()).prop_map(|(who, link)| Act::Verify { who, link }),
        2 => device().prop_map(|who| Act::Resend { who }),
        2 => (name.clone(), prop::bool::weighted(0.8)).prop_map(|(name, right)| Act::SignIn { name, right }),
        1 => device().prop_map(|who| Act::SignOut { who }),
        2 => (device(), name.clone(), prop::bool::weighted(0.8))
            .prop_map(|(who, address, right)| Act::AddAddress { who, address, right }),
        1 => (device(), one.clone()).prop_map(|(who, address)| Act::MakePrimary { who, address }),
        1 => (device(), one.clone()).prop_map(|(who, address)| Act::RemoveAddress { who, address }),
        1 => (device(), prop::bool::weighted(0.8)).prop_map(|(who, right)| Act::ChangePassword { who, right }),
        1 => name.clone().prop_map(|name| Act::AskForReset { name }),
        1 => (one.clone(), name.clone()).prop_map(|(reset, name)| Act::Reset { reset, name }),
        1 => (device(), name.clone()).prop_map(|(who, of)| Act::EndDevice { who, of }),
        1 => device().prop_map(|who| Act::EndOthers { who }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Act::Grant { who, name }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Act::RevokeAdministration { who, name }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Act::EndSessions { who, name }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Act::Free { who, name }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Act::Disable { who, name }),
        1 => (who(), name.clone()).prop_map(|(who, name)| Act::Enable { who, name }),
        1 => (who(), wanted.clone()).prop_map(|(who, name)| Act::Reserve { who, name }),
        1 => device().prop_map(|who| Act::Retry { who }),
        1 => device().prop_map(|who| Act::RetryFailed { who }),
        8 => (device(), wanted.clone()).prop_map(|(who, name)| Act::File { who, name }),
        3 => (device(), wanted.clone()).prop_map(|(who, name)| Act::Draft { who, name }),
        3 => (device(), one.clone()).prop_map(|(who, request)| Act::Bill { who, request }),
        1 => (device(), one.clone()).prop_map(|(who, request)| Act::SaveBilling { who, request }),
        1 => (device(), one.clone()).prop_map(|(who, request)| Act::Discard { who, request }),
        1 => (device(), wanted.clone()).prop_map(|(who, name)| Act::DisableOrganization { who, name }),
        1 => (device(), wanted).prop_map(|(who, name)| Act::EnableOrganization { who, name }),
        1 => (who(), name.clone(), any::<bool>()).prop_map(|(who, address, taken)| Act::Deliver { who, address, taken }),
        2 => (device(), one.clone()).prop_map(|(who, request)| Act::Withdraw { who, request }),
        3 => (Just(Device(0)), one.clone()).prop_map(|(who, request)| Act::Approve { who, request }),
        3 => (device(), one.clone()).prop_map(|(who, request)| Act::Decline { who, request }),
        2 => (Just(Device(0)), one.clone()).prop_map(|(who, request)| Act::Ask { who, request }),
        2 => (device(), one.clone(), one.clone())
            .prop_map(|(who, request, question)| Act::Answer { who, request, question }),
        1 => (Just(Device(0)), one.clone()).prop_map(|(who, request)| Act::Note { who, request }),
        1 => (Just(Device(0)), one.clone()).prop_map(|(who, request)| Act::Defer { who, request }),
        1 => (device(), one, 0..2_usize).prop_map(|(who, request, words)| Act::Edit { who, request, words }),
        4 => (device(), 0..NAMES.len(), 0..PEOPLE.len(), role())
            .prop_map(|(who, org, whom, role)| Act::Invite { who, org, whom, role }),
        1 => (device(), 0..6_usize).prop_map(|(who, invitation)| Act::ResendInvitation { who, invitation }),
        1 => (device(), 0..6_usize).prop_map(|(who, invitation)| Act::Revoke { who, invitation }),
        1 => (who(), 0..6_usize).prop_map(|(who, invitation)| Act::Expire { who, invitation }),
        4 => (device(), 0..6_usize).prop_map(|(who, invitation)| Act::Accept { who, invitation }),
        1 => (device(), 0..6_usize).prop_map(|(who, invitation)| Act::Refuse { who, invitation }),
        2 => (device(), 0..NAMES.len(), 0..PEOPLE.len(), role())
            .prop_map(|(who, org, whom, role)| Act::Assign { who, org, whom, role }),
        2 => (device(), 0..NAMES.len(), 0..PEOPLE.len()).prop_map(|(who, org, whom)| Act::Remove { who, org, whom }),
        2 => (device(), 0..NAMES.len(), 0..PEOPLE.len()).prop_map(|(who, org, whom)| Act::Appoint { who, org, whom }),
        1 => (1..9_i64).prop_map(|days| Act::Pass { days }),
    ];
    prop::collection::vec(act, 1..16)
}

/// A site with a mail server, where boss is the administrator, and dana and lee can request organizations. Every step
/// of it is an act like those that follow.
const OPENING: [Act; 11] = [
    Act::OpenSetUp { who: Job },
    Act::SetUp { forged: false, name: 0 },
    Act::SignIn { name: 0, right: true },
    Act::Verify { who: 0, link: 0 },
    Act::Create { who: Device(1), name: 1, address: 1 },
    Act::SignIn { name: 1, right: true },
    Act::Verify { who: 1, link: 1 },
    Act::Create { who: Device(2), name: 2, address: 2 },
    Act::SignIn { name: 2, right: true },
    Act::Verify { who: 2, link: 2 },
    Act::File { who: Device(1), name: 0 },
];

/// Each command that the opening does not show, once accepted and once refused.
const EVERYTHING: [Act; 125] = [
    // The conversation about dana's request.
    Act::Ask { who: Device(1), request: 0 },
    Act::Ask { who: Device(0), request: 0 },
    Act::Ask { who: Device(0), request: 0 },
    Act::Answer { who: Device(2), request: 0, question: 0 },
    Act::Answer { who: Device(1), request: 0, question: 0 },
    Act::Answer { who: Device(1), request: 0, question: 1 },
    Act::Note { who: Device(1), request: 0 },
    Act::Note { who: Device(0), request: 0 },
    Act::Defer { who: Device(1), request: 0 },
    Act::Defer { who: Device(0), request: 0 },
    Act::Edit { who: Device(2), request: 0, words: 1 },
    Act::Edit { who: Device(1), request: 0, words: 1 },
    // A further address for dana. It can't be lee's, and it can't be the one she has.
    Act::AddAddress { who: Device(1), address: 1, right: true },
    Act::AddAddress { who: Device(1), address: 2, right: true },
    Act::AddAddress { who: Device(1), address: 3, right: false },
    Act::AddAddress { who: Device(1), address: 3, right: true },
    Act::MakePrimary { who: Device(1), address: 4 },
    Act::Verify { who: 2, link: 3 },
    Act::Verify { who: 1, link: 3 },
    Act::MakePrimary { who: Device(1), address: 4 },
    Act::RemoveAddress { who: Device(1), address: 4 },
    Act::RemoveAddress { who: Device(1), address: 1 },
    Act::RemoveAddress { who: Device(1), address: 3 },
    // Devices and passwords of dana.
    Act::EndDevice { who: Device(1), of: 2 },
    Act::EndDevice { who: Device(1), of: 1 },
    Act::EndOthers { who: Device(1) },
    Act::AskForReset { name: 1 },
    Act::Reset { reset: 1, name: 1 },
    Act::Reset { reset: 0, name: 1 },
    Act::SignIn { name: 1, right: true },
    Act::EndOthers { who: Device(1) },
    Act::ChangePassword { who: Device(1), right: false },
    Act::ChangePassword { who: Device(1), right: true },
    Act::SignIn { name: 1, right: true },
    Act::OpenSetUp { who: Job },
    Act::SetUp { forged: false, name: 3 },
    Act::Create { who: Device(3), name: 2, address: 3 },
    // An address that lee holds: lee is emailed, and mira gets no link, neither now nor later.
    Act::Create { who: Device(3), name: 3, address: 2 },
    Act::SignIn { name: 3, right: false },
    Act::SignIn { name: 3, right: true },
    Act::Resend { who: Device(3) },
    Act::Resend { who: Device(1) },
    Act::File { who: Device(3), name: 1 },
    Act::Verify { who: 0, link: 0 },
    Act::Grant { who: Device(0), name: 1 },
    Act::Grant { who: Operator, name: 1 },
    Act::Reserve { who: Device(0), name: 1 },
    Act::Reserve { who: Operator, name: 3 },
    Act::Retry { who: Device(2) },
    Act::Retry { who: Device(0) },
    Act::RetryFailed { who: Device(2) },
    Act::RetryFailed { who: Device(0) },
    Act::File { who: Device(2), name: 2 },
    Act::Approve { who: Device(2), request: 1 },
    Act::Approve { who: Device(0), request: 1 },
    Act::Reserve { who: Operator, name: 0 },
    Act::File { who: Device(2), name: 1 },
    Act::Withdraw { who: Device(1), request: 2 },
    Act::Withdraw { who: Device(2), request: 2 },
    Act::File { who: Device(2), name: 1 },
    Act::Decline { who: Device(2), request: 3 },
    Act::Decline { who: Device(1), request: 3 },
    // The people of lee's organization: dana joins as an Owner, becomes a Manager, is removed, and comes back.
    Act::Invite { who: Device(1), org: 2, whom: 0, role: Role::Member },
    Act::Invite { who: Device(2), org: 2, whom: 1, role: Role::Manager },
    Act::Invite { who: Device(2), org: 2, whom: 3, role: Role::Manager },
    Act::ResendInvitation { who: Device(1), invitation: 0 },
    Act::ResendInvitation { who: Device(2), invitation: 0 },
    Act::Revoke { who: Device(1), invitation: 0 },
    Act::Revoke { who: Device(2), invitation: 0 },
    Act::Invite { who: Device(2), org: 2, whom: 1, role: Role::Owner },
    Act::Refuse { who: Device(0), invitation: 1 },
    Act::Refuse { who: Device(1), invitation: 1 },
    Act::Invite { who: Device(2), org: 2, whom: 1, role: Role::Owner },
    Act::Accept { who: Device(0), invitation: 2 },
    Act::Accept { who: Device(1), invitation: 2 },
    Act::Invite { who: Device(1), org: 2, whom: 0, role: Role::Member },
    Act::Assign { who: Device(0), org: 2, whom: 1, role: Role::Manager },
    Act::Assign { who: Device(2), org: 2, whom: 1, role: Role::Manager },
    Act::Remove { who: Device(1), org: 2, whom: 2 },
    Act::Remove { who: Device(2), org: 2, whom: 1 },
    Act::Invite { who: Device(2), org: 2, whom: 0, role: Role::Member },
    Act::Accept { who: Device(0), invitation: 4 },
    Act::Remove { who: Device(0), org: 2, whom: 0 },
    Act::Invite { who: Device(2), org: 2, whom: 1, role: Role::Owner },
    Act::Accept { who: Device(1), invitation: 5 },
    Act::Disable { who: Device(2), name: 0 },
    Act::Disable { who: Device(0), name: 0 },
    Act::Disable { who: Device(0), name: 2 },
    Act::Enable { who: Device(2), name: 2 },
    Act::Enable { who: Device(0), name: 2 },
    Act::Disable { who: Operator, name: 2 },
    // A draft of dana's is discarded, and the next one is submitted.
    Act::Draft { who: Device(1), name: 1 },
    Act::Bill { who: Device(0), request: 4 },
    Act::SaveBilling { who: Device(0), request: 4 },
    Act::SaveBilling { who: Device(1), request: 4 },
    Act::Discard { who: Device(0), request: 4 },
    Act::Discard { who: Device(1), request: 4 },
    Act::Draft { who: Device(1), name: 1 },
    Act::SaveBilling { who: Device(1), request: 5 },
    Act::Bill { who: Device(1), request: 5 },
    Act::Discard { who: Device(1), request: 5 },
    Act::DisableOrganization { who: Device(3), name: 0 },
    Act::DisableOrganization { who: Device(0), name: 0 },
    Act::EnableOrganization { who: Device(3), name: 0 },
    Act::EnableOrganization { who: Device(0), name: 0 },
    Act::Deliver { who: Device(0), address: 0, taken: false },
    Act::Deliver { who: Job, address: 0, taken: false },
    Act::Deliver { who: Job, address: 0, taken: true },
    Act::EndSessions { who: Device(3), name: 0 },
    Act::EndSessions { who: Device(1), name: 0 },
    Act::RevokeAdministration { who: Device(0), name: 1 },
    Act::RevokeAdministration { who: Operator, name: 1 },
    Act::Reserve { who: Operator, name: 1 },
    // Nobody answers, and a week passes.
    Act::Invite { who: Device(1), org: 2, whom: 0, role: Role::Member },
    Act::Pass { days: 8 },
    Act::Expire { who: Device(1), invitation: 6 },
    Act::Expire { who: Job, invitation: 6 },
    Act::SignIn { name: 0, right: true },
    // Neither Owner of lee's organization can use their account, so boss becomes one.
    Act::Appoint { who: Device(0), org: 2, whom: 0 },
    Act::Disable { who: Operator, name: 1 },
    Act::Appoint { who: Device(3), org: 2, whom: 0 },
    Act::Appoint { who: Device(0), org: 2, whom: 0 },
    // Nor does mira return, who never followed a link.
    Act::Pass { days: 30 },
    Act::Free { who: Device(0), name: 3 },
    Act::Free { who: Job, name: 3 },
];

#[test]
fn each_command_does_what_its_preview_says_or_nothing_if_refused() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for engine in engines() {
        let mut stage = runtime.block_on(Stage::new(&engine, true));
        runtime.block_on(async {
            stage.play(&EVERYTHING).await;
            stage.act(&Act::SignOut { who: Device(0) }).await;
            stage.act(&Act::SignOut { who: Device(0) }).await;
        });
        let kinds = runtime.block_on(stage.world.rows("select distinct kind from event"));
        assert_eq!(kinds.len(), 53, "every kind of change has happened: {kinds:?}");
        let samples: BTreeSet<String> =
            gallery::samples(&stage.world.services.bus.mailer).into_iter().map(|sample| sample.event).collect();
        assert!(stage.told.is_subset(&samples), "the gallery shows each email: {:?}, {samples:?}", stage.told);
        // SignOut is never refused, and AskForReset does not say whether it was.
        let whole = |command: &str| if ["SignOut", "AskForReset"].contains(&command) { 1 } else { 2 };
        let shown: Vec<String> =
            stage.seen.iter().filter(|(c, seen)| seen.len() == whole(c)).map(|(c, _)| c.clone()).collect();
        assert_eq!(shown, commands(), "accepted and refused: {:?}", stage.seen);
    }
}

#[test]
fn random_histories_do_what_their_previews_say() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for engine in engines() {
        let cases = if matches!(engine, Engine::Sqlite) { 24 } else { 8 };
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        runner
            .run(&(prop::bool::ANY, acts()), |(mail, acts)| {
                runtime.block_on(async { Stage::new(&engine, mail).await.play(&acts).await });
                Ok(())
            })
            .unwrap();
    }
}

/// The type name of every command of the server.
fn commands() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                let names =
                    text.split("impl LoadFacts for ").skip(1).map(|rest| rest.split(' ').next().unwrap().to_owned());
                found.extend(names);
            }
        }
    }
    found.sort();
    found
}

type Contents = BTreeMap<String, Vec<String>>;

const NOBODYS: uuid::Uuid = uuid::Uuid::from_u128(1);

fn hash(name: usize) -> String {
    format!("the hash of {name}")
}

fn account(name: usize, address: usize) -> CreateAccount {
    CreateAccount {
        username: Username::parse(PEOPLE[name]).unwrap(),
        email: EmailAddress::parse(&format!("{0}@{0}.example", PEOPLE[address])).unwrap(),
        password_hash: hash(name),
    }
}

/// The rows of one list that are not in the other, as plain text.
fn missing(rows: &[String], others: &[String]) -> Vec<String> {
    rows.iter().filter(|row| others.binary_search(row).is_err()).map(|row| plain(row)).collect()
}
