//! Where the officer is, as far as keys are concerned.
//!
//! A context is a section of a keymap file. What a screen answers to is its
//! own section and those it stands on ([`Context::chain`]), the nearest first,
//! so that a verb on incidents is bound once and works in list and detail.

use std::fmt;
use std::str::FromStr;

/// The sections of a keymap, a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Works on every screen. Where text is typed only its function keys and
    /// Ctrl chords act.
    Global,
    /// Any board: no text is being typed.
    Board,
    /// A list with a highlight.
    List,
    /// A text that scrolls.
    Scroll,
    /// An incident is under the hand, in a list or opened.
    Incident,
    /// The incident queue.
    Queue,
    /// One incident, opened.
    Detail,
    /// Acts waiting to be sent, and those refused.
    Outbox,
    /// Who is on, and where somebody is missing.
    Roster,
    /// The board of warnings.
    Warnings,
    /// The mediation network.
    Network,
    /// The duty log.
    Log,
    /// The handover.
    Handover,
    /// The boards on a big screen.
    Wall,
    /// The help page.
    Help,
    /// A question to be answered with yes or no.
    Confirm,
    /// Any place where typed characters go into a field.
    Text,
    /// The line that filters a list while one types.
    Filter,
    /// A form such as a new incident.
    Form,
    /// A small form over a screen: one verb and what it needs.
    Dialog,
    /// A list to pick a person or unit from, filtered while one types.
    Picker,
    /// The one search, while one types.
    Search,
    /// The line for commands.
    Command,
    /// First run, sign-in and the locked screen.
    SignIn,
}

impl Context {
    /// Every context, the general ones first.
    pub const ALL: [Self; 24] = [
        Self::Global,
        Self::Board,
        Self::List,
        Self::Scroll,
        Self::Incident,
        Self::Queue,
        Self::Detail,
        Self::Outbox,
        Self::Roster,
        Self::Warnings,
        Self::Network,
        Self::Log,
        Self::Handover,
        Self::Wall,
        Self::Help,
        Self::Confirm,
        Self::Text,
        Self::Filter,
        Self::Form,
        Self::Dialog,
        Self::Picker,
        Self::Search,
        Self::Command,
        Self::SignIn,
    ];

    /// The section's name in a keymap file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Board => "board",
            Self::List => "list",
            Self::Scroll => "scroll",
            Self::Incident => "incident",
            Self::Queue => "queue",
            Self::Detail => "detail",
            Self::Outbox => "outbox",
            Self::Roster => "roster",
            Self::Warnings => "warnings",
            Self::Network => "network",
            Self::Log => "log",
            Self::Handover => "handover",
            Self::Wall => "wall",
            Self::Help => "help",
            Self::Confirm => "confirm",
            Self::Text => "text",
            Self::Filter => "filter",
            Self::Form => "form",
            Self::Dialog => "dialog",
            Self::Picker => "picker",
            Self::Search => "search",
            Self::Command => "command",
            Self::SignIn => "sign-in",
        }
    }

    /// The sections that answer here, the nearest first.
    #[must_use]
    pub const fn chain(self) -> &'static [Self] {
        match self {
            Self::Global => &[Self::Global],
            Self::Board => &[Self::Board, Self::Global],
            Self::List => &[Self::List, Self::Board, Self::Global],
            Self::Scroll => &[Self::Scroll, Self::Board, Self::Global],
            Self::Incident => &[Self::Incident, Self::Board, Self::Global],
            Self::Queue => &[
                Self::Queue,
                Self::Incident,
                Self::List,
                Self::Board,
                Self::Global,
            ],
            Self::Detail => &[
                Self::Detail,
                Self::Incident,
                Self::Scroll,
                Self::Board,
                Self::Global,
            ],
            Self::Outbox => &[Self::Outbox, Self::List, Self::Board, Self::Global],
            Self::Roster => &[Self::Roster, Self::List, Self::Board, Self::Global],
            Self::Warnings => &[Self::Warnings, Self::List, Self::Board, Self::Global],
            Self::Network => &[Self::Network, Self::List, Self::Board, Self::Global],
            Self::Log => &[Self::Log, Self::List, Self::Board, Self::Global],
            Self::Handover => &[Self::Handover, Self::List, Self::Board, Self::Global],
            Self::Wall => &[Self::Wall, Self::Global],
            Self::Help => &[Self::Help, Self::Scroll, Self::Global],
            Self::Confirm => &[Self::Confirm, Self::Global],
            Self::Text => &[Self::Text, Self::Global],
            Self::Filter => &[Self::Filter, Self::Text, Self::Global],
            Self::Form => &[Self::Form, Self::Text, Self::Global],
            Self::Dialog => &[Self::Dialog, Self::Text, Self::Global],
            Self::Picker => &[Self::Picker, Self::Text, Self::Global],
            Self::Search => &[Self::Search, Self::Text, Self::Global],
            Self::Command => &[Self::Command, Self::Text, Self::Global],
            Self::SignIn => &[Self::SignIn, Self::Text, Self::Global],
        }
    }

    /// What becomes of a plain character here.
    #[must_use]
    pub const fn typing(self) -> Typing {
        match self {
            Self::Text
            | Self::Filter
            | Self::Form
            | Self::Dialog
            | Self::Picker
            | Self::Search
            | Self::Command
            | Self::SignIn => Typing::IntoField,
            Self::Global
            | Self::Board
            | Self::List
            | Self::Scroll
            | Self::Incident
            | Self::Queue
            | Self::Detail
            | Self::Outbox
            | Self::Roster
            | Self::Warnings
            | Self::Network
            | Self::Log
            | Self::Handover
            | Self::Wall
            | Self::Help
            | Self::Confirm => Typing::Keys,
        }
    }
}

/// What plain characters mean in a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// They are keys like any other.
    Keys,
    /// They go into the field, unless the context itself binds them.
    IntoField,
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No context has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no context is called {0:?}")]
pub struct UnknownContext(pub String);

impl FromStr for Context {
    type Err = UnknownContext;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|context| context.name() == text)
            .ok_or_else(|| UnknownContext(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_chains_start_at_home_and_end_everywhere() {
        for context in Context::ALL {
            assert_eq!(context.name().parse(), Ok(context));
            assert_eq!(context.chain().first(), Some(&context));
            assert_eq!(context.chain().last(), Some(&Context::Global));
        }
        assert!("bord".parse::<Context>().is_err());
    }
}
