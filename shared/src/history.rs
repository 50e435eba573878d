//! The kinds of events in the history. Each has a code, which outlives the types of the program.

macro_rules! kinds {
    ($($name:ident = $code:literal),* $(,)?) => {
        /// The kind of an event. Its code is stored, and its sentence is in [`crate::words::event`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventKind {
            $($name),*
        }

        impl EventKind {
            /// All kinds.
            pub const ALL: &[EventKind] = &[$(EventKind::$name),*];

            /// Returns the code that is stored.
            pub const fn code(self) -> &'static str {
                match self {
                    $(EventKind::$name => $code),*
                }
            }
        }
    };
}

kinds! {
    AccountCreated = "account_created",
    VerificationAsked = "verification_asked",
    AddressClaimed = "address_claimed",
    EmailVerified = "email_verified",
    AddressAdded = "address_added",
    PrimaryChanged = "primary_changed",
    AddressRemoved = "address_removed",
    AddressBounced = "address_bounced",
    AddressReached = "address_reached",
    PasswordChanged = "password_changed",
    ResetAsked = "reset_asked",
    SignedIn = "signed_in",
    SignedOut = "signed_out",
    SetUpOpened = "set_up_opened",
    SetUpUsed = "set_up_used",
    AdministratorGranted = "administrator_granted",
    AdministratorRevoked = "administrator_revoked",
    SignedOutEverywhere = "signed_out_everywhere",
    UsernameFreed = "username_freed",
    AccountDisabled = "account_disabled",
    AccountEnabled = "account_enabled",
    NameReserved = "name_reserved",
    EmailRetried = "letter_retried",
    FailedEmailsRetried = "failed_letters_retried",
    EmailHeldBack = "email_held_back",
    RequestDrafted = "request_drafted",
    DraftDiscarded = "draft_discarded",
    BillingDraftSaved = "billing_draft_saved",
    BillingGiven = "billing_given",
    RequestFiled = "request_filed",
    RequestEdited = "request_edited",
    QuestionAsked = "question_asked",
    QuestionAnswered = "question_answered",
    NoteAdded = "note_added",
    RequestDeferred = "request_deferred",
    RequestWithdrawn = "request_withdrawn",
    RequestApproved = "request_approved",
    RequestDeclined = "request_declined",
    RivalClosed = "rival_closed",
    OrganizationFounded = "organization_founded",
    OrganizationActivated = "organization_activated",
    OrganizationDisabled = "organization_disabled",
    OrganizationEnabled = "organization_enabled",
    MemberInvited = "member_invited",
    InvitationRenewed = "invitation_renewed",
    InvitationRevoked = "invitation_revoked",
    InvitationAccepted = "invitation_accepted",
    InvitationDeclined = "invitation_declined",
    InvitationExpired = "invitation_expired",
    RoleChanged = "role_changed",
    MemberRemoved = "member_removed",
    MemberLeft = "member_left",
    MemberJoined = "member_joined",
    OwnerAppointed = "owner_appointed",
}

impl EventKind {
    /// Returns the kind of a code. It is `None` for a code that another version of the program wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}
