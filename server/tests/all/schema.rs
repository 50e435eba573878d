//! The two schemas are equivalent, every statement of the store prepares on both engines, and the schema itself refuses
//! invalid rows.

use crate::support::{Engine, engines, on_each, place, raw_rows, tables};
use secrecy::ExposeSecret as _;
use server::store::{DatabaseLocation, Purpose, Store};
use sqlx::{Connection as _, Executor as _};

/// The schema of a database, one line each, in terms that both engines share. It lists columns with type, default and
/// nullability, keys, unique rows and indexes with predicates, checks, foreign keys, and triggers.
async fn schema(place: &DatabaseLocation) -> Vec<String> {
    let mut lines = Vec::new();
    match place {
        DatabaseLocation::Folder(_) => {
            for table in tables(place).await {
                for sql in SQLITE_TABLE {
                    lines.extend(raw_rows(place, &sql.replace("{table}", &table)).await);
                }
                let text = raw_rows(place, &format!("select sql from sqlite_master where name = '{table}'")).await;
                let checks = text[0].split("check (").skip(1).map(|rest| format!("{table} check {}", inside(rest)));
                lines.extend(checks);
            }
            lines.extend(
                raw_rows(place, "select name || ' on ' || tbl_name from sqlite_master where type = 'trigger'").await,
            );
        }
        DatabaseLocation::Postgres { .. } => {
            for sql in POSTGRES {
                lines.extend(raw_rows(place, sql).await);
            }
        }
    }
    let mut lines: Vec<String> = lines.into_iter().map(|line| plain(&line)).collect();
    lines.sort();
    lines
}

const SQLITE_TABLE: [&str; 4] = [
    r#"select '{table}.' || name || ' ' || type || ' ' || coalesce(dflt_value, '') || iif("notnull" or pk, '', '?')
       from pragma_table_info('{table}')"#,
    "select '{table} key ' || group_concat(name) from (select name from pragma_table_info('{table}') where pk > 0 order by pk)",
    r#"select '{table} ' || iif(i."unique", 'unique ', 'index ') || iif(i.origin = 'c', i.name, '') || ' on '
           || (select group_concat(name) from (select name from pragma_index_info(i.name) order by seqno))
           || coalesce((select substr(sql, instr(sql, ' where ')) from sqlite_master where name = i.name and instr(sql, ' where ')), '')
       from pragma_index_list('{table}') i where i.origin <> 'pk'"#,
    r#"select '{table} ' || group_concat("from") || ' to ' || "table" || ' ' || group_concat("to") || ' ' || on_update || ' ' || on_delete
       from (select * from pragma_foreign_key_list('{table}') order by id, seq) group by id"#,
];

const POSTGRES: [&str; 6] = [
    "select table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(column_default, '')
         || case when is_nullable = 'NO' then '' else '?' end
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and left(table_name, 1) <> '_'",
    "select conrelid::regclass || ' key ' || (select string_agg(attname, ',' order by n) from unnest(conkey) with ordinality k (num, n)
         join pg_attribute on attrelid = conrelid and attnum = num)
     from pg_constraint where contype = 'p' and connamespace = 'public'::regnamespace and left(conrelid::regclass::text, 1) <> '_'",
    "select t.relname || case when indisunique then ' unique ' else ' index ' end
         || case when exists (select from pg_constraint c where c.conindid = i.indexrelid) then '' else n.relname end || ' on '
         || (select string_agg(attname, ',' order by n) from unnest(indkey::int2[]) with ordinality k (num, n)
             join pg_attribute on attrelid = indrelid and attnum = num)
         || coalesce(' where ' || pg_get_expr(indpred, indrelid), '')
     from pg_index i join pg_class t on t.oid = indrelid join pg_class n on n.oid = indexrelid
     where t.relnamespace = 'public'::regnamespace and not indisprimary and left(t.relname, 1) <> '_'",
    "select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
     where contype = 'c' and connamespace = 'public'::regnamespace",
    "select conrelid::regclass || ' '
         || (select string_agg(attname, ',' order by n) from unnest(conkey) with ordinality k (num, n)
             join pg_attribute on attrelid = conrelid and attnum = num)
         || ' to ' || confrelid::regclass || ' '
         || (select string_agg(attname, ',' order by n) from unnest(confkey) with ordinality k (num, n)
             join pg_attribute on attrelid = confrelid and attnum = num)
         || case when confupdtype = 'a' then ' no action' else confupdtype::text end
         || case confdeltype when 'a' then ' no action' when 'n' then ' set null' else confdeltype::text end
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace",
    "select tgname || ' on ' || relname from pg_trigger join pg_class t on t.oid = tgrelid where not tgisinternal",
];

/// The text before the closing parenthesis.
fn inside(text: &str) -> &str {
    let mut open = 1;
    let end = text.find(|c| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    &text[..end.unwrap()]
}

/// A line without the differences between the engines: type names, lists, parentheses and spaces.
fn plain(line: &str) -> String {
    let mut line = line.to_lowercase();
    for (theirs, ours) in [
        ("::text", ""),
        ("= any (array[", "in "),
        (" uuid ", " blob "),
        (" bytea ", " blob "),
        (" bigint ", " integer "),
        (" boolean ", " integer "),
    ] {
        line = line.replace(theirs, ours);
    }
    line.replace([' ', '\n', '(', ')', ']'], "")
}

/// Triggers that one engine has and the other does not need, with the reason.
const OF_ONE_ENGINE: [(&str, &str); 12] = [
    // SQLite's triggers each handle one event, and its REPLACE can remove a row without a delete.
    ("owner_demoted on membership", "owner_left, on update"),
    ("owner_replaced on membership", "insert or replace"),
    ("organization_born on organization", "organization_activated, on insert"),
    ("event_fixed on event", "event_stays, on update"),
    ("event_not_replaced on event", "insert or replace"),
    ("member_moved on membership", "member_invited, on update"),
    ("invitation_moved on invitation", "invitation_of_member, on update"),
    // Only PostgreSQL can empty a table without deleting its rows.
    ("membership_not_truncated on membership", "truncate"),
    ("organization_not_truncated on organization", "truncate"),
    ("held_name_not_truncated on held_name", "truncate"),
    ("event_not_truncated on event", "truncate"),
    ("request_not_truncated on request", "truncate"),
];

#[tokio::test]
async fn both_engines_have_the_same_schema() {
    let mut schemas = Vec::new();
    for engine in engines() {
        let (place, _folder) = place(&engine).await;
        Store::open(&place, Purpose::Serve).await.unwrap().close().await;
        let mut schema = schema(&place).await;
        schema.retain(|line| OF_ONE_ENGINE.iter().all(|(trigger, _)| plain(trigger) != *line));
        schemas.push(schema);
    }
    assert!(schemas[0].len() > 190, "{}", schemas[0].len());
    for pair in schemas.windows(2) {
        let only =
            |one: usize, other: usize| pair[one].iter().filter(|line| !pair[other].contains(line)).collect::<Vec<_>>();
        assert_eq!((only(0, 1), only(1, 0)), (Vec::new(), Vec::new()), "on one engine alone");
        assert_eq!(pair[0], pair[1]);
    }
}

/// A system locale may change its order with an update. An index that depends on it then misses rows and admits
/// duplicate names.
#[tokio::test]
async fn text_comparisons_and_indexes_use_no_locale() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let (place, _folder) = place(&engine).await;
        Store::open(&place, Purpose::Serve).await.unwrap().close().await;
        let astray = "select t.relname || '.' || a.attname from pg_class t join pg_attribute a on a.attrelid = t.oid
            where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and left(t.relname, 1) <> '_'
                and a.attcollation <> 0
                and a.attcollation <> (select oid from pg_collation where collname = 'C' and collnamespace = 'pg_catalog'::regnamespace)
                and (right(a.attname::text, 4) = '_key' or a.attname = 'username' or exists (select 1 from pg_index i
                    where i.indrelid = t.oid and a.attnum = any (i.indkey::int2[])))";
        assert_eq!(raw_rows(&place, astray).await, Vec::<String>::new());
    }
}

/// The statements of the store: every text that is passed to `Tx::sql`, as a literal or as a constant of the same file.
/// Any other form is refused here, so that no statement is missed.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in text.split(".sql(").skip(1) {
                let name: String =
                    call.trim_start().chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
                let constant = text.split_once(&format!("const {name}: &str =")).map(|(_, value)| value);
                let sql = literal(call).or_else(|| literal(constant?));
                let sql = sql.unwrap_or_else(|| panic!("{}: which statement? {:.60}", path.display(), call));
                found.push((path.display().to_string(), sql));
            }
        }
    }
    found
}

/// The string literal at the start of a text.
fn literal(text: &str) -> Option<String> {
    let text = text.trim_start();
    let (raw, text) = text.strip_prefix('r').map_or((false, text), |rest| (true, rest));
    let (sql, _) = text.strip_prefix('"')?.split_once('"')?;
    assert!(raw || !sql.contains('\\'), "a statement with escapes: {sql}");
    Some(sql.to_owned())
}

#[tokio::test]
async fn every_statement_prepares_on_every_engine() {
    let statements = statements();
    assert!(statements.len() > 40, "{}", statements.len());
    for engine in engines() {
        let (place, _folder) = place(&engine).await;
        Store::open(&place, Purpose::Serve).await.unwrap().close().await;
        for (file, sql) in &statements {
            let text = sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(sql.clone()));
            let understood = match &place {
                DatabaseLocation::Folder(folder) => {
                    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("guildhall.db"));
                    sqlx::SqliteConnection::connect_with(&options).await.unwrap().prepare(text).await.map(|_| ())
                }
                DatabaseLocation::Postgres { url, .. } => {
                    sqlx::PgConnection::connect(url.expose_secret()).await.unwrap().prepare(text).await.map(|_| ())
                }
            };
            assert!(understood.is_ok(), "{file}: {sql}: {understood:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn schema_refuses_invalid_rows() {
    on_each(async |world| {
        let (boss, dana, lee) = (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let id = world.file(&dana, "sundial").await.unwrap();
        world.approve(&boss, id).await.unwrap();
        world.file(&lee, "moonrise").await.unwrap();
        world.services.reserve_name("kept-name", "kept").await.unwrap();
        let bytes = |n: u8| if matches!(world.place, DatabaseLocation::Folder(_)) { format!("x'{n:02x}'") } else { format!("'\\x{n:02x}'") };
        // boss is a member of the organization, and lee is invited.
        let people = "insert into membership (organization_id, account_id, role, username_key, joined_at) select o.id, a.id, 'member', a.username_key, 0 from organization o, account a where a.username = 'boss';
            insert into invitation (id, organization_id, account_id, inviter_id, role, state, secret_hash, created_at, ends_at)
                select a.id, o.id, a.id, a.id, 'member', 'live', {x}, 0, 1 from organization o, account a where a.username = 'lee'";
        world.execute_raw(&people.replace("{x}", &bytes(1))).await.unwrap();
        let before = world.snapshot().await;
        let mut refused = vec![
            ("delete from membership", "organization_has_owner"),
            ("update membership set role = 'member'", "organization_has_owner"),
            ("update membership set role = 'emperor'", "check"),
            ("delete from organization", "organization_stays"),
            ("delete from held_name", "held_name_stays"),
            ("update held_name set name_key = 'other'", "held_name_stays"),
            ("delete from event", "event_stays"),
            ("update event set actor_name = 'nobody'", "event_stays"),
            ("update request set state = 'submitted', decided_at = null, organization_id = null where name_key = 'sundial'", "request_closed"),
            ("update request set decision_words = 'Never said.' where name_key = 'sundial'", "request_closed"),
            ("update request set decided_by = null where name_key = 'sundial'", "request_closed"),
            ("update request set name = 'other' where name_key = 'sundial'", "request_closed"),
            ("delete from request where name_key = 'sundial'", "request_closed"),
            ("update membership set account_id = (select id from account where username = 'lee') where role = 'member'", "member_or_invited"),
            ("update invitation set account_id = (select id from account where username = 'dana')", "member_or_invited"),
            ("update letter set state = 'sent', sent_at = 1", "check"),
            ("update request set state = 'approved', decided_at = 1 where name_key = 'moonrise'", "check"),
            ("insert into reserved_name (name_key, name, reason, reserved_at) values ('sundial', 'sundial', 'x', 0)", "name_held"),
            ("insert into held_name (name_key, name, organization_id, since_at) select 'kept-name', 'kept-name', id, 0 from organization", "name_reserved"),
            ("insert into organization (id, name, name_key, display_name, display_key, url, description, kind, state, founded_at)
                select a.id, 'x', 'x', 'x', 'x', 'x', 'x', 'community', 'founding', 0 from account a limit 1", "foreign key"),
            ("update account set username_key = 'dana' where username_key = 'lee'", "unique"),
            ("insert into email_address (id, account_id, address, address_key, is_primary, verified_at, created_at)
                select organization_id, account_id, 'x', 'lee@lee.example', false, 1, 1 from membership", "unique"),
            ("insert into invitation (id, organization_id, account_id, inviter_id, role, state, secret_hash, created_at, ends_at)
                select organization_id, organization_id, account_id, account_id, 'member', 'live', {x}, 0, 1 from membership", "member_or_invited"),
        ];
        match world.place {
            DatabaseLocation::Folder(_) => refused.extend([
                ("update or ignore membership set role = 'member'", "organization_has_owner"),
                ("insert or replace into membership (organization_id, account_id, role, username_key, joined_at) select organization_id, account_id, 'member', username_key, 0 from membership", "organization_has_owner"),
                ("insert or replace into request select * from request where name_key = 'sundial'", "request_closed"),
                ("insert or replace into event select * from event where number = 1", "event_stays"),
            ]),
            DatabaseLocation::Postgres { .. } => refused.extend([
                ("truncate request, request_message, billing_details, billing_draft", "request_stays"),
                ("truncate event", "event_stays"),
                ("truncate membership", "membership_stays"),
                ("truncate organization cascade", "_stays"),
            ]),
        }
        for (sql, invariant) in refused {
            let answer = world.execute_raw(&sql.replace("{x}", &bytes(0))).await.expect_err(sql).to_string().to_lowercase();
            assert!(answer.contains(invariant), "{sql}: {answer}");
        }
        assert_eq!(world.snapshot().await, before);
    })
    .await;
}
