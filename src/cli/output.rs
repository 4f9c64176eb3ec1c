//! What goes to the standard output: a line for people, or JSON for programs.
//! Every text that came from outside is made harmless on its way to a
//! terminal; JSON carries it whole, escaped by its own rules.

use std::io::Write;

use serde::Serialize;

use super::exit::Trouble;
use crate::i18n::t;
use crate::text::neutral::neutralise_line;

/// Writes one line for people.
pub fn line(text: &str) -> Result<(), Trouble> {
    raw(&format!("{}\n", neutralise_line(text)))
}

/// Writes one JSON document and ends the line.
pub fn json(value: &impl Serialize) -> Result<(), Trouble> {
    let text = serde_json::to_string(value)
        .map_err(|error| Trouble::failed(t!("cli.output.failed"), error))?;
    raw(&format!("{}\n", escaped(&text)))
}

/// JSON on one line may still hold C1 controls and bidirectional marks, which
/// a terminal would obey; written as escapes they are the same document.
fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for found in json.chars() {
        let unsafe_here = matches!(
            found,
            '\u{7f}'..='\u{9f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        );
        if unsafe_here {
            safe.extend(['\\', 'u']);
            let code = u32::from(found);
            safe.extend([12, 8, 4, 0].map(|shift| hex(code >> shift)));
        } else {
            safe.push(found);
        }
    }
    safe
}

/// The hexadecimal digit of the lowest four bits.
fn hex(bits: u32) -> char {
    char::from_digit(bits & 0xF, 16).unwrap_or('0')
}

fn raw(text: &str) -> Result<(), Trouble> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        // The reader has seen enough (`| head`).
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Trouble::failed(t!("cli.output.failed"), error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_the_same_document_and_reaches_no_terminal_as_a_command() {
        let text = "a\u{9b}2J\u{202e}b\u{200b}中\u{1b}";
        let json = serde_json::to_string(text).unwrap();
        let safe = escaped(&json);
        assert!(safe.chars().all(|found| !found.is_control()), "{safe:?}");
        assert!(!safe.contains(['\u{202e}', '\u{200b}']));
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
    }
}
