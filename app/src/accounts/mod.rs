//! The screens of accounts: landing, create account, sign in, verify, set up.

pub mod actions;
mod landing;
mod new_account;
mod sign_in;
mod verify;

pub use landing::Landing;
pub use new_account::{CreateAccount, SetUp};
pub use sign_in::SignIn;
pub use verify::Verify;
