//! How events of organizations are stored.

use super::Profile;
use crate::store::{StoreResult, Tx};
use shared::ids::OrganizationId;
use shared::names::display_skeleton;
use shared::text::Reason;
use shared::timestamp::Timestamp;
use shared::unicode::search_key;

pub(super) async fn insert(
    tx: &mut Tx<'_>,
    now: Timestamp,
    id: OrganizationId,
    profile: Profile<'_>,
) -> StoreResult<()> {
    let Profile { name, display_name, url, description, kind } = profile;
    tx.sql("insert into held_name (name_key, name, organization_id, since_at) values ($1, $2, $3, $4)")
        .bind(name.key())
        .bind(name.clone())
        .bind(id)
        .bind(now)
        .expect_one()
        .await?;
    tx.sql(
        "insert into organization (id, name, name_key, display_name, display_key, url, description, kind, state, founded_at,
            look_key, host_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'founding', $9, $10, $11)",
    )
    .bind(id)
    .bind(name.clone())
    .bind(name.key())
    .bind(display_name.as_str())
    .bind(search_key(display_name.as_str()))
    .bind(url.as_str())
    .bind(description.as_str())
    .bind(kind.code())
    .bind(now)
    .bind(display_skeleton(display_name.as_str()))
    .bind(url.domain())
    .expect_one()
    .await
}

pub(super) async fn activate(tx: &mut Tx<'_>, id: OrganizationId) -> StoreResult<()> {
    tx.sql("update organization set state = 'active' where id = $1 and state = 'founding'")
        .bind(id)
        .expect_one_or_conflict()
        .await
}

pub(super) async fn disable(tx: &mut Tx<'_>, id: OrganizationId, reason: &Reason) -> StoreResult<()> {
    tx.sql("update organization set state = 'disabled', disabled_reason = $2 where id = $1 and state = 'active'")
        .bind(id)
        .bind(reason.as_str())
        .expect_one_or_conflict()
        .await
}

pub(super) async fn enable(tx: &mut Tx<'_>, id: OrganizationId) -> StoreResult<()> {
    tx.sql("update organization set state = 'active', disabled_reason = null where id = $1 and state = 'disabled'")
        .bind(id)
        .expect_one_or_conflict()
        .await
}
