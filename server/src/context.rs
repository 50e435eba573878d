//! Who acts, from where, and under which policy.

use crate::store::accounts::Account;
use app::backend::Caller;
use shared::billing::Price;
use shared::ids::{AccountId, SessionId};
use shared::rules::requests::RequestPace;
use shared::rules::{Actor, Person};
use shared::timestamp::{Seconds, Timestamp};
use tracing::Span;

/// The limits and prices that an operator configures and rules use.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// How many requests an account may submit.
    pub requests: RequestPace,
    /// Whether a mail server is configured.
    pub mail_goes_out: bool,
    /// What a private organization costs.
    pub price: Price,
    /// How long an invitation is valid.
    pub invitation: Seconds,
    /// How many emails one account may cause to another within a day.
    pub emails_to_one_a_day: u32,
}

/// The actor, the time and the policy of a request.
#[derive(Clone, Debug)]
pub struct RequestContext {
    pub actor: Actor,
    /// The client address. Empty for the operator and for jobs.
    pub address: String,
    pub now: Timestamp,
    pub policy: Policy,
}

impl RequestContext {
    /// The account that acts, if one does.
    pub fn account(&self) -> Option<AccountId> {
        self.actor.person().ok().map(|p| p.id)
    }

    /// Its username.
    pub fn username(&self) -> Option<&str> {
        self.actor.person().ok().map(|p| p.username.as_str())
    }
}

/// Where a command comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A page or a form.
    Web(Caller),
    /// The command line.
    Operator,
    /// A job of the program itself.
    Job(&'static str),
}

impl Origin {
    pub fn address(&self) -> String {
        match self {
            Origin::Web(caller) => caller.address.clone(),
            Origin::Operator | Origin::Job(_) => String::new(),
        }
    }

    /// The tracing span of a command or a query.
    pub fn span(&self, command: &'static str) -> Span {
        let request = match self {
            Origin::Web(caller) => caller.request.as_str(),
            Origin::Operator | Origin::Job(_) => "",
        };
        tracing::info_span!("command", command, actor = self.tag(), request)
    }

    pub fn tag(&self) -> String {
        match self {
            Origin::Web(caller) => {
                caller.signed_in.map_or_else(|| "visitor".to_owned(), |(account, _)| account.to_string())
            }
            Origin::Operator => "operator".to_owned(),
            Origin::Job(name) => (*name).to_owned(),
        }
    }
}

/// The account of a session, or a visitor if the session has ended.
pub fn person(account: Option<Account>, session: SessionId) -> Actor {
    account.map_or(Actor::Visitor, |a| {
        Actor::Person(Person {
            id: a.id,
            username: a.username,
            email: a.email,
            verified: a.verified,
            administrator: a.administrator,
            session,
        })
    })
}
