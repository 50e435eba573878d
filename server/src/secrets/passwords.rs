//! Password hashes: argon2id with 19 MiB, two passes and one lane (the OWASP minimum), off the threads
//! that answer requests, and never more at once than there are permits, so that a flood of sign-ins
//! costs neither the memory nor the other pages. The queue for them is fair by client ([`super::fair_queue`]).

use super::fair_queue::{FairQueue, Permit};
pub use argon2::Params;
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Version};
use shared::passwords::Password;
use shared::problem::Problem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many may wait for a permit before the answer is “come back later”.
const QUEUE: usize = 64;

/// Hashes passwords, a bounded number at once. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    queue: FairQueue,
    /// For whom; nobody in particular at first.
    client: Arc<str>,
    params: Params,
    /// What is verified against when there is no such account, so that the answer takes as long.
    decoy: Arc<str>,
    memory: Arc<Memory>,
}

/// The memory that hashes are made in, kept for the next: as many pieces as hashes ran at once. Given back to the system
/// each time, it would have to be cleared each time; given back to the allocator, every thread would keep its own.
#[derive(Default)]
struct Memory(Mutex<Vec<Vec<Block>>>);

impl Hasher {
    /// A hasher that runs up to `at_once` hashes at a time.
    pub fn new(at_once: usize) -> Self {
        Self::with_params(at_once, Params::default())
    }

    /// A hasher whose new hashes cost something else.
    pub fn with_params(at_once: usize, params: Params) -> Self {
        // The memory of this one is not kept: an idle site has no use for it.
        let decoy = Memory::default().hash(&params, "a password that nobody has", &[0; 16]).unwrap_or_default();
        Self {
            params,
            queue: FairQueue::new(at_once, QUEUE),
            client: Arc::default(),
            decoy: decoy.into(),
            memory: Arc::default(),
        }
    }

    /// The same hasher, queueing as this client.
    #[must_use]
    pub fn for_client(&self, client: &str) -> Self {
        Self { client: client.into(), ..self.clone() }
    }

    /// A permit to hash, once it is this client's turn; `None` when too many wait.
    pub async fn permit(&self) -> Option<Permit> {
        self.queue.acquire(&self.client).await
    }

    /// How many wait for a permit.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// The hash of a new password, in the PHC form that names its parameters.
    ///
    /// # Errors
    /// Too many wait already.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<String, Problem> {
        let (memory, params) = (Arc::clone(&self.memory), self.params.clone());
        self.bounded(move || memory.hash(&params, password.reveal(), &salt)).await?.ok_or(Problem::Broken {})
    }

    /// Whether the password belongs to the hash. Without a hash the answer is no, as late as any other.
    ///
    /// # Errors
    /// Too many wait already.
    pub async fn matches(&self, password: Password, hash: Option<String>) -> Result<bool, Problem> {
        let (decoy, memory) = (Arc::clone(&self.decoy), Arc::clone(&self.memory));
        self.bounded(move || {
            let against = hash.as_deref().unwrap_or(&decoy);
            memory.matches(password.reveal(), against).unwrap_or(false) && hash.is_some()
        })
        .await
    }

    /// Runs the work on a blocking thread. The permit goes with it: a reader who leaves does not free it
    /// while the hash still runs.
    async fn bounded<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let permit = self.permit().await.ok_or(Problem::Busy { seconds: 5 })?;
        let task = tokio::task::spawn_blocking(move || {
            let _held = permit;
            work()
        });
        task.await.map_err(|_| Problem::Broken {})
    }
}

impl Memory {
    fn hash(&self, params: &Params, password: &str, salt: &[u8; 16]) -> Option<String> {
        let (algorithm, version) = (Algorithm::default(), Version::default());
        let output = self.output(&Argon2::new(algorithm, version, params.clone()), password, salt)?;
        let hash = PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: params.clone().try_into().ok()?,
            salt: Some(Salt::new(salt).ok()?),
            hash: Some(output),
        };
        Some(hash.to_string())
    }

    /// Whether the password belongs to the hash, which says with what parameters it was made; nothing, if it can't be
    /// read.
    fn matches(&self, password: &str, hash: &str) -> Option<bool> {
        let hash = PasswordHash::new(hash).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = hash.version.map_or(Some(Version::default()), |version| version.try_into().ok())?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
        // Outputs are compared in constant time.
        Some(self.output(&argon2, password, hash.salt.as_ref()?)? == hash.hash?)
    }

    fn output(&self, argon2: &Argon2<'_>, password: &str, salt: &[u8]) -> Option<Output> {
        let mut blocks = self.pieces().pop().unwrap_or_default();
        blocks.resize_with(argon2.params().block_count(), Block::default);
        let mut output = vec![0; argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
        let done = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut blocks);
        self.pieces().push(blocks);
        done.ok().and_then(|()| Output::new(&output).ok())
    }

    fn pieces(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_alone() {
        let hasher = Hasher::new(2);
        let password = |text| Password::for_verification(text).unwrap();
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
