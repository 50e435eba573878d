//! A site for playing acts: each command is previewed, executed, and compared with the rows that exist afterwards.

use super::*;
use server::command_bus::RequestContext;
use server::store::{StoreResult, Tx};

type Owners = BTreeMap<OrganizationId, Vec<accounts::Account>>;

fn org_key(org: usize) -> Option<shared::names::NameKey> {
    Some(OrganizationName::parse(NAMES[org]).unwrap().key())
}

pub struct Stage {
    pub world: World,
    devices: BTreeMap<AccountId, SessionId>,
    links: Vec<Secret>,
    resets: Vec<Secret>,
    questions: Vec<MessageId>,
    /// Addresses in the order in which accounts got them.
    addresses: Vec<EmailAddressId>,
    requests: Vec<RequestId>,
    invitations: Vec<InvitationId>,
    organizations: Vec<OrganizationId>,
    set_up: Option<Secret>,
    /// The outcomes of each command so far: whether it was accepted.
    pub seen: BTreeMap<String, BTreeSet<bool>>,
    /// The events that somebody was emailed about.
    pub told: BTreeSet<String>,
}

impl Stage {
    pub async fn new(engine: &Engine, mail: bool) -> Self {
        let (devices, seen) = (BTreeMap::new(), BTreeMap::new());
        let mut world = World::with(engine, mail).await;
        // No day passes here, and the email limit has its own tests.
        world.allow_emails(u32::MAX);
        let mut stage = Self {
            world,
            devices,
            links: Vec::new(),
            resets: Vec::new(),
            questions: Vec::new(),
            addresses: Vec::new(),
            requests: Vec::new(),
            invitations: Vec::new(),
            organizations: Vec::new(),
            set_up: None,
            seen,
            told: BTreeSet::new(),
        };
        stage.play(&OPENING).await;
        assert_eq!(stage.requests.len(), 1, "the opening went as it is written");
        stage
    }

    pub async fn play(&mut self, acts: &[Act]) {
        for act in acts {
            self.act(act).await;
        }
    }

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
                let form =
                    FileRequest::parse(NAMES[name], NAMES[name], "https://n.example", "What we do.", "community");
                self.holds(who, form.unwrap()).await;
            }
            Act::Draft { who, name } => {
                let form = FileRequest::parse(NAMES[name], NAMES[name], "https://n.example", "What we do.", "private");
                self.holds(who, form.unwrap()).await;
            }
            Act::Bill { who, request } => {
                let id = self.request(request);
                let found = self.world.read(async |tx| server::store::requests::by_id(tx, id).await).await;
                let shown = billing_version(found.and_then(|request| request.facts.billing).as_ref());
                let form = BillingForm {
                    legal_name: "Moon Rise Ltd",
                    email: "papers@moon.example",
                    address: "1 Sea of Showers",
                    country: "GB",
                    payment: "invoice",
                    shown: &shown,
                    ..BillingForm::default()
                };
                self.holds(who, GiveBilling::parse(id, form).unwrap()).await;
            }
            Act::SaveBilling { who, request } => {
                let form = BillingForm { legal_name: "Moon", email: "papers@", ..BillingForm::default() };
                self.holds(who, SaveBillingDraft::parse(self.request(request), form).unwrap()).await;
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
                self.holds(who, Invite::parse(org_key(org), PEOPLE[whom], role.code()).unwrap()).await;
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
                let one = format!("{}={}", PEOPLE[whom], was.code());
                self.holds(who, AssignRole::parse(org_key(org), &[one], role.code()).unwrap()).await;
            }
            Act::Remove { who, org, whom } => {
                let name = named(whom);
                self.holds(who, RemoveMembers::parse(org_key(org), std::slice::from_ref(&name), Some(&name)).unwrap())
                    .await;
            }
            Act::Appoint { who, org, whom } => {
                let organization = OrganizationName::parse(NAMES[org]).unwrap();
                // Typed as the organization spells its name.
                let found = self.world.read(async |tx| organizations::by_name(tx, &organization.key()).await).await;
                let typed = found.map(|found| found.name).unwrap_or_default();
                let command = AppointOwner::parse(organization, PEOPLE[whom], "Nobody else can.", &typed);
                self.holds(who, command.unwrap()).await;
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
                let words = ["What we do.", "What we really do."][words];
                let id = self.request(request);
                let found = self.world.read(async |tx| requests::by_id(tx, id).await).await;
                let shown = found.map(|request| request.facts.version()).unwrap_or_default();
                let edit = EditRequest::parse(id, "Another name", "https://n.example", words, &shown);
                self.holds(who, edit.unwrap()).await;
            }
        }
    }

    fn request(&self, n: usize) -> RequestId {
        self.requests.get(n).copied().unwrap_or(RequestId(NOBODYS))
    }

    fn invitation(&self, n: usize) -> InvitationId {
        self.invitations.get(n).copied().unwrap_or(InvitationId(NOBODYS))
    }

    async fn role(&self, org: usize, whom: usize) -> Option<Role> {
        let account = self.account(whom).await?;
        let key = org_key(org)?;
        let organization = self.world.read(async |tx| organizations::by_name(tx, &key).await).await?;
        let name = Username::parse(PEOPLE[whom]).unwrap().key();
        let member = self.world.read(async |tx| people::member(tx, organization.id, &name).await).await;
        member.filter(|member| member.account.id == account).map(|member| member.role)
    }

    /// The Owners of every organization before the command, as the emails see them.
    async fn owners(&self) -> Owners {
        let mut owners = BTreeMap::new();
        for id in &self.organizations {
            owners.insert(*id, self.world.read(async |tx| accounts::owners(tx, *id).await).await);
        }
        owners
    }

    fn address(&self, n: usize) -> EmailAddressId {
        self.addresses.get(n).copied().unwrap_or(EmailAddressId(NOBODYS))
    }

    /// A hash that is not in use.
    fn new_hash(&self) -> String {
        self.world.once().idempotency_key
    }

    async fn account(&self, name: usize) -> Option<AccountId> {
        let name = Username::parse(PEOPLE[name]).unwrap();
        self.world.read(async |tx| accounts::by_username(tx, &name.key()).await).await.map(|account| account.id)
    }

    async fn hash_of(&self, name: usize) -> Option<String> {
        let id = self.account(name).await?;
        Some(self.world.read(async |tx| accounts::password_hash(tx, id).await).await)
    }

    async fn confirmed(&self, who: Who, right: bool) -> ConfirmedPassword {
        match who {
            Device(name) if right => ConfirmedPassword(self.hash_of(name).await),
            _ => ConfirmedPassword(None),
        }
    }

    /// The newest device of an account.
    async fn device(&self, name: usize) -> Option<SessionId> {
        self.devices.get(&self.account(name).await?).copied()
    }

    async fn origin(&self, who: Who) -> Origin {
        let name = match who {
            Operator => return Origin::Operator,
            Job => return Origin::Job("start"),
            Device(name) => name,
        };
        let signed_in = self.account(name).await.zip(self.device(name).await);
        Origin::Web(Caller { signed_in, ..Caller::default() })
    }

    /// Previews a command and executes it. Either both are refused alike and nothing has changed, or the preview
    /// matches the outcome and the outcome matches the rows.
    async fn holds<C: LoadFacts>(&mut self, who: Who, command: C) {
        let (origin, consent) = (self.origin(who).await, self.world.once());
        let bus = self.world.services.bus.clone();
        let (before, owners) = (self.contents().await, self.owners().await);
        let acts = async |tx: &mut Tx<'_>| bus.request_context(tx, &origin, bus.clock.now()).await;
        let acts: StoreResult<RequestContext> = bus.store.read(acts).await;
        let preview = bus.preview(origin.clone(), command.clone()).await;
        let agreed = preview.as_ref().map(|preview| preview.digest.clone()).unwrap_or_default();
        let outcome = bus.execute(origin, command, Consent { preview_digest: agreed, ..consent }).await;
        let after = self.contents().await;
        let name = std::any::type_name::<C>().rsplit("::").next().unwrap().to_owned();
        self.seen.entry(name).or_default().insert(outcome.is_ok());
        match (preview, outcome) {
            (Err(preview), Err(refused)) => {
                assert_eq!(preview, refused, "{}", C::NAME);
                assert_eq!(before, after, "{} was refused", C::NAME);
            }
            (Ok(preview), Ok(outcome)) => {
                // Skipped people are in no event.
                let happened = Preview { skipped: Vec::new(), ..preview };
                assert_eq!(happened, words::preview(&outcome.events, &[], acts.unwrap().username()), "{}", C::NAME);
                self.happened(&outcome.events, &owners, &before, &after).await;
                outcome.events.iter().for_each(|event| self.remember(event));
                let told = outcome.events.iter().filter(|event| !audiences(event).is_empty());
                self.told.extend(told.map(gallery::name_of));
            }
            (preview, outcome) => panic!("{}: {preview:?}, and then {outcome:?}", C::NAME),
        }
    }

    /// Everything except the revisions, which locks raise.
    async fn contents(&self) -> Contents {
        self.world.contents("revision").await
    }

    fn remember(&mut self, event: &Event) {
        match event {
            Event::VerificationAsked { secret, .. } => self.links.push(secret.0.clone()),
            Event::QuestionAsked { message, .. } => self.questions.push(message.0),
            Event::ResetAsked { secret, .. } => self.resets.push(secret.0.clone()),
            Event::AccountCreated { email_id, .. } | Event::AddressAdded { email_id, .. } => {
                self.addresses.push(email_id.0);
            }
            Event::SessionOpened { id, account, .. } => {
                self.devices.insert(account.id, id.0);
            }
            Event::MemberInvited { id, .. } => self.invitations.push(id.0),
            Event::OrganizationFounded { id, .. } => self.organizations.push(id.0),
            Event::SetUpOpened { secret } => self.set_up = Some(secret.0.clone()),
            Event::RequestFiled { id, from_draft: false, .. } | Event::RequestDrafted { id, .. } => {
                self.requests.push(id.0);
            }
            _ => {}
        }
    }

    /// Compares the events with the rows and emails. Each row that they name is as they say, and no other row has
    /// changed.
    async fn happened(&self, events: &[Event], owners: &Owners, before: &Contents, after: &Contents) {
        let effects: Vec<Effect> = events.iter().map(effect).collect();
        for (table, rows) in after {
            let (gone, added) = (missing(&before[table], rows), missing(rows, &before[table]));
            match table.as_str() {
                "once" => assert_eq!((gone.len(), added.len()), (0, 1), "the form's claim"),
                "event" => assert_eq!((gone.len(), added.len()), (0, events.len()), "{events:?}: {added:?}"),
                _ => {}
            }
            let rows = effects.iter().flat_map(|effect| &effect.rows).filter(|row| row.table == table);
            for row in rows.clone().filter(|row| row.surely) {
                let as_it_says = added
                    .iter()
                    .any(|text| text.contains(&row.key) && row.says.iter().all(|said| text.contains(&plain(said))));
                assert!(as_it_says, "{events:?}: {table} {}: {added:?}", row.key);
            }
            if !["once", "event", "letter"].contains(&table.as_str()) {
                let spoken_of = |text: &&String| rows.clone().any(|row| text.contains(&row.key));
                let stray = gone.iter().chain(&added).find(|text| !spoken_of(text));
                assert_eq!(stray, None, "{events:?}: {table}");
            }
        }
        let kinds = self.world.rows("select kind from event order by number desc").await;
        let kinds: Vec<&str> = kinds.iter().take(events.len()).rev().map(String::as_str).collect();
        assert_eq!(kinds, effects.iter().map(|effect| effect.kind).collect::<Vec<_>>());
        // Every recipient has got one email, and nobody else has.
        let (mut told, mut as_owners) = (Vec::new(), BTreeSet::new());
        for (event, audience) in told_of(events) {
            let mut found = self.addresses(&audience, owners).await;
            // Only verification emails go to an unverified address. An address is removed only by its holder.
            if !matches!(
                event,
                Event::VerificationAsked { .. } | Event::AccountCreated { .. } | Event::AddressRemoved { .. }
            ) {
                let verified = self.world.rows("select address from email_address where verified_at is not null").await;
                found.retain(|address| verified.contains(address));
            }
            // Each Owner gets one email for one command.
            match audience {
                Audience::Owners { .. } => {
                    let ctx: Vec<String> = found.into_iter().filter(|one| !as_owners.contains(one)).collect();
                    as_owners.extend(ctx.iter().cloned());
                    told.extend(ctx);
                }
                _ => told.extend(found),
            }
        }
        let wrote =
            missing(&after["letter"], &before["letter"]).len() - missing(&before["letter"], &after["letter"]).len();
        let newest = self.world.read(outbox::latest).await;
        let mut written: Vec<String> = newest.into_iter().take(wrote).map(|email| email.to).collect();
        told.sort();
        written.sort();
        assert_eq!(told, written, "{events:?}");
    }

    async fn addresses(&self, audience: &Audience, owners: &Owners) -> Vec<String> {
        let found = self
            .world
            .read(async |tx| match audience {
                Audience::Account(party) => {
                    Ok(accounts::by_id(tx, party.id).await?.into_iter().filter(|account| account.verified).collect())
                }
                Audience::Owners { organization, but, .. } => {
                    // A former Owner is told as a person, not as an Owner.
                    let still = accounts::owners(tx, *organization).await?;
                    let all = owners.get(organization).into_iter().flatten();
                    let stays = |owner: &&accounts::Account| still.iter().any(|one| one.id == owner.id);
                    Ok(all.filter(stays).filter(|owner| Some(owner.id) != *but).cloned().collect())
                }
                Audience::Members { organization, but, .. } => {
                    let all = accounts::members(tx, *organization).await?;
                    Ok(all.into_iter().filter(|member| member.id != *but && member.verified).collect())
                }
                Audience::Administrators => {
                    Ok(accounts::administrators(tx).await?.into_iter().filter(|account| account.verified).collect())
                }
                Audience::Holder { email } => Ok(accounts::holder_of_address(tx, email).await?.into_iter().collect()),
                Audience::Address { .. } => Ok(Vec::new()),
            })
            .await;
        match audience {
            Audience::Address { email, .. } => vec![email.clone()],
            _ => found.into_iter().map(|account: accounts::Account| account.email).collect(),
        }
    }
}
