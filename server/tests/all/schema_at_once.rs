//! The invariants of an organization (rules, section 3) without the rules and under concurrency: two raw connections to
//! PostgreSQL, each in a transaction, at every isolation level. One of them is refused, at once or at its commit. On
//! SQLite writers queue, and the schema's own test covers what a single one may not do.

use crate::support::{World, on_each, rounds};
use secrecy::ExposeSecret as _;
use server::store::DatabaseLocation;
use shared::roles::Role;
use sqlx::{Connection as _, PgConnection};
use std::time::Duration;

const LEVELS: [&str; 3] = ["read committed", "repeatable read", "serializable"];

/// Two statements that must not both commit, how to restore the initial rows, and a query that counts violations.
struct Pair {
    says: &'static str,
    before: &'static str,
    first: &'static str,
    second: &'static str,
    broken: &'static str,
}

const OWNERLESS: &str = "select id::text from organization o where state = 'active'
    and not exists (select 1 from membership m where m.organization_id = o.id and m.role = 'owner')";
const BOTH: &str = "select m.account_id::text from membership m join invitation i using (organization_id, account_id) where i.state = 'live'";
const JOINS: &str = "insert into membership (organization_id, account_id, role, username_key, joined_at)
    select o.id, a.id, 'member', a.username_key, 0 from organization o, account a where a.username = 'mira'";
const INVITES: &str =
    "insert into invitation (id, organization_id, account_id, inviter_id, role, state, secret_hash, created_at, ends_at)
    select gen_random_uuid(), o.id, a.id, a.id, 'member', 'live', decode(md5(random()::text), 'hex'), 0, 1
    from organization o, account a where a.username = 'mira'";
const NO_MIRA: &str = "delete from membership where username_key = 'mira';
    update invitation set state = 'revoked', closed_at = 1 where state = 'live'";
const TWO_OWNERS: &str = "insert into membership (organization_id, account_id, role, username_key, joined_at)
    select o.id, a.id, 'owner', a.username_key, 0 from organization o, account a where a.username in ('dana', 'lee')
    on conflict (organization_id, account_id) do update set role = 'owner'";

const PAIRS: [Pair; 6] = [
    Pair {
        says: "two Owners are made members",
        before: TWO_OWNERS,
        first: "update membership set role = 'member' where username_key = 'dana'",
        second: "update membership set role = 'member' where username_key = 'lee'",
        broken: OWNERLESS,
    },
    Pair {
        says: "two Owners are removed",
        before: TWO_OWNERS,
        first: "delete from membership where username_key = 'dana'",
        second: "delete from membership where username_key = 'lee'",
        broken: OWNERLESS,
    },
    Pair {
        says: "one Owner is removed, the other is made a member",
        before: TWO_OWNERS,
        first: "delete from membership where username_key = 'dana'",
        second: "update membership set role = 'manager' where username_key = 'lee'",
        broken: OWNERLESS,
    },
    Pair { says: "somebody joins and is invited", before: NO_MIRA, first: JOINS, second: INVITES, broken: BOTH },
    Pair {
        says: "somebody is invited twice",
        before: NO_MIRA,
        first: INVITES,
        second: INVITES,
        broken: "select account_id::text from invitation where state = 'live' group by organization_id, account_id having count(*) > 1",
    },
    Pair {
        says: "somebody joins twice",
        before: NO_MIRA,
        first: JOINS,
        second: JOINS,
        broken: "select account_id::text from membership group by organization_id, account_id having count(*) > 1",
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_raw_transactions_keep_the_invariants() {
    on_each(async |world| {
        let DatabaseLocation::Postgres { url, .. } = &world.place else { return };
        let url = url.expose_secret();
        let boss = world.administrator("boss").await;
        let [dana, lee] = [world.someone("dana").await, world.someone("lee").await];
        world.someone("mira").await;
        world.create_organization(&boss, &dana, "sundial").await;
        world.join(&dana, "sundial", &lee, Role::Owner).await;
        let mut one = PgConnection::connect(url).await.unwrap();
        let mut other = PgConnection::connect(url).await.unwrap();
        for pair in &PAIRS {
            for level in LEVELS {
                trial(&world, pair, level, &mut one, &mut other).await;
            }
        }
    })
    .await;
}

/// Some rounds of a pair. The invariant holds after each, and one of the two succeeded at least once.
async fn trial(world: &World, pair: &Pair, level: &str, one: &mut PgConnection, other: &mut PgConnection) {
    let mut done = 0;
    for round in 0..rounds(10) {
        world.execute_raw(pair.before).await.unwrap();
        // The start alternates, with a lead of up to two milliseconds.
        let ahead = Duration::from_micros(round as u64 % 5 * 500);
        let (early, late) = if round % 2 == 0 { (Duration::ZERO, ahead) } else { (ahead, Duration::ZERO) };
        let (first, second) =
            tokio::join!(transaction(one, level, pair.first, early), transaction(other, level, pair.second, late));
        let broken = world.rows(pair.broken).await;
        assert!(broken.is_empty(), "{} at {level}: {broken:?}, {first:?}, {second:?}", pair.says);
        assert!(!(first.is_ok() && second.is_ok()), "{} at {level}: both stand", pair.says);
        done += u32::from(first.is_ok()) + u32::from(second.is_ok());
    }
    assert!(done > 0, "{} at {level}: nothing ever stood", pair.says);
}

/// One statement in a transaction, with its commit.
async fn transaction(line: &mut PgConnection, level: &str, sql: &str, after: Duration) -> Result<(), sqlx::Error> {
    tokio::time::sleep(after).await;
    let begin = format!("begin isolation level {level}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(begin)).execute(&mut *line).await?;
    let done = match sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut *line).await {
        // So that both transactions are open before one of them ends.
        Ok(_) => {
            tokio::time::sleep(Duration::from_millis(1)).await;
            sqlx::raw_sql("commit").execute(&mut *line).await.map(|_| ())
        }
        Err(refused) => Err(refused),
    };
    if done.is_err() {
        // A refused commit has ended the transaction already.
        let _ = sqlx::raw_sql("rollback").execute(line).await;
    }
    done
}
