//! Account settings: their pages, and the port to their use cases.

use super::password;
use crate::services::{Services, require_token, web};
use crate::store;
use app::backend::{Caller, Consent, DoneWithCookie, Settings};
use async_trait::async_trait;
use shared::addresses::EmailAddress;
use shared::ids::{EmailAddressId, SessionId};
use shared::limits::HISTORY_PAGE;
use shared::passwords::Password;
use shared::problem::{Faults, Field, Problem, Refusal};
use shared::rules::accounts::{
    AddAddress, EndDevice, EndOtherDevices, MakePrimary, RemoveAddress, ResendVerification, may_add_address,
};
use shared::wire::accounts::{AccountPage, Address, Device};
use shared::wire::history::{HistoryEntry, HistoryPage};
use shared::wire::{Done, Preview};
use shared::words;

#[async_trait]
impl Settings for Services {
    async fn page(&self, who: &Caller) -> Result<AccountPage, Problem> {
        self.bus
            .query(who, async |tx, context| {
                let person = context.actor.person()?;
                let account = store::accounts::by_id(tx, person.id).await?.ok_or(Refusal::NotSignedIn {})?;
                let addresses = store::addresses::of_account(tx, person.id).await?;
                let devices = store::sessions::of_account(tx, person.id, context.now).await?;
                Ok(AccountPage {
                    username: account.username,
                    since: account.created_at,
                    more_addresses: may_add_address(addresses.len()).err(),
                    addresses: addresses.into_iter().map(address).collect(),
                    devices: devices.into_iter().map(|device| self::device(device, person.session)).collect(),
                    now: context.now,
                })
            })
            .await
    }

    async fn history(&self, who: &Caller, before: Option<i64>) -> Result<HistoryPage, Problem> {
        self.bus
            .query(who, async |tx, context| {
                let person = context.actor.person()?;
                let mut found =
                    store::history::of_account(tx, person.id, before.unwrap_or(i64::MAX), HISTORY_PAGE + 1).await?;
                let more = found.len() > usize::try_from(HISTORY_PAGE).unwrap_or(usize::MAX);
                found.truncate(usize::try_from(HISTORY_PAGE).unwrap_or(usize::MAX));
                let older = found.last().filter(|_| more).map(|event| event.number);
                let events = found.into_iter().map(|event| own_history_entry(event, person.id)).collect();
                Ok(HistoryPage { events, older, now: context.now })
            })
            .await
    }

    async fn add_address(
        &self,
        who: &Caller,
        email: &str,
        current_password: &str,
        consent: Consent,
    ) -> Result<Done, Problem> {
        let consent = require_token(consent)?;
        let mut faults = Faults::default();
        let email = faults.take(Field::Email, EmailAddress::parse(email));
        let offered = faults.take(Field::CurrentPassword, Password::for_verification(current_password));
        let (email, offered) = faults.finish(email.zip(offered))?;
        let consent = self.bus.bind_secrets(consent, &[current_password]);
        let confirmed = password::confirm(self, who, offered).await?;
        Ok(self.bus.execute(web(who), AddAddress { email, confirmed }, consent).await?.done)
    }

    async fn resend(&self, who: &Caller, address: EmailAddressId, consent: Consent) -> Result<Done, Problem> {
        let command = ResendVerification { address: Some(address) };
        Ok(self.bus.execute(web(who), command, require_token(consent)?).await?.done)
    }

    async fn make_primary(&self, who: &Caller, address: EmailAddressId, consent: Consent) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), MakePrimary { address }, require_token(consent)?).await?.done)
    }

    async fn preview_remove(&self, who: &Caller, address: EmailAddressId) -> Result<Preview, Problem> {
        self.bus.preview(web(who), RemoveAddress { address }).await
    }

    async fn remove(&self, who: &Caller, address: EmailAddressId, consent: Consent) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), RemoveAddress { address }, require_token(consent)?).await?.done)
    }

    async fn change_password(
        &self,
        who: &Caller,
        current: &str,
        password: &str,
        consent: Consent,
    ) -> Result<DoneWithCookie, Problem> {
        password::change(self, who, current, password, require_token(consent)?).await
    }

    async fn end_device(&self, who: &Caller, device: SessionId, consent: Consent) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), EndDevice { device }, require_token(consent)?).await?.done)
    }

    async fn end_others(&self, who: &Caller, consent: Consent) -> Result<Done, Problem> {
        Ok(self.bus.execute(web(who), EndOtherDevices, require_token(consent)?).await?.done)
    }
}

/// An address as its owner and administrators see it.
pub fn address(address: store::addresses::Address) -> Address {
    let store::addresses::Address { facts, bounces, .. } = address;
    Address { id: facts.id, email: facts.email.to_string(), verified: facts.verified, primary: facts.primary, bounces }
}

fn device(device: store::sessions::Device, this: SessionId) -> Device {
    Device {
        this: device.id == this,
        id: device.id,
        name: words::device(&device.agent),
        address: device.address,
        since: device.since,
        seen_at: device.seen_at,
    }
}

/// An event of an account as its owner sees it.
fn own_history_entry(event: store::history::AuditEvent, me: shared::ids::AccountId) -> HistoryEntry {
    let is_own = event.actor_kind == "account" && event.actor_id == Some(me);
    // The client addresses of others are hidden from this account. A visitor may have been anybody.
    let address_visible = is_own || event.actor_kind == "visitor";
    let event_kind = event.kind.clone();
    let entry = history_entry(event);
    // Before the sign-in that it tells of, nobody was signed in.
    let is_sign_in = event_kind == shared::history::EventKind::SignedIn.code();
    let by = if is_own || is_sign_in { "You".to_owned() } else { entry.by };
    let address = if address_visible { entry.address } else { String::new() };
    HistoryEntry { by, address, ..entry }
}

/// An event as everybody sees it who may read the history.
pub fn history_entry(event: store::history::AuditEvent) -> HistoryEntry {
    let by = match event.actor_kind.as_str() {
        "account" => event.actor_name,
        "visitor" => "Not signed in".to_owned(),
        "operator" => "The operator".to_owned(),
        _ => "The site".to_owned(),
    };
    HistoryEntry { at: event.at, by, what: words::event(&event.kind, &event.details), address: event.address }
}
