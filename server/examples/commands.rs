//! How many commands a second are decided, stored durably and acknowledged: what `make bench` holds against bare commits
//! on the same engine. The place is a folder, or the address of an empty PostgreSQL database.
//!
//! Each line: what was done, by how many at once, how many a second.

use app::backend::{Answer as _, Caller, Handle as _};
use server::broadcast::Broadcast;
use server::change_feed;
use server::clock::SystemClock;
use server::command_bus::{CommandBus, LoadFacts};
use server::context::{Origin, Policy};
use server::demo::{self, large};
use server::mail::Mailer;
use server::random::SystemRandom;
use server::secrets::key::Key;
use server::secrets::passwords::Hasher;
use server::services::{Services, web};
use server::store::{DatabaseLocation, Purpose, Store};
use server::throttle::RateLimit;
use shared::ids::InvitationId;
use shared::names::{NameKey, OrganizationName, Username};
use shared::roles::Role;
use shared::rules::people::{AcceptInvitation, AssignRole, Invite, RemoveMembers};
use shared::rules::{Event, Secret};
use shared::wire::Consent;
use shared::wire::accounts::SignInForm;
use shared::wire::people::{ExportQuery, InviteesQuery};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

type Failed = Box<dyn Error + Send + Sync>;

/// Who is invited, made a Manager and removed in each round.
const PEOPLE: u32 = 320;
/// The first of them: the ones before have organizations.
const FIRST: u32 = 200;
const ROUNDS: usize = 5;
/// So many that an organization has a thousand members.
const ACCOUNTS: u32 = 5_000;

fn main() -> Result<(), Failed> {
    let place = std::env::args().nth(1).ok_or("where?")?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(place))
}

async fn measure(place: String) -> Result<(), Failed> {
    let services = Arc::new(services(&place).await?);
    demo::fill(services.bus.clone(), &services.hasher, Some(ACCOUNTS)).await.map_err(|why| format!("{why:?}"))?;
    // As in a server: what is committed is read for the pages that are open.
    let (_stop, stopped) = watch::channel(false);
    tokio::spawn(change_feed::run(services.bus.clone(), change_feed::POLL_INTERVAL, stopped));
    let mut people = Vec::new();
    for number in FIRST..FIRST + PEOPLE {
        people.push(Person::arrives(&services, &large::person(number)).await?);
    }
    let dana = Person::arrives(&services, demo::OWNER).await?;
    let mut owners = Vec::new();
    for number in 0..16 {
        let owner = Person::arrives(&services, &large::person(number * large::FOUNDS)).await?;
        owners.push((OrganizationName::parse(&large::organization(number)).map_err(|_| "a name")?.key(), owner));
    }
    let mut taken: Vec<(&str, usize, Vec<f64>)> = Vec::new();
    let mut note = |what: &'static str, clients: usize, rate: f64| match taken
        .iter_mut()
        .find(|(name, by, _)| (*name, *by) == (what, clients))
    {
        Some((.., rates)) => rates.push(rate),
        None => taken.push((what, clients, vec![rate])),
    };
    for _ in 0..ROUNDS {
        note("a bare commit", 1, bare(&place, 400).await?);
        note("list of 1,000 members", 1, looks(40, async || listed(&services, &dana).await).await?);
        note("session and permission check", 1, looks(2_000, async || permitted(&services, &dana).await).await?);
        for clients in [1, 16] {
            let shares: Vec<Share> = owners
                .iter()
                .take(clients)
                .zip(people.chunks(people.len() / clients))
                .map(|((organization, owner), people)| Share {
                    bus: services.bus.clone(),
                    organization: organization.clone(),
                    owner: owner.origin.clone(),
                    people: people.to_vec(),
                })
                .collect();
            let invitations = timed(&shares, Share::invite, |rate| note("invite", clients, rate)).await?;
            let invited = with(&shares, invitations);
            timed(&invited, Share::accept, |rate| note("accept", clients, rate)).await?;
            // Of what is previewed, the acts alone are timed: whoever clicks has read before.
            let events = with(&shares, timed(&shares, Share::role_changes, |_| ()).await?);
            timed(&events, Share::all, |rate| note("change a role", clients, rate)).await?;
            let removals = with(&shares, timed(&shares, Share::removals, |_| ()).await?);
            timed(&removals, Share::all, |rate| note("remove", clients, rate)).await?;
        }
    }
    for (what, clients, mut rates) in taken {
        rates.sort_by(f64::total_cmp);
        println!("{what}\t{clients}\t{:.1}", rates.get(rates.len() / 2).copied().unwrap_or_default());
    }
    Ok(())
}

async fn services(place: &str) -> Result<Services, Failed> {
    let (place, key) = if place.contains("://") {
        let key = std::env::temp_dir().join(format!("guildhall-bench-key-{}", std::process::id()));
        (DatabaseLocation::Postgres { url: place.into(), migrate: true }, key)
    } else {
        let folder = PathBuf::from(place);
        std::fs::create_dir_all(&folder)?;
        (DatabaseLocation::Folder(folder.clone()), folder.join("key"))
    };
    let random = Arc::new(SystemRandom);
    let mailer = Mailer {
        public_url: "http://guildhall.example".to_owned(),
        key: Key::from_file(&key, random.as_ref())?,
        has_mail_server: false,
        logs_emails: false,
    };
    let bus = CommandBus {
        store: Store::open(&place, Purpose::Serve).await?,
        clock: Arc::new(SystemClock),
        random,
        broadcast: Broadcast::default(),
        mailer,
        policy: Policy {
            requests: shared::rules::requests::RequestPace::default(),
            mail_goes_out: false,
            price: shared::billing::Price::USUAL,
            invitation: shared::limits::INVITATION,
            emails_to_one_a_day: u32::MAX,
        },
        emails_written: Arc::default(),
        committed: watch::Sender::default(),
    };
    Ok(Services {
        bus,
        hasher: Hasher::new(2),
        new_accounts: RateLimit::accounts(3_600),
        session_cookie: Arc::new(|secret: Option<&Secret>| secret.map(Secret::reveal).unwrap_or_default()),
        is_local: true,
        development: false,
    })
}

#[derive(Clone)]
struct Person {
    name: String,
    who: Caller,
    secret: [u8; 32],
    origin: Origin,
}

impl Person {
    async fn arrives(services: &Services, name: &str) -> Result<Self, Failed> {
        let address =
            format!("10.{}", name.bytes().map(|b| (b % 250).to_string()).take(3).collect::<Vec<_>>().join("."));
        let who = Caller { address, ..Caller::default() };
        let opened = services
            .handle(
                &who,
                SignInForm { who: name.to_owned(), password: demo::PASSWORD.into(), ..SignInForm::default() },
                Consent::default(),
            )
            .await
            .map_err(|why| format!("{name}: {why:?}"))?;
        let secret = opened.cookie.as_deref().and_then(Secret::parse).ok_or("a cookie")?;
        let signed_in = services.session(secret.hash()).await.map_err(|why| format!("{why:?}"))?;
        let who = Caller { signed_in, ..who };
        Ok(Self { name: name.to_owned(), secret: secret.hash(), origin: web(&who), who })
    }
}

/// What one client does: in an organization of its own, with people of its own.
#[derive(Clone)]
struct Share {
    bus: CommandBus,
    organization: NameKey,
    owner: Origin,
    people: Vec<Person>,
}

impl Share {
    async fn does<C: LoadFacts>(&self, origin: &Origin, command: C, agreed: String) -> Result<Vec<Event>, Failed> {
        let consent = Consent { idempotency_key: self.bus.random.token(), preview_digest: agreed };
        let submission = self.bus.submission::<C>(origin, &(), consent).map_err(|why| format!("{why:?}"))?;
        let outcome = self.bus.execute(origin.clone(), command, submission).await;
        outcome.map(|outcome| outcome.events).map_err(|why| format!("{why:?}").into())
    }

    async fn agreed<C: LoadFacts + Clone>(&self, command: C) -> Result<(String, C), Failed> {
        let preview = self.bus.preview(self.owner.clone(), command.clone()).await;
        preview.map(|preview| (preview.digest, command)).map_err(|why| format!("{why:?}").into())
    }

    async fn invite(self) -> Result<Vec<InvitationId>, Failed> {
        let mut ids = Vec::new();
        for person in &self.people {
            let organization = Some(self.organization.clone());
            let usernames = vec![Username::from_stored(person.name.clone())];
            let invite = Invite { organization, usernames, role: Role::Member };
            let events = self.does(&self.owner, invite, String::new()).await?;
            ids.extend(events.iter().find_map(|event| match event {
                Event::MemberInvited { id, .. } => Some(id.0),
                _ => None,
            }));
        }
        Ok(ids)
    }

    async fn accept((share, ids): (Self, Vec<InvitationId>)) -> Result<(), Failed> {
        for (person, id) in share.people.iter().zip(ids) {
            share.does(&person.origin, AcceptInvitation { id }, String::new()).await?;
        }
        Ok(())
    }

    async fn role_changes(self) -> Result<Vec<(String, AssignRole)>, Failed> {
        let mut commands = Vec::new();
        for person in &self.people {
            let organization = Some(self.organization.clone());
            let people = vec![(Username::from_stored(person.name.clone()), Role::Member)];
            commands.push(self.agreed(AssignRole { organization, people, role: Role::Manager }).await?);
        }
        Ok(commands)
    }

    async fn removals(self) -> Result<Vec<(String, RemoveMembers)>, Failed> {
        let mut commands = Vec::new();
        for person in &self.people {
            let organization = Some(self.organization.clone());
            let (people, typed) = (vec![Username::from_stored(person.name.clone())], Some(person.name.clone()));
            commands.push(self.agreed(RemoveMembers { organization, people, typed }).await?);
        }
        Ok(commands)
    }

    async fn all<C: LoadFacts>((share, commands): (Self, Vec<(String, C)>)) -> Result<(), Failed> {
        for (agreed, command) in commands {
            share.does(&share.owner, command, agreed).await?;
        }
        Ok(())
    }
}

/// Everybody in an organization of a thousand, as its Owner takes them away.
async fn listed(services: &Services, owner: &Person) -> Result<(), Failed> {
    let all = services
        .answer(&owner.who, ExportQuery { organization: String::from(large::THOUSAND) })
        .await
        .map_err(|why| format!("{why:?}"))?;
    if all.members.len() == 1_000 { Ok(()) } else { Err(format!("{} members", all.members.len()).into()) }
}

/// Whose session it is, and that they manage an organization's people.
async fn permitted(services: &Services, owner: &Person) -> Result<(), Failed> {
    let signed_in = services.session(owner.secret).await.map_err(|why| format!("{why:?}"))?;
    let who = Caller { signed_in, ..owner.who.clone() };
    services
        .answer(
            &who,
            InviteesQuery {
                organization: String::from(large::THOUSAND),
                names: String::new(),
                role: "member".to_owned(),
            },
        )
        .await
        .map(|_| ())
        .map_err(|why| format!("{why:?}").into())
}

/// One look after the other; so many a second.
async fn looks(count: u32, look: impl AsyncFn() -> Result<(), Failed>) -> Result<f64, Failed> {
    let began = now();
    for _ in 0..count {
        look().await?;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// The shares, each with what is its own.
fn with<T>(shares: &[Share], own: Vec<T>) -> Vec<(Share, T)> {
    shares.iter().cloned().zip(own).collect()
}

/// All shares at once, each in a task; tells how many people a second that makes.
async fn timed<S, F, T>(shares: &[S], work: impl Fn(S) -> F, tell: impl FnOnce(f64)) -> Result<Vec<T>, Failed>
where
    S: Clone,
    F: Future<Output = Result<T, Failed>> + Send + 'static,
    T: Send + 'static,
{
    let began = now();
    let tasks: Vec<_> = shares.iter().map(|share| tokio::spawn(work(share.clone()))).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await??);
    }
    tell(f64::from(PEOPLE) / began.elapsed().as_secs_f64());
    Ok(answers)
}

/// One row a transaction, and nothing else, by the same library and on the same disk.
async fn bare(place: &str, count: usize) -> Result<f64, Failed> {
    let text = "x".repeat(400);
    let began;
    if place.contains("://") {
        let mut line = PgConnection::connect(place).await?;
        sqlx::raw_sql("create table if not exists bare (words text)").execute(&mut line).await?;
        began = now();
        for _ in 0..count {
            sqlx::query("insert into bare (words) values ($1)").bind(&text).execute(&mut line).await?;
        }
    } else {
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(PathBuf::from(place).join("bare.db"))
            .create_if_missing(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
            .synchronous(sqlx::sqlite::SqliteSynchronous::Full);
        let mut line = SqliteConnection::connect_with(&options).await?;
        sqlx::raw_sql("create table if not exists bare (words text)").execute(&mut line).await?;
        began = now();
        for _ in 0..count {
            sqlx::query("insert into bare (words) values ($1)").bind(&text).execute(&mut line).await?;
        }
    }
    Ok(count as f64 / began.elapsed().as_secs_f64())
}

#[expect(clippy::disallowed_methods, reason = "measuring time is all that this does")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}
