//! The screens of requests: as administrators see them, the queue and a request's page; and an own request.

pub mod actions;
mod billing;
mod conversation;
mod ending;
mod mine;
mod queue;
mod review;

pub use billing::{BillingPage, section as billing_section};
pub use conversation::estimate;
pub use ending::ending;
pub use mine::{EditMyRequest, MyRequest};
pub use queue::{QueuePage, table as requests_table};
pub use review::ReviewPage;
