//! The meaning of one control sequence, once it is whole.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::decode::Answer;

/// What a control sequence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sequence {
    Key(KeyEvent),
    Answer(Answer),
    PasteBegins,
    /// Three more bytes belong to it.
    OldMouse,
    /// Mouse and focus reports, and what nobody knows.
    Nothing,
}

/// Decodes `ESC [ parameters last`.
pub(super) fn control(parameters: &[u8], last: u8) -> Sequence {
    if let Some(question) = parameters.strip_prefix(b"?") {
        return answer(question, last);
    }
    if parameters == b"[" {
        return function_key(last, b'A', 5).map_or(Sequence::Nothing, plain);
    }
    let numbers = Numbers::parse(parameters);
    match last {
        b'A' | b'B' | b'C' | b'D' | b'E' | b'F' | b'H' | b'P' | b'Q' | b'S' => {
            letter(last).map_or(Sequence::Nothing, |code| numbers.key(code))
        }
        // `CSI 1 ; 2 R` is Shift-F3; a cursor report of ours never has row 1.
        b'R' => match (numbers.get(0), numbers.get(1)) {
            (None, _) => plain(KeyCode::F(3)),
            (Some(1), Some(2..=16)) => numbers.key(KeyCode::F(3)),
            (Some(row), Some(column)) => Sequence::Answer(Answer::CursorAt { row, column }),
            (Some(_), None) => Sequence::Answer(Answer::Other),
        },
        b'Z' => Sequence::Key(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)),
        b'~' => match numbers.get(0) {
            Some(200) => Sequence::PasteBegins,
            Some(number) => tilde(number).map_or(Sequence::Nothing, |code| numbers.key(code)),
            None => Sequence::Nothing,
        },
        b'u' => unicode_key(&numbers),
        b'M' if parameters.is_empty() => Sequence::OldMouse,
        b'n' if matches!(parameters, b"0" | b"3") => Sequence::Answer(Answer::Ready),
        b'c' | b'n' | b't' | b'y' => Sequence::Answer(Answer::Other),
        _ => Sequence::Nothing,
    }
}

/// Decodes `ESC O last`: cursor and keypad keys in their application modes.
pub(super) fn single_shift(last: u8) -> Option<KeyEvent> {
    let code = match last {
        b'A' | b'B' | b'C' | b'D' | b'E' | b'F' | b'H' | b'P' | b'Q' | b'R' | b'S' => letter(last)?,
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b' ' => KeyCode::Char(' '),
        b'X' => KeyCode::Char('='),
        // The keypad's keys lie sixty-four above their characters.
        b'j'..=b'y' => KeyCode::Char(char::from(last - 0x40)),
        _ => return None,
    };
    Some(KeyEvent::new(code, KeyModifiers::NONE))
}

fn plain(code: KeyCode) -> Sequence {
    Sequence::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

fn answer(parameters: &[u8], last: u8) -> Sequence {
    let numbers = Numbers::parse(parameters);
    Sequence::Answer(match last {
        b'c' => Answer::DeviceAttributes,
        b'y' if parameters.ends_with(b"$") => match (numbers.get(0), numbers.get(1)) {
            (Some(number), Some(state)) => Answer::Mode { number, state },
            _ => Answer::Other,
        },
        _ => Answer::Other,
    })
}

fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        // The middle of the number pad without NumLock.
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => return function_key(last, b'P', 4),
        _ => return None,
    })
}

fn function_key(last: u8, first: u8, count: u8) -> Option<KeyCode> {
    let offset = last.checked_sub(first).filter(|offset| *offset < count)?;
    Some(KeyCode::F(offset + 1))
}

fn tilde(number: u16) -> Option<KeyCode> {
    let function = |gap: u16| u8::try_from(number - gap).ok().map(KeyCode::F);
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        // The numbers leave gaps where old keyboards had room.
        11..=15 => function(10),
        17..=21 => function(11),
        23..=26 => function(12),
        28 | 29 => function(13),
        31..=34 => function(14),
        _ => None,
    }
}

/// `CSI code ; modifiers u`: terminals that tell every key apart.
fn unicode_key(numbers: &Numbers) -> Sequence {
    let Some(code) = numbers.get(0) else {
        return Sequence::Nothing;
    };
    match code {
        9 if numbers.modifiers().contains(KeyModifiers::SHIFT) => numbers.key(KeyCode::BackTab),
        9 => numbers.key(KeyCode::Tab),
        13 => numbers.key(KeyCode::Enter),
        27 => numbers.key(KeyCode::Esc),
        8 | 127 => numbers.key(KeyCode::Backspace),
        _ => match char::from_u32(u32::from(code)).filter(|c| !c.is_control()) {
            Some(c) => numbers.key(KeyCode::Char(c)),
            None => Sequence::Nothing,
        },
    }
}

/// Parameters kept of a sequence; more carry nothing for us.
const PARAMETERS_MAX: usize = 4;

/// The numbers between the semicolons; after a colon come details that are
/// left out.
struct Numbers {
    values: [Option<u16>; PARAMETERS_MAX],
}

impl Numbers {
    fn parse(parameters: &[u8]) -> Self {
        let mut values = [None; PARAMETERS_MAX];
        for (value, part) in values.iter_mut().zip(parameters.split(|b| *b == b';')) {
            let digits = part.iter().take_while(|b| b.is_ascii_digit());
            let mut number: Option<u16> = None;
            for digit in digits {
                number = Some(
                    number
                        .unwrap_or(0)
                        .saturating_mul(10)
                        .saturating_add(u16::from(digit - b'0')),
                );
            }
            *value = number;
        }
        Self { values }
    }

    fn get(&self, index: usize) -> Option<u16> {
        self.values.get(index).copied().flatten()
    }

    fn modifiers(&self) -> KeyModifiers {
        let bits = self.get(1).unwrap_or(1).saturating_sub(1);
        let mut modifiers = KeyModifiers::NONE;
        for (bit, modifier) in [
            (1, KeyModifiers::SHIFT),
            (2, KeyModifiers::ALT),
            (4, KeyModifiers::CONTROL),
        ] {
            if bits & bit != 0 {
                modifiers |= modifier;
            }
        }
        modifiers
    }

    fn key(&self, code: KeyCode) -> Sequence {
        Sequence::Key(KeyEvent::new(code, self.modifiers()))
    }
}
