//! Hashes of new passwords.

use crate::secrets::breached;
use crate::services::Services;
use shared::passwords::Password;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};

/// The hash of a new password, for a client that is entitled to it.
///
/// # Errors
/// The password is on a list of leaked passwords, or too many hashes are waiting already.
pub async fn new_hash(services: &Services, client: &str, password: Password) -> Result<String, Problem> {
    if breached::is_breached(&password) {
        return Err(Refusal::fault(Field::Password, FaultCode::PasswordLeaked {}).into());
    }
    let salt = services.bus.random.seed().first_chunk().copied().unwrap_or_default();
    services.hasher.for_client(client).hash(password, salt).await
}
