//! The command line, and nothing else.

use server::{config, logs, start};
use std::process::ExitCode;

fn main() -> ExitCode {
    let (command, config) = config::read();
    logs::start(config.log, config.log_level);
    // With one thread alone, a page that waits for its own data could wait for ever.
    let threads = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(start::run(command, config)),
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            complain(&sentence.to_string());
            ExitCode::FAILURE
        }
    }
}

fn complain(sentence: &str) {
    eprintln!("guildhall: {sentence}");
}
