//! What each event does to the world.

use super::*;

impl World {
    fn account_mut(&mut self, id: AccountId) -> &mut Account {
        self.accounts.iter_mut().find(|a| a.party.id == id).unwrap()
    }

    fn address_mut(&mut self, account: AccountId, id: EmailAddressId) -> &mut AddressFacts {
        self.account_mut(account).addresses.iter_mut().find(|a| a.id == id).unwrap()
    }

    fn request_mut(&mut self, id: RequestId) -> &mut Request {
        self.requests.iter_mut().find(|r| r.facts.id == id).unwrap()
    }

    fn invitation_mut(&mut self, id: InvitationId) -> &mut Invitation {
        self.invitations.iter_mut().find(|i| i.offer.id == id).unwrap()
    }

    fn organization_mut(&mut self, id: OrganizationId) -> &mut Organization {
        self.organizations.iter_mut().find(|o| o.id == id).unwrap()
    }

    fn close(&mut self, actor: &Actor, id: RequestId, state: RequestState, organization: Option<OrganizationId>) {
        let request = self.request_mut(id);
        request.facts.state = state;
        request.facts.decided_by = actor.person().ok().map(|p| p.username.clone());
        request.organization = organization;
    }

    pub(super) fn apply(&mut self, actor: &Actor, event: &Event) {
        let now = self.now;
        match event.clone() {
            Event::AccountCreated { id, username, email_id, email, password_hash, administrator, .. } => {
                let primary = AddressFacts { id: email_id.0, email, verified: false, primary: true };
                self.accounts.push(Account {
                    party: Party { id: id.0, username: username.to_string() },
                    addresses: vec![primary],
                    password_hash: password_hash.0,
                    administrator,
                    disabled: false,
                    bouncing: BTreeSet::new(),
                });
            }
            Event::VerificationAsked { account, email_id, email, secret, lives, .. } => {
                self.links.iter_mut().filter(|l| l.address == email_id.0).for_each(|l| l.replaced = true);
                let (secret, account, address) = (secret.0, account.0, email_id.0);
                let ends_at = now.plus(lives);
                self.links.push(Link { secret, account, address, ends_at, used: false, replaced: false });
                self.verification_emails.push((email.key(), account, now));
            }
            Event::AddressClaimed { account, email, .. } => {
                self.verification_emails.push((email.key(), account.0, now))
            }
            Event::EmailVerified { account, email_id, .. } => {
                self.links.iter_mut().filter(|l| l.address == email_id.0 && !l.replaced).for_each(|l| l.used = true);
                self.address_mut(account.0, email_id.0).verified = true;
            }
            Event::AddressAdded { account, email_id, email } => {
                let added = AddressFacts { id: email_id.0, email, verified: false, primary: false };
                self.account_mut(account.id).addresses.push(added);
            }
            Event::PrimaryChanged { account, email_id, .. } => {
                self.account_mut(account.id).addresses.iter_mut().for_each(|a| a.primary = a.id == email_id);
            }
            Event::AddressRemoved { account, email_id, .. } => {
                self.links.iter_mut().filter(|l| l.address == email_id).for_each(|l| l.replaced = true);
                self.account_mut(account.id).addresses.retain(|a| a.id != email_id);
            }
            Event::PasswordChanged { account, password_hash } => {
                self.resets.iter_mut().filter(|r| r.account == account.id).for_each(|r| r.used = true);
                self.account_mut(account.id).password_hash = password_hash.0;
            }
            Event::ResetAsked { account, email, secret, lives } => {
                let (secret, account, ends_at) = (secret.0, account.id, now.plus(lives));
                self.resets.push(PasswordReset { secret, account, email, asked_at: now, ends_at, used: false });
            }
            Event::SessionOpened { id, account, .. } => {
                self.sessions.push(Session { id: id.0, account: account.id, live: true });
            }
            Event::SessionEnded { id, .. } => {
                self.sessions.iter_mut().filter(|s| s.id == id).for_each(|s| s.live = false);
            }
            Event::SetUpOpened { secret } => self.set_up = Some((secret.0, false)),
            Event::SetUpUsed => self.set_up.iter_mut().for_each(|(_, used)| *used = true),
            Event::AdministratorGranted { account } => self.account_mut(account.id).administrator = true,
            Event::AdministratorRevoked { account } => self.account_mut(account.id).administrator = false,
            Event::SessionsEnded { account, .. } => {
                self.sessions.iter_mut().filter(|s| s.account == account.id).for_each(|s| s.live = false);
            }
            Event::UsernameFreed { account } => {
                self.sessions.retain(|s| s.account != account.id);
                self.accounts.retain(|a| a.party.id != account.id);
            }
            Event::AccountDisabled { account, .. } => {
                self.account_mut(account.id).disabled = true;
                self.sessions.iter_mut().filter(|s| s.account == account.id).for_each(|s| s.live = false);
            }
            Event::AccountEnabled { account } => self.account_mut(account.id).disabled = false,
            Event::NameReserved { name, .. } => {
                self.reserved.insert(name.key());
            }
            Event::FailedEmailsRetried { .. } => {
                let failed = self.emails.iter_mut().filter(|(_, state)| *state == EmailState::Failed);
                failed.for_each(|(_, state)| *state = EmailState::Waiting);
            }
            Event::EmailRetried { id, .. } => {
                self.emails.iter_mut().filter(|(l, _)| *l == id).for_each(|(_, state)| *state = EmailState::Waiting);
            }
            Event::RequestFiled { id, from_draft: true, .. } => {
                let request = self.request_mut(id.0);
                (request.facts.state, request.filed_at) = (RequestState::Submitted, now);
                request.billing_draft = None;
            }
            Event::DraftDiscarded { id, applicant, .. } => {
                let begun = self.request_mut(id).filed_at;
                self.discarded.push((applicant.id, begun));
                self.requests.retain(|r| r.facts.id != id);
            }
            Event::BillingDraftSaved { id, typed, .. } => self.request_mut(id).billing_draft = Some(typed),
            Event::BillingGiven { id, details, .. } => self.request_mut(id).facts.billing = Some(details),
            Event::AddressBounced { account, email_id, .. } => {
                self.account_mut(account.id).bouncing.insert(email_id);
            }
            Event::AddressReached { account, email_id, .. } => {
                self.account_mut(account.id).bouncing.remove(&email_id);
            }
            Event::RequestFiled { id, applicant, name, display_name, url, description, kind, .. }
            | Event::RequestDrafted { id, applicant, name, display_name, url, description, kind } => {
                let drafted = matches!(event, Event::RequestDrafted { .. });
                let state = if drafted { RequestState::Draft } else { RequestState::Submitted };
                let (id, billing, decided_by) = (id.0, None, None);
                let (said, unanswered) = (0, 0);
                let facts = RequestFacts {
                    id,
                    applicant,
                    name,
                    display_name,
                    url,
                    description,
                    kind,
                    state,
                    billing,
                    decided_by,
                    said,
                    unanswered,
                };
                let (questions, organization, billing_draft) = (Vec::new(), None, None);
                self.requests.push(Request { facts, questions, filed_at: now, organization, billing_draft });
            }
            Event::RequestEdited { id, display_name, url, description, .. } => {
                let facts = &mut self.request_mut(id).facts;
                (facts.display_name, facts.url, facts.description) = (display_name, url, description);
            }
            Event::QuestionAsked { id, message, question, .. } => {
                let asked_by = actor.person().unwrap().into();
                let request = self.request_mut(id);
                let (id, words) = (message.0, question.0);
                request.questions.push(Question { id, asked_by, asker_administers: true, words, answered: false });
                request.facts.state = RequestState::MoreInformationNeeded;
                request.facts.said += 1;
                request.facts.unanswered += 1;
            }
            Event::QuestionAnswered { id, question, last, .. } => {
                let request = self.request_mut(id);
                request.questions.iter_mut().filter(|q| q.id == question).for_each(|q| q.answered = true);
                request.facts.said += 1;
                request.facts.unanswered -= 1;
                if last {
                    request.facts.state = RequestState::Submitted;
                }
            }
            Event::NoteAdded { .. } => {}
            Event::RequestDeferred { id, .. } => self.request_mut(id).facts.state = RequestState::Deferred,
            Event::RequestWithdrawn { id, .. } => self.close(actor, id, RequestState::Withdrawn, None),
            Event::RequestDeclined { id, .. } | Event::RivalClosed { id, .. } => {
                self.close(actor, id, RequestState::Declined, None);
            }
            Event::RequestApproved { id, organization, .. } => {
                self.close(actor, id, RequestState::Approved, Some(organization.0));
            }
            Event::OrganizationFounded { id, name, display_name, kind, .. } => {
                self.held.insert(name.key(), id.0);
                let (active, disabled, members) = (false, false, Vec::new());
                self.organizations.push(Organization { id: id.0, name, display_name, active, disabled, members, kind });
            }
            Event::OrganizationActivated { id, .. } => {
                self.organizations.iter_mut().filter(|o| o.id == id.0).for_each(|o| o.active = true);
            }
            Event::OrganizationDisabled { id, .. } => self.organization_mut(id).disabled = true,
            Event::OrganizationEnabled { id, .. } => self.organization_mut(id).disabled = false,
            Event::MemberJoined { organization, account, role, .. } => {
                let joined = self.organizations.iter_mut().filter(|o| o.id == organization.0);
                joined.for_each(|o| o.members.push((account.id, role)));
            }
            Event::MemberInvited { id, organization, invitee, inviter, role, lives, .. } => {
                let offer = Offer { id: id.0, invitee, inviter, role, ends_at: now.plus(lives) };
                self.invitations.push(Invitation {
                    organization: organization.id,
                    offer,
                    state: InvitationState::Live,
                });
            }
            Event::InvitationRenewed { id, inviter, lives, .. } => {
                let Offer { inviter: vouches, ends_at, .. } = &mut self.invitation_mut(id).offer;
                (*vouches, *ends_at) = (inviter, now.plus(lives));
            }
            Event::InvitationRevoked { id, .. } => self.invitation_mut(id).state = InvitationState::Revoked,
            Event::InvitationAccepted { id, .. } => self.invitation_mut(id).state = InvitationState::Accepted,
            Event::InvitationDeclined { id, .. } => self.invitation_mut(id).state = InvitationState::Declined,
            Event::InvitationExpired { id, .. } => self.invitation_mut(id).state = InvitationState::Expired,
            Event::RoleChanged { organization, account, after, .. } => {
                let members = &mut self.organization_mut(organization.id).members;
                members.iter_mut().filter(|(id, _)| *id == account.id).for_each(|(_, role)| *role = after);
            }
            Event::OwnerAppointed { organization, account, .. } => {
                let members = &mut self.organization_mut(organization.id).members;
                members.retain(|(id, _)| *id != account.id);
                members.push((account.id, Role::Owner));
            }
            Event::MemberRemoved { organization, account, .. } | Event::MemberLeft { organization, account, .. } => {
                self.organization_mut(organization.id).members.retain(|(id, _)| *id != account.id);
            }
        }
    }
}
