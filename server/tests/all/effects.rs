//! What each event leaves in the database, written a second time and independently of how it is stored.

use shared::rules::{Event, hex};

/// Text without the differences between the engines: letter case and hyphens of ids.
pub fn plain(text: &str) -> String {
    text.to_lowercase().replace('-', "")
}

/// What an event leaves: its audit event, and the rows that it inserts or updates.
pub struct Effect {
    pub kind: &'static str,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub table: &'static str,
    /// Text that occurs only in this row.
    pub key: String,
    pub says: Vec<String>,
    /// Whether such a row must exist.
    pub surely: bool,
}

fn row(table: &'static str, key: impl ToString, says: &[&dyn ToString]) -> Row {
    Row { table, key: plain(&key.to_string()), says: says.iter().map(|said| said.to_string()).collect(), surely: true }
}

/// Rows that change if they exist.
fn perhaps(table: &'static str, key: impl ToString) -> Row {
    Row { surely: false, ..row(table, key, &[]) }
}

/// Matches every kind of event, so that a new one must declare its effects.
pub fn effect(event: &Event) -> Effect {
    let (kind, rows) = match event {
        Event::AccountCreated { id, username, email_id, email, password_hash, .. } => (
            "account_created",
            vec![
                row("account", id.0, &[username, &username.key(), &password_hash.0]),
                row("email_address", email_id.0, &[&id.0, email, &email.key()]),
            ],
        ),
        // The older links of the address become invalid.
        Event::VerificationAsked { account, email_id, secret, .. } => {
            ("verification_asked", vec![row("verification", email_id.0, &[&account.0, &hex(secret.0.hash().iter())])])
        }
        Event::AddressClaimed { account, email_id, secret, .. } => {
            ("address_claimed", vec![row("verification", email_id.0, &[&account.0, &hex(secret.0.hash().iter())])])
        }
        Event::EmailVerified { account, email_id, email, .. } => (
            "email_verified",
            vec![row("email_address", email_id.0, &[&account.0, email]), perhaps("verification", email_id.0)],
        ),
        Event::AddressAdded { account, email_id, email } => {
            ("address_added", vec![row("email_address", email_id.0, &[&account.id, email, &email.key()])])
        }
        // Two rows swap the primary flag.
        Event::PrimaryChanged { account, email_id, email, before } => (
            "primary_changed",
            vec![row("email_address", email_id, &[&account.id, email]), row("email_address", before, &[&account.id])],
        ),
        Event::AddressRemoved { email_id, email, .. } => {
            ("address_removed", vec![perhaps("email_address", email_id), perhaps("verification", email.key())])
        }
        Event::PasswordChanged { account, password_hash } => (
            "password_changed",
            vec![row("account", account.id, &[&password_hash.0]), perhaps("password_reset", account.id)],
        ),
        Event::ResetAsked { account, email, secret, .. } => {
            ("reset_asked", vec![row("password_reset", account.id, &[email, &hex(secret.0.hash().iter())])])
        }
        Event::SessionOpened { id, account, secret, agent } => {
            ("signed_in", vec![row("session", id.0, &[&account.id, &hex(secret.0.hash().iter()), agent])])
        }
        Event::SessionEnded { id, account } => ("signed_out", vec![row("session", id, &[&account.id])]),
        Event::SetUpOpened { secret } => ("set_up_opened", vec![row("set_up", "", &[&hex(secret.0.hash().iter())])]),
        Event::SetUpUsed => ("set_up_used", vec![row("set_up", "", &[])]),
        Event::AdministratorGranted { account } => {
            ("administrator_granted", vec![row("account", account.id, &[&account.username])])
        }
        Event::AdministratorRevoked { account } => {
            ("administrator_revoked", vec![row("account", account.id, &[&account.username])])
        }
        Event::SessionsEnded { account, .. } => ("signed_out_everywhere", vec![perhaps("session", account.id)]),
        Event::UsernameFreed { account } => (
            "username_freed",
            ["account", "email_address", "verification", "password_reset", "session"]
                .map(|table| perhaps(table, account.id))
                .into(),
        ),
        Event::AccountDisabled { account, reason, .. } => (
            "account_disabled",
            vec![row("account", account.id, &[&"disabled", &reason.0]), perhaps("session", account.id)],
        ),
        Event::AccountEnabled { account } => {
            ("account_enabled", vec![row("account", account.id, &[&account.username, &"active"])])
        }
        Event::NameReserved { name, reason } => {
            ("name_reserved", vec![row("reserved_name", name.key(), &[name, reason])])
        }
        Event::FailedEmailsRetried { .. } => ("failed_letters_retried", Vec::new()),
        Event::EmailRetried { id, to } => ("letter_retried", vec![row("letter", id, &[to, &"waiting"])]),
        Event::RequestFiled { id, applicant, from_draft: true, .. } => {
            let rows = vec![row("request", id.0, &[&applicant.id, &"submitted"]), perhaps("billing_draft", id.0)];
            ("request_filed", rows)
        }
        Event::RequestDrafted { id, applicant, name, display_name, url, description, kind } => (
            "request_drafted",
            vec![row(
                "request",
                id.0,
                &[&applicant.id, name, &name.key(), display_name, url, description, &kind.code(), &"draft"],
            )],
        ),
        Event::DraftDiscarded { id, .. } => {
            let tables = ["request", "billing_details", "billing_draft"];
            ("draft_discarded", tables.map(|table| perhaps(table, id)).into())
        }
        Event::BillingDraftSaved { id, typed, .. } => {
            ("billing_draft_saved", vec![row("billing_draft", id, &[&typed.legal_name, &typed.email])])
        }
        Event::BillingGiven { id, details, .. } => (
            "billing_given",
            vec![row(
                "billing_details",
                id,
                &[&details.legal_name, &details.email, &details.address, &details.country.code()],
            )],
        ),
        Event::RequestFiled { id, applicant, name, display_name, url, description, kind, .. } => (
            "request_filed",
            vec![row(
                "request",
                id.0,
                &[&applicant.id, name, &name.key(), display_name, url, description, &kind.code(), &"submitted"],
            )],
        ),
        Event::RequestEdited { id, applicant, display_name, url, description, .. } => {
            ("request_edited", vec![row("request", id, &[&applicant.id, display_name, url, description])])
        }
        Event::QuestionAsked { id, message, question, .. } => (
            "question_asked",
            vec![row("request_message", message.0, &[id, &"question", &question.0]), perhaps("request", id)],
        ),
        Event::QuestionAnswered { id, question, message, answer, last, .. } => (
            "question_answered",
            vec![
                row("request_message", message.0, &[id, &"answer", question, &answer.0]),
                if *last { row("request", id, &[&"submitted"]) } else { perhaps("request", id) },
            ],
        ),
        Event::NoteAdded { id, message, note, .. } => {
            ("note_added", vec![row("request_message", message.0, &[id, &"note", &note.0])])
        }
        Event::RequestDeferred { id, .. } => ("request_deferred", vec![row("request", id, &[&"deferred"])]),
        Event::RequestWithdrawn { id, applicant, .. } => {
            ("request_withdrawn", vec![row("request", id, &[&applicant.id, &"withdrawn"])])
        }
        Event::RequestApproved { id, organization, message, .. } => (
            "request_approved",
            vec![row("request", id, &[&"approved", &organization.0, &message.0]), perhaps("billing_details", id)],
        ),
        Event::RequestDeclined { id, reason, .. } => {
            ("request_declined", vec![row("request", id, &[&"declined", &reason.0])])
        }
        Event::RivalClosed { id, applicant, .. } => {
            ("rival_closed", vec![row("request", id, &[&applicant.id, &"declined"])])
        }
        Event::OrganizationFounded { id, name, display_name, url, description, kind } => (
            "organization_founded",
            vec![
                row("held_name", id.0, &[name, &name.key()]),
                row("organization", id.0, &[name, display_name, url, description, &kind.code()]),
            ],
        ),
        Event::OrganizationActivated { id, .. } => {
            ("organization_activated", vec![row("organization", id.0, &[&"active"])])
        }
        Event::OrganizationDisabled { id, reason, .. } => {
            ("organization_disabled", vec![row("organization", id, &[&"disabled", &reason.0])])
        }
        Event::OrganizationEnabled { id, name, .. } => {
            ("organization_enabled", vec![row("organization", id, &[name, &"active"])])
        }
        Event::AddressBounced { email_id, email, why, .. } => {
            ("address_bounced", vec![row("email_address", email_id, &[email, why])])
        }
        Event::AddressReached { email_id, email, .. } => {
            ("address_reached", vec![row("email_address", email_id, &[email])])
        }
        Event::MemberJoined { organization, account, role, .. } => {
            ("member_joined", vec![row("membership", organization.0, &[&account.id, &role.code()])])
        }
        Event::MemberInvited { id, organization, invitee, inviter, role, .. } => (
            "member_invited",
            vec![row("invitation", id.0, &[&organization.id, &invitee.id, &inviter.id, &role.code(), &"live"])],
        ),
        Event::InvitationRenewed { id, invitee, inviter, .. } => {
            ("invitation_renewed", vec![row("invitation", id, &[&invitee.id, &inviter.id, &"live"])])
        }
        Event::InvitationRevoked { id, invitee, .. } => {
            ("invitation_revoked", vec![row("invitation", id, &[&invitee.id, &"revoked"])])
        }
        Event::InvitationAccepted { id, invitee, .. } => {
            ("invitation_accepted", vec![row("invitation", id, &[&invitee.id, &"accepted"])])
        }
        Event::InvitationDeclined { id, invitee, .. } => {
            ("invitation_declined", vec![row("invitation", id, &[&invitee.id, &"declined"])])
        }
        Event::InvitationExpired { id, invitee, .. } => {
            ("invitation_expired", vec![row("invitation", id, &[&invitee.id, &"expired"])])
        }
        Event::RoleChanged { organization, account, after, .. } => {
            ("role_changed", vec![row("membership", organization.id, &[&account.id, &after.code()])])
        }
        Event::OwnerAppointed { organization, account, .. } => {
            ("owner_appointed", vec![row("membership", organization.id, &[&account.id, &"owner"])])
        }
        Event::MemberRemoved { account, .. } => ("member_removed", vec![perhaps("membership", account.id)]),
        Event::MemberLeft { account, .. } => ("member_left", vec![perhaps("membership", account.id)]),
    };
    Effect { kind, rows }
}
