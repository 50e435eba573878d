//! A preview is what then happens, and whatever is refused changes nothing: shown for every command, once
//! in a history that is written down and then in random ones.

use crate::effects::{Effect, effect, plain};
use crate::ground::{Engine, World, contents, engines};
use app::backend::{Caller, Consent};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use server::door::{Gather, Side};
use server::store::{accounts, outbox, requests};
use shared::addresses::EmailAddress;
use shared::ids::{AccountId, EmailId, LetterId, MessageId, RequestId, SessionId};
use shared::names::{OrganizationName, Username};
use shared::rules::accounts::*;
use shared::rules::administration::*;
use shared::rules::audience::audiences;
use shared::rules::requests::*;
use shared::rules::{Audience, Change, Secret};
use shared::text::{Message, Reason};
use shared::words;
use std::collections::{BTreeMap, BTreeSet};

/// Two of them are one name, and one is reserved at the start.
const NAMES: [&str; 4] = ["sundial", "Moon.Rise", "SUNDIAL", "python"];
/// Two of them are one name.
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
    Disable { who: Who, name: usize },
    Enable { who: Who, name: usize },
    Reserve { who: Who, name: usize },
    Retry { who: Who },
    File { who: Who, name: usize },
    Withdraw { who: Who, request: usize },
    Approve { who: Who, request: usize },
    Decline { who: Who, request: usize },
    Ask { who: Who, request: usize },
    Answer { who: Who, request: usize, question: usize },
    Note { who: Who, request: usize },
    Defer { who: Who, request: usize },
    Edit { who: Who, request: usize, words: usize },
}

/// Somebody's newest device, the command line, or a task.
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
        1 => (who(), name.clone()).prop_map(|(who, name)| Act::Disable { who, name }),
        1 => (who(), name).prop_map(|(who, name)| Act::Enable { who, name }),
        1 => (who(), wanted.clone()).prop_map(|(who, name)| Act::Reserve { who, name }),
        1 => device().prop_map(|who| Act::Retry { who }),
        8 => (device(), wanted).prop_map(|(who, name)| Act::File { who, name }),
        2 => (device(), one.clone()).prop_map(|(who, request)| Act::Withdraw { who, request }),
        3 => (Just(Device(0)), one.clone()).prop_map(|(who, request)| Act::Approve { who, request }),
        3 => (device(), one.clone()).prop_map(|(who, request)| Act::Decline { who, request }),
        2 => (Just(Device(0)), one.clone()).prop_map(|(who, request)| Act::Ask { who, request }),
        2 => (device(), one.clone(), one.clone())
            .prop_map(|(who, request, question)| Act::Answer { who, request, question }),
        1 => (Just(Device(0)), one.clone()).prop_map(|(who, request)| Act::Note { who, request }),
        1 => (Just(Device(0)), one.clone()).prop_map(|(who, request)| Act::Defer { who, request }),
        1 => (device(), one, 0..2_usize).prop_map(|(who, request, words)| Act::Edit { who, request, words }),
    ];
    prop::collection::vec(act, 1..16)
}

/// A site with a mail server, where boss runs it and dana and lee can ask for organizations. Every step of
/// it is an act like those that follow.
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

/// Each command that the opening does not show, once accepted, and each once refused.
const EVERYTHING: [Act; 67] = [
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
    // A further address of dana's: lee's can't be it, and her own is it.
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
    // Devices and passwords of dana's.
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
    // An address that is lee's: lee is told, and mira gets no link, neither now nor later.
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
    Act::Disable { who: Device(2), name: 0 },
    Act::Disable { who: Device(0), name: 0 },
    Act::Disable { who: Device(0), name: 2 },
    Act::Enable { who: Device(2), name: 2 },
    Act::Enable { who: Device(0), name: 2 },
    Act::Disable { who: Operator, name: 2 },
    Act::Reserve { who: Operator, name: 1 },
];

#[test]
fn each_command_does_what_its_preview_says_and_nothing_when_it_is_refused() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for engine in engines() {
        let mut stage = runtime.block_on(Stage::new(&engine, true));
        runtime.block_on(async {
            stage.play(&EVERYTHING).await;
            stage.act(&Act::SignOut { who: Device(0) }).await;
            stage.act(&Act::SignOut { who: Device(0) }).await;
        });
        let kinds = runtime.block_on(stage.world.rows("select distinct kind from event"));
        assert_eq!(kinds.len(), 31, "every kind of change has happened: {kinds:?}");
        // Signing out is refused to nobody, and who asks for a new password is not told.
        let whole = |command: &str| if ["SignOut", "AskForReset"].contains(&command) { 1 } else { 2 };
        let shown: Vec<String> =
            stage.seen.iter().filter(|(c, seen)| seen.len() == whole(c)).map(|(c, _)| c.clone()).collect();
        assert_eq!(shown, commands(), "accepted and refused: {:?}", stage.seen);
    }
}

#[test]
fn random_histories_do_what_previews_say() {
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

/// Every command of the server, by its type.
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
                    text.split("impl Gather for ").skip(1).map(|rest| rest.split(' ').next().unwrap().to_owned());
                found.extend(names);
            }
        }
    }
    found.sort();
    found
}

type Contents = BTreeMap<String, Vec<String>>;

struct Stage {
    world: World,
    devices: BTreeMap<AccountId, SessionId>,
    links: Vec<Secret>,
    resets: Vec<Secret>,
    questions: Vec<MessageId>,
    /// Addresses in the order in which accounts came to have them.
    addresses: Vec<EmailId>,
    requests: Vec<RequestId>,
    set_up: Option<Secret>,
    /// What came of each command so far: whether it was accepted.
    seen: BTreeMap<String, BTreeSet<bool>>,
}

impl Stage {
    async fn new(engine: &Engine, mail: bool) -> Self {
        let (devices, seen) = (BTreeMap::new(), BTreeMap::new());
        let world = World::with(engine, mail).await;
        let mut stage = Self {
            world,
            devices,
            links: Vec::new(),
            resets: Vec::new(),
            questions: Vec::new(),
            addresses: Vec::new(),
            requests: Vec::new(),
            set_up: None,
            seen,
        };
        stage.play(&OPENING).await;
        assert_eq!(stage.requests.len(), 1, "the opening went as it is written");
        stage
    }

    async fn play(&mut self, acts: &[Act]) {
        for act in acts {
            self.act(act).await;
        }
    }

    async fn act(&mut self, act: &Act) {
        let spam = || Reason::parse("Spam").unwrap();
        let named = |name: usize| PEOPLE[name].to_owned();
        match *act {
            Act::Create { who, name, address } => self.holds(who, account(name, address)).await,
            Act::OpenSetUp { who } => self.holds(who, OpenSetUp).await,
            Act::SetUp { forged, name } => {
                let secret = self.set_up.clone().filter(|_| !forged);
                self.holds(Device(name), SetUp { secret, account: account(name, name) }).await;
            }
            Act::Verify { who, link } => {
                let secret = self.links.get(link).cloned();
                self.holds(Device(who), VerifyEmail { secret }).await;
            }
            Act::Resend { who } => self.holds(who, ResendVerification { address: None }).await,
            Act::AddAddress { who, address, right } => {
                let confirmed = self.confirmed(who, right).await;
                let email = EmailAddress::parse(&format!("{0}@{0}.example", PEOPLE[address])).unwrap();
                self.holds(who, AddAddress { email, confirmed }).await;
            }
            Act::MakePrimary { who, address } => self.holds(who, MakePrimary { address: self.address(address) }).await,
            Act::RemoveAddress { who, address } => {
                self.holds(who, RemoveAddress { address: self.address(address) }).await;
            }
            Act::ChangePassword { who, right } => {
                let confirmed = self.confirmed(who, right).await;
                let (password_hash, agent) = (self.new_hash(), "A browser".to_owned());
                self.holds(who, ChangePassword { confirmed, password_hash, agent }).await;
            }
            Act::AskForReset { name } => self.holds(Device(name), AskForReset { who: named(name) }).await,
            Act::Reset { reset, name } => {
                let (secret, password_hash) = (self.resets.get(reset).cloned(), self.new_hash());
                self.holds(Device(name), ResetPassword { secret, password_hash }).await;
            }
            Act::EndDevice { who, of } => {
                let device = self.device(of).await.unwrap_or(SessionId(NOBODYS));
                self.holds(who, EndDevice { device }).await;
            }
            Act::EndOthers { who } => self.holds(who, EndOtherDevices).await,
            Act::SignIn { name, right } => {
                let matched = if right { self.hash_of(name).await } else { None };
                self.holds(Device(name), SignIn { who: named(name), matched, agent: "A browser".to_owned() }).await;
            }
            Act::SignOut { who } => self.holds(who, SignOut).await,
            Act::Grant { who, name } => self.holds(who, GrantAdministrator { username: named(name) }).await,
            Act::Disable { who, name } => {
                self.holds(who, DisableAccount { username: named(name), reason: spam() }).await;
            }
            Act::Enable { who, name } => self.holds(who, EnableAccount { username: named(name) }).await,
            Act::Reserve { who, name } => {
                let name = OrganizationName::parse(NAMES[name]).unwrap();
                self.holds(who, ReserveName { name, reason: spam() }).await;
            }
            Act::Retry { who } => {
                let newest = self.world.read(outbox::latest).await.first().map(|letter| letter.id);
                self.holds(who, RetryLetter { id: newest.unwrap_or(LetterId(NOBODYS)) }).await;
            }
            Act::File { who, name } => {
                let form =
                    FileRequest::parse(NAMES[name], NAMES[name], "https://n.example", "What we do.", "community");
                self.holds(who, form.unwrap()).await;
            }
            Act::Withdraw { who, request } => self.holds(who, WithdrawRequest { id: self.request(request) }).await,
            Act::Approve { who, request } => {
                let message = Message::parse("Hello and welcome.").unwrap();
                self.holds(who, ApproveRequest { id: self.request(request), message }).await;
            }
            Act::Decline { who, request } => {
                let reason = Reason::parse("Not at this time.").unwrap();
                self.holds(who, DeclineRequest { id: self.request(request), reason }).await;
            }
            Act::Ask { who, request } => {
                let question = Reason::parse("What is it for?").unwrap();
                self.holds(who, AskApplicant { id: self.request(request), question }).await;
            }
            Act::Answer { who, request, question } => {
                let answer = Reason::parse("It tells the time.").unwrap();
                let question = self.questions.get(question).copied().unwrap_or(MessageId(NOBODYS));
                self.holds(who, AnswerQuestion { id: self.request(request), question, answer }).await;
            }
            Act::Note { who, request } => {
                let note = Reason::parse("They are known to us.").unwrap();
                self.holds(who, AddNote { id: self.request(request), note }).await;
            }
            Act::Defer { who, request } => self.holds(who, DeferRequest { id: self.request(request) }).await,
            Act::Edit { who, request, words } => {
                let words = ["What we do.", "What we really do."][words];
                let id = self.request(request);
                let found = self.world.read(async |tx| requests::by_id(tx, id).await).await;
                let shown = found.map(|request| request.facts.words()).unwrap_or_default();
                let edit = EditRequest::parse(id, "Another name", "https://n.example", words, &shown);
                self.holds(who, edit.unwrap()).await;
            }
        }
    }

    fn request(&self, n: usize) -> RequestId {
        self.requests.get(n).copied().unwrap_or(RequestId(NOBODYS))
    }

    fn address(&self, n: usize) -> EmailId {
        self.addresses.get(n).copied().unwrap_or(EmailId(NOBODYS))
    }

    /// A hash that nobody has had.
    fn new_hash(&self) -> String {
        self.world.once().once
    }

    async fn account(&self, name: usize) -> Option<AccountId> {
        let name = Username::parse(PEOPLE[name]).unwrap();
        self.world.read(async |tx| accounts::by_username(tx, &name.key()).await).await.map(|account| account.id)
    }

    async fn hash_of(&self, name: usize) -> Option<String> {
        let id = self.account(name).await?;
        Some(self.world.read(async |tx| accounts::password_hash(tx, id).await).await)
    }

    async fn confirmed(&self, who: Who, right: bool) -> Confirmed {
        match who {
            Device(name) if right => Confirmed(self.hash_of(name).await),
            _ => Confirmed(None),
        }
    }

    /// Somebody's newest device.
    async fn device(&self, name: usize) -> Option<SessionId> {
        self.devices.get(&self.account(name).await?).copied()
    }

    async fn side(&self, who: Who) -> Side {
        let name = match who {
            Operator => return Side::Operator,
            Job => return Side::Job("start"),
            Device(name) => name,
        };
        let signed_in = self.account(name).await.zip(self.device(name).await);
        Side::Web(Caller { signed_in, ..Caller::default() })
    }

    /// Previews a command and carries it out: both refuse alike and nothing has changed, or the preview is
    /// that of what happened, and what happened is what the rows say.
    async fn holds<C: Gather>(&mut self, who: Who, command: C) {
        let (side, consent) = (self.side(who).await, self.world.once());
        let door = self.world.services.door.clone();
        let before = self.contents().await;
        let preview = door.preview(side.clone(), command.clone()).await;
        let agreed = preview.as_ref().map(|preview| preview.digest.clone()).unwrap_or_default();
        let outcome = door.carry_out(side, command, Consent { agreed, ..consent }).await;
        let after = self.contents().await;
        let name = std::any::type_name::<C>().rsplit("::").next().unwrap().to_owned();
        self.seen.entry(name).or_default().insert(outcome.is_ok());
        match (preview, outcome) {
            (Err(preview), Err(refused)) => {
                assert_eq!(preview, refused, "{}", C::NAME);
                assert_eq!(before, after, "{} was refused", C::NAME);
            }
            (Ok(preview), Ok(outcome)) => {
                assert_eq!(preview, words::preview(&outcome.changes), "{}", C::NAME);
                self.happened(&outcome.changes, &before, &after).await;
                outcome.changes.iter().for_each(|change| self.remember(change));
            }
            (preview, outcome) => panic!("{}: {preview:?}, and then {outcome:?}", C::NAME),
        }
    }

    /// Everything but the revisions, which locks raise.
    async fn contents(&self) -> Contents {
        contents(&self.world.place, "revision").await
    }

    fn remember(&mut self, change: &Change) {
        match change {
            Change::VerificationAsked { secret, .. } => self.links.push(secret.0.clone()),
            Change::QuestionAsked { message, .. } => self.questions.push(message.0),
            Change::ResetAsked { secret, .. } => self.resets.push(secret.0.clone()),
            Change::AccountCreated { email_id, .. } | Change::AddressAdded { email_id, .. } => {
                self.addresses.push(email_id.0);
            }
            Change::SessionOpened { id, account, .. } => {
                self.devices.insert(account.id, id.0);
            }
            Change::SetUpOpened { secret } => self.set_up = Some(secret.0.clone()),
            Change::RequestFiled { id, .. } => self.requests.push(id.0),
            _ => {}
        }
    }

    /// Holds what the rule decided against the rows, lines and letters that are there now: each row that it
    /// speaks of is as it says, and no other row has changed.
    async fn happened(&self, changes: &[Change], before: &Contents, after: &Contents) {
        let effects: Vec<Effect> = changes.iter().map(effect).collect();
        for (table, rows) in after {
            let (gone, added) = (missing(&before[table], rows), missing(rows, &before[table]));
            match table.as_str() {
                "once" => assert_eq!((gone.len(), added.len()), (0, 1), "the form's claim"),
                "event" => assert_eq!((gone.len(), added.len()), (0, changes.len()), "{changes:?}: {added:?}"),
                _ => {}
            }
            let rows = effects.iter().flat_map(|effect| &effect.rows).filter(|row| row.table == table);
            for row in rows.clone().filter(|row| row.surely) {
                let as_it_says = added
                    .iter()
                    .any(|text| text.contains(&row.key) && row.says.iter().all(|said| text.contains(&plain(said))));
                assert!(as_it_says, "{changes:?}: {table} {}: {added:?}", row.key);
            }
            if !["once", "event", "letter"].contains(&table.as_str()) {
                let spoken_of = |text: &&String| rows.clone().any(|row| text.contains(&row.key));
                let stray = gone.iter().chain(&added).find(|text| !spoken_of(text));
                assert_eq!(stray, None, "{changes:?}: {table}");
            }
        }
        let kinds = self.world.rows("select kind from event order by number desc").await;
        let kinds: Vec<&str> = kinds.iter().take(changes.len()).rev().map(String::as_str).collect();
        assert_eq!(kinds, effects.iter().map(|effect| effect.kind).collect::<Vec<_>>());
        // Who was to be told has got a letter each, and nobody else.
        let mut told = Vec::new();
        for audience in changes.iter().flat_map(audiences) {
            told.extend(self.addresses(&audience).await);
        }
        let wrote =
            missing(&after["letter"], &before["letter"]).len() - missing(&before["letter"], &after["letter"]).len();
        let newest = self.world.read(outbox::latest).await;
        let mut written: Vec<String> = newest.into_iter().take(wrote).map(|letter| letter.to).collect();
        told.sort();
        written.sort();
        assert_eq!(told, written, "{changes:?}");
    }

    async fn addresses(&self, audience: &Audience) -> Vec<String> {
        let found = self
            .world
            .read(async |tx| match audience {
                Audience::Account(party) => Ok(accounts::by_id(tx, party.id).await?.into_iter().collect()),
                Audience::Administrators => accounts::administrators(tx).await,
                Audience::Holder { email } => Ok(accounts::holder_of_address(tx, email).await?.into_iter().collect()),
                Audience::Address { .. } => Ok(Vec::new()),
            })
            .await;
        match audience {
            Audience::Address { email, .. } => vec![email.clone()],
            _ => found.into_iter().map(|account: accounts::Account| account.email).collect(),
        }
    }
}

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

/// The rows of one that are not in the other, as plain text.
fn missing(rows: &[String], others: &[String]) -> Vec<String> {
    rows.iter().filter(|row| others.binary_search(row).is_err()).map(|row| plain(row)).collect()
}
