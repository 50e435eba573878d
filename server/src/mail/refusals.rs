//! What a permanent refusal of a mail server is about: the mailbox, this email, or the way in which the site sends.
//!
//! Servers say “for good” of much that somebody can mend: a relay that does not know the site, a quota of the day, a
//! blocked address. Only a refusal of the mailbox marks an address, and only one of the mailbox or of the email itself ends
//! the tries.

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The mailbox is not there, or nobody uses it: no email will ever reach it.
    Mailbox,
    /// This email to this receiver: sent again, it would be refused again.
    Email,
    /// How the site sends, or a state that passes: the email waits.
    Sending,
}

/// When the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The receiver (`RCPT`).
    Receiver,
    /// The email itself (`DATA`).
    Text,
}

/// Enhanced status codes and what they are about. Source: IANA, “SMTP Enhanced Status Codes”, and the documents that it
/// names: RFC 3463 where nothing else is said. What is not in the table waits: it costs a few tries, and a wrong mark
/// costs somebody their emails.
const ENHANCED: [(&str, About); 51] = [
    // Servers say it of senders as well as of receivers.
    ("5.1.0", About::Sending),
    ("5.1.1", About::Mailbox),
    ("5.1.2", About::Mailbox),
    ("5.1.3", About::Mailbox),
    ("5.1.4", About::Email),
    ("5.1.6", About::Mailbox),
    ("5.1.7", About::Sending),
    ("5.1.8", About::Sending),
    // RFC 3886: a server further on would not understand it.
    ("5.1.9", About::Email),
    // RFC 7505: the domain takes no email.
    ("5.1.10", About::Mailbox),
    ("5.2.0", About::Sending),
    ("5.2.1", About::Mailbox),
    // A full mailbox may be emptied.
    ("5.2.2", About::Sending),
    ("5.2.3", About::Email),
    ("5.2.4", About::Email),
    ("5.3.0", About::Sending),
    ("5.3.1", About::Sending),
    ("5.3.2", About::Sending),
    ("5.3.3", About::Sending),
    ("5.3.4", About::Email),
    ("5.3.5", About::Sending),
    ("5.4.0", About::Sending),
    // Some say it of receivers who are not known, most of a way that is shut.
    ("5.4.1", About::Sending),
    ("5.4.3", About::Sending),
    ("5.4.4", About::Sending),
    // Quotas of a day or an hour.
    ("5.4.5", About::Sending),
    ("5.4.6", About::Sending),
    ("5.4.7", About::Sending),
    ("5.5.0", About::Sending),
    ("5.5.1", About::Sending),
    ("5.5.2", About::Sending),
    ("5.5.3", About::Sending),
    ("5.5.4", About::Sending),
    ("5.6.0", About::Email),
    ("5.6.1", About::Email),
    ("5.6.2", About::Email),
    ("5.6.3", About::Email),
    ("5.6.5", About::Email),
    // RFC 6531: addresses and headers that are not ASCII.
    ("5.6.7", About::Email),
    ("5.6.9", About::Email),
    ("5.7.0", About::Sending),
    // Relaying denied, sender not owned, address blocked, text not liked: a policy that somebody can change.
    ("5.7.1", About::Sending),
    ("5.7.2", About::Email),
    // RFC 4954: signing in.
    ("5.7.8", About::Sending),
    ("5.7.9", About::Sending),
    ("5.7.11", About::Sending),
    // RFC 7293: the mailbox or the domain is somebody else's since.
    ("5.7.17", About::Mailbox),
    ("5.7.18", About::Mailbox),
    // RFC 7372: the sender's signature, policy or name.
    ("5.7.23", About::Sending),
    ("5.7.25", About::Sending),
    ("5.7.26", About::Sending),
];

/// What a permanent refusal at a stage is about, from its code and the server's words.
pub fn about(stage: Stage, code: u16, said: &str) -> About {
    match enhanced(said) {
        Some(found) => ENHANCED.iter().find(|(listed, _)| *listed == found).map_or(About::Sending, |(_, about)| *about),
        None => plain(stage, code, said),
    }
}

/// The first enhanced status code in the words of a refusal (RFC 2034 puts it first; relays repeat another's further on).
fn enhanced(said: &str) -> Option<&str> {
    said.split(|c: char| !c.is_ascii_digit() && c != '.').map(|word| word.trim_matches('.')).find(|word| {
        let mut parts = word.split('.');
        parts.next() == Some("5") && parts.clone().count() == 2 && parts.all(|part| matches!(part.len(), 1..=3))
    })
}

/// The same from the code alone (RFC 5321, 4.2.3), which says less: it never marks an address.
fn plain(stage: Stage, code: u16, said: &str) -> About {
    match (stage, code) {
        // Servers that relay for nobody they do not know say it by the same code as of a mailbox that is not there.
        (Stage::Receiver, 550) if said.to_ascii_lowercase().contains("relay") => About::Sending,
        // 556: the domain takes no email (RFC 7504).
        (Stage::Receiver, 550 | 551 | 556) | (Stage::Text, 550 | 551 | 554 | 556) => About::Email,
        // 500 to 504 are of the protocol, 530 to 538 of signing in (RFC 4954), 552 of room; 553 and 554 at the receiver
        // mostly mean that the server does not relay for the site, or not from its address.
        _ => About::Sending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_refusals_of_the_mailbox_or_of_the_email_are_for_good() {
        let (receiver, text) = (Stage::Receiver, Stage::Text);
        for (stage, code, said, whom) in [
            (receiver, 550, "5.1.1 no such user", About::Mailbox),
            (receiver, 556, "5.1.10 null MX", About::Mailbox),
            (receiver, 550, "5.2.1 mailbox disabled", About::Mailbox),
            (receiver, 550, "5.7.17 the mailbox has another owner", About::Mailbox),
            (receiver, 550, "host mx.example said: 550 5.1.1 <dana@d.example>: unknown", About::Mailbox),
            (receiver, 553, "5.7.1 <guild@hall.example>: sender address not owned by user", About::Sending),
            (receiver, 554, "5.7.1 <dana@d.example>: relay access denied", About::Sending),
            (receiver, 550, "5.7.1 relaying denied", About::Sending),
            (receiver, 550, "5.4.5 daily user sending quota exceeded", About::Sending),
            (text, 550, "5.4.5 daily user sending quota exceeded", About::Sending),
            (text, 554, "5.7.1 blocked", About::Sending),
            (text, 550, "5.7.26 unauthenticated sender", About::Sending),
            (receiver, 553, "5.1.8 the sender's domain does not exist", About::Sending),
            (receiver, 550, "5.1.7 bad sender", About::Sending),
            (receiver, 552, "5.2.2 mailbox full", About::Sending),
            (receiver, 535, "5.7.8 bad credentials", About::Sending),
            (receiver, 550, "5.9.99 nobody has heard of this", About::Sending),
            (text, 552, "5.3.4 too big", About::Email),
            (text, 550, "5.6.0 malformed", About::Email),
            // Without an enhanced code.
            (receiver, 550, "no such receiver", About::Email),
            (receiver, 550, "relay not permitted", About::Sending),
            (receiver, 550, "from 10.5.1.1", About::Email),
            (receiver, 553, "sorry, that domain isn't in my list of allowed rcpthosts", About::Sending),
            (receiver, 554, "service unavailable", About::Sending),
            (receiver, 530, "sign in first", About::Sending),
            (text, 554, "spam", About::Email),
            (text, 552, "no room", About::Sending),
            (text, 503, "bad sequence", About::Sending),
        ] {
            assert_eq!(about(stage, code, said), whom, "{stage:?} {code} {said}");
        }
    }

    #[test]
    fn no_code_stands_twice_in_the_table() {
        let mut codes: Vec<&str> = ENHANCED.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ENHANCED.len());
    }
}
