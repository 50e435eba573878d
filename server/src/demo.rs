//! Demo data: a dozen people, four organizations, and requests in every state. All of it is created by ordinary
//! commands, day by day over the last two months. A large number of accounts can be added.

pub mod large;

use crate::clock::FixedClock;
use crate::command_bus::{CommandBus, LoadFacts, Submission};
use crate::context::Origin;
use crate::secrets::breached;
use crate::secrets::passwords::Hasher;
use crate::services::web;
use crate::store::{StoreResult, Tx, accounts};
use app::backend::Caller;
use large::Crowd;
use shared::billing::{BillingDetails, BillingForm, Payment};
use shared::ids::{InvitationId, MessageId, RequestId};
use shared::names::{NameKey, OrganizationName, Username};
use shared::passwords::Password;
use shared::problem::Problem;
use shared::roles::{Kind, Role};
use shared::rules::accounts::{AccountDetails, CreateAccount, SignIn, VerifyEmail};
use shared::rules::people::{AcceptInvitation, AssignRole, Invite};
use shared::rules::requests::{
    AddNote, AnswerQuestion, ApproveRequest, AskApplicant, DeclineRequest, DeferRequest, FileRequest, GiveBilling,
    WithdrawRequest, billing_version,
};
use shared::rules::{Event, Secret};
use shared::text::{Message, Reason};
use shared::timestamp::{Seconds, Timestamp};
use shared::wire::requests::FileRequestForm;
use std::collections::HashMap;
use std::sync::Arc;

/// The password of every demo account.
pub const PASSWORD: &str = breached::DEMO_PASSWORD;
/// The administrator.
pub const ADMINISTRATOR: &str = "morgan";
/// An Owner of organizations.
pub const OWNER: &str = "dana";
/// An applicant whose request has open questions.
pub const APPLICANT: &str = "ines";

/// Why the site was not filled.
#[derive(Debug)]
pub enum Refused {
    /// The site has accounts already.
    NotEmpty,
    /// A rule refused a command, or the store failed.
    Problem(Problem),
}

impl<P: Into<Problem>> From<P> for Refused {
    fn from(problem: P) -> Self {
        Refused::Problem(problem.into())
    }
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/18.5 Mobile/15E148 Safari/604.1";

/// Fills an empty site, with `crowd` accounts more if it is given. Its emails are kept and never sent, because nobody
/// has requested them.
pub async fn fill(bus: CommandBus, hasher: &Hasher, crowd: Option<u32>) -> Result<(), Refused> {
    let empty: StoreResult<bool> =
        bus.store.read(async |tx: &mut Tx<'_>| Ok(accounts::search(tx, "", 1).await?.is_empty())).await;
    if !empty.map_err(|error| crate::command_bus::store_problem(&error))? {
        return Err(Refused::NotEmpty);
    }
    let password = Password::for_verification(PASSWORD).map_err(|_| Problem::Broken {})?;
    let salt = bus.random.seed().first_chunk().copied().unwrap_or_default();
    let hash = hasher.hash(password, salt).await?;
    let now = bus.clock.now();
    let clock = Arc::new(FixedClock::at(now.minus(Seconds::days(61))));
    let mut bus = CommandBus { clock: Arc::<FixedClock>::clone(&clock), ..bus };
    bus.mailer.has_mail_server = false;
    bus.mailer.logs_emails = false;
    bus.policy.mail_goes_out = false;
    let world = World { bus, clock, now, hash };
    world.play().await?;
    if let Some(accounts) = crowd {
        world.ago(0, 6);
        Crowd { world: &world, accounts, signed_in: HashMap::new() }.create().await?;
    }
    Ok(())
}

struct World {
    bus: CommandBus,
    clock: Arc<FixedClock>,
    /// The time at which the site is visited.
    now: Timestamp,
    hash: String,
}

impl World {
    async fn play(&self) -> Result<(), Refused> {
        self.ago(60, 0);
        self.does(Origin::Operator, self.account(ADMINISTRATOR)?).await?;
        for (days, hours, name) in [
            (58, 0, OWNER),
            (57, 5, "lee"),
            (49, 2, "mira"),
            (40, 10, "sam"),
            (33, 7, "kofi"),
            (29, 19, "tom"),
            (22, 12, "yuki"),
            (15, 17, "uma"),
            (11, 10, APPLICANT),
            (9, 22, "ravi"),
        ] {
            self.ago(days, hours);
            self.joins(name).await?;
        }
        // An account whose address is not verified.
        self.ago(0, 5);
        self.does(web(&Caller::default()), self.account("noor")?).await?;

        self.ago(57, 0);
        let sundial = self
            .files(
                OWNER,
                "sundial",
                "The Sundial Project",
                "Libraries for telling the time by the sun: ephemerides, shadows, dials.",
            )
            .await?;
        self.ago(55, 7);
        self.approves(sundial, "Welcome, and thank you for the packages.").await?;
        self.ago(54, 3);
        self.takes_in(OWNER, "sundial", "lee", Role::Owner).await?;
        self.ago(48, 0);
        let tidewater =
            self.files("mira", "tidewater", "Tidewater", "Tide tables, buoys, and the packages around them.").await?;
        self.ago(47, 20);
        self.takes_in(OWNER, "sundial", "mira", Role::Manager).await?;
        self.ago(46, 2);
        self.approves(tidewater, "").await?;
        self.ago(39, 1);
        self.takes_in(OWNER, "sundial", "sam", Role::Member).await?;
        self.ago(38, 0);
        self.takes_in("mira", "tidewater", OWNER, Role::Member).await?;
        self.ago(32, 0);
        let sky = self
            .files(
                "kofi",
                "Night.Sky",
                "Night Sky Toolkit",
                "Star charts and catalogues for people with small telescopes.",
            )
            .await?;
        self.ago(30, 14);
        let question = self.asks(sky, "Do the catalogues come with a licence that lets you pass them on?").await?;
        self.ago(30, 2);
        self.answers("kofi", sky, question, "Yes: all of them are in the public domain.").await?;
        self.ago(29, 22);
        self.approves(sky, "Thank you for the quick answer.").await?;
        self.ago(28, 0);
        let tools = self.files("lee", "python-tools", "Python Tools", "Useful things.").await?;
        self.ago(26, 12);
        self.declines(
            tools,
            "The name promises more than one group can speak for. Please ask again with one of your own.",
        )
        .await?;
        self.ago(21, 0);
        let notes = self
            .files("yuki", "field-notes", "Field Notes", "Recording observations outdoors, without a network.")
            .await?;
        self.ago(20, 8);
        self.takes_in(OWNER, "sundial", "yuki", Role::Member).await?;
        self.ago(18, 19);
        self.approves(notes, "").await?;
        self.ago(16, 0);
        let moonrise =
            self.files("lee", "moonrise", "Moonrise", "Moonrise and moonset, for every place and year.").await?;
        self.ago(15, 5);
        self.agrees("lee", WithdrawRequest { id: moonrise }).await?;
        self.ago(14, 2);
        self.takes_in(OWNER, "sundial", "uma", Role::BillingManager).await?;
        self.ago(13, 4);
        self.becomes(OWNER, "sundial", "sam", Role::Manager).await?;

        self.ago(9, 0);
        let almanac =
            self.files("ravi", "almanac", "The Almanac", "Calendars and feast days of many traditions.").await?;
        self.ago(7, 12);
        self.agrees(ADMINISTRATOR, AddNote { id: almanac, note: reason("Two others asked for this name last year.")? })
            .await?;
        self.agrees(ADMINISTRATOR, DeferRequest { id: almanac }).await?;
        self.ago(6, 10);
        let harbour = self.files(APPLICANT, "harbour", "Harbour", "Container images for scientific Python.").await?;
        self.ago(4, 7);
        let who = self.asks(harbour, "Who are the people behind it?").await?;
        self.ago(4, 5);
        self.asks(harbour, "Does it belong to the hosting company of that name?").await?;
        self.ago(3, 22);
        self.answers(APPLICANT, harbour, who, "Four of us, from two universities.").await?;
        self.ago(2, 14);
        self.files("sam", "lantern", "Lantern", "A small web framework that fits on one page.").await?;
        self.ago(2, 9);
        self.offers("lee", "sundial", APPLICANT, Role::Member).await?;
        self.ago(2, 3);
        let tideworks =
            self.drafts("mira", "tideworks", "Tideworks", "Tide tables and harbour charts, sold to ports.").await?;
        self.does(
            self.signed_in("mira").await?,
            GiveBilling { id: tideworks, details: billing()?, shown: billing_version(None) },
        )
        .await?;
        self.ago(1, 22);
        self.drafts(OWNER, "gnomon-works", "Gnomon Works", "Sundials to order, and the software that draws them.")
            .await?;
        self.ago(1, 10);
        self.files("uma", "Lantern", "Lantern Festival", "Tools for planning festivals of light.").await?;
        self.ago(0, 7);
        self.files("tom", "sund1al", "Sundial One", "Clocks for microcontrollers.").await?;
        Ok(())
    }

    /// Sets the clock to so many days and hours before now.
    fn ago(&self, days: i64, hours: i64) {
        self.clock.set(self.now.minus(Seconds::hours(24 * days + hours)));
    }

    fn account(&self, name: &str) -> Result<CreateAccount, Problem> {
        let account = AccountDetails::parse(name, &format!("{name}@example.org"), PASSWORD)?;
        Ok(CreateAccount { username: account.username, email: account.email, password_hash: self.hash.clone() })
    }

    async fn does<C: LoadFacts>(&self, origin: Origin, command: C) -> Result<Vec<Event>, Problem> {
        // A moment after the previous command.
        self.clock.advance(Seconds(40));
        Ok(self.bus.execute(origin, command, Submission::default()).await?.events)
    }

    /// Previews a command, and executes it with the digest of the preview.
    async fn agrees<C: LoadFacts + Clone>(&self, name: &str, command: C) -> Result<Vec<Event>, Problem> {
        let origin = self.signed_in(name).await?;
        self.clock.advance(Seconds(90));
        let agreed = self.bus.preview(origin.clone(), command.clone()).await?.digest;
        Ok(self.bus.execute(origin, command, Submission::agreed(agreed)).await?.events)
    }

    async fn joins(&self, name: &str) -> Result<(), Problem> {
        let made = self.does(web(&Caller::default()), self.account(name)?).await?;
        let origin = self.signed_in(name).await?;
        self.does(origin, VerifyEmail { secret: secret_of(&made) }).await.map(|_| ())
    }

    /// The origin of an account that has just signed in.
    async fn signed_in(&self, name: &str) -> Result<Origin, Problem> {
        let (who, command) = self.caller_and_sign_in(name);
        let opened = self.does(web(&who), command).await?;
        Ok(session_of(who, &opened))
    }

    /// The client of an account, and its command to sign in.
    fn caller_and_sign_in(&self, name: &str) -> (Caller, SignIn) {
        let agent = if name.len().is_multiple_of(2) { FIREFOX } else { SAFARI }.to_owned();
        let address = format!("192.0.2.{}", name.bytes().fold(1_u8, |sum, byte| sum.wrapping_add(byte)));
        let who = Caller { address, agent: agent.clone(), ..Caller::default() };
        (who, SignIn { who: name.to_owned(), matched: Some(self.hash.clone()), agent })
    }

    async fn files(&self, who: &str, name: &str, display: &str, description: &str) -> Result<RequestId, Problem> {
        let url = format!("https://{}.example.org/", name.to_lowercase().replace('.', "-"));
        self.begins(who, request(name, display, &url, description, Kind::Community)?).await
    }

    /// Begins a draft, as requests of private organizations do.
    async fn drafts(&self, who: &str, name: &str, display: &str, description: &str) -> Result<RequestId, Problem> {
        let url = format!("https://{name}.example.org/");
        self.begins(who, request(name, display, &url, description, Kind::Private)?).await
    }

    async fn begins(&self, who: &str, command: FileRequest) -> Result<RequestId, Problem> {
        let origin = self.signed_in(who).await?;
        let filed = self.does(origin, command).await?;
        let id = filed.iter().find_map(|event| match event {
            Event::RequestFiled { id, .. } | Event::RequestDrafted { id, .. } => Some(id.0),
            _ => None,
        });
        id.ok_or(Problem::Broken {})
    }

    /// Invites a person, and leaves the invitation pending.
    async fn offers(&self, owner: &str, name: &str, whom: &str, role: Role) -> Result<InvitationId, Problem> {
        let command = Invite { organization: Some(key(name)?), usernames: vec![username(whom)?], role };
        let invited = self.does(self.signed_in(owner).await?, command).await?;
        let id = invited.iter().find_map(|event| match event {
            Event::MemberInvited { id, .. } => Some(id.0),
            _ => None,
        });
        id.ok_or(Problem::Broken {})
    }

    /// Invites a person, who accepts.
    async fn takes_in(&self, owner: &str, name: &str, whom: &str, role: Role) -> Result<(), Problem> {
        let id = self.offers(owner, name, whom, role).await?;
        self.does(self.signed_in(whom).await?, AcceptInvitation { id }).await.map(|_| ())
    }

    /// Assigns a member another role.
    async fn becomes(&self, owner: &str, name: &str, whom: &str, role: Role) -> Result<(), Problem> {
        let people = vec![(username(whom)?, Role::Member)];
        self.agrees(owner, AssignRole { organization: Some(key(name)?), people, role }).await.map(|_| ())
    }

    async fn approves(&self, id: RequestId, message: &str) -> Result<(), Problem> {
        let message = Message::parse(message).map_err(|_| Problem::Malformed {})?;
        self.agrees(ADMINISTRATOR, ApproveRequest { id, message }).await.map(|_| ())
    }

    async fn declines(&self, id: RequestId, why: &str) -> Result<(), Problem> {
        self.agrees(ADMINISTRATOR, DeclineRequest { id, reason: reason(why)? }).await.map(|_| ())
    }

    async fn asks(&self, id: RequestId, question: &str) -> Result<MessageId, Problem> {
        let asked = self.agrees(ADMINISTRATOR, AskApplicant { id, question: reason(question)? }).await?;
        let message = asked.iter().find_map(|event| match event {
            Event::QuestionAsked { message, .. } => Some(message.0),
            _ => None,
        });
        message.ok_or(Problem::Broken {})
    }

    async fn answers(&self, who: &str, id: RequestId, question: MessageId, answer: &str) -> Result<(), Problem> {
        self.agrees(who, AnswerQuestion { id, question, answer: reason(answer)? }).await.map(|_| ())
    }
}

/// The secret of a new account's verification link.
fn secret_of(made: &[Event]) -> Option<Secret> {
    made.iter().find_map(|event| match event {
        Event::VerificationAsked { secret, .. } => Some(secret.0.clone()),
        _ => None,
    })
}

/// The origin of a session that was just opened.
fn session_of(who: Caller, opened: &[Event]) -> Origin {
    let signed_in = opened.iter().find_map(|event| match event {
        Event::SessionOpened { id, account, .. } => Some((account.id, id.0)),
        _ => None,
    });
    web(&Caller { signed_in, ..who })
}

fn request(name: &str, display_name: &str, url: &str, words: &str, kind: Kind) -> Result<FileRequest, Problem> {
    let [account_name, display_name, url, description] = [name, display_name, url, words].map(str::to_owned);
    let kind = kind.code().to_owned();
    Ok(FileRequestForm { account_name, display_name, url, description, kind }.try_into()?)
}

fn username(name: &str) -> Result<Username, Problem> {
    Username::parse(name).map_err(|_| Problem::Malformed {})
}

fn key(name: &str) -> Result<NameKey, Problem> {
    OrganizationName::parse(name).map(|name| name.key()).map_err(|_| Problem::Malformed {})
}

fn billing() -> Result<BillingDetails, Problem> {
    let form = BillingForm {
        legal_name: "Tideworks Ltd".to_owned(),
        billing_email: "papers@tideworks.example.org".to_owned(),
        postal_address: "12 Quay Street\nFalmouth TR11 3XP".to_owned(),
        country: "GB".to_owned(),
        tax_id: "GB 123 4567 89".to_owned(),
        payment: Payment::Invoice.code().to_owned(),
        ..BillingForm::default()
    };
    Ok(BillingDetails::parse(&form)?)
}

fn reason(text: &str) -> Result<Reason, Problem> {
    Reason::parse(text).map_err(|_| Problem::Malformed {})
}
