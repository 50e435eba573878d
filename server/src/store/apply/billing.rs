//! How drafts and billing details are stored.

use crate::store::{StoreResult, Tx};
use shared::billing::{BillingDetails, BillingDraft};
use shared::ids::{OrganizationId, RequestId};
use shared::timestamp::Timestamp;

pub(super) async fn save_details(
    tx: &mut Tx<'_>,
    now: Timestamp,
    request: RequestId,
    details: &BillingDetails,
) -> StoreResult<()> {
    tx.sql(
        "insert into billing_details
            (request_id, legal_name, billing_email, postal_address, country, tax_id, order_number, payment, given_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (request_id) do update set legal_name = excluded.legal_name, billing_email = excluded.billing_email,
            postal_address = excluded.postal_address, country = excluded.country, tax_id = excluded.tax_id,
            order_number = excluded.order_number, payment = excluded.payment, given_at = excluded.given_at",
    )
    .bind(request)
    .bind(details.legal_name.as_str())
    .bind(details.email.as_str())
    .bind(details.address.as_str())
    .bind(details.country.code())
    .bind(details.tax_id.as_str())
    .bind(details.order_number.as_str())
    .bind(details.payment.code())
    .bind(now)
    .expect_one()
    .await
}

/// Saves the unfinished billing details of a draft.
pub(super) async fn save_draft(
    tx: &mut Tx<'_>,
    now: Timestamp,
    request: RequestId,
    typed: &BillingDraft,
) -> StoreResult<()> {
    tx.sql(
        "insert into billing_draft
            (request_id, legal_name, billing_email, postal_address, country, tax_id, order_number, saved_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (request_id) do update set legal_name = excluded.legal_name, billing_email = excluded.billing_email,
            postal_address = excluded.postal_address, country = excluded.country, tax_id = excluded.tax_id,
            order_number = excluded.order_number, saved_at = excluded.saved_at",
    )
    .bind(request)
    .bind(typed.legal_name.as_str())
    .bind(typed.email.as_str())
    .bind(typed.postal_address.as_str())
    .bind(typed.country.as_str())
    .bind(typed.tax_id.as_str())
    .bind(typed.order_number.as_str())
    .bind(now)
    .expect_one()
    .await
}

async fn delete_draft(tx: &mut Tx<'_>, request: RequestId) -> StoreResult<()> {
    tx.sql("delete from billing_draft where request_id = $1").bind(request).run().await?;
    Ok(())
}

/// Turns a draft into a submitted request.
pub(super) async fn submit(tx: &mut Tx<'_>, now: Timestamp, request: RequestId) -> StoreResult<()> {
    delete_draft(tx, request).await?;
    tx.sql("update request set state = 'submitted', filed_at = $2 where id = $1 and state = 'draft'")
        .bind(request)
        .bind(now)
        .expect_one_or_conflict()
        .await
}

/// Deletes a draft and its billing details.
pub(super) async fn discard(tx: &mut Tx<'_>, request: RequestId) -> StoreResult<()> {
    delete_draft(tx, request).await?;
    tx.sql("delete from billing_details where request_id = $1").bind(request).run().await?;
    tx.sql("delete from request where id = $1 and state = 'draft'").bind(request).expect_one_or_conflict().await
}

/// Assigns the billing details of a request to its organization. A community project has none.
pub(super) async fn assign_to_organization(
    tx: &mut Tx<'_>,
    request: RequestId,
    organization: OrganizationId,
) -> StoreResult<()> {
    tx.sql("update billing_details set organization_id = $2 where request_id = $1")
        .bind(request)
        .bind(organization)
        .run()
        .await?;
    Ok(())
}
