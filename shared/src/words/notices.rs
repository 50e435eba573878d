//! What happened: the status line after a form.

use serde::{Deserialize, Serialize};

/// What happened. It travels as a code with its names, so that no link and no other site can put a
/// sentence of their own into the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    AccountCreated { username: String, email: String },
    VerificationSent { email: String },
    EmailVerified { email: String },
    SignedIn { username: String },
    SignedOut {},
    ThemeChosen { name: String },
    SetUpOpened {},
    AdministratorGranted { username: String },
    AccountDisabled { username: String },
    NameReserved { name: String },
    LetterRetried { to: String },
    RequestFiled { display_name: String },
    RequestWithdrawn { name: String },
    RequestApproved { name: String },
    RequestDeclined { name: String },
}

impl Notice {
    /// The sentence.
    pub fn sentence(&self) -> String {
        match self {
            Notice::AccountCreated { username, email } => {
                format!("Welcome, {username}. A letter to {email} has the link that verifies it.")
            }
            Notice::VerificationSent { email } => {
                format!("A new letter to {email} is written. The older link no longer works.")
            }
            Notice::EmailVerified { email } => format!("{email} is verified."),
            Notice::SignedIn { username } => format!("Signed in as {username}."),
            Notice::SignedOut {} => "You are signed out.".to_owned(),
            Notice::ThemeChosen { name } => format!("Theme: {name}."),
            Notice::SetUpOpened {} => "The site can be set up.".to_owned(),
            Notice::AdministratorGranted { username } => format!("{username} is an administrator."),
            Notice::AccountDisabled { username } => {
                format!("The account {username} is disabled, and all its devices are signed out.")
            }
            Notice::NameReserved { name } => format!("The name {name} is reserved."),
            Notice::LetterRetried { to } => format!("The letter to {to} goes out again now."),
            Notice::RequestFiled { display_name } => {
                format!("Your request for {display_name} is handed in.")
            }
            Notice::RequestWithdrawn { name } => format!("Your request for {name} is withdrawn."),
            Notice::RequestApproved { name } => format!("{name} is approved."),
            Notice::RequestDeclined { name } => format!("The request for {name} is declined."),
        }
    }
}
