//! Password hashes: argon2id with 19 MiB, two passes and one lane (the OWASP minimum). They are computed on blocking
//! threads. Permits limit how many run at once, so that a flood of sign-ins exhausts neither the memory nor the processors.
//! The queue for permits is fair by client ([`super::fair_queue`]).

use super::fair_queue::{FairQueue, Permit};
pub use argon2::Params;
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Version};
use shared::passwords::Password;
use shared::problem::Problem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many may wait for a permit. Others get [`Problem::Busy`].
const MAX_WAITING: usize = 64;

/// Hashes passwords, a limited number at once. Clones are cheap.
#[derive(Clone)]
pub struct Hasher {
    queue: FairQueue,
    /// The client that it queues as. It is empty at first.
    client: Arc<str>,
    params: Params,
    /// The hash that is verified if there is no such account, so that the response takes as long.
    decoy: Arc<str>,
    blocks: Arc<BlockPool>,
}

/// The memory for hashes, which is kept for the next ones. It has as many buffers as hashes have run at once. If it were
/// returned to the system, it would have to be cleared each time. The allocator would keep a buffer for each thread.
#[derive(Default)]
struct BlockPool(Mutex<Vec<Vec<Block>>>);

impl Hasher {
    /// A hasher that runs up to `at_once` hashes at a time.
    pub fn new(at_once: usize) -> Self {
        Self::with_params(at_once, Params::default())
    }

    /// A hasher with other parameters for new hashes.
    pub fn with_params(at_once: usize, params: Params) -> Self {
        // This buffer isn't kept, because an idle site has no use for it.
        let decoy = BlockPool::default().hash(&params, "a password that nobody has", &[0; 16]).unwrap_or_default();
        Self {
            params,
            queue: FairQueue::new(at_once, MAX_WAITING),
            client: Arc::default(),
            decoy: decoy.into(),
            blocks: Arc::default(),
        }
    }

    /// The same hasher, queueing as this client.
    #[must_use]
    pub fn for_client(&self, client: &str) -> Self {
        Self { client: client.into(), ..self.clone() }
    }

    /// Waits for a permit to hash. Returns `None` if too many wait.
    pub async fn permit(&self) -> Option<Permit> {
        self.queue.acquire(&self.client).await
    }

    /// How many wait for a permit.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// Hashes a new password, in the PHC format that names the parameters.
    ///
    /// # Errors
    /// [`Problem::Busy`] if too many wait.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<String, Problem> {
        let (blocks, params) = (Arc::clone(&self.blocks), self.params.clone());
        self.run(move || blocks.hash(&params, password.reveal(), &salt)).await?.ok_or(Problem::Broken {})
    }

    /// Whether the password matches the hash. Without a hash the result is false, after the same time.
    ///
    /// # Errors
    /// [`Problem::Busy`] if too many wait.
    pub async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool, Problem> {
        let (decoy, blocks) = (Arc::clone(&self.decoy), Arc::clone(&self.blocks));
        self.run(move || {
            let against = hash.as_deref().unwrap_or(&decoy);
            blocks.verify(password.reveal(), against).unwrap_or(false) && hash.is_some()
        })
        .await
    }

    /// Runs the work on a blocking thread. The permit is held until it is done, even if the request is cancelled.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let permit = self.permit().await.ok_or(Problem::Busy { seconds: 5 })?;
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        task.await.map_err(|_| Problem::Broken {})
    }
}

impl BlockPool {
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

    /// Whether the password matches the hash, which names its parameters. Returns `None` if the hash can't be parsed.
    fn verify(&self, password: &str, hash: &str) -> Option<bool> {
        let hash = PasswordHash::new(hash).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = hash.version.map_or(Some(Version::default()), |version| version.try_into().ok())?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
        // Outputs are compared in constant time.
        Some(self.output(&argon2, password, hash.salt.as_ref()?)? == hash.hash?)
    }

    fn output(&self, argon2: &Argon2<'_>, password: &str, salt: &[u8]) -> Option<Output> {
        let mut blocks = self.buffers().pop().unwrap_or_default();
        blocks.resize_with(argon2.params().block_count(), Block::default);
        let mut output = vec![0; argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
        let done = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut blocks);
        self.buffers().push(blocks);
        done.ok().and_then(|()| Output::new(&output).ok())
    }

    fn buffers(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn password_matches_only_its_own_hash() {
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
            assert_eq!(hasher.verify(password(typed), hash).await, Ok(expected), "{typed}");
        }
    }
}
