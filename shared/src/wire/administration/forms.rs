//! The forms and queries of administrators (rules, sections 1, 3 and 9).

use super::{AccountView, Accounts, EmailView, Emails, OrganizationView, Organizations};
use crate::names::OrganizationName;
use crate::refusal::{Faults, Field, Refusal};
use crate::rules::administration::{
    AppointOwner, DisableAccount, DisableOrganization, EnableAccount, EnableOrganization, EndSessions, RetryEmail,
    RetryFailedEmails,
};
use crate::rules::people::invited_name;
use crate::text::{Reason, search_text};
use crate::wire::{Form, Query, forms_by_id};
use serde::{Deserialize, Serialize};

/// The newest accounts, or the results of a search.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountsQuery {
    /// Empty for the newest.
    pub query: String,
}

impl Query for AccountsQuery {
    type Output = Accounts;
}

/// One account, with its organizations, requests and history.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountQuery {
    pub username: String,
}

impl Query for AccountQuery {
    type Output = AccountView;
}

/// The newest organizations, or the results of a search.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationsQuery {
    /// Empty for the newest.
    pub query: String,
}

impl Query for OrganizationsQuery {
    type Output = Organizations;
}

/// One organization, with its people, request and history.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationQuery {
    pub organization: String,
}

impl Query for OrganizationQuery {
    type Output = OrganizationView;
}

/// The outgoing emails, newest first, in pages.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailsQuery {
    /// A part of the recipient's address or of the subject.
    pub query: String,
    /// The code of a state, or empty for all states.
    pub only: String,
    /// The last email of the previous page, or empty for the first page.
    pub from: String,
}

impl Query for EmailsQuery {
    type Output = Emails;
}

/// One email.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailQuery {
    /// The id of the email.
    pub email: String,
}

impl Query for EmailQuery {
    type Output = EmailView;
}

/// Signs out all devices of an account, with a reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndSessionsForm {
    pub username: String,
    pub reason: String,
}

impl Form for EndSessionsForm {
    type Command = EndSessions;

    fn previewed(self) -> Result<EndSessions, Refusal> {
        Ok(EndSessions { username: self.username, reason: Reason::from_stored(String::new()) })
    }
}

impl TryFrom<EndSessionsForm> for EndSessions {
    type Error = Refusal;

    fn try_from(form: EndSessionsForm) -> Result<Self, Refusal> {
        let reason = Reason::parse(&form.reason);
        let known = form.previewed()?;
        let reason = reason.map_err(|code| Refusal::fault(Field::Reason, code))?;
        Ok(Self { reason, ..known })
    }
}

/// Disables an account, with a reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DisableAccountForm {
    pub username: String,
    pub reason: String,
}

impl Form for DisableAccountForm {
    type Command = DisableAccount;

    fn previewed(self) -> Result<DisableAccount, Refusal> {
        Ok(DisableAccount { username: self.username, reason: Reason::from_stored(String::new()) })
    }
}

impl TryFrom<DisableAccountForm> for DisableAccount {
    type Error = Refusal;

    fn try_from(form: DisableAccountForm) -> Result<Self, Refusal> {
        let reason = Reason::parse(&form.reason);
        let known = form.previewed()?;
        let reason = reason.map_err(|code| Refusal::fault(Field::Reason, code))?;
        Ok(Self { reason, ..known })
    }
}

/// Enables a disabled account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EnableAccountForm {
    pub username: String,
}

impl Form for EnableAccountForm {
    type Command = EnableAccount;
}

impl TryFrom<EnableAccountForm> for EnableAccount {
    type Error = Refusal;

    fn try_from(form: EnableAccountForm) -> Result<Self, Refusal> {
        Ok(Self { username: form.username })
    }
}

/// Disables an organization, with a reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DisableOrganizationForm {
    pub organization: String,
    pub reason: String,
}

impl Form for DisableOrganizationForm {
    type Command = DisableOrganization;

    fn previewed(self) -> Result<DisableOrganization, Refusal> {
        Ok(DisableOrganization { name: parse_name(&self.organization)?, reason: Reason::from_stored(String::new()) })
    }
}

impl TryFrom<DisableOrganizationForm> for DisableOrganization {
    type Error = Refusal;

    fn try_from(form: DisableOrganizationForm) -> Result<Self, Refusal> {
        let reason = Reason::parse(&form.reason);
        let known = form.previewed()?;
        let reason = reason.map_err(|code| Refusal::fault(Field::Reason, code))?;
        Ok(Self { reason, ..known })
    }
}

/// Enables a disabled organization.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EnableOrganizationForm {
    pub organization: String,
}

impl Form for EnableOrganizationForm {
    type Command = EnableOrganization;
}

impl TryFrom<EnableOrganizationForm> for EnableOrganization {
    type Error = Refusal;

    fn try_from(form: EnableOrganizationForm) -> Result<Self, Refusal> {
        Ok(Self { name: parse_name(&form.organization)? })
    }
}

/// Appoints an Owner of an organization whose Owners can't use their accounts, with a reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AppointOwnerForm {
    pub organization: String,
    /// It was chosen on the page before, so the form has no control for it.
    pub username: String,
    pub reason: String,
    /// The typed confirmation.
    pub typed: String,
}

impl Form for AppointOwnerForm {
    type Command = AppointOwner;

    fn previewed(self) -> Result<AppointOwner, Refusal> {
        let organization = parse_name(&self.organization)?;
        let username = invited_name(&self.username).map_err(|code| Refusal::fault(Field::Usernames, code))?;
        Ok(AppointOwner { organization, username, reason: Reason::from_stored(String::new()), typed: None })
    }
}

impl TryFrom<AppointOwnerForm> for AppointOwner {
    type Error = Refusal;

    fn try_from(form: AppointOwnerForm) -> Result<Self, Refusal> {
        let organization = parse_name(&form.organization)?;
        let mut faults = Faults::default();
        let username = faults.take(Field::Usernames, invited_name(&form.username));
        let reason = faults.take(Field::Reason, Reason::parse(&form.reason));
        let typed = Some(form.typed);
        let parsed = username.zip(reason);
        faults.finish(parsed.map(|(username, reason)| Self { organization, username, reason, typed }))
    }
}

/// Sends all failed emails that match a search again, now.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RetryFailedEmailsForm {
    pub query: String,
}

impl Form for RetryFailedEmailsForm {
    type Command = RetryFailedEmails;
}

impl TryFrom<RetryFailedEmailsForm> for RetryFailedEmails {
    type Error = Refusal;

    fn try_from(form: RetryFailedEmailsForm) -> Result<Self, Refusal> {
        Ok(Self { query: search_text(&form.query) })
    }
}

/// The name of an organization in an address.
///
/// # Errors
/// The text is not a name, so it names no organization: [`Refusal::NotFound`].
pub fn parse_name(name: &str) -> Result<OrganizationName, Refusal> {
    OrganizationName::parse(name).map_err(|_| Refusal::NotFound {})
}

forms_by_id! {
    /// Sends a waiting or failed email again, now.
    RetryEmailForm { email } => RetryEmail { id };
}
