//! Password hashes: argon2id with 19 MiB, two passes and one lane (the OWASP minimum), off the threads
//! that answer requests, and never more at once than there are permits, so that a flood of sign-ins
//! costs neither the memory nor the other pages.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use shared::passwords::Password;
use shared::problem::Problem;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many may wait for a permit before the answer is “come back later”.
const QUEUE: usize = 64;

/// Hashes passwords, a bounded number at once. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    permits: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    at_once: usize,
    /// What is verified against when there is no such account, so that the answer takes as long.
    decoy: Arc<str>,
}

impl Hasher {
    /// A hasher that runs up to `at_once` hashes at a time.
    pub fn new(at_once: usize) -> Self {
        let decoy = hash("a password that nobody has", &[0; 16]).unwrap_or_default();
        Self {
            permits: Arc::new(Semaphore::new(at_once.max(1))),
            waiting: Arc::new(Semaphore::new(QUEUE)),
            at_once: at_once.max(1),
            decoy: decoy.into(),
        }
    }

    /// How many wait for a permit.
    pub fn waiting(&self) -> usize {
        let inside = QUEUE.saturating_sub(self.waiting.available_permits());
        inside.saturating_sub(self.at_once.saturating_sub(self.permits.available_permits()))
    }

    /// The hash of a new password, in the PHC form that names its parameters.
    ///
    /// # Errors
    /// Too many wait already.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<String, Problem> {
        self.bounded(move || hash(password.reveal(), &salt)).await?.ok_or(Problem::Broken {})
    }

    /// Whether the password belongs to the hash. Without a hash the answer is no, as late as any other.
    ///
    /// # Errors
    /// Too many wait already.
    pub async fn matches(&self, password: Password, hash: Option<String>) -> Result<bool, Problem> {
        let decoy = Arc::clone(&self.decoy);
        self.bounded(move || {
            let against = hash.as_deref().unwrap_or(&decoy);
            let same = Argon2::default().verify_password(password.reveal().as_bytes(), against).is_ok();
            same && hash.is_some()
        })
        .await
    }

    /// Runs the work on a blocking thread. The permit goes with it: a reader who leaves does not free it
    /// while the hash still runs.
    async fn bounded<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let busy = Problem::Busy { seconds: 5 };
        let Ok(place) = Arc::clone(&self.waiting).try_acquire_owned() else { return Err(busy) };
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| busy)?;
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, permit);
            work()
        });
        task.await.map_err(|_| Problem::Broken {})
    }
}

fn hash(password: &str, salt: &[u8; 16]) -> Option<String> {
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt).ok()?;
    Some(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_alone() {
        let hasher = Hasher::new(2);
        let password = |text| Password::offered(text).unwrap();
        let hash = hasher.hash(password("correct horse battery"), [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let cases = [
            ("correct horse battery", Some(hash.clone()), true),
            ("correct horse battery ", Some(hash.clone()), false),
            ("a password that nobody has", None, false),
        ];
        for (typed, hash, expected) in cases {
            assert_eq!(hasher.matches(password(typed), hash).await, Ok(expected), "{typed}");
        }
    }
}
