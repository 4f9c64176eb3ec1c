//! The state of a text field: what is in it and where the cursor is.
//!
//! The cursor stands between grapheme clusters, so that an accent or a rare
//! Han glyph with its selector is never torn. The text is bounded. Everything
//! that is pasted goes in as text; it is made harmless where it is drawn, and
//! stored whole.

use std::fmt;

use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroize;

use crate::tui::keys::KeyPress;
use crate::tui::keys::chord::{Key, Modifiers};

/// The bound of long texts such as notes and descriptions.
pub const LONG_TEXT_CHARS_MAX: usize = 4_000;
/// The bound of texts of one line.
pub const LINE_CHARS_MAX: usize = 200;

/// How a field treats line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line; line breaks become blanks.
    One,
    /// Several.
    Many,
}

/// Whether the text can be read on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// It can.
    Shown,
    /// A password: only its length shows.
    Hidden,
}

/// One step of editing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Type a character.
    Insert(char),
    /// Begin a new line; does nothing in a field of one line.
    NewLine,
    /// One cluster to the left.
    Left,
    /// One cluster to the right.
    Right,
    /// To the beginning of the word.
    WordLeft,
    /// Behind the end of the word.
    WordRight,
    /// To the beginning of the line.
    Home,
    /// To the end of the line.
    End,
    /// Delete the cluster before the cursor.
    Backspace,
    /// Delete the cluster behind the cursor.
    Delete,
    /// Delete back to the beginning of the word.
    DeleteWord,
    /// Delete back to the beginning of the line.
    DeleteToHome,
    /// Delete to the end of the line.
    DeleteToEnd,
}

impl Edit {
    /// What a key that no action took means in a field.
    #[must_use]
    pub fn from_press(press: KeyPress) -> Option<Self> {
        if let Some(typed) = press.typed {
            return Some(Self::Insert(typed));
        }
        let chord = press.chord;
        if chord.modifiers() == Modifiers::CTRL {
            return match chord.key() {
                Key::Left => Some(Self::WordLeft),
                Key::Right => Some(Self::WordRight),
                Key::Backspace | Key::Char('w') => Some(Self::DeleteWord),
                Key::Char('a') => Some(Self::Home),
                Key::Char('e') => Some(Self::End),
                // What some terminals send for backspace.
                Key::Char('h') => Some(Self::Backspace),
                Key::Char('u') => Some(Self::DeleteToHome),
                Key::Char('k') => Some(Self::DeleteToEnd),
                _ => None,
            };
        }
        match chord.key() {
            Key::Left => Some(Self::Left),
            Key::Right => Some(Self::Right),
            Key::Home => Some(Self::Home),
            Key::End => Some(Self::End),
            Key::Backspace => Some(Self::Backspace),
            Key::Delete => Some(Self::Delete),
            Key::Enter => Some(Self::NewLine),
            _ => None,
        }
    }
}

/// What an edit has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The text is another.
    Text,
    /// Only the cursor moved.
    Cursor,
    /// Nothing.
    Nothing,
    /// The field is full; what had no room was left out.
    Full,
}

/// A text field.
#[derive(Clone, PartialEq, Eq)]
pub struct InputState {
    text: String,
    /// Byte offset, always between clusters.
    cursor: usize,
    chars_max: usize,
    lines: Lines,
    echo: Echo,
}

impl InputState {
    /// An empty field of one line.
    #[must_use]
    pub const fn line(chars_max: usize) -> Self {
        Self {
            text: String::new(),
            cursor: 0,
            chars_max,
            lines: Lines::One,
            echo: Echo::Shown,
        }
    }

    /// An empty field of several lines.
    #[must_use]
    pub const fn block(chars_max: usize) -> Self {
        Self {
            text: String::new(),
            cursor: 0,
            chars_max,
            lines: Lines::Many,
            echo: Echo::Shown,
        }
    }

    /// An empty field for a password. Its room is taken at once, so that no
    /// copy stays behind in memory when it grows.
    #[must_use]
    pub fn secret(chars_max: usize) -> Self {
        let text = String::with_capacity(chars_max * char::MAX.len_utf8());
        Self {
            text,
            cursor: 0,
            chars_max,
            lines: Lines::One,
            echo: Echo::Hidden,
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is no text.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The cursor as a byte offset into the text.
    #[must_use]
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// How it treats line breaks.
    #[must_use]
    pub const fn lines(&self) -> Lines {
        self.lines
    }

    /// Whether its text can be read on the screen.
    #[must_use]
    pub const fn echo(&self) -> Echo {
        self.echo
    }

    /// Replaces the text, as when a draft comes back, with the cursor at its
    /// end.
    pub fn set_text(&mut self, text: &str) -> Change {
        self.clear();
        self.paste(text)
    }

    /// Empties the field; a password is wiped from memory.
    pub fn clear(&mut self) {
        self.wipe();
        self.cursor = 0;
    }

    /// Puts the cursor at a byte offset, or at the cluster border before it.
    pub fn set_cursor(&mut self, offset: usize) {
        self.cursor = self.border_at_or_before(offset);
    }

    /// Inserts a text at the cursor, as text whatever is in it.
    pub fn paste(&mut self, text: &str) -> Change {
        let mut room = self.chars_max.saturating_sub(self.text.chars().count());
        let mut inserted = String::with_capacity(text.len().min(room * char::MAX.len_utf8()));
        let mut change = Change::Nothing;
        let mut signs = text.chars().peekable();
        while let Some(sign) = signs.next() {
            let sign = match (sign, self.lines) {
                ('\r', _) if signs.peek() == Some(&'\n') => continue,
                ('\r' | '\n', Lines::Many) => '\n',
                ('\r' | '\n', Lines::One) => ' ',
                (other, _) => other,
            };
            if room == 0 {
                change = Change::Full;
                break;
            }
            room -= 1;
            inserted.push(sign);
        }
        if !inserted.is_empty() {
            self.text.insert_str(self.cursor, &inserted);
            // What was inserted may join what follows into one cluster.
            self.cursor = self.border_at_or_after(self.cursor + inserted.len());
            if change == Change::Nothing {
                change = Change::Text;
            }
        }
        if self.echo == Echo::Hidden {
            inserted.zeroize();
        }
        change
    }

    /// Does one step of editing.
    pub fn apply(&mut self, edit: Edit) -> Change {
        match edit {
            Edit::Insert(sign) => {
                let mut bytes = [0; 4];
                self.paste(sign.encode_utf8(&mut bytes))
            }
            Edit::NewLine => match self.lines {
                Lines::Many => self.paste("\n"),
                Lines::One => Change::Nothing,
            },
            Edit::Left => self.move_to(self.before()),
            Edit::Right => self.move_to(self.after()),
            Edit::WordLeft => self.move_to(self.word_start()),
            Edit::WordRight => self.move_to(self.word_end()),
            Edit::Home => self.move_to(self.line_start()),
            Edit::End => self.move_to(self.line_end()),
            Edit::Backspace => self.delete(self.before(), self.cursor),
            Edit::Delete => self.delete(self.cursor, self.after()),
            Edit::DeleteWord => self.delete(self.word_start(), self.cursor),
            Edit::DeleteToHome => self.delete(self.line_start(), self.cursor),
            Edit::DeleteToEnd => self.delete(self.cursor, self.line_end()),
        }
    }

    fn move_to(&mut self, offset: usize) -> Change {
        if offset == self.cursor {
            return Change::Nothing;
        }
        self.cursor = offset;
        Change::Cursor
    }

    fn delete(&mut self, start: usize, end: usize) -> Change {
        if start == end {
            return Change::Nothing;
        }
        self.text.replace_range(start..end, "");
        self.cursor = self.border_at_or_before(start);
        Change::Text
    }

    fn before(&self) -> usize {
        self.text[..self.cursor]
            .grapheme_indices(true)
            .next_back()
            .map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..]
            .graphemes(true)
            .next()
            .map_or(self.cursor, |cluster| self.cursor + cluster.len())
    }

    fn word_start(&self) -> usize {
        let before = &self.text[..self.cursor];
        let word = before
            .split_word_bound_indices()
            .rev()
            .find(|(_, word)| !word.trim().is_empty());
        word.map_or(0, |(at, _)| at)
    }

    fn word_end(&self) -> usize {
        let after = &self.text[self.cursor..];
        let word = after
            .split_word_bound_indices()
            .find(|(_, word)| !word.trim().is_empty());
        word.map_or(self.text.len(), |(at, word)| self.cursor + at + word.len())
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..]
            .find('\n')
            .map_or(self.text.len(), |at| self.cursor + at)
    }

    fn border_at_or_before(&self, offset: usize) -> usize {
        let borders = self
            .text
            .grapheme_indices(true)
            .map(|(at, _)| at)
            .chain([self.text.len()]);
        borders.take_while(|at| *at <= offset).last().unwrap_or(0)
    }

    fn border_at_or_after(&self, offset: usize) -> usize {
        let borders = self.text.grapheme_indices(true).map(|(at, _)| at);
        borders
            .into_iter()
            .find(|at| *at >= offset)
            .unwrap_or(self.text.len())
    }

    fn wipe(&mut self) {
        match self.echo {
            // Zeroing empties the string and keeps its room.
            Echo::Hidden => self.text.zeroize(),
            Echo::Shown => self.text.clear(),
        }
    }
}

impl Drop for InputState {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl fmt::Debug for InputState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.echo {
            Echo::Shown => self.text.as_str(),
            Echo::Hidden => "(hidden)",
        };
        f.debug_struct("InputState")
            .field("text", &text)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "input_tests.rs"]
mod tests;
