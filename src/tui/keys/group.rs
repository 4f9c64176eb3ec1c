//! How an action is secured, offered and listed.

use std::borrow::Cow;

use crate::i18n;

/// How much it takes to set an action off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// Easily undone, or it opens a dialog that can be left.
    None,
    /// Asks once. Whoever asks raises it to [`Danger::TypeToConfirm`] between
    /// 02:00 and 06:00 (terminal.md §4).
    Confirm,
    /// Wants the record's last digits typed.
    TypeToConfirm,
}

/// Whether an action is offered in the one line of hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prominence {
    /// In the hint line and in the help.
    Hint,
    /// In the hint line after the others, as far as there is room.
    Room,
    /// In the help only.
    Help,
}

/// The heading under which help lists an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Verbs on an incident.
    Incident,
    /// Lists and scrolling.
    Movement,
    /// Contacts of the mediation network.
    Network,
    /// What waits to be sent.
    Outbox,
    /// Who is on, and where somebody is missing.
    Roster,
    /// Warnings.
    Warning,
    /// The duty log and the handover.
    Duty,
    /// Fields, forms, pickers and questions.
    Form,
    /// The workstation as a whole.
    Desk,
}

impl Group {
    /// The heading in the chosen language.
    #[must_use]
    pub fn title(self) -> Cow<'static, str> {
        i18n::text(match self {
            Self::Incident => "keymap.group.incident",
            Self::Movement => "keymap.group.movement",
            Self::Network => "keymap.group.network",
            Self::Outbox => "keymap.group.outbox",
            Self::Roster => "keymap.group.roster",
            Self::Warning => "keymap.group.warning",
            Self::Duty => "keymap.group.duty",
            Self::Form => "keymap.group.form",
            Self::Desk => "keymap.group.desk",
        })
    }
}
