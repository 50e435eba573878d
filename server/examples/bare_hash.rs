//! How long one password hash takes by itself, in milliseconds: what `make bench` holds a sign-in against.

use server::secrets::passwords::Hasher;
use shared::passwords::Password;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let took = runtime.map(|runtime| runtime.block_on(median_of(40)));
    match took {
        Ok(Some(milliseconds)) => println!("{milliseconds:.3}"),
        _ => std::process::exit(1),
    }
}

async fn median_of(rounds: usize) -> Option<f64> {
    let hasher = Hasher::new(1);
    let mut took = Vec::new();
    for _ in 0..rounds {
        let password = Password::for_verification("a password of the bench").ok()?;
        #[expect(clippy::disallowed_methods, reason = "measuring time is all that this does")]
        let began = std::time::Instant::now();
        hasher.hash(password, [7; 16]).await.ok()?;
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    took.sort_by(f64::total_cmp);
    took.get(rounds / 2).copied()
}
