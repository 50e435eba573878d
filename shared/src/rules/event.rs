//! The events of the system, grouped by area. Five exhaustive matches on [`Event`] cover how an event is stored, its
//! entry in the history, its recipients and emails, and its sentences in a preview. A new variant does not compile
//! until each of them covers it.

use super::{NotDigested, Organization, Party, Secret};
use crate::addresses::{EmailAddress, OrganizationUrl};
use crate::billing::{BillingDetails, BillingDraft, Price};
use crate::domain::{RequestState, Similar};
use crate::ids::{AccountId, EmailAddressId, EmailId, InvitationId, MessageId, OrganizationId, RequestId, SessionId};
use crate::names::{OrganizationName, Username};
use crate::roles::{Kind, Role};
use crate::text::{Description, DisplayName, Message, Reason};
use crate::timestamp::Seconds;
use serde::Serialize;

/// The fields of a request that its applicant can edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestWords {
    pub display_name: DisplayName,
    pub url: OrganizationUrl,
    pub description: Description,
}

/// What an administrator saw of a request. They decide on exactly that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestSnapshot {
    pub url: OrganizationUrl,
    pub description: Description,
    pub state: RequestState,
    /// The number of questions and answers.
    pub said: u32,
    /// The number of unanswered questions.
    pub unanswered: u32,
    /// The billing details of a private organization.
    pub billing: Option<BillingDetails>,
}

/// Something that happened. A command returns events, and the store applies them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Event {
    // accounts
    /// An account is created with its first email address.
    AccountCreated {
        id: NotDigested<AccountId>,
        username: Username,
        email_id: NotDigested<EmailAddressId>,
        email: EmailAddress,
        password_hash: NotDigested<String>,
        administrator: bool,
        /// Whether the operator created it. Then the address counts as verified.
        trusted: bool,
    },
    /// A verification link is created for an address. Earlier links for it stop working.
    VerificationAsked {
        account: NotDigested<AccountId>,
        username: String,
        email_id: NotDigested<EmailAddressId>,
        email: EmailAddress,
        secret: NotDigested<Secret>,
        lives: Seconds,
    },
    /// Somebody gives their account an address that another account has verified. The holder is emailed, and no link is
    /// sent. The secret is never sent: it counts the email like that of a link.
    AddressClaimed {
        account: NotDigested<AccountId>,
        username: Username,
        email_id: NotDigested<EmailAddressId>,
        email: EmailAddress,
        secret: NotDigested<Secret>,
    },
    /// An address is verified.
    EmailVerified {
        account: NotDigested<AccountId>,
        username: String,
        email_id: NotDigested<EmailAddressId>,
        email: EmailAddress,
        primary: bool,
    },
    /// An account gets another, unverified address.
    AddressAdded { account: Party, email_id: NotDigested<EmailAddressId>, email: EmailAddress },
    /// Another address of the account becomes its primary one.
    PrimaryChanged { account: Party, email_id: EmailAddressId, email: EmailAddress, before: EmailAddress },
    /// An address is removed from the account. Another account may have it.
    AddressRemoved { account: Party, email_id: EmailAddressId, email: EmailAddress, verified: bool },
    /// A mail server refuses email for an address, and says why.
    AddressBounced { account: Party, email_id: EmailAddressId, email: EmailAddress, why: String },
    /// A mail server accepts email for an address that bounced before.
    AddressReached { account: Party, email_id: EmailAddressId, email: EmailAddress },
    /// An account gets a new password. Its reset links stop working.
    PasswordChanged { account: Party, password_hash: NotDigested<String> },
    /// A password reset link is created.
    ResetAsked { account: Party, email: EmailAddress, secret: NotDigested<Secret>, lives: Seconds },
    /// A device is signed in.
    SessionOpened { id: NotDigested<SessionId>, account: Party, secret: NotDigested<Secret>, agent: String },
    /// A device is signed out.
    SessionEnded { id: SessionId, account: Party },

    // administration
    /// The set-up link is created. An earlier one stops working.
    SetUpOpened { secret: NotDigested<Secret> },
    /// The set-up link has been used.
    SetUpUsed,
    /// An account becomes an administrator.
    AdministratorGranted { account: Party },
    /// An account is no longer an administrator.
    AdministratorRevoked { account: Party },
    /// All devices of an account are signed out. It can sign in again.
    SessionsEnded {
        account: Party,
        /// The actor writes it, so it is not part of the digest.
        reason: NotDigested<Reason>,
    },
    /// An unused account is deleted. Its username becomes available.
    UsernameFreed { account: Party },
    /// An account is disabled, and all its devices are signed out.
    AccountDisabled {
        account: Party,
        /// Organizations that have no other Owner who can use their account.
        ownerless: Vec<OrganizationName>,
        /// The number of its pending invitations, which nobody can accept meanwhile.
        invitations: NotDigested<u32>,
        /// The actor writes it, so it is not part of the digest.
        reason: NotDigested<Reason>,
    },
    /// A disabled account is enabled.
    AccountEnabled { account: Party },
    /// A name is reserved for the site.
    NameReserved { name: OrganizationName, reason: Reason },
    /// An email is sent again.
    EmailRetried { id: EmailId, to: String },
    /// All failed emails are sent again, or those that a search by recipient or subject finds.
    FailedEmailsRetried { query: String, count: u32 },

    // requests
    /// A request is submitted.
    RequestFiled {
        id: NotDigested<RequestId>,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        url: OrganizationUrl,
        description: Description,
        kind: Kind,
        /// Whether it was a draft before.
        from_draft: bool,
    },
    /// A private organization is requested, but its billing details are missing.
    RequestDrafted {
        id: NotDigested<RequestId>,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        url: OrganizationUrl,
        description: Description,
        kind: Kind,
    },
    /// A draft is discarded, with its billing details.
    DraftDiscarded { id: RequestId, applicant: Party, name: OrganizationName },
    /// The applicant saves unfinished billing details with a draft.
    BillingDraftSaved { id: RequestId, applicant: Party, name: OrganizationName, typed: BillingDraft },
    /// The applicant gives the billing details of a private organization.
    BillingGiven {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        details: BillingDetails,
        before: Option<BillingDetails>,
    },
    /// The applicant edits a draft or an open request.
    RequestEdited {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        url: OrganizationUrl,
        description: Description,
        before: RequestWords,
    },
    /// An administrator asks the applicant a question. The request waits for the answer.
    QuestionAsked {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        message: NotDigested<MessageId>,
        question: NotDigested<Reason>,
    },
    /// The applicant answers a question. With the `last` answer the review resumes.
    QuestionAnswered {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        question: MessageId,
        asked_by: Party,
        /// Whether the asker is still an administrator. Otherwise all administrators get the answer.
        asker_administers: bool,
        asked: Reason,
        message: NotDigested<MessageId>,
        answer: NotDigested<Reason>,
        last: bool,
    },
    /// An administrator adds a note to a request.
    NoteAdded { id: RequestId, name: OrganizationName, message: NotDigested<MessageId>, note: NotDigested<Reason> },
    /// An administrator defers a request. It stays open.
    RequestDeferred { id: RequestId, applicant: Party, name: OrganizationName },
    /// The applicant withdraws a request.
    RequestWithdrawn { id: RequestId, applicant: Party, name: OrganizationName },
    /// An administrator approves a request.
    RequestApproved {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        organization: NotDigested<OrganizationId>,
        read: RequestSnapshot,
        /// Other organizations that it resembles.
        similar: Vec<Similar>,
        /// The price per member, if the organization is private.
        price: Option<Price>,
        /// The actor writes it, so it is not part of the digest.
        message: NotDigested<Message>,
    },
    /// An administrator declines a request.
    RequestDeclined {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        read: RequestSnapshot,
        reason: NotDigested<Reason>,
    },
    /// A request is closed, because another request for its name was approved.
    RivalClosed { id: RequestId, applicant: Party, name: OrganizationName, display_name: DisplayName },

    // organizations
    /// An organization is created and takes its name. It is not active before it has an Owner.
    OrganizationFounded {
        id: NotDigested<OrganizationId>,
        name: OrganizationName,
        display_name: DisplayName,
        url: OrganizationUrl,
        description: Description,
        kind: Kind,
    },
    /// An organization becomes active: it can be managed and seen.
    OrganizationActivated { id: NotDigested<OrganizationId>, name: OrganizationName, display_name: DisplayName },

    /// An organization is disabled: nobody can manage it, and its public page is hidden.
    OrganizationDisabled {
        id: OrganizationId,
        name: OrganizationName,
        display_name: DisplayName,
        /// The number of its pending invitations, which nobody can accept meanwhile.
        invitations: NotDigested<u32>,
        /// The actor writes it, so it is not part of the digest.
        reason: NotDigested<Reason>,
    },
    /// A disabled organization is enabled.
    OrganizationEnabled { id: OrganizationId, name: OrganizationName, display_name: DisplayName },

    // people
    /// A person becomes a member of an organization.
    MemberJoined {
        organization: NotDigested<OrganizationId>,
        organization_name: OrganizationName,
        account: Party,
        role: Role,
    },
    /// A person is invited with a role.
    MemberInvited {
        id: NotDigested<InvitationId>,
        organization: Organization,
        invitee: Party,
        inviter: Party,
        role: Role,
        /// The price of one more member, if the organization is private.
        price: Option<Price>,
        secret: NotDigested<Secret>,
        lives: Seconds,
    },
    /// An invitation is sent again, with a new link and a later end. Whoever sends it again becomes the inviter.
    InvitationRenewed {
        id: InvitationId,
        organization: Organization,
        invitee: Party,
        inviter: Party,
        role: Role,
        secret: NotDigested<Secret>,
        lives: Seconds,
    },
    /// An invitation is revoked, by an Owner or because its inviter is no longer one.
    InvitationRevoked { id: InvitationId, organization: Organization, invitee: Party, role: Role },
    /// The invitee accepts. [`Event::MemberJoined`] follows.
    InvitationAccepted { id: InvitationId, organization: Organization, invitee: Party, inviter: Party, role: Role },
    /// The invitee declines.
    InvitationDeclined {
        id: InvitationId,
        organization: Organization,
        invitee: Party,
        inviter: Party,
        role: Role,
        /// The actor writes it, so it is not part of the digest.
        message: NotDigested<Message>,
    },
    /// The invitation expires without an answer.
    InvitationExpired { id: InvitationId, organization: Organization, invitee: Party, inviter: Party, role: Role },
    /// The role of a member changes.
    RoleChanged { organization: Organization, account: Party, before: Role, after: Role },
    /// An Owner removes a member.
    MemberRemoved { organization: Organization, account: Party, role: Role },
    /// A member leaves.
    MemberLeft { organization: Organization, account: Party, role: Role },
    /// An administrator appoints an Owner, because no Owner can use their account.
    OwnerAppointed {
        organization: Organization,
        account: Party,
        /// The role that they had before, if they were a member.
        before: Option<Role>,
        /// The actor writes it, so it is not part of the digest.
        reason: NotDigested<Reason>,
    },
}
