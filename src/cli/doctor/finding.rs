//! One thing that was looked at.

use serde::Serialize;

use super::super::exit::Trouble;
use super::super::output;
use crate::i18n::{self, t};

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In order.
    Good,
    /// It works, but not as well as it could.
    Attention,
    /// It does not work.
    Bad,
}

/// What was looked at, how it is, and what to do. The names of these fields,
/// and `what`, are part of the program's contract with scripts.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Its name, for scripts.
    pub what: &'static str,
    /// How it is.
    pub state: State,
    /// What was found, in plain signs.
    pub found: String,
    /// How to mend it, in the user's language.
    pub mend: Option<String>,
}

impl Finding {
    /// Something in order.
    pub fn good(what: &'static str, found: impl Into<String>) -> Self {
        Self {
            what,
            state: State::Good,
            found: found.into(),
            mend: None,
        }
    }

    /// Something else, with the way to mend it.
    pub fn other(
        what: &'static str,
        state: State,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            what,
            state,
            found: found.into(),
            mend: Some(mend.into()),
        }
    }

    /// Writes its line, and how to mend it.
    pub fn tell(&self) -> Result<(), Trouble> {
        let state = match self.state {
            State::Good => t!("cli.doctor.good"),
            State::Attention => t!("cli.doctor.attention"),
            State::Bad => t!("cli.doctor.bad"),
        };
        let name = i18n::text(&format!("cli.doctor.what.{}", self.what));
        output::line(&t!(
            "cli.doctor.line",
            state = state,
            name = name,
            found = self.found
        ))?;
        match &self.mend {
            Some(mend) => output::line(&t!("cli.doctor.mend", mend = mend)),
            None => Ok(()),
        }
    }
}
