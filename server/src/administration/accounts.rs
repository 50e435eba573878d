//! Accounts, as administrators see them.

use super::account_facts::by_username;
use crate::accounts::settings;
use crate::command_bus::Failure;
use crate::context::RequestContext;
use crate::store::{self, Tx};
use shared::domain::RequestState;
use shared::history::EventKind;
use shared::limits::ADMIN_LIST;
use shared::refusal::Refusal;
use shared::rules::administration::may_disable;
use shared::wire::administration::{AccountRow, AccountView, Accounts};

/// The newest accounts, or those that a search finds.
///
/// # Errors
/// The caller is not an administrator.
pub async fn list(tx: &mut Tx<'_>, context: &RequestContext, query: &str) -> Result<Accounts, Failure> {
    context.actor.administrator()?;
    let mut found = store::accounts::search(tx, query, ADMIN_LIST + 1).await?;
    let shown = usize::try_from(ADMIN_LIST).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    Ok(Accounts { query: query.to_owned(), found: found.into_iter().map(row).collect(), more, now: context.now })
}

/// One account with everything about it.
///
/// # Errors
/// The caller is not an administrator, or there is no such account.
pub async fn view(tx: &mut Tx<'_>, context: &RequestContext, username: &str) -> Result<AccountView, Failure> {
    context.actor.administrator()?;
    let account = by_username(tx, username).await?.ok_or(Refusal::NotFound {})?;
    let id = account.id;
    let addresses = store::addresses::of_account(tx, id).await?;
    let devices = store::sessions::signed_in(tx, id, context.now).await?.len();
    let requests = store::requests::of_applicant(tx, id).await?;
    let mut history = store::history::of_account(tx, id, i64::MAX, shared::limits::HISTORY_PAGE).await?;
    // Only its author may see a draft and what happened to it.
    let is_submitted =
        |id| requests.iter().any(|request| request.facts.id == id && request.facts.state != RequestState::Draft);
    history.retain(|event| event.kind != EventKind::RequestDrafted.code() && event.request.is_none_or(is_submitted));
    Ok(AccountView {
        reason: store::accounts::disabled_reason(tx, id).await?,
        disabling: may_disable(&context.actor, &account.facts()).err(),
        devices: u32::try_from(devices).unwrap_or(u32::MAX),
        addresses: addresses.into_iter().map(settings::address).collect(),
        organizations: store::organizations::of_account(tx, id).await?,
        requests: requests
            .into_iter()
            .filter(|r| r.facts.state != RequestState::Draft)
            .map(store::requests::Request::row)
            .collect(),
        history: history.into_iter().map(settings::history_entry).collect(),
        row: row(account),
        now: context.now,
    })
}

fn row(account: store::accounts::Account) -> AccountRow {
    AccountRow {
        username: account.username,
        email: account.email,
        verified: account.verified,
        administrator: account.administrator,
        disabled: account.disabled,
        since: account.created_at,
    }
}
