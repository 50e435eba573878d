//! What a transaction has read on its way to a decision, and need not read again for the lines and letters that follow
//! from it. No decision is made of it: facts are read anew.

use super::accounts::Account;
use super::history::Head;
use shared::ids::{AccountId, OrganizationId};

#[derive(Default)]
pub(super) struct Known {
    heads: Vec<(OrganizationId, Head)>,
    owners: Vec<(OrganizationId, Vec<Account>)>,
    accounts: Vec<Account>,
}

impl Known {
    /// The end of the chain of an organization that is locked: whoever appends moves it on.
    pub fn head(&mut self, of: OrganizationId) -> Option<&mut Head> {
        self.heads.iter_mut().find(|(id, _)| *id == of).map(|(_, head)| head)
    }

    /// Keeps the end of a chain, where it is not known: one that is may have been moved on since.
    pub fn keep_head(&mut self, of: OrganizationId, head: Head) {
        if self.head(of).is_none() {
            self.heads.push((of, head));
        }
    }

    /// The Owners of an organization who can use their accounts, by name.
    pub fn owners(&self, of: OrganizationId) -> Option<Vec<Account>> {
        self.owners.iter().find(|(id, _)| *id == of).map(|(_, owners)| owners.clone())
    }

    pub fn keep_owners(&mut self, of: OrganizationId, owners: Vec<Account>) {
        self.owners.retain(|(id, _)| *id != of);
        self.owners.push((of, owners));
    }

    pub fn account(&self, id: AccountId) -> Option<Account> {
        self.accounts.iter().find(|account| account.id == id).cloned()
    }

    pub fn keep_account(&mut self, account: &Account) {
        self.accounts.retain(|known| known.id != account.id);
        self.accounts.push(account.clone());
    }
}
