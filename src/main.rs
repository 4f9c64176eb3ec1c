//! The one binary: hands over to the command line, which knows the rest.

use std::process::ExitCode;

fn main() -> ExitCode {
    zhiban::cli::main()
}
