//! From a terminal's key event to a chord and to what it types.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::chord::{Chord, Key, Modifiers};

/// One key as it came from the terminal: what it means as a key, and what it
/// types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPress {
    /// For the keymap, folded.
    pub chord: Chord,
    /// For a field, exactly as typed.
    pub typed: Option<char>,
}

impl KeyPress {
    /// Reads a terminal's event; `None` for releases, modifiers alone and keys
    /// that nothing here uses.
    #[must_use]
    pub fn from_event(event: KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let mut modifiers = Modifiers::NONE;
        for (theirs, ours) in [
            (KeyModifiers::CONTROL, Modifiers::CTRL),
            (KeyModifiers::ALT, Modifiers::ALT),
            (KeyModifiers::SHIFT, Modifiers::SHIFT),
        ] {
            if event.modifiers.contains(theirs) {
                modifiers = modifiers.with(ours);
            }
        }
        let key = match event.code {
            KeyCode::Char(sign) => Key::Char(sign),
            KeyCode::F(number) => Key::F(number),
            KeyCode::Enter => Key::Enter,
            KeyCode::Esc => Key::Esc,
            KeyCode::Tab => Key::Tab,
            KeyCode::BackTab => {
                modifiers = modifiers.with(Modifiers::SHIFT);
                Key::Tab
            }
            KeyCode::Backspace => Key::Backspace,
            KeyCode::Delete => Key::Delete,
            KeyCode::Insert => Key::Insert,
            KeyCode::Up => Key::Up,
            KeyCode::Down => Key::Down,
            KeyCode::Left => Key::Left,
            KeyCode::Right => Key::Right,
            KeyCode::Home => Key::Home,
            KeyCode::End => Key::End,
            KeyCode::PageUp => Key::PageUp,
            KeyCode::PageDown => Key::PageDown,
            KeyCode::KeypadBegin => Key::Begin,
            _ => return None,
        };
        let chord = Chord::new(key, modifiers);
        let typed = match event.code {
            KeyCode::Char(sign) if chord.sign().is_some() && !sign.is_control() => Some(sign),
            _ => None,
        };
        Some(Self { chord, typed })
    }
}

impl From<Chord> for KeyPress {
    fn from(chord: Chord) -> Self {
        Self {
            chord,
            typed: chord.sign(),
        }
    }
}
