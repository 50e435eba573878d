//! What the log says, and what it does not.

use crate::ground::{Engine, World};
use app::backend::Consent;
use server::door::{Circumstances, Gather, Side};
use server::store::{StoreResult, Tx};
use shared::problem::{Problem, Refusal};
use shared::rules::{Actor, Change, Command, Fresh};
use shared::wire::Done;
use shared::words::Notice;
use std::sync::{Arc, Mutex};

/// A command with a fault of ours in it.
#[derive(Clone, Debug)]
struct Stumble {
    typed: String,
}

impl Command for Stumble {
    type Facts = ();
    const NAME: &'static str = "tests/stumble";

    fn decide(&self, _: &Actor, (): &(), _: &mut Fresh) -> Result<Vec<Change>, Refusal> {
        assert!(self.typed.is_empty(), "there is {:?}", self.typed);
        Ok(Vec::new())
    }

    fn done(&self, _: &[Change]) -> Done {
        Done::here(Notice::SignedOut {})
    }
}

impl Gather for Stumble {
    async fn gather(&self, _: &mut Tx<'_>, _: &Circumstances) -> StoreResult<()> {
        Ok(())
    }
}

/// Keeps what is logged on this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_panic_is_logged_without_its_message() {
    let world = World::new(&Engine::Sqlite).await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let logged = tracing::subscriber::set_default(subscriber);
    let command = Stumble { typed: "something private".to_owned() };
    let answer = world.services.door.carry_out(Side::Operator, command, Consent::default()).await;
    drop(logged);
    assert!(matches!(answer, Err(Problem::Broken {})));
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("tests/stumble") && log.contains("panicked") && !log.contains("private"), "{log}");
}
