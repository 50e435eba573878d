//! The facts of the commands on the people of an organization.

use super::*;
use shared::billing::Price;
use shared::limits;
use shared::rules::people::*;

impl World {
    fn access(&self, organization: &Organization, actor: &Actor) -> OrganizationAccess {
        let role = |id| organization.members.iter().find(|(member, _)| *member == id).map(|(_, role)| *role);
        let owners = organization.members.iter().filter(|(_, role)| *role == Role::Owner);
        let (disabled_owners, owners): (Vec<Party>, Vec<Party>) = owners.filter_map(|(id, _)| self.account(*id)).fold(
            Default::default(),
            |(mut out, mut able): (Vec<Party>, Vec<Party>), account| {
                if account.disabled { &mut out } else { &mut able }.push(account.party.clone());
                (out, able)
            },
        );
        OrganizationAccess {
            organization: shared::rules::Organization {
                id: organization.id,
                name: organization.name.clone(),
                display_name: organization.display_name.clone(),
            },
            disabled: organization.disabled.then(|| "Spam.".to_owned()),
            my_role: actor.person().ok().and_then(|person| role(person.id)),
            owners,
            disabled_owners,
            price: (organization.kind == Kind::Private).then_some(Price::USUAL),
        }
    }

    fn named(&self, key: &NameKey) -> Option<&Organization> {
        self.organizations.iter().find(|o| o.active && o.name.key() == *key)
    }

    fn invitation(&self, id: InvitationId, actor: &Actor) -> Option<InvitationFacts> {
        let found = self.invitations.iter().find(|i| i.offer.id == id)?;
        let organization = self.organizations.iter().find(|o| o.id == found.organization)?;
        let (access, offer, state) = (self.access(organization, actor), found.offer.clone(), found.state);
        Some(InvitationFacts { access, offer, state, closed_by: None })
    }

    fn members(&self, key: &NameKey, names: &[Username], actor: &Actor) -> Option<MembersFacts> {
        let organization = self.named(key)?;
        let live = |by: AccountId| {
            let sent = self.invitations.iter().filter(move |i| {
                i.organization == organization.id && i.state == InvitationState::Live && i.offer.inviter.id == by
            });
            sent.map(|i| i.offer.clone()).collect()
        };
        let member = |name: &Username| {
            let account = self.by_username(name.as_str())?;
            let (id, role) = organization.members.iter().find(|(id, _)| *id == account.party.id)?;
            Some(MemberFacts { account: account.party.clone(), role: *role, changed_by: None, sent: live(*id) })
        };
        let state = |name: &Username| member(name).map_or(MemberState::Gone { ended: None }, MemberState::Present);
        let members = names.iter().map(state).collect();
        Some(MembersFacts { access: self.access(organization, actor), members })
    }
}

impl ReadFacts for AppointOwner {
    fn facts(&self, world: &World, actor: &Actor) -> Option<AppointFacts> {
        let organization = world.named(&self.organization.key())?;
        let access = world.access(organization, actor);
        let candidate = world.by_username(self.username.as_str()).map(|account| {
            if account.disabled {
                return Candidate::Disabled(account.party.clone());
            }
            let id = account.party.id;
            let live = world.invitations.iter().find(|i| {
                i.organization == organization.id && i.offer.invitee.id == id && i.state == InvitationState::Live
            });
            Candidate::Able(Invitee {
                account: account.party.clone(),
                verified: account.primary().verified,
                role: organization.members.iter().find(|(member, _)| *member == id).map(|(_, role)| *role),
                invited: live.map(|i| i.offer.clone()),
            })
        });
        Some(AppointFacts { access, candidate })
    }
}

impl ReadFacts for Invite {
    fn facts(&self, world: &World, actor: &Actor) -> Option<InviteFacts> {
        let organization = world.named(self.organization.as_ref()?)?;
        let invitee = |name: &Username| {
            let account = world.by_username(name.as_str()).filter(|account| !account.disabled)?;
            let id = account.party.id;
            let live = world.invitations.iter().find(|i| {
                i.organization == organization.id && i.offer.invitee.id == id && i.state == InvitationState::Live
            });
            Some(Invitee {
                account: account.party.clone(),
                verified: account.primary().verified,
                role: organization.members.iter().find(|(member, _)| *member == id).map(|(_, role)| *role),
                invited: live.map(|i| i.offer.clone()),
            })
        };
        let invitees = self.usernames.iter().map(invitee).collect();
        Some(InviteFacts { access: world.access(organization, actor), invitees, lives: limits::INVITATION })
    }
}

impl ReadFacts for ResendInvitation {
    fn facts(&self, world: &World, actor: &Actor) -> Option<ResendInvitationFacts> {
        let invitation = world.invitation(self.id, actor)?;
        Some(ResendInvitationFacts { invitation, lives: limits::INVITATION })
    }
}

impl ReadFacts for RevokeInvitation {
    fn facts(&self, world: &World, actor: &Actor) -> Option<InvitationFacts> {
        world.invitation(self.id, actor)
    }
}

impl ReadFacts for ExpireInvitation {
    fn facts(&self, world: &World, actor: &Actor) -> Option<InvitationFacts> {
        world.invitation(self.id, actor)
    }
}

impl ReadFacts for AcceptInvitation {
    fn facts(&self, world: &World, actor: &Actor) -> Option<InvitationFacts> {
        world.invitation(self.id, actor)
    }
}

impl ReadFacts for DeclineInvitation {
    fn facts(&self, world: &World, actor: &Actor) -> Option<InvitationFacts> {
        world.invitation(self.id, actor)
    }
}

impl ReadFacts for AssignRole {
    fn facts(&self, world: &World, actor: &Actor) -> Option<MembersFacts> {
        let names: Vec<Username> = self.people.iter().map(|(name, _)| name.clone()).collect();
        world.members(self.organization.as_ref()?, &names, actor)
    }
}

impl ReadFacts for RemoveMembers {
    fn facts(&self, world: &World, actor: &Actor) -> Option<MembersFacts> {
        world.members(self.organization.as_ref()?, &self.people, actor)
    }
}
