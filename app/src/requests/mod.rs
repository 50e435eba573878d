//! The screens of requests: as administrators see them, the queue and a request's page; and an own request.

pub mod actions;
mod billing;
mod conversation;
mod mine;
mod queue;
mod review;

pub use billing::{BillingPage, facts as billing_facts};
pub use conversation::estimate;
pub use mine::{EditMyRequest, MyRequest};
pub use queue::{QueuePage, table as requests_table};
pub use review::ReviewPage;
