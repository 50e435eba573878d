//! What a transaction has read for its decision, and need not read again for the audit events and emails. No decision
//! uses the cache: facts are always read from the database.

use super::accounts::Account;
use super::history::ChainHead;
use shared::ids::{AccountId, OrganizationId};

#[derive(Default)]
pub(super) struct TransactionCache {
    chain_heads: Vec<(OrganizationId, ChainHead)>,
    owners: Vec<(OrganizationId, Vec<Account>)>,
    accounts: Vec<Account>,
}

impl TransactionCache {
    /// The head of the hash chain of a locked organization. Whoever appends an event updates it.
    pub fn chain_head(&mut self, of: OrganizationId) -> Option<&mut ChainHead> {
        self.chain_heads.iter_mut().find(|(id, _)| *id == of).map(|(_, head)| head)
    }

    /// Stores the head of a chain unless it is cached already, because the cached one may be newer.
    pub fn insert_chain_head(&mut self, of: OrganizationId, head: ChainHead) {
        if self.chain_head(of).is_none() {
            self.chain_heads.push((of, head));
        }
    }

    /// The Owners of an organization whose accounts are enabled, by name.
    pub fn owners(&self, of: OrganizationId) -> Option<Vec<Account>> {
        self.owners.iter().find(|(id, _)| *id == of).map(|(_, owners)| owners.clone())
    }

    pub fn insert_owners(&mut self, of: OrganizationId, owners: Vec<Account>) {
        self.owners.retain(|(id, _)| *id != of);
        self.owners.push((of, owners));
    }

    pub fn account(&self, id: AccountId) -> Option<Account> {
        self.accounts.iter().find(|account| account.id == id).cloned()
    }

    pub fn insert_account(&mut self, account: &Account) {
        self.accounts.retain(|cached| cached.id != account.id);
        self.accounts.push(account.clone());
    }
}
