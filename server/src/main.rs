//! The binary. Everything else is in the library, which is compiled once for the program and the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::start::main()
}
