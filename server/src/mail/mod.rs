//! Letters: what they say ([`letters`]), how they wait for the mail server ([`crate::store::outbox`]),
//! and how they go out ([`worker`], [`transport`], [`refusals`], [`pace`]); [`gallery`] shows them all.

pub mod gallery;
pub mod letters;
pub mod pace;
pub mod refusals;
pub mod transport;
pub mod worker;

use crate::door::Circumstances;
use crate::secrets::key::Key;
use crate::store::accounts::{self, Account};
use crate::store::outbox::{self, Draft};
use crate::store::{StoreResult, Tx};
use askama::Template;
use letters::{Letter, Link};
use shared::ids::{AccountId, LetterId};
use shared::rules::audience::{owners_no_more, told};
use shared::rules::{Audience, Change, Fresh};
use shared::wire::administration::LetterState;
use std::mem::{self, Discriminant};

/// Stands in a letter's text for a link that is a secret, until the letter goes out. Only in a letter that
/// has such a link: in any other the character is somebody's own.
const SECRET_LINK: &str = "\u{fffc}";

/// What takes the place of a secret link once it is forgotten.
pub const FORGOTTEN: outbox::Forgotten<'_> =
    outbox::Forgotten { stands_for_link: SECRET_LINK, words: "(the link has been forgotten)" };

/// What letters need to know of the site.
#[derive(Clone)]
pub struct Post {
    /// Where the site is, without a slash at the end: every link begins with it.
    pub public_url: String,
    /// Seals secret links.
    pub key: Key,
    /// Whether a mail server is configured; otherwise letters are kept and read by an administrator.
    pub goes_out: bool,
    /// Whether letters also stand in the log: on a developer's machine alone, for they hold secrets.
    pub in_log: bool,
}

impl Post {
    /// The state in which a letter begins.
    pub const fn new_letters(&self) -> LetterState {
        if self.goes_out { LetterState::Waiting } else { LetterState::Kept }
    }

    /// A letter's text with its secret link, if it has one; `None` when it was sealed with another key.
    pub fn with_link(&self, id: LetterId, sealed: Option<&Vec<u8>>, text: &str) -> Option<String> {
        let Some(sealed) = sealed else { return Some(text.to_owned()) };
        let link = self.key.open(sealed, id.0.as_bytes())?;
        Some(text.replace(SECRET_LINK, &link))
    }

    /// Shows a letter to a developer.
    pub fn log(&self, draft: &Draft) {
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

/// A letter, and how many further changes it tells of that are of the kind of the first: what else it tells follows from
/// them, and its subject does not count it.
struct Written {
    receiver: Receiver,
    letter: Letter,
    kind: Discriminant<Change>,
    further: usize,
}

/// Somebody's address.
#[derive(PartialEq, Eq)]
struct Receiver {
    account: Option<AccountId>,
    username: String,
    address: String,
}

/// The letters that follow from a list of changes, one for each receiver, so that none sees another.
///
/// # Errors
/// The database's own trouble.
pub async fn drafts(
    tx: &mut Tx<'_>,
    post: &Post,
    changes: &[Change],
    about: &Circumstances,
    fresh: &mut Fresh,
) -> StoreResult<Vec<Draft>> {
    let mut written: Vec<Written> = Vec::new();
    let gone = owners_no_more(changes);
    read_ahead(tx, changes).await?;
    for (change, audience) in told(changes) {
        let kind = mem::discriminant(change);
        for receiver in receivers(tx, &audience, &gone).await? {
            let Some(letter) = letters::letter(change, &audience, &receiver.username, about) else { continue };
            let same = |one: &&mut Written| one.receiver == receiver && one.letter.goes_with(&letter);
            match written.iter_mut().find(same) {
                Some(one) => {
                    one.further += usize::from(one.kind == kind);
                    one.letter.also(letter);
                }
                None => written.push(Written { receiver, letter, kind, further: 0 }),
            }
        }
    }
    let draft = |Written { receiver, mut letter, further, .. }: Written| {
        if further > 0 {
            letter.subject = format!("{}, and {further} more", letter.subject);
        }
        post.draft(letter, receiver, fresh)
    };
    Ok(written.into_iter().filter_map(draft).collect())
}

/// Reads at once whom most lists of changes concern: an organization's Owners and one person.
async fn read_ahead(tx: &mut Tx<'_>, changes: &[Change]) -> StoreResult<()> {
    let of_owners = |(_, audience): (&Change, Audience)| match audience {
        Audience::Owners { organization, but, .. } => Some((organization, but)),
        _ => None,
    };
    if let Some((organization, person)) = told(changes).find_map(of_owners) {
        accounts::concerned(tx, organization, person).await?;
    }
    Ok(())
}

/// Whoever is told, but for those who are no Owners any more by the change itself.
async fn receivers(tx: &mut Tx<'_>, audience: &Audience, gone: &[AccountId]) -> StoreResult<Vec<Receiver>> {
    let of = |a: Account| Receiver { account: Some(a.id), username: a.username, address: a.email };
    Ok(match audience {
        Audience::Account(party) => accounts::receiver(tx, party.id).await?.into_iter().map(of).collect(),
        Audience::Address { account, username, email } => {
            vec![Receiver { account: Some(*account), username: username.clone(), address: email.clone() }]
        }
        Audience::Holder { email } => accounts::holder_of_address(tx, email).await?.into_iter().map(of).collect(),
        Audience::Owners { organization, but, .. } => {
            let told = |owner: &Account| Some(owner.id) != *but && !gone.contains(&owner.id);
            accounts::owners(tx, *organization).await?.into_iter().filter(told).map(of).collect()
        }
        Audience::Administrators => accounts::administrators(tx).await?.into_iter().map(of).collect(),
    })
}

#[derive(Template)]
#[template(path = "letters/letter.txt", escape = "none")]
struct TextPart<'a> {
    paragraphs: &'a [String],
    quote: Option<&'a str>,
    link: Option<(&'a str, &'a str)>,
    why: &'a str,
    site: &'a str,
}

#[derive(Template)]
#[template(path = "letters/letter.html")]
struct HtmlPart<'a> {
    subject: &'a str,
    paragraphs: &'a [String],
    quote: Option<&'a str>,
    link: Option<(&'a str, &'a str)>,
    why: &'a str,
    site: &'a str,
}

impl Post {
    /// The site by its host: a letter has one link, and this is none.
    fn site(&self) -> &str {
        self.public_url.split_once("://").map_or(self.public_url.as_str(), |(_, host)| host)
    }

    fn draft(&self, letter: Letter, receiver: Receiver, fresh: &mut Fresh) -> Option<Draft> {
        let id = fresh.id::<LetterId>().0;
        let (link, sealed) = match letter.link {
            None => (None, None),
            Some((label, Link::Open(path))) => (Some((label, format!("{}{path}", self.public_url))), None),
            Some((label, Link::Secret(path))) => {
                let address = format!("{}{path}", self.public_url);
                let sealed = self.key.seal(&address, id.0.as_bytes(), fresh.secret().0.0)?;
                (Some((label, SECRET_LINK.to_owned())), Some(sealed))
            }
        };
        let link = link.as_ref().map(|(label, address)| (*label, address.as_str()));
        let (quote, why, site) = (letter.quote.as_deref(), letter.why.as_str(), self.site());
        let paragraphs = letter.paragraphs.as_slice();
        let text = TextPart { paragraphs, quote, link, why, site }.render().ok()?;
        let html = HtmlPart { subject: &letter.subject, paragraphs, quote, link, why, site }.render().ok()?;
        Some(Draft { id, account: receiver.account, to: receiver.address, subject: letter.subject, text, html, sealed })
    }
}
