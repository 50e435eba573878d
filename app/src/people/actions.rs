//! The server functions of an organization's people (rules, section 5).

use crate::server_functions::server_functions;
use leptos::prelude::*;
use shared::wire::people::{
    AssignRoleForm, EndedMembershipQuery, InviteForm, InviteSeveralForm, InviteesQuery, PeopleQuery, RecentEventsQuery,
    RemoveMembersForm, ResendInvitationForm, RevokeInvitationForm,
};

server_functions! {
    /// A page of an organization's people, for its members.
    Answer list(PeopleQuery) at "people/list";
    /// How the caller's membership of an organization ended.
    Answer ended_membership(EndedMembershipQuery) at "people/ended-membership";
    /// What others did in an organization since a timestamp, at most ten minutes ago. Callers without access to its history
    /// get only what was done to themselves.
    Answer recent_events(RecentEventsQuery) at "people/recent-events";
    /// Checks who of a list can be invited. Sends nothing.
    Answer check_invitees(InviteesQuery) at "people/check-invitees";
    /// Invites a person.
    Execute invite(InviteForm) at "people/invite";
    /// Invites the selected people of a list, then continues with the rest of the list.
    Handle invite_several(InviteSeveralForm) at "people/invite-several";
    /// Sends an invitation's email again.
    Execute resend(ResendInvitationForm) at "people/resend-invitation";
    /// Previews revoking an invitation.
    Preview preview_revoke_invitation(RevokeInvitationForm) at "people/preview-revoke-invitation";
    /// Revokes an invitation.
    Execute revoke(RevokeInvitationForm) at "people/revoke-invitation";
    /// Previews changing the role of members.
    Preview preview_assign_role(AssignRoleForm) at "people/preview-assign-role";
    /// Changes the role of members.
    Execute assign(AssignRoleForm) at "people/assign-role";
    /// Previews removing members, or leaving.
    Preview preview_remove(RemoveMembersForm) at "people/preview-remove";
    /// Removes members. If `people` is the caller alone, they leave.
    Execute remove(RemoveMembersForm) at "people/remove";
}
