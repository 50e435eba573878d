//! Letters: what they say ([`letters`]), how they wait for the mail server ([`crate::store::outbox`]),
//! and how they go out ([`worker`], [`transport`], [`refusals`], [`pace`]); [`gallery`] shows them all.

pub mod emails;
pub mod gallery;
pub mod pace;
pub mod refusals;
pub mod transport;
mod unlinked;
pub mod worker;

use crate::command_bus::RequestContext;
use crate::secrets::key::Key;
use crate::store::accounts::{self, Account};
use crate::store::outbox::{self, EmailCount, NewEmail};
use crate::store::{StoreResult, Tx, addresses};
use askama::Template;
use emails::{EmailTemplate, Link};
use shared::ids::{AccountId, EmailId};
use shared::rules::audience::{former_owners, recipients};
use shared::rules::{Audience, DecisionContext, Event, Party};
use shared::timestamp::Seconds;
use shared::wire::administration::EmailState;
use std::mem::{self, Discriminant};
use unlinked::unlinked;

/// Stands in a letter's text for a link that is a secret, until the letter goes out. Only in a letter that
/// has such a link: in any other the character is somebody's own.
const SECRET_LINK: &str = "\u{fffc}";

/// What takes the place of a secret link once it is forgotten.
pub const FORGOTTEN: outbox::LinkReplacement<'_> =
    outbox::LinkReplacement { placeholder: SECRET_LINK, text: "(the link has been forgotten)" };

/// What letters need to know of the site.
#[derive(Clone)]
pub struct Mailer {
    /// Where the site is, without a slash at the end: every link begins with it.
    pub public_url: String,
    /// Seals secret links.
    pub key: Key,
    /// Whether a mail server is configured; otherwise letters are kept and read by an administrator.
    pub goes_out: bool,
    /// Whether letters also stand in the log: on a developer's machine alone, for they hold secrets.
    pub in_log: bool,
}

impl Mailer {
    /// The state in which a letter begins.
    pub const fn new_emails(&self) -> EmailState {
        if self.goes_out { EmailState::Waiting } else { EmailState::Kept }
    }

    /// A letter's text with its secret link, if it has one; `None` when it was sealed with another key.
    pub fn with_link(&self, id: EmailId, sealed: Option<&Vec<u8>>, text: &str) -> Option<String> {
        let Some(sealed) = sealed else { return Some(text.to_owned()) };
        let link = self.key.open(sealed, id.0.as_bytes())?;
        Some(text.replace(SECRET_LINK, &link))
    }

    /// Shows a letter to a developer.
    pub fn log(&self, draft: &NewEmail) {
        if self.in_log {
            let text = self.with_link(draft.id, draft.sealed.as_ref(), &draft.text).unwrap_or_default();
            tracing::info!("letter to {}: {}\n\n{text}\n", draft.to, draft.subject);
        }
    }

    /// The text of a letter with a secret link as a page shows it where a mail server is configured.
    pub fn without_link(text: &str) -> String {
        text.replace(SECRET_LINK, "(a secret link, which only the receiver sees)")
    }

    /// The text of a letter whose secret link does not open.
    pub fn with_closed_link(text: &str) -> String {
        text.replace(SECRET_LINK, "(a secret link, which was sealed with another key than this server's)")
    }
}

/// What is written of a list of changes.
#[derive(Default)]
pub struct Written {
    pub emails: Vec<NewEmail>,
    /// What is not written, because the day's allowance is used up.
    pub held_back: Vec<HeldBack>,
}

/// A letter that is not written: whoever acts has caused too many to its receiver.
pub struct HeldBack {
    pub to: Party,
    pub subject: String,
}

/// A letter, and how many further changes it tells of that are of the kind of the first: what else it tells follows from
/// them, and its subject does not count it.
struct Begun {
    receiver: Receiver,
    email: EmailTemplate,
    kind: Discriminant<Event>,
    further: usize,
}

/// Somebody's address.
#[derive(PartialEq, Eq)]
struct Receiver {
    account: Option<AccountId>,
    username: String,
    address: String,
}

/// The letters that follow from a list of changes, one for each receiver, so that none sees another. Only what verifies an
/// address goes to one that is not verified, and beyond the day's allowance nothing goes from one account to another.
///
/// # Errors
/// The database's own trouble.
pub async fn drafts(
    tx: &mut Tx<'_>,
    mailer: &Mailer,
    events: &[Event],
    context: &RequestContext,
    ctx: &mut DecisionContext,
) -> StoreResult<Written> {
    let mut begun: Vec<Begun> = Vec::new();
    let gone = former_owners(events);
    read_ahead(tx, events).await?;
    for (event, audience) in recipients(events) {
        let kind = mem::discriminant(event);
        for receiver in receivers(tx, event, &audience, &gone).await? {
            let Some(email) = emails::email(event, &audience, &receiver.username, context) else { continue };
            let same = |one: &&mut Begun| one.receiver == receiver && one.email.goes_with(&email);
            match begun.iter_mut().find(same) {
                Some(one) => {
                    one.further += usize::from(one.kind == kind);
                    one.email.also(email);
                }
                None => begun.push(Begun { receiver, email, kind, further: 0 }),
            }
        }
    }
    let mut allowance = Allowance::of(tx, context, &begun).await?;
    let mut written = Written::default();
    for Begun { receiver, mut email, further, .. } in begun {
        if further > 0 {
            email.subject = format!("{}, and {further} more", email.subject);
        }
        match receiver.account.filter(|account| !allowance.takes(*account)) {
            Some(id) => {
                let to = Party { id, username: receiver.username };
                written.held_back.push(HeldBack { to, subject: email.subject });
            }
            None => written.emails.extend(mailer.draft(email, receiver, ctx)),
        }
    }
    Ok(written)
}

/// How many letters whoever acts may still cause, and to whom.
struct Allowance {
    /// Who acts, if it is a person: to themselves they cause what they like.
    me: Option<AccountId>,
    caused: Vec<EmailCount>,
    most: u32,
}

impl Allowance {
    async fn of(tx: &mut Tx<'_>, context: &RequestContext, begun: &[Begun]) -> StoreResult<Self> {
        let me = context.account();
        let to_others = begun.iter().any(|one| one.receiver.account != me);
        let caused = match me.filter(|_| to_others) {
            Some(me) => outbox::count_caused_by(tx, me, context.now.minus(Seconds::days(1))).await?,
            None => Vec::new(),
        };
        Ok(Self { me, caused, most: context.policy.emails_to_one_a_day })
    }

    /// Whether one more may be written to somebody, which is counted.
    fn takes(&mut self, receiver: AccountId) -> bool {
        if self.me.is_none_or(|me| me == receiver) {
            return true;
        }
        match self.caused.iter_mut().find(|one| one.recipient == receiver) {
            Some(one) if one.emails >= self.most => false,
            Some(one) => {
                one.emails += 1;
                true
            }
            None => {
                self.caused.push(EmailCount { recipient: receiver, emails: 1 });
                true
            }
        }
    }
}

/// Reads at once whom most lists of changes concern: an organization's Owners and one person.
async fn read_ahead(tx: &mut Tx<'_>, events: &[Event]) -> StoreResult<()> {
    let of_owners = |(_, audience): (&Event, Audience)| match audience {
        Audience::Owners { organization, but, .. } => Some((organization, but)),
        _ => None,
    };
    if let Some((organization, person)) = recipients(events).find_map(of_owners) {
        accounts::cache_owners_and_account(tx, organization, person).await?;
    }
    Ok(())
}

/// Whoever is told, but for those who are no Owners any more by the change itself, and for addresses of which nobody has
/// shown that they are theirs.
async fn receivers(
    tx: &mut Tx<'_>,
    event: &Event,
    audience: &Audience,
    gone: &[AccountId],
) -> StoreResult<Vec<Receiver>> {
    let of = |a: Account| Receiver { account: Some(a.id), username: a.username, address: a.email };
    // The operator vouches for the address of an account that they make.
    let verifies = matches!(event, Event::VerificationAsked { .. } | Event::AccountCreated { trusted: true, .. });
    let found: Vec<Account> = match audience {
        Audience::Address { account, username, email } => {
            if !verifies && !addresses::is_verified(tx, *account, &email.to_ascii_lowercase()).await? {
                return Ok(Vec::new());
            }
            return Ok(vec![Receiver { account: Some(*account), username: username.clone(), address: email.clone() }]);
        }
        Audience::Account(party) => accounts::recipient(tx, party.id).await?.into_iter().collect(),
        Audience::Holder { email } => accounts::holder_of_address(tx, email).await?.into_iter().collect(),
        Audience::Owners { organization, but, .. } => {
            let told = |owner: &Account| Some(owner.id) != *but && !gone.contains(&owner.id);
            accounts::owners(tx, *organization).await?.into_iter().filter(told).collect()
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
    /// The site by its host: a letter has one link, and this is none.
    fn site(&self) -> &str {
        self.public_url.split_once("://").map_or(self.public_url.as_str(), |(_, host)| host)
    }

    fn draft(&self, email: EmailTemplate, receiver: Receiver, ctx: &mut DecisionContext) -> Option<NewEmail> {
        let id = ctx.id::<EmailId>().0;
        let (link, sealed) = match email.link {
            None => (None, None),
            Some((label, Link::Open(path))) => (Some((label, format!("{}{path}", self.public_url))), None),
            Some((label, Link::Secret(path))) => {
                let address = format!("{}{path}", self.public_url);
                let sealed = self.key.seal(&address, id.0.as_bytes(), ctx.secret().0.0)?;
                (Some((label, SECRET_LINK.to_owned())), Some(sealed))
            }
        };
        let link = link.as_ref().map(|(label, address)| (*label, address.as_str()));
        // Somebody's own words stand apart, as theirs; among ours, a name is never a link.
        let (quote, why, site) = (email.quote.as_deref(), unlinked(&email.why), self.site());
        let paragraphs: Vec<String> = email.paragraphs.iter().map(|paragraph| unlinked(paragraph)).collect();
        let (paragraphs, why, subject) = (paragraphs.as_slice(), why.as_str(), unlinked(&email.subject));
        let text = TextPart { paragraphs, quote, link, why, site }.render().ok()?;
        let html = HtmlPart { subject: &subject, paragraphs, quote, link, why, site }.render().ok()?;
        Some(NewEmail {
            id,
            account: receiver.account,
            to: receiver.address,
            subject: email.subject,
            text,
            html,
            sealed,
        })
    }
}
