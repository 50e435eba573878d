//! What can happen to the system, one variant each, grouped by area. Four matches on this enum hold
//! the product together: how a change is stored, its line in history, who hears of it (and their
//! letters), and its words in a preview. A new variant does not compile until each of them knows it.

use super::{NotDigested, Organization, Party, Secret};
use crate::addresses::{EmailAddress, OrganizationUrl};
use crate::billing::{BillingDetails, BillingDraft, Price};
use crate::ids::{AccountId, EmailAddressId, EmailId, InvitationId, MessageId, OrganizationId, RequestId, SessionId};
use crate::names::{OrganizationName, Username};
use crate::roles::{Kind, Role};
use crate::text::{Description, DisplayName, Message, Reason};
use crate::timestamp::Seconds;
use crate::wire::requests::{Similar, State};
use serde::Serialize;

/// The words of a request that its applicant can change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestWords {
    pub display_name: DisplayName,
    pub url: OrganizationUrl,
    pub description: Description,
}

/// What somebody read who decides on a request: they agree to exactly that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AsRead {
    pub url: OrganizationUrl,
    pub description: Description,
    pub state: State,
    /// How many questions and answers there were.
    pub said: u32,
    /// How many of the questions wait for an answer.
    pub unanswered: u32,
    /// Whom the papers go to; a private organization's alone.
    pub billing: Option<BillingDetails>,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Event {
    // accounts
    /// An account comes to be, with its first e-mail address.
    AccountCreated {
        id: NotDigested<AccountId>,
        username: Username,
        email_id: NotDigested<EmailAddressId>,
        email: EmailAddress,
        password_hash: NotDigested<String>,
        administrator: bool,
        /// Whether the operator made it, whose word stands for the address.
        trusted: bool,
    },
    /// A verification link is made for an address; links made before for it die.
    VerificationAsked {
        account: NotDigested<AccountId>,
        username: String,
        email_id: NotDigested<EmailAddressId>,
        email: EmailAddress,
        secret: NotDigested<Secret>,
        lives: Seconds,
    },
    /// Somebody made an account with an address that is verified for another: its holder is told, and
    /// the newcomer gets no link. The secret is nobody's: it counts the letter, as that of a link would.
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
    /// An account gets a further address, which counts for nothing yet.
    AddressAdded { account: Party, email_id: NotDigested<EmailAddressId>, email: EmailAddress },
    /// Letters go to another address of the account from now on.
    PrimaryChanged { account: Party, email_id: EmailAddressId, email: EmailAddress, before: EmailAddress },
    /// An address is the account's no more; another may have it.
    AddressRemoved { account: Party, email_id: EmailAddressId, email: EmailAddress, verified: bool },
    /// A mail server will not take letters for an address, and says why.
    AddressBounced { account: Party, email_id: EmailAddressId, email: EmailAddress, why: String },
    /// A mail server took a letter for an address from which they came back before.
    AddressReached { account: Party, email_id: EmailAddressId, email: EmailAddress },
    /// An account gets another password; links for a new one die.
    PasswordChanged { account: Party, password_hash: NotDigested<String> },
    /// A link is made by which a new password can be chosen.
    ResetAsked { account: Party, email: EmailAddress, secret: NotDigested<Secret>, lives: Seconds },
    /// A device is signed in.
    SessionOpened { id: NotDigested<SessionId>, account: Party, secret: NotDigested<Secret>, agent: String },
    /// A device is signed out.
    SessionEnded { id: SessionId, account: Party },

    // administration
    /// The set-up address is made; an older one dies.
    SetUpOpened { secret: NotDigested<Secret> },
    /// The set-up address has done its work.
    SetUpUsed,
    /// An account becomes an administrator.
    AdministratorGranted { account: Party },
    /// An account is an administrator no more.
    AdministratorRevoked { account: Party },
    /// All devices of an account are signed out, and it can sign in again.
    SessionsEnded {
        account: Party,
        /// Written by the one who agrees, so no part of what they agree to.
        reason: NotDigested<Reason>,
    },
    /// An account that was made and never used is given up; its username can be had again.
    UsernameFreed { account: Party },
    /// An account may no longer be used, and all its devices are signed out.
    AccountDisabled {
        account: Party,
        /// Organizations that have no other Owner who can use their account.
        ownerless: Vec<OrganizationName>,
        /// How many invitations of theirs nobody can accept meanwhile.
        invitations: NotDigested<u32>,
        /// Written by the one who agrees, so no part of what they agree to.
        reason: NotDigested<Reason>,
    },
    /// An account that was disabled may be used again.
    AccountEnabled { account: Party },
    /// The site keeps a name for itself.
    NameReserved { name: OrganizationName, reason: Reason },
    /// A letter is sent again.
    EmailRetried { id: EmailId, to: String },
    /// All letters that failed are sent again, or those that a search finds by their receiver or subject.
    FailedEmailsRetried { query: String, count: u32 },

    // requests
    /// A request is handed in.
    RequestFiled {
        id: NotDigested<RequestId>,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        url: OrganizationUrl,
        description: Description,
        kind: Kind,
        /// Whether it was kept as a draft until now.
        from_draft: bool,
    },
    /// A private organization is asked for, but what it is billed by is not known yet.
    RequestDrafted {
        id: NotDigested<RequestId>,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        url: OrganizationUrl,
        description: Description,
        kind: Kind,
    },
    /// A draft is thrown away, with its billing details.
    DraftDiscarded { id: RequestId, applicant: Party, name: OrganizationName },
    /// The applicant puts aside what they typed of a draft's billing details.
    BillingDraftSaved { id: RequestId, applicant: Party, name: OrganizationName, typed: BillingDraft },
    /// The applicant says whom the papers of a private organization go to.
    BillingGiven {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        details: BillingDetails,
        before: Option<BillingDetails>,
    },
    /// The applicant mends an open request.
    RequestEdited {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        url: OrganizationUrl,
        description: Description,
        before: RequestWords,
    },
    /// An administrator asks the applicant something; the request waits for the answer.
    QuestionAsked {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        message: NotDigested<MessageId>,
        question: NotDigested<Reason>,
    },
    /// The applicant answers; with the `last` answer the request goes back to the administrators.
    QuestionAnswered {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        question: MessageId,
        asked_by: Party,
        /// Whether they are an administrator still; otherwise all administrators hear the answer.
        asker_administers: bool,
        asked: Reason,
        message: NotDigested<MessageId>,
        answer: NotDigested<Reason>,
        last: bool,
    },
    /// An administrator writes something down about a request.
    NoteAdded { id: RequestId, name: OrganizationName, message: NotDigested<MessageId>, note: NotDigested<Reason> },
    /// An administrator puts a request aside; it stays open.
    RequestDeferred { id: RequestId, applicant: Party, name: OrganizationName },
    /// The applicant takes a request back.
    RequestWithdrawn { id: RequestId, applicant: Party, name: OrganizationName },
    /// An administrator says yes.
    RequestApproved {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        organization: NotDigested<OrganizationId>,
        read: AsRead,
        /// Other organizations that it resembles.
        similar: Vec<Similar>,
        /// What its members will cost, where that is anything.
        price: Option<Price>,
        /// Written by the one who agrees, so no part of what they agree to.
        message: NotDigested<Message>,
    },
    /// An administrator says no.
    RequestDeclined {
        id: RequestId,
        applicant: Party,
        name: OrganizationName,
        display_name: DisplayName,
        read: AsRead,
        reason: NotDigested<Reason>,
    },
    /// A request for a name that has just gone to another organization is closed.
    RivalClosed { id: RequestId, applicant: Party, name: OrganizationName, display_name: DisplayName },

    // organizations
    /// An organization comes to be and holds its name; it is not active before it has an Owner.
    OrganizationFounded {
        id: NotDigested<OrganizationId>,
        name: OrganizationName,
        display_name: DisplayName,
        url: OrganizationUrl,
        description: Description,
        kind: Kind,
    },
    /// An organization can be managed and seen.
    OrganizationActivated { id: NotDigested<OrganizationId>, name: OrganizationName, display_name: DisplayName },

    /// Administrators shut an organization: nobody manages it, and the public does not see it.
    OrganizationDisabled {
        id: OrganizationId,
        name: OrganizationName,
        display_name: DisplayName,
        /// How many invitations to it nobody can accept meanwhile.
        invitations: NotDigested<u32>,
        /// Written by the one who agrees, so no part of what they agree to.
        reason: NotDigested<Reason>,
    },
    /// An organization that was disabled can be managed and seen again.
    OrganizationEnabled { id: OrganizationId, name: OrganizationName, display_name: DisplayName },

    // people
    /// A person becomes a member of an organization.
    MemberJoined {
        organization: NotDigested<OrganizationId>,
        organization_name: OrganizationName,
        account: Party,
        role: Role,
    },
    /// A person is offered a role.
    MemberInvited {
        id: NotDigested<InvitationId>,
        organization: Organization,
        invitee: Party,
        inviter: Party,
        role: Role,
        /// What they will cost, where that is anything.
        price: Option<Price>,
        secret: NotDigested<Secret>,
        lives: Seconds,
    },
    /// The letter of an invitation goes out again, with another link and a later end. The inviter is the one who sends it
    /// now, and no longer who did before.
    InvitationRenewed {
        id: InvitationId,
        organization: Organization,
        invitee: Party,
        inviter: Party,
        role: Role,
        secret: NotDigested<Secret>,
        lives: Seconds,
    },
    /// An invitation is taken back, or ends with the right of the one who sent it.
    InvitationRevoked { id: InvitationId, organization: Organization, invitee: Party, role: Role },
    /// The invitee says yes. That they are a member follows as a change of its own.
    InvitationAccepted { id: InvitationId, organization: Organization, invitee: Party, inviter: Party, role: Role },
    /// The invitee says no.
    InvitationDeclined {
        id: InvitationId,
        organization: Organization,
        invitee: Party,
        inviter: Party,
        role: Role,
        /// Written by the one who agrees, so no part of what they agree to.
        message: NotDigested<Message>,
    },
    /// Nobody answered in time.
    InvitationExpired { id: InvitationId, organization: Organization, invitee: Party, inviter: Party, role: Role },
    /// A member has another role from now on.
    RoleChanged { organization: Organization, account: Party, before: Role, after: Role },
    /// An Owner takes a member away.
    MemberRemoved { organization: Organization, account: Party, role: Role },
    /// A member goes.
    MemberLeft { organization: Organization, account: Party, role: Role },
    /// An administrator makes somebody an Owner of an organization that has none who can use their account.
    OwnerAppointed {
        organization: Organization,
        account: Party,
        /// What they were in it before, if anything.
        before: Option<Role>,
        /// Written by the one who agrees, so no part of what they agree to.
        reason: NotDigested<Reason>,
    },
}
