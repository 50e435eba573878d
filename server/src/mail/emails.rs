//! What each email says (rules, section 9). The subject states the fact with the names in it. The body says who did it
//! and when, what it means for the reader, and why they receive it, and has one link.

mod people;

use crate::context::RequestContext;
use shared::routes::Page;
use shared::rules::{Actor, Audience, Event, Party};
use shared::words::{costs, wait};

/// The content of an email, before it is rendered.
pub struct EmailTemplate {
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// Text that a person wrote, such as a reason.
    pub quote: Option<String>,
    pub link: Option<(&'static str, Link)>,
    pub why: String,
}

impl EmailTemplate {
    /// Whether both are about the same organization and go to the same reader for the same reason. They are then sent as
    /// one, because twenty role changes should not be twenty emails to each Owner.
    pub fn can_merge(&self, other: &Self) -> bool {
        let same = self.link == other.link && self.why == other.why;
        same && matches!(self.link, Some((_, Link::Open(_)))) && self.quote.is_none() && other.quote.is_none()
    }

    /// Appends the paragraphs of the other email, without its greeting.
    pub fn merge(&mut self, other: Self) {
        self.paragraphs.extend(other.paragraphs.into_iter().skip(1));
    }
}

/// Where an email's link leads within the site.
#[derive(PartialEq, Eq)]
pub enum Link {
    Open(Page),
    /// An address that holds a secret. It is sealed until the email is sent.
    Secret(String),
}

/// The email about an event for one reader of an audience. Returns `None` for an event without an audience
/// ([`shared::rules::audience::audiences`]).
pub fn email(event: &Event, audience: &Audience, to: &str, context: &RequestContext) -> Option<EmailTemplate> {
    let when = context.now.in_words();
    let reader_did_it = matches!(&context.actor, Actor::Person(person) if person.username == to);
    let by = match &context.actor {
        Actor::Person(_) if reader_did_it => "You".to_owned(),
        Actor::Person(person) => person.username.clone(),
        Actor::Operator => "The site operator".to_owned(),
        Actor::Visitor | Actor::Job(_) => "The site".to_owned(),
    };
    let named = |who: &Party| if who.username == to { "You".to_owned() } else { who.username.clone() };
    let hello = format!("Hello {to},");
    let not_you = || "If this wasn't you, change your password and check which devices are signed in.".to_owned();
    let because = |what: &str| format!("You're receiving this because {what}.");
    let about_people = people::PeopleEmails {
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
                format!("This email address was added to the account {to} on {when}. Once you verify it, you can use it to sign in, request organizations and reset your password."),
                format!("The link works once, for {}, while you're signed in as {to}. If you didn't add this address, you can ignore this email: the address can't be used until it is verified.", wait(lives.0)),
            ],
            quote: None,
            link: Some(("Verify this address", Link::Secret(Page::Verify.with_token(&secret.0.reveal())))),
            why: because("someone added this address to an account"),
        },
        Event::AddressClaimed { username, email, .. } => EmailTemplate {
            subject: format!("Someone tried to use {email} for the account {username}"),
            paragraphs: vec![
                hello,
                format!("On {when}, someone tried to use your address {email} for the account {username}. The address is verified for your account {to}, so the other account can't use it."),
                format!("If this was you, sign in to your account {to} instead. If not, you don't need to do anything."),
            ],
            quote: None,
            link: Some(("Sign in", Link::Open(Page::SignIn))),
            why: because(&format!("{email} is an address of your account {to}")),
        },
        Event::AddressAdded { account, email, .. } => EmailTemplate {
            subject: format!("{email} was added to your account {}", account.username),
            paragraphs: vec![
                hello,
                format!("The address {email} was added to your account {} on {when}. Once it is verified, it can be used to sign in and to reset your password.", account.username),
                not_you(),
            ],
            quote: None,
            link: Some(("See your addresses", Link::Open(Page::AccountSettings))),
            why: because("it is about your account"),
        },
        Event::PrimaryChanged { account, email, before, .. } => EmailTemplate {
            subject: format!("Emails for {} now go to {email}", account.username),
            paragraphs: vec![
                hello,
                format!("On {when}, the primary address of your account {} was changed from {before} to {email}.", account.username),
                not_you(),
            ],
            quote: None,
            link: Some(("See your addresses", Link::Open(Page::AccountSettings))),
            why: because("this is the old or the new primary address of your account"),
        },
        Event::AddressRemoved { account, email, .. } => EmailTemplate {
            subject: format!("{email} was removed from your account {}", account.username),
            paragraphs: vec![
                hello,
                format!("On {when}, the address {email} was removed from your account {}. It can no longer be used to sign in, and we no longer send emails to it.", account.username),
                not_you(),
            ],
            quote: None,
            link: Some(("See your addresses", Link::Open(Page::AccountSettings))),
            why: because("it is about your account"),
        },
        Event::PasswordChanged { account, .. } => EmailTemplate {
            subject: format!("The password of your account {} was changed", account.username),
            paragraphs: vec![
                hello,
                format!("The password of your account {} was changed on {when}. All other devices have been signed out.", account.username),
                "If this wasn't you, reset your password now.".to_owned(),
            ],
            quote: None,
            link: Some(("Reset your password", Link::Open(Page::ForgottenPassword))),
            why: because("it is about your account"),
        },
        Event::ResetAsked { account, secret, lives, .. } => EmailTemplate {
            subject: format!("Choose a new password for your account {}", account.username),
            paragraphs: vec![
                hello,
                format!("On {when}, someone asked to reset the password of your account {}.", account.username),
                format!("The link works once, for {}. If you didn't ask for it, you can ignore this email: your password hasn't changed.", wait(lives.0)),
            ],
            quote: None,
            link: Some(("Choose a new password", Link::Secret(Page::ResetPassword.with_token(&secret.0.reveal())))),
            why: because("someone entered the username or an address of your account"),
        },
        Event::RequestFiled { id, applicant, name, display_name, url, description, kind, .. } if *audience == Audience::Administrators => EmailTemplate {
            subject: format!("New request: {name} ({display_name}), by {}", if applicant.username == to { "you" } else { &applicant.username }),
            paragraphs: vec![
                hello,
                format!("{} requested the organization {display_name} with the account name {name} on {when}.", named(applicant)),
                format!("Kind: {}", kind.name()),
                format!("Website: {url}"),
                "The request is waiting for review. Description:".to_owned(),
            ],
            quote: Some(description.to_string()),
            link: Some(("See the request", Link::Open(Page::Request(id.0.to_string())))),
            why: because("you are an administrator of this site"),
        },
        Event::RequestFiled { name, display_name, kind, .. } => EmailTemplate {
            subject: format!("Your request for {name} was submitted"),
            paragraphs: vec![
                hello,
                format!("You requested the organization {display_name} with the account name {name} on {when}."),
                format!("Kind: {}", kind.name()),
                "An administrator reviews each request. We'll email you the decision. Until then, you can withdraw the request.".to_owned(),
            ],
            quote: None,
            link: Some(("See your requests", Link::Open(Page::YourOrganizations))),
            why: because("you submitted this request"),
        },
        Event::QuestionAsked { id, name, display_name, question, .. } => EmailTemplate {
            subject: format!("A question about your request for {name}"),
            paragraphs: vec![
                hello,
                format!("{by} asked a question about your request for {display_name} on {when}. Review resumes once you answer. The question:"),
            ],
            quote: Some(question.0.to_string()),
            link: Some(("Answer the question", Link::Open(Page::MyRequest(id.to_string())))),
            why: because("you submitted this request"),
        },
        Event::QuestionAnswered { id, applicant, name, display_name, asked, answer, last, .. } => EmailTemplate {
            subject: format!("{} answered the question about {name}", if reader_did_it { "You" } else { &applicant.username }),
            paragraphs: vec![
                hello,
                format!("{} answered a question about the request for {display_name} on {when}.{}", named(applicant), if *last { " All questions are answered, and the request is waiting for review." } else { " Other questions are still unanswered." }),
                format!("The question: {asked}"),
                "The answer:".to_owned(),
            ],
            quote: Some(answer.0.to_string()),
            link: Some(("See the request", Link::Open(Page::Request(id.to_string())))),
            why: because("you are an administrator of this site, and you or another administrator asked the question"),
        },
        Event::RequestApproved { name, display_name, read, price, message, .. } => EmailTemplate {
            subject: format!("Your request for {name} was approved"),
            paragraphs: vec![
                hello,
                format!("{by} approved your request for {display_name} on {when}. The organization now exists, and you are its Owner."),
            ]
            .into_iter()
            .chain(price.map(|price| {
                let invoices = read.billing.as_ref().map(|billing| billing.email.as_str());
                format!("{}.", costs(name.as_str(), price, invoices))
            }))
            .chain((!message.0.as_str().is_empty()).then(|| if reader_did_it { "Your message:" } else { "Their message:" }.to_owned()))
            .collect(),
            quote: (!message.0.as_str().is_empty()).then(|| message.0.to_string()),
            link: Some(("Manage the organization", Link::Open(Page::People(name.to_string())))),
            why: because("you submitted this request"),
        },
        Event::RequestDeclined { name, display_name, reason, .. } => EmailTemplate {
            subject: format!("Your request for {name} was declined"),
            paragraphs: vec![
                hello,
                format!("{by} declined your request for {display_name} on {when}. The reason:"),
            ],
            quote: Some(reason.0.to_string()),
            link: Some(("See your requests", Link::Open(Page::YourOrganizations))),
            why: because("you submitted this request"),
        },
        Event::RivalClosed { name, display_name, .. } => EmailTemplate {
            subject: format!("Your request for {name} was closed: the name is taken"),
            paragraphs: vec![
                hello,
                format!("{by} closed your request for {display_name} on {when}, because the name {name} went to another organization that requested it."),
                "You can request an organization with another name at any time.".to_owned(),
            ],
            quote: None,
            link: Some(("See your requests", Link::Open(Page::YourOrganizations))),
            why: because("you submitted this request"),
        },
        Event::OrganizationDisabled { name, display_name, reason, .. } => EmailTemplate {
            subject: format!("The organization {name} was disabled"),
            paragraphs: vec![
                hello,
                format!("{by} disabled {display_name} on {when}. Nobody can manage it, and its public page is hidden. Its people, their roles and its name are kept. The reason:"),
            ],
            quote: Some(reason.0.to_string()),
            link: Some(("See your organizations", Link::Open(Page::YourOrganizations))),
            why: because(&format!("you are an Owner of {name}")),
        },
        Event::OrganizationEnabled { name, display_name, .. } => EmailTemplate {
            subject: format!("The organization {name} was enabled"),
            paragraphs: vec![
                hello,
                format!("{by} enabled {display_name} on {when}. You can manage it again. Its people, their roles and its public page are as before."),
            ],
            quote: None,
            link: Some(("Manage the organization", Link::Open(Page::People(name.to_string())))),
            why: because(&format!("you are an Owner of {name}")),
        },
        Event::AdministratorGranted { account } => EmailTemplate {
            subject: format!("Your account {} is now an administrator", account.username),
            paragraphs: vec![
                hello,
                format!("{by} made your account an administrator of this site on {when}. You can now review requests and read outgoing email."),
            ],
            quote: None,
            link: Some(("See the requests", Link::Open(Page::Requests))),
            why: because("it is about your account"),
        },
        Event::AdministratorRevoked { account } => EmailTemplate {
            subject: format!("Your account {} is no longer an administrator", account.username),
            paragraphs: vec![
                hello,
                format!("{by} removed your administrator rights on this site on {when}. You can no longer review requests or read outgoing email. Your account and your organizations are not affected."),
            ],
            quote: None,
            link: Some(("See your organizations", Link::Open(Page::YourOrganizations))),
            why: because("it is about your account"),
        },
        Event::SessionsEnded { account, reason } => EmailTemplate {
            subject: format!("Your account {} was signed out of all devices", account.username),
            paragraphs: vec![
                hello,
                format!("{by} signed out all your devices on {when}. You can sign in again with your password. If someone else may know it, change it. The reason:"),
            ],
            quote: Some(reason.0.to_string()),
            link: Some(("Sign in", Link::Open(Page::SignIn))),
            why: because("it is about your account"),
        },
        Event::AccountDisabled { account, reason, .. } => EmailTemplate {
            subject: format!("Your account {} was disabled", account.username),
            paragraphs: vec![hello, format!("{by} disabled your account on {when}. You are signed out everywhere and can't sign in. The reason:")],
            quote: Some(reason.0.to_string()),
            link: Some(("Go to the site", Link::Open(Page::Home))),
            why: because("it is about your account"),
        },
        Event::AccountEnabled { account } => EmailTemplate {
            subject: format!("Your account {} was enabled", account.username),
            paragraphs: vec![hello, format!("{by} enabled your account on {when}. You can sign in again. Your organizations and roles are as before.")],
            quote: None,
            link: Some(("Sign in", Link::Open(Page::SignIn))),
            why: because("it is about your account"),
        },
        Event::AccountCreated { username, email, administrator, .. } => EmailTemplate {
            subject: format!("Your account {username} was created"),
            paragraphs: vec![
                hello,
                format!("{by} created the {}account {username} for {email} on {when}.", if *administrator { "administrator " } else { "" }),
                "They will give you the password. Sign in with it, then choose your own under Account settings.".to_owned(),
            ],
            quote: None,
            link: Some(("Sign in", Link::Open(Page::SignIn))),
            why: because("the account was created with your address"),
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
