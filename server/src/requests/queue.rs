//! The administrators' queue of open requests, and the search through all requests.

use crate::command_bus::Failure;
use crate::context::RequestContext;
use crate::services::{AnswerQuery, Services};
use crate::store::requests::{self, Request};
use crate::store::{StoreResult, Tx, resemblance};
use shared::limits::{QUEUED, QUEUED_PER_APPLICANT};
use shared::text::search_text;
use shared::wire::requests::{Counted, NameConflicts, OpenRequest, Queue, QueueQuery, QueueSummary};

impl AnswerQuery for QueueQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<Queue, Failure> {
        let query = search_text(&self.query);
        context.actor.administrator()?;
        let (open, summary, closed) = if query.is_empty() {
            let mut waiting = requests::queue(tx, QUEUED + 1).await?;
            let shown = usize::try_from(QUEUED).unwrap_or(usize::MAX);
            let more = waiting.len() > shown;
            waiting.truncate(shown);
            let summary = QueueSummary {
                ready: requests::count_submitted(tx).await?,
                on_hold: requests::count_on_hold(tx).await?,
                counted: omitted_by_applicant(&waiting),
                more,
            };
            let open = waiting.into_iter().map(|queued| queued.request).collect();
            (open, Some(summary), requests::closed(tx).await?)
        } else {
            (requests::search_open(tx, &query).await?, None, requests::search_closed(tx, &query).await?)
        };
        let open = with_conflicts(tx, open).await?;
        Ok(Queue { query, open, summary, closed: closed.into_iter().map(Request::row).collect(), now: context.now })
    }
}

/// Adds to open requests which other requests and organizations their names conflict with.
async fn with_conflicts(tx: &mut Tx<'_>, open: Vec<Request>) -> StoreResult<Vec<OpenRequest>> {
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let (organizations, requested) = (resemblance::names(tx).await?, resemblance::requested_names(tx).await?);
    let compared = open.into_iter().map(|request| {
        let key = request.facts.name.key();
        let conflicts = NameConflicts {
            unavailable: requested.is_unavailable(&key),
            rivals: requested.rivals(&key),
            organizations: organizations.like_request(&key, &request.facts.display_name),
            requests: requested.like(&key).iter().map(ToString::to_string).collect(),
        };
        OpenRequest { row: request.row(), conflicts }
    });
    Ok(compared.collect())
}

/// How many open requests of each applicant the queue leaves out.
fn omitted_by_applicant(queue: &[requests::QueuedRequest]) -> Vec<Counted> {
    let mut counted: Vec<Counted> = Vec::new();
    for queued in queue {
        let (applicant, more) =
            (&queued.request.facts.applicant.username, queued.of_applicant.saturating_sub(QUEUED_PER_APPLICANT));
        if more > 0 && !counted.iter().any(|one| one.applicant == *applicant) {
            counted.push(Counted { applicant: applicant.clone(), more });
        }
    }
    counted
}
