//! How the workstation looks and answers to keys: which theme, which keymap,
//! which language. The names are chosen by settings, command line, a key, a
//! command or the clock; the runner reads what belongs to a name.

use std::sync::Arc;

use crate::domain::time::Timestamp;
use crate::i18n::Language;
use crate::text::day_span::DaySpan;
use crate::text::fuzzy::Fuzzy;
use crate::tui::keys::Keymap;
use crate::tui::keys::keymap::DEFAULT_KEYMAP;
use crate::tui::keys::shipped as keymaps;
use crate::tui::theme::shipped as themes;
use crate::tui::theme::{DEFAULT_THEME, Theme};

/// The theme for the night, where the settings name none.
pub const NIGHT_THEME: &str = "night";

/// What the settings choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The theme by day.
    pub day_theme: String,
    /// The theme by night.
    pub night_theme: String,
    /// When the clock switches to the theme of the night; never, without.
    pub night_hours: Option<DaySpan>,
    /// The keymap.
    pub keymap: String,
    /// Sounds that the search does not tell apart.
    pub fuzzy: Fuzzy,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            day_theme: DEFAULT_THEME.to_owned(),
            night_theme: NIGHT_THEME.to_owned(),
            night_hours: None,
            keymap: DEFAULT_KEYMAP.to_owned(),
            fuzzy: Fuzzy::OFF,
        }
    }
}

impl Wanted {
    /// The theme that the clock wants.
    #[must_use]
    pub fn theme_at(&self, now: Timestamp) -> &str {
        let civil = now.civil();
        let minute = u16::from(civil.hour) * 60 + u16::from(civil.minute);
        match self.night_hours {
            Some(hours) if hours.contains(minute) => &self.night_theme,
            Some(_) | None => &self.day_theme,
        }
    }
}

/// What is worn now, and what else there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// What the settings choose.
    pub wanted: Wanted,
    /// The theme in force.
    pub theme: String,
    /// The keymap in force.
    pub keymap: String,
    /// The theme that the clock wanted when it was last looked at: what an
    /// officer chooses by hand holds until the clock turns.
    pub clock: String,
    /// Every theme that can be named.
    pub themes: Vec<String>,
    /// Every keymap that can be named.
    pub keymaps: Vec<String>,
}

impl Face {
    /// As wanted at that time, with what ships.
    #[must_use]
    pub fn at(wanted: Wanted, now: Timestamp) -> Self {
        let theme = wanted.theme_at(now).to_owned();
        Self {
            clock: theme.clone(),
            theme,
            keymap: wanted.keymap.clone(),
            wanted,
            themes: themes::SHIPPED
                .iter()
                .map(|one| one.name.to_owned())
                .collect(),
            keymaps: keymaps::SHIPPED
                .iter()
                .map(|one| one.name.to_owned())
                .collect(),
        }
    }

    /// The other one of the themes for day and night.
    #[must_use]
    pub fn other_light(&self) -> &str {
        if self.theme == self.wanted.night_theme {
            &self.wanted.day_theme
        } else {
            &self.wanted.night_theme
        }
    }
}

/// The name behind `now`, round.
#[must_use]
pub fn after<'n>(names: &'n [String], now: &str) -> Option<&'n str> {
    let at = names.iter().position(|name| name == now);
    let next = at.map_or(0, |at| at + 1) % names.len().max(1);
    names.get(next).map(String::as_str)
}

/// What somebody wants to have on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The theme of that name.
    Theme(String),
    /// The keymap of that name.
    Keymap(String),
    /// The language.
    Language(Language),
}

/// What the runner has put on.
#[derive(Clone, Debug)]
pub enum Worn {
    /// The theme of that name.
    Theme(String, Arc<Theme>),
    /// The keymap of that name.
    Keymap(String, Arc<Keymap>),
    /// Another language, which is selected already.
    Language,
}
