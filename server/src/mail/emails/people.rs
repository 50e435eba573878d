//! Letters about the people of an organization: to the person, and to its Owners.

use super::{EmailTemplate, Link};
use shared::billing::Price;
use shared::roles::Role;
use shared::rules::{NotDigested, Organization, Party, Secret};
use shared::timestamp::Seconds;
use shared::words::wait;

/// What every one of these letters says: who did it and when, and to whom it goes.
pub(super) struct Words<'a> {
    pub hello: String,
    pub when: &'a str,
    /// Who acts: a name, or “You” where they read it themselves.
    pub by: &'a str,
    pub reader_did_it: bool,
    /// Whom it goes to, by username.
    pub reader: &'a str,
    /// Whether it goes to the person whom it is about, and not to the Owners.
    pub to_the_person: bool,
}

/// An invitation, as a letter speaks of it.
pub(super) struct Offer<'a> {
    pub organization: &'a Organization,
    pub invitee: &'a Party,
    pub inviter: &'a Party,
    pub role: Role,
    pub lives: Seconds,
}

impl Words<'_> {
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
            let invited = format!("{} invited you on {when} to become {role} of {display_name}.", inviter.username);
            return self.to_invitee(offer, invited, secret);
        }
        let cost = price
            .map(|price| format!("If {} accepts, the organization pays {price} more each month.", invitee.username));
        let invited = format!(
            "{by} invited {} on {when} to become {role} of {display_name}. The invitation can be answered within {}.",
            invitee.username,
            wait(lives.0)
        );
        let subject = format!("{} is invited to {}, as {role}", invitee.username, organization.name);
        self.to_owners(organization, subject, std::iter::once(invited).chain(cost))
    }

    pub(super) fn renewed(&self, offer: &Offer<'_>, secret: &NotDigested<Secret>) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let Offer { organization, invitee, role, lives, .. } = offer;
        let (display_name, role) = (&organization.display_name, role.with_article());
        if self.to_the_person {
            let again = format!(
                "{by} sent you the invitation again on {when}: to become {role} of {display_name}. The link in the earlier letter no longer works."
            );
            return self.to_invitee(offer, again, secret);
        }
        let again = format!(
            "{by} sent the invitation of {} to {display_name} again on {when}. It can be answered within {}.",
            invitee.username,
            wait(lives.0)
        );
        let subject = format!("The invitation of {} to {} is sent again", invitee.username, organization.name);
        self.to_owners(organization, subject, [again])
    }

    pub(super) fn revoked(&self, organization: &Organization, invitee: &Party, role: Role) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let (display_name, role) = (&organization.display_name, role.with_article());
        if self.to_the_person {
            let by = if self.reader_did_it { "you" } else { by };
            let revoked = format!(
                "The invitation to become {role} of {display_name} was revoked by {by} on {when}. Its link no longer works, and you need do nothing."
            );
            let subject = format!("Your invitation to {} is revoked", organization.name);
            return self.to_person(subject, [revoked], "the invitation was yours");
        }
        let revoked = format!(
            "{by} revoked on {when} the invitation of {} to become {role} of {display_name}.",
            invitee.username
        );
        let subject = format!("The invitation of {} to {} is revoked", invitee.username, organization.name);
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
                format!("You accepted the invitation to {display_name} on {when}, and are {with_article} of it.");
            let subject = format!("You are {with_article} of {}", organization.name);
            let email = self.to_person(subject, [accepted, meaning(role)], "you joined the organization");
            return EmailTemplate { link: Some(("See its people", Link::Open(page(organization)))), ..email };
        }
        let accepted = format!(
            "{} accepted {} on {when}, and is {with_article} of {display_name}.",
            invitee.username,
            self.invitation_of(inviter)
        );
        let subject = format!("{} joined {}, as {with_article}", invitee.username, organization.name);
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
                "You declined the invitation to {display_name} on {when}. Its Owners are told; an Owner can invite you again."
            );
            let subject = format!("You declined the invitation to {}", organization.name);
            let paragraphs = std::iter::once(declined).chain(before("What you wrote to them:"));
            self.to_person(subject, paragraphs, "the invitation was yours")
        } else {
            let declined = format!(
                "{} declined on {when} {} to become {} of {display_name}.",
                invitee.username,
                self.invitation_of(inviter),
                role.with_article()
            );
            let subject = format!("{} declined the invitation to {}", invitee.username, organization.name);
            self.to_owners(organization, subject, std::iter::once(declined).chain(before("They write:")))
        };
        EmailTemplate { quote, ..email }
    }

    pub(super) fn expired(&self, organization: &Organization, invitee: &Party, role: Role) -> EmailTemplate {
        let ended = format!(
            "{} did not answer your invitation to become {} of {} in time; it ended by itself. You can invite them again.",
            invitee.username,
            role.with_article(),
            organization.display_name
        );
        let subject = format!("The invitation of {} to {} has ended", invitee.username, organization.name);
        let why = "You receive this because you sent the invitation.".to_owned();
        EmailTemplate { why, ..self.to_owners(organization, subject, [ended]) }
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
            let changed = format!("{who} {role} of {display_name} on {when}; until then you were {before}.");
            let subject = format!("You are {role} of {} now", organization.name);
            let email = self.to_person(subject, [changed, meaning(after)], "it is about your role");
            return EmailTemplate { link: Some(("See its people", Link::Open(page(organization)))), ..email };
        }
        let changed = match account.username == *by {
            true => format!(
                "{by} became {role} of {display_name} on {when}, by their own choice; until then they were {before}."
            ),
            false => format!(
                "{by} made {} {role} of {display_name} on {when}; until then they were {before}.",
                account.username
            ),
        };
        let subject = format!("{} is {role} of {} now", account.username, organization.name);
        self.to_owners(organization, subject, [changed])
    }

    pub(super) fn removed(&self, organization: &Organization, account: &Party, role: Role) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let (display_name, ends, role) = (&organization.display_name, role.lost_actions(), role.with_article());
        if self.to_the_person {
            let removed = format!(
                "{by} removed you from {display_name} on {when}. You were {role} of it, and can no longer {ends}."
            );
            return self.to_person(
                format!("You were removed from {}", organization.name),
                [removed],
                "you were a member",
            );
        }
        let removed =
            format!("{by} removed {} from {display_name} on {when}. They were {role} of it.", account.username);
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
            let left = format!("You left {display_name} on {when}. You were {role} of it, and can no longer {ends}.");
            return self.to_person(
                format!("You have left {}", organization.name),
                [left, not_you],
                "you were a member",
            );
        }
        let left = format!("{} left {display_name} on {when}. They were {role} of it.", account.username);
        self.to_owners(organization, format!("{} has left {}", account.username, organization.name), [left])
    }

    pub(super) fn appointed(&self, organization: &Organization, account: &Party, reason: &str) -> EmailTemplate {
        let Self { when, by, .. } = self;
        let display_name = &organization.display_name;
        let because = "No other Owner of it can use their account. The reason:".to_owned();
        let email = if self.to_the_person {
            let appointed = format!(
                "{by}, an administrator of this site, made you an Owner of {display_name} on {when}. {because}"
            );
            let subject = format!("You are an Owner of {} now", organization.name);
            let email = self.to_person(subject, [meaning(Role::Owner), appointed], "it is about your role");
            EmailTemplate { link: Some(("See its people", Link::Open(page(organization)))), ..email }
        } else {
            let appointed = format!(
                "{by}, an administrator of this site, made {} an Owner of {display_name} on {when}. {because}",
                account.username
            );
            let subject = format!("{} is an Owner of {} now", account.username, organization.name);
            let why = format!("You receive this because you are a member of {}.", organization.name);
            EmailTemplate { why, ..self.to_owners(organization, subject, [appointed]) }
        };
        EmailTemplate { quote: Some(reason.to_owned()), ..email }
    }

    /// An invitation by who sent it: “your invitation” to them.
    fn invitation_of(&self, inviter: &Party) -> String {
        if inviter.username == self.reader {
            "your invitation".to_owned()
        } else {
            format!("the invitation of {}", inviter.username)
        }
    }

    /// With the link that is a secret.
    fn to_invitee(&self, offer: &Offer<'_>, invited: String, secret: &NotDigested<Secret>) -> EmailTemplate {
        let Offer { organization, inviter, role, lives, .. } = offer;
        let shows = format!(
            "The link shows the invitation, within {}; you accept or decline it there. Opening it changes nothing.",
            wait(lives.0)
        );
        let why = format!("an Owner of {} typed your username", organization.name);
        let subject = format!("{} invites you to {}, as {}", inviter.username, organization.name, role.with_article());
        let email = self.to_person(subject, [invited, meaning(*role), shows], &why);
        let link = Link::Secret(format!("/invitation?token={}", secret.0.reveal()));
        EmailTemplate { link: Some(("See the invitation", link)), ..email }
    }

    fn to_person(&self, subject: String, says: impl IntoIterator<Item = String>, why: &str) -> EmailTemplate {
        EmailTemplate {
            subject,
            paragraphs: std::iter::once(self.hello.clone()).chain(says).collect(),
            quote: None,
            link: Some(("See your organizations", Link::Open("/manage/organizations".to_owned()))),
            why: format!("You receive this because {why}."),
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
            why: format!("You receive this because you are an Owner of {}.", organization.name),
        }
    }
}

fn meaning(role: Role) -> String {
    format!("{}: {}", role.name(), role.meaning())
}

fn page(organization: &Organization) -> String {
    format!("/manage/organization/{}/people", organization.name.key())
}
