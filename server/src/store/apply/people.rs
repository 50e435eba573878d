//! How events of an organization's people are stored. The condition of each statement repeats what the facts said of
//! its row.

use super::Author;
use crate::store::{StoreResult, Tx};
use shared::domain::InvitationState;
use shared::ids::{AccountId, InvitationId, OrganizationId};
use shared::roles::Role;
use shared::rules::{Party, Secret};
use shared::timestamp::{Seconds, Timestamp};

/// An invitation to insert.
pub(super) struct NewInvitation<'a> {
    pub id: InvitationId,
    pub organization: OrganizationId,
    pub invitee: &'a Party,
    pub inviter: &'a Party,
    pub role: Role,
    pub secret: &'a Secret,
    pub lives: Seconds,
}

pub(super) async fn invite(tx: &mut Tx<'_>, now: Timestamp, invitation: NewInvitation<'_>) -> StoreResult<()> {
    tx.sql(
        "insert into invitation (id, organization_id, account_id, inviter_id, role, state, secret_hash, created_at, ends_at)
         values ($1, $2, $3, $4, $5, 'live', $6, $7, $8)",
    )
    .bind(invitation.id)
    .bind(invitation.organization)
    .bind(invitation.invitee.id)
    .bind(invitation.inviter.id)
    .bind(invitation.role.code())
    .bind(invitation.secret.hash())
    .bind(now)
    .bind(now.plus(invitation.lives))
    .expect_one()
    .await
}

/// Extends an invitation. It replaces its link and stores who invites now.
pub(super) async fn renew(
    tx: &mut Tx<'_>,
    id: InvitationId,
    inviter: &Party,
    secret: &Secret,
    ends_at: Timestamp,
) -> StoreResult<()> {
    tx.sql("update invitation set secret_hash = $2, ends_at = $3, inviter_id = $4 where id = $1 and state = 'live'")
        .bind(id)
        .bind(secret.hash())
        .bind(ends_at)
        .bind(inviter.id)
        .expect_one_or_conflict()
        .await
}

pub(super) async fn close(
    tx: &mut Tx<'_>,
    by: &Author,
    now: Timestamp,
    id: InvitationId,
    state: InvitationState,
) -> StoreResult<()> {
    tx.sql("update invitation set state = $2, closed_at = $3, closed_by = $4 where id = $1 and state = 'live'")
        .bind(id)
        .bind(state.code())
        .bind(now)
        .bind(by.account)
        .expect_one_or_conflict()
        .await
}

pub(super) async fn join(
    tx: &mut Tx<'_>,
    now: Timestamp,
    organization: OrganizationId,
    account: AccountId,
    role: Role,
) -> StoreResult<()> {
    tx.sql(
        "insert into membership (organization_id, account_id, role, joined_at, username_key)
         select $1, id, $3, $4, username_key from account where id = $2",
    )
    .bind(organization)
    .bind(account)
    .bind(role.code())
    .bind(now)
    .expect_one()
    .await
}

/// A member's new role.
pub(super) struct RoleChange {
    pub organization: OrganizationId,
    pub account: AccountId,
    pub before: Role,
    pub after: Role,
}

pub(super) async fn change_role(tx: &mut Tx<'_>, by: &Author, change: RoleChange) -> StoreResult<()> {
    let RoleChange { organization, account, before, after } = change;
    tx.sql(
        "update membership set role = $4, changed_by = $5 where organization_id = $1 and account_id = $2 and role = $3",
    )
    .bind(organization)
    .bind(account)
    .bind(before.code())
    .bind(after.code())
    .bind(by.account)
    .expect_one_or_conflict()
    .await
}

pub(super) async fn remove(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    account: AccountId,
    role: Role,
) -> StoreResult<()> {
    tx.sql("delete from membership where organization_id = $1 and account_id = $2 and role = $3")
        .bind(organization)
        .bind(account)
        .bind(role.code())
        .expect_one_or_conflict()
        .await
}
