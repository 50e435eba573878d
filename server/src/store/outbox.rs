//! The outbox: letters wait here from the transaction that caused them until a mail server has them.
//!
//! A worker leases the letters that are due, so that two workers never take the same one; a lease that
//! its worker did not live to end runs out by itself.

use super::keys::{literal, of_email};
use super::tx::Query;
use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{AccountId, EmailId};
use shared::timestamp::Timestamp;
use shared::wire::administration::EmailState;
use uuid::Uuid;

/// A letter before it is put into the outbox.
#[derive(Clone, Debug)]
pub struct NewEmail {
    pub id: EmailId,
    pub account: Option<AccountId>,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The secret link, sealed with the server's key.
    pub sealed: Option<Vec<u8>>,
}

/// A letter in the outbox.
#[derive(Clone, Debug)]
pub struct OutboxEmail {
    pub id: EmailId,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub sealed: Option<Vec<u8>>,
    pub state: EmailState,
    pub tries: u32,
    pub written_at: Timestamp,
    pub due_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

impl FromRow for OutboxEmail {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.get("id")?,
            to: row.get("to_address")?,
            subject: row.get("subject")?,
            text: row.get("text_part")?,
            html: row.get("html_part")?,
            sealed: row.maybe("sealed")?,
            state: row.code("state", EmailState::from_code)?,
            tries: row.get("tries")?,
            written_at: row.get("written_at")?,
            due_at: row.get("due_at")?,
            sent_at: row.maybe("sent_at")?,
            last_error: row.maybe("last_error")?,
        })
    }
}

/// Puts letters into the outbox that somebody's act has caused, two by a statement.
pub(super) async fn put(
    tx: &mut Tx<'_>,
    drafts: &[NewEmail],
    state: EmailState,
    caused_by: Option<AccountId>,
    now: Timestamp,
) -> StoreResult<()> {
    for drafts in drafts.chunks(2) {
        let put = match drafts {
            [_] => tx.sql(
                "insert into letter (state, written_at, due_at, caused_by, id, account_id, to_address, subject, text_part, html_part, sealed, search_key)
                 values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            ),
            _ => tx.sql(
                "insert into letter (state, written_at, due_at, caused_by, id, account_id, to_address, subject, text_part, html_part, sealed, search_key)
                 values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11), ($1, $2, $2, $3, $12, $13, $14, $15, $16, $17, $18, $19)",
            ),
        };
        drafts.iter().fold(put.bind(state.code()).bind(now).bind(caused_by), with).run().await?;
    }
    Ok(())
}

/// What of a letter is its own.
fn with<'t, 'c>(put: Query<'t, 'c>, draft: &NewEmail) -> Query<'t, 'c> {
    put.bind(draft.id)
        .bind(draft.account)
        .bind(draft.to.as_str())
        .bind(draft.subject.as_str())
        .bind(draft.text.as_str())
        .bind(draft.html.as_str())
        .bind(draft.sealed.clone())
        .bind(of_email(draft.to.as_str(), draft.subject.as_str()))
}

/// How many letters somebody has caused to one receiver.
#[derive(Clone, Copy, Debug)]
pub struct Caused {
    pub receiver: AccountId,
    pub emails: u32,
}

impl FromRow for Caused {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { receiver: row.get("account_id")?, emails: row.get("letters")? })
    }
}

/// How many letters an account has caused since a moment, by receiver; none to itself.
pub async fn caused_by(tx: &mut Tx<'_>, account: AccountId, since: Timestamp) -> StoreResult<Vec<Caused>> {
    tx.sql(
        "select account_id, count(*) as letters from letter
         where caused_by = $1 and written_at > $2 and account_id is not null and account_id <> $1 group by account_id",
    )
    .bind(account)
    .bind(since)
    .list()
    .await
}

/// Keeps workers from noting what came of the letter until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>, id: EmailId) -> StoreResult<()> {
    if tx.locks() {
        tx.sql("update letter set tries = tries where id = $1").bind(id).run().await?;
    }
    Ok(())
}

/// Takes up to `most` letters that are due, until the lease ends.
pub async fn lease(
    tx: &mut Tx<'_>,
    worker: Uuid,
    now: Timestamp,
    until: Timestamp,
    most: i64,
) -> StoreResult<Vec<OutboxEmail>> {
    tx.sql(
        "update letter set leased_by = $1, leased_until = $2, tries = tries + 1
         where state = 'waiting' and (leased_until is null or leased_until <= $3) and id in (
            select id from letter where state = 'waiting' and due_at <= $3 and (leased_until is null or leased_until <= $3)
            order by due_at, id limit $4)",
    )
    .bind(worker)
    .bind(until)
    .bind(now)
    .bind(most)
    .run()
    .await?;
    tx.sql(
        "select id, to_address, subject, text_part, html_part, sealed, state, tries, written_at, due_at, sent_at, last_error
         from letter where leased_by = $1 and leased_until = $2 and state = 'waiting' order by due_at, id",
    )
    .bind(worker)
    .bind(until)
    .list()
    .await
}

/// What is written into a letter where its secret link was.
#[derive(Clone, Copy, Debug)]
pub struct Forgotten<'a> {
    /// What stands there until then.
    pub stands_for_link: &'a str,
    pub words: &'a str,
}

/// The mail server has the letter: its secret is forgotten. Only the worker that holds the lease may say so.
pub async fn sent(
    tx: &mut Tx<'_>,
    id: EmailId,
    worker: Uuid,
    forgotten: Forgotten<'_>,
    now: Timestamp,
) -> StoreResult<bool> {
    let changed = tx
        .sql(
            "update letter set state = 'sent', sent_at = $3, sealed = null, leased_by = null, leased_until = null, last_error = null,
                text_part = case when sealed is null then text_part else replace(text_part, $4, $5) end,
                html_part = case when sealed is null then html_part else replace(html_part, $4, $5) end
             where id = $1 and leased_by = $2",
        )
        .bind(id)
        .bind(worker)
        .bind(now)
        .bind(forgotten.stands_for_link)
        .bind(forgotten.words)
        .run()
        .await?;
    Ok(changed == 1)
}

/// A try failed: `again` says when the next is due; without it there is none.
pub async fn failed(
    tx: &mut Tx<'_>,
    id: EmailId,
    worker: Uuid,
    why: &str,
    again: Option<Timestamp>,
) -> StoreResult<bool> {
    let state = if again.is_some() { EmailState::Waiting } else { EmailState::Failed };
    let changed = tx
        .sql(
            "update letter set state = $3, due_at = coalesce($4, due_at), last_error = $5, leased_by = null, leased_until = null
             where id = $1 and leased_by = $2",
        )
        .bind(id)
        .bind(worker)
        .bind(state.code())
        .bind(again)
        .bind(why)
        .run()
        .await?;
    Ok(changed == 1)
}

/// Gives back the letters that a worker holds and has not tried.
pub async fn release(tx: &mut Tx<'_>, worker: Uuid) -> StoreResult<u64> {
    tx.sql(
        "update letter set leased_by = null, leased_until = null, tries = case when tries > 0 then tries - 1 else 0 end
         where leased_by = $1 and state = 'waiting'",
    )
    .bind(worker)
    .run()
    .await
}

/// Ends every lease: for the only server of a site, at its start. Whoever held one has died, and may have sent the
/// letter or not, so the try stays counted.
pub async fn take_back(tx: &mut Tx<'_>) -> StoreResult<u64> {
    tx.sql("update letter set leased_by = null, leased_until = null where leased_by is not null and state = 'waiting'")
        .run()
        .await
}

/// How many letters wait.
pub async fn waiting(tx: &mut Tx<'_>) -> StoreResult<u32> {
    tx.sql("select count(*) as value from letter where state = 'waiting'").value().await
}

/// The latest letters, newest first.
pub async fn latest(tx: &mut Tx<'_>) -> StoreResult<Vec<OutboxEmail>> {
    tx.sql(
        "select id, to_address, subject, '' as text_part, '' as html_part, sealed, state, tries, written_at, due_at, sent_at, last_error
         from letter order by written_at desc, id desc limit 200",
    )
    .list()
    .await
}

/// Which letters are listed, newest first.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// A part of the receiver's address or of the subject.
    pub text: &'a str,
    /// The state that they are in, where it matters.
    pub only: Option<EmailState>,
    /// The letter behind which the list begins.
    pub behind: Option<(Timestamp, EmailId)>,
}

/// The letters that are asked for; so many of them.
pub async fn list(tx: &mut Tx<'_>, listed: Listed<'_>, most: u32) -> StoreResult<Vec<OutboxEmail>> {
    let (at, id) = listed.behind.unwrap_or((Timestamp(i64::MAX), EmailId(Uuid::max())));
    let asked = match listed.only {
        Some(_) => tx
            .sql(
                r"select id, to_address, subject, '' as text_part, '' as html_part, sealed, state, tries, written_at, due_at, sent_at, last_error
                  from letter where (written_at, id) < ($1, $2) and search_key like $3 escape '\'
                      and state = $5
                  order by written_at desc, id desc limit $4",
            ),
        None => tx
            .sql(
                r"select id, to_address, subject, '' as text_part, '' as html_part, sealed, state, tries, written_at, due_at, sent_at, last_error
                  from letter where (written_at, id) < ($1, $2) and search_key like $3 escape '\'
                  order by written_at desc, id desc limit $4",
            ),
    };
    let asked = asked.bind(at).bind(id).bind(format!("%{}%", literal(listed.text))).bind(i64::from(most));
    match listed.only {
        Some(state) => asked.bind(state.code()).list().await,
        None => asked.list().await,
    }
}

/// How many letters have failed of those whose receiver's address or subject holds a text.
pub async fn failed_emails(tx: &mut Tx<'_>, text: &str) -> StoreResult<u32> {
    tx.sql(
        r"select count(*) as value from letter
          where state = 'failed' and search_key like $1 escape '\'",
    )
    .bind(format!("%{}%", literal(text)))
    .value()
    .await
}

/// The letter with this id.
pub async fn by_id(tx: &mut Tx<'_>, id: EmailId) -> StoreResult<Option<OutboxEmail>> {
    tx.sql(
        "select id, to_address, subject, text_part, html_part, sealed, state, tries, written_at, due_at, sent_at, last_error
         from letter where id = $1",
    )
    .bind(id)
    .optional()
    .await
}
