//! One sample of each letter, for a developer's style guide. A test holds that none is missing.

use super::{Post, Receiver, letters};
use crate::door::{Circumstances, Policy};
use crate::store::outbox::Draft;
use askama::Template;
use shared::addresses::{EmailAddress, OrganizationUrl};
use shared::billing::Price;
use shared::ids::{AccountId, EmailId, InvitationId, MessageId, OrganizationId, RequestId, SessionId};
use shared::moment::{Moment, Span};
use shared::names::{OrganizationName, Username};
use shared::roles::{Kind, Role};
use shared::rules::audience::audiences;
use shared::rules::change::AsRead;
use shared::rules::requests::RequestPace;
use shared::rules::{Actor, Audience, Change, Fresh, Organization, Party, Person, Secret, Unseen};
use shared::text::{Description, DisplayName, Message, Reason};
use shared::wire::requests::State;
use uuid::Uuid;

/// A letter, and when it is written.
pub struct Sample {
    /// The change it tells of.
    pub change: String,
    /// Whom it goes to, in a preview's words.
    pub to: String,
    draft: Draft,
}

#[derive(Template)]
#[template(path = "letters/gallery.html")]
struct Gallery<'a> {
    samples: &'a [Sample],
}

/// The gallery as a page of its own, which needs no script.
///
/// # Errors
/// The template's trouble.
pub fn page(post: &Post) -> askama::Result<String> {
    Gallery { samples: &samples(post) }.render()
}

/// All letters there are, with the links in them.
pub fn samples(post: &Post) -> Vec<Sample> {
    let mira = party("mira");
    let actor = Actor::Person(Person {
        id: mira.id,
        username: mira.username,
        email: "mira@example.org".to_owned(),
        verified: true,
        administrator: true,
        session: SessionId(Uuid::from_u128(3)),
    });
    let policy = Policy {
        requests: RequestPace::default(),
        mail_goes_out: true,
        price: Price::USUAL,
        invitation: Span::days(7),
        emails_to_one_a_day: 1,
    };
    let about = Circumstances { actor, now: Moment(1_772_970_000_000_000), policy };
    let mut fresh = Fresh::new([7; 32], about.now);
    let mut samples: Vec<Sample> = Vec::new();
    for change in changes() {
        for audience in audiences(&change) {
            let receiver =
                Receiver { account: None, username: reader(&audience), address: "somebody@example.org".to_owned() };
            let Some(letter) = letters::letter(&change, &audience, &receiver.username, &about) else { continue };
            let Some(mut draft) = post.draft(letter, receiver, &mut fresh) else { continue };
            draft.text = post.with_link(draft.id, draft.sealed.as_ref(), &draft.text).unwrap_or_default();
            draft.html = post.with_link(draft.id, draft.sealed.as_ref(), &draft.html).unwrap_or_default();
            samples.push(Sample { change: name_of(&change), to: audience.in_words(), draft });
        }
    }
    samples
}

/// What a change is called in the code.
pub fn name_of(change: &Change) -> String {
    let shown = format!("{change:?}");
    shown.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

/// Whom a sample speaks to.
fn reader(audience: &Audience) -> String {
    match audience {
        Audience::Account(party) => party.username.clone(),
        Audience::Address { username, .. } => username.clone(),
        Audience::Holder { .. } | Audience::Administrators | Audience::Owners { .. } | Audience::Members { .. } => {
            "mira".to_owned()
        }
    }
}

fn party(username: &str) -> Party {
    Party { id: AccountId(Uuid::from_u128(1)), username: username.to_owned() }
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::kept(text.to_owned())
}

fn reason(text: &str) -> Unseen<Reason> {
    Unseen(Reason::kept(text.to_owned()))
}

/// One change of each kind that is told to somebody.
fn changes() -> Vec<Change> {
    let id = Uuid::from_u128(2);
    let secret = || Unseen(Secret([7; 32]));
    let dana = || party("dana");
    let name = || OrganizationName::kept("sundial".to_owned());
    let display_name = || DisplayName::kept("The Sundial Project".to_owned());
    let url = || OrganizationUrl::kept("https://sundial.example".to_owned());
    let description = || {
        Description::kept(
            "Clocks that need no power.\nWe publish twelve packages, and look after their users together.".to_owned(),
        )
    };
    let read = || AsRead {
        url: url(),
        description: description(),
        state: State::Submitted,
        said: 0,
        unanswered: 0,
        billing: None,
    };
    let sundial = || Organization { id: OrganizationId(id), name: name(), display_name: display_name() };
    let account = Change::AccountCreated {
        id: Unseen(AccountId(id)),
        username: Username::kept("dana".to_owned()),
        email_id: Unseen(EmailId(id)),
        email: email("dana@example.org"),
        password_hash: Unseen(String::new()),
        administrator: true,
        trusted: true,
    };
    let answered = |asker_administers| Change::QuestionAnswered {
        id: RequestId(id),
        applicant: dana(),
        name: name(),
        display_name: display_name(),
        question: MessageId(id),
        asked_by: party("mira"),
        asker_administers,
        asked: Reason::kept("Which packages are these?".to_owned()),
        message: Unseen(MessageId(id)),
        answer: reason("All whose names begin with sundial-."),
        last: asker_administers,
    };
    vec![
        account,
        Change::VerificationAsked {
            account: Unseen(AccountId(id)),
            username: "dana".to_owned(),
            email_id: Unseen(EmailId(id)),
            email: email("dana@example.org"),
            secret: secret(),
            lives: Span::days(1),
        },
        Change::AddressClaimed {
            account: Unseen(AccountId(id)),
            username: Username::kept("dana2".to_owned()),
            email_id: Unseen(EmailId(id)),
            email: email("mira@example.org"),
            secret: secret(),
        },
        Change::AddressAdded { account: dana(), email_id: Unseen(EmailId(id)), email: email("dana@work.example") },
        Change::PrimaryChanged {
            account: dana(),
            email_id: EmailId(id),
            email: email("dana@work.example"),
            before: email("dana@example.org"),
        },
        Change::AddressRemoved {
            account: dana(),
            email_id: EmailId(id),
            email: email("dana@example.org"),
            verified: true,
        },
        Change::PasswordChanged { account: dana(), password_hash: Unseen(String::new()) },
        Change::ResetAsked {
            account: dana(),
            email: email("dana@example.org"),
            secret: secret(),
            lives: Span::hours(1),
        },
        Change::AdministratorGranted { account: dana() },
        Change::AdministratorRevoked { account: dana() },
        Change::SessionsEnded { account: dana(), reason: reason("A laptop of yours was reported stolen.") },
        Change::AccountDisabled {
            account: dana(),
            ownerless: Vec::new(),
            invitations: Unseen(0),
            reason: reason("Somebody else uses it, by all we see. Write to us."),
        },
        Change::AccountEnabled { account: dana() },
        Change::RequestFiled {
            id: Unseen(RequestId(id)),
            applicant: dana(),
            name: name(),
            display_name: display_name(),
            url: url(),
            description: description(),
            kind: Kind::Community,
            from_draft: false,
        },
        Change::QuestionAsked {
            id: RequestId(id),
            applicant: dana(),
            name: name(),
            display_name: display_name(),
            message: Unseen(MessageId(id)),
            question: reason("Which packages are these?\nAnd who looks after them today?"),
        },
        answered(true),
        answered(false),
        Change::RequestApproved {
            id: RequestId(id),
            applicant: dana(),
            name: name(),
            display_name: display_name(),
            organization: Unseen(OrganizationId(id)),
            read: read(),
            similar: Vec::new(),
            price: None,
            message: Unseen(Message::kept("Welcome. The name is yours as long as you use it.".to_owned())),
        },
        Change::RequestDeclined {
            id: RequestId(id),
            applicant: dana(),
            name: name(),
            display_name: display_name(),
            read: read(),
            reason: reason("The name is that of a project which somebody else looks after. Ask for another."),
        },
        Change::RivalClosed { id: RequestId(id), applicant: dana(), name: name(), display_name: display_name() },
        Change::OrganizationDisabled {
            id: OrganizationId(id),
            name: name(),
            display_name: display_name(),
            invitations: Unseen(0),
            reason: reason("Its packages carried something that mines coins. We look into it."),
        },
        Change::OrganizationEnabled { id: OrganizationId(id), name: name(), display_name: display_name() },
        Change::MemberInvited {
            id: Unseen(InvitationId(id)),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
            price: Some(Price::USUAL),
            secret: secret(),
            lives: Span::days(7),
        },
        Change::InvitationRenewed {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
            secret: secret(),
            lives: Span::days(7),
        },
        Change::InvitationRevoked {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            role: Role::Manager,
        },
        Change::InvitationAccepted {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
        },
        Change::InvitationDeclined {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
            message: Unseen(Message::kept("Thank you, but I have no time this year.".to_owned())),
        },
        Change::InvitationExpired {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
        },
        Change::RoleChanged {
            organization: sundial(),
            account: party("lee"),
            before: Role::Member,
            after: Role::BillingManager,
        },
        Change::MemberRemoved { organization: sundial(), account: party("lee"), role: Role::Member },
        Change::MemberLeft { organization: sundial(), account: party("lee"), role: Role::Member },
        Change::OwnerAppointed {
            organization: sundial(),
            account: party("lee"),
            before: Some(Role::Member),
            reason: reason("Its only Owner has left the company, and their account is disabled."),
        },
    ]
}
