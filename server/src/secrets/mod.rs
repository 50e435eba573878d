//! Secrets: passwords are hashed, links in waiting emails are encrypted, and tokens are compared by hash.

pub mod breached;
pub mod fair_queue;
pub mod key;
pub mod passwords;
