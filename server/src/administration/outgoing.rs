//! Outgoing email: the list, and sending again.

use crate::command_bus::{Failure, LoadFacts};
use crate::context::RequestContext;
use crate::store::accounts::Contacts;
use crate::store::outbox::{self, OutboxFilter};
use crate::store::{StoreResult, Tx};
use shared::domain::EmailState;
use shared::ids::EmailId;
use shared::limits;
use shared::rules::administration::{EmailFacts, FailedEmailsFacts, RetryEmail, RetryFailedEmails};
use shared::wire::administration::{EmailRow, Emails};

/// A page of the emails that a search finds, behind one email. It begins at the newest if that email is gone.
///
/// # Errors
/// The caller is not an administrator.
pub(super) async fn list(
    tx: &mut Tx<'_>,
    context: &RequestContext,
    query: String,
    only: Option<EmailState>,
    from: Option<EmailId>,
) -> Result<Emails, Failure> {
    context.actor.administrator()?;
    let after = match from {
        Some(id) => outbox::by_id(tx, id).await?.map(|email| (email.written_at, email.id)),
        None => None,
    };
    let page = usize::try_from(limits::EMAILS_PAGE).unwrap_or(usize::MAX);
    let mut emails =
        outbox::list(tx, OutboxFilter { text: &query, state: only, after }, limits::EMAILS_PAGE + 1).await?;
    let more = emails.len() > page;
    emails.truncate(page);
    Ok(Emails {
        older: emails.last().map(|email| email.id).filter(|_| more),
        further: after.is_some(),
        emails: emails.into_iter().map(row).collect(),
        failed: outbox::count_failed(tx, &query).await?,
        query,
        only,
        mail_goes_out: context.policy.mail_goes_out,
        now: context.now,
    })
}

/// An email as a row of the list.
pub(super) fn row(email: outbox::OutboxEmail) -> EmailRow {
    EmailRow {
        id: email.id,
        to: email.to,
        subject: email.subject,
        state: email.state,
        tries: email.tries,
        written_at: email.written_at,
        sent_at: email.sent_at,
        next_try_at: (email.state == EmailState::Waiting).then_some(email.due_at),
        last_error: email.last_error,
    }
}

impl LoadFacts for RetryEmail {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<Option<EmailFacts>> {
        let mail_goes_out = context.policy.mail_goes_out;
        outbox::lock(tx, self.id).await?;
        let email = outbox::by_id(tx, self.id).await?;
        Ok(email.map(|email| EmailFacts { to: email.to, state: email.state, mail_goes_out }))
    }
}

impl LoadFacts for RetryFailedEmails {
    async fn load_facts(
        &self,
        tx: &mut Tx<'_>,
        context: &RequestContext,
        _: &mut Contacts,
    ) -> StoreResult<FailedEmailsFacts> {
        let failed = outbox::count_failed(tx, &self.query).await?;
        Ok(FailedEmailsFacts { failed, mail_goes_out: context.policy.mail_goes_out })
    }
}
