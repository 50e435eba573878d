//! Email: what each says ([`emails`]), how it waits ([`crate::store::outbox`]), and how it is sent ([`crate::mail_worker`],
//! [`transport`], [`refusals`], [`timing`]). [`gallery`] shows a sample of each.

pub mod emails;
pub mod gallery;
mod link_breaks;
pub mod refusals;
pub mod timing;
pub mod transport;

use crate::context::RequestContext;
use crate::secrets::key::Key;
use crate::store::accounts::{self, Account, Contacts};
use crate::store::outbox::{self, EmailCount, NewEmail};
use crate::store::{StoreResult, Tx, addresses};
use askama::Template;
use emails::{EmailTemplate, Link};
use link_breaks::break_links;
use shared::domain::EmailState;
use shared::ids::{AccountId, EmailId};
use shared::rules::audience::{former_owners, recipients};
use shared::rules::{Audience, DecisionContext, Event, Party};
use shared::timestamp::Seconds;
use std::mem::{self, Discriminant};

/// Stands for a secret link in an email's text until the email is sent. In an email without such a link, the character is
/// just text.
const SECRET_LINK: &str = "\u{fffc}";

/// What replaces a secret link once it is forgotten.
pub const FORGOTTEN: outbox::LinkReplacement<'_> =
    outbox::LinkReplacement { placeholder: SECRET_LINK, text: "(the link has been forgotten)" };

/// Writes emails.
#[derive(Clone)]
pub struct Mailer {
    /// The site's URL without a slash at the end. Every link begins with it.
    pub public_url: String,
    /// Seals secret links.
    pub key: Key,
    /// Whether a mail server is configured. Otherwise emails are kept, and administrators read them.
    pub has_mail_server: bool,
    /// Whether emails are also written to the log. This is only for developers, because emails hold secrets.
    pub logs_emails: bool,
}

impl Mailer {
    /// The first state of an email.
    pub const fn new_emails(&self) -> EmailState {
        if self.has_mail_server { EmailState::Waiting } else { EmailState::Kept }
    }

    /// The text of an email with its secret link, if it has one. Returns `None` if the link was sealed with another key.
    pub fn with_link(&self, id: EmailId, sealed: Option<&Vec<u8>>, text: &str) -> Option<String> {
        let Some(sealed) = sealed else { return Some(text.to_owned()) };
        let link = self.key.open(sealed, id.0.as_bytes())?;
        Some(text.replace(SECRET_LINK, &link))
    }

    /// Writes an email to a developer's log.
    pub fn log(&self, email: &NewEmail) {
        if self.logs_emails {
            let text = self.with_link(email.id, email.sealed.as_ref(), &email.text).unwrap_or_default();
            tracing::info!("email to {}: {}\n\n{text}\n", email.to, email.subject);
        }
    }

    /// The text of an email as a page shows it if a mail server is configured.
    pub fn without_link(text: &str) -> String {
        text.replace(SECRET_LINK, "(a secret link, which only the recipient can see)")
    }

    /// The text of an email whose secret link was sealed with another key.
    pub fn with_closed_link(text: &str) -> String {
        text.replace(SECRET_LINK, "(a secret link, which was sealed with another server's key)")
    }
}

/// The emails about a list of events.
#[derive(Default)]
pub struct EmailBatch {
    pub emails: Vec<NewEmail>,
    /// Emails that are not written, because the actor's daily quota for the recipient is used up.
    pub held_back: Vec<HeldBackEmail>,
}

/// An email that is not written.
pub struct HeldBackEmail {
    pub to: Party,
    pub subject: String,
}

/// An email to which further events can be added.
struct PendingEmail {
    recipient: Recipient,
    email: EmailTemplate,
    /// The kind of the first event.
    kind: Discriminant<Event>,
    /// How many more events of that kind it has. The subject doesn't count other kinds, because they are consequences.
    more: usize,
}

/// Whom an email goes to.
#[derive(PartialEq, Eq)]
struct Recipient {
    account: Option<AccountId>,
    username: String,
    address: String,
}

/// Writes the emails about a list of events.
pub struct EmailComposer<'a> {
    pub mailer: &'a Mailer,
    pub context: &'a RequestContext,
    pub events: &'a [Event],
}

impl EmailComposer<'_> {
    /// Writes one email for each recipient, so that no recipient sees another. Only an email that verifies an address goes
    /// to an unverified one. Above the daily quota, nothing goes from one account to another.
    pub async fn compose(
        self,
        tx: &mut Tx<'_>,
        contacts: &mut Contacts,
        ctx: &mut DecisionContext,
    ) -> StoreResult<EmailBatch> {
        let Self { mailer, context, events } = self;
        let mut pending: Vec<PendingEmail> = Vec::new();
        let former_owners = former_owners(events);
        prefetch(tx, contacts, events).await?;
        for (event, audience) in recipients(events) {
            let kind = mem::discriminant(event);
            for recipient in read_recipients(tx, contacts, (event, &audience), &former_owners).await? {
                let Some(email) = emails::email(event, &audience, &recipient.username, context) else { continue };
                let same = |one: &&mut PendingEmail| one.recipient == recipient && one.email.can_merge(&email);
                match pending.iter_mut().find(same) {
                    Some(one) => {
                        one.more += usize::from(one.kind == kind);
                        one.email.merge(email);
                    }
                    None => pending.push(PendingEmail { recipient, email, kind, more: 0 }),
                }
            }
        }
        let mut quota = DailyQuota::read(tx, context, &pending).await?;
        let mut batch = EmailBatch::default();
        for PendingEmail { recipient, mut email, more, .. } in pending {
            if more > 0 {
                email.subject = format!("{}, and {more} more", email.subject);
            }
            match recipient.account.filter(|account| !quota.take(*account)) {
                Some(id) => {
                    let to = Party { id, username: recipient.username };
                    batch.held_back.push(HeldBackEmail { to, subject: email.subject });
                }
                None => batch.emails.extend(mailer.render(email, recipient, ctx)),
            }
        }
        Ok(batch)
    }
}

/// How many emails the actor may still cause to each recipient today.
struct DailyQuota {
    /// The actor, if it is a person. Emails to themselves don't count.
    actor: Option<AccountId>,
    caused: Vec<EmailCount>,
    max: u32,
}

impl DailyQuota {
    async fn read(tx: &mut Tx<'_>, context: &RequestContext, pending: &[PendingEmail]) -> StoreResult<Self> {
        let actor = context.account();
        let to_others = pending.iter().any(|one| one.recipient.account != actor);
        let caused = match actor.filter(|_| to_others) {
            Some(actor) => outbox::count_caused_by(tx, actor, context.now.minus(Seconds::days(1))).await?,
            None => Vec::new(),
        };
        Ok(Self { actor, caused, max: context.policy.emails_to_one_a_day })
    }

    /// Counts an email to a recipient. Returns false if the quota is used up.
    fn take(&mut self, recipient: AccountId) -> bool {
        if self.actor.is_none_or(|actor| actor == recipient) {
            return true;
        }
        match self.caused.iter_mut().find(|one| one.recipient == recipient) {
            Some(one) if one.emails >= self.max => false,
            Some(one) => {
                one.emails += 1;
                true
            }
            None => {
                self.caused.push(EmailCount { recipient, emails: 1 });
                true
            }
        }
    }
}

/// Reads in one query the accounts that most lists of events need: an organization's Owners and one person.
async fn prefetch(tx: &mut Tx<'_>, contacts: &mut Contacts, events: &[Event]) -> StoreResult<()> {
    let of_owners = |(_, audience): (&Event, Audience)| match audience {
        Audience::Owners { organization, but, .. } => Some((organization, but)),
        _ => None,
    };
    if let Some((organization, person)) = recipients(events).find_map(of_owners) {
        contacts.read(tx, organization, person).await?;
    }
    Ok(())
}

/// The recipients of an audience, except for those who stop being Owners by the same events, and for unverified addresses.
async fn read_recipients(
    tx: &mut Tx<'_>,
    contacts: &mut Contacts,
    (event, audience): (&Event, &Audience),
    former_owners: &[AccountId],
) -> StoreResult<Vec<Recipient>> {
    let of = |a: Account| Recipient { account: Some(a.id), username: a.username, address: a.email };
    // The operator vouches for the address of an account that they create.
    let verifies = matches!(event, Event::VerificationAsked { .. } | Event::AccountCreated { trusted: true, .. });
    let found: Vec<Account> = match audience {
        Audience::Address { account, username, email } => {
            if !verifies && !addresses::is_verified(tx, *account, &email.to_ascii_lowercase()).await? {
                return Ok(Vec::new());
            }
            return Ok(vec![Recipient { account: Some(*account), username: username.clone(), address: email.clone() }]);
        }
        Audience::Account(party) => contacts.account(tx, party.id).await?.into_iter().collect(),
        Audience::Holder { email } => accounts::holder_of_address(tx, email).await?.into_iter().collect(),
        Audience::Owners { organization, but, .. } => {
            let is_told = |owner: &Account| Some(owner.id) != *but && !former_owners.contains(&owner.id);
            contacts.owners(tx, *organization).await?.into_iter().filter(is_told).collect()
        }
        Audience::Members { organization, but, .. } => {
            accounts::members(tx, *organization).await?.into_iter().filter(|member| member.id != *but).collect()
        }
        Audience::Administrators => accounts::administrators(tx).await?,
    };
    Ok(found.into_iter().filter(|account: &Account| account.verified).map(of).collect())
}

#[derive(Template)]
#[template(path = "emails/email.txt", escape = "none")]
struct TextPart<'a> {
    paragraphs: &'a [String],
    quote: Option<&'a str>,
    link: Option<(&'a str, &'a str)>,
    why: &'a str,
    site: &'a str,
}

#[derive(Template)]
#[template(path = "emails/email.html")]
struct HtmlPart<'a> {
    subject: &'a str,
    paragraphs: &'a [String],
    quote: Option<&'a str>,
    link: Option<(&'a str, &'a str)>,
    why: &'a str,
    site: &'a str,
}

impl Mailer {
    /// The site's host. It isn't a link, because an email has only one.
    fn site(&self) -> &str {
        self.public_url.split_once("://").map_or(self.public_url.as_str(), |(_, host)| host)
    }

    fn render(&self, email: EmailTemplate, recipient: Recipient, ctx: &mut DecisionContext) -> Option<NewEmail> {
        let id = ctx.id::<EmailId>().0;
        let (link, sealed) = match email.link {
            None => (None, None),
            Some((label, Link::Open(page))) => (Some((label, format!("{}{page}", self.public_url))), None),
            Some((label, Link::Secret(path))) => {
                let address = format!("{}{path}", self.public_url);
                let sealed = self.key.seal(&address, id.0.as_bytes(), ctx.secret().0.0)?;
                (Some((label, SECRET_LINK.to_owned())), Some(sealed))
            }
        };
        let link = link.as_ref().map(|(label, address)| (*label, address.as_str()));
        // A quote is shown as somebody's own text. In our sentences a name must not become a link.
        let (quote, why, site) = (email.quote.as_deref(), break_links(&email.why), self.site());
        let paragraphs: Vec<String> = email.paragraphs.iter().map(|paragraph| break_links(paragraph)).collect();
        let (paragraphs, why, subject) = (paragraphs.as_slice(), why.as_str(), break_links(&email.subject));
        let text = TextPart { paragraphs, quote, link, why, site }.render().ok()?;
        let html = HtmlPart { subject: &subject, paragraphs, quote, link, why, site }.render().ok()?;
        Some(NewEmail {
            id,
            account: recipient.account,
            to: recipient.address,
            subject: email.subject,
            text,
            html,
            sealed,
        })
    }
}
