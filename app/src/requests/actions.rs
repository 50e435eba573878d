//! The server functions of requests for organizations (rules, section 4).

use crate::server_functions::server_functions;
use leptos::prelude::*;
use shared::wire::requests::{
    AddNoteForm, AnswerQuestionForm, ApproveRequestForm, AskApplicantForm, DeclineRequestForm, DeferRequestForm,
    DiscardDraftForm, EditRequestForm, FileRequestForm, GiveBillingForm, MyRequestQuery, NameQuery, QueueQuery,
    RequestQuery, SaveBillingDraftForm, WithdrawRequestForm,
};

server_functions! {
    /// Whether an organization name is available, and which names it resembles.
    Answer name(NameQuery) at "requests/name";
    /// The administrators' queue, or the requests that match a search.
    Answer queue(QueueQuery) at "requests/queue";
    /// The caller's own request with its questions and answers.
    Answer mine(MyRequestQuery) at "requests/mine";
    /// One request, for administrators.
    Answer one(RequestQuery) at "requests/one";
    /// Submits a request. A private organization's request becomes a draft.
    Handle file(FileRequestForm) at "requests/file";
    /// Edits the caller's own draft or open request.
    Execute edit(EditRequestForm) at "requests/edit";
    /// Saves complete billing details. A draft is submitted with them.
    Execute give_billing(GiveBillingForm) at "requests/give-billing";
    /// Saves incomplete billing details with a draft.
    Execute save_billing_draft(SaveBillingDraftForm) at "requests/save-billing-draft";
    /// Previews discarding a draft.
    Preview preview_discard(DiscardDraftForm) at "requests/preview-discard";
    /// Discards a draft.
    Execute discard(DiscardDraftForm) at "requests/discard";
    /// Previews withdrawing a request.
    Preview preview_withdraw(WithdrawRequestForm) at "requests/preview-withdraw";
    /// Withdraws the caller's own request.
    Execute withdraw(WithdrawRequestForm) at "requests/withdraw";
    /// Previews approving a request.
    Preview preview_approve(ApproveRequestForm) at "requests/preview-approve";
    /// Approves a request, which creates the organization.
    Execute approve(ApproveRequestForm) at "requests/approve";
    /// Previews declining a request.
    Preview preview_decline(DeclineRequestForm) at "requests/preview-decline";
    /// Declines a request with a reason.
    Execute decline(DeclineRequestForm) at "requests/decline";
    /// Previews asking the applicant a question.
    Preview preview_ask(AskApplicantForm) at "requests/preview-ask";
    /// Asks the applicant a question. The request waits for the answer.
    Execute ask(AskApplicantForm) at "requests/ask";
    /// Previews answering a question.
    Preview preview_answer(AnswerQuestionForm) at "requests/preview-answer";
    /// Answers a question about the caller's own request.
    Execute answer(AnswerQuestionForm) at "requests/answer";
    /// Previews deferring a request.
    Preview preview_defer(DeferRequestForm) at "requests/preview-defer";
    /// Defers a request.
    Execute defer(DeferRequestForm) at "requests/defer";
    /// Previews adding a note.
    Preview preview_note(AddNoteForm) at "requests/preview-note";
    /// Adds a note that only administrators can see.
    Execute note(AddNoteForm) at "requests/note";
}
