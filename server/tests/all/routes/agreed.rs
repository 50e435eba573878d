//! The previews that people agree to in the table of routes.

use super::cast::Cast;
use crate::support::{Someone, form};
use app::backend::Preview as _;
use shared::ids::RequestId;
use shared::wire::accounts::RemoveAddressForm;
use shared::wire::administration::{
    AppointOwnerForm, DisableAccountForm, DisableOrganizationForm, EnableOrganizationForm, EndSessionsForm,
};
use shared::wire::people::{DeclineInvitationForm, RevokeInvitationForm};
use shared::wire::requests::{
    AddNoteForm, AnswerQuestionForm, ApproveRequestForm, AskApplicantForm, DeclineRequestForm, DeferRequestForm,
    DiscardDraftForm, WithdrawRequestForm,
};

/// The digest of the preview that the actor gets.
pub async fn agreed(cast: &Cast, path: &str, who: Option<&Someone>, request: RequestId, own: &str) -> String {
    let Some(who) = who else { return String::new() };
    let services = &cast.world.services;
    let preview = match path {
        "/do/accounts/remove-address" => {
            services.preview(&who.caller, RemoveAddressForm { address: own.to_owned() }).await
        }
        "/do/administration/disable-account" => {
            services
                .preview(&who.caller, DisableAccountForm { username: own.to_owned(), ..DisableAccountForm::default() })
                .await
        }
        "/do/administration/end-sessions" => {
            services
                .preview(&who.caller, EndSessionsForm { username: own.to_owned(), ..EndSessionsForm::default() })
                .await
        }
        "/do/administration/disable-organization" => {
            services
                .preview(
                    &who.caller,
                    DisableOrganizationForm {
                        organization: "moondial".to_owned(),
                        ..DisableOrganizationForm::default()
                    },
                )
                .await
        }
        "/do/administration/enable-organization" => {
            services.preview(&who.caller, EnableOrganizationForm { organization: "moondial".to_owned() }).await
        }
        "/do/administration/appoint-owner" => {
            services
                .preview(
                    &who.caller,
                    AppointOwnerForm {
                        organization: "starless".to_owned(),
                        username: "outsider".to_owned(),
                        ..AppointOwnerForm::default()
                    },
                )
                .await
        }
        "/do/people/revoke-invitation" => {
            services.preview(&who.caller, RevokeInvitationForm { invitation: own.to_owned() }).await
        }
        "/do/people/assign-role" => {
            services.preview(&who.caller, form::assign("sundial", &format!("{own}=member"), "manager")).await
        }
        "/do/people/remove" => services.preview(&who.caller, form::remove("sundial", own, "")).await,
        "/do/invitations/decline" => {
            services
                .preview(
                    &who.caller,
                    DeclineInvitationForm { invitation: own.to_owned(), ..DeclineInvitationForm::default() },
                )
                .await
        }
        "/do/requests/discard" => {
            services.preview(&who.caller, DiscardDraftForm { request: request.to_string() }).await
        }
        "/do/requests/answer" => {
            services
                .preview(
                    &who.caller,
                    AnswerQuestionForm {
                        request: request.to_string(),
                        asked: own.to_owned(),
                        ..AnswerQuestionForm::default()
                    },
                )
                .await
        }
        "/do/requests/ask" => {
            services
                .preview(&who.caller, AskApplicantForm { request: request.to_string(), ..AskApplicantForm::default() })
                .await
        }
        "/do/requests/defer" => services.preview(&who.caller, DeferRequestForm { request: request.to_string() }).await,
        "/do/requests/note" => {
            services.preview(&who.caller, AddNoteForm { request: request.to_string(), ..AddNoteForm::default() }).await
        }
        "/do/requests/approve" => {
            services
                .preview(
                    &who.caller,
                    ApproveRequestForm { request: request.to_string(), ..ApproveRequestForm::default() },
                )
                .await
        }
        "/do/requests/decline" => {
            services
                .preview(
                    &who.caller,
                    DeclineRequestForm { request: request.to_string(), ..DeclineRequestForm::default() },
                )
                .await
        }
        "/do/requests/withdraw" => {
            services.preview(&who.caller, WithdrawRequestForm { request: request.to_string() }).await
        }
        _ => return String::new(),
    };
    preview.map(|preview| preview.digest).unwrap_or_default()
}
