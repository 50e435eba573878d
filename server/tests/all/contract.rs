//! The contract of the store: what each public function answers, the same on every engine.

mod accounts;
mod conversation;
mod invitations;
mod outbox;
mod people;
mod private;
mod requests;
mod settings;
mod stale;

use shared::ids::AccountId;
use uuid::Uuid;

/// The id of an account that does not exist.
const NOBODY: AccountId = AccountId(Uuid::from_u128(1));
