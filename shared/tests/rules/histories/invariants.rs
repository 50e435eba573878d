//! The invariants of the world at every moment, and the changes that a step may make.

use super::*;

impl World {
    /// The invariants at every moment.
    pub(super) fn invariants_hold(&self) {
        for organization in self.organizations.iter().filter(|o| o.active) {
            assert!(organization.members.iter().any(|(_, role)| *role == Role::Owner), "an Owner is missing");
            let people: BTreeSet<_> = organization.members.iter().map(|(id, _)| id).collect();
            assert_eq!(people.len(), organization.members.len(), "somebody has two roles");
        }
        assert!(self.organizations.iter().all(|o| o.active), "founded, and left at that");
        assert_eq!(self.held.len(), self.organizations.len(), "one name, one organization");
        assert!(self.held.keys().all(|key| !self.reserved.contains(key)), "a held name is reserved");

        let open = || self.requests.iter().filter(|r| r.facts.state.is_open());
        let asked: BTreeSet<_> = open().map(|r| (r.facts.applicant.id, r.facts.name.key())).collect();
        assert_eq!(asked.len(), open().count(), "two open requests for one name");
        assert!(open().all(|r| !self.held.contains_key(&r.facts.name.key())), "a rival was left open");
        for request in &self.requests {
            let applicant = request.facts.applicant.id;
            let verified = |a: &Account| a.addresses.iter().any(|a| a.verified);
            assert!(self.account(applicant).is_some_and(verified), "an unverified applicant");
            assert_eq!(request.facts.state == RequestState::Approved, request.organization.is_some());
            if let Some(id) = request.organization {
                let owner = (applicant, Role::Owner);
                let owned = self.organizations.iter().any(|o| o.id == id && o.members.contains(&owner));
                assert!(owned && self.held.get(&request.facts.name.key()) == Some(&id), "approved, and not founded");
            }
            let (private, known) = (request.facts.kind == Kind::Private, request.facts.billing.is_some());
            assert!(
                private || !known && request.facts.state != RequestState::Draft,
                "a community project with billing details"
            );
            assert!(
                !private || known || request.facts.state == RequestState::Draft,
                "handed in without billing details"
            );
            let unanswered = request.questions.iter().any(|question| !question.answered);
            assert!(request.facts.state != RequestState::MoreInformationNeeded || unanswered, "waits for nothing");
            assert!(request.facts.state != RequestState::Submitted || !unanswered, "a question was passed over");
            let day = |at| at <= request.filed_at && at > request.filed_at.minus(Seconds::days(1));
            let that_day = self.requests.iter().filter(|r| r.facts.applicant.id == applicant && day(r.filed_at));
            assert!(that_day.count() <= usize::try_from(REQUESTS_A_DAY).unwrap(), "too many requests in a day");
        }

        let names: BTreeSet<NameKey> = self.accounts.iter().map(|a| username(&a.party.username).key()).collect();
        assert_eq!(names.len(), self.accounts.len(), "one name, two accounts");
        let verified = || self.accounts.iter().flat_map(|a| &a.addresses).filter(|a| a.verified);
        let addresses: BTreeSet<String> = verified().map(|a| a.email.key()).collect();
        assert_eq!(addresses.len(), verified().count(), "one address, verified for two");
        for (key, _, last) in &self.verification_emails {
            let day = |at: &Timestamp| *at <= *last && *at > last.minus(Seconds::days(1));
            let that_day = self.verification_emails.iter().filter(|(k, _, at)| k == key && day(at)).count();
            assert!(that_day <= limits::VERIFICATION_EMAILS_A_DAY, "too many emails in a day");
        }
        for last in &self.resets {
            let day = |at: Timestamp| at <= last.asked_at && at > last.asked_at.minus(Seconds::days(1));
            let that_day = self.resets.iter().filter(|r| r.account == last.account && day(r.asked_at)).count();
            assert!(that_day <= limits::RESET_EMAILS_AT_ONCE + 24, "too many links in a day");
        }
        for account in &self.accounts {
            assert_eq!(account.addresses.iter().filter(|a| a.primary).count(), 1, "one address is primary");
            assert!(account.addresses.len() <= limits::ADDRESSES);
            let own: BTreeSet<String> = account.addresses.iter().map(|a| a.email.key()).collect();
            assert_eq!(own.len(), account.addresses.len(), "the same address twice");
            let live = self.sessions.iter().any(|s| s.account == account.party.id && s.live);
            assert!(!(account.disabled && live), "a disabled account is signed in");
        }
    }

    /// What a step may change, and who may have done it.
    pub(super) fn follows(&self, before: &World, actor: &Actor, events: &[Event]) {
        for old in &before.requests {
            let new = self.requests.iter().find(|r| r.facts.id == old.facts.id);
            let draft = old.facts.state == RequestState::Draft;
            assert!(new.is_some() || draft, "a request is gone");
            assert!(draft || old.facts.state.is_open() || new == Some(old), "a closed request has changed");
        }
        assert!(before.held.iter().all(|(key, id)| self.held.get(key) == Some(id)), "a name was handed on");
        assert!(before.reserved.is_subset(&self.reserved), "a reserved name was let go");
        assert!(before.links.iter().zip(&self.links).all(|(old, new)| !old.used || new.used), "a link came back");
        let runs_the_site = |world: &World, id| world.account(id).is_some_and(|a| a.administrator);
        for account in self.accounts.iter().filter(|a| a.administrator) {
            let chosen = *actor == Actor::Operator || events.contains(&Event::SetUpUsed);
            assert!(chosen || runs_the_site(before, account.party.id), "{actor:?} made an administrator");
        }
        for event in events {
            match event {
                Event::RequestApproved { .. } | Event::RequestDeclined { .. } | Event::RivalClosed { .. } => {
                    assert!(actor.administrator().is_ok(), "decided by {actor:?}");
                }
                Event::QuestionAsked { .. } | Event::NoteAdded { .. } | Event::RequestDeferred { .. } => {
                    assert!(actor.administrator().is_ok(), "asked by {actor:?}");
                }
                Event::QuestionAnswered { applicant, .. } | Event::RequestEdited { applicant, .. } => {
                    assert_eq!(actor.person().map(|p| p.id), Ok(applicant.id), "answered by another");
                }
                Event::DraftDiscarded { id, applicant, .. } | Event::BillingDraftSaved { id, applicant, .. } => {
                    let was = before.requests.iter().find(|r| r.facts.id == *id).map(|r| r.facts.state);
                    assert_eq!(was, Some(RequestState::Draft), "no draft any more");
                    assert_eq!(actor.person().map(|p| p.id), Ok(applicant.id), "another's draft");
                }
                Event::RequestWithdrawn { applicant, .. } | Event::BillingGiven { applicant, .. } => {
                    assert_eq!(actor.person().map(|p| p.id), Ok(applicant.id), "withdrawn by another");
                }
                Event::MemberJoined { account, .. } => {
                    assert!(before.account(account.id).is_some_and(|a| !a.disabled), "an Owner who can't be one");
                }
                Event::OwnerAppointed { organization, account, .. } => {
                    assert!(actor.administrator().is_ok(), "appointed by {actor:?}");
                    let able = |id| before.account(id).is_some_and(|a| !a.disabled);
                    let was = before.organizations.iter().find(|o| o.id == organization.id).unwrap();
                    let owned = was.members.iter().any(|(id, role)| *role == Role::Owner && able(*id));
                    assert!(!owned && able(account.id), "appointed beside another, or in vain");
                }
                Event::OrganizationDisabled { .. } | Event::OrganizationEnabled { .. } => {
                    assert!(actor.administrator().is_ok(), "disabled or enabled by {actor:?}");
                }
                Event::AddressBounced { .. } | Event::AddressReached { .. } => {
                    assert!(matches!(actor, Actor::Job(_)), "noted by {actor:?}");
                }
                Event::AdministratorGranted { .. } | Event::NameReserved { .. } => {
                    assert_eq!(*actor, Actor::Operator);
                }
                Event::AdministratorRevoked { .. } => {
                    assert_eq!(*actor, Actor::Operator);
                    assert!(self.accounts.iter().any(|a| a.administrator && !a.disabled), "nobody runs the site");
                }
                Event::AccountDisabled { account, .. }
                | Event::AccountEnabled { account }
                | Event::SessionsEnded { account, .. } => {
                    assert!(*actor == Actor::Operator || actor.administrator().is_ok_and(|p| p.id != account.id));
                }
                Event::EmailVerified { account, email_id, .. } => {
                    let was = before.account(account.0).and_then(|a| a.addresses.iter().find(|a| a.id == email_id.0));
                    assert!(!was.is_some_and(|a| a.verified), "verified twice");
                }
                Event::PasswordChanged { account, .. } => {
                    let begun = |id| before.sessions.iter().all(|s| s.id != id);
                    let live = self.sessions.iter().filter(|s| s.account == account.id && s.live);
                    assert!(live.clone().all(|s| begun(s.id)), "a session lives on");
                    assert!(self.resets.iter().all(|r| r.account != account.id || r.used), "a link lives on");
                }
                Event::PrimaryChanged { account, .. }
                | Event::AddressAdded { account, .. }
                | Event::AddressRemoved { account, .. } => {
                    assert_eq!(actor.person().map(|p| p.id), Ok(account.id), "another's address");
                }
                Event::SetUpUsed => {
                    assert!(!before.accounts.iter().any(|a| a.administrator), "set up twice");
                }
                _ => {}
            }
        }
    }
}
