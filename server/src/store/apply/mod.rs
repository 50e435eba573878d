//! How each change is stored. [`all`] is called by the write door alone (a test holds that), so nothing
//! alters a row of the product but what the rules have decided.

mod accounts;
mod administration;
mod organizations;
mod requests;

use super::history::Line;
use super::outbox::Draft;
use super::{StoreError, StoreResult, Tx, history, outbox};
use shared::moment::Moment;
use shared::rules::Change;
use shared::wire::administration::LetterState;

/// Who acts, as rows remember it.
#[derive(Clone, Debug)]
pub struct By {
    /// The account, if it is one.
    pub account: Option<shared::ids::AccountId>,
    /// The address that it came from.
    pub address: String,
}

/// Carries out the changes, appends their lines to history and puts their letters into the outbox.
///
/// # Errors
/// The database's own trouble; then nothing of it happens.
pub async fn all(
    tx: &mut Tx<'_>,
    by: &By,
    now: Moment,
    changes: &[Change],
    lines: &[Line],
    letters: &[Draft],
    letters_wait: LetterState,
) -> StoreResult<()> {
    for change in changes {
        one(tx, by, now, change).await?;
    }
    for line in lines {
        history::append(tx, line).await?;
    }
    for letter in letters {
        outbox::put(tx, letter, letters_wait, now).await?;
    }
    Ok(())
}

/// Carries out one change.
async fn one(tx: &mut Tx<'_>, by: &By, now: Moment, change: &Change) -> StoreResult<()> {
    match change {
        Change::AccountCreated { .. }
        | Change::VerificationAsked { .. }
        | Change::AddressClaimed { .. }
        | Change::EmailVerified { .. }
        | Change::SessionOpened { .. }
        | Change::SessionEnded { .. } => accounts::apply(tx, by, now, change).await,
        Change::SetUpOpened { .. }
        | Change::SetUpUsed
        | Change::AdministratorGranted { .. }
        | Change::AccountDisabled { .. }
        | Change::NameReserved { .. }
        | Change::LetterRetried { .. } => administration::apply(tx, now, change).await,
        Change::RequestFiled { .. }
        | Change::RequestWithdrawn { .. }
        | Change::RequestApproved { .. }
        | Change::RequestDeclined { .. }
        | Change::RivalClosed { .. } => requests::apply(tx, by, now, change).await,
        Change::OrganizationFounded { .. } | Change::OrganizationActivated { .. } | Change::MemberJoined { .. } => {
            organizations::apply(tx, now, change).await
        }
    }
}

/// A change that came to a group which does not know it: the match above sends it to the wrong one.
fn misplaced(change: &Change) -> StoreError {
    StoreError::Statement(format!("no way to store {change:?}"))
}
