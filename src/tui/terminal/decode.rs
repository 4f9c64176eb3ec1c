//! Bytes of a terminal into keys, pastes and answers. Pure: no file, no clock.
//!
//! Own code instead of crossterm's reader for three reasons: that one spins on
//! a dead terminal, it turns late or unknown answers into keystrokes, and it
//! cannot be told of another encoding. The keys come out as crossterm's own
//! [`KeyEvent`], so that nobody above sees a difference.
//!
//! It must not know what a key means, and it must not lose a byte's place: an
//! unknown sequence is swallowed whole, never half.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;

use super::decode_csi::{self, Sequence};
use super::sequences::PASTE_END;

/// One thing that the terminal sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A key.
    Key(KeyEvent),
    /// A paste, cut at [`PASTE_BYTES_MAX`]; line ends are line feeds.
    Paste(String),
    /// An answer to a question, early or late.
    Answer(Answer),
}

/// An answer of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Where the cursor is, counted from one.
    CursorAt {
        /// Row from the top.
        row: u16,
        /// Column from the left.
        column: u16,
    },
    /// Primary device attributes: every terminal answers this, so it closes a
    /// batch of questions.
    DeviceAttributes,
    /// Device status: the terminal has come to the question.
    Ready,
    /// State of a private mode: 0 unknown, 1 set, 2 reset, 3 and 4 for ever so.
    Mode {
        /// The mode's number.
        number: u16,
        /// Its state.
        state: u16,
    },
    /// Any other; nobody asked.
    Other,
}

/// Longest paste that is taken; the rest is dropped.
pub const PASTE_BYTES_MAX: usize = 64 * 1024;
/// Longest control sequence; a longer one is swallowed without a meaning.
const SEQUENCE_BYTES_MAX: usize = 64;

/// How long an escape alone may still become a sequence.
const ESCAPE_MS_MAX: u64 = 50;
/// How long the rest of a sequence or paste may take: slow lines.
const SEQUENCE_MS_MAX: u64 = 500;

#[derive(Debug, PartialEq, Eq)]
enum State {
    Ground,
    /// Bytes of one UTF-8 character, and how many it has.
    Utf8 {
        bytes: Vec<u8>,
        length: usize,
        alt: KeyModifiers,
    },
    Escape,
    /// After `ESC O`.
    SingleShift,
    /// After `ESC [`; the parameters so far.
    Control(Vec<u8>),
    /// Three bytes of an old mouse report follow.
    Mouse {
        left: u8,
    },
    /// OSC, DCS, APC, PM or SOS: text up to BEL or ST.
    Text {
        escape: Escape,
    },
    Paste {
        kept: Vec<u8>,
        /// The last bytes, to find the end even when the text is cut.
        tail: Vec<u8>,
    },
}

/// Whether the last byte was an escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    Seen,
    None,
}

/// The state between two reads.
#[derive(Debug)]
pub struct Decoder {
    state: State,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            state: State::Ground,
        }
    }
}

impl Decoder {
    /// Takes what was read and appends what it means to `out`.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Decoded>) {
        for byte in bytes {
            self.step(*byte, out);
        }
    }

    /// How long to wait for more before calling [`Decoder::expire`]; `None`
    /// when nothing is open.
    #[must_use]
    pub fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Ground => None,
            State::Escape => Some(Duration::from_millis(ESCAPE_MS_MAX)),
            State::Utf8 { .. }
            | State::SingleShift
            | State::Control(_)
            | State::Mouse { .. }
            | State::Text { .. }
            | State::Paste { .. } => Some(Duration::from_millis(SEQUENCE_MS_MAX)),
        }
    }

    /// Nothing more came: an escape alone is the key, an open paste is whole,
    /// a torn sequence is dropped.
    pub fn expire(&mut self, out: &mut Vec<Decoded>) {
        match std::mem::replace(&mut self.state, State::Ground) {
            State::Escape => out.push(key(KeyCode::Esc, KeyModifiers::NONE)),
            State::Paste { kept, .. } => out.push(paste(&kept)),
            State::Ground
            | State::Utf8 { .. }
            | State::SingleShift
            | State::Control(_)
            | State::Mouse { .. }
            | State::Text { .. } => {}
        }
    }

    fn step(&mut self, byte: u8, out: &mut Vec<Decoded>) {
        let state = std::mem::replace(&mut self.state, State::Ground);
        self.state = match state {
            State::Ground => ground(byte, KeyModifiers::NONE, out),
            State::Utf8 { bytes, length, alt } => utf8(bytes, length, alt, byte, out),
            State::Escape => escape(byte, out),
            State::SingleShift => {
                out.extend(decode_csi::single_shift(byte).map(Decoded::Key));
                State::Ground
            }
            State::Control(parameters) => control(parameters, byte, out),
            State::Mouse { left: 0 | 1 } => State::Ground,
            State::Mouse { left } => State::Mouse { left: left - 1 },
            State::Text { escape } => text(escape, byte, out),
            State::Paste { kept, tail } => pasted(kept, tail, byte, out),
        };
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Decoded {
    Decoded::Key(KeyEvent::new(code, modifiers))
}

fn ground(byte: u8, alt: KeyModifiers, out: &mut Vec<Decoded>) -> State {
    let control = KeyModifiers::CONTROL | alt;
    let pressed = match byte {
        0x1B => return State::Escape,
        b'\r' => key(KeyCode::Enter, alt),
        b'\t' => key(KeyCode::Tab, alt),
        // Old terminals send 08 for the same key; Ctrl-H is no key of ours.
        0x7F | 0x08 => key(KeyCode::Backspace, alt),
        0x00 => key(KeyCode::Char(' '), control),
        0x01..=0x1A => key(KeyCode::Char(char::from(byte - 1 + b'a')), control),
        0x1C..=0x1F => key(KeyCode::Char(char::from(byte - 0x1C + b'4')), control),
        0x20..=0x7E => character(char::from(byte), alt),
        0x80..=0xFF => {
            let length = match byte {
                0xC2..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0..=0xF4 => 4,
                // Not UTF-8: no character begins so.
                _ => return State::Ground,
            };
            return State::Utf8 {
                bytes: vec![byte],
                length,
                alt,
            };
        }
    };
    out.push(pressed);
    State::Ground
}

fn character(c: char, alt: KeyModifiers) -> Decoded {
    let shift = if c.is_uppercase() {
        KeyModifiers::SHIFT
    } else {
        KeyModifiers::NONE
    };
    key(KeyCode::Char(c), alt | shift)
}

fn utf8(
    mut bytes: Vec<u8>,
    length: usize,
    alt: KeyModifiers,
    byte: u8,
    out: &mut Vec<Decoded>,
) -> State {
    if !matches!(byte, 0x80..=0xBF) {
        // Torn: what came is dropped, and this byte begins anew.
        return ground(byte, KeyModifiers::NONE, out);
    }
    bytes.push(byte);
    if bytes.len() < length {
        return State::Utf8 { bytes, length, alt };
    }
    let decoded = std::str::from_utf8(&bytes)
        .ok()
        .and_then(|text| text.chars().next())
        .filter(|c| !c.is_control());
    out.extend(decoded.map(|c| character(c, alt)));
    State::Ground
}

fn escape(byte: u8, out: &mut Vec<Decoded>) -> State {
    match byte {
        b'[' => State::Control(Vec::new()),
        b'O' => State::SingleShift,
        b']' | b'P' | b'_' | b'^' | b'X' => State::Text {
            escape: Escape::None,
        },
        0x1B => {
            out.push(key(KeyCode::Esc, KeyModifiers::NONE));
            State::Escape
        }
        _ => ground(byte, KeyModifiers::ALT, out),
    }
}

fn control(mut parameters: Vec<u8>, byte: u8, out: &mut Vec<Decoded>) -> State {
    match byte {
        // The Linux console sends its function keys as `ESC [ [ A`.
        b'[' if parameters.is_empty() => {
            parameters.push(byte);
            State::Control(parameters)
        }
        0x40..=0x7E => match decode_csi::control(&parameters, byte) {
            Sequence::Key(pressed) => {
                out.push(Decoded::Key(pressed));
                State::Ground
            }
            Sequence::Answer(answer) => {
                out.push(Decoded::Answer(answer));
                State::Ground
            }
            Sequence::PasteBegins => State::Paste {
                kept: Vec::new(),
                tail: Vec::new(),
            },
            Sequence::OldMouse => State::Mouse { left: 3 },
            Sequence::Nothing => State::Ground,
        },
        0x20..=0x3F => {
            if parameters.len() < SEQUENCE_BYTES_MAX {
                parameters.push(byte);
            }
            State::Control(parameters)
        }
        // Torn by a control or by text.
        _ => ground(byte, KeyModifiers::NONE, out),
    }
}

fn text(escape: Escape, byte: u8, out: &mut Vec<Decoded>) -> State {
    match (escape, byte) {
        (_, 0x07) | (Escape::Seen, b'\\') => {
            out.push(Decoded::Answer(Answer::Other));
            State::Ground
        }
        (Escape::Seen, b'[') => State::Control(Vec::new()),
        (_, 0x1B) => State::Text {
            escape: Escape::Seen,
        },
        (Escape::Seen | Escape::None, _) => State::Text {
            escape: Escape::None,
        },
    }
}

fn pasted(mut kept: Vec<u8>, mut tail: Vec<u8>, byte: u8, out: &mut Vec<Decoded>) -> State {
    if kept.len() < PASTE_BYTES_MAX + PASTE_END.len() {
        kept.push(byte);
    }
    if tail.len() == PASTE_END.len() {
        tail.remove(0);
    }
    tail.push(byte);
    if tail != PASTE_END {
        return State::Paste { kept, tail };
    }
    if kept.ends_with(PASTE_END) {
        kept.truncate(kept.len() - PASTE_END.len());
    }
    out.push(paste(&kept));
    State::Ground
}

fn paste(bytes: &[u8]) -> Decoded {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(PASTE_BYTES_MAX)]);
    Decoded::Paste(text.replace("\r\n", "\n").replace('\r', "\n"))
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
