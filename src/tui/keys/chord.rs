//! Chords and sequences: one key with its modifiers, and several in a row.
//!
//! Written `a`, `A`, `ctrl-s`, `f6`, `shift-tab`, `space`, and `g g` for a
//! sequence. Reading and writing are a round trip. Keys that a terminal can
//! send in two ways have one form here: a shifted letter is the capital, and
//! shift on any other sign is already in the sign.

use std::fmt;
use std::str::FromStr;

use crate::i18n;
use crate::text::fold::fold_key;

/// A sequence holds at most this many chords; nobody remembers longer ones.
pub const SEQUENCE_CHORDS_MAX: usize = 4;

/// Terminals send function keys up to this one.
const FUNCTION_KEY_MAX: u8 = 24;

/// A key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A function key, from 1.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab; with shift, the back tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// The middle of the number pad without num lock.
    Begin,
    /// A sign, full-width forms folded to the plain one.
    Char(char),
}

/// The keys that have a name of their own.
const NAMED: [(Key, &str); 16] = [
    (Key::Enter, "enter"),
    (Key::Esc, "esc"),
    (Key::Tab, "tab"),
    (Key::Backspace, "backspace"),
    (Key::Delete, "delete"),
    (Key::Insert, "insert"),
    (Key::Up, "up"),
    (Key::Down, "down"),
    (Key::Left, "left"),
    (Key::Right, "right"),
    (Key::Home, "home"),
    (Key::End, "end"),
    (Key::PageUp, "pageup"),
    (Key::PageDown, "pagedown"),
    (Key::Begin, "begin"),
    (Key::Char(' '), "space"),
];

/// The number pad's keys with num lock and without.
const KEYPAD: [(char, Key); 11] = [
    ('0', Key::Insert),
    ('1', Key::End),
    ('2', Key::Down),
    ('3', Key::PageDown),
    ('4', Key::Left),
    ('5', Key::Begin),
    ('6', Key::Right),
    ('7', Key::Home),
    ('8', Key::Up),
    ('9', Key::PageUp),
    ('.', Key::Delete),
];

/// Which modifiers are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Modifiers(u8);

impl Modifiers {
    /// None.
    pub const NONE: Self = Self(0);
    /// Control.
    pub const CTRL: Self = Self(1);
    /// Alt. The shipped keymaps never use it (terminal.md §1.9).
    pub const ALT: Self = Self(2);
    /// Shift, only kept where the key itself does not show it.
    pub const SHIFT: Self = Self(4);

    /// In the order in which they are written.
    const WRITTEN: [(Self, &'static str); 3] = [
        (Self::CTRL, "ctrl-"),
        (Self::ALT, "alt-"),
        (Self::SHIFT, "shift-"),
    ];

    /// Both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `other` are held.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A key with its modifiers, in its one normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    key: Key,
    modifiers: Modifiers,
}

impl Chord {
    /// Brings key and modifiers into the normal form.
    #[must_use]
    pub fn new(key: Key, modifiers: Modifiers) -> Self {
        let Key::Char(sign) = key else {
            return Self { key, modifiers };
        };
        let sign = fold_key(sign);
        let commanded = modifiers.has(Modifiers::CTRL) || modifiers.has(Modifiers::ALT);
        let shifted = modifiers.has(Modifiers::SHIFT);
        let (sign, modifiers) = if commanded && sign.is_ascii_alphabetic() {
            // Only some terminals tell Ctrl-S from Ctrl-Shift-S; the capital
            // must not make a third form.
            (sign.to_ascii_lowercase(), modifiers)
        } else if shifted {
            (
                sign.to_ascii_uppercase(),
                modifiers.without(Modifiers::SHIFT),
            )
        } else {
            (sign, modifiers)
        };
        Self {
            key: Key::Char(sign),
            modifiers,
        }
    }

    /// A key alone.
    #[must_use]
    pub fn plain(key: Key) -> Self {
        Self::new(key, Modifiers::NONE)
    }

    /// The key.
    #[must_use]
    pub const fn key(self) -> Key {
        self.key
    }

    /// The modifiers.
    #[must_use]
    pub const fn modifiers(self) -> Modifiers {
        self.modifiers
    }

    /// The sign that this chord would type into a field, if any.
    #[must_use]
    pub fn sign(self) -> Option<char> {
        match self.key {
            Key::Char(sign) if self.modifiers == Modifiers::NONE => Some(sign),
            _ => None,
        }
    }

    /// The same key of the number pad without num lock, if it is another one.
    #[must_use]
    pub fn keypad_twin(self) -> Option<Self> {
        let sign = self.sign()?;
        let (_, key) = KEYPAD.iter().find(|(with, _)| *with == sign)?;
        Some(Self::plain(*key))
    }

    /// Whether an input method could swallow this chord: a letter without
    /// Ctrl. Every action has a way around (terminal.md §1.8).
    #[must_use]
    pub fn is_letter(self) -> bool {
        self.sign().is_some_and(char::is_alphabetic)
    }

    /// As people write it, in the chosen language: `Ctrl-S`, `F6`, 空格.
    #[must_use]
    pub fn label(self) -> String {
        let mut label = String::new();
        for (modifier, written) in Modifiers::WRITTEN {
            if self.modifiers.has(modifier) {
                let mut letters = written.chars();
                label.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                label.push_str(letters.as_str());
            }
        }
        if let Some((_, name)) = NAMED.iter().find(|(key, _)| *key == self.key) {
            label.push_str(&i18n::text(&format!("key.{name}")));
        } else {
            match self.key {
                Key::F(number) => {
                    label.push('F');
                    label.push_str(&number.to_string());
                }
                Key::Char(sign) if self.modifiers == Modifiers::NONE => label.push(sign),
                Key::Char(sign) => label.push(sign.to_ascii_uppercase()),
                _ => {}
            }
        }
        label
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, written) in Modifiers::WRITTEN {
            if self.modifiers.has(modifier) {
                f.write_str(written)?;
            }
        }
        if let Some((_, name)) = NAMED.iter().find(|(key, _)| *key == self.key) {
            return f.write_str(name);
        }
        match self.key {
            Key::F(number) => write!(f, "f{number}"),
            Key::Char(sign) => write!(f, "{sign}"),
            _ => Ok(()),
        }
    }
}

/// Why a chord or sequence could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChordError {
    /// No key has this name.
    #[error("no key is called {0:?}")]
    UnknownKey(String),
    /// Nothing was written.
    #[error("no key at all")]
    Empty,
    /// More chords than [`SEQUENCE_CHORDS_MAX`].
    #[error("{0} keys in a row are too many")]
    TooLong(usize),
}

impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || ChordError::UnknownKey(text.to_owned());
        let mut rest = text;
        let mut modifiers = Modifiers::NONE;
        'modifiers: loop {
            for (modifier, written) in Modifiers::WRITTEN {
                if let (Some(head), Some(tail)) =
                    (rest.get(..written.len()), rest.get(written.len()..))
                    && head.eq_ignore_ascii_case(written)
                    && !tail.is_empty()
                {
                    modifiers = modifiers.with(modifier);
                    rest = tail;
                    continue 'modifiers;
                }
            }
            break;
        }
        let mut signs = rest.chars();
        let key = match (signs.next(), signs.next()) {
            (None, _) => return Err(ChordError::Empty),
            (Some(sign), None) => {
                if sign.is_control() || sign.is_whitespace() {
                    return Err(unknown());
                }
                // What shift makes of a digit depends on the keyboard.
                if modifiers == Modifiers::SHIFT && !sign.is_ascii_alphabetic() {
                    return Err(unknown());
                }
                Key::Char(sign)
            }
            _ => named_key(rest).ok_or_else(unknown)?,
        };
        Ok(Self::new(key, modifiers))
    }
}

fn named_key(name: &str) -> Option<Key> {
    let lower = name.to_ascii_lowercase();
    if let Some((key, _)) = NAMED.iter().find(|(_, written)| *written == lower) {
        return Some(*key);
    }
    let number = lower.strip_prefix('f')?;
    let value: u8 = number.parse().ok()?;
    ((1..=FUNCTION_KEY_MAX).contains(&value) && !number.starts_with(['0', '+']))
        .then_some(Key::F(value))
}

/// One to [`SEQUENCE_CHORDS_MAX`] chords pressed one after the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(Vec<Chord>);

impl Sequence {
    /// The chords in order; never empty.
    #[must_use]
    pub fn chords(&self) -> &[Chord] {
        &self.0
    }

    /// The same on the number pad without num lock, if that is another one.
    #[must_use]
    pub fn keypad_twin(&self) -> Option<Self> {
        let twin = |chord: &Chord| chord.keypad_twin().unwrap_or(*chord);
        let twins = Self(self.0.iter().map(twin).collect());
        (twins != *self).then_some(twins)
    }

    /// Whether it can be typed without a letter.
    #[must_use]
    pub fn is_letterless(&self) -> bool {
        self.0.iter().all(|chord| !chord.is_letter())
    }

    /// As people write it: `gg`, `.1`, `Ctrl-S`.
    #[must_use]
    pub fn label(&self) -> String {
        Self::label_of(&self.0)
    }

    /// The same for keys that make no whole sequence yet.
    #[must_use]
    pub fn label_of(chords: &[Chord]) -> String {
        chords.iter().map(|chord| chord.label()).collect()
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, chord) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{chord}")?;
        }
        Ok(())
    }
}

impl FromStr for Sequence {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let chords = text
            .split_whitespace()
            .map(Chord::from_str)
            .collect::<Result<Vec<_>, _>>()?;
        match chords.len() {
            0 => Err(ChordError::Empty),
            1..=SEQUENCE_CHORDS_MAX => Ok(Self(chords)),
            many => Err(ChordError::TooLong(many)),
        }
    }
}

#[cfg(test)]
#[path = "chord_tests.rs"]
mod tests;
