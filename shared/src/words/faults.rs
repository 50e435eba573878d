//! The sentences for faults: what is wrong with a field, shown beside the field.

use crate::domain::Reserved;
use crate::refusal::{FaultCode, Field};

/// The sentence for a fault.
pub fn fault(field: Field, code: &FaultCode) -> String {
    match code {
        FaultCode::Empty {} => empty(field).to_owned(),
        FaultCode::TooShort { min, count } => format!("Use at least {min} characters. You entered {count}."),
        FaultCode::TooLong { max, count } => format!("Use at most {max} characters. You entered {count}."),
        FaultCode::ControlCharacter {} => "This contains an invisible character. Retype the text.".to_owned(),
        FaultCode::TooManyMarks { max } => {
            format!("One letter has more than {max} accents or other marks. Remove some of them.")
        }
        FaultCode::NameCharacter { found: ' ' } => "Spaces aren't allowed. Use letters, digits, “.”, “_” and “-”.".to_owned(),
        FaultCode::NameCharacter { found } if crate::unicode::is_invisible(*found) => {
            format!("This contains an invisible character (U+{:04X}). Retype the name.", u32::from(*found))
        }
        FaultCode::NameCharacter { found } if found.is_alphabetic() => {
            format!("“{found}” is not one of the letters a to z, even if it looks like one.")
        }
        FaultCode::NameCharacter { found } => {
            format!("“{found}” isn't allowed. Use the letters a to z, digits, “.”, “_” and “-”.")
        }
        FaultCode::NameEnds {} => "Begin and end with a letter or a digit.".to_owned(),
        FaultCode::NameTaken {} => {
            "This name is taken. Names are never reused, not even those of deleted organizations.".to_owned()
        }
        FaultCode::NameReserved {} => "This name is reserved by the site.".to_owned(),
        FaultCode::OwnRequestOpen {} => {
            "You already have a request or a draft for this name. It is listed under Your organizations.".to_owned()
        }
        FaultCode::UsernameTaken {} => "This username is taken. Case, “.”, “_” and “-” make no difference.".to_owned(),
        FaultCode::UsernameReserved { why } => match why {
            Reserved::SpeaksForTheSite => {
                "This username is reserved, because people could mistake it for the people who run this site. Choose another.".to_owned()
            }
            Reserved::TriedFirst => {
                "This username is reserved, because programs that guess passwords try it first. Choose another.".to_owned()
            }
            Reserved::IsNobodysName => {
                "This username is reserved, because in a sentence it would mean someone else. Choose another.".to_owned()
            }
        },
        FaultCode::EmailTaken {} => "Another account has verified this address.".to_owned(),
        FaultCode::EmailAlreadyAdded {} => "This address is already on your account.".to_owned(),
        FaultCode::EmailCharacter {} => {
            "This contains a space or a character that isn't allowed in email addresses.".to_owned()
        }
        FaultCode::EmailAt {} => "Enter an address like name@example.org, with one “@”.".to_owned(),
        FaultCode::EmailDomain {} => "After the “@”, enter a domain with a dot, like example.org.".to_owned(),
        FaultCode::UrlScheme {} => "Start with https:// or http://, as in https://example.org".to_owned(),
        FaultCode::UrlHost {} => {
            "After https:// or http://, enter a host with a dot, as in https://example.org".to_owned()
        }
        FaultCode::UrlCharacter {} => "This contains a space or a character that isn't allowed in URLs.".to_owned(),
        FaultCode::UrlPassword {} => {
            "Leave out the username and the password. Everyone can see this URL.".to_owned()
        }
        FaultCode::PasswordIsUsername {} => "This password is your username. Choose another.".to_owned(),
        FaultCode::PasswordIsEmail {} => "This password is your email address. Choose another.".to_owned(),
        FaultCode::PasswordIsSite {} => "This password is the name of this site. Choose another.".to_owned(),
        FaultCode::PasswordRepeats {} => {
            "This password repeats a few characters. Choose another.".to_owned()
        }
        FaultCode::PasswordLeaked {} => {
            "This password is on a list of leaked passwords. Choose another.".to_owned()
        }
        FaultCode::PasswordUnchanged {} => "This is your current password. Choose another.".to_owned(),
        FaultCode::PasswordWrong {} => "This is not your password.".to_owned(),
        FaultCode::NoSuchAccount {} => "There is no account with this username.".to_owned(),
        FaultCode::UsernameRequired {} => "Enter the person's username, not an email address.".to_owned(),
        FaultCode::AccountDisabled {} => {
            "The account with this username is disabled. Enable it first, or choose someone else.".to_owned()
        }
        FaultCode::OwnerDisabled {} => {
            "This person is already an Owner, but their account is disabled. Enable the account instead.".to_owned()
        }
        FaultCode::InvitesSelf {} => "This is you. You are already a member.".to_owned(),
        FaultCode::AlreadyMember { role } => format!("This person is already {} of this organization.", role.with_article()),
        FaultCode::InviteeUnverified {} => {
            "This person has no verified email address yet, so no email would arrive. Ask them to verify it.".to_owned()
        }
        FaultCode::AlreadyInvited { role, ends_at } => format!(
            "This person already has an invitation as {}, valid until {}. You can re-send or revoke it under Pending invitations.",
            role.with_article(),
            ends_at.in_words()
        ),
        FaultCode::NobodySelected {} => "Select at least one person.".to_owned(),
        FaultCode::TooMany { max, count } => {
            format!("The limit is {max} people at once. You have {count}.")
        }
        FaultCode::ConfirmationMismatch { wanted } => format!("This doesn't match. Type {wanted} exactly."),
        FaultCode::InvalidOption {} => "Choose one of the options.".to_owned(),
    }
}

const fn empty(field: Field) -> &'static str {
    match field {
        Field::AccountName => "Enter an account name.",
        Field::Answer => "Enter an answer.",
        Field::BillingEmail => "Enter the email address for invoices.",
        Field::Confirmation => "Type the name to confirm.",
        Field::Country => "Choose a country.",
        Field::CurrentPassword => "Enter your current password.",
        Field::Description => "Describe the organization in a sentence or two.",
        Field::DisplayName => "Enter a display name.",
        Field::Email => "Enter your email address.",
        Field::Kind => "Choose the kind of organization.",
        Field::LegalName => "Enter the legal name, as it is registered.",
        Field::Message => "Enter a message.",
        Field::Note => "Enter a note.",
        Field::OrderNumber => "Enter the purchase-order number.",
        Field::Payment => "Choose how to pay.",
        Field::PostalAddress => "Enter the postal address, with street and town.",
        Field::Password => "Enter a password.",
        Field::Question => "Enter a question for the applicant.",
        Field::Reason => "Enter a reason. The email about this includes it.",
        Field::Role => "Choose a role.",
        Field::TaxId => "Enter the tax ID.",
        Field::Url => "Enter the organization's URL.",
        Field::Username => "Enter a username.",
        Field::Usernames => "Enter at least one username.",
        Field::Who => "Enter your username or email address.",
    }
}
