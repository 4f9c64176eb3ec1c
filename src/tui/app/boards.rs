//! The boards: what stands under all dialogs.
//!
//! A new board is a row of [`Board`], a struct of its own in [`super::model`],
//! a file in [`super::update`] and one in [`crate::tui::screens`]; the compiler
//! names the places in between.

use crate::tui::keys::{Action, Context};

/// The screen under all dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Board {
    /// 事件: the queue.
    Queue,
    /// One incident, opened.
    Detail,
    /// 辅警: who is on, and where somebody is missing.
    Roster,
    /// 待发: acts that wait and those that were refused.
    Outbox,
    /// 预警: warnings, the map of the towns.
    Warnings,
    /// 调解: the mediation network.
    Network,
    /// 值班: the duty log.
    Log,
    /// 交接班.
    Handover,
}

impl Board {
    /// Those that have a place in the frame, in its order.
    pub const IN_FRAME: [Self; 6] = [
        Self::Queue,
        Self::Warnings,
        Self::Roster,
        Self::Network,
        Self::Log,
        Self::Outbox,
    ];
    /// Every board that a key opens from anywhere.
    const OPENED: [Self; 7] = [
        Self::Queue,
        Self::Warnings,
        Self::Roster,
        Self::Network,
        Self::Log,
        Self::Handover,
        Self::Outbox,
    ];

    /// The board whose place in the frame is lit while this one is shown.
    pub const fn in_frame(self) -> Self {
        match self {
            Self::Queue | Self::Detail => Self::Queue,
            Self::Roster => Self::Roster,
            Self::Outbox => Self::Outbox,
            Self::Warnings => Self::Warnings,
            Self::Network => Self::Network,
            Self::Log | Self::Handover => Self::Log,
        }
    }

    /// What opens it from anywhere; an incident is opened from a row.
    pub const fn action(self) -> Option<Action> {
        match self {
            Self::Queue => Some(Action::BoardIncidents),
            Self::Detail => None,
            Self::Roster => Some(Action::BoardRoster),
            Self::Outbox => Some(Action::OutboxOpen),
            Self::Warnings => Some(Action::BoardWarnings),
            Self::Network => Some(Action::BoardNetwork),
            Self::Log => Some(Action::LogOpen),
            Self::Handover => Some(Action::HandoverOpen),
        }
    }

    /// The board that an action opens.
    pub fn opened_by(action: Action) -> Option<Self> {
        Self::OPENED
            .into_iter()
            .find(|board| board.action() == Some(action))
    }

    /// Where its keys are bound.
    pub const fn context(self) -> Context {
        match self {
            Self::Queue => Context::Queue,
            Self::Detail => Context::Detail,
            Self::Roster => Context::Roster,
            Self::Outbox => Context::Outbox,
            Self::Warnings => Context::Warnings,
            Self::Network => Context::Network,
            Self::Log => Context::Log,
            Self::Handover => Context::Handover,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_board_has_a_key_of_its_own() {
        for board in Board::IN_FRAME {
            assert_eq!(board.in_frame(), board);
        }
        for board in Board::OPENED {
            let action = board.action().unwrap();
            assert_eq!(Board::opened_by(action), Some(board));
        }
        assert_eq!(Board::opened_by(Action::HelpOpen), None);
    }
}
