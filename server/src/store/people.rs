//! The people of organizations.

use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{AccountId, OrganizationId};
use shared::moment::Moment;
use shared::roles::Role;

/// A member of an organization.
#[derive(Clone, Debug)]
pub struct Member {
    pub account: AccountId,
    pub username: String,
    pub role: Role,
    pub joined_at: Moment,
}

impl FromRow for Member {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            account: row.get("account_id")?,
            username: row.get("username")?,
            role: row.code("role", Role::from_code)?,
            joined_at: row.get("joined_at")?,
        })
    }
}

/// What an account is in an organization, if anything.
///
/// # Errors
/// The database's own trouble.
pub async fn role(tx: &mut Tx<'_>, organization: OrganizationId, account: AccountId) -> StoreResult<Option<Role>> {
    let member: Option<Member> = tx
        .sql(
            "select m.account_id, a.username, m.role, m.joined_at from membership m join account a on a.id = m.account_id
             where m.organization_id = $1 and m.account_id = $2",
        )
        .bind(organization)
        .bind(account)
        .optional()
        .await?;
    Ok(member.map(|m| m.role))
}

/// The members of an organization, Owners first, then by name. All of them: the page says how many there are.
///
/// # Errors
/// The database's own trouble.
pub async fn members(tx: &mut Tx<'_>, organization: OrganizationId) -> StoreResult<Vec<Member>> {
    tx.sql(
        "select m.account_id, a.username, m.role, m.joined_at from membership m join account a on a.id = m.account_id
         where m.organization_id = $1
         order by case m.role when 'owner' then 0 when 'manager' then 1 when 'billing_manager' then 2 else 3 end, a.username_key",
    )
    .bind(organization)
    .list()
    .await
}
