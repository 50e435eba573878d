//! The outbox: emails wait here from the transaction that caused them until a mail server accepts them.
//!
//! A worker leases the emails that are due, so that no two workers take the same one. The lease of a worker that died
//! expires.
//!
//! The table is called `letter`, and so is an email in stored codes and keys: the schema changes by migration only, and
//! the history not at all.

use super::keys::{literal, of_email};
use super::tx::Query;
use super::{FromRow, Row, StoreResult, Tx};
use shared::domain::EmailState;
use shared::ids::{AccountId, EmailId};
use shared::timestamp::Timestamp;
use uuid::Uuid;

/// An email to insert into the outbox.
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

/// An email in the outbox.
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

/// Inserts emails into the outbox, two with each statement.
pub(super) async fn insert(
    tx: &mut Tx<'_>,
    emails: &[NewEmail],
    state: EmailState,
    caused_by: Option<AccountId>,
    now: Timestamp,
) -> StoreResult<()> {
    for emails in emails.chunks(2) {
        let statement = match emails {
            [_] => tx.sql(
                "insert into letter (state, written_at, due_at, caused_by, id, account_id, to_address, subject, text_part, html_part, sealed, search_key)
                 values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            ),
            _ => tx.sql(
                "insert into letter (state, written_at, due_at, caused_by, id, account_id, to_address, subject, text_part, html_part, sealed, search_key)
                 values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11), ($1, $2, $2, $3, $12, $13, $14, $15, $16, $17, $18, $19)",
            ),
        };
        emails.iter().fold(statement.bind(state.code()).bind(now).bind(caused_by), bind_email).run().await?;
    }
    Ok(())
}

/// Binds the values of one email.
fn bind_email<'t, 'c>(statement: Query<'t, 'c>, email: &NewEmail) -> Query<'t, 'c> {
    statement
        .bind(email.id)
        .bind(email.account)
        .bind(email.to.as_str())
        .bind(email.subject.as_str())
        .bind(email.text.as_str())
        .bind(email.html.as_str())
        .bind(email.sealed.clone())
        .bind(of_email(email.to.as_str(), email.subject.as_str()))
}

/// How many emails an account has caused to one recipient.
#[derive(Clone, Copy, Debug)]
pub struct EmailCount {
    pub recipient: AccountId,
    pub emails: u32,
}

impl FromRow for EmailCount {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self { recipient: row.get("account_id")?, emails: row.get("emails")? })
    }
}

/// How many emails an account has caused since a moment, by recipient, without those to itself.
pub async fn count_caused_by(tx: &mut Tx<'_>, account: AccountId, since: Timestamp) -> StoreResult<Vec<EmailCount>> {
    tx.sql(
        "select account_id, count(*) as emails from letter
         where caused_by = $1 and written_at > $2 and account_id is not null and account_id <> $1 group by account_id",
    )
    .bind(account)
    .bind(since)
    .list()
    .await
}

/// Locks the email, so that no worker marks it until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>, id: EmailId) -> StoreResult<()> {
    if tx.locks() {
        tx.sql("update letter set tries = tries where id = $1").bind(id).run().await?;
    }
    Ok(())
}

/// Leases emails that are due, up to `limit`, until the lease ends.
pub async fn lease(
    tx: &mut Tx<'_>,
    worker: Uuid,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
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
    .bind(limit)
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

/// What replaces a secret link in a sent email.
#[derive(Clone, Copy, Debug)]
pub struct LinkReplacement<'a> {
    /// The placeholder of the link in the stored text.
    pub placeholder: &'a str,
    pub text: &'a str,
}

/// Marks an email as sent, and deletes its secret. Returns whether the worker still held the lease.
pub async fn mark_sent(
    tx: &mut Tx<'_>,
    id: EmailId,
    worker: Uuid,
    replacement: LinkReplacement<'_>,
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
        .bind(replacement.placeholder)
        .bind(replacement.text)
        .run()
        .await?;
    Ok(changed == 1)
}

/// Marks a failed try. Without `retry_at` the email has failed for good. Returns whether the worker still held the
/// lease.
pub async fn mark_failed(
    tx: &mut Tx<'_>,
    id: EmailId,
    worker: Uuid,
    why: &str,
    retry_at: Option<Timestamp>,
) -> StoreResult<bool> {
    let state = if retry_at.is_some() { EmailState::Waiting } else { EmailState::Failed };
    let changed = tx
        .sql(
            "update letter set state = $3, due_at = coalesce($4, due_at), last_error = $5, leased_by = null, leased_until = null
             where id = $1 and leased_by = $2",
        )
        .bind(id)
        .bind(worker)
        .bind(state.code())
        .bind(retry_at)
        .bind(why)
        .run()
        .await?;
    Ok(changed == 1)
}

/// Ends a worker's leases of emails that it has not tried.
pub async fn release(tx: &mut Tx<'_>, worker: Uuid) -> StoreResult<u64> {
    tx.sql(
        "update letter set leased_by = null, leased_until = null, tries = case when tries > 0 then tries - 1 else 0 end
         where leased_by = $1 and state = 'waiting'",
    )
    .bind(worker)
    .run()
    .await
}

/// Ends every lease, when the only server of a site starts. The previous server has died and may have sent the email,
/// so the try still counts.
pub async fn end_all_leases(tx: &mut Tx<'_>) -> StoreResult<u64> {
    tx.sql("update letter set leased_by = null, leased_until = null where leased_by is not null and state = 'waiting'")
        .run()
        .await
}

/// How many emails are waiting.
pub async fn count_waiting(tx: &mut Tx<'_>) -> StoreResult<u32> {
    tx.sql("select count(*) as value from letter where state = 'waiting'").value().await
}

/// The latest emails, newest first.
pub async fn latest(tx: &mut Tx<'_>) -> StoreResult<Vec<OutboxEmail>> {
    tx.sql(
        "select id, to_address, subject, '' as text_part, '' as html_part, sealed, state, tries, written_at, due_at, sent_at, last_error
         from letter order by written_at desc, id desc limit 200",
    )
    .list()
    .await
}

/// Which emails to list, newest first.
#[derive(Clone, Copy, Debug)]
pub struct OutboxFilter<'a> {
    /// A part of the recipient's address or of the subject.
    pub text: &'a str,
    /// The state, if only one is wanted.
    pub state: Option<EmailState>,
    /// Where the page begins: behind this email.
    pub after: Option<(Timestamp, EmailId)>,
}

/// A page of the emails that match a filter.
pub async fn list(tx: &mut Tx<'_>, filter: OutboxFilter<'_>, limit: u32) -> StoreResult<Vec<OutboxEmail>> {
    let (at, id) = filter.after.unwrap_or((Timestamp(i64::MAX), EmailId(Uuid::max())));
    let query = match filter.state {
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
    let query = query.bind(at).bind(id).bind(format!("%{}%", literal(filter.text))).bind(i64::from(limit));
    match filter.state {
        Some(state) => query.bind(state.code()).list().await,
        None => query.list().await,
    }
}

/// How many emails have failed whose recipient's address or subject contains a text.
pub async fn count_failed(tx: &mut Tx<'_>, text: &str) -> StoreResult<u32> {
    tx.sql(
        r"select count(*) as value from letter
          where state = 'failed' and search_key like $1 escape '\'",
    )
    .bind(format!("%{}%", literal(text)))
    .value()
    .await
}

/// The email with this id.
pub async fn by_id(tx: &mut Tx<'_>, id: EmailId) -> StoreResult<Option<OutboxEmail>> {
    tx.sql(
        "select id, to_address, subject, text_part, html_part, sealed, state, tries, written_at, due_at, sent_at, last_error
         from letter where id = $1",
    )
    .bind(id)
    .optional()
    .await
}
