//! What was found at a start, in a form that goes to the screen, to the
//! command line and into `files.json`. It holds no word of any record.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;

/// Which of the desk's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// `desk.json`: who may open the desk.
    DeskFile,
    /// `outbox.db`: what officers did and wrote here.
    Outbox,
    /// `replica-….db`: the copy of the service's records.
    Copy,
}

/// What was wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Parts of it do not read, or it ends too early.
    Damaged,
    /// It is not this desk's: another key, another form, no file at all.
    Foreign,
    /// It was here before and is gone.
    Missing,
    /// It is whole and older than what this desk has already shown.
    Behind,
}

/// What was carried over from an outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Acts that wait for the service.
    pub waiting: u64,
    /// Acts that the service refused.
    pub refused: u64,
    /// Unfinished input.
    pub drafts: u64,
}

/// How much did not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lost {
    /// Nothing.
    #[default]
    Nothing,
    /// So many rows.
    Rows(u64),
    /// Something, and nobody can say how much.
    Unknown,
}

impl Lost {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, lost) | (lost, Self::Nothing) => lost,
            (Self::Rows(one), Self::Rows(more)) => Self::Rows(one.saturating_add(more)),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
        }
    }
}

/// Whether the numbers of this desk's acts can go on from the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Numbering {
    /// The outbox knows the last number and the head of the chain.
    #[default]
    Sound,
    /// Acts were lost: nothing is sent before the desk is enrolled anew.
    Unsure,
}

/// Who tells officers of a finding; each once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Teller {
    /// The workstation's screen: until an officer says that it was read.
    Screen,
    /// A script's command line.
    CommandLine,
}

/// Something that was found at a start, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// When, by the own clock.
    pub at: Timestamp,
    /// Which file.
    pub what: What,
    /// What was wrong.
    pub fault: Fault,
    /// The name under which the file now lies; none where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<String>,
    /// What was carried over.
    #[serde(default)]
    pub saved: Saved,
    /// Acts that did not read, of any standing.
    #[serde(default)]
    pub lost_acts: Lost,
    /// Drafts that did not read.
    #[serde(default)]
    pub lost_drafts: Lost,
    /// Who has told it.
    #[serde(default)]
    pub told: BTreeSet<Teller>,
}

impl Finding {
    /// A finding about a file, before anything was done.
    #[must_use]
    pub fn new(at: Timestamp, what: What, fault: Fault) -> Self {
        Self {
            at,
            what,
            fault,
            aside: None,
            saved: Saved::default(),
            lost_acts: Lost::Nothing,
            lost_drafts: Lost::Nothing,
            told: BTreeSet::new(),
        }
    }

    /// Names the file's place now.
    #[must_use]
    pub fn aside(mut self, name: Option<String>) -> Self {
        self.aside = name;
        self
    }

    /// Says that all of it is lost, as far as anybody knows.
    #[must_use]
    pub fn all_lost(mut self) -> Self {
        self.lost_acts = Lost::Unknown;
        self.lost_drafts = Lost::Unknown;
        self
    }
}
