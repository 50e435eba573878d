//! The kinds of events in the history. Each has a code, which outlives the types of the program.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// The kind of an event. Its code is stored, and its sentence is in [`crate::words::event`].
///
/// The code is the name in snake case. A kind that is renamed keeps its code, with `serialize`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum EventKind {
    AccountCreated,
    VerificationAsked,
    AddressClaimed,
    EmailVerified,
    AddressAdded,
    PrimaryChanged,
    AddressRemoved,
    AddressBounced,
    AddressReached,
    PasswordChanged,
    ResetAsked,
    SignedIn,
    SignedOut,
    SetUpOpened,
    SetUpUsed,
    AdministratorGranted,
    AdministratorRevoked,
    SignedOutEverywhere,
    UsernameFreed,
    AccountDisabled,
    AccountEnabled,
    NameReserved,
    #[strum(serialize = "letter_retried")]
    EmailRetried,
    #[strum(serialize = "failed_letters_retried")]
    FailedEmailsRetried,
    EmailHeldBack,
    RequestDrafted,
    DraftDiscarded,
    BillingDraftSaved,
    BillingGiven,
    RequestFiled,
    RequestEdited,
    QuestionAsked,
    QuestionAnswered,
    NoteAdded,
    RequestDeferred,
    RequestWithdrawn,
    RequestApproved,
    RequestDeclined,
    RivalClosed,
    OrganizationFounded,
    OrganizationActivated,
    OrganizationDisabled,
    OrganizationEnabled,
    MemberInvited,
    InvitationRenewed,
    InvitationRevoked,
    InvitationAccepted,
    InvitationDeclined,
    InvitationExpired,
    RoleChanged,
    MemberRemoved,
    MemberLeft,
    MemberJoined,
    OwnerAppointed,
}

impl EventKind {
    /// All kinds.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Returns the code that is stored.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Returns the kind of a code. It is `None` for a code that another version of the program wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }
}
