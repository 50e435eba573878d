//! Why a rule says no, and why the server did not answer.

use super::{count, list, wait};
use crate::features::Feature;
use crate::limits;
use crate::problem::{Problem, Refusal};
use crate::roles::{Permission, Role};
use crate::wire::people::{Ended, InvitationState};
use crate::wire::requests::State;

/// The sentence for a refusal.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid { faults } => match faults.iter().find(|fault| !fault.field.has_control()) {
            Some(fault) => super::fault(fault.field, &fault.code),
            None if faults.len() < 2 => "One field needs another look.".to_owned(),
            None => format!("{} fields need another look.", faults.len()),
        },
        Refusal::NotSignedIn {} => "You are not signed in any more. Sign in, and send it again.".to_owned(),
        Refusal::NotFound {} => "There is no such thing here, or it is not yours to see.".to_owned(),
        Refusal::SignIn {} => "Wrong username, address or password.".to_owned(),
        Refusal::AccountDisabled {} => "This account is disabled, so you can't sign in. If it has a verified address, the reason was sent there. Only an administrator of this site can enable it again.".to_owned(),
        Refusal::EmailUnverified {} => "Verify your e-mail address first: open the link in the letter to it.".to_owned(),
        Refusal::HandedIn {} => "This request has been handed in. It can be withdrawn, but not discarded.".to_owned(),
        Refusal::NameGone { name } => format!("The name {name} has been taken or reserved since you began. Discard this draft, and ask for another name."),
        Refusal::OrganizationDisabled { reason } => format!("The administrators of the site have disabled this organization: {reason}"),
        Refusal::OrganizationShut {} => "The administrators of the site have disabled this organization, so nobody can join it. Its Owners know why.".to_owned(),
        Refusal::NotPermitted { permission, owners } => not_permitted(*permission, owners),
        Refusal::LastOwner { organization, disabled } => last_owner(organization, disabled),
        Refusal::NotAMember { username, organization, ended } => format!("{}.", no_member(username, Some(organization), ended.as_ref())),
        Refusal::RoleChangedMeanwhile { username, role, by } => {
            format!("{}. Choose again, if you still want to.", changed_meanwhile(username, *role, by.as_deref()))
        }
        Refusal::SomeNotInvited { some, all } => format!("Nobody was invited: {some} of these {all} can't be invited any more. The list says why."),
        Refusal::InvitationClosed { state, by, of } => invitation_closed(*state, by.as_deref(), of.as_deref()),
        Refusal::InviterGone { inviter, organization } => format!("{inviter}, who invited you, can no longer invite people to {organization}, so this invitation can't be accepted. Ask one of its Owners to invite you again."),
        Refusal::RequestClosed { state, by } => closed(*state, by.as_deref()),
        Refusal::NameTakenMeanwhile { name } => {
            format!("The name {name} was taken or reserved while the request was open, so it can't be approved. The request stays open: decline it with a word to the applicant, who can ask for another name.")
        }
        Refusal::ApplicantDisabled { username } => {
            format!("The account of {username}, who asked for this organization, is disabled: nobody could manage it. Enable the account first, or decline the request.")
        }
        Refusal::HasOwners { organization, owners } => {
            format!("{organization} has an Owner who can use their account: {}. An administrator can appoint one only where there is none.", list(&named(owners)))
        }
        Refusal::AnsweredAlready {} => "This question has its answer already. Nothing was changed.".to_owned(),
        Refusal::RequestsTooFast { seconds } => format!("You have submitted many requests in a short time. Try again in {}.", wait(*seconds)),
        Refusal::TooManyRequests { limit, seconds } => format!(
            "You have handed in or begun {} within a day, as many as are allowed. There is room for the next one in {}.",
            count(u64::from(*limit), "request", "requests"),
            wait(*seconds)
        ),
        Refusal::TooManyEmails { seconds } => format!("Several letters with such links were sent within a day, as many as are allowed. The next one can go in {}.", wait(*seconds)),
        Refusal::DemoPassword {} => "This is the password of the demo, which everybody knows. It works only where the site's address is that of your own machine.".to_owned(),
        Refusal::TooOften { seconds } => format!("Too many tries. You can try again in {}.", wait(*seconds)),
        Refusal::LinkUnknown {} => "This link is not one of ours, or a newer one has taken its place. Please use the link in the newest letter.".to_owned(),
        Refusal::SetUpUnknown {} => "This is not the newest set-up address. Use the one that the server printed when it last started.".to_owned(),
        Refusal::LinkUsed {} => "This link has done its work already. There is nothing left to do.".to_owned(),
        Refusal::LinkExpired {} => "This link is too old. Sign in, and ask for a new one.".to_owned(),
        Refusal::ResetOver {} => "This link no longer works: it has been used, the password has been changed since, or it is older than an hour. Ask for a new one.".to_owned(),
        Refusal::NotOneself {} => "This is your own account: another administrator can do this.".to_owned(),
        Refusal::LastAdministrator {} => "This is the only administrator who can sign in. Make someone else an administrator first.".to_owned(),
        Refusal::SomebodyElse { .. } => "Somebody else is signed in now than when you opened this page, so nothing was done. The menu above says who. If you send it again, it is done as them.".to_owned(),
        Refusal::OverHttp { site } => format!("This page was opened over http, where nobody can sign in, so nothing was done. The site is at {site}."),
        Refusal::LinkOfAnother { username } => format!("This link belongs to the account {username}. Sign in with it, and open the link again."),
        Refusal::LastVerifiedStays {} => "This is your only verified address: without one you could not get a new password. Verify another address first.".to_owned(),
        Refusal::EditedMeanwhile {} => "The request has been edited since you opened this page, in another tab perhaps, so nothing was saved. Open it anew to see how it stands.".to_owned(),
        Refusal::PrimaryStays {} => "Letters go to this address, so it can't be removed. Make another address primary first.".to_owned(),
        Refusal::AddressGone {} => "This address is not among your account's: it may have been removed since you opened this page.".to_owned(),
        Refusal::DeviceGone {} => "This device is signed out already.".to_owned(),
        Refusal::TooManyAddresses { limit } => format!("Your account has {limit} addresses, as many as it may have. Remove one first."),
        Refusal::AlreadyVerified {} => "This e-mail address is verified already.".to_owned(),
        Refusal::AlreadySetUp {} => "This site has been set up already. Sign in with the administrator's account.".to_owned(),
        Refusal::NothingToSend {} => "There is nothing to send: the letter has gone out, or no mail server is configured.".to_owned(),
    }
}

/// That somebody is no member, and how that came.
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

/// That somebody has got another role since.
pub(super) fn changed_meanwhile(username: &str, role: Role, by: Option<&str>) -> String {
    let whom = by.map(|by| [", by ", by].concat()).unwrap_or_default();
    format!("{username} has become {} meanwhile{whom}", role.with_article())
}

/// The first Owners, and how many more there are.
fn named(owners: &[String]) -> Vec<String> {
    let (named, more) = owners.split_at(owners.len().min(limits::OWNERS_NAMED));
    let more = (!more.is_empty()).then(|| format!("{} more", more.len()));
    named.iter().cloned().chain(more).collect()
}

/// Who may do it, and who could here and now.
fn not_permitted(permission: Permission, owners: &[String]) -> String {
    let roles: Vec<String> =
        Role::ALL.into_iter().filter(|role| role.permits(permission)).map(|role| role.plural().to_owned()).collect();
    let may = format!("Only {} can {}.", list(&roles), permission.doing());
    let named = named(owners);
    match owners.len() {
        0 => may,
        1 => format!("{may} The Owner here is {}.", list(&named)),
        _ => format!("{may} Owners here: {}.", list(&named)),
    }
}

/// Why nobody can go, and the ways out that there are.
fn last_owner(organization: &str, disabled: &[String]) -> String {
    let because = match disabled {
        [] => String::new(),
        [one] => format!(": the account of {one} is disabled"),
        several => format!(": the accounts of {} are disabled", list(several)),
    };
    let or = if Feature::Deleting.is_built() { ", or delete the organization" } else { "" };
    format!("{organization} would be left without an Owner{because}. Make somebody else an Owner first{or}.")
}

fn invitation_closed(state: InvitationState, by: Option<&str>, of: Option<&str>) -> String {
    let whom = by.map(|by| format!(" by {by}")).unwrap_or_default();
    let which = of.map_or_else(|| "This invitation".to_owned(), |of| format!("The invitation of {of}"));
    match state {
        // Nobody else can have answered it.
        InvitationState::Accepted if of.is_none() => "You have accepted this invitation already.".to_owned(),
        InvitationState::Declined if of.is_none() => "You have declined this invitation already.".to_owned(),
        InvitationState::Accepted => format!("{which} has been accepted already."),
        InvitationState::Declined => format!("{which} has been declined already."),
        InvitationState::Revoked => format!("{which} has been revoked{whom}."),
        InvitationState::Live | InvitationState::Expired => format!("{which} is too old. An Owner can invite again."),
    }
}

fn closed(state: State, by: Option<&str>) -> String {
    let whom = by.map(|by| format!(" by {by}")).unwrap_or_default();
    match state {
        State::Approved => {
            format!("This request has been approved{whom} already. Nothing was changed.")
        }
        State::Declined => {
            format!("This request has been declined{whom} already. Nothing was changed.")
        }
        State::Withdrawn => format!("This request has been withdrawn{whom}. Nothing was changed."),
        State::Draft | State::Submitted | State::MoreInformationNeeded | State::Deferred => {
            "This request can't be decided now.".to_owned()
        }
    }
}

/// The sentence for a problem.
pub fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Refused(why) => refusal(why),
        Problem::Moved(preview) if preview.lately.is_empty() => {
            "Something has changed since you looked, so nothing was done. This is what would happen now.".to_owned()
        }
        Problem::Moved(preview) => format!(
            "Something has changed since you looked, so nothing was done. Of late: {}. This is what would happen now.",
            preview.lately.join("; ")
        ),
        Problem::Malformed {} => "Something was missing in what your browser sent. Please reload the page and send it again.".to_owned(),
        Problem::TooLarge {} => "That was more text than any form here takes. Please shorten it.".to_owned(),
        Problem::Busy { seconds } => format!("The site is very busy. Please try again in {}.", wait(i64::from(*seconds))),
        Problem::Broken {} => "Something went wrong on our side, and nothing was changed. It is in the site's log; please tell its administrators.".to_owned(),
        Problem::Unavailable {} => "The site could not be reached, or could not reach its database. Please try again in a moment: sending twice is safe here.".to_owned(),
    }
}
