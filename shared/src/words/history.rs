//! What happened, as history tells it: a sentence for each kind of event. History outlives the program's types, so it is
//! read from what was written; an event that this program does not know keeps its code.

use crate::roles::Role;
use crate::unicode::isolated;
use serde_json::Value;

/// The sentence of an event, from its kind and its details (a JSON object).
pub fn event(kind: &str, details: &str) -> String {
    let details: Value = serde_json::from_str(details).unwrap_or_default();
    let of = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
    match kind {
        "account_created" => format!("The account {} was made, with the address {}", of("username"), of("email")),
        // That the address is another's is for its holder alone to know.
        "verification_asked" | "address_claimed" => format!("A link to verify {} was asked for", of("email")),
        "email_verified" => format!("{} was verified", of("email")),
        "address_added" => format!("{} was added", of("email")),
        "primary_changed" => format!("Letters go to {} instead of {}", of("email"), of("before")),
        "address_removed" => format!("{} was removed", of("email")),
        "password_changed" => "The password was changed".to_owned(),
        "reset_asked" => format!("A link for a new password was sent to {}", of("email")),
        "signed_in" => format!("A device was signed in: {}", device(&of("agent"))),
        "signed_out" => "A device was signed out".to_owned(),
        "administrator_granted" => format!("{} became an administrator", of("username")),
        "account_disabled" => format!("The account was disabled: {}", of("reason")),
        "account_enabled" => format!("The account {} was enabled again", of("username")),
        "request_filed" => format!("A request for {} was handed in", of("name")),
        "request_drafted" => format!("A draft of a request for {} was begun", of("name")),
        "draft_discarded" => format!("The draft for {} was discarded", of("name")),
        "billing_given" => format!("The billing details for {} were given", of("name")),
        "organization_founded" => format!("The organization {} came to be", of("name")),
        "organization_activated" => format!("The organization {} became active", of("name")),
        "organization_disabled" => format!("The organization {} was disabled: {}", of("name"), of("reason")),
        "organization_enabled" => format!("The organization {} was enabled again", of("name")),
        "address_bounced" => format!("Letters to {} came back: {}", of("email"), of("why")),
        "address_reached" => format!("Letters to {} arrive again", of("email")),
        "request_edited" => format!("The request for {} was given other words", of("name")),
        "question_asked" => format!("A question about the request for {} was asked: {}", of("name"), of("question")),
        "question_answered" => format!("A question about the request for {} was answered", of("name")),
        "note_added" => format!("A note about the request for {} was written", of("name")),
        "request_deferred" => format!("The request for {} was put aside", of("name")),
        "request_withdrawn" => format!("The request for {} was withdrawn", of("name")),
        "request_approved" => format!("The request for {} was approved", of("name")),
        "request_declined" => format!("The request for {} was declined: {}", of("name"), of("reason")),
        "rival_closed" => format!("The request for {} was closed: the name went to others", of("name")),
        "member_joined" => {
            format!("{} became {} of {}", of("username"), role(&of("role")), of("organization"))
        }
        "member_invited" => {
            format!("{} was invited to {}, as {}", of("username"), of("organization"), role(&of("role")))
        }
        "invitation_renewed" => {
            format!("The invitation of {} to {} was sent again", of("username"), of("organization"))
        }
        "invitation_revoked" => format!("The invitation of {} to {} was revoked", of("username"), of("organization")),
        "invitation_accepted" => format!("{} accepted the invitation to {}", of("username"), of("organization")),
        "invitation_declined" if of("message").trim_matches('?').is_empty() => {
            format!("{} declined the invitation to {}", of("username"), of("organization"))
        }
        "invitation_declined" => {
            format!("{} declined the invitation to {}: {}", of("username"), of("organization"), of("message"))
        }
        "invitation_expired" => {
            format!("The invitation of {} to {} ended without an answer", of("username"), of("organization"))
        }
        "role_changed" => format!(
            "{} became {} of {}, and was {} before",
            of("username"),
            role(&of("after")),
            of("organization"),
            role(&of("before"))
        ),
        "member_removed" => {
            format!("{} was removed from {}, as {}", of("username"), of("organization"), role(&of("role")))
        }
        "member_left" => format!("{} left {}, as {}", of("username"), of("organization"), role(&of("role"))),
        other => other.replace('_', " "),
    }
}

/// The same in a sentence that says who did it: `by` is a name, `you`, or nobody where that goes without saying.
pub fn event_by(kind: &str, details: &str, by: Option<&str>) -> String {
    let event = event(kind, details);
    by.map_or_else(|| event.clone(), |by| format!("{} (by {by})", isolated(&event)))
}

/// A role as it was kept: “an Owner”.
fn role(code: &str) -> String {
    Role::from_code(code).map_or_else(|| code.to_owned(), Role::with_article)
}

/// What a browser says it is, in two words: “Firefox on Linux”. They all claim to be each other; the order undoes that.
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
        ("", system) => ["A device with ", system].concat(),
        (browser, "") => browser.to_owned(),
        (browser, system) => [browser, " on ", system].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart() {
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
    fn what_is_not_known_is_told_all_the_same() {
        assert_eq!(event("teapot_boiled", "no JSON"), "teapot boiled");
        assert_eq!(event("email_verified", "{}"), "? was verified");
        assert_eq!(event("email_verified", r#"{"email":"a@b.example"}"#), "a@b.example was verified");
    }
}
