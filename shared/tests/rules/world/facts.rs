//! How each command reads its facts from the world.

use super::*;
use shared::billing::Price;

/// The times within the day before now.
pub(super) fn within_a_day(moments: impl Iterator<Item = Timestamp>, now: Timestamp) -> Vec<Timestamp> {
    moments.filter(|at| *at > now.minus(Seconds::days(1))).collect()
}

impl ReadFacts for CreateAccount {
    fn facts(&self, world: &World, _: &Actor) -> CreateFacts {
        CreateFacts {
            username_taken: world.by_username(self.username.as_str()).is_some(),
            address_held: world.address_held(&self.email, None),
            emails: world.emails_today(&self.email, None),
        }
    }
}

impl ReadFacts for SetUp {
    fn facts(&self, world: &World, actor: &Actor) -> SetUpFacts {
        SetUpFacts {
            secret_matches: self.secret.is_some() && world.set_up.as_ref().map(|(s, _)| s) == self.secret.as_ref(),
            set_up: world.is_set_up(),
            account: self.account.facts(world, actor),
        }
    }
}

impl ReadFacts for VerifyEmail {
    fn facts(&self, world: &World, _: &Actor) -> Option<LinkFacts> {
        let link = world.links.iter().find(|l| !l.replaced && Some(&l.secret) == self.secret.as_ref())?;
        let account = world.account(link.account)?;
        let address = account.addresses.iter().find(|a| a.id == link.address)?;
        Some(LinkFacts {
            account: link.account,
            username: account.party.username.clone(),
            email_id: address.id,
            email: address.email.clone(),
            primary: address.primary,
            used: link.used,
            ends_at: link.ends_at,
            address_held: world.address_held(&address.email, Some(link.account)),
        })
    }
}

impl ReadFacts for ResendVerification {
    fn facts(&self, world: &World, actor: &Actor) -> Option<ResendFacts> {
        let account = world.account(actor.person().ok()?.id)?;
        let address = account.addresses.iter().find(|a| self.address.map_or(a.primary, |id| a.id == id))?;
        Some(ResendFacts {
            email_id: address.id,
            email: address.email.clone(),
            verified: address.verified,
            address_held: world.address_held(&address.email, Some(account.party.id)),
            emails: world.emails_today(&address.email, Some(account.party.id)),
        })
    }
}

impl ReadFacts for AddAddress {
    fn facts(&self, world: &World, actor: &Actor) -> Option<AddFacts> {
        let account = world.account(actor.person().ok()?.id)?;
        Some(AddFacts {
            password_hash: account.password_hash.clone(),
            addresses: account.addresses.len(),
            own: account.addresses.iter().any(|own| own.email.key() == self.email.key()),
            address_held: world.address_held(&self.email, Some(account.party.id)),
            emails: world.emails_today(&self.email, Some(account.party.id)),
        })
    }
}

impl ReadFacts for MakePrimary {
    fn facts(&self, world: &World, actor: &Actor) -> Option<PrimaryFacts> {
        let address = world.own_address(actor, self.address)?;
        let now = world.account(actor.person().ok()?.id)?.primary().email.clone();
        Some(PrimaryFacts { address, now })
    }
}

impl ReadFacts for RemoveAddress {
    fn facts(&self, world: &World, actor: &Actor) -> Option<RemoveFacts> {
        let address = world.own_address(actor, self.address)?;
        let all = &world.account(actor.person().ok()?.id)?.addresses;
        let another_verified = all.iter().any(|other| other.verified && other.id != address.id);
        Some(RemoveFacts { address, another_verified })
    }
}

impl ReadFacts for ChangePassword {
    fn facts(&self, world: &World, actor: &Actor) -> Option<PasswordFacts> {
        let account = world.account(actor.person().ok()?.id)?;
        let (password_hash, devices) = (account.password_hash.clone(), world.devices(account.party.id));
        Some(PasswordFacts { password_hash, devices })
    }
}

impl ReadFacts for AskForReset {
    fn facts(&self, world: &World, _: &Actor) -> Option<ResetFacts> {
        let account = world.by_username(&self.who)?;
        let verified = |a: &&AddressFacts| a.verified;
        let primary = Some(account.primary()).filter(verified);
        let email = primary.or_else(|| account.addresses.iter().find(verified)).map(|a| a.email.clone());
        let own = world.resets.iter().filter(|r| r.account == account.party.id);
        Some(ResetFacts {
            account: account.party.clone(),
            email,
            disabled: account.disabled,
            emails: within_a_day(own.map(|r| r.asked_at), world.now),
        })
    }
}

impl ReadFacts for ResetPassword {
    fn facts(&self, world: &World, _: &Actor) -> Option<ResetLink> {
        let made = world.resets.iter().find(|r| Some(&r.secret) == self.secret.as_ref())?;
        let account = world.account(made.account)?;
        account.addresses.iter().find(|own| own.verified && own.email == made.email)?;
        Some(ResetLink {
            account: account.party.clone(),
            email: made.email.clone(),
            used: made.used,
            ends_at: made.ends_at,
            disabled: account.disabled,
            devices: world.devices(account.party.id),
        })
    }
}

impl ReadFacts for EndDevice {
    fn facts(&self, world: &World, actor: &Actor) -> bool {
        actor.person().is_ok_and(|person| world.devices(person.id).contains(&self.device))
    }
}

impl ReadFacts for EndOtherDevices {
    fn facts(&self, world: &World, actor: &Actor) -> Vec<SessionId> {
        actor.person().map(|person| world.devices(person.id)).unwrap_or_default()
    }
}

impl ReadFacts for SignIn {
    fn facts(&self, world: &World, _: &Actor) -> Option<SignInFacts> {
        let account = world.by_username(&self.who)?;
        let (password_hash, disabled) = (account.password_hash.clone(), account.disabled);
        let devices = world.devices(account.party.id).into_iter().rev().collect();
        Some(SignInFacts { account: account.party.clone(), password_hash, disabled, devices })
    }
}

impl ReadFacts for SignOut {
    fn facts(&self, _: &World, _: &Actor) {}
}

impl ReadFacts for OpenSetUp {
    fn facts(&self, world: &World, _: &Actor) -> bool {
        world.is_set_up()
    }
}

impl ReadFacts for GrantAdministrator {
    fn facts(&self, world: &World, _: &Actor) -> Option<AccountFacts> {
        world.as_administered(&self.username)
    }
}

impl ReadFacts for RevokeAdministrator {
    fn facts(&self, world: &World, _: &Actor) -> Option<AdministratorFacts> {
        let account = world.as_administered(&self.username)?;
        let others = world
            .accounts
            .iter()
            .any(|other| other.administrator && !other.disabled && other.party.id != account.account.id);
        Some(AdministratorFacts { account, others })
    }
}

impl ReadFacts for EndSessions {
    fn facts(&self, world: &World, _: &Actor) -> Option<SessionsFacts> {
        let account = world.as_administered(&self.username)?;
        let devices = world.devices(account.account.id).len();
        Some(SessionsFacts { account, devices })
    }
}

impl ReadFacts for DisableAccount {
    fn facts(&self, world: &World, _: &Actor) -> Option<DisableFacts> {
        let account = world.as_administered(&self.username)?;
        let me = account.account.id;
        let able = |id: &AccountId| world.account(*id).is_some_and(|account| !account.disabled);
        let alone = |organization: &&Organization| {
            let mut owners = organization.members.iter().filter(|(_, role)| *role == Role::Owner);
            owners.clone().any(|(id, _)| *id == me) && !owners.any(|(id, _)| *id != me && able(id))
        };
        let ownerless = world.organizations.iter().filter(alone).map(|organization| organization.name.clone());
        let stands = |id: OrganizationId| world.organizations.iter().any(|o| o.id == id && o.active && !o.disabled);
        let invitations = world.waiting(|i| i.offer.inviter.id == me && stands(i.organization));
        Some(DisableFacts { ownerless: ownerless.collect(), invitations, account })
    }
}

impl ReadFacts for EnableAccount {
    fn facts(&self, world: &World, _: &Actor) -> Option<AccountFacts> {
        world.as_administered(&self.username)
    }
}

impl ReadFacts for ReserveName {
    fn facts(&self, world: &World, _: &Actor) -> Standing {
        world.standing(&self.name.key())
    }
}

impl ReadFacts for FileRequest {
    fn facts(&self, world: &World, actor: &Actor) -> FileFacts {
        let account = actor.person().ok().map(|p| p.id);
        let own = world.requests.iter().filter(|r| Some(r.facts.applicant.id) == account);
        FileFacts {
            standing: world.standing(&self.name.key()),
            own_request_open: account.is_some_and(|id| world.own_open(id, &self.name)),
            filed_today: within_a_day(own.map(|r| r.filed_at).chain(world.discarded_by(account)), world.now),
            pace: RequestPace { a_day: Some(REQUESTS_A_DAY), ..RequestPace::default() },
        }
    }
}

impl ReadFacts for WithdrawRequest {
    fn facts(&self, world: &World, _: &Actor) -> Option<RequestFacts> {
        world.request(self.id)
    }
}

impl ReadFacts for ApproveRequest {
    fn facts(&self, world: &World, _: &Actor) -> Option<ApproveFacts> {
        let request = world.request(self.id)?;
        let key = request.name.key();
        let rival = |r: &RequestFacts| r.id != self.id && r.state.is_open() && r.name.key() == key;
        let rivals = world.requests.iter().map(|r| r.facts.clone()).filter(rival).collect();
        let applicant_disabled = world.account(request.applicant.id).is_none_or(|account| account.disabled);
        let (standing, price) = (world.standing(&key), Price::USUAL);
        Some(ApproveFacts { standing, rivals, applicant_disabled, similar: Vec::new(), price, request })
    }
}

impl ReadFacts for DeclineRequest {
    fn facts(&self, world: &World, _: &Actor) -> Option<RequestFacts> {
        world.request(self.id)
    }
}

impl ReadFacts for AskApplicant {
    fn facts(&self, world: &World, _: &Actor) -> Option<RequestFacts> {
        world.request(self.id)
    }
}

impl ReadFacts for AnswerQuestion {
    fn facts(&self, world: &World, _: &Actor) -> Option<AnswerFacts> {
        let found = world.requests.iter().find(|r| r.facts.id == self.id)?;
        Some(AnswerFacts { request: found.facts.clone(), questions: found.questions.clone() })
    }
}

impl ReadFacts for AddNote {
    fn facts(&self, world: &World, _: &Actor) -> Option<RequestFacts> {
        world.request(self.id)
    }
}

impl ReadFacts for DeferRequest {
    fn facts(&self, world: &World, _: &Actor) -> Option<RequestFacts> {
        world.request(self.id)
    }
}

impl ReadFacts for EditRequest {
    fn facts(&self, world: &World, _: &Actor) -> Option<RequestFacts> {
        world.request(self.id)
    }
}

impl ReadFacts for GiveBilling {
    fn facts(&self, world: &World, actor: &Actor) -> Option<BillingFacts> {
        let request = world.request(self.id)?;
        let account = actor.person().ok().map(|p| p.id);
        let others = world.requests.iter().filter(|r| Some(r.facts.applicant.id) == account && r.facts.id != self.id);
        Some(BillingFacts {
            standing: world.standing(&request.name.key()),
            filed_today: within_a_day(others.map(|r| r.filed_at).chain(world.discarded_by(account)), world.now),
            pace: RequestPace { a_day: Some(REQUESTS_A_DAY), ..RequestPace::default() },
            request,
        })
    }
}

impl ReadFacts for SaveBillingDraft {
    fn facts(&self, world: &World, _: &Actor) -> Option<BillingDraftFacts> {
        let request = world.requests.iter().find(|r| r.facts.id == self.id)?;
        Some(BillingDraftFacts { request: request.facts.clone(), saved: request.billing_draft.clone() })
    }
}

impl ReadFacts for DiscardDraft {
    fn facts(&self, world: &World, _: &Actor) -> Option<RequestFacts> {
        world.request(self.id)
    }
}

impl World {
    /// The number of open invitations that match.
    fn waiting(&self, such: impl Fn(&Invitation) -> bool) -> u32 {
        let live = |i: &&Invitation| i.state == InvitationState::Live && i.offer.ends_at > self.now;
        u32::try_from(self.invitations.iter().filter(live).filter(|i| such(i)).count()).unwrap()
    }

    fn as_organization(&self, name: &OrganizationName) -> Option<OrganizationFacts> {
        let found = self.organizations.iter().find(|o| o.active && o.name.key() == name.key())?;
        let state = if found.disabled { OrganizationState::Disabled } else { OrganizationState::Active };
        let (name, display_name) = (found.name.clone(), found.display_name.clone());
        Some(OrganizationFacts { id: found.id, name, display_name, state })
    }
}

impl ReadFacts for DisableOrganization {
    fn facts(&self, world: &World, _: &Actor) -> Option<DisableOrganizationFacts> {
        let organization = world.as_organization(&self.name)?;
        let invitations = world.waiting(|i| i.organization == organization.id);
        Some(DisableOrganizationFacts { organization, invitations })
    }
}

impl ReadFacts for EnableOrganization {
    fn facts(&self, world: &World, _: &Actor) -> Option<OrganizationFacts> {
        world.as_organization(&self.name)
    }
}

impl ReadFacts for NoteDelivery {
    fn facts(&self, world: &World, _: &Actor) -> Vec<DeliveryFacts> {
        let facts = |account: &Account| {
            let own = account.addresses.iter().find(|own| own.email.key() == self.email.key())?;
            let bounces = account.bouncing.contains(&own.id);
            Some(DeliveryFacts { account: account.party.clone(), id: own.id, bounces })
        };
        world.accounts.iter().filter_map(facts).collect()
    }
}
