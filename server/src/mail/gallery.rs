//! A sample of each email for a developer's style guide. A test checks that none is missing.

use super::{Mailer, Recipient, emails};
use crate::context::{Policy, RequestContext};
use crate::store::outbox::NewEmail;
use askama::Template;
use shared::addresses::{EmailAddress, OrganizationUrl};
use shared::billing::Price;
use shared::domain::RequestState;
use shared::ids::{AccountId, EmailAddressId, InvitationId, MessageId, OrganizationId, RequestId, SessionId};
use shared::names::{OrganizationName, Username};
use shared::roles::{Kind, Role};
use shared::rules::audience::audiences;
use shared::rules::event::RequestSnapshot;
use shared::rules::requests::RequestPace;
use shared::rules::{Actor, Audience, DecisionContext, Event, NotDigested, Organization, Party, Person, Secret};
use shared::text::{Description, DisplayName, Message, Reason};
use shared::timestamp::{Seconds, Timestamp};
use uuid::Uuid;

/// A sample email.
pub struct Sample {
    /// The kind of event that it is about.
    pub event: String,
    /// Its audience, in the words of a preview.
    pub to: String,
    email: NewEmail,
}

#[derive(Template)]
#[template(path = "emails/gallery.html")]
struct Gallery<'a> {
    samples: &'a [Sample],
}

/// The gallery as a page without scripts.
///
/// # Errors
/// The template can't be rendered.
pub fn page(mailer: &Mailer) -> askama::Result<String> {
    Gallery { samples: &samples(mailer) }.render()
}

/// A sample of each email, with its links.
pub fn samples(mailer: &Mailer) -> Vec<Sample> {
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
        invitation: Seconds::days(7),
        emails_to_one_a_day: 1,
    };
    let context = RequestContext { actor, address: String::new(), now: Timestamp(1_772_970_000_000_000), policy };
    let mut ctx = DecisionContext::new([7; 32], context.now);
    let mut samples: Vec<Sample> = Vec::new();
    for event in events() {
        for audience in audiences(&event) {
            let recipient =
                Recipient { account: None, username: reader(&audience), address: "somebody@example.org".to_owned() };
            let Some(template) = emails::email(&event, &audience, &recipient.username, &context) else { continue };
            let Some(mut email) = mailer.render(template, recipient, &mut ctx) else { continue };
            email.text = mailer.with_link(email.id, email.sealed.as_ref(), &email.text).unwrap_or_default();
            email.html = mailer.with_link(email.id, email.sealed.as_ref(), &email.html).unwrap_or_default();
            samples.push(Sample { event: name_of(&event), to: audience.in_words(), email });
        }
    }
    samples
}

/// The name of an event's variant.
pub fn name_of(event: &Event) -> String {
    let debug = format!("{event:?}");
    debug.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

/// The username of a sample's reader.
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
    EmailAddress::from_stored(text.to_owned())
}

fn reason(text: &str) -> NotDigested<Reason> {
    NotDigested(Reason::from_stored(text.to_owned()))
}

/// One event of each kind that has an email.
fn events() -> Vec<Event> {
    let id = Uuid::from_u128(2);
    let secret = || NotDigested(Secret([7; 32]));
    let dana = || party("dana");
    let name = || OrganizationName::from_stored("sundial".to_owned());
    let display_name = || DisplayName::from_stored("The Sundial Project".to_owned());
    let url = || OrganizationUrl::from_stored("https://sundial.example".to_owned());
    let description =
        || Description::from_stored("Clocks that need no power.\nWe publish and maintain twelve packages.".to_owned());
    let read = || RequestSnapshot {
        url: url(),
        description: description(),
        state: RequestState::Submitted,
        said: 0,
        unanswered: 0,
        billing: None,
    };
    let sundial = || Organization { id: OrganizationId(id), name: name(), display_name: display_name() };
    let account = Event::AccountCreated {
        id: NotDigested(AccountId(id)),
        username: Username::from_stored("dana".to_owned()),
        email_id: NotDigested(EmailAddressId(id)),
        email: email("dana@example.org"),
        password_hash: NotDigested(String::new()),
        administrator: true,
        trusted: true,
    };
    let answered = |asker_administers| Event::QuestionAnswered {
        id: RequestId(id),
        applicant: dana(),
        name: name(),
        display_name: display_name(),
        question: MessageId(id),
        asked_by: party("mira"),
        asker_administers,
        asked: Reason::from_stored("Which packages are these?".to_owned()),
        message: NotDigested(MessageId(id)),
        answer: reason("All whose names begin with sundial-."),
        last: asker_administers,
    };
    vec![
        account,
        Event::VerificationAsked {
            account: NotDigested(AccountId(id)),
            username: "dana".to_owned(),
            email_id: NotDigested(EmailAddressId(id)),
            email: email("dana@example.org"),
            secret: secret(),
            lives: Seconds::days(1),
        },
        Event::AddressClaimed {
            account: NotDigested(AccountId(id)),
            username: Username::from_stored("dana2".to_owned()),
            email_id: NotDigested(EmailAddressId(id)),
            email: email("mira@example.org"),
            secret: secret(),
        },
        Event::AddressAdded {
            account: dana(),
            email_id: NotDigested(EmailAddressId(id)),
            email: email("dana@work.example"),
        },
        Event::PrimaryChanged {
            account: dana(),
            email_id: EmailAddressId(id),
            email: email("dana@work.example"),
            before: email("dana@example.org"),
        },
        Event::AddressRemoved {
            account: dana(),
            email_id: EmailAddressId(id),
            email: email("dana@example.org"),
            verified: true,
        },
        Event::PasswordChanged { account: dana(), password_hash: NotDigested(String::new()) },
        Event::ResetAsked {
            account: dana(),
            email: email("dana@example.org"),
            secret: secret(),
            lives: Seconds::hours(1),
        },
        Event::AdministratorGranted { account: dana() },
        Event::AdministratorRevoked { account: dana() },
        Event::SessionsEnded { account: dana(), reason: reason("A laptop of yours was reported stolen.") },
        Event::AccountDisabled {
            account: dana(),
            ownerless: Vec::new(),
            invitations: NotDigested(0),
            reason: reason("We think somebody else is using it. Please contact us."),
        },
        Event::AccountEnabled { account: dana() },
        Event::RequestFiled {
            id: NotDigested(RequestId(id)),
            applicant: dana(),
            name: name(),
            display_name: display_name(),
            url: url(),
            description: description(),
            kind: Kind::Community,
            from_draft: false,
        },
        Event::QuestionAsked {
            id: RequestId(id),
            applicant: dana(),
            name: name(),
            display_name: display_name(),
            message: NotDigested(MessageId(id)),
            question: reason("Which packages are these?\nAnd who maintains them today?"),
        },
        answered(true),
        answered(false),
        Event::RequestApproved {
            id: RequestId(id),
            applicant: dana(),
            name: name(),
            display_name: display_name(),
            organization: NotDigested(OrganizationId(id)),
            read: read(),
            similar: Vec::new(),
            price: None,
            message: NotDigested(Message::from_stored("Welcome. The name is yours as long as you use it.".to_owned())),
        },
        Event::RequestDeclined {
            id: RequestId(id),
            applicant: dana(),
            name: name(),
            display_name: display_name(),
            read: read(),
            reason: reason("Somebody else maintains a project with this name. Please choose another name."),
        },
        Event::RivalClosed { id: RequestId(id), applicant: dana(), name: name(), display_name: display_name() },
        Event::OrganizationDisabled {
            id: OrganizationId(id),
            name: name(),
            display_name: display_name(),
            invitations: NotDigested(0),
            reason: reason("Its packages contained a cryptocurrency miner. We are investigating."),
        },
        Event::OrganizationEnabled { id: OrganizationId(id), name: name(), display_name: display_name() },
        Event::MemberInvited {
            id: NotDigested(InvitationId(id)),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
            price: Some(Price::USUAL),
            secret: secret(),
            lives: Seconds::days(7),
        },
        Event::InvitationRenewed {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
            secret: secret(),
            lives: Seconds::days(7),
        },
        Event::InvitationRevoked {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            role: Role::Manager,
        },
        Event::InvitationAccepted {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
        },
        Event::InvitationDeclined {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
            message: NotDigested(Message::from_stored("Thank you, but I have no time this year.".to_owned())),
        },
        Event::InvitationExpired {
            id: InvitationId(id),
            organization: sundial(),
            invitee: party("lee"),
            inviter: dana(),
            role: Role::Manager,
        },
        Event::RoleChanged {
            organization: sundial(),
            account: party("lee"),
            before: Role::Member,
            after: Role::BillingManager,
        },
        Event::MemberRemoved { organization: sundial(), account: party("lee"), role: Role::Member },
        Event::MemberLeft { organization: sundial(), account: party("lee"), role: Role::Member },
        Event::OwnerAppointed {
            organization: sundial(),
            account: party("lee"),
            before: Some(Role::Member),
            reason: reason("Its only Owner has left the company, and their account is disabled."),
        },
    ]
}
