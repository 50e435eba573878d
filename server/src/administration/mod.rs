//! Administration: accounts, organizations, outgoing email, and the operator's commands.

pub mod accounts;
pub mod operate;
pub mod organizations;
mod outgoing;

use crate::mail::Mailer;
use crate::services::{Services, require_token, search_text, web};
use crate::store::outbox;
use app::backend::{Administration, Caller, Consent, EmailFilter};
use async_trait::async_trait;
use organizations::parse_name;
use shared::ids::EmailId;
use shared::problem::{Field, Problem, Refusal};
use shared::rules::administration::{
    AppointOwner, DisableAccount, DisableOrganization, EnableAccount, EnableOrganization, EndSessions, RetryEmail,
    RetryFailedEmails,
};
use shared::text::Reason;
use shared::wire::administration::{
    AccountView, Accounts, EmailPage, EmailState, Emails, OrganizationView, Organizations as OrganizationList,
};
use shared::wire::{Done, Preview};

#[async_trait]
impl Administration for Services {
    async fn emails(&self, who: &Caller, filter: EmailFilter<'_>) -> Result<Emails, Problem> {
        let (query, only) = (search_text(filter.text), EmailState::from_code(filter.only));
        self.bus.query(who, async |tx, context| outgoing::list(tx, context, query, only, filter.from).await).await
    }

    async fn email(&self, who: &Caller, id: EmailId) -> Result<EmailPage, Problem> {
        self.bus
            .query(who, async |tx, context| {
                context.actor.administrator()?;
                let email = outbox::by_id(tx, id).await?.ok_or(Refusal::NotFound {})?;
                // If emails are sent, only the recipient may see a secret link (rules, section 9).
                let secret_withheld = email.sealed.is_some() && context.policy.mail_goes_out;
                let text = if secret_withheld {
                    Mailer::without_link(&email.text)
                } else {
                    let text = self.bus.mailer.with_link(id, email.sealed.as_ref(), &email.text);
                    text.unwrap_or_else(|| Mailer::with_closed_link(&email.text))
                };
                Ok(EmailPage {
                    row: outgoing::row(email),
                    text,
                    secret_withheld,
                    site: self.bus.mailer.public_url.clone(),
                    now: context.now,
                })
            })
            .await
    }

    async fn accounts(&self, who: &Caller, query: &str) -> Result<Accounts, Problem> {
        let query = search_text(query);
        self.bus.query(who, async |tx, context| accounts::list(tx, context, &query).await).await
    }

    async fn account(&self, who: &Caller, username: &str) -> Result<AccountView, Problem> {
        self.bus.query(who, async |tx, context| accounts::view(tx, context, username).await).await
    }

    async fn preview_disable(&self, who: &Caller, username: &str) -> Result<Preview, Problem> {
        let (username, reason) = (username.to_owned(), Reason::from_stored(String::new()));
        self.bus.preview(web(who), DisableAccount { username, reason }).await
    }

    async fn disable(&self, who: &Caller, username: &str, reason: &str, consent: Consent) -> Result<Done, Problem> {
        let reason = Reason::parse(reason).map_err(|code| Refusal::fault(Field::Reason, code))?;
        let command = DisableAccount { username: username.to_owned(), reason };
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn preview_enable(&self, who: &Caller, username: &str) -> Result<Preview, Problem> {
        self.bus.preview(web(who), EnableAccount { username: username.to_owned() }).await
    }

    async fn enable(&self, who: &Caller, username: &str, consent: Consent) -> Result<Done, Problem> {
        let command = EnableAccount { username: username.to_owned() };
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn preview_end_sessions(&self, who: &Caller, username: &str) -> Result<Preview, Problem> {
        let (username, reason) = (username.to_owned(), Reason::from_stored(String::new()));
        self.bus.preview(web(who), EndSessions { username, reason }).await
    }

    async fn end_sessions(
        &self,
        who: &Caller,
        username: &str,
        reason: &str,
        consent: Consent,
    ) -> Result<Done, Problem> {
        let reason = Reason::parse(reason).map_err(|code| Refusal::fault(Field::Reason, code))?;
        let command = EndSessions { username: username.to_owned(), reason };
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn organizations(&self, who: &Caller, query: &str) -> Result<OrganizationList, Problem> {
        let query = search_text(query);
        self.bus.query(who, async |tx, context| organizations::list(tx, context, &query).await).await
    }

    async fn organization(&self, who: &Caller, name: &str) -> Result<OrganizationView, Problem> {
        self.bus.query(who, async |tx, context| organizations::view(tx, context, name).await).await
    }

    async fn preview_disable_organization(&self, who: &Caller, name: &str) -> Result<Preview, Problem> {
        let command = DisableOrganization { name: parse_name(name)?, reason: Reason::from_stored(String::new()) };
        self.bus.preview(web(who), command).await
    }

    async fn disable_organization(
        &self,
        who: &Caller,
        name: &str,
        reason: &str,
        consent: Consent,
    ) -> Result<Done, Problem> {
        let name = parse_name(name)?;
        let reason = Reason::parse(reason).map_err(|code| Refusal::fault(Field::Reason, code))?;
        Ok(self.bus.execute(web(who), DisableOrganization { name, reason }, require_token(consent)?).await?.done)
    }

    async fn preview_enable_organization(&self, who: &Caller, name: &str) -> Result<Preview, Problem> {
        self.bus.preview(web(who), EnableOrganization { name: parse_name(name)? }).await
    }

    async fn enable_organization(&self, who: &Caller, name: &str, consent: Consent) -> Result<Done, Problem> {
        let command = EnableOrganization { name: parse_name(name)? };
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn preview_appoint(&self, who: &Caller, organization: &str, username: &str) -> Result<Preview, Problem> {
        self.bus.preview(web(who), AppointOwner::previewed(parse_name(organization)?, username)?).await
    }

    async fn appoint(
        &self,
        who: &Caller,
        organization: &str,
        username: &str,
        reason: &str,
        typed: &str,
        consent: Consent,
    ) -> Result<Done, Problem> {
        let command = AppointOwner::parse(parse_name(organization)?, username, reason, typed)?;
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn retry_failed_emails(&self, who: &Caller, query: &str, consent: Consent) -> Result<Done, Problem> {
        let command = RetryFailedEmails { query: search_text(query) };
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn retry_email(&self, who: &Caller, id: EmailId, consent: Consent) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), RetryEmail { id }, require_token(consent)?).await?.done)
    }
}
