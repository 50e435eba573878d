//! Classifies the permanent refusals of a mail server: the mailbox, this email, or how the site sends.
//!
//! Servers call much permanent that somebody can fix: a relay that doesn't know the site, a daily quota, a blocked address.
//! Only a refusal of the mailbox marks an address, and only one of the mailbox or of the email itself ends the tries.

/// What a refusal applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The mailbox doesn't exist or isn't used, so no email will ever reach it.
    Mailbox,
    /// This email to this recipient, which would be refused again.
    Email,
    /// How the site sends, or a temporary state. The email waits.
    Sending,
}

/// The step at which the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `RCPT`.
    Recipient,
    /// `DATA`.
    Data,
}

/// Enhanced status codes. The source is IANA's “SMTP Enhanced Status Codes” with the documents that it names, which is RFC
/// 3463 unless a comment names another. Emails with other codes wait. That costs a few tries, and a wrongly marked address
/// would cost somebody their emails.
const ENHANCED: [(&str, Scope); 51] = [
    // Servers use it for senders as well as for recipients.
    ("5.1.0", Scope::Sending),
    ("5.1.1", Scope::Mailbox),
    ("5.1.2", Scope::Mailbox),
    ("5.1.3", Scope::Mailbox),
    ("5.1.4", Scope::Email),
    ("5.1.6", Scope::Mailbox),
    ("5.1.7", Scope::Sending),
    ("5.1.8", Scope::Sending),
    // RFC 3886: a later server would not understand it.
    ("5.1.9", Scope::Email),
    // RFC 7505: the domain accepts no email.
    ("5.1.10", Scope::Mailbox),
    ("5.2.0", Scope::Sending),
    ("5.2.1", Scope::Mailbox),
    // A full mailbox may be emptied.
    ("5.2.2", Scope::Sending),
    ("5.2.3", Scope::Email),
    ("5.2.4", Scope::Email),
    ("5.3.0", Scope::Sending),
    ("5.3.1", Scope::Sending),
    ("5.3.2", Scope::Sending),
    ("5.3.3", Scope::Sending),
    ("5.3.4", Scope::Email),
    ("5.3.5", Scope::Sending),
    ("5.4.0", Scope::Sending),
    // Some servers use it for unknown recipients, but most for a closed route.
    ("5.4.1", Scope::Sending),
    ("5.4.3", Scope::Sending),
    ("5.4.4", Scope::Sending),
    // Daily or hourly quotas.
    ("5.4.5", Scope::Sending),
    ("5.4.6", Scope::Sending),
    ("5.4.7", Scope::Sending),
    ("5.5.0", Scope::Sending),
    ("5.5.1", Scope::Sending),
    ("5.5.2", Scope::Sending),
    ("5.5.3", Scope::Sending),
    ("5.5.4", Scope::Sending),
    ("5.6.0", Scope::Email),
    ("5.6.1", Scope::Email),
    ("5.6.2", Scope::Email),
    ("5.6.3", Scope::Email),
    ("5.6.5", Scope::Email),
    // RFC 6531: addresses and headers that are not ASCII.
    ("5.6.7", Scope::Email),
    ("5.6.9", Scope::Email),
    ("5.7.0", Scope::Sending),
    // Relaying denied, sender not owned, address blocked, content rejected: policies that somebody can change.
    ("5.7.1", Scope::Sending),
    ("5.7.2", Scope::Email),
    // RFC 4954: authentication.
    ("5.7.8", Scope::Sending),
    ("5.7.9", Scope::Sending),
    ("5.7.11", Scope::Sending),
    // RFC 7293: the mailbox or the domain has a new owner.
    ("5.7.17", Scope::Mailbox),
    ("5.7.18", Scope::Mailbox),
    // RFC 7372: the sender's signature, policy or name.
    ("5.7.23", Scope::Sending),
    ("5.7.25", Scope::Sending),
    ("5.7.26", Scope::Sending),
];

/// Classifies a permanent refusal by its step, its code and the server's text.
pub fn classify(stage: Stage, code: u16, text: &str) -> Scope {
    match enhanced(text) {
        Some(found) => ENHANCED.iter().find(|(listed, _)| *listed == found).map_or(Scope::Sending, |(_, scope)| *scope),
        None => by_code(stage, code, text),
    }
}

/// The first enhanced status code in the text. RFC 2034 puts it first, and relays repeat another server's later on.
fn enhanced(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|word| word.trim_matches('.')).find(|word| {
        let mut parts = word.split('.');
        parts.next() == Some("5") && parts.clone().count() == 2 && parts.all(|part| matches!(part.len(), 1..=3))
    })
}

/// Classifies by the code alone (RFC 5321, 4.2.3). It never marks an address, because the code says too little.
fn by_code(stage: Stage, code: u16, text: &str) -> Scope {
    match (stage, code) {
        // Servers that refuse to relay use the same code as for a mailbox that doesn't exist.
        (Stage::Recipient, 550) if text.to_ascii_lowercase().contains("relay") => Scope::Sending,
        // 556: the domain accepts no email (RFC 7504).
        (Stage::Recipient, 550 | 551 | 556) | (Stage::Data, 550 | 551 | 554 | 556) => Scope::Email,
        // 500 to 504 are about the protocol, 530 to 538 about authentication (RFC 4954), and 552 about storage. 553 and 554
        // for a recipient mostly mean that the server doesn't relay for the site, or not from its address.
        _ => Scope::Sending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_refusals_of_the_mailbox_or_the_email_are_final() {
        let (recipient, data) = (Stage::Recipient, Stage::Data);
        for (stage, code, text, expected) in [
            (recipient, 550, "5.1.1 no such user", Scope::Mailbox),
            (recipient, 556, "5.1.10 null MX", Scope::Mailbox),
            (recipient, 550, "5.2.1 mailbox disabled", Scope::Mailbox),
            (recipient, 550, "5.7.17 the mailbox has another owner", Scope::Mailbox),
            (recipient, 550, "host mx.example said: 550 5.1.1 <dana@d.example>: unknown", Scope::Mailbox),
            (recipient, 553, "5.7.1 <guild@hall.example>: sender address not owned by user", Scope::Sending),
            (recipient, 554, "5.7.1 <dana@d.example>: relay access denied", Scope::Sending),
            (recipient, 550, "5.7.1 relaying denied", Scope::Sending),
            (recipient, 550, "5.4.5 daily user sending quota exceeded", Scope::Sending),
            (data, 550, "5.4.5 daily user sending quota exceeded", Scope::Sending),
            (data, 554, "5.7.1 blocked", Scope::Sending),
            (data, 550, "5.7.26 unauthenticated sender", Scope::Sending),
            (recipient, 553, "5.1.8 the sender's domain does not exist", Scope::Sending),
            (recipient, 550, "5.1.7 bad sender", Scope::Sending),
            (recipient, 552, "5.2.2 mailbox full", Scope::Sending),
            (recipient, 535, "5.7.8 bad credentials", Scope::Sending),
            (recipient, 550, "5.9.99 nobody has heard of this", Scope::Sending),
            (data, 552, "5.3.4 too big", Scope::Email),
            (data, 550, "5.6.0 malformed", Scope::Email),
            // Without an enhanced code.
            (recipient, 550, "no such receiver", Scope::Email),
            (recipient, 550, "relay not permitted", Scope::Sending),
            (recipient, 550, "from 10.5.1.1", Scope::Email),
            (recipient, 553, "sorry, that domain isn't in my list of allowed rcpthosts", Scope::Sending),
            (recipient, 554, "service unavailable", Scope::Sending),
            (recipient, 530, "sign in first", Scope::Sending),
            (data, 554, "spam", Scope::Email),
            (data, 552, "no room", Scope::Sending),
            (data, 503, "bad sequence", Scope::Sending),
        ] {
            assert_eq!(classify(stage, code, text), expected, "{stage:?} {code} {text}");
        }
    }

    #[test]
    fn table_has_each_code_once() {
        let mut codes: Vec<&str> = ENHANCED.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ENHANCED.len());
    }
}
