//! Account settings: their pages, and adding an address.

use super::attempts;
use crate::command_bus::Failure;
use crate::context::RequestContext;
use crate::services::{AnswerQuery, Services, web};
use crate::store::{self, Tx};
use app::backend::{Caller, DoneWithCookie, Handle};
use async_trait::async_trait;
use shared::addresses::EmailAddress;
use shared::ids::SessionId;
use shared::limits::HISTORY_PAGE;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{Faults, Field, Refusal};
use shared::rules::accounts::{AddAddress, may_add_address};
use shared::wire::Consent;
use shared::wire::accounts::{
    AccountHistoryQuery, AccountSettingsQuery, AccountSettingsView, AddAddressForm, Address, Device,
};
use shared::wire::history::{HistoryEntry, HistoryPage};
use shared::words;

impl AnswerQuery for AccountSettingsQuery {
    async fn answer(
        &self,
        _: &Services,
        tx: &mut Tx<'_>,
        context: &RequestContext,
    ) -> Result<AccountSettingsView, Failure> {
        let person = context.actor.person()?;
        let account = store::accounts::by_id(tx, person.id).await?.ok_or(Refusal::NotSignedIn {})?;
        let addresses = store::addresses::of_account(tx, person.id).await?;
        let devices = store::sessions::of_account(tx, person.id, context.now).await?;
        Ok(AccountSettingsView {
            username: account.username,
            since: account.created_at,
            more_addresses: may_add_address(addresses.len()).err(),
            addresses: addresses.into_iter().map(address).collect(),
            devices: devices.into_iter().map(|device| self::device(device, person.session)).collect(),
            now: context.now,
        })
    }
}

impl AnswerQuery for AccountHistoryQuery {
    async fn answer(&self, _: &Services, tx: &mut Tx<'_>, context: &RequestContext) -> Result<HistoryPage, Failure> {
        let person = context.actor.person()?;
        let mut found =
            store::history::of_account(tx, person.id, self.before.unwrap_or(i64::MAX), HISTORY_PAGE + 1).await?;
        let more = found.len() > usize::try_from(HISTORY_PAGE).unwrap_or(usize::MAX);
        found.truncate(usize::try_from(HISTORY_PAGE).unwrap_or(usize::MAX));
        let older = found.last().filter(|_| more).map(|event| event.number);
        let events = found.into_iter().map(|event| own_history_entry(event, person.id)).collect();
        Ok(HistoryPage { events, older, now: context.now })
    }
}

#[async_trait]
impl Handle<AddAddressForm> for Services {
    async fn handle(&self, who: &Caller, form: AddAddressForm, consent: Consent) -> Result<DoneWithCookie, Problem> {
        let origin = web(who);
        let submission = self.bus.submission::<AddAddress>(&origin, &form, consent)?;
        let mut faults = Faults::default();
        let email = faults.take(Field::Email, EmailAddress::parse(&form.email));
        let offered = faults.take(Field::CurrentPassword, Password::for_verification(&form.current_password));
        let (email, offered) = faults.finish(email.zip(offered))?;
        let confirmed = attempts::confirm(self, who, offered).await?;
        Ok(self.bus.execute(origin, AddAddress { email, confirmed }, submission).await?.done.into())
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
