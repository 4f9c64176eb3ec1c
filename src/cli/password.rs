//! Passwords on the command line: from `ZHIBAN_PASSWORD`, else asked for
//! without showing what is typed. Never from an argument, which any other user
//! of the machine could read.

use std::io::{IsTerminal, Write};

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use zeroize::Zeroizing;

use super::exit::{Exit, Trouble};
use crate::i18n::t;

/// The variable that scripts give a password in.
const VARIABLE: &str = "ZHIBAN_PASSWORD";
/// The longest password that is read, in characters.
const PASSWORD_MAX_CHARS: usize = 256;

/// A password that is there already.
pub fn present() -> Result<Zeroizing<String>, Trouble> {
    match given() {
        Some(given) => Ok(given),
        None => ask(&t!("cli.password.ask")),
    }
}

/// A password that is about to be set: asked for twice.
#[cfg(feature = "service")]
pub fn new() -> Result<Zeroizing<String>, Trouble> {
    if let Some(given) = given() {
        return Ok(given);
    }
    let first = ask(&t!("cli.password.new"))?;
    let second = ask(&t!("cli.password.again"))?;
    if first == second {
        Ok(first)
    } else {
        Err(Trouble::usage(t!("cli.password.differ")))
    }
}

/// The password of the environment, where there is one.
pub fn given() -> Option<Zeroizing<String>> {
    let value = std::env::var(VARIABLE).ok()?;
    (!value.is_empty()).then(|| Zeroizing::new(value))
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, Trouble> {
    let nobody = || {
        Trouble::new(Exit::NotSignedIn, t!("cli.password.nobody"))
            .mend(t!("cli.password.set-variable"))
    };
    if !std::io::stdin().is_terminal() {
        return Err(nobody());
    }
    let failed = |error| Trouble::failed(t!("cli.password.unreadable"), error);
    let mut err = std::io::stderr();
    write!(err, "{prompt}")
        .and_then(|()| err.flush())
        .map_err(failed)?;
    enable_raw_mode().map_err(failed)?;
    let typed = typed();
    disable_raw_mode().map_err(failed)?;
    writeln!(err).map_err(failed)?;
    typed.map_err(failed)?.ok_or_else(nobody)
}

/// What is typed up to Enter; `None` when it is broken off.
fn typed() -> std::io::Result<Option<Zeroizing<String>>> {
    let mut word = Zeroizing::new(String::new());
    loop {
        let Event::Key(key) = crossterm::event::read()? else {
            continue;
        };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Ok(Some(word)),
            KeyCode::Esc => return Ok(None),
            KeyCode::Char('c' | 'd') if control => return Ok(None),
            KeyCode::Backspace => {
                word.pop();
            }
            KeyCode::Char(letter) if !control && word.chars().count() < PASSWORD_MAX_CHARS => {
                word.push(letter);
            }
            _ => {}
        }
    }
}
