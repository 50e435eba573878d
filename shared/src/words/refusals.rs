//! The sentences for refusals and problems: why a rule says no, and why the server did not answer.

use super::{count, list, wait};
use crate::domain::{Ended, InvitationState, RequestState};
use crate::features::Feature;
use crate::limits;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::roles::{Permission, Role};

/// The sentence for a refusal.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid { faults } => match faults.iter().find(|fault| !fault.field.has_control()) {
            Some(fault) => super::fault(fault.field, &fault.code),
            None if faults.len() < 2 => "Check the highlighted field.".to_owned(),
            None => format!("Check the {} highlighted fields.", faults.len()),
        },
        Refusal::NotSignedIn {} => "You are no longer signed in. Sign in, then submit again.".to_owned(),
        Refusal::NotFound {} => "Page not found, or you don't have access to it.".to_owned(),
        Refusal::SignIn {} => "Wrong username, email address or password.".to_owned(),
        Refusal::AccountDisabled {} => "This account is disabled, so you can't sign in. If it has a verified address, we emailed the reason there. Only an administrator of this site can enable it again.".to_owned(),
        Refusal::EmailUnverified {} => "Verify your email address first. Open the link in the email that was sent to it.".to_owned(),
        Refusal::AlreadySubmitted {} => "This request has already been submitted, so nothing was saved or discarded. You can withdraw it or edit its billing details.".to_owned(),
        Refusal::NameUnavailable { name } => format!("The name {name} has been taken or reserved since you started. Discard this draft and request another name."),
        Refusal::OrganizationDisabled { reason } => format!("The administrators of the site have disabled this organization: {reason}"),
        Refusal::InvitingOrganizationDisabled {} => "The administrators of the site have disabled this organization, so nobody can join it. Its Owners can see the reason.".to_owned(),
        Refusal::NotPermitted { permission, owners } => not_permitted(*permission, owners),
        Refusal::LastOwner { organization, disabled } => last_owner(organization, disabled),
        Refusal::NotAMember { username, organization, ended } => format!("{}.", no_member(username, Some(organization), ended.as_ref())),
        Refusal::RoleChangedMeanwhile { username, role, by } => {
            format!("{}. Choose again if you still want to change it.", changed_meanwhile(username, *role, by.as_deref()))
        }
        Refusal::SomeNotInvited { some, all } => format!("Nobody was invited, because {some} of these {all} people can no longer be invited. The list shows why."),
        Refusal::InvitationClosed { state, by, of } => invitation_closed(*state, by.as_deref(), of.as_deref()),
        Refusal::InviterNotOwner { inviter, organization } => format!("{inviter}, who invited you, can no longer invite people to {organization}, so you can't accept this invitation. Ask one of its Owners to invite you again."),
        Refusal::RequestClosed { state, by } => closed(*state, by.as_deref()),
        Refusal::NameTakenMeanwhile { name } => {
            format!("The name {name} was taken or reserved while the request was open, so it can't be approved. The request stays open. Decline it and suggest that the applicant request another name.")
        }
        Refusal::ApplicantDisabled { username } => {
            format!("The account of {username}, who requested this organization, is disabled, so nobody could manage it. Enable the account first, or decline the request.")
        }
        Refusal::HasOwners { organization, owners } => {
            format!("{organization} already has an Owner who can use their account: {}. You can appoint an Owner only when there is none.", list(&named(owners)))
        }
        Refusal::AlreadyAnswered {} => "This question has already been answered. Nothing was changed.".to_owned(),
        Refusal::RequestsTooFast { seconds } => format!("You have submitted many requests in a short time. Try again in {}.", wait(*seconds)),
        Refusal::TooManyRequests { limit, seconds } => format!(
            "You have reached the limit of {} a day, drafts included. Try again in {}.",
            count(u64::from(*limit), "request", "requests"),
            wait(*seconds)
        ),
        Refusal::TooManyEmails { seconds } => format!("The daily limit for these emails has been reached. Try again in {}.", wait(*seconds)),
        Refusal::DemoPassword {} => "This is the demo's password, which everyone knows. It works only when the site's address is that of your own computer.".to_owned(),
        Refusal::TooManyAttempts { seconds } => format!("Too many attempts. Try again in {}.", wait(*seconds)),
        Refusal::LinkInvalid {} => "This link isn't valid, or a newer one replaced it. Use the link in the latest email.".to_owned(),
        Refusal::SetUpLinkInvalid {} => "This isn't the latest set-up link. Use the one that the server printed when it last started.".to_owned(),
        Refusal::LinkUsed {} => "This link has already been used. There is nothing left to do.".to_owned(),
        Refusal::LinkExpired {} => "This link has expired. Sign in and request a new one.".to_owned(),
        Refusal::ResetLinkInvalid {} => "This link no longer works. It has been used, your password has changed since, or it is more than an hour old. Request a new one.".to_owned(),
        Refusal::OwnAccount {} => "You can't do this to your own account. Ask another administrator.".to_owned(),
        Refusal::LastAdministrator {} => "This is the only administrator who can sign in. Make someone else an administrator first.".to_owned(),
        Refusal::DifferentAccount { .. } => "Someone else has signed in since you opened this page, so nothing was done. The menu above shows who. If you submit again, you do it from their account.".to_owned(),
        Refusal::OverHttp { site } => format!("You opened this page over http, where nobody can sign in, so nothing was done. Use {site} instead."),
        Refusal::LinkOfOtherAccount { username } => format!("This link belongs to the account {username}. Sign in to that account, then open the link again."),
        Refusal::LastVerifiedAddress {} => "This is your only verified address. Without one you couldn't reset your password. Verify another address first.".to_owned(),
        Refusal::StaleEdit {} => "This request was edited after you opened this page, perhaps in another tab, so nothing was saved. Open it in a new tab to see the latest version. What you typed is still here.".to_owned(),
        Refusal::PrimaryAddressRequired {} => "We send email to this address, so you can't remove it. Make another address primary first.".to_owned(),
        Refusal::AddressNotFound {} => "This address isn't on your account. It may have been removed since you opened this page.".to_owned(),
        Refusal::DeviceNotFound {} => "This device is already signed out.".to_owned(),
        Refusal::TooManyAddresses { limit } => format!("Your account has {limit} addresses, which is the limit. Remove one first."),
        Refusal::AlreadyVerified {} => "This email address is already verified.".to_owned(),
        Refusal::AlreadySetUp {} => "This site has already been set up. Sign in with the administrator's account.".to_owned(),
        Refusal::NothingToSend {} => "There is nothing to send. The email has already been sent, or no mail server is configured.".to_owned(),
    }
}

/// Says that somebody is not a member, and how the membership ended.
pub(super) fn no_member(username: &str, organization: Option<&str>, ended: Option<&Ended>) -> String {
    let of = |word: &str| organization.map(|organization| [" ", word, organization].concat()).unwrap_or_default();
    match ended {
        Some(Ended::Removed { by }) => {
            format!("{username} was removed{} by {}", of("from "), by.as_deref().unwrap_or("you"))
        }
        Some(Ended::Left {}) => format!("{username} has left{}", of("")),
        None => format!("{username} is not a member{}", of("of ")),
    }
}

/// Says that somebody's role has changed since the page was shown.
pub(super) fn changed_meanwhile(username: &str, role: Role, by: Option<&str>) -> String {
    let role = role.with_article();
    match by {
        Some(by) => format!("{by} has since made {username} {role}"),
        None => format!("{username} has since become {role}"),
    }
}

/// The first Owners, and how many more there are.
fn named(owners: &[String]) -> Vec<String> {
    let (named, more) = owners.split_at(owners.len().min(limits::OWNERS_NAMED));
    let more = (!more.is_empty()).then(|| format!("{} more", more.len()));
    named.iter().cloned().chain(more).collect()
}

/// Which roles permit it, and who the Owners are.
fn not_permitted(permission: Permission, owners: &[String]) -> String {
    let roles: Vec<String> =
        Role::ALL.into_iter().filter(|role| role.permits(permission)).map(|role| role.plural().to_owned()).collect();
    let may = format!("Only {} can {}.", list(&roles), permission.verb_phrase());
    let named = named(owners);
    match owners.len() {
        0 => may,
        1 => format!("{may} The Owner here is {}.", list(&named)),
        _ => format!("{may} Owners here: {}.", list(&named)),
    }
}

/// Why the last Owner must stay one, and what can be done about it.
fn last_owner(organization: &str, disabled: &[String]) -> String {
    let because = match disabled {
        [] => String::new(),
        [one] => format!(": the account of {one} is disabled"),
        several => format!(": the accounts of {} are disabled", list(several)),
    };
    let or = if Feature::Deleting.is_built() { ", or delete the organization" } else { "" };
    format!("{organization} would be left without an Owner{because}. Make someone else an Owner first{or}.")
}

fn invitation_closed(state: InvitationState, by: Option<&str>, of: Option<&str>) -> String {
    let whom = by.map(|by| format!(" by {by}")).unwrap_or_default();
    let which = of.map_or_else(|| "This invitation".to_owned(), |of| format!("The invitation for {of}"));
    match state {
        // Only the invitee can answer it.
        InvitationState::Accepted if of.is_none() => "You have already accepted this invitation.".to_owned(),
        InvitationState::Declined if of.is_none() => "You have already declined this invitation.".to_owned(),
        InvitationState::Accepted => format!("{which} has already been accepted."),
        InvitationState::Declined => format!("{which} has already been declined."),
        InvitationState::Revoked => format!("{which} has been revoked{whom}."),
        InvitationState::Live | InvitationState::Expired => {
            format!("{which} has expired. An Owner can send a new one.")
        }
    }
}

fn closed(state: RequestState, by: Option<&str>) -> String {
    let whom = by.map(|by| format!(" by {by}")).unwrap_or_default();
    match state {
        RequestState::Approved => {
            format!("This request has already been approved{whom}. Nothing was changed.")
        }
        RequestState::Declined => {
            format!("This request has already been declined{whom}. Nothing was changed.")
        }
        RequestState::Withdrawn => format!("This request has been withdrawn{whom}. Nothing was changed."),
        RequestState::Draft
        | RequestState::Submitted
        | RequestState::MoreInformationNeeded
        | RequestState::Deferred => "This request can't be decided now.".to_owned(),
    }
}

/// The sentence for a problem.
pub fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Refused(why) => refusal(why),
        Problem::PreviewStale(preview) if preview.recent.is_empty() => {
            "This changed since you opened the page, so nothing was saved. The preview now shows what would happen.".to_owned()
        }
        Problem::PreviewStale(preview) => format!(
            "This changed since you opened the page, so nothing was saved. Recent changes: {}. The preview now shows what would happen.",
            preview.recent.join("; ")
        ),
        Problem::Malformed {} => "Something was missing from what your browser sent. Reload the page and try again.".to_owned(),
        Problem::TooLarge {} => "That is more text than this form accepts. Shorten it and try again.".to_owned(),
        Problem::Busy { seconds } => format!("The server is busy. Try again in {}.", wait(i64::from(*seconds))),
        Problem::Broken {} => "Something went wrong on our side, and nothing was changed. The error has been logged. If it keeps happening, contact an administrator.".to_owned(),
        Problem::Unavailable {} => "The site couldn't be reached, or couldn't reach its database. Try again in a moment. It's safe to submit twice.".to_owned(),
    }
}
