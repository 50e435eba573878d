//! The screens of requests, as administrators see them: the queue, and a request's page.

pub mod actions;
mod queue;
mod review;

pub use queue::QueuePage;
pub use review::ReviewPage;
