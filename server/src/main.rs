//! The command line, and nothing else: all that is done for it is compiled with the library, once for the program and for
//! the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::start::main()
}
