//! The billing details of private organizations.

use super::{Row, StoreError, StoreResult, Tx};
use crate::store::FromRow;
use shared::addresses::EmailAddress;
use shared::billing::{BillingDetails, BillingDraft, Payment};
use shared::countries::Country;
use shared::ids::{OrganizationId, RequestId};
use shared::text::{LegalName, OrderNumber, PostalAddress, TaxId};

/// The details in a row of `request_row` or `billing_details`. `None` if there are none.
pub fn in_row(row: &Row) -> StoreResult<Option<BillingDetails>> {
    let Some(legal_name) = row.maybe("legal_name")? else { return Ok(None) };
    let country: String = row.get("country")?;
    Ok(Some(BillingDetails {
        legal_name: LegalName::from_stored(legal_name),
        email: EmailAddress::from_stored(row.get("billing_email")?),
        address: PostalAddress::from_stored(row.get("postal_address")?),
        country: Country::from_code(&country).ok_or_else(|| StoreError::inconsistent("country", &country))?,
        tax_id: TaxId::from_stored(row.get("tax_id")?),
        order_number: OrderNumber::from_stored(row.get("order_number")?),
        payment: row.code("payment", Payment::from_code)?,
    }))
}

struct DetailsRow(Option<BillingDetails>);

impl FromRow for DetailsRow {
    fn from_row(row: &Row) -> StoreResult<Self> {
        in_row(row).map(Self)
    }
}

/// The billing details of an organization.
pub async fn of_organization(tx: &mut Tx<'_>, id: OrganizationId) -> StoreResult<Option<BillingDetails>> {
    let found: Option<DetailsRow> = tx
        .sql(
            "select legal_name, billing_email, postal_address, country, tax_id, order_number, payment
             from billing_details where organization_id = $1",
        )
        .bind(id)
        .optional()
        .await?;
    Ok(found.and_then(|DetailsRow(details)| details))
}

impl FromRow for BillingDraft {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            legal_name: row.get("legal_name")?,
            email: row.get("billing_email")?,
            postal_address: row.get("postal_address")?,
            country: row.get("country")?,
            tax_id: row.get("tax_id")?,
            order_number: row.get("order_number")?,
        })
    }
}

/// The unfinished billing details of a draft.
pub async fn draft(tx: &mut Tx<'_>, id: RequestId) -> StoreResult<Option<BillingDraft>> {
    tx.sql(
        "select legal_name, billing_email, postal_address, country, tax_id, order_number
         from billing_draft where request_id = $1",
    )
    .bind(id)
    .optional()
    .await
}
