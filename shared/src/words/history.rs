//! The sentences of the history, one for each kind of event. History outlives the program's types, so a sentence is
//! made from the stored JSON. An event whose kind this version does not know is shown by its code.

use super::count;
use crate::history::EventKind;
use crate::roles::Role;
use crate::unicode::isolated;
use serde_json::Value;

/// Returns the sentence of an event, from its kind and its details (a JSON object).
pub fn event(kind: &str, details: &str) -> String {
    let Some(kind) = EventKind::from_code(kind) else { return kind.replace('_', " ") };
    let details: Value = serde_json::from_str(details).unwrap_or_default();
    let of = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
    match kind {
        EventKind::AccountCreated => {
            format!("The account {} was created with the address {}", of("username"), of("email"))
        }
        // Only the holder of the address may learn that another account claimed it.
        EventKind::VerificationAsked | EventKind::AddressClaimed => {
            format!("A link to verify {} was requested", of("email"))
        }
        EventKind::EmailVerified => format!("{} was verified", of("email")),
        EventKind::AddressAdded => format!("{} was added", of("email")),
        EventKind::PrimaryChanged => format!("The primary address changed from {} to {}", of("before"), of("email")),
        EventKind::AddressRemoved => format!("{} was removed", of("email")),
        EventKind::PasswordChanged => "The password was changed".to_owned(),
        EventKind::ResetAsked => format!("A link to reset the password was sent to {}", of("email")),
        EventKind::SignedIn => format!("Signed in: {}", device(&of("agent"))),
        EventKind::SignedOut => "A device was signed out".to_owned(),
        EventKind::SetUpOpened => "A set-up link was created".to_owned(),
        EventKind::SetUpUsed => "The site was set up".to_owned(),
        EventKind::NameReserved => format!("The name {} was reserved: {}", of("name"), of("reason")),
        EventKind::EmailRetried => format!("The email to {} was sent again", of("to")),
        EventKind::AdministratorGranted => format!("{} became an administrator", of("username")),
        EventKind::AdministratorRevoked => format!("{} is no longer an administrator", of("username")),
        EventKind::SignedOutEverywhere => format!("All devices were signed out: {}", of("reason")),
        EventKind::UsernameFreed => format!("The account {} was deleted: it was never used", of("username")),
        EventKind::AccountDisabled => format!("The account was disabled: {}", of("reason")),
        EventKind::AccountEnabled => format!("The account {} was enabled again", of("username")),
        EventKind::RequestFiled => format!("A request for {} was submitted", of("name")),
        EventKind::RequestDrafted => format!("A draft request for {} was created", of("name")),
        EventKind::DraftDiscarded => format!("The draft for {} was discarded", of("name")),
        EventKind::BillingDraftSaved => format!("Unfinished billing details for {} were saved", of("name")),
        EventKind::BillingGiven => format!("The billing details for {} were saved", of("name")),
        EventKind::OrganizationFounded => format!("The organization {} was created", of("name")),
        EventKind::OrganizationActivated => format!("The organization {} became active", of("name")),
        EventKind::OrganizationDisabled => format!("The organization {} was disabled: {}", of("name"), of("reason")),
        EventKind::OrganizationEnabled => format!("The organization {} was enabled again", of("name")),
        EventKind::AddressBounced => format!("Email to {} bounced: {}", of("email"), of("why")),
        EventKind::AddressReached => format!("Email to {} is delivered again", of("email")),
        EventKind::FailedEmailsRetried => {
            let number = details.get("count").and_then(Value::as_u64).unwrap_or_default();
            format!("{} sent again", count(number, "failed email was", "failed emails were"))
        }
        EventKind::EmailHeldBack => format!(
            "{} was not emailed “{}”, because the daily limit of emails from one person to another was reached",
            of("username"),
            of("subject")
        ),
        EventKind::RequestEdited => format!("The request for {} was edited", of("name")),
        EventKind::QuestionAsked => {
            format!("A question about the request for {} was asked: {}", of("name"), of("question"))
        }
        EventKind::QuestionAnswered => format!("A question about the request for {} was answered", of("name")),
        EventKind::NoteAdded => format!("A note was added to the request for {}", of("name")),
        EventKind::RequestDeferred => format!("The request for {} was deferred", of("name")),
        EventKind::RequestWithdrawn => format!("The request for {} was withdrawn", of("name")),
        EventKind::RequestApproved => format!("The request for {} was approved", of("name")),
        EventKind::RequestDeclined => format!("The request for {} was declined: {}", of("name"), of("reason")),
        EventKind::RivalClosed => {
            format!("The request for {} was closed, because the name went to another organization", of("name"))
        }
        EventKind::MemberJoined => {
            format!("{} became {} of {}", of("username"), role(&of("role")), of("organization"))
        }
        EventKind::MemberInvited => {
            format!("{} was invited to {} as {}", of("username"), of("organization"), role(&of("role")))
        }
        EventKind::InvitationRenewed => {
            format!("{}'s invitation to {} was sent again", of("username"), of("organization"))
        }
        EventKind::InvitationRevoked => {
            format!("{}'s invitation to {} was revoked", of("username"), of("organization"))
        }
        EventKind::InvitationAccepted => {
            format!("{} accepted the invitation to {}", of("username"), of("organization"))
        }
        EventKind::InvitationDeclined if of("message").trim_matches('?').is_empty() => {
            format!("{} declined the invitation to {}", of("username"), of("organization"))
        }
        EventKind::InvitationDeclined => {
            format!("{} declined the invitation to {}: {}", of("username"), of("organization"), of("message"))
        }
        EventKind::InvitationExpired => {
            format!("{}'s invitation to {} expired without an answer", of("username"), of("organization"))
        }
        EventKind::RoleChanged => format!(
            "{} changed from {} to {} of {}",
            of("username"),
            role(&of("before")),
            role(&of("after")),
            of("organization")
        ),
        EventKind::MemberRemoved => {
            format!("{}, {}, was removed from {}", of("username"), role(&of("role")), of("organization"))
        }
        EventKind::MemberLeft => format!("{}, {}, left {}", of("username"), role(&of("role")), of("organization")),
        EventKind::OwnerAppointed => format!(
            "{} was made an Owner of {} by a site administrator: {}",
            of("username"),
            of("organization"),
            of("reason")
        ),
    }
}

/// Returns the sentence of an event with the name of who did it: `by` is a username, `you`, or `None` to leave it out.
pub fn event_by(kind: &str, details: &str, by: Option<&str>) -> String {
    let event = event(kind, details);
    by.map_or_else(|| event.clone(), |by| format!("{} (by {by})", isolated(&event)))
}

/// Returns a stored role with its article: “an Owner”.
fn role(code: &str) -> String {
    Role::from_code(code).map_or_else(|| code.to_owned(), Role::with_article)
}

/// Returns the browser and the system of a `User-Agent` header: “Firefox on Linux”. The order of the names matters,
/// because browsers also name each other.
pub fn device(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map_or("", |(_, name)| *name)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        ("", "") => "An unknown device".to_owned(),
        ("", system) => ["An unknown browser on ", system].concat(),
        (browser, "") => browser.to_owned(),
        (browser, system) => [browser, " on ", system].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_agents_are_named_by_browser_and_system() {
        for (agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Safari/537.36 Edg/143.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.14", "curl"),
            ("", "An unknown device"),
        ] {
            assert_eq!(device(agent), name, "{agent}");
        }
    }

    #[test]
    fn every_event_kind_has_a_sentence() {
        for kind in EventKind::ALL {
            let sentence = event(kind.code(), "{}");
            assert_ne!(sentence, kind.code().replace('_', " "), "{kind:?}");
            assert!(
                sentence.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '?')
                    && sentence.contains(' '),
                "{sentence}"
            );
            assert_eq!(EventKind::from_code(kind.code()), Some(*kind));
        }
    }

    #[test]
    fn unknown_kinds_and_missing_details_still_give_a_sentence() {
        assert_eq!(event("teapot_boiled", "no JSON"), "teapot boiled");
        assert_eq!(event("email_verified", "{}"), "? was verified");
        assert_eq!(event("email_verified", r#"{"email":"a@b.example"}"#), "a@b.example was verified");
    }
}
