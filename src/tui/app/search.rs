//! The one search, open over whatever was there: what is typed, what was
//! found, and which of it is under the hand.

use super::effect::Effect;
use crate::store::seek::{Found, Hit, Only, Seek, TEXT_CHARS_MAX};
use crate::text::fuzzy::Fuzzy;
use crate::tui::widgets::InputState;
use crate::tui::widgets::scroll::Step;

/// See the module.
#[derive(Clone, Debug)]
pub struct Search {
    pub input: InputState,
    pub only: Only,
    /// What the latest question was about, and the number it had.
    serial: u64,
    /// The latest answer, and the text that it answers.
    pub found: Found,
    pub answered: String,
    pub cursor: usize,
}

impl Search {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            input: InputState::line(TEXT_CHARS_MAX),
            only: Only::All,
            serial: 0,
            found: Found::default(),
            answered: String::new(),
            cursor: 0,
        }
    }

    /// Asks for what is typed now.
    pub fn ask(&mut self, fuzzy: Fuzzy) -> Vec<Effect> {
        self.serial += 1;
        if self.input.text().trim().is_empty() {
            self.found = Found::default();
            self.answered.clear();
            self.cursor = 0;
            return Vec::new();
        }
        vec![Effect::Seek {
            serial: self.serial,
            seek: Seek {
                text: self.input.text().to_owned(),
                fuzzy,
                only: self.only,
            },
        }]
    }

    /// Takes an answer; one that is not of the latest question is passed over.
    /// While the same words are asked again, the cursor stays on its record.
    pub fn take(&mut self, serial: u64, found: Found) {
        if serial != self.serial {
            return;
        }
        let same = self.answered == self.input.text();
        let under = self.current().map(|hit| hit.record.id);
        self.cursor = match under {
            Some(id) if same => found
                .hits
                .iter()
                .position(|hit| hit.record.id == id)
                .unwrap_or(0),
            Some(_) | None => 0,
        };
        self.input.text().clone_into(&mut self.answered);
        self.found = found;
    }

    /// Whether the answer is still under way.
    pub fn waits(&self) -> bool {
        self.answered != self.input.text() && !self.input.text().trim().is_empty()
    }

    /// What is under the hand.
    pub fn current(&self) -> Option<&Hit> {
        self.found.hits.get(self.cursor)
    }

    /// Moves the hand.
    pub fn step(&mut self, step: Step) {
        self.cursor = step.from(self.cursor, self.found.hits.len());
    }

    /// The next kind of thing.
    pub fn turn(&mut self, fuzzy: Fuzzy) -> Vec<Effect> {
        let at = Only::ALL.iter().position(|only| *only == self.only);
        let next = at.map_or(0, |at| at + 1) % Only::ALL.len();
        self.only = Only::ALL[next];
        self.answered.clear();
        self.ask(fuzzy)
    }
}
