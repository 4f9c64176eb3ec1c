//! `zhiban completions SHELL`

use std::io::Write;

use clap_complete::Shell;

use super::exit::{Exit, Trouble};
use super::help;
use crate::i18n::t;

/// Writes the completions for a shell to the standard output.
pub fn run(shell: Shell) -> Result<Exit, Trouble> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut help::command(), "zhiban", &mut script);
    std::io::stdout()
        .write_all(&script)
        .map_err(|error| Trouble::failed(t!("cli.output.failed"), error))?;
    Ok(Exit::Done)
}
