//! Running the site: accounts, outgoing mail, and what the operator does at the command line.

pub mod accounts;
mod letters;
pub mod operate;
pub mod organizations;

use crate::mail::Post;
use crate::services::{Services, of_form, searched, web};
use crate::store::outbox;
use app::backend::{Administration, Caller, Consent, LetterFilter};
use async_trait::async_trait;
use organizations::named;
use shared::ids::LetterId;
use shared::problem::{Field, Problem, Refusal};
use shared::rules::administration::{
    AppointOwner, DisableAccount, DisableOrganization, EnableAccount, EnableOrganization, EndSessions,
    RetryFailedLetters, RetryLetter,
};
use shared::text::Reason;
use shared::wire::administration::{
    AccountView, Accounts, LetterPage, LetterState, Letters, OrganizationView, Organizations as OrganizationList,
};
use shared::wire::{Done, Preview};

#[async_trait]
impl Administration for Services {
    async fn letters(&self, who: &Caller, filter: LetterFilter<'_>) -> Result<Letters, Problem> {
        let (query, only) = (searched(filter.text), LetterState::from_code(filter.only));
        self.door.see(who, async |tx, about| letters::list(tx, about, query, only, filter.from).await).await
    }

    async fn letter(&self, who: &Caller, id: LetterId) -> Result<LetterPage, Problem> {
        self.door
            .see(who, async |tx, about| {
                about.actor.administrator()?;
                let letter = outbox::by_id(tx, id).await?.ok_or(Refusal::NotFound {})?;
                // Where letters go out, a secret link is for its receiver alone (rules, section 9).
                let secret_withheld = letter.sealed.is_some() && about.policy.mail_goes_out;
                let text = if secret_withheld {
                    Post::without_link(&letter.text)
                } else {
                    let text = self.door.post.with_link(id, letter.sealed.as_ref(), &letter.text);
                    text.unwrap_or_else(|| Post::with_closed_link(&letter.text))
                };
                Ok(LetterPage {
                    row: letters::row(letter),
                    text,
                    secret_withheld,
                    site: self.door.post.public_url.clone(),
                    now: about.now,
                })
            })
            .await
    }

    async fn accounts(&self, who: &Caller, query: &str) -> Result<Accounts, Problem> {
        let query = searched(query);
        self.door.see(who, async |tx, about| accounts::list(tx, about, &query).await).await
    }

    async fn account(&self, who: &Caller, username: &str) -> Result<AccountView, Problem> {
        self.door.see(who, async |tx, about| accounts::one(tx, about, username).await).await
    }

    async fn preview_disable(&self, who: &Caller, username: &str) -> Result<Preview, Problem> {
        let (username, reason) = (username.to_owned(), Reason::kept(String::new()));
        self.door.preview(web(who), DisableAccount { username, reason }).await
    }

    async fn disable(&self, who: &Caller, username: &str, reason: &str, consent: Consent) -> Result<Done, Problem> {
        let reason = Reason::parse(reason).map_err(|code| Refusal::fault(Field::Reason, code))?;
        let command = DisableAccount { username: username.to_owned(), reason };
        Ok(self.door.carry_out(web(who), command, of_form(consent)?).await?.done)
    }

    async fn preview_enable(&self, who: &Caller, username: &str) -> Result<Preview, Problem> {
        self.door.preview(web(who), EnableAccount { username: username.to_owned() }).await
    }

    async fn enable(&self, who: &Caller, username: &str, consent: Consent) -> Result<Done, Problem> {
        let command = EnableAccount { username: username.to_owned() };
        Ok(self.door.carry_out(web(who), command, of_form(consent)?).await?.done)
    }

    async fn preview_end_sessions(&self, who: &Caller, username: &str) -> Result<Preview, Problem> {
        let (username, reason) = (username.to_owned(), Reason::kept(String::new()));
        self.door.preview(web(who), EndSessions { username, reason }).await
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
        Ok(self.door.carry_out(web(who), command, of_form(consent)?).await?.done)
    }

    async fn organizations(&self, who: &Caller, query: &str) -> Result<OrganizationList, Problem> {
        let query = searched(query);
        self.door.see(who, async |tx, about| organizations::list(tx, about, &query).await).await
    }

    async fn organization(&self, who: &Caller, name: &str) -> Result<OrganizationView, Problem> {
        self.door.see(who, async |tx, about| organizations::one(tx, about, name).await).await
    }

    async fn preview_disable_organization(&self, who: &Caller, name: &str) -> Result<Preview, Problem> {
        let command = DisableOrganization { name: named(name)?, reason: Reason::kept(String::new()) };
        self.door.preview(web(who), command).await
    }

    async fn disable_organization(
        &self,
        who: &Caller,
        name: &str,
        reason: &str,
        consent: Consent,
    ) -> Result<Done, Problem> {
        let name = named(name)?;
        let reason = Reason::parse(reason).map_err(|code| Refusal::fault(Field::Reason, code))?;
        Ok(self.door.carry_out(web(who), DisableOrganization { name, reason }, of_form(consent)?).await?.done)
    }

    async fn preview_enable_organization(&self, who: &Caller, name: &str) -> Result<Preview, Problem> {
        self.door.preview(web(who), EnableOrganization { name: named(name)? }).await
    }

    async fn enable_organization(&self, who: &Caller, name: &str, consent: Consent) -> Result<Done, Problem> {
        let command = EnableOrganization { name: named(name)? };
        Ok(self.door.carry_out(web(who), command, of_form(consent)?).await?.done)
    }

    async fn preview_appoint(&self, who: &Caller, organization: &str, username: &str) -> Result<Preview, Problem> {
        self.door.preview(web(who), AppointOwner::previewed(named(organization)?, username)?).await
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
        let command = AppointOwner::parse(named(organization)?, username, reason, typed)?;
        Ok(self.door.carry_out(web(who), command, of_form(consent)?).await?.done)
    }

    async fn retry_failed_letters(&self, who: &Caller, query: &str, consent: Consent) -> Result<Done, Problem> {
        let command = RetryFailedLetters { query: searched(query) };
        Ok(self.door.carry_out(web(who), command, of_form(consent)?).await?.done)
    }

    async fn retry_letter(&self, who: &Caller, id: LetterId, consent: Consent) -> Result<Done, Problem> {
        Ok(self.door.carry_out(web(who), RetryLetter { id }, of_form(consent)?).await?.done)
    }
}
