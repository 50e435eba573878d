//! Server functions that read requests for organizations and act on them (rules, section 4).

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::requests::{MyRequestPage, NameStanding, Queue, RequestPage};
use shared::wire::{Done, Preview};

#[cfg(feature = "ssr")]
use crate::backend::{Consent, backend, id};
#[cfg(feature = "ssr")]
use shared::billing::BillingForm;

/// Whether an organization name is available, and which names it resembles.
#[server(name = GetName, prefix = "/see", endpoint = "requests/name", input = GetUrl)]
pub async fn name(name: String) -> Result<NameStanding, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.name_standing(&who, &name).await?)
}

/// The administrators' queue, or the requests that match a search.
#[server(name = GetQueue, prefix = "/see", endpoint = "requests/queue", input = GetUrl)]
pub async fn queue(#[server(default)] query: String) -> Result<Queue, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.queue(&who, &query).await?)
}

/// The caller's own request with its questions and answers.
#[server(name = GetMyRequest, prefix = "/see", endpoint = "requests/mine", input = GetUrl)]
pub async fn mine(request: String) -> Result<MyRequestPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.mine(&who, id(&request)?).await?)
}

/// One request, for administrators.
#[server(name = GetRequest, prefix = "/see", endpoint = "requests/one", input = GetUrl)]
pub async fn one(request: String) -> Result<RequestPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.page(&who, id(&request)?).await?)
}

/// Previews withdrawing a request.
#[server(name = PreviewWithdraw, prefix = "/see", endpoint = "requests/preview-withdraw", input = GetUrl)]
pub async fn preview_withdraw(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_withdraw(&who, id(&request)?).await?)
}

/// Previews approving a request.
#[server(name = PreviewApprove, prefix = "/see", endpoint = "requests/preview-approve", input = GetUrl)]
pub async fn preview_approve(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_approve(&who, id(&request)?).await?)
}

/// Previews declining a request.
#[server(name = PreviewDecline, prefix = "/see", endpoint = "requests/preview-decline", input = GetUrl)]
pub async fn preview_decline(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_decline(&who, id(&request)?).await?)
}

/// Previews asking the applicant a question.
#[server(name = PreviewAsk, prefix = "/see", endpoint = "requests/preview-ask", input = GetUrl)]
pub async fn preview_ask(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_ask(&who, id(&request)?).await?)
}

/// Previews answering a question.
#[server(name = PreviewAnswer, prefix = "/see", endpoint = "requests/preview-answer", input = GetUrl)]
pub async fn preview_answer(request: String, asked: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_answer(&who, id(&request)?, id(&asked)?).await?)
}

/// Previews deferring a request.
#[server(name = PreviewDefer, prefix = "/see", endpoint = "requests/preview-defer", input = GetUrl)]
pub async fn preview_defer(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_defer(&who, id(&request)?).await?)
}

/// Previews adding a note.
#[server(name = PreviewNote, prefix = "/see", endpoint = "requests/preview-note", input = GetUrl)]
pub async fn preview_note(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_note(&who, id(&request)?).await?)
}

/// Submits a request. A private organization's request becomes a draft.
#[server(name = FileRequest, prefix = "/do", endpoint = "requests/file")]
pub async fn file(
    account_name: String,
    display_name: String,
    url: String,
    description: String,
    kind: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(backend.requests.file(&who, &account_name, &display_name, &url, &description, &kind, consent).await?)
}

/// Saves complete billing details. A draft is submitted with them.
#[server(name = GiveBilling, prefix = "/do", endpoint = "requests/give-billing")]
pub async fn give_billing(
    request: String,
    legal_name: String,
    billing_email: String,
    postal_address: String,
    country: String,
    tax_id: String,
    order_number: String,
    payment: String,
    shown: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let form = BillingForm {
        legal_name: &legal_name,
        email: &billing_email,
        address: &postal_address,
        country: &country,
        tax_id: &tax_id,
        order_number: &order_number,
        payment: &payment,
        shown: &shown,
    };
    let consent = Consent::without_preview(once);
    Ok(backend.requests.give_billing(&who, id(&request)?, form, consent).await?)
}

/// Saves incomplete billing details with a draft.
#[server(name = SaveBillingDraft, prefix = "/do", endpoint = "requests/save-billing-draft")]
pub async fn save_billing_draft(
    request: String,
    #[server(default)] legal_name: String,
    #[server(default)] billing_email: String,
    #[server(default)] postal_address: String,
    #[server(default)] country: String,
    #[server(default)] tax_id: String,
    #[server(default)] order_number: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let form = BillingForm {
        legal_name: &legal_name,
        email: &billing_email,
        address: &postal_address,
        country: &country,
        tax_id: &tax_id,
        order_number: &order_number,
        ..BillingForm::default()
    };
    let consent = Consent::without_preview(once);
    Ok(backend.requests.save_billing_draft(&who, id(&request)?, form, consent).await?)
}

/// Previews discarding a draft.
#[server(name = PreviewDiscard, prefix = "/see", endpoint = "requests/preview-discard", input = GetUrl)]
pub async fn preview_discard(request: String) -> Result<Preview, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.preview_discard(&who, id(&request)?).await?)
}

/// Discards a draft.
#[server(name = DiscardDraft, prefix = "/do", endpoint = "requests/discard")]
pub async fn discard(
    request: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.discard(&who, id(&request)?, Consent { idempotency_key: once, preview_digest: agreed }).await?)
}

/// Withdraws the caller's own request.
#[server(name = WithdrawRequest, prefix = "/do", endpoint = "requests/withdraw")]
pub async fn withdraw(
    request: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .requests
        .withdraw(&who, id(&request)?, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}

/// Approves a request, which creates the organization.
#[server(name = ApproveRequest, prefix = "/do", endpoint = "requests/approve")]
pub async fn approve(
    request: String,
    message: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .requests
        .approve(&who, id(&request)?, &message, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}

/// Declines a request with a reason.
#[server(name = DeclineRequest, prefix = "/do", endpoint = "requests/decline")]
pub async fn decline(
    request: String,
    reason: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .requests
        .decline(&who, id(&request)?, &reason, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}

/// Edits the caller's own draft or open request.
#[server(name = EditRequest, prefix = "/do", endpoint = "requests/edit")]
pub async fn edit(
    request: String,
    display_name: String,
    url: String,
    description: String,
    shown: String,
    #[server(default)] once: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    let consent = Consent::without_preview(once);
    Ok(backend.requests.edit(&who, id(&request)?, &display_name, &url, &description, &shown, consent).await?)
}

/// Asks the applicant a question. The request waits for the answer.
#[server(name = AskApplicant, prefix = "/do", endpoint = "requests/ask")]
pub async fn ask(
    request: String,
    question: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .requests
        .ask(&who, id(&request)?, &question, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}

/// Answers a question about the caller's own request.
#[server(name = AnswerQuestion, prefix = "/do", endpoint = "requests/answer")]
pub async fn answer(
    request: String,
    asked: String,
    answer: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .requests
        .answer(&who, id(&request)?, id(&asked)?, &answer, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}

/// Defers a request.
#[server(name = DeferRequest, prefix = "/do", endpoint = "requests/defer")]
pub async fn defer(
    request: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.requests.defer(&who, id(&request)?, Consent { idempotency_key: once, preview_digest: agreed }).await?)
}

/// Adds a note that only administrators can see.
#[server(name = AddNote, prefix = "/do", endpoint = "requests/note")]
pub async fn note(
    request: String,
    note: String,
    #[server(default)] once: String,
    #[server(default)] agreed: String,
) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend
        .requests
        .note(&who, id(&request)?, &note, Consent { idempotency_key: once, preview_digest: agreed })
        .await?)
}
