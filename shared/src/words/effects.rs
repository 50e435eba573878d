//! The sentences of a preview: what a command would do, which a person reads before they confirm it.

use super::refusals::{changed_meanwhile, no_member};
use super::{count, list, wait};
use crate::addresses::DomainMatch;
use crate::billing::Price;
use crate::domain::{Likeness, Similar, by_organization};
use crate::features::Feature;
use crate::names::OrganizationName;
use crate::roles::{Permission, Role};
use crate::rules::event::RequestSnapshot;
use crate::rules::{Event, SkipReason, Skipped, audience, digest};
use crate::unicode::isolated;
use crate::wire::Preview;

/// Returns the preview of a list of events, with the digest by which a person confirms it. It also lists who is
/// skipped. A `reader` who gets an email themselves comes first among the recipients, as “you”.
pub fn preview(events: &[Event], skipped: &[Skipped], reader: Option<&str>) -> Preview {
    let mut preview = Preview { digest: digest(events), ..Preview::default() };
    preview.skipped = skipped.iter().map(why_skipped).collect();
    for event in events {
        describe(event, reader, &mut preview);
    }
    let (mut people, mut groups): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (_, audience) in audience::recipients(events) {
        let name = audience.in_words();
        let you = reader == Some(name.as_str());
        let name = if you { "you".to_owned() } else { name };
        let names = if audience.is_group() { &mut groups } else { &mut people };
        if !names.contains(&name) {
            names.insert(if you { 0 } else { names.len() }, name);
        }
    }
    people.append(&mut groups);
    if !people.is_empty() {
        preview.recipients.push(people.join(", "));
    }
    preview
}

fn why_skipped(one: &Skipped) -> String {
    match &one.why {
        SkipReason::NotAMember { ended } => no_member(&one.username, None, ended.as_ref()),
        SkipReason::IsAlready { role } => format!("{} is already {}", one.username, role.with_article()),
        SkipReason::ChangedMeanwhile { role, by } => changed_meanwhile(&one.username, *role, by.as_deref()),
    }
}

fn describe(event: &Event, reader: Option<&str>, preview: &mut Preview) {
    let (happens, ends) = (&mut preview.happens, &mut preview.ends);
    match event {
        Event::OrganizationFounded { name, display_name, .. } => {
            happens.push(format!("{display_name} is created at /org/{}", name.key()));
        }
        Event::MemberJoined { organization_name, account, role, .. } => {
            happens.push(format!("{} becomes {} of {organization_name}", account.username, role.with_article()));
        }
        Event::MemberInvited { organization, invitee, role, price, lives, .. } => {
            let (who, role) = (&invitee.username, role.with_article());
            happens.push(format!(
                "{who} is invited to become {role} of {} and has {} to answer",
                organization.name,
                wait(lives.0)
            ));
            if let Some(price) = price {
                happens.push(format!("If {who} accepts, {} pays {price} more each month", organization.name));
            }
        }
        Event::InvitationRenewed { invitee, lives, .. } => {
            happens.push(format!(
                "{} gets the email again and has {} from now to answer",
                invitee.username,
                wait(lives.0)
            ));
            ends.push("The link in the earlier email no longer works".to_owned());
        }
        Event::InvitationRevoked { organization, invitee, role, .. } => {
            ends.push(format!(
                "The invitation for {} to become {} of {}, and its link",
                invitee.username,
                role.with_article(),
                organization.name
            ));
        }
        // The event that they join describes it.
        Event::InvitationAccepted { .. } => {}
        Event::InvitationDeclined { organization, role, .. } => {
            ends.push(format!("Your invitation to become {} of {}", role.with_article(), organization.display_name));
            preview.stays.push("An Owner can invite you again".to_owned());
        }
        Event::InvitationExpired { invitee, organization, .. } => {
            ends.push(format!("{}'s expired invitation to {}", invitee.username, organization.name));
        }
        Event::RoleChanged { account, before, after, .. } => {
            let who = account.username.as_str();
            let you = reader == Some(who);
            let (who, becomes, is) = if you { ("You", "become", "are") } else { (who, "becomes", "is") };
            let (role, was) = (after.with_article(), before.with_article());
            happens.push(format!("{who} {becomes} {role} and {is} no longer {was}"));
            let only = |one: Role, other: Role| -> Vec<String> {
                let mine = Permission::usable().filter(|p| one.permits(*p) && !other.permits(*p));
                mine.map(|permission| permission.verb_phrase().to_owned()).collect()
            };
            let (gained, lost) = (only(*after, *before), only(*before, *after));
            if !gained.is_empty() {
                happens.push(format!("{who} can then {}", gained.join("; ")));
            }
            if !lost.is_empty() {
                ends.push(format!("{who} can no longer {}", lost.join("; ")));
            }
        }
        Event::MemberRemoved { organization, account, role } => {
            ends.push(format!(
                "{} is no longer {} of {} and can no longer {}",
                account.username,
                role.with_article(),
                organization.name,
                role.lost_actions()
            ));
            let who = &account.username;
            preview.stays.extend(kept().then(|| format!("What {who} did stays in the history")));
            preview.stays.push(format!("An Owner can invite {who} again"));
        }
        Event::MemberLeft { organization, role, .. } => {
            ends.push(format!(
                "You are no longer {} of {} and can no longer {}",
                role.with_article(),
                organization.display_name,
                role.lost_actions()
            ));
            preview.stays.extend(kept().then(|| "What you did stays in the history".to_owned()));
            preview.stays.push("An Owner can invite you again".to_owned());
        }
        Event::RequestApproved { name, read, similar, price, .. } => {
            let invoices = read.billing.as_ref().map(|billing| billing.email.as_str());
            preview.warnings.extend(before_approval(name.as_str(), similar, *price, invoices));
            preview.stays.extend(unanswered(read));
        }
        Event::RequestFiled { name, .. } => happens.push(format!("Your request for {name} is submitted")),
        Event::RequestDrafted { name, .. } => happens.push(format!("A draft request for {name} is saved")),
        Event::DraftDiscarded { name, .. } => {
            ends.push(format!("The draft for {name} is discarded, with everything you entered for it"));
            preview.stays.push(format!("The name {} stays available, and you can request it again", name.key()));
        }
        Event::BillingDraftSaved { .. } => happens.push("What you entered is saved with the draft".to_owned()),
        Event::BillingGiven { details, .. } => happens.push(format!("Invoices go to {}", details.email)),
        Event::RequestEdited { name, .. } => happens.push(format!("Your request for {name} is updated")),
        Event::QuestionAsked { applicant, name, .. } => {
            happens
                .push(format!("{} is asked and sees the question beside the request for {name}", applicant.username));
            preview
                .stays
                .push("The request stays open, and the review resumes once every question is answered".to_owned());
        }
        Event::QuestionAnswered { asked_by, asked, last, .. } => {
            happens.push(format!("{} gets your answer to “{asked}”", asked_by.username));
            if *last {
                happens.push("The request goes back to the administrators".to_owned());
            } else {
                preview.stays.push("Other questions still wait for your answer".to_owned());
            }
        }
        Event::NoteAdded { .. } => happens.push("Administrators can read the note, but the applicant can't".to_owned()),
        Event::RequestDeferred { applicant, name, .. } => {
            happens.push(format!("The request for {name} is deferred, and {} can see that", applicant.username));
            preview.stays.push("The request stays open and can be decided at any time".to_owned());
        }
        Event::RivalClosed { applicant, name, .. } => {
            ends.push(format!("{}'s request for the same name, {name}, is closed", applicant.username));
        }
        Event::RequestDeclined { applicant, name, read, .. } => {
            ends.push(format!("{}'s request for {name} is closed for good", applicant.username));
            preview.stays.push(format!(
                "The name {} stays available, and {} can request it again",
                name.key(),
                applicant.username
            ));
            preview.stays.extend(unanswered(read));
        }
        Event::RequestWithdrawn { name, .. } => {
            ends.push(format!("Your request for {name} is closed for good"));
            preview.stays.push(format!("The name {} stays available, and you can request it again", name.key()));
        }
        Event::OwnerAppointed { organization, account, .. } => {
            let who = &account.username;
            happens.push(format!("{who} becomes an Owner of {} without being asked", organization.name));
            happens.push("Everyone who is emailed can read the reason".to_owned());
            preview.stays.push("Everyone else keeps their role, including people whose account is disabled".to_owned());
        }
        // The event that it is founded describes it.
        Event::OrganizationActivated { .. } => {}
        Event::AccountCreated { username, .. } => happens.push(format!("The account {username} is created")),
        Event::VerificationAsked { email, .. } => {
            happens.push(format!("A link to verify the address is emailed to {email}"))
        }
        Event::AddressClaimed { .. } => {}
        Event::EmailVerified { email, .. } => happens.push(format!("{email} is verified")),
        Event::AddressAdded { email, .. } => happens.push(format!("{email} is added to your account")),
        Event::PrimaryChanged { email, before, .. } => {
            happens.push(format!("{email} becomes your primary address"));
            ends.push(format!("{before} is no longer your primary address"));
        }
        Event::AddressRemoved { email, .. } => {
            ends.push(format!(
                "{email} is removed from your account. You can't sign in with it, and we no longer email it"
            ));
            preview.stays.push("Your other addresses and everything you did".to_owned());
        }
        Event::PasswordChanged { .. } => happens.push("The account has a new password".to_owned()),
        Event::ResetAsked { email, .. } => happens.push(format!("A link to reset the password is emailed to {email}")),
        Event::SessionOpened { .. } => happens.push("This device is signed in".to_owned()),
        Event::SessionEnded { .. } => ends.push("This device is signed out".to_owned()),
        Event::SetUpOpened { .. } => happens.push("The site can be set up".to_owned()),
        Event::SetUpUsed => ends.push("The set-up link no longer works".to_owned()),
        Event::AdministratorGranted { account } => {
            happens.push(format!("{} becomes an administrator", account.username))
        }
        Event::AdministratorRevoked { account } => {
            ends.push(format!("{} is no longer an administrator", account.username));
            preview.stays.push("Their account and what they decided stay as they are".to_owned());
        }
        Event::SessionsEnded { account, .. } => {
            ends.push(format!("{} is signed out of all devices", account.username));
            preview.stays.push(
                "They can sign in again with their password, and their organizations, roles and requests stay as they are"
                    .to_owned(),
            );
        }
        Event::UsernameFreed { account } => {
            ends.push(format!("The account {} is deleted: it was never used", account.username));
        }
        Event::AccountDisabled { account, ownerless, invitations, .. } => {
            preview.warnings.extend(without_owner(ownerless));
            ends.push(format!("{} can't sign in and is signed out everywhere", account.username));
            ends.extend(pending(invitations.0, "that they sent can't be accepted while the account is disabled"));
            preview.stays.push("Their organizations, roles and requests stay as they are".to_owned());
        }
        Event::AccountEnabled { account } => happens.push(format!("{} can sign in again", account.username)),
        Event::OrganizationDisabled { name, display_name, invitations, .. } => {
            ends.push(format!("Nobody can manage {display_name}, and its page /org/{} is hidden", name.key()));
            ends.extend(pending(invitations.0, "can't be accepted while it is disabled"));
            preview.stays.push(
                "Its people, their roles and its name stay as they are, and its members can read the reason".to_owned(),
            );
        }
        Event::OrganizationEnabled { name, display_name, .. } => {
            happens.push(format!("{display_name} can be managed again, and its page /org/{} is visible", name.key()));
        }
        Event::AddressBounced { email, .. } => happens.push(format!("Email to {email} bounces")),
        Event::AddressReached { email, .. } => ends.push(format!("Email to {email} no longer bounces")),
        Event::NameReserved { name, .. } => happens.push(format!("The name {} is reserved", name.key())),
        Event::FailedEmailsRetried { count: number, .. } => {
            happens.push(format!("{} sent again", count(u64::from(*number), "email is", "emails are")));
        }
        Event::EmailRetried { to, .. } => happens.push(format!("The email to {to} is sent again")),
    }
}

/// Returns what to check before a request is approved: what it resembles, and what the organization will pay.
fn before_approval(name: &str, similar: &[Similar], price: Option<Price>, invoices: Option<&str>) -> Vec<String> {
    let organizations = by_organization(similar).into_iter().filter_map(|ways| {
        let (first, further) = ways.split_first()?;
        let theirs = &first.name;
        let most_telling = match first.likeness {
            Likeness::Name(0) => format!("The name {name} looks the same as {theirs}"),
            Likeness::Name(_) => format!("The name {name} is close to {theirs}"),
            Likeness::DisplayName => format!("The display name looks the same as that of {theirs}"),
            Likeness::Url => format!("The URL is the same as that of {theirs}"),
            Likeness::Host => format!("The URL is on the same host as that of {theirs}"),
        };
        let further: String = further.iter().map(|way| [", and it ", likeness(way.likeness)].concat()).collect();
        Some(format!("{most_telling}, which is {}{further}", isolated(&first.display_name)))
    });
    organizations.chain(price.map(|price| costs(name, price, invoices))).collect()
}

/// Returns what an organization pays once it is approved, and where the invoices go.
pub fn costs(name: &str, price: Price, invoices: Option<&str>) -> String {
    let to = invoices.map(|to| format!(" to {to}")).unwrap_or_default();
    format!("{name} pays {}, starting with its first member, by monthly invoice{to}", price.in_words())
}

/// Returns how a request resembles an organization, for display beside the organization's name.
pub const fn likeness(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Name(0) => "looks the same",
        Likeness::Name(_) => "is close",
        Likeness::DisplayName => "has a display name that looks the same",
        Likeness::Url => "has the same URL",
        Likeness::Host => "has a URL on the same host",
    }
}

/// Returns how the domain of an applicant's email address relates to the organization URL.
pub fn domain_match(found: &DomainMatch) -> String {
    match found {
        DomainMatch::Same => "The applicant's email address has the same domain.".to_owned(),
        DomainMatch::Parent { domain, of } => {
            format!("Compared with the applicant's email address: {domain} is a parent domain of {of}.")
        }
        DomainMatch::Other => "The applicant's email address has another domain.".to_owned(),
    }
}

/// Warns that organizations are left without an Owner who can use their account.
pub fn without_owner(organizations: &[OrganizationName]) -> Option<String> {
    let names: Vec<String> = organizations.iter().map(ToString::to_string).collect();
    let have = if names.len() == 1 { "has" } else { "have" };
    (!names.is_empty()).then(|| {
        format!(
            "{} {have} no other Owner who can use their account. Nobody can manage people there until an administrator appoints one",
            list(&names)
        )
    })
}

/// Returns what happens to pending invitations, if there are any.
fn pending(invitations: u32, what: &str) -> Option<String> {
    let number = count(u64::from(invitations), "pending invitation", "pending invitations");
    (invitations > 0).then(|| format!("{number} {what}"))
}

/// Returns whether Owners can read the history of an organization.
const fn kept() -> bool {
    Feature::OrganizationHistory.is_built()
}

/// Returns how many questions stay unanswered once the request is decided.
fn unanswered(read: &RequestSnapshot) -> Option<String> {
    let questions = count(u64::from(read.unanswered), "unanswered question", "unanswered questions");
    (read.unanswered > 0).then(|| format!("{questions} to the applicant"))
}
