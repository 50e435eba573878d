//! Emails about the members and invitees of an organization: to the person, and to its Owners.

use super::{EmailTemplate, Link};
use shared::billing::Price;
use shared::roles::Role;
use shared::routes::Page;
use shared::rules::{NotDigested, Organization, Party, Secret};
use shared::timestamp::Seconds;
use shared::words::wait;

/// What all of these emails need to know: who acted and when, and who reads it.
pub(super) struct PeopleEmails<'a> {
    pub hello: String,
    pub when: &'a str,
    /// The username of whoever acted, or “You” if they are the reader.
    pub by: &'a str,
    pub reader_did_it: bool,
    /// The reader's username.
    pub reader: &'a str,
    /// Whether the reader is the person that the event is about. Otherwise they are one of the Owners.
    pub to_the_person: bool,
}

/// An invitation.
pub(super) struct Offer<'a> {
    pub organization: &'a Organization,
    pub invitee: &'a Party,
    pub inviter: &'a Party,
    pub role: Role,
    pub lives: Seconds,
}

impl PeopleEmails<'_> {
    pub(super) fn invited(
        &self,
        offer: &Offer<'_>,
        price: Option<Price>,
        secret: &NotDigested<Secret>,
    ) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let Offer { organization, invitee, inviter, role, lives } = offer;
        let (display_name, role) = (&organization.display_name, role.with_article());
        if self.to_the_person {
            let invited = format!("{} invited you to become {role} of {display_name} on {when}.", inviter.username);
            return self.to_invitee(offer, invited, secret);
        }
        let cost = price
            .map(|price| format!("If {} accepts, the organization pays {price} more each month.", invitee.username));
        let invited = format!(
            "{by} invited {} to become {role} of {display_name} on {when}. The invitation expires in {}.",
            invitee.username,
            wait(lives.0)
        );
        let subject = format!("{} is invited to {} as {role}", invitee.username, organization.name);
        self.to_owners(organization, subject, std::iter::once(invited).chain(cost))
    }

    pub(super) fn renewed(&self, offer: &Offer<'_>, secret: &NotDigested<Secret>) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let Offer { organization, invitee, role, lives, .. } = offer;
        let (display_name, role) = (&organization.display_name, role.with_article());
        if self.to_the_person {
            let again = format!(
                "{by} sent your invitation to become {role} of {display_name} again on {when}. The link in the earlier email no longer works."
            );
            return self.to_invitee(offer, again, secret);
        }
        let again = format!(
            "{by} sent {}'s invitation to {display_name} again on {when}. It expires in {}.",
            invitee.username,
            wait(lives.0)
        );
        let subject = format!("{}'s invitation to {} was sent again", invitee.username, organization.name);
        self.to_owners(organization, subject, [again])
    }

    pub(super) fn revoked(&self, organization: &Organization, invitee: &Party, role: Role) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let (display_name, role) = (&organization.display_name, role.with_article());
        if self.to_the_person {
            let revoked = format!(
                "{by} revoked your invitation to become {role} of {display_name} on {when}. Its link no longer works. You don't need to do anything."
            );
            let subject = format!("Your invitation to {} was revoked", organization.name);
            return self.to_person(subject, [revoked], "you were invited");
        }
        let revoked =
            format!("{by} revoked {}'s invitation to become {role} of {display_name} on {when}.", invitee.username);
        let subject = format!("{}'s invitation to {} was revoked", invitee.username, organization.name);
        self.to_owners(organization, subject, [revoked])
    }

    pub(super) fn accepted(
        &self,
        organization: &Organization,
        invitee: &Party,
        inviter: &Party,
        role: Role,
    ) -> EmailTemplate {
        let when = self.when;
        let (display_name, with_article) = (&organization.display_name, role.with_article());
        if self.to_the_person {
            let accepted =
                format!("You accepted the invitation to {display_name} on {when}. You are now {with_article}.");
            let subject = format!("You are now {with_article} of {}", organization.name);
            let email = self.to_person(subject, [accepted, meaning(role)], "you joined the organization");
            return EmailTemplate { link: Some(("See its people", Link::Open(page(organization)))), ..email };
        }
        let accepted = format!(
            "{} accepted {} on {when} and is now {with_article} of {display_name}.",
            invitee.username,
            self.invitation_of(inviter)
        );
        let subject = format!("{} joined {} as {with_article}", invitee.username, organization.name);
        self.to_owners(organization, subject, [accepted])
    }

    pub(super) fn declined(
        &self,
        organization: &Organization,
        (invitee, inviter): (&Party, &Party),
        role: Role,
        message: &str,
    ) -> EmailTemplate {
        let when = self.when;
        let display_name = &organization.display_name;
        let quote = (!message.is_empty()).then(|| message.to_owned());
        let before = |words: &str| quote.as_ref().map(|_| words.to_owned());
        let email = if self.to_the_person {
            let declined = format!(
                "You declined the invitation to {display_name} on {when}. Its Owners have been notified and can invite you again."
            );
            let subject = format!("You declined the invitation to {}", organization.name);
            let paragraphs = std::iter::once(declined).chain(before("Your message to them:"));
            self.to_person(subject, paragraphs, "you were invited")
        } else {
            let declined = format!(
                "{} declined {} to become {} of {display_name} on {when}.",
                invitee.username,
                self.invitation_of(inviter),
                role.with_article()
            );
            let subject = format!("{} declined the invitation to {}", invitee.username, organization.name);
            self.to_owners(organization, subject, std::iter::once(declined).chain(before("Their message:")))
        };
        EmailTemplate { quote, ..email }
    }

    pub(super) fn expired(&self, organization: &Organization, invitee: &Party, role: Role) -> EmailTemplate {
        let expired = format!(
            "{} didn't answer your invitation to become {} of {} in time, so it expired. You can invite them again.",
            invitee.username,
            role.with_article(),
            organization.display_name
        );
        let subject = format!("{}'s invitation to {} expired", invitee.username, organization.name);
        let why = "You're receiving this because you sent the invitation.".to_owned();
        EmailTemplate { why, ..self.to_owners(organization, subject, [expired]) }
    }

    pub(super) fn role_changed(
        &self,
        organization: &Organization,
        account: &Party,
        before: Role,
        after: Role,
    ) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let (display_name, before, role) = (&organization.display_name, before.with_article(), after.with_article());
        if self.to_the_person {
            let who = if self.reader_did_it { "You made yourself".to_owned() } else { format!("{by} made you") };
            let changed = format!("{who} {role} of {display_name} on {when}. Before that, you were {before}.");
            let subject = format!("You are now {role} of {}", organization.name);
            let email = self.to_person(subject, [changed, meaning(after)], "it is about your role");
            return EmailTemplate { link: Some(("See its people", Link::Open(page(organization)))), ..email };
        }
        let changed = match account.username == *by {
            true => {
                format!("{by} made themselves {role} of {display_name} on {when}. Before that, they were {before}.")
            }
            false => format!(
                "{by} made {} {role} of {display_name} on {when}. Before that, they were {before}.",
                account.username
            ),
        };
        let subject = format!("{} is now {role} of {}", account.username, organization.name);
        self.to_owners(organization, subject, [changed])
    }

    pub(super) fn removed(&self, organization: &Organization, account: &Party, role: Role) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let (display_name, ends, role) = (&organization.display_name, role.lost_actions(), role.with_article());
        if self.to_the_person {
            let removed =
                format!("{by} removed you from {display_name} on {when}. You were {role}, and can no longer {ends}.");
            return self.to_person(
                format!("You were removed from {}", organization.name),
                [removed],
                "you were a member",
            );
        }
        let removed = format!("{by} removed {} from {display_name} on {when}. They were {role}.", account.username);
        let subject = format!("{} was removed from {}", account.username, organization.name);
        self.to_owners(organization, subject, [removed])
    }

    pub(super) fn left(
        &self,
        organization: &Organization,
        account: &Party,
        role: Role,
        not_you: String,
    ) -> EmailTemplate {
        let when = self.when;
        let (display_name, ends, role) = (&organization.display_name, role.lost_actions(), role.with_article());
        if self.to_the_person {
            let left = format!("You left {display_name} on {when}. You were {role}, and can no longer {ends}.");
            return self.to_person(format!("You left {}", organization.name), [left, not_you], "you were a member");
        }
        let left = format!("{} left {display_name} on {when}. They were {role}.", account.username);
        self.to_owners(organization, format!("{} left {}", account.username, organization.name), [left])
    }

    pub(super) fn appointed(&self, organization: &Organization, account: &Party, reason: &str) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let display_name = &organization.display_name;
        let because = "None of its other Owners can use their account. The reason:";
        let appointed = |whom: &str| {
            format!(
                "{by} made {whom} an Owner of {display_name} on {when}, as an administrator of this site. {because}"
            )
        };
        let email = if self.to_the_person {
            let appointed = appointed(if self.reader_did_it { "yourself" } else { "you" });
            let subject = format!("You are now an Owner of {}", organization.name);
            let email = self.to_person(subject, [meaning(Role::Owner), appointed], "it is about your role");
            EmailTemplate { link: Some(("See its people", Link::Open(page(organization)))), ..email }
        } else {
            let appointed = appointed(if account.username == *by { "themselves" } else { &account.username });
            let subject = format!("{} is now an Owner of {}", account.username, organization.name);
            let why = format!("You're receiving this because you are a member of {}.", organization.name);
            EmailTemplate { why, ..self.to_owners(organization, subject, [appointed]) }
        };
        EmailTemplate { quote: Some(reason.to_owned()), ..email }
    }

    /// “your invitation” to whoever sent it, and “the invitation from dana” to everyone else.
    fn invitation_of(&self, inviter: &Party) -> String {
        if inviter.username == self.reader {
            "your invitation".to_owned()
        } else {
            format!("the invitation from {}", inviter.username)
        }
    }

    /// An email to the invitee. Its link holds the invitation's secret.
    fn to_invitee(&self, offer: &Offer<'_>, invited: String, secret: &NotDigested<Secret>) -> EmailTemplate {
        let Offer { organization, inviter, role, lives, .. } = offer;
        let shows = format!(
            "The link opens the invitation and works for {}. You can accept or decline there. Opening it changes nothing.",
            wait(lives.0)
        );
        let why = format!("an Owner of {} entered your username", organization.name);
        let subject = format!("{} invites you to {} as {}", inviter.username, organization.name, role.with_article());
        let email = self.to_person(subject, [invited, meaning(*role), shows], &why);
        let link = Link::Secret(Page::InvitationLink.with_token(&secret.0.reveal()));
        EmailTemplate { link: Some(("See the invitation", link)), ..email }
    }

    fn to_person(&self, subject: String, says: impl IntoIterator<Item = String>, why: &str) -> EmailTemplate {
        EmailTemplate {
            subject,
            paragraphs: std::iter::once(self.hello.clone()).chain(says).collect(),
            quote: None,
            link: Some(("See your organizations", Link::Open(Page::YourOrganizations))),
            why: format!("You're receiving this because {why}."),
        }
    }

    fn to_owners(
        &self,
        organization: &Organization,
        subject: String,
        says: impl IntoIterator<Item = String>,
    ) -> EmailTemplate {
        EmailTemplate {
            subject,
            paragraphs: std::iter::once(self.hello.clone()).chain(says).collect(),
            quote: None,
            link: Some(("See the people", Link::Open(page(organization)))),
            why: format!("You're receiving this because you are an Owner of {}.", organization.name),
        }
    }
}

fn meaning(role: Role) -> String {
    format!("{}: {}", role.name(), role.meaning())
}

fn page(organization: &Organization) -> Page {
    Page::People(organization.name.to_string())
}
