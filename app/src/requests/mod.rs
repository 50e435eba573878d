//! The screens of requests: the administrators' queue and review page, and the applicant's own request.

pub mod actions;
mod billing;
mod conversation;
mod end_request;
mod evidence;
mod mine;
mod queue;
mod review;
mod state_tag;

pub use billing::{BillingPage, billing_section};
pub use conversation::estimate;
pub use end_request::end_request_dialog;
pub use mine::{EditMyRequestPage, MyRequestPage};
pub use queue::{QueuePage, requests_table};
pub use review::ReviewPage;
pub use state_tag::state_tag;
