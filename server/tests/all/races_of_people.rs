//! Races among the people of an organization. Every two commands that could conflict start together on two servers, or
//! twice on one server on SQLite, with random delays. No invariant breaks, the loser is told what happened, and nobody
//! gets an email twice.
//!
//! `GUILDHALL_ROUNDS=500` plays more of each. The figures are printed with `--nocapture`.

use crate::support::{Engine, Someone, World, engines, rounds};
use app::backend::{Execute as _, Preview as _};
use futures::future::BoxFuture;
use shared::ids::InvitationId;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::roles::Role;
use shared::timestamp::Seconds;
use shared::wire::Done;
use shared::wire::administration::DisableOrganizationForm;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

type Outcome = Result<Done, Problem>;
type Step = for<'r> fn(&'r Round<'_>) -> BoxFuture<'r, Outcome>;

/// Two commands, the lock where they meet, and how the race may end.
struct Pair {
    name: &'static str,
    members: &'static [(&'static str, Role)],
    /// Invitee and inviter.
    offers: &'static [(&'static str, &'static str)],
    one: Step,
    other: Step,
    ends: Ends,
}

/// How a race may end.
#[derive(Clone, Copy, Debug)]
enum Ends {
    /// Exactly one of them succeeds.
    OneWins,
    /// One succeeds, or both do, one after the other.
    OneAtLeast,
}

/// An organization that only this round uses.
struct Round<'w> {
    world: &'w World,
    beside: &'w World,
    name: String,
    people: &'w [Someone],
    offer: Option<InvitationId>,
}

impl Round<'_> {
    fn who(&self, name: &str) -> &Someone {
        self.people.iter().find(|person| person.name == name).unwrap()
    }

    /// The invitation that the round starts with.
    fn offer(&self) -> InvitationId {
        self.offer.unwrap()
    }
}

const OWNERS: &[(&str, Role)] = &[("dana", Role::Owner), ("lee", Role::Owner)];
const OWNED: &[(&str, Role)] = &[("dana", Role::Owner), ("lee", Role::Member)];
const MIRA_BY_DANA: &[(&str, &str)] = &[("mira", "dana")];
const MIRA_BY_LEE: &[(&str, &str)] = &[("mira", "lee")];

/// A step on the first server, and one on the second.
macro_rules! on {
    (|$r:ident| $body:expr) => {
        |$r| Box::pin(async move { $body.await })
    };
}

fn pairs() -> Vec<Pair> {
    let pair = |name, members, offers, one: Step, other: Step, ends| Pair { name, members, offers, one, other, ends };
    vec![
        pair(
            "two Owners leave",
            OWNERS,
            &[],
            on!(|r| r.world.remove_member(r.who("dana"), &r.name, "dana")),
            on!(|r| r.beside.remove_member(r.who("lee"), &r.name, "lee")),
            Ends::OneWins,
        ),
        pair(
            "two Owners remove each other",
            OWNERS,
            &[],
            on!(|r| r.world.remove_member(r.who("dana"), &r.name, "lee")),
            on!(|r| r.beside.remove_member(r.who("lee"), &r.name, "dana")),
            Ends::OneWins,
        ),
        pair(
            "two Owners demote each other",
            OWNERS,
            &[],
            on!(|r| r.world.assign(r.who("dana"), &r.name, "lee", Role::Member)),
            on!(|r| r.beside.assign(r.who("lee"), &r.name, "dana", Role::Member)),
            Ends::OneWins,
        ),
        pair(
            "an Owner leaves while another demotes them",
            OWNERS,
            &[],
            on!(|r| r.world.remove_member(r.who("dana"), &r.name, "dana")),
            on!(|r| r.beside.assign(r.who("lee"), &r.name, "dana", Role::Member)),
            Ends::OneAtLeast,
        ),
        pair(
            "an Owner demotes themselves while the other leaves",
            OWNERS,
            &[],
            on!(|r| r.world.assign(r.who("dana"), &r.name, "dana", Role::Manager)),
            on!(|r| r.beside.remove_member(r.who("lee"), &r.name, "lee")),
            Ends::OneWins,
        ),
        pair(
            "the last Owner leaves and makes another",
            OWNED,
            &[],
            on!(|r| r.world.assign(r.who("dana"), &r.name, "lee", Role::Owner)),
            on!(|r| r.beside.remove_member(r.who("dana"), &r.name, "dana")),
            Ends::OneAtLeast,
        ),
        pair(
            "accept and revoke",
            OWNERS,
            MIRA_BY_DANA,
            on!(|r| r.world.accept(r.who("mira"), r.offer())),
            on!(|r| r.beside.revoke(r.who("lee"), r.offer())),
            Ends::OneWins,
        ),
        pair(
            "accept twice",
            OWNED,
            MIRA_BY_DANA,
            on!(|r| r.world.accept(r.who("mira"), r.offer())),
            on!(|r| r.beside.accept(r.who("mira"), r.offer())),
            Ends::OneWins,
        ),
        pair(
            "accept and decline",
            OWNED,
            MIRA_BY_DANA,
            on!(|r| r.world.accept(r.who("mira"), r.offer())),
            on!(|r| r.beside.decline_invitation(r.who("mira"), r.offer(), "No.")),
            Ends::OneWins,
        ),
        pair(
            "decline and revoke",
            OWNED,
            MIRA_BY_DANA,
            on!(|r| r.world.decline_invitation(r.who("mira"), r.offer(), "")),
            on!(|r| r.beside.revoke(r.who("dana"), r.offer())),
            Ends::OneWins,
        ),
        pair(
            "revoke twice",
            OWNERS,
            MIRA_BY_DANA,
            on!(|r| r.world.revoke(r.who("dana"), r.offer())),
            on!(|r| r.beside.revoke(r.who("lee"), r.offer())),
            Ends::OneWins,
        ),
        pair(
            "accept, and the inviter is removed",
            OWNERS,
            MIRA_BY_LEE,
            on!(|r| r.world.accept(r.who("mira"), r.offer())),
            on!(|r| r.beside.remove_member(r.who("dana"), &r.name, "lee")),
            Ends::OneAtLeast,
        ),
        pair(
            "accept, and the inviter is demoted",
            OWNERS,
            MIRA_BY_LEE,
            on!(|r| r.world.accept(r.who("mira"), r.offer())),
            on!(|r| r.beside.assign(r.who("dana"), &r.name, "lee", Role::Manager)),
            Ends::OneAtLeast,
        ),
        pair(
            "accept, and the inviter leaves",
            OWNERS,
            MIRA_BY_LEE,
            on!(|r| r.world.accept(r.who("mira"), r.offer())),
            on!(|r| r.beside.remove_member(r.who("lee"), &r.name, "lee")),
            Ends::OneAtLeast,
        ),
        pair(
            "two Owners invite the same person",
            OWNERS,
            &[],
            on!(|r| r.world.invite(r.who("dana"), &r.name, "mira", Role::Manager)),
            on!(|r| r.beside.invite(r.who("lee"), &r.name, "mira", Role::Member)),
            Ends::OneWins,
        ),
        pair(
            "an Owner invites while they are demoted",
            OWNERS,
            &[],
            on!(|r| r.world.invite(r.who("lee"), &r.name, "mira", Role::Manager)),
            on!(|r| r.beside.assign(r.who("dana"), &r.name, "lee", Role::Member)),
            Ends::OneAtLeast,
        ),
        pair(
            "an Owner invites while they are removed",
            OWNERS,
            &[],
            on!(|r| r.world.invite(r.who("lee"), &r.name, "mira", Role::Manager)),
            on!(|r| r.beside.remove_member(r.who("dana"), &r.name, "lee")),
            Ends::OneAtLeast,
        ),
        pair(
            "change a role and remove",
            OWNED,
            &[],
            on!(|r| r.world.assign(r.who("dana"), &r.name, "lee", Role::Manager)),
            on!(|r| r.beside.remove_member(r.who("dana"), &r.name, "lee")),
            Ends::OneAtLeast,
        ),
        pair(
            "change a role to this and to that",
            &[("dana", Role::Owner), ("lee", Role::Member), ("mira", Role::Owner)],
            &[],
            on!(|r| r.world.assign(r.who("dana"), &r.name, "lee", Role::Manager)),
            on!(|r| r.beside.assign(r.who("mira"), &r.name, "lee", Role::BillingManager)),
            Ends::OneAtLeast,
        ),
        pair(
            "remove and leave",
            OWNED,
            &[],
            on!(|r| r.world.remove_member(r.who("dana"), &r.name, "lee")),
            on!(|r| r.beside.remove_member(r.who("lee"), &r.name, "lee")),
            Ends::OneWins,
        ),
        pair(
            "accept, and administrators shut it",
            OWNED,
            MIRA_BY_DANA,
            on!(|r| r.world.accept(r.who("mira"), r.offer())),
            on!(|r| shut(r)),
            Ends::OneAtLeast,
        ),
    ]
}

async fn shut(round: &Round<'_>) -> Outcome {
    use shared::wire::Consent;
    let (services, boss) = (&round.beside.services, &round.who("boss").caller);
    let agreed = services
        .preview(
            boss,
            DisableOrganizationForm { organization: round.name.clone(), ..DisableOrganizationForm::default() },
        )
        .await?
        .digest;
    let consent = Consent { preview_digest: agreed, ..round.beside.once() };
    services
        .execute(
            boss,
            DisableOrganizationForm { organization: round.name.clone(), reason: "Spam.".to_owned() },
            consent,
        )
        .await
}

/// A delay that is derived from the round, so that a failure is reproducible.
fn delay(round: usize, origin: usize) -> Duration {
    let mixed = (round * 2 + origin).wrapping_mul(2_654_435_761) >> 7;
    Duration::from_micros(u64::try_from(mixed % 1_500).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_pairs_of_commands_keep_the_invariants() {
    let (mut trials, mut overlapped) = (0, 0);
    for engine in engines() {
        // On SQLite writers queue, so there are fewer interleavings.
        let few = if matches!(engine, Engine::Sqlite) { 3 } else { 8 };
        for pair in pairs() {
            // One site for each pair, because many rounds on one make it large and every read slow.
            let world = World::new(&engine).await;
            let beside = world.second_server().await;
            let mut people = vec![world.administrator("boss").await];
            for name in ["dana", "lee", "mira"] {
                people.push(world.someone(name).await);
            }
            for number in 0..rounds(few) {
                let name = format!("{}-{number}", pair.name.replace([' ', ','], ""));
                let name = name.chars().rev().take(50).collect::<Vec<_>>().into_iter().rev().collect::<String>();
                let name = name.trim_start_matches('-').to_owned();
                found(&world, &people, &name, &pair).await;
                let mut round = Round { world: &world, beside: &beside, name, people: &people, offer: None };
                if let Some((to, _)) = pair.offers.first() {
                    round.offer = world.open_invitation(round.who(to), &round.name).await;
                }
                let before = world.rows("select to_address || subject from letter").await.len();
                let (one, other) = tokio::join!(
                    timed(delay(number, 0), (pair.one)(&round)),
                    timed(delay(number, 1), (pair.other)(&round))
                );
                trials += 1;
                overlapped += usize::from(one.1 < other.2 && other.1 < one.2);
                holds(&engine, &pair, &round, &one.0, &other.0, before).await;
            }
        }
    }
    println!("{trials} trials, 0 violations, {} % truly overlapped", overlapped * 100 / trials.max(1));
    assert!(overlapped * 2 > trials, "{overlapped} of {trials} overlapped");
}

async fn timed(wait: Duration, step: BoxFuture<'_, Outcome>) -> (Outcome, Instant, Instant) {
    tokio::time::sleep(wait).await;
    let began = Instant::now();
    (step.await, began, Instant::now())
}

/// An organization in the pair's initial state, inserted without the rules.
async fn found(world: &World, people: &[Someone], name: &str, pair: &Pair) {
    let sqlite = matches!(world.place, server::store::DatabaseLocation::Folder(_));
    let (id, secret) = match sqlite {
        true => ("randomblob(16)", "randomblob(32)"),
        false => ("gen_random_uuid()", "decode(md5(random()::text) || md5(random()::text), 'hex')"),
    };
    let key = name.to_lowercase();
    // Deferred constraints let these rows refer to the organization that is inserted next.
    let mut sql = format!(
        "begin; {} create temporary table hall as select {id} as id;
         insert into held_name (name_key, name, organization_id, since_at) select '{key}', '{name}', id, 0 from hall;
         insert into organization (id, name, name_key, display_name, display_key, url, description, kind, state, founded_at)
            select id, '{name}', '{key}', 'Hall', 'hall', 'https://x.example', 'x', 'community', 'founding', 0 from hall;",
        if sqlite { "pragma defer_foreign_keys = on;" } else { "" }
    );
    for (who, role) in pair.members {
        sql.push_str(&format!(
            "insert into membership (organization_id, account_id, role, username_key, joined_at)
             select hall.id, a.id, '{}', a.username_key, 0 from hall, account a where a.username = '{who}';",
            role.code()
        ));
    }
    sql.push_str("update organization set state = 'active' where id = (select id from hall);");
    let ends = world.services.bus.clock.now().plus(Seconds::days(7)).0;
    for (to, by) in pair.offers {
        sql.push_str(&format!(
            "insert into invitation (id, organization_id, account_id, inviter_id, role, state, secret_hash, created_at, ends_at)
             select {id}, hall.id, a.id, b.id, 'manager', 'live', {secret}, 0, {ends}
             from hall, account a, account b where a.username = '{to}' and b.username = '{by}';"
        ));
    }
    sql.push_str("drop table hall; commit;");
    assert!(people.len() > 3);
    world.execute_raw(&sql).await.unwrap_or_else(|error| panic!("{}: {error}", pair.name));
}

/// What must be true in either order.
async fn holds(engine: &Engine, pair: &Pair, round: &Round<'_>, one: &Outcome, other: &Outcome, emails: usize) {
    let what = format!("{} on {engine:?}, {}: {one:?}, {other:?}", pair.name, round.name);
    let done = usize::from(one.is_ok()) + usize::from(other.is_ok());
    match pair.ends {
        Ends::OneWins => assert_eq!(done, 1, "{what}"),
        Ends::OneAtLeast => assert!(done >= 1, "{what}"),
    }
    for loser in [one, other].into_iter().filter_map(|outcome| outcome.as_ref().err()) {
        // The loser gets a refusal that says what happened, or the new preview, but never an internal error.
        let told = match loser {
            Problem::PreviewStale(_) => true,
            Problem::Refused(why) => !matches!(why, Refusal::NotSignedIn {} | Refusal::DifferentAccount { .. }),
            _ => false,
        };
        assert!(told, "{what}");
    }
    let key = round.name.to_lowercase();
    let found = async |sql: &str| round.world.rows(&sql.replace("{key}", &key)).await;
    let owners = found(
        "select a.username from membership m join account a on a.id = m.account_id join organization o on o.id = m.organization_id
         where o.name_key = '{key}' and m.role = 'owner'",
    )
    .await;
    assert!(!owners.is_empty(), "nobody owns it: {what}");
    let both = found(
        "select a.username from membership m join account a on a.id = m.account_id join organization o on o.id = m.organization_id
         join invitation i on i.organization_id = o.id and i.account_id = a.id and i.state = 'live' where o.name_key = '{key}'",
    )
    .await;
    assert!(both.is_empty(), "a member is invited: {what}");
    let inviters = found(
        "select a.username from invitation i join account a on a.id = i.inviter_id join organization o on o.id = i.organization_id
         where o.name_key = '{key}' and i.state = 'live'",
    )
    .await;
    assert!(inviters.iter().all(|inviter| owners.contains(inviter)), "an invitation outlives its right: {what}");
    let written = round.world.rows("select to_address || subject from letter order by written_at, id").await;
    let new = written.get(emails..).unwrap_or_default();
    assert_eq!(new.iter().collect::<BTreeSet<_>>().len(), new.len(), "an email twice: {new:?}: {what}");
    // One set of emails for what was done, and none for what was refused.
    assert!(done == 0 || !new.is_empty(), "{what}");
}
