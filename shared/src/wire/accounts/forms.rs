//! The forms and queries of accounts (rules, section 2). A form that takes more than its command is no [`Form`]: a
//! password is hashed or checked, or a session starts or ends.

use super::{AccountSettingsView, Reset, UsernameStanding, Verification, Viewer};
use crate::refusal::Refusal;
use crate::rules::Secret;
use crate::rules::accounts::{EndDevice, EndOtherDevices, MakePrimary, RemoveAddress, ResendVerification, VerifyEmail};
use crate::text::TypedSecret;
use crate::wire::history::HistoryPage;
use crate::wire::{Form, Query, forms_by_id, parse_id};
use serde::{Deserialize, Serialize};

/// The viewer's account, and what the frame shows them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewerQuery {}

impl Query for ViewerQuery {
    type Output = Viewer;
}

/// Whether a username is available.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UsernameQuery {
    pub username: String,
}

impl Query for UsernameQuery {
    type Output = UsernameStanding;
}

/// Whether a set-up link works.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SetUpQuery {
    pub token: TypedSecret,
}

impl Query for SetUpQuery {
    type Output = ();
}

/// The account and the address of a verification link.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VerificationQuery {
    pub token: TypedSecret,
}

impl Query for VerificationQuery {
    type Output = Verification;
}

/// The account of a link for a new password.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResetQuery {
    pub token: TypedSecret,
}

impl Query for ResetQuery {
    type Output = Reset;
}

/// The account settings.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountSettingsQuery {}

impl Query for AccountSettingsQuery {
    type Output = AccountSettingsView;
}

/// A page of the account's history.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountHistoryQuery {
    /// The number of the event that the page ends before; none for the newest events.
    #[serde(deserialize_with = "crate::wire::optional_number", skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
}

impl Query for AccountHistoryQuery {
    type Output = HistoryPage;
}

/// Creates an account and signs this device in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateAccountForm {
    pub username: String,
    pub email: String,
    pub password: TypedSecret,
}

/// Creates the first administrator's account, with the set-up link.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SetUpForm {
    pub token: TypedSecret,
    #[serde(flatten)]
    pub account: CreateAccountForm,
}

/// Emails a link for a new password to the account with this username or verified address, if there is one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AskForResetForm {
    pub who: String,
}

/// Sets a new password with a link and signs out all devices.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResetPasswordForm {
    pub token: TypedSecret,
    pub password: TypedSecret,
}

/// Signs this device in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    /// A username or a verified address.
    pub who: String,
    pub password: TypedSecret,
    /// The page to continue to.
    pub next: String,
}

/// Ends the session of this device.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignOutForm {}

/// Adds an address to the account and emails it a verification link.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddAddressForm {
    pub email: String,
    pub current_password: TypedSecret,
}

/// Changes the password. All other devices are signed out, and this one gets a new session.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangePasswordForm {
    pub current_password: TypedSecret,
    pub password: TypedSecret,
}

/// Verifies an email address with the link of an email.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VerifyEmailForm {
    pub token: TypedSecret,
}

impl Form for VerifyEmailForm {
    type Command = VerifyEmail;
}

impl TryFrom<VerifyEmailForm> for VerifyEmail {
    type Error = Refusal;

    fn try_from(form: VerifyEmailForm) -> Result<Self, Refusal> {
        Ok(Self { secret: Secret::parse(&form.token) })
    }
}

/// Sends another email with a verification link. The older link ends.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResendVerificationForm {}

impl Form for ResendVerificationForm {
    type Command = ResendVerification;
}

impl TryFrom<ResendVerificationForm> for ResendVerification {
    type Error = Refusal;

    fn try_from(_: ResendVerificationForm) -> Result<Self, Refusal> {
        Ok(Self { address: None })
    }
}

/// Sends another verification link to one of the account's addresses.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResendToAddressForm {
    pub address: String,
}

impl Form for ResendToAddressForm {
    type Command = ResendVerification;
}

impl TryFrom<ResendToAddressForm> for ResendVerification {
    type Error = Refusal;

    fn try_from(form: ResendToAddressForm) -> Result<Self, Refusal> {
        Ok(Self { address: Some(parse_id(&form.address)?) })
    }
}

/// Signs out all of the account's devices except this one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndOtherDevicesForm {}

impl Form for EndOtherDevicesForm {
    type Command = EndOtherDevices;
}

impl TryFrom<EndOtherDevicesForm> for EndOtherDevices {
    type Error = Refusal;

    fn try_from(_: EndOtherDevicesForm) -> Result<Self, Refusal> {
        Ok(Self)
    }
}

forms_by_id! {
    /// Makes another verified address the one that receives email.
    MakePrimaryForm { address } => MakePrimary { address };
    /// Removes an address from the account.
    RemoveAddressForm { address } => RemoveAddress { address };
    /// Signs out one of the account's devices.
    EndDeviceForm { device } => EndDevice { device };
}
