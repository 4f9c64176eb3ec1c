//! The boards on the big screen of the control room: which, in which order, for
//! how long, and what interrupts them.
//!
//! Somebody walks past it who has no business with a name: whoever opens it must
//! be sent nothing more than a wall may show ([`is_for_a_wall`]), so there is
//! nothing to mask here. It looks on; no key and no clock makes an act of it.

use std::collections::BTreeSet;

use super::banner::{Cause, Ringing};
use super::effect::Effect;
use super::form::Move;
use crate::domain::ids::RecordId;
use crate::domain::officer::{Officer, Role};
use crate::domain::time::{Millis, Timestamp};
use crate::store::view::Sort;
use crate::sync::status::LinkState;

/// What is unanswered when the wall opens is told and interrupts nothing. So long
/// it takes at most until the desk has found out about it.
const OPENING_MS: Millis = Millis(5_000);

/// A board of the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WallBoard {
    /// The map of the towns and what is warned of.
    Warnings,
    /// Open incidents, the gravest first.
    Incidents,
    /// Open incidents, what is due first at the top.
    Deadlines,
}

impl WallBoard {
    /// Every board, in the order in which they are shown unless told otherwise.
    pub const ALL: [Self; 3] = [Self::Warnings, Self::Incidents, Self::Deadlines];

    /// The order of its incidents; none on the board of warnings.
    #[must_use]
    pub const fn sort(self) -> Option<Sort> {
        match self {
            Self::Warnings => None,
            Self::Incidents => Some(Sort::Rank),
            Self::Deadlines => Some(Sort::Deadline),
        }
    }
}

/// What is shown, and how long each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WallPlan {
    /// At least one.
    pub boards: Vec<WallBoard>,
    /// How long one board stays.
    pub every: Millis,
}

/// Whether the boards turn by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turning {
    /// They do.
    On,
    /// Somebody has stopped them.
    Paused,
}

/// How far the wall has found out what is unanswered anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nobody has signed in yet.
    Closed,
    /// Since then it finds out.
    Opening(Timestamp),
    /// Whatever comes now is news.
    Open,
}

/// Where the wall is.
#[derive(Clone, Debug)]
pub struct Wall {
    plan: WallPlan,
    at: usize,
    turned_at: Timestamp,
    turning: Turning,
    phase: Phase,
    /// Reds that interrupt nothing (any more): they were there before, or
    /// somebody has turned on from them.
    known: BTreeSet<RecordId>,
    /// Reds that nobody answers for and that stay on the screen.
    held: Vec<RecordId>,
    /// Somebody was turned away, for this reason.
    pub(super) turned_away: Option<String>,
}

impl Wall {
    /// A wall before anybody has signed in.
    pub fn new(plan: WallPlan) -> Self {
        Self {
            plan,
            at: 0,
            turned_at: Timestamp::default(),
            turning: Turning::On,
            phase: Phase::Closed,
            known: BTreeSet::new(),
            held: Vec::new(),
            turned_away: None,
        }
    }

    /// The boards, in their order.
    pub fn boards(&self) -> &[WallBoard] {
        &self.plan.boards
    }

    /// The board that is shown; while a red is held that of the incidents.
    pub fn shown(&self) -> WallBoard {
        if self.held.is_empty() {
            self.turn()
        } else {
            WallBoard::Incidents
        }
    }

    /// The board whose turn it is.
    pub fn turn(&self) -> WallBoard {
        let board = self.plan.boards.get(self.at);
        board.copied().unwrap_or(WallBoard::Warnings)
    }

    /// How long one board stays.
    pub const fn every(&self) -> Millis {
        self.plan.every
    }

    /// Whether the boards turn by themselves.
    pub const fn turning(&self) -> Turning {
        self.turning
    }

    /// The reds that stay on the screen until somebody answers for them.
    pub fn held(&self) -> &[RecordId] {
        &self.held
    }

    /// The next board, or the one before. Whoever turns has seen what was held.
    pub fn step(&mut self, step: Move, now: Timestamp) {
        let count = self.plan.boards.len().max(1);
        if self.held.is_empty() {
            let by = match step {
                Move::Next => 1,
                Move::Previous => count - 1,
            };
            self.at = (self.at + by) % count;
        }
        self.go_on(now);
    }

    /// The board with that number, from 1; any other number does nothing.
    pub fn pick(&mut self, number: usize, now: Timestamp) {
        let index = number.checked_sub(1);
        if let Some(index) = index.filter(|index| *index < self.plan.boards.len()) {
            self.at = index;
            self.go_on(now);
        }
    }

    /// Stops the boards where they are, or lets them go on.
    pub fn pause(&mut self, now: Timestamp) {
        self.turned_at = now;
        self.turning = match self.turning {
            Turning::On => Turning::Paused,
            Turning::Paused => Turning::On,
        };
    }

    /// Whether it still finds out what was there before: a little while, and until
    /// the line has brought what it has.
    fn opening(&mut self, link: LinkState, now: Timestamp) -> bool {
        let since = match self.phase {
            Phase::Open => return false,
            Phase::Opening(since) => since,
            Phase::Closed => {
                self.phase = Phase::Opening(now);
                self.turned_at = now;
                now
            }
        };
        let coming = match link {
            LinkState::Connecting | LinkState::CatchingUp => true,
            LinkState::Live | LinkState::Degraded | LinkState::Offline => false,
        };
        let opening = coming || now.since(since) < OPENING_MS;
        if !opening {
            self.phase = Phase::Open;
        }
        opening
    }

    fn go_on(&mut self, now: Timestamp) {
        self.known.extend(self.held.drain(..));
        self.turned_at = now;
    }

    /// Time has passed, or alarms have come or gone: these reds are unanswered.
    pub fn review<'a>(
        &mut self,
        reds: impl Iterator<Item = &'a Ringing>,
        link: LinkState,
        now: Timestamp,
    ) {
        let opening = self.opening(link, now);
        let held_before = !self.held.is_empty();
        let mut unanswered = BTreeSet::new();
        self.held.clear();
        for red in reds {
            unanswered.insert(red.id);
            if opening && red.cause != Cause::New {
                self.known.insert(red.id);
            }
            if !self.known.contains(&red.id) {
                self.held.push(red.id);
            }
        }
        // One that comes back, because nobody went on with it, is news again.
        self.known.retain(|id| unanswered.contains(id));
        if held_before && self.held.is_empty() {
            self.turned_at = now;
        }
        let due = now.since(self.turned_at) >= self.plan.every;
        if due && self.held.is_empty() && self.turning == Turning::On {
            self.step(Move::Next, now);
        }
    }
}

/// Whether an account is sent no more than a wall may show. One that also has
/// another role is not for a wall: what it may do would stand open on a screen
/// that nobody watches, and what it is sent would be in that machine.
pub fn is_for_a_wall(officer: &Officer) -> bool {
    !officer.grants.is_empty() && officer.grants.iter().all(|grant| grant.role == Role::Wall)
}

/// Whether the runner may do this for a wall: read, draw, sign in, and nothing
/// that leaves anything behind or makes a sound.
pub fn may(effect: &Effect) -> bool {
    match effect {
        Effect::LoadQueue { .. }
        | Effect::LoadShown { .. }
        | Effect::LoadTimeline { .. }
        | Effect::LoadCounts
        | Effect::LoadGround
        | Effect::LoadWarnings
        | Effect::SignIn(_)
        | Effect::SignInAgain(_)
        | Effect::SignOut
        | Effect::SyncNow
        | Effect::Wear(_)
        | Effect::Redraw
        | Effect::Suspend
        | Effect::Quit => true,
        Effect::Submit { .. }
        | Effect::ProposeWarnings
        | Effect::SaveDraft { .. }
        | Effect::DeleteDraft { .. }
        | Effect::OutboxRetry(_)
        | Effect::OutboxDiscard { .. }
        | Effect::OutboxToNote(_)
        | Effect::FindingsRead(_)
        | Effect::Unlock(_)
        | Effect::Bell
        | Effect::LoadOutbox
        | Effect::LoadRoster { .. }
        | Effect::Duty(_)
        | Effect::LoadSuppressed
        | Effect::FindHolders { .. }
        | Effect::FindCases { .. }
        | Effect::FindSuperior { .. }
        | Effect::NextUnacknowledged { .. }
        | Effect::NextConflict { .. }
        | Effect::LoadAlike { .. }
        | Effect::LoadBranches { .. }
        | Effect::LoadContacts { .. }
        | Effect::LoadNear { .. }
        | Effect::LoadWay { .. }
        | Effect::Seek { .. } => false,
    }
}
