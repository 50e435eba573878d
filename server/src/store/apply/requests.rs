//! How events of requests are stored.

use super::{Author, Profile};
use crate::store::messages::Kind;
use crate::store::{StoreResult, Tx, keys};
use shared::addresses::OrganizationUrl;
use shared::domain::RequestState;
use shared::ids::{AccountId, MessageId, OrganizationId, RequestId};
use shared::names::OrganizationName;
use shared::text::{Description, DisplayName, Reason};
use shared::timestamp::Timestamp;

/// A request as it begins.
pub(super) struct NewRequest<'a> {
    pub id: RequestId,
    pub applicant: AccountId,
    pub state: RequestState,
    pub profile: Profile<'a>,
}

pub(super) async fn insert(tx: &mut Tx<'_>, now: Timestamp, request: NewRequest<'_>) -> StoreResult<()> {
    let NewRequest { id, applicant, state, profile } = request;
    let Profile { name, display_name, url, description, kind } = profile;
    tx.sql(
        "insert into request (id, applicant_id, name, name_key, display_name, url, description, kind, state, filed_at,
            search_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $11, $9, $10)",
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
    .bind(search_key(name, display_name, url, description))
    .bind(state.code())
    .expect_one()
    .await
}

fn search_key(
    name: &OrganizationName,
    display_name: &DisplayName,
    url: &OrganizationUrl,
    description: &Description,
) -> String {
    keys::of_request(name.as_str(), display_name.as_str(), url.as_str(), description.as_str())
}

/// What an applicant can change of a request.
pub(super) struct EditedFields<'a> {
    pub display_name: &'a DisplayName,
    pub url: &'a OrganizationUrl,
    pub description: &'a Description,
}

/// Changes the profile of a draft or an open request, except for its name.
pub(super) async fn edit(
    tx: &mut Tx<'_>,
    id: RequestId,
    name: &OrganizationName,
    fields: EditedFields<'_>,
) -> StoreResult<()> {
    let EditedFields { display_name, url, description } = fields;
    tx.sql(
        "update request set display_name = $2, url = $3, description = $4, search_key = $5
         where id = $1 and state in ('draft', 'submitted', 'more_information_needed', 'deferred')",
    )
    .bind(id)
    .bind(display_name.as_str())
    .bind(url.as_str())
    .bind(description.as_str())
    .bind(search_key(name, display_name, url, description))
    .expect_one_or_conflict()
    .await
}

/// Moves an open request to another open state.
pub(super) async fn set_state(tx: &mut Tx<'_>, id: RequestId, state: RequestState) -> StoreResult<()> {
    tx.sql(
        "update request set state = $2
         where id = $1 and state in ('submitted', 'more_information_needed', 'deferred')",
    )
    .bind(id)
    .bind(state.code())
    .expect_one_or_conflict()
    .await
}

/// A message to insert.
pub(super) struct NewMessage<'a> {
    pub id: MessageId,
    pub kind: Kind,
    pub body: &'a Reason,
    pub answers: Option<MessageId>,
}

/// Inserts a message. Only accounts write messages.
pub(super) async fn add_message(
    tx: &mut Tx<'_>,
    by: &Author,
    now: Timestamp,
    request: RequestId,
    message: NewMessage<'_>,
) -> StoreResult<()> {
    tx.sql(
        "insert into request_message (id, request_id, author_id, kind, body, answers_id, written_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(message.id)
    .bind(request)
    .bind(by.account)
    .bind(message.kind.code())
    .bind(message.body.as_str())
    .bind(message.answers)
    .bind(now)
    .expect_one()
    .await
}

/// How a request is closed.
pub(super) struct Resolution<'a> {
    pub state: RequestState,
    /// What the applicant reads about the decision.
    pub words: &'a str,
    /// The organization that was founded.
    pub organization: Option<OrganizationId>,
}

/// Closes a request. The statement repeats the condition that it is open.
pub(super) async fn close(
    tx: &mut Tx<'_>,
    by: &Author,
    now: Timestamp,
    id: RequestId,
    resolution: Resolution<'_>,
) -> StoreResult<()> {
    tx.sql(
        "update request set state = $2, decided_at = $3, decided_by = $4, decision_words = $5, organization_id = $6,
            revision = revision + 1
         where id = $1 and state in ('submitted', 'more_information_needed', 'deferred')",
    )
    .bind(id)
    .bind(resolution.state.code())
    .bind(now)
    .bind(by.account)
    .bind(resolution.words)
    .bind(resolution.organization)
    .expect_one_or_conflict()
    .await
}
