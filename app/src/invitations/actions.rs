//! The server functions of invitees: they read an invitation, accept it or decline it (rules, section 5).

use crate::server_functions::server_functions;
use leptos::prelude::*;
use shared::wire::people::{AcceptInvitationForm, DeclineInvitationForm, InvitationLinkQuery, InvitationQuery};

server_functions! {
    /// An invitation to the reader.
    Answer invitation(InvitationQuery) at "invitations/one";
    /// The invitation that an email's link identifies.
    Answer by_link(InvitationLinkQuery) at "invitations/link";
    /// Accepts an invitation.
    Execute accept(AcceptInvitationForm) at "invitations/accept";
    /// Previews declining an invitation.
    Preview preview_decline(DeclineInvitationForm) at "invitations/preview-decline";
    /// Declines an invitation.
    Execute decline(DeclineInvitationForm) at "invitations/decline";
}
