//! How changes of organizations and their people are stored.

use crate::store::{StoreResult, Tx};
use shared::moment::Moment;
use shared::rules::Change;

pub(super) async fn apply(tx: &mut Tx<'_>, now: Moment, change: &Change) -> StoreResult<()> {
    match change {
        Change::OrganizationFounded { id, name, display_name, url, description, kind } => {
            tx.sql("insert into held_name (name_key, name, organization_id, since_at) values ($1, $2, $3, $4)")
                .bind(name.key())
                .bind(name.clone())
                .bind(id.0)
                .bind(now)
                .one()
                .await?;
            tx.sql(
                "insert into organization (id, name, name_key, display_name, url, description, kind, state, founded_at)
                 values ($1, $2, $3, $4, $5, $6, $7, 'founding', $8)",
            )
            .bind(id.0)
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
        Change::OrganizationActivated { id, .. } => {
            tx.sql("update organization set state = 'active' where id = $1 and state = 'founding'")
                .bind(id.0)
                .still()
                .await
        }
        Change::MemberJoined { organization, account, role, .. } => {
            tx.sql("insert into membership (organization_id, account_id, role, joined_at) values ($1, $2, $3, $4)")
                .bind(organization.0)
                .bind(account.id)
                .bind(role.code())
                .bind(now)
                .one()
                .await
        }
        other => Err(super::misplaced(other)),
    }
}
