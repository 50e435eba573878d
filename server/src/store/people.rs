//! The people of organizations.

use super::accounts::Account;
use super::history::ChainHead;
use super::{FromRow, Row, StoreError, StoreResult, Tx, invitations};
use shared::billing::Price;
use shared::ids::{AccountId, InvitationId, OrganizationId};
use shared::names::{NameKey, OrganizationName, Username};
use shared::roles::{Kind, Role};
use shared::rules::people::{Invitee, MemberFacts, Offer, OrganizationAccess};
use shared::rules::{Organization, Party};
use shared::text::DisplayName;
use shared::timestamp::Timestamp;
use shared::wire::people::PersonRow;

/// A member of an organization.
#[derive(Clone, Debug)]
pub struct Member {
    pub account: AccountId,
    pub username: String,
    /// Whether their account is disabled.
    pub disabled: bool,
    pub role: Role,
    pub joined_at: Timestamp,
    /// Who changed the role last, if it was changed.
    pub changed_by: Option<(AccountId, String)>,
}

impl FromRow for Member {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            account: row.get("account_id")?,
            username: row.get("username")?,
            disabled: row.get::<String>("state")? == "disabled",
            role: row.code("role", Role::from_code)?,
            joined_at: row.get("joined_at")?,
            changed_by: row.maybe("changed_by")?.zip(row.maybe("changed_by_name")?),
        })
    }
}

struct RoleRow(Role);

impl FromRow for RoleRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.code("role", Role::from_code).map(Self)
    }
}

/// The role of an account in an organization, if it is a member.
pub async fn role(tx: &mut Tx<'_>, organization: OrganizationId, account: AccountId) -> StoreResult<Option<Role>> {
    let found: Option<RoleRow> = tx
        .sql("select role from membership where organization_id = $1 and account_id = $2")
        .bind(organization)
        .bind(account)
        .optional()
        .await?;
    Ok(found.map(|RoleRow(role)| role))
}

/// The order of members: by role, then by name.
const RANK: [Role; 4] = Role::ALL;

impl Member {
    /// The member's position in the order of members, for URLs.
    pub fn cursor(&self) -> String {
        let rank = RANK.iter().position(|role| *role == self.role).unwrap_or_default();
        format!("{rank}.{}", Username::from_stored(self.username.clone()).key())
    }

    /// The member as another member sees them. Who changed a role is shown to those who see the history, and to the
    /// member.
    pub fn row(self, me: AccountId, sees_history: bool) -> PersonRow {
        PersonRow {
            you: self.account == me,
            username: self.username,
            role: self.role,
            joined_at: self.joined_at,
            changed_by: self
                .changed_by
                .filter(|(by, _)| (sees_history || self.account == me) && *by != me)
                .map(|(_, name)| name),
        }
    }
}

/// Which members a list has. The default is all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemberFilter<'a> {
    /// A part of the username.
    pub text: &'a str,
    pub role: Option<Role>,
    /// The cursor at which the list begins ([`Member::cursor`]). An invalid one means the beginning.
    pub from: &'a str,
}

/// The members that match a filter: Owners first, then by name.
pub async fn page(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    filter: MemberFilter<'_>,
    limit: u32,
) -> StoreResult<Vec<Member>> {
    let MemberFilter { text, role, from } = filter;
    let (rank, name) = from.split_once('.').unwrap_or(("0", ""));
    let Some(names) = super::keys::in_usernames(text) else { return Ok(Vec::new()) };
    tx.sql(
        "select m.account_id, a.username, a.state, m.role, m.joined_at, m.changed_by, b.username as changed_by_name
          from membership m join account a on a.id = m.account_id left join account b on b.id = m.changed_by
          where m.organization_id = $1 and m.username_key like $2 and ($3 = '' or m.role = $3)
             and (case m.role when 'owner' then 0 when 'manager' then 1 when 'billing_manager' then 2 else 3 end, m.username_key) >= ($4, $5)
          order by case m.role when 'owner' then 0 when 'manager' then 1 when 'billing_manager' then 2 else 3 end, m.username_key
          limit $6",
    )
    .bind(organization)
    .bind(names)
    .bind(role.map_or("", Role::code))
    .bind(rank.parse::<i64>().unwrap_or_default())
    .bind(name)
    .bind(i64::from(limit))
    .list()
    .await
}

struct RoleCountRow(Role, u32);

impl FromRow for RoleCountRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let rank: u32 = row.get("rank")?;
        let role = usize::try_from(rank).ok().and_then(|rank| RANK.get(rank));
        let role = role.ok_or_else(|| StoreError::inconsistent("rank", rank))?;
        Ok(Self(*role, row.get("people")?))
    }
}

/// How many members have each role. Roles without members are left out. It groups by rank, so that the index of
/// [`page`] covers the query.
pub async fn role_counts(tx: &mut Tx<'_>, organization: OrganizationId) -> StoreResult<Vec<(Role, u32)>> {
    let found: Vec<RoleCountRow> = tx
        .sql(
            "select cast(rank as bigint) as rank, count(*) as people from (
                select case role when 'owner' then 0 when 'manager' then 1 when 'billing_manager' then 2 else 3 end as rank
                from membership where organization_id = $1) ranked
             group by rank",
        )
        .bind(organization)
        .list()
        .await?;
    let of = |role| found.iter().find(|RoleCountRow(of, _)| *of == role).map(|RoleCountRow(_, people)| (role, *people));
    Ok(Role::ALL.into_iter().filter_map(of).collect())
}

struct UsernameRow(String);

impl FromRow for UsernameRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("username").map(Self)
    }
}

struct OrganizationIdRow(OrganizationId);

impl FromRow for OrganizationIdRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        row.get("organization_id").map(Self)
    }
}

/// Usernames that an account sees in its other organizations, of people who are not in this one, by name. Suggesting
/// them reveals nothing. Only the ten organizations that the account joined last are read, and of each only the first
/// `limit` members. So a large organization costs no more than a small one.
pub async fn suggested_usernames(
    tx: &mut Tx<'_>,
    account: AccountId,
    organization: OrganizationId,
    limit: u32,
) -> StoreResult<Vec<String>> {
    let others: Vec<OrganizationIdRow> = tx
        .sql(
            "select m.organization_id from membership m
             join organization o on o.id = m.organization_id and o.state = 'active'
             where m.account_id = $1 and m.organization_id <> $2 order by m.joined_at desc limit 10",
        )
        .bind(account)
        .bind(organization)
        .list()
        .await?;
    let mut names = Vec::new();
    for OrganizationIdRow(other) in others {
        let found: Vec<UsernameRow> = tx
            .sql(
                "select a.username from (
                    select account_id from membership where organization_id = $1
                    order by case role when 'owner' then 0 when 'manager' then 1 when 'billing_manager' then 2 else 3 end,
                        username_key limit $3) theirs
                 join account a on a.id = theirs.account_id and a.state = 'active'
                 where not exists (select 1 from membership m where m.organization_id = $2 and m.account_id = a.id)",
            )
            .bind(other)
            .bind(organization)
            .bind(i64::from(limit))
            .list()
            .await?;
        names.extend(found.into_iter().map(|UsernameRow(name)| name));
    }
    names.sort_by_key(|name| Username::from_stored(name.clone()).key());
    names.dedup();
    names.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(names)
}

struct MemberAccount {
    account: Account,
    role: Role,
}

/// An organization with one of its members, and the head of its hash chain.
struct WithinRow {
    organization: Organization,
    kind: Kind,
    disabled: Option<String>,
    head: ChainHead,
    member: Option<MemberAccount>,
}

impl FromRow for WithinRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let member = match row.maybe::<AccountId>("id")? {
            Some(_) => {
                Some(MemberAccount { account: Account::from_row(row)?, role: row.code("role", Role::from_code)? })
            }
            None => None,
        };
        Ok(Self {
            organization: Organization {
                id: row.get("organization_id")?,
                name: OrganizationName::from_stored(row.get("name")?),
                display_name: DisplayName::from_stored(row.get("display_name")?),
            },
            kind: row.code("kind", Kind::from_code)?,
            disabled: row.maybe("disabled_reason")?,
            head: ChainHead::from_row(row)?,
            member,
        })
    }
}

/// An organization as an account sees it.
pub struct FoundOrganization {
    pub kind: Kind,
    pub access: OrganizationAccess,
    /// The Owners whose accounts are enabled, with their addresses.
    pub owners: Vec<Account>,
}

/// An organization with its Owners, by name, and the role of an account in it. One statement reads it together with the
/// head of its hash chain, for a caller that has locked the organization ([`super::organizations::lock`]).
pub async fn access(
    tx: &mut Tx<'_>,
    key: &NameKey,
    account: Option<AccountId>,
    price: Price,
) -> StoreResult<Option<FoundOrganization>> {
    let found: Vec<WithinRow> = tx
        .sql(
            "select o.id as organization_id, o.name, o.display_name, o.kind, o.disabled_reason, l.organization_number, l.hash,
                a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at, p.role
             from organization o
             left join event l on l.organization_id = o.id
                and l.organization_number = (select max(organization_number) from event where organization_id = o.id)
             left join (
                select account_id, role from membership
                where organization_id = (select id from organization where name_key = $1) and role = 'owner'
                union all select account_id, role from membership
                where organization_id = (select id from organization where name_key = $1) and account_id = $2
                    and role <> 'owner') p on true
             left join account a on a.id = p.account_id
             left join email_address e on e.account_id = a.id and e.is_primary
             where o.name_key = $1 and o.state in ('active', 'disabled')",
        )
        .bind(key.clone())
        .bind(account)
        .list()
        .await?;
    let mut members = Vec::new();
    let mut organization_row = None;
    for WithinRow { organization, kind, disabled, head, member } in found {
        members.extend(member);
        organization_row = Some((organization, kind, disabled, head));
    }
    let Some((organization, kind, disabled, head)) = organization_row else { return Ok(None) };
    members.sort_by_key(|member| Username::from_stored(member.account.username.clone()).key());
    let my_role = members.iter().find(|member| Some(member.account.id) == account).map(|member| member.role);
    let (disabled_owners, able): (Vec<Account>, Vec<Account>) = members
        .into_iter()
        .filter(|member| member.role == Role::Owner)
        .map(|member| member.account)
        .partition(|account| account.disabled);
    let parties = |accounts: &[Account]| accounts.iter().map(Account::party).collect();
    let access = OrganizationAccess {
        my_role,
        owners: parties(&able),
        disabled_owners: parties(&disabled_owners),
        price: (kind == Kind::Private).then_some(price),
        disabled,
        organization,
    };
    tx.chain_heads.insert(access.organization.id, head);
    Ok(Some(FoundOrganization { kind, access, owners: able }))
}

/// A member, with their address.
pub struct FoundMember {
    pub account: Account,
    pub facts: MemberFacts,
}

impl FromRow for FoundMember {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let account = Account::from_row(row)?;
        let facts = MemberFacts {
            account: account.party(),
            role: row.code("role", Role::from_code)?,
            changed_by: row.maybe("changed_by_name")?,
            sent: Vec::new(),
        };
        Ok(Self { account, facts })
    }
}

/// The member with this username, with the pending invitations that they have sent.
pub async fn member(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    username: &NameKey,
) -> StoreResult<Option<FoundMember>> {
    let found: Option<FoundMember> = tx
        .sql(
            "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at,
                m.role, b.username as changed_by_name
             from account a join email_address e on e.account_id = a.id and e.is_primary
             join membership m on m.account_id = a.id and m.organization_id = $1
             left join account b on b.id = m.changed_by where a.username_key = $2",
        )
        .bind(organization)
        .bind(username.clone())
        .optional()
        .await?;
    let Some(mut found) = found else { return Ok(None) };
    // Only Owners invite.
    if found.facts.role == Role::Owner {
        found.facts.sent = invitations::sent_by(tx, organization, found.account.id).await?;
    }
    Ok(Some(found))
}

/// An account that may be invited, with its address.
pub struct FoundInvitee {
    pub account: Account,
    pub invitee: Invitee,
}

impl FromRow for FoundInvitee {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let account = Account::from_row(row)?;
        let invitee = Invitee {
            account: account.party(),
            verified: account.verified,
            role: match row.maybe::<String>("role")? {
                Some(_) => Some(row.code("role", Role::from_code)?),
                None => None,
            },
            invited: row.maybe::<InvitationId>("invitation_id")?.map(|_| pending_offer(row)).transpose()?,
        };
        Ok(Self { account, invitee })
    }
}

/// The pending invitation of an invitee.
fn pending_offer(row: &Row) -> StoreResult<Offer> {
    Ok(Offer {
        id: row.get("invitation_id")?,
        invitee: Party { id: row.get("id")?, username: row.get("username")? },
        inviter: Party { id: row.get("inviter_id")?, username: row.get("inviter")? },
        role: row.code("offered", Role::from_code)?,
        ends_at: row.get("ends_at")?,
    })
}

/// The enabled account with this username, with its membership and its pending invitation in an organization.
pub async fn invitee(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    username: &NameKey,
) -> StoreResult<Option<FoundInvitee>> {
    tx.sql(
        "select a.id, a.username, a.administrator, a.state, a.created_at, e.id as email_id, e.address, e.verified_at,
                m.role, i.id as invitation_id, i.role as offered, i.ends_at, i.inviter_id,
                b.username as inviter
             from account a join email_address e on e.account_id = a.id and e.is_primary
             left join membership m on m.account_id = a.id and m.organization_id = $1
             left join invitation i on i.account_id = a.id and i.organization_id = $1 and i.state = 'live'
             left join account b on b.id = i.inviter_id
             where a.username_key = $2 and a.state = 'active'",
    )
    .bind(organization)
    .bind(username.clone())
    .optional()
    .await
}
