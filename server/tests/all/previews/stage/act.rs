//! How each act is played.

use super::*;
use crate::support::form;
use shared::billing::{BillingDetails, BillingDraft};
use shared::roles::Kind;
use shared::text::{Description, DisplayName};

impl Stage {
    pub async fn act(&mut self, act: &Act) {
        let spam = || Reason::parse("Spam").unwrap();
        let named = |name: usize| PEOPLE[name].to_owned();
        match *act {
            Act::Create { who, name, address } => self.holds(who, account(name, address)).await,
            Act::OpenSetUp { who } => self.holds(who, OpenSetUp).await,
            Act::SetUp { forged, name } => {
                let secret = self.set_up.clone().filter(|_| !forged);
                self.holds(Device(name), SetUp { secret, account: account(name, name) }).await;
            }
            Act::Verify { who, link } => {
                let secret = self.links.get(link).cloned();
                self.holds(Device(who), VerifyEmail { secret }).await;
            }
            Act::Resend { who } => self.holds(who, ResendVerification { address: None }).await,
            Act::AddAddress { who, address, right } => {
                let confirmed = self.confirmed(who, right).await;
                let email = EmailAddress::parse(&format!("{0}@{0}.example", PEOPLE[address])).unwrap();
                self.holds(who, AddAddress { email, confirmed }).await;
            }
            Act::MakePrimary { who, address } => self.holds(who, MakePrimary { address: self.address(address) }).await,
            Act::RemoveAddress { who, address } => {
                self.holds(who, RemoveAddress { address: self.address(address) }).await;
            }
            Act::ChangePassword { who, right } => {
                let confirmed = self.confirmed(who, right).await;
                let (password_hash, agent) = (self.new_hash(), "A browser".to_owned());
                self.holds(who, ChangePassword { confirmed, password_hash, agent }).await;
            }
            Act::AskForReset { name } => self.holds(Device(name), AskForReset { who: named(name), kept: false }).await,
            Act::Reset { reset, name } => {
                let (secret, password_hash) = (self.resets.get(reset).cloned(), self.new_hash());
                self.holds(Device(name), ResetPassword { secret, password_hash }).await;
            }
            Act::EndDevice { who, of } => {
                let device = self.device(of).await.unwrap_or(SessionId(NOBODYS));
                self.holds(who, EndDevice { device }).await;
            }
            Act::EndOthers { who } => self.holds(who, EndOtherDevices).await,
            Act::SignIn { name, right } => {
                let matched = if right { self.hash_of(name).await } else { None };
                self.holds(Device(name), SignIn { who: named(name), matched, agent: "A browser".to_owned() }).await;
            }
            Act::SignOut { who } => self.holds(who, SignOut).await,
            Act::Grant { who, name } => self.holds(who, GrantAdministrator { username: named(name) }).await,
            Act::RevokeAdministration { who, name } => {
                self.holds(who, RevokeAdministrator { username: named(name) }).await
            }
            Act::EndSessions { who, name } => {
                self.holds(who, EndSessions { username: named(name), reason: spam() }).await;
            }
            Act::Free { who, name } => {
                let account = self.account(name).await.unwrap_or(AccountId(NOBODYS));
                self.holds(who, FreeUsername { account }).await;
            }
            Act::Disable { who, name } => {
                self.holds(who, DisableAccount { username: named(name), reason: spam() }).await;
            }
            Act::Enable { who, name } => self.holds(who, EnableAccount { username: named(name) }).await,
            Act::Reserve { who, name } => {
                let name = OrganizationName::parse(NAMES[name]).unwrap();
                self.holds(who, ReserveName { name, reason: spam() }).await;
            }
            Act::Retry { who } => {
                let newest = self.world.read(outbox::latest).await.first().map(|email| email.id);
                self.holds(who, RetryEmail { id: newest.unwrap_or(EmailId(NOBODYS)) }).await;
            }
            Act::RetryFailed { who } => {
                // One of the waiting emails has failed before.
                let one = "select id from letter where state = 'waiting' order by written_at, id limit 1";
                let fails = format!("update letter set state = 'failed' where id in ({one})");
                self.world.execute_raw(&fails).await.unwrap();
                self.holds(who, RetryFailedEmails { query: String::new() }).await;
            }
            Act::File { who, name } => {
                self.holds(who, request_for(NAMES[name], Kind::Community)).await;
            }
            Act::Draft { who, name } => {
                self.holds(who, request_for(NAMES[name], Kind::Private)).await;
            }
            Act::Bill { who, request } => {
                let id = self.request(request);
                let found = self.world.read(async |tx| server::store::requests::by_id(tx, id).await).await;
                let shown = billing_version(found.and_then(|request| request.facts.billing).as_ref());
                let form = BillingForm {
                    legal_name: "Moon Rise Ltd".to_owned(),
                    billing_email: "papers@moon.example".to_owned(),
                    postal_address: "1 Sea of Showers".to_owned(),
                    country: "GB".to_owned(),
                    payment: "invoice".to_owned(),
                    ..BillingForm::default()
                };
                let details = BillingDetails::parse(&form).unwrap();
                self.holds(who, GiveBilling { id, details, shown }).await;
            }
            Act::SaveBilling { who, request } => {
                let [legal_name, email] = ["Moon", "papers@"].map(str::to_owned);
                let typed = BillingDraft { legal_name, email, ..BillingDraft::default() };
                self.holds(who, SaveBillingDraft { id: self.request(request), typed }).await;
            }
            Act::Discard { who, request } => self.holds(who, DiscardDraft { id: self.request(request) }).await,
            Act::DisableOrganization { who, name } => {
                let name = OrganizationName::parse(NAMES[name]).unwrap();
                self.holds(who, DisableOrganization { name, reason: spam() }).await;
            }
            Act::EnableOrganization { who, name } => {
                let name = OrganizationName::parse(NAMES[name]).unwrap();
                self.holds(who, EnableOrganization { name }).await;
            }
            Act::Deliver { who, address, taken } => {
                let email = EmailAddress::parse(&format!("{0}@{0}.example", PEOPLE[address])).unwrap();
                let refusal = (!taken).then(|| "550 5.1.1 no such user".to_owned());
                self.holds(who, NoteDelivery { email, refusal }).await;
            }
            Act::Invite { who, org, whom, role } => {
                let usernames = vec![username(PEOPLE[whom])];
                self.holds(who, Invite { organization: org_key(org), usernames, role }).await;
            }
            Act::ResendInvitation { who, invitation } => {
                self.holds(who, ResendInvitation { id: self.invitation(invitation) }).await;
            }
            Act::Revoke { who, invitation } => {
                self.holds(who, RevokeInvitation { id: self.invitation(invitation) }).await
            }
            Act::Expire { who, invitation } => {
                self.holds(who, ExpireInvitation { id: self.invitation(invitation) }).await
            }
            Act::Accept { who, invitation } => {
                self.holds(who, AcceptInvitation { id: self.invitation(invitation) }).await
            }
            Act::Refuse { who, invitation } => {
                let message = Message::parse("Not this year.").unwrap();
                self.holds(who, DeclineInvitation { id: self.invitation(invitation), message }).await;
            }
            Act::Assign { who, org, whom, role } => {
                let was = self.role(org, whom).await.unwrap_or(Role::Member);
                let people = vec![(username(PEOPLE[whom]), was)];
                self.holds(who, AssignRole { organization: org_key(org), people, role }).await;
            }
            Act::Remove { who, org, whom } => {
                let name = named(whom);
                let people = vec![username(&name)];
                self.holds(who, RemoveMembers { organization: org_key(org), people, typed: Some(name) }).await;
            }
            Act::Appoint { who, org, whom } => {
                let organization = OrganizationName::parse(NAMES[org]).unwrap();
                // Typed as the organization spells its name.
                let found = self.world.read(async |tx| organizations::by_name(tx, &organization.key()).await).await;
                let typed = found.map(|found| found.name).unwrap_or_default();
                let (username, reason) = (username(PEOPLE[whom]), Reason::parse("Nobody else can.").unwrap());
                self.holds(who, AppointOwner { organization, username, reason, typed: Some(typed) }).await;
            }
            Act::Pass { days } => self.world.clock.advance(shared::timestamp::Seconds::days(days)),
            Act::Withdraw { who, request } => self.holds(who, WithdrawRequest { id: self.request(request) }).await,
            Act::Approve { who, request } => {
                let message = Message::parse("Hello and welcome.").unwrap();
                self.holds(who, ApproveRequest { id: self.request(request), message }).await;
            }
            Act::Decline { who, request } => {
                let reason = Reason::parse("Not at this time.").unwrap();
                self.holds(who, DeclineRequest { id: self.request(request), reason }).await;
            }
            Act::Ask { who, request } => {
                let question = Reason::parse("What is it for?").unwrap();
                self.holds(who, AskApplicant { id: self.request(request), question }).await;
            }
            Act::Answer { who, request, question } => {
                let answer = Reason::parse("It tells the time.").unwrap();
                let question = self.questions.get(question).copied().unwrap_or(MessageId(NOBODYS));
                self.holds(who, AnswerQuestion { id: self.request(request), question, answer }).await;
            }
            Act::Note { who, request } => {
                let note = Reason::parse("They are known to us.").unwrap();
                self.holds(who, AddNote { id: self.request(request), note }).await;
            }
            Act::Defer { who, request } => self.holds(who, DeferRequest { id: self.request(request) }).await,
            Act::Edit { who, request, words } => {
                let description = Description::parse(["What we do.", "What we really do."][words]).unwrap();
                let id = self.request(request);
                let found = self.world.read(async |tx| requests::by_id(tx, id).await).await;
                let shown = found.map(|request| request.facts.version()).unwrap_or_default();
                let FileRequest { url, .. } = request_for(NAMES[0], Kind::Community);
                let display_name = DisplayName::parse("Another name").unwrap();
                self.holds(who, EditRequest { id, display_name, url, description, shown }).await;
            }
        }
    }
}

fn username(name: &str) -> Username {
    Username::parse(name).unwrap()
}

fn request_for(name: &str, kind: Kind) -> FileRequest {
    let [account_name, display_name, url, description, kind] =
        [name, name, "https://n.example", "What we do.", kind.code()].map(str::to_owned);
    form::request_form(&account_name, &display_name, &url, &description, &kind).try_into().unwrap()
}
