//! What each letter says (rules, section 9): the subject states the fact with the names in it; the body
//! says who did it and when, what it means for the reader, one link, and why they receive it.

mod people;

use crate::command_bus::RequestContext;
use shared::rules::{Actor, Audience, Event, Party};
use shared::words::{costs, wait};

/// A letter in words, before it is laid out.
pub struct EmailTemplate {
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// Somebody's own words.
    pub quote: Option<String>,
    pub link: Option<(&'static str, Link)>,
    pub why: String,
}

impl EmailTemplate {
    /// Whether both say something of the same organization to the same reader, who then gets one letter: a change of
    /// twenty roles is not twenty letters to each Owner.
    pub fn goes_with(&self, other: &Self) -> bool {
        let alike = self.link == other.link && self.why == other.why;
        alike && matches!(self.link, Some((_, Link::Open(_)))) && self.quote.is_none() && other.quote.is_none()
    }

    /// Says the other thing as well; each begins with the same greeting.
    pub fn also(&mut self, other: Self) {
        self.paragraphs.extend(other.paragraphs.into_iter().skip(1));
    }
}

/// Where a letter's link leads: a path of the site.
#[derive(PartialEq, Eq)]
pub enum Link {
    Open(String),
    /// A path that holds a secret: sealed until the letter goes out.
    Secret(String),
}

/// The letter about a change for one of those who are told of it. A change that is told to nobody
/// ([`shared::rules::audience::audiences`]) has none.
pub fn email(event: &Event, audience: &Audience, to: &str, context: &RequestContext) -> Option<EmailTemplate> {
    let when = context.now.in_words();
    let reader_did_it = matches!(&context.actor, Actor::Person(person) if person.username == to);
    let by = match &context.actor {
        Actor::Person(_) if reader_did_it => "You".to_owned(),
        Actor::Person(person) => person.username.clone(),
        Actor::Operator => "The operator of the site".to_owned(),
        Actor::Visitor | Actor::Job(_) => "The site".to_owned(),
    };
    let named = |who: &Party| if who.username == to { "You".to_owned() } else { who.username.clone() };
    let hello = format!("Hello {to},");
    let not_you = || "If it was not you, change your password and look at the devices that are signed in.".to_owned();
    let yours = |what: &str| format!("You receive this because {what}.");
    let about_people = people::Words {
        hello: hello.clone(),
        when: &when,
        by: &by,
        reader_did_it,
        reader: to,
        to_the_person: matches!(audience, Audience::Account(_)),
    };
    Some(match event {
        Event::VerificationAsked { email, secret, lives, .. } => EmailTemplate {
            subject: format!("Verify {email} for your account {to}"),
            paragraphs: vec![
                hello,
                format!("The account {to} was given this e-mail address on {when}. Please confirm that it is yours: then you can sign in with it, ask for organizations and get a new password by it."),
                format!("The link works once, within {}, for whoever is signed in as {to}. If you did not do this, you need do nothing: without the link the address is not used.", wait(lives.0)),
            ],
            quote: None,
            link: Some(("Verify this address", Link::Secret(format!("/verify?token={}", secret.0.reveal())))),
            why: yours("somebody gave this address to an account"),
        },
        Event::AddressClaimed { username, email, .. } => EmailTemplate {
            subject: format!("Somebody used {email} for the account {username}"),
            paragraphs: vec![
                hello,
                format!("On {when} somebody gave the account {username} your address {email}. It is verified for your account {to}, so the other account can't use it."),
                "If it was you: you have an account already, and can sign in with it. If not, you need do nothing.".to_owned(),
            ],
            quote: None,
            link: Some(("Sign in", Link::Open("/sign-in".to_owned()))),
            why: yours(&format!("{email} is an address of your account {to}")),
        },
        Event::AddressAdded { account, email, .. } => EmailTemplate {
            subject: format!("{email} was added to your account {}", account.username),
            paragraphs: vec![
                hello,
                format!("The address {email} was added to your account {} on {when}. Once it is verified, one can sign in with it and ask for a new password by it.", account.username),
                not_you(),
            ],
            quote: None,
            link: Some(("See your addresses", Link::Open("/manage/account".to_owned()))),
            why: yours("it is about your account"),
        },
        Event::PrimaryChanged { account, email, before, .. } => EmailTemplate {
            subject: format!("Letters for {} go to {email} from now on", account.username),
            paragraphs: vec![
                hello,
                format!("On {when} the primary address of your account {} was changed from {before} to {email}.", account.username),
                not_you(),
            ],
            quote: None,
            link: Some(("See your addresses", Link::Open("/manage/account".to_owned()))),
            why: yours("it is about your account, and this is its address or was it until now"),
        },
        Event::AddressRemoved { account, email, .. } => EmailTemplate {
            subject: format!("{email} was removed from the account {}", account.username),
            paragraphs: vec![
                hello,
                format!("On {when} the address {email} was removed from your account {}. One can't sign in with it any more, and no letter goes there.", account.username),
                not_you(),
            ],
            quote: None,
            link: Some(("See your addresses", Link::Open("/manage/account".to_owned()))),
            why: yours("it is about your account"),
        },
        Event::PasswordChanged { account, .. } => EmailTemplate {
            subject: format!("The password of your account {} was changed", account.username),
            paragraphs: vec![
                hello,
                format!("The password of your account {} was changed on {when}. Every other device is signed out.", account.username),
                "If it was not you, ask for a new password at once: the link leads to the page.".to_owned(),
            ],
            quote: None,
            link: Some(("Get a new password", Link::Open("/forgotten-password".to_owned()))),
            why: yours("it is about your account"),
        },
        Event::ResetAsked { account, secret, lives, .. } => EmailTemplate {
            subject: format!("Choose a new password for your account {}", account.username),
            paragraphs: vec![
                hello,
                format!("On {when} somebody asked for a new password for your account {}.", account.username),
                format!("The link works once, within {}. If you did not ask, you need do nothing: your password stays as it is.", wait(lives.0)),
            ],
            quote: None,
            link: Some(("Choose a new password", Link::Secret(format!("/reset-password?token={}", secret.0.reveal())))),
            why: yours("somebody typed the name or the address of your account"),
        },
        Event::RequestFiled { id, applicant, name, display_name, url, description, kind, .. } if *audience == Audience::Administrators => EmailTemplate {
            subject: format!("New request: {name} ({display_name}), by {}", if applicant.username == to { "you" } else { &applicant.username }),
            paragraphs: vec![
                hello,
                format!("{} asked for the organization {display_name}, with the account name {name}, on {when}.", named(applicant)),
                format!("Kind: {}", kind.name()),
                format!("On the web: {url}"),
                "It waits for an administrator's decision. What it is about, in their words:".to_owned(),
            ],
            quote: Some(description.to_string()),
            link: Some(("See the request", Link::Open(format!("/administration/requests/{}", id.0)))),
            why: yours("you are an administrator of this site"),
        },
        Event::RequestFiled { name, display_name, kind, .. } => EmailTemplate {
            subject: format!("Your request for {name} is handed in"),
            paragraphs: vec![
                hello,
                format!("You asked for the organization {display_name}, with the account name {name}, on {when}."),
                format!("Kind: {}", kind.name()),
                "An administrator looks at each request. You hear by e-mail what they decide, and can take the request back until then.".to_owned(),
            ],
            quote: None,
            link: Some(("See your requests", Link::Open("/manage/organizations".to_owned()))),
            why: yours("you handed in this request"),
        },
        Event::QuestionAsked { id, name, display_name, question, .. } => EmailTemplate {
            subject: format!("A question about your request for {name}"),
            paragraphs: vec![
                hello,
                format!("{by} asked a question about your request for {display_name} on {when}. It waits for your answer, and goes on when you have given it:"),
            ],
            quote: Some(question.0.to_string()),
            link: Some(("Answer the question", Link::Open(format!("/manage/requests/{id}")))),
            why: yours("you handed in this request"),
        },
        Event::QuestionAnswered { id, applicant, name, display_name, asked, answer, last, .. } => EmailTemplate {
            subject: format!("{} the question about {name}", if reader_did_it { "You answered".to_owned() } else { format!("{} answers", applicant.username) }),
            paragraphs: vec![
                hello,
                format!("{} answered a question about the request for {display_name} on {when}.{}", named(applicant), if *last { " Nothing else is unanswered: the request waits for a decision." } else { " Other questions are still unanswered." }),
                format!("The question was: {asked}"),
                "The answer:".to_owned(),
            ],
            quote: Some(answer.0.to_string()),
            link: Some(("See the request", Link::Open(format!("/administration/requests/{id}")))),
            why: yours("you are an administrator of this site, and you or another asked the question"),
        },
        Event::RequestApproved { name, display_name, read, price, message, .. } => EmailTemplate {
            subject: format!("Your request for {name} is approved"),
            paragraphs: vec![
                hello,
                format!("{by} approved your request for {display_name} on {when}. The organization exists, and you are its Owner."),
            ]
            .into_iter()
            .chain(price.map(|price| {
                let invoices = read.billing.as_ref().map(|billing| billing.email.as_str());
                format!("{}.", costs(name.as_str(), price, invoices))
            }))
            .chain((!message.0.as_str().is_empty()).then(|| if reader_did_it { "You added:" } else { "They add:" }.to_owned()))
            .collect(),
            quote: (!message.0.as_str().is_empty()).then(|| message.0.to_string()),
            link: Some(("Manage the organization", Link::Open(format!("/manage/organization/{}/people", name.key())))),
            why: yours("you handed in this request"),
        },
        Event::RequestDeclined { name, display_name, reason, .. } => EmailTemplate {
            subject: format!("Your request for {name} is declined"),
            paragraphs: vec![
                hello,
                format!("{by} declined your request for {display_name} on {when}, for this reason:"),
            ],
            quote: Some(reason.0.to_string()),
            link: Some(("See your requests", Link::Open("/manage/organizations".to_owned()))),
            why: yours("you handed in this request"),
        },
        Event::RivalClosed { name, display_name, .. } => EmailTemplate {
            subject: format!("Your request for {name} is closed: the name is taken"),
            paragraphs: vec![
                hello,
                format!("{by} closed your request for {display_name} on {when}: others had asked for the name {name} as well, and it went to them."),
                "You can ask for an organization with another name at any time.".to_owned(),
            ],
            quote: None,
            link: Some(("See your requests", Link::Open("/manage/organizations".to_owned()))),
            why: yours("you handed in this request"),
        },
        Event::OrganizationDisabled { name, display_name, reason, .. } => EmailTemplate {
            subject: format!("The organization {name} is disabled"),
            paragraphs: vec![
                hello,
                format!("{by} disabled {display_name} on {when}. Nobody can manage it, and its public page is gone; its people, their roles and its name stay as they are. The reason:"),
            ],
            quote: Some(reason.0.to_string()),
            link: Some(("See your organizations", Link::Open("/manage/organizations".to_owned()))),
            why: yours(&format!("you are an Owner of {name}")),
        },
        Event::OrganizationEnabled { name, display_name, .. } => EmailTemplate {
            subject: format!("The organization {name} can be managed again"),
            paragraphs: vec![
                hello,
                format!("{by} enabled {display_name} on {when}. Its people, their roles and its public page are as they were."),
            ],
            quote: None,
            link: Some(("Manage the organization", Link::Open(format!("/manage/organization/{}/people", name.key())))),
            why: yours(&format!("you are an Owner of {name}")),
        },
        Event::AdministratorGranted { account } => EmailTemplate {
            subject: format!("{} is now an administrator", account.username),
            paragraphs: vec![
                hello,
                format!("{by} made your account an administrator of this site on {when}. You can decide on requests and read the outgoing mail."),
            ],
            quote: None,
            link: Some(("See the requests", Link::Open("/administration/requests".to_owned()))),
            why: yours("it is about your account"),
        },
        Event::AdministratorRevoked { account } => EmailTemplate {
            subject: format!("{} is no longer an administrator", account.username),
            paragraphs: vec![
                hello,
                format!("{by} removed your administrator rights on this site on {when}. You can no longer decide on requests or read the outgoing email. Your account and your organizations stay as they are."),
            ],
            quote: None,
            link: Some(("See your organizations", Link::Open("/manage/organizations".to_owned()))),
            why: yours("it is about your account"),
        },
        Event::SessionsEnded { account, reason } => EmailTemplate {
            subject: format!("Your account {} was signed out on all devices", account.username),
            paragraphs: vec![
                hello,
                format!("{by} signed you out on all your devices on {when}. You can sign in again with your password. If someone else may know it, choose a new one. The reason:"),
            ],
            quote: Some(reason.0.to_string()),
            link: Some(("Sign in", Link::Open("/sign-in".to_owned()))),
            why: yours("it is about your account"),
        },
        Event::AccountDisabled { account, reason, .. } => EmailTemplate {
            subject: format!("Your account {} is disabled", account.username),
            paragraphs: vec![hello, format!("{by} disabled your account on {when}. You are signed out everywhere and can't sign in, for this reason:")],
            quote: Some(reason.0.to_string()),
            link: Some(("Go to the site", Link::Open("/".to_owned()))),
            why: yours("it is about your account"),
        },
        Event::AccountEnabled { account } => EmailTemplate {
            subject: format!("Your account {} can be used again", account.username),
            paragraphs: vec![hello, format!("{by} enabled your account on {when}. You can sign in again; your organizations and roles are as they were.")],
            quote: None,
            link: Some(("Sign in", Link::Open("/sign-in".to_owned()))),
            why: yours("it is about your account"),
        },
        Event::AccountCreated { username, email, administrator, .. } => EmailTemplate {
            subject: format!("Your account {username} is made"),
            paragraphs: vec![
                hello,
                format!("{by} made the account {username} for {email} on {when}{}.", if *administrator { ", as an administrator of this site" } else { "" }),
                "Whoever made it tells you its password. Sign in with that, and choose one of your own under Account settings.".to_owned(),
            ],
            quote: None,
            link: Some(("Sign in", Link::Open("/sign-in".to_owned()))),
            why: yours("the account was made with your address"),
        },
        Event::MemberInvited { organization, invitee, inviter, role, price, secret, lives, .. } => {
            let offer = people::Offer { organization, invitee, inviter, role: *role, lives: *lives };
            about_people.invited(&offer, *price, secret)
        }
        Event::InvitationRenewed { organization, invitee, inviter, role, secret, lives, .. } => {
            let offer = people::Offer { organization, invitee, inviter, role: *role, lives: *lives };
            about_people.renewed(&offer, secret)
        }
        Event::InvitationRevoked { organization, invitee, role, .. } => about_people.revoked(organization, invitee, *role),
        Event::InvitationAccepted { organization, invitee, inviter, role, .. } => {
            about_people.accepted(organization, invitee, inviter, *role)
        }
        Event::InvitationDeclined { organization, invitee, inviter, role, message, .. } => {
            about_people.declined(organization, (invitee, inviter), *role, message.0.as_str())
        }
        Event::InvitationExpired { organization, invitee, role, .. } => about_people.expired(organization, invitee, *role),
        Event::RoleChanged { organization, account, before, after } => {
            about_people.role_changed(organization, account, *before, *after)
        }
        Event::MemberRemoved { organization, account, role } => about_people.removed(organization, account, *role),
        Event::OwnerAppointed { organization, account, reason, .. } => {
            about_people.appointed(organization, account, reason.0.as_str())
        }
        Event::MemberLeft { organization, account, role } => about_people.left(organization, account, *role, not_you()),
        Event::AddressBounced { .. }
        | Event::AddressReached { .. }
        | Event::RequestDrafted { .. }
        | Event::DraftDiscarded { .. }
        | Event::BillingDraftSaved { .. }
        | Event::BillingGiven { .. }
        | Event::EmailVerified { .. }
        | Event::SessionOpened { .. }
        | Event::SessionEnded { .. }
        | Event::SetUpOpened { .. }
        | Event::SetUpUsed
        | Event::UsernameFreed { .. }
        | Event::NameReserved { .. }
        | Event::EmailRetried { .. }
        | Event::FailedEmailsRetried { .. }
        | Event::RequestEdited { .. }
        | Event::RequestDeferred { .. }
        | Event::NoteAdded { .. }
        | Event::RequestWithdrawn { .. }
        | Event::OrganizationFounded { .. }
        | Event::OrganizationActivated { .. }
        | Event::MemberJoined { .. } => return None,
    })
}
