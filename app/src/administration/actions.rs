//! The server functions of administrators.

use crate::server_functions::server_functions;
use leptos::prelude::*;
use shared::wire::administration::{
    AccountQuery, AccountsQuery, AppointOwnerForm, DisableAccountForm, DisableOrganizationForm, EmailQuery,
    EmailsQuery, EnableAccountForm, EnableOrganizationForm, EndSessionsForm, OrganizationQuery, OrganizationsQuery,
    RetryEmailForm, RetryFailedEmailsForm,
};

server_functions! {
    /// The newest accounts, or the results of a search.
    Answer accounts(AccountsQuery) at "administration/accounts";
    /// One account, with its organizations, requests and history.
    Answer account(AccountQuery) at "administration/account";
    /// The effects of disabling an account.
    Preview preview_disable(DisableAccountForm) at "administration/preview-disable";
    /// Disables an account, with a reason.
    Execute disable(DisableAccountForm) at "administration/disable-account";
    /// The effects of enabling an account.
    Preview preview_enable(EnableAccountForm) at "administration/preview-enable";
    /// Enables a disabled account.
    Execute enable(EnableAccountForm) at "administration/enable-account";
    /// The effects of signing out all devices of an account.
    Preview preview_end_sessions(EndSessionsForm) at "administration/preview-end-sessions";
    /// Signs out all devices of an account, with a reason.
    Execute end_sessions(EndSessionsForm) at "administration/end-sessions";
    /// The outgoing emails, newest first: all of them or the results of a search, in one state or any, in pages.
    Answer emails(EmailsQuery) at "administration/emails";
    /// One email.
    Answer email(EmailQuery) at "administration/email";
    /// Sends a waiting or failed email again, now.
    Execute retry_email(RetryEmailForm) at "administration/retry-email";
    /// Sends all failed emails that match a search again, now.
    Execute retry_failed_emails(RetryFailedEmailsForm) at "administration/retry-failed";
    /// The newest organizations, or the results of a search.
    Answer organizations(OrganizationsQuery) at "administration/organizations";
    /// One organization, with its people, request and history.
    Answer organization(OrganizationQuery) at "administration/organization";
    /// The effects of disabling an organization.
    Preview preview_disable_organization(DisableOrganizationForm) at "administration/preview-disable-organization";
    /// Disables an organization, with a reason.
    Execute disable_organization(DisableOrganizationForm) at "administration/disable-organization";
    /// The effects of enabling an organization.
    Preview preview_enable_organization(EnableOrganizationForm) at "administration/preview-enable-organization";
    /// Enables a disabled organization.
    Execute enable_organization(EnableOrganizationForm) at "administration/enable-organization";
    /// The effects of appointing an Owner.
    Preview preview_appoint(AppointOwnerForm) at "administration/preview-appoint-owner";
    /// Appoints an Owner of an organization whose Owners can't use their accounts, with a reason.
    Execute appoint(AppointOwnerForm) at "administration/appoint-owner";
}
