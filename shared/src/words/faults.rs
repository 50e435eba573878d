//! What is wrong with a field, beside the field.

use super::count;
use crate::problem::{FaultCode, Field};
use crate::reserved::Reserved;

/// The sentence for a fault.
pub fn fault(field: Field, code: &FaultCode) -> String {
    match code {
        FaultCode::Empty {} => empty(field).to_owned(),
        FaultCode::TooShort { min, count: n } => {
            format!("At least {min} characters, please; this is {}.", characters(*n))
        }
        FaultCode::TooLong { max, count: n } => {
            format!("At most {max} characters, please; this is {}.", characters(*n))
        }
        FaultCode::ControlCharacter {} => {
            "There is an invisible character in it. Please type the text anew.".to_owned()
        }
        FaultCode::TooManyMarks { max } => {
            format!("There are more than {max} accents or other marks on one letter. Please remove some.")
        }
        FaultCode::NameCharacter { found: ' ' } => "No spaces: use letters, digits, “.”, “_” and “-”.".to_owned(),
        FaultCode::NameCharacter { found } if crate::unicode::is_unseen(*found) => {
            format!("There is an invisible character in it (U+{:04X}). Please type the name anew.", u32::from(*found))
        }
        FaultCode::NameCharacter { found } if found.is_alphabetic() => {
            format!("“{found}” is not one of the letters a to z, even where it looks like one.")
        }
        FaultCode::NameCharacter { found } => {
            format!("“{found}” can't be in a name: use the letters a to z, digits, “.”, “_” and “-”.")
        }
        FaultCode::NameEnds {} => "Begin and end with a letter or a digit.".to_owned(),
        FaultCode::NameTaken {} => {
            "This name is taken. Names are never handed on, not even those of organizations that are gone.".to_owned()
        }
        FaultCode::NameReserved {} => "This name is reserved by the site.".to_owned(),
        FaultCode::OwnRequestOpen {} => {
            "You have a request or a draft for this name already; it is in the list above.".to_owned()
        }
        FaultCode::UsernameTaken {} => "This username is taken. Case, “.”, “_” and “-” make no difference.".to_owned(),
        FaultCode::UsernameReserved { why } => match why {
            Reserved::SpeaksForTheSite => {
                "This username is reserved: people would take it for whoever runs this site. Choose another.".to_owned()
            }
            Reserved::TriedFirst => {
                "This username is reserved: programs that guess passwords try it first. Choose another.".to_owned()
            }
            Reserved::IsNobodysName => {
                "This username is reserved: in a sentence it would stand for somebody else. Choose another.".to_owned()
            }
        },
        FaultCode::EmailHeld {} => "Another account has verified this address.".to_owned(),
        FaultCode::EmailYours {} => "Your account has this address already.".to_owned(),
        FaultCode::EmailCharacter {} => {
            "There is a space or a sign in it that e-mail addresses here can't have.".to_owned()
        }
        FaultCode::EmailAt {} => "Write it as name@example.org, with one “@”.".to_owned(),
        FaultCode::EmailDomain {} => "After the “@” belongs a domain with a dot, as in example.org.".to_owned(),
        FaultCode::UrlScheme {} => "It must begin with https:// or http://, as in https://example.org".to_owned(),
        FaultCode::UrlHost {} => {
            "After http:// or https:// belongs a host with a dot in it, as in https://example.org".to_owned()
        }
        FaultCode::UrlCharacter {} => "There is a space or a sign in it that addresses can't have.".to_owned(),
        FaultCode::UrlPassword {} => {
            "Leave out the user name and the password: everybody will see this address.".to_owned()
        }
        FaultCode::PasswordIsUsername {} => "The password is your username. Please choose another.".to_owned(),
        FaultCode::PasswordIsEmail {} => "The password is your e-mail address. Please choose another.".to_owned(),
        FaultCode::PasswordIsSite {} => "The password is the name of this site. Please choose another.".to_owned(),
        FaultCode::PasswordRepeats {} => {
            "The password is a few characters over and over. Please choose another.".to_owned()
        }
        FaultCode::PasswordIsKnown {} => {
            "This password stands on public lists of broken ones. Please choose another.".to_owned()
        }
        FaultCode::PasswordIsTheSame {} => "This is the password that you have. Please choose another.".to_owned(),
        FaultCode::PasswordWrong {} => "This is not your password.".to_owned(),
        FaultCode::NoSuchAccount {} => "There is no account with this username.".to_owned(),
        FaultCode::UsernameWanted {} => "Type the username of their account, not an e-mail address.".to_owned(),
        FaultCode::AccountDisabled {} => {
            "The account with this username is disabled. Enable it first, or choose somebody else.".to_owned()
        }
        FaultCode::OwnerDisabled {} => {
            "They are an Owner already, and their account is disabled: enable it instead.".to_owned()
        }
        FaultCode::InvitesOneself {} => "This is you: you belong to it already.".to_owned(),
        FaultCode::MemberAlready { role } => format!("Is already {} of this organization.", role.with_article()),
        FaultCode::InviteeUnverified {} => {
            "Has no verified e-mail address yet, so no letter would arrive. Ask them to verify it.".to_owned()
        }
        FaultCode::InvitedAlready { role, ends_at } => format!(
            "Has an invitation already, as {}, until {}. It can be sent again or revoked under Pending invitations.",
            role.with_article(),
            ends_at.in_words()
        ),
        FaultCode::NobodyChosen {} => "Choose somebody first.".to_owned(),
        FaultCode::TooMany { max, count } => {
            format!("At most {max} people at once, please; these are {count}.")
        }
        FaultCode::NotTheSame { wanted } => format!("This is not the same. Type {wanted}, letter for letter."),
        FaultCode::NotAChoice {} => "Choose one of these.".to_owned(),
    }
}

fn characters(n: usize) -> String {
    count(u64::try_from(n).unwrap_or(u64::MAX), "character", "characters")
}

const fn empty(field: Field) -> &'static str {
    match field {
        Field::AccountName => "Give the organization an account name.",
        Field::Answer => "Type an answer.",
        Field::BillingEmail => "Type the address that invoices go to.",
        Field::Confirmation => "Type the name, so that nothing happens by mistake.",
        Field::Country => "Choose a country.",
        Field::CurrentPassword => "Type the password that you have now.",
        Field::Description => "Say in a sentence or two what the organization is about.",
        Field::DisplayName => "Give the organization a display name.",
        Field::Email => "Type your e-mail address.",
        Field::Kind => "Choose what kind of organization it is.",
        Field::LegalName => "Type the name as a register has it.",
        Field::Message => "Type a message.",
        Field::Note => "Type a note.",
        Field::OrderNumber => "Type the number.",
        Field::Payment => "Choose how to pay.",
        Field::PostalAddress => "Type the address: street, town, and what belongs to it.",
        Field::Password => "Type a password.",
        Field::Question => "Type what you want to know: the applicant will read it.",
        Field::Reason => "Give a reason: it stands in the letter about this.",
        Field::Role => "Choose a role.",
        Field::TaxId => "Type the tax id.",
        Field::Url => "Give the organization's address on the web.",
        Field::Username => "Type a username.",
        Field::Usernames => "Type some usernames.",
        Field::Who => "Type your username or e-mail address.",
    }
}
