//! How changes of requests are stored.

use super::By;
use crate::store::{StoreResult, Tx};
use shared::ids::{OrganizationId, RequestId};
use shared::moment::Moment;
use shared::rules::Change;
use shared::wire::requests::State;

/// What a rival's applicant reads as the reason.
pub const RIVAL_WORDS: &str = "The name went to another organization that asked for it.";

pub(super) async fn apply(tx: &mut Tx<'_>, by: &By, now: Moment, change: &Change) -> StoreResult<()> {
    match change {
        Change::RequestFiled { id, applicant, name, display_name, url, description, kind } => {
            tx.sql(
                "insert into request (id, applicant_id, name, name_key, display_name, url, description, kind, state, filed_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, 'submitted', $9)",
            )
            .bind(id.0)
            .bind(applicant.id)
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
        Change::RequestWithdrawn { id, .. } => close(tx, by, now, *id, State::Withdrawn, "", None).await,
        Change::RequestApproved { id, organization, message, .. } => {
            close(tx, by, now, *id, State::Approved, message.0.as_str(), Some(organization.0)).await
        }
        Change::RequestDeclined { id, reason, .. } => {
            close(tx, by, now, *id, State::Declined, reason.0.as_str(), None).await
        }
        Change::RivalClosed { id, .. } => close(tx, by, now, *id, State::Declined, RIVAL_WORDS, None).await,
        other => Err(super::misplaced(other)),
    }
}

/// Closes an open request; that it is open is the statement's own condition as well.
async fn close(
    tx: &mut Tx<'_>,
    by: &By,
    now: Moment,
    id: RequestId,
    state: State,
    words: &str,
    organization: Option<OrganizationId>,
) -> StoreResult<()> {
    tx.sql(
        "update request set state = $2, decided_at = $3, decided_by = $4, decision_words = $5, organization_id = $6,
            revision = revision + 1
         where id = $1 and state in ('submitted', 'more_information_needed', 'deferred')",
    )
    .bind(id)
    .bind(state.code())
    .bind(now)
    .bind(by.account)
    .bind(words)
    .bind(organization)
    .still()
    .await
}
