//! The addresses of pages, and the names of the topics of the change feed. Rules, emails, screens and exports take them
//! from here.

use crate::names::normalize;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt;

/// A page of the site. A page about one thing has its id or its name, in any spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    Home,
    SignIn,
    CreateAccount,
    SetUp,
    Verify,
    ForgottenPassword,
    ResetPassword,
    Search,
    Help,
    /// The public profile of an organization.
    Profile(String),
    YourOrganizations,
    CreateOrganization,
    AccountSettings,
    AccountHistory,
    /// A request, for its applicant.
    MyRequest(String),
    EditMyRequest(String),
    Billing(String),
    /// The people of an organization.
    People(String),
    InviteSeveral(String),
    /// A received invitation.
    Invitation(String),
    /// The page that the link of an invitation opens.
    InvitationLink,
    /// The administrators' queue of requests.
    Requests,
    /// A request, for administrators.
    Request(String),
    Organizations,
    /// An organization, for administrators.
    Organization(String),
    Accounts,
    /// An account, for administrators.
    Account(String),
    Emails,
    Email(String),
}

impl Page {
    /// Returns the path.
    pub fn path(&self) -> String {
        match self {
            Page::Home => "/".to_owned(),
            Page::SignIn => "/sign-in".to_owned(),
            Page::CreateAccount => "/create-account".to_owned(),
            Page::SetUp => "/set-up".to_owned(),
            Page::Verify => "/verify".to_owned(),
            Page::ForgottenPassword => "/forgotten-password".to_owned(),
            Page::ResetPassword => "/reset-password".to_owned(),
            Page::Search => "/search".to_owned(),
            Page::Help => "/help".to_owned(),
            Page::Profile(name) => ["/org/", &named(name)].concat(),
            Page::YourOrganizations => "/manage/organizations".to_owned(),
            Page::CreateOrganization => "/manage/organizations/create".to_owned(),
            Page::AccountSettings => "/manage/account".to_owned(),
            Page::AccountHistory => "/manage/account/history".to_owned(),
            Page::MyRequest(id) => ["/manage/requests/", &encoded(id)].concat(),
            Page::EditMyRequest(id) => ["/manage/requests/", &encoded(id), "/edit"].concat(),
            Page::Billing(id) => ["/manage/requests/", &encoded(id), "/billing"].concat(),
            Page::People(name) => ["/manage/organization/", &named(name), "/people"].concat(),
            Page::InviteSeveral(name) => ["/manage/organization/", &named(name), "/people/invite"].concat(),
            Page::Invitation(id) => ["/manage/invitations/", &encoded(id)].concat(),
            Page::InvitationLink => "/invitation".to_owned(),
            Page::Requests => "/administration/requests".to_owned(),
            Page::Request(id) => ["/administration/requests/", &encoded(id)].concat(),
            Page::Organizations => "/administration/organizations".to_owned(),
            Page::Organization(name) => ["/administration/organizations/", &named(name)].concat(),
            Page::Accounts => "/administration/accounts".to_owned(),
            Page::Account(username) => ["/administration/accounts/", &encoded(username)].concat(),
            Page::Emails => "/administration/mail".to_owned(),
            Page::Email(id) => ["/administration/mail/", &encoded(id)].concat(),
        }
    }

    /// Returns the address of the page with a secret token, as emails have it.
    pub fn with_token(&self, token: &str) -> String {
        [&self.path(), "?token=", token].concat()
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

/// An organization's name in its one spelling for addresses.
fn named(name: &str) -> String {
    encoded(&normalize(name))
}

/// Everything but letters, digits and `-._~/` is percent-encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Percent-encodes a text for an address. A trailing slash is encoded as well, because the router shortens addresses that
/// end with several slashes.
pub fn encoded(text: &str) -> String {
    match text.strip_suffix('/') {
        Some(rest) => [&utf8_percent_encode(rest, ENCODED).to_string(), "%2F"].concat(),
        None => utf8_percent_encode(text, ENCODED).to_string(),
    }
}

/// A topic of the change feed, as it is named to an open page. It says what has changed, and contains none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The reader's own data: their requests and their organizations.
    Yours,
    /// The people of an organization, by its name in any spelling.
    People(String),
    /// The administrators' queue of requests.
    Requests,
    /// The outgoing email.
    Emails,
    /// Nothing has changed: the connection is alive.
    Alive,
}

impl Topic {
    /// Returns the name that is sent.
    pub fn name(&self) -> String {
        match self {
            Topic::Yours => "yours".to_owned(),
            Topic::People(name) => ["people/", &normalize(name)].concat(),
            Topic::Requests => "requests".to_owned(),
            Topic::Emails => "mail".to_owned(),
            Topic::Alive => "alive".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organization_has_one_address_for_every_spelling() {
        assert_eq!(Page::Profile("Foo_Bar".to_owned()).path(), "/org/foo-bar");
        assert_eq!(Page::People("NIGHT__sky".to_owned()).path(), "/manage/organization/night-sky/people");
        assert_eq!(Topic::People("NIGHT__sky".to_owned()).name(), "people/night-sky");
    }

    #[test]
    fn text_in_an_address_is_percent_encoded() {
        for (text, written) in [("é", "%C3%A9"), ("a//", "a/%2F"), ("a b&c", "a%20b%26c"), ("-._~/x", "-._~/x")] {
            assert_eq!(encoded(text), written);
        }
    }
}
