//! A site for playing acts: each command is previewed, executed, and compared with the rows that exist afterwards.

mod act;

use super::*;
use server::context::RequestContext;
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
        member.filter(|member| member.account.id == account).map(|member| member.facts.role)
    }

    /// The Owners of every organization before the command, as the emails see them.
    async fn owners(&self) -> Owners {
        let mut owners = BTreeMap::new();
        for id in &self.organizations {
            owners.insert(*id, self.world.read(async |tx| accounts::Contacts::default().owners(tx, *id).await).await);
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
    async fn holds<C: LoadFacts + Clone>(&mut self, who: Who, command: C) {
        let (origin, consent) = (self.origin(who).await, self.world.once());
        let bus = self.world.services.bus.clone();
        let (before, owners) = (self.contents().await, self.owners().await);
        let acts = async |tx: &mut Tx<'_>| bus.request_context(tx, &origin, bus.clock.now()).await;
        let acts: StoreResult<RequestContext> = bus.store.read(acts).await;
        let preview = bus.preview(origin.clone(), command.clone()).await;
        let agreed = preview.as_ref().map(|preview| preview.digest.clone()).unwrap_or_default();
        let submission = bus.submission::<C>(&origin, &(), Consent { preview_digest: agreed, ..consent }).unwrap();
        let outcome = bus.execute(origin, command, submission).await;
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
                    let still = accounts::Contacts::default().owners(tx, *organization).await?;
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
