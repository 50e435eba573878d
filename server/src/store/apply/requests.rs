//! How changes of requests are stored.

use super::{By, Profile};
use crate::store::{StoreResult, Tx};
use shared::ids::{AccountId, OrganizationId, RequestId};
use shared::moment::Moment;
use shared::wire::requests::State;

/// What a rival's applicant reads as the reason.
pub const RIVAL_WORDS: &str = "The name went to another organization that asked for it.";

pub(super) async fn file(
    tx: &mut Tx<'_>,
    now: Moment,
    id: RequestId,
    applicant: AccountId,
    asked: Profile<'_>,
) -> StoreResult<()> {
    let Profile { name, display_name, url, description, kind } = asked;
    tx.sql(
        "insert into request (id, applicant_id, name, name_key, display_name, url, description, kind, state, filed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'submitted', $9)",
    )
    .bind(id)
    .bind(applicant)
    .bind(name.clone())
    .bind(name.key())
    .bind(display_name.as_str())
    .bind(url.as_str())
    .bind(description.as_str())
    .bind(kind.code())
    .bind(now)
    .one()
    .await
}

/// How a request is closed.
pub(super) struct Closing<'a> {
    pub state: State,
    /// What the one who closes it says to its applicant.
    pub words: &'a str,
    /// What came of it.
    pub organization: Option<OrganizationId>,
}

/// Closes an open request; that it is open is the statement's own condition as well.
pub(super) async fn close(
    tx: &mut Tx<'_>,
    by: &By,
    now: Moment,
    id: RequestId,
    closing: Closing<'_>,
) -> StoreResult<()> {
    tx.sql(
        "update request set state = $2, decided_at = $3, decided_by = $4, decision_words = $5, organization_id = $6,
            revision = revision + 1
         where id = $1 and state in ('submitted', 'more_information_needed', 'deferred')",
    )
    .bind(id)
    .bind(closing.state.code())
    .bind(now)
    .bind(by.account)
    .bind(closing.words)
    .bind(closing.organization)
    .still()
    .await
}
