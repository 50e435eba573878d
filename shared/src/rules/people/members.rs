//! Changing roles, removing members and leaving (rules, section 5).

use super::{MemberFacts, MemberState, OrganizationAccess, revoked};
use crate::domain::Ended;
use crate::limits;
use crate::names::{NameKey, Username};
use crate::notice::Notice;
use crate::refusal::{FaultCode, Field, Refusal};
use crate::roles::{Permission, Role};
use crate::routes::Page;
use crate::rules::{Actor, Command, Decision, DecisionContext, Event, Person, SkipReason, Skipped};
use crate::unicode::strip_link_breaks;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// What must be known to change or remove members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembersFacts {
    pub access: OrganizationAccess,
    /// The people with these names, in the same order.
    pub members: Vec<MemberState>,
}

/// A member who is selected on a page. As text it is `username` or `username=role`, in addresses and forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedMember {
    pub username: Username,
    /// The role that the page showed.
    pub shown: Option<Role>,
}

/// The members who are selected on a page. As text they are separated by spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedMembers(Vec<SelectedMember>);

impl SelectedMembers {
    /// Parses the text.
    ///
    /// # Errors
    /// Nobody is selected, more than [`limits::SELECTED_AT_ONCE`] are, or a name or a role is invalid.
    pub fn parse(text: &str) -> Result<Self, FaultCode> {
        let members: Result<Vec<SelectedMember>, FaultCode> =
            text.split_whitespace().map(SelectedMember::from_str).collect();
        match members? {
            members if members.is_empty() => Err(FaultCode::NobodySelected {}),
            members if members.len() > limits::SELECTED_AT_ONCE => {
                Err(FaultCode::TooMany { max: limits::SELECTED_AT_ONCE, count: members.len() })
            }
            // Our forms never send a name twice.
            members
                if members.iter().map(|m| m.username.key()).collect::<BTreeSet<NameKey>>().len() < members.len() =>
            {
                Err(FaultCode::InvalidOption {})
            }
            members => Ok(Self(members)),
        }
    }

    /// Returns the usernames.
    pub fn names(self) -> Vec<Username> {
        self.0.into_iter().map(|member| member.username).collect()
    }

    /// Returns the members, each with the role that the page showed.
    ///
    /// # Errors
    /// A role is missing.
    pub fn with_roles(self) -> Result<Vec<(Username, Role)>, FaultCode> {
        let pairs = self.0.into_iter().map(|member| member.shown.map(|role| (member.username, role)));
        pairs.collect::<Option<_>>().ok_or(FaultCode::InvalidOption {})
    }
}

impl FromStr for SelectedMember {
    type Err = FaultCode;

    fn from_str(text: &str) -> Result<Self, FaultCode> {
        let (username, shown) = match text.split_once('=') {
            Some((username, role)) => (username, Some(Role::from_code(role).ok_or(FaultCode::InvalidOption {})?)),
            None => (text, None),
        };
        Ok(Self { username: Username::parse(username).map_err(|_| FaultCode::InvalidOption {})?, shown })
    }
}

impl fmt::Display for SelectedMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shown {
            Some(role) => write!(f, "{}={}", self.username, role.code()),
            None => f.write_str(self.username.as_str()),
        }
    }
}

/// Returns the text that [`SelectedMembers::parse`] reads.
pub fn selected_members_text(members: &[SelectedMember]) -> String {
    members.iter().map(SelectedMember::to_string).collect::<Vec<_>>().join(" ")
}

/// Change the role of one or several members. Of several, those are skipped who are no longer members, or whose role
/// has changed since the page was shown.
#[derive(Clone, Debug)]
pub struct AssignRole {
    /// The organization, by its key. It is `None` if what was typed is no name.
    pub organization: Option<NameKey>,
    /// The members, with the role that the page showed.
    pub people: Vec<(Username, Role)>,
    pub role: Role,
}

impl Command for AssignRole {
    type Facts = Option<MembersFacts>;
    const NAME: &'static str = "people/assign-role";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let me = actor.person()?;
        let MembersFacts { access, members } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        access.authorize(actor, Permission::ManagePeople)?;
        let alone = members.len() == 1;
        let (mut events, mut changed, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
        for ((username, was), state) in self.people.iter().zip(members) {
            let why = match state {
                MemberState::Gone { ended } if alone => return Err(not_a_member(username, access, me, ended)),
                MemberState::Gone { ended } => SkipReason::NotAMember { ended: ended_for(ended, me) },
                // The same role changes nothing: no email, no event.
                MemberState::Present(member) if member.role == self.role => SkipReason::IsAlready { role: self.role },
                MemberState::Present(member) if changed_meanwhile(member, *was, me) => {
                    let (role, by) = (member.role, member.changed_by.clone());
                    if alone {
                        let username = member.account.username.clone();
                        return Err(Refusal::RoleChangedMeanwhile { username, role, by });
                    }
                    SkipReason::ChangedMeanwhile { role, by }
                }
                MemberState::Present(member) => {
                    changed.push(member.account.username.clone());
                    events.push(Event::RoleChanged {
                        organization: access.organization.clone(),
                        account: member.account.clone(),
                        before: member.role,
                        after: self.role,
                    });
                    if member.role == Role::Owner {
                        events.extend(revoked(&access.organization, &member.sent));
                    }
                    continue;
                }
            };
            skipped.push(skip(access, username, why));
        }
        access.ensure_owner_remains(&events)?;
        let notice = Notice::RoleChanged { whom: changed.into(), role: self.role };
        Ok(Decision::redirect(events, notice, Page::People(access.organization.name.to_string())).with_skipped(skipped))
    }
}

/// Remove members from an organization. An actor who removes themselves leaves. Of several, those who are no longer
/// members are skipped.
#[derive(Clone, Debug)]
pub struct RemoveMembers {
    /// The organization, by its key. It is `None` if what was typed is no name.
    pub organization: Option<NameKey>,
    pub people: Vec<Username>,
    /// The typed confirmation. It is `None` for a preview.
    pub typed: Option<String>,
}

/// Returns the text that confirms a removal: the username of one person, or the organization's account name for
/// several. The browser shows it and compares with [`typed_right`].
pub fn to_type(people: &[String], organization: &str) -> String {
    match people {
        [one] => one.clone(),
        _ => organization.to_owned(),
    }
}

/// Checks that what was typed is exactly the expected text. Surrounding white space is ignored.
///
/// # Errors
/// It is empty or differs.
pub fn typed_right(typed: &str, wanted: &str) -> Result<(), FaultCode> {
    match strip_link_breaks(typed).trim() {
        "" => Err(FaultCode::Empty {}),
        typed if typed == wanted => Ok(()),
        _ => Err(FaultCode::ConfirmationMismatch { wanted: wanted.to_owned() }),
    }
}

impl Command for RemoveMembers {
    type Facts = Option<MembersFacts>;
    const NAME: &'static str = "people/remove";
    const PREVIEWED: bool = true;

    fn decide(&self, actor: &Actor, facts: &Self::Facts, _: &mut DecisionContext) -> Result<Decision, Refusal> {
        let me = actor.person()?;
        let MembersFacts { access, members } = facts.as_ref().ok_or(Refusal::NotFound {})?;
        let leaves = matches!(members.as_slice(), [MemberState::Present(one)] if one.account.id == me.id);
        access.authorize(actor, if leaves { Permission::Leave } else { Permission::ManagePeople })?;
        let organization = &access.organization;
        let (mut events, mut skipped) = (Vec::new(), Vec::new());
        let (mut usernames, mut removed, mut left) = (Vec::new(), Vec::new(), false);
        for (username, state) in self.people.iter().zip(members) {
            let MemberFacts { account, role, sent, .. } = match state {
                MemberState::Present(member) => member,
                MemberState::Gone { ended } if members.len() == 1 => {
                    return Err(not_a_member(username, access, me, ended));
                }
                MemberState::Gone { ended } => {
                    usernames.push(username.to_string());
                    skipped.push(skip(access, username, SkipReason::NotAMember { ended: ended_for(ended, me) }));
                    continue;
                }
            };
            usernames.push(account.username.clone());
            let (organization, account, role) = (organization.clone(), account.clone(), *role);
            if account.id == me.id {
                left = true;
                events.push(Event::MemberLeft { organization, account, role });
            } else {
                removed.push(account.username.clone());
                events.push(Event::MemberRemoved { organization, account, role });
            }
            events.extend(revoked(&access.organization, sent));
        }
        access.ensure_owner_remains(&events)?;
        if let Some(typed) = &self.typed {
            typed_right(typed, &to_type(&usernames, organization.name.as_str()))
                .map_err(|code| Refusal::fault(Field::Confirmation, code))?;
        }
        let (notice, next) = if left {
            let display_name = organization.display_name.to_string();
            (Notice::Left { display_name, removed: removed.into() }, Page::YourOrganizations)
        } else {
            (Notice::Removed { whom: removed.into() }, Page::People(organization.name.to_string()))
        };
        Ok(Decision::redirect(events, notice, next).with_skipped(skipped))
    }
}

/// Returns whether somebody else changed the role of a member since the page was shown. A change by the actor does not
/// count, because they know about it.
fn changed_meanwhile(member: &MemberFacts, was: Role, me: &Person) -> bool {
    member.role != was && member.changed_by.as_ref() != Some(&me.username)
}

/// Returns how a membership ended. The name is left out if the actor removed the member.
fn ended_for(ended: &Option<Ended>, me: &Person) -> Option<Ended> {
    match ended {
        Some(Ended::Removed { by }) if by.as_ref() == Some(&me.username) => Some(Ended::Removed { by: None }),
        other => other.clone(),
    }
}

fn not_a_member(username: &Username, access: &OrganizationAccess, me: &Person, ended: &Option<Ended>) -> Refusal {
    let organization = access.organization.name.to_string();
    Refusal::NotAMember { username: username.to_string(), organization, ended: ended_for(ended, me) }
}

fn skip(access: &OrganizationAccess, username: &Username, why: SkipReason) -> Skipped {
    Skipped { organization: access.organization.id, username: username.to_string(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selected_member_is_printed_as_it_is_parsed() {
        for text in ["lee", "lee=member", "Kim.K=billing_manager"] {
            assert_eq!(text.parse::<SelectedMember>().map(|one| one.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "=member", "lee=", "lee=king", "lee=member=owner", "a b", "dana@example.org"] {
            assert_eq!(text.parse::<SelectedMember>(), Err(FaultCode::InvalidOption {}), "{text:?}");
        }
        let text = "lee=member kim";
        let members: Vec<SelectedMember> = text.split(' ').map(|one| one.parse().unwrap()).collect();
        assert_eq!(selected_members_text(&members), text);
        assert_eq!(SelectedMembers::parse(text), Ok(SelectedMembers(members)));
    }
}
