//! Accounts: sign-up, signing in, and account settings (rules, sections 1, 2 and 9).

mod addresses;
mod create;
mod delivery;
mod devices;
mod passwords;

pub use addresses::*;
pub use create::*;
pub use delivery::*;
pub use devices::*;
pub use passwords::*;
