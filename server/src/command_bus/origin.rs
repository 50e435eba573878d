//! The origin of a command, and its actor.

use super::Policy;
use crate::store::accounts::Account;
use app::backend::Caller;
use shared::ids::{AccountId, SessionId};
use shared::rules::{Actor, Person};
use shared::timestamp::Timestamp;
use tracing::Span;

/// The actor, the time and the policy of a request.
#[derive(Clone, Debug)]
pub struct RequestContext {
    pub actor: Actor,
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
    pub(super) fn address(&self) -> String {
        match self {
            Origin::Web(caller) => caller.address.clone(),
            Origin::Operator | Origin::Job(_) => String::new(),
        }
    }

    /// The tracing span of a command or a query.
    pub(super) fn span(&self, command: &'static str) -> Span {
        let request = match self {
            Origin::Web(caller) => caller.request.as_str(),
            Origin::Operator | Origin::Job(_) => "",
        };
        tracing::info_span!("command", command, actor = self.tag(), request)
    }

    pub(super) fn tag(&self) -> String {
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
pub(super) fn person(account: Option<Account>, session: SessionId) -> Actor {
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
