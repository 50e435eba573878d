//! The fields of forms.

use serde::{Deserialize, Serialize};

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The account name of an organization.
    AccountName,
    /// The current password, which confirms a change.
    CurrentPassword,
    /// The description of an organization.
    Description,
    /// The display name of an organization.
    DisplayName,
    /// The answer of an applicant to a question.
    Answer,
    /// The email address for the invoices of a private organization.
    BillingEmail,
    /// A name that is typed to confirm an action.
    Confirmation,
    /// The country of a postal address.
    Country,
    /// An email address of an account.
    Email,
    /// The kind of an organization.
    Kind,
    /// The registered name of the payer.
    LegalName,
    /// A message with an approval.
    Message,
    /// A new password.
    Password,
    /// The purchase-order number of the payer.
    OrderNumber,
    /// How a private organization pays.
    Payment,
    /// The postal address of the payer.
    PostalAddress,
    /// A note for administrators.
    Note,
    /// A question of an administrator to an applicant.
    Question,
    /// Why something is declined, disabled or reserved.
    Reason,
    /// A role in an organization.
    Role,
    /// The tax id of the payer.
    TaxId,
    /// The URL of an organization.
    Url,
    /// A username.
    Username,
    /// Several usernames.
    Usernames,
    /// The username or email address that somebody signs in with.
    Who,
}

impl Field {
    /// Returns whether a form has a control for the field, beside which its fault is shown. A selection in a list has
    /// none, so its fault is shown for the whole form.
    pub const fn has_control(self) -> bool {
        !matches!(self, Field::Usernames)
    }

    /// Returns the name of the field in a form.
    pub const fn name(self) -> &'static str {
        match self {
            Field::AccountName => "account_name",
            Field::Answer => "answer",
            Field::BillingEmail => "billing_email",
            Field::Confirmation => "typed",
            Field::Country => "country",
            Field::CurrentPassword => "current_password",
            Field::Description => "description",
            Field::DisplayName => "display_name",
            Field::Email => "email",
            Field::Kind => "kind",
            Field::LegalName => "legal_name",
            Field::Message => "message",
            Field::Note => "note",
            Field::OrderNumber => "order_number",
            Field::Password => "password",
            Field::Payment => "payment",
            Field::PostalAddress => "postal_address",
            Field::Question => "question",
            Field::Reason => "reason",
            Field::Role => "role",
            Field::TaxId => "tax_id",
            Field::Url => "url",
            Field::Username => "username",
            Field::Usernames => "usernames",
            Field::Who => "who",
        }
    }
}
