//! Usernames that nobody can choose, each with its reason. An account that already has such a name keeps it.

use crate::domain::Reserved;
use crate::names::{Username, skeleton};
use crate::refusal::FaultCode;

impl Reserved {
    const ALL: [Reserved; 3] = [Reserved::SpeaksForTheSite, Reserved::TriedFirst, Reserved::IsNobodysName];

    /// Returns the names, in lower case and without separators.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Reserved::SpeaksForTheSite => &[
                "abuse",
                "admin",
                "administration",
                "administrator",
                "administrators",
                "admins",
                "contact",
                "guildhall",
                "help",
                "helpdesk",
                "hostmaster",
                "legal",
                "mailerdaemon",
                "moderator",
                "moderators",
                "noreply",
                "official",
                "operator",
                "postmaster",
                "privacy",
                "pypi",
                "security",
                "siteadmin",
                "staff",
                "support",
                "sysadmin",
                "sysop",
                "system",
                "webmaster",
            ],
            Reserved::TriedFirst => {
                &["default", "demo", "guest", "root", "sa", "superadmin", "superuser", "test", "user"]
            }
            Reserved::IsNobodysName => &[
                "anonymous",
                "anybody",
                "deleted",
                "everybody",
                "everyone",
                "me",
                "nobody",
                "none",
                "null",
                "somebody",
                "someone",
                "undefined",
                "unknown",
                "you",
            ],
        }
    }
}

/// Parses the username of a new account.
///
/// # Errors
/// The first rule that it breaks (rules, section 2), or why nobody can choose it.
pub fn parse_new_username(typed: &str) -> Result<Username, FaultCode> {
    let username = Username::parse(typed)?;
    let key = username.key();
    let key = key.as_str();
    let is = |why: &Reserved| match why {
        Reserved::SpeaksForTheSite => why.names().iter().any(|name| skeleton(name) == skeleton(key)),
        Reserved::TriedFirst | Reserved::IsNobodysName => why.names().contains(&key),
    };
    match Reserved::ALL.into_iter().find(|why| is(why)) {
        Some(why) => Err(FaultCode::UsernameReserved { why }),
        None => Ok(username),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_refused_in_every_spelling() {
        for (typed, why) in [
            ("admin", Reserved::SpeaksForTheSite),
            ("Admin", Reserved::SpeaksForTheSite),
            ("ad.min", Reserved::SpeaksForTheSite),
            ("adm1n", Reserved::SpeaksForTheSite),
            ("No-Reply", Reserved::SpeaksForTheSite),
            ("Security", Reserved::SpeaksForTheSite),
            ("rnoderator", Reserved::SpeaksForTheSite),
            ("root", Reserved::TriedFirst),
            ("SA", Reserved::TriedFirst),
            ("null", Reserved::IsNobodysName),
            ("You", Reserved::IsNobodysName),
        ] {
            assert_eq!(parse_new_username(typed), Err(FaultCode::UsernameReserved { why }), "{typed}");
        }
        for typed in ["dana", "roots", "adminia", "test-pilot", "systema", "userland", "meg"] {
            assert!(parse_new_username(typed).is_ok(), "{typed}");
        }
        assert_eq!(parse_new_username(" "), Err(FaultCode::Empty {}));
    }

    #[test]
    fn reserved_names_are_unique_and_normalized() {
        let names: Vec<&str> = Reserved::ALL.iter().flat_map(|why| why.names()).copied().collect();
        for (n, name) in names.iter().enumerate() {
            assert_eq!(Username::parse(name).map(|name| name.key().to_string()), Ok((*name).to_owned()));
            assert!(!names[n + 1..].contains(name), "{name} is there twice");
        }
    }
}
