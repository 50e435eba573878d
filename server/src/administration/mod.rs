//! Administration: accounts, organizations, outgoing email, and the operator's commands.

mod account_facts;
pub mod accounts;
pub mod operate;
pub mod organizations;
mod outgoing;

use crate::command_bus::Failure;
use crate::context::RequestContext;
use crate::mail::Mailer;
use crate::services::{AnswerQuery, Services};
use crate::store::{Tx, outbox};
use shared::domain::EmailState;
use shared::refusal::Refusal;
use shared::text::search_text;
use shared::wire::administration::{
    AccountQuery, AccountView, Accounts, AccountsQuery, EmailQuery, EmailView, Emails, EmailsQuery, OrganizationQuery,
    OrganizationView, Organizations as OrganizationList, OrganizationsQuery,
};
use shared::wire::parse_id;

impl AnswerQuery for EmailsQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<Emails, Failure> {
        let (query, only) = (search_text(&self.query), EmailState::from_code(&self.only));
        outgoing::list(tx, context, query, only, parse_id(&self.from).ok()).await
    }
}

impl AnswerQuery for EmailQuery {
    async fn answer(
        &self,
        services: &Services,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> Result<EmailView, Failure> {
        context.actor.administrator()?;
        let id = parse_id(&self.email)?;
        let email = outbox::by_id(tx, id).await?.ok_or(Refusal::NotFound {})?;
        // If emails are sent, only the recipient may see a secret link (rules, section 9).
        let secret_withheld = email.sealed.is_some() && context.policy.mail_goes_out;
        let text = if secret_withheld {
            Mailer::without_link(&email.text)
        } else {
            let text = services.bus.mailer.with_link(id, email.sealed.as_ref(), &email.text);
            text.unwrap_or_else(|| Mailer::with_closed_link(&email.text))
        };
        Ok(EmailView {
            row: outgoing::row(email),
            text,
            secret_withheld,
            site: services.bus.mailer.public_url.clone(),
            now: context.now,
        })
    }
}

impl AnswerQuery for AccountsQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<Accounts, Failure> {
        accounts::list(tx, context, &search_text(&self.query)).await
    }
}

impl AnswerQuery for AccountQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<AccountView, Failure> {
        accounts::view(tx, context, &self.username).await
    }
}

impl AnswerQuery for OrganizationsQuery {
    async fn answer(
        &self,
        _: &Services,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> Result<OrganizationList, Failure> {
        organizations::list(tx, context, &search_text(&self.query)).await
    }
}

impl AnswerQuery for OrganizationQuery {
    async fn answer(
        &self,
        _: &Services,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> Result<OrganizationView, Failure> {
        organizations::view(tx, context, &self.organization).await
    }
}
