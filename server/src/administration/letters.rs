//! The outgoing mail: a page of it, and sending again.

use crate::door::{Circumstances, Failure, Gather};
use crate::store::outbox::{self, Listed};
use crate::store::{StoreResult, Tx};
use shared::ids::LetterId;
use shared::limits;
use shared::rules::administration::{FailedLettersFacts, LetterFacts, RetryFailedLetters, RetryLetter};
use shared::wire::administration::{LetterRow, LetterState, Letters};

/// A page of the letters that a search finds, from behind a letter on; one that is gone begins at the newest.
///
/// # Errors
/// Only administrators see letters; or the database's trouble.
pub(super) async fn list(
    tx: &mut Tx<'_>,
    about: &Circumstances,
    query: String,
    only: Option<LetterState>,
    from: Option<LetterId>,
) -> Result<Letters, Failure> {
    about.actor.administrator()?;
    let behind = match from {
        Some(id) => outbox::by_id(tx, id).await?.map(|letter| (letter.written_at, letter.id)),
        None => None,
    };
    let page = usize::try_from(limits::LETTERS_PAGE).unwrap_or(usize::MAX);
    let mut letters = outbox::list(tx, Listed { text: &query, only, behind }, limits::LETTERS_PAGE + 1).await?;
    let more = letters.len() > page;
    letters.truncate(page);
    Ok(Letters {
        older: letters.last().map(|letter| letter.id).filter(|_| more),
        further: behind.is_some(),
        letters: letters.into_iter().map(row).collect(),
        failed: outbox::failed_letters(tx, &query).await?,
        query,
        only,
        mail_goes_out: about.policy.mail_goes_out,
        now: about.now,
    })
}

/// A letter as it stands in the list.
pub(super) fn row(letter: outbox::Letter) -> LetterRow {
    LetterRow {
        id: letter.id,
        to: letter.to,
        subject: letter.subject,
        state: letter.state,
        tries: letter.tries,
        written_at: letter.written_at,
        sent_at: letter.sent_at,
        next_try_at: (letter.state == LetterState::Waiting).then_some(letter.due_at),
        last_error: letter.last_error,
    }
}

impl Gather for RetryLetter {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<Option<LetterFacts>> {
        let mail_goes_out = about.policy.mail_goes_out;
        outbox::lock(tx, self.id).await?;
        let letter = outbox::by_id(tx, self.id).await?;
        Ok(letter.map(|letter| LetterFacts { to: letter.to, state: letter.state, mail_goes_out }))
    }
}

impl Gather for RetryFailedLetters {
    async fn gather(&self, tx: &mut Tx<'_>, about: &Circumstances) -> StoreResult<FailedLettersFacts> {
        let failed = outbox::failed_letters(tx, &self.query).await?;
        Ok(FailedLettersFacts { failed, mail_goes_out: about.policy.mail_goes_out })
    }
}
