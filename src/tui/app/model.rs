//! Everything the screen shows, in memory. [`super::update`] changes it,
//! [`crate::tui::screens`] draws it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::layout::Size;
use uuid::Uuid;

use super::banner::Alarms;
pub use super::boards::Board;
use super::command::CommandLine;
use super::condition::Ground;
use super::dialog::{Aim, Dialog, InHand, Kind};
use super::duty::DutyDesk;
use super::face::Face;
use super::gate::Gate;
use super::held::Held;
use super::marks::{Marks, UnderWay};
use super::message::Opened;
use super::network::Network;
pub use super::opened::{Detail, Look, REVEALED_SHOWN_MS, is_shown_whole};
use super::picker::Picker;
use super::queue::{Queue, Typing};
use super::roster::RosterBoard;
use super::saved::{self, OwnLists};
use super::search::Search;
use super::undo::Latest;
use super::wall::Wall;
use super::warnings::Warnings;
use super::watch::Watch;
use super::words::names::Places;
use crate::domain::ids::RecordId;
use crate::domain::incident::verb::Verb;
use crate::domain::officer::Officer;
use crate::domain::policy::Policy;
use crate::domain::time::{Millis, Timestamp};
use crate::store::salvage::Finding;
use crate::store::view::{Counts, OutboxRow};
use crate::sync::status::Status;
use crate::text::width::Ambiguous;
use crate::tui::keys::{Context, Keymap, PendingKeys};
use crate::tui::terminal::flow::Speed;
use crate::tui::theme::Theme;
use crate::tui::widgets::table::Highlight;

/// Screens at least this wide show the detail beside the queue.
pub const SPLIT_COLUMNS_MIN: u16 = 110;
/// The smallest screen that is drawn; below, a notice.
pub const SCREEN_MIN: Size = Size::new(60, 16);
/// Jumps that can be taken back.
pub const BOOKMARKS_MAX: usize = 8;
/// The policy's field that says that everything is made up.
const DEMONSTRATION_FIELD: &str = "demonstration";
/// How long a message stays in the bottom line.
const NOTICE_MS: i64 = 8_000;

/// Whether acts may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// As the officer's role allows.
    Full,
    /// Started to look only.
    ReadOnly,
}

/// Whether what is shown is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staging {
    /// Real cases.
    Real,
    /// Made up, and marked so on every screen.
    Demonstration,
}

/// What was set at start, or by a file of the officer's own.
#[derive(Clone, Debug)]
pub struct Setup {
    pub keymap: Arc<Keymap>,
    pub theme: Arc<Theme>,
    pub face: Face,
    pub ambiguous: Ambiguous,
    pub highlight: Highlight,
    pub access: Access,
    pub staging: Staging,
}

/// The acts that wait or were refused.
#[derive(Clone, Debug, Default)]
pub struct OutboxBoard {
    pub rows: Vec<OutboxRow>,
    pub cursor: Option<crate::domain::ids::CommandId>,
    pub top: usize,
}

/// A question before the program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// So many acts are unsent, so many refused ones unsettled, so many drafts
    /// open.
    Quit {
        unsent: u64,
        refused: u64,
        drafts: usize,
    },
    /// Something was wrong with this desk's files: an officer must have read
    /// what was saved, what was lost and where the old files lie.
    Found(Vec<Finding>),
    /// The service takes nothing from this desk any more: whether to enrol it
    /// anew.
    Enrol,
    /// Whether to take the latest act back, by which verb, on how many.
    Undo { verb: Verb, by: Verb, count: usize },
    /// The number of somebody, as a code that a telephone reads.
    Tel { name: String, number: String },
}

/// Something over the board, the last one on top.
#[derive(Clone, Debug)]
pub enum Layer {
    Dialog(Box<Dialog>),
    Picker(Box<Picker>),
    Confirm(Question),
    Help { scroll: usize, context: Context },
    Search(Box<Search>),
    Command(Box<CommandLine>),
}

/// What kind of message stands in the bottom line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Done,
    Told,
    Error,
}

/// A message in the bottom line, until the next key or for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub tone: Tone,
    pub until: Timestamp,
}

/// Where the officer was before a jump.
#[derive(Clone, Debug)]
pub struct Bookmark {
    pub board: Board,
    pub layers: Vec<Layer>,
    pub detail: Option<Detail>,
    pub cursor: Option<RecordId>,
    pub typing: Typing,
}

/// What exists only while somebody is signed in.
#[derive(Clone, Debug)]
pub struct Desk {
    pub officer: Officer,
    pub policy: Arc<Policy>,
    pub places: Arc<Places>,
    pub counts: Counts,
    pub board: Board,
    pub queue: Queue,
    /// Incidents that the next verb is for, all at once.
    pub marks: Marks,
    /// Acts on several of them that are on their way to the disk.
    pub several: Vec<UnderWay>,
    /// What the officer did last, for the way back.
    pub latest: Option<Latest>,
    pub detail: Option<Detail>,
    pub outbox: OutboxBoard,
    pub roster: RosterBoard,
    pub warnings: Warnings,
    pub network: Network,
    pub duty: DutyDesk,
    pub layers: Vec<Layer>,
    /// Keys that wait for a dialog that is on its way.
    pub held: Held,
    pub alarms: Alarms,
    pub watch: Watch,
    /// Where to return to, the latest jump last.
    pub bookmarks: Vec<Bookmark>,
    pub drafts: BTreeMap<String, String>,
    /// Lists that the officer has saved.
    pub lists: OwnLists,
    /// Commands of this session, the newest last; never on a disk.
    pub commands: Vec<String>,
    /// Timelines under way: the one asked for, and whether another is wanted.
    pub timeline_asked: Option<RecordId>,
    pub timeline_stale: bool,
    pub dialogs_opened: u64,
}

/// What the line to the terminal carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineState {
    pub speed: Speed,
    /// Bytes of the last whole minute, once there was one.
    pub minute_bytes: Option<u64>,
}

/// Everything.
#[derive(Clone, Debug)]
pub struct Model {
    /// The corrected clock.
    pub now: Timestamp,
    pub size: Size,
    pub setup: Setup,
    pub service: String,
    /// The centre's name is the unit of whoever signs in; this is for before.
    pub status: Status,
    pub gate: Option<Gate>,
    pub desk: Option<Desk>,
    pub pending_keys: PendingKeys,
    pub notice: Option<Notice>,
    pub line: LineState,
    /// A fresh id, put there by the runner before each message, so that
    /// `update` needs no randomness of its own.
    pub fresh_id: Uuid,
    pub ids_taken: u8,
    /// Where the boards turn on a big screen and nothing is done.
    pub wall: Option<Wall>,
}

impl Desk {
    pub fn new(opened: Opened) -> Self {
        let mut opened = opened;
        let lists = saved::take_from(&mut opened.drafts);
        let ground = Ground {
            now: Timestamp::default(),
            me: opened.officer.person,
            policy: Some(Arc::clone(&opened.policy)),
        };
        Self {
            lists,
            officer: opened.officer,
            policy: opened.policy,
            places: opened.places,
            counts: opened.counts,
            board: Board::Queue,
            queue: Queue::on(ground),
            marks: Marks::default(),
            several: Vec::new(),
            latest: None,
            detail: None,
            outbox: OutboxBoard::default(),
            roster: RosterBoard::default(),
            warnings: Warnings::default(),
            network: Network::default(),
            duty: DutyDesk::default(),
            layers: Vec::new(),
            held: Held::default(),
            alarms: Alarms::default(),
            watch: Watch::default(),
            bookmarks: Vec::new(),
            drafts: opened.drafts.into_iter().collect(),
            commands: Vec::new(),
            timeline_asked: None,
            timeline_stale: false,
            dialogs_opened: 0,
        }
    }

    /// Whether something waits for the next second: a draft that is not saved
    /// yet, what is revealed for a while.
    pub fn counts_seconds(&self) -> bool {
        let parked = self.bookmarks.iter().flat_map(|bookmark| &bookmark.layers);
        let unsaved = self
            .layers
            .iter()
            .chain(parked)
            .any(|layer| matches!(layer, Layer::Dialog(dialog) if dialog.touched.is_some()));
        let revealed = self.network.revealed.is_some()
            || self.roster.revealed.is_some()
            || self.duty.revealed.is_some()
            || self
                .detail
                .as_ref()
                .is_some_and(|detail| detail.revealed.is_some());
        unsaved || revealed
    }

    /// When something changes by itself, after `now`.
    pub fn next_turn(&self, now: Timestamp) -> Option<Timestamp> {
        [
            self.watch.next_turn(&self.policy, now),
            self.alarms.next_sound(&self.policy, now),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// The incident that a verb would act on: the opened one, else the row
    /// under the cursor.
    pub fn aim(&self) -> Option<Aim> {
        match self.in_hand()? {
            InHand::Row(row) => Some(Aim::of_row(row)),
            InHand::Record(record, _) => Aim::of_record(record),
        }
    }

    /// The same as it lies there: hints ask a dozen times for every frame.
    pub fn in_hand(&self) -> Option<InHand<'_>> {
        match self.board {
            Board::Detail => {
                let detail = self.detail.as_ref()?;
                // A key that was typed ahead, before the store has answered,
                // means the row that was opened.
                let row = || self.queue.current().filter(|row| row.id == detail.id);
                match &detail.shown {
                    Some(shown) => {
                        let incident = shown.record.incident()?;
                        Some(InHand::Record(&shown.record, incident))
                    }
                    None => row().map(InHand::Row),
                }
            }
            Board::Queue => self.queue.current().map(InHand::Row),
            Board::Roster
            | Board::Outbox
            | Board::Warnings
            | Board::Network
            | Board::Log
            | Board::Handover => None,
        }
    }

    /// The dialog on top, if a dialog is on top or right under a picker.
    pub fn dialog_mut(&mut self) -> Option<&mut Dialog> {
        self.layers.iter_mut().rev().find_map(|layer| match layer {
            Layer::Dialog(dialog) => Some(dialog.as_mut()),
            _ => None,
        })
    }

    /// The dialog of that number, wherever it is: also one that was left by a
    /// jump.
    pub fn dialog_numbered(&mut self, number: u64) -> Option<&mut Dialog> {
        let parked = self
            .bookmarks
            .iter_mut()
            .flat_map(|bookmark| &mut bookmark.layers);
        self.layers
            .iter_mut()
            .chain(parked)
            .find_map(|layer| match layer {
                Layer::Dialog(dialog) if dialog.number == number => Some(dialog.as_mut()),
                _ => None,
            })
    }

    /// Closes the dialog of that number, with the picker over it.
    pub fn close_dialog(&mut self, number: u64) {
        let is_it =
            |layer: &Layer| matches!(layer, Layer::Dialog(dialog) if dialog.number == number);
        if let Some(at) = self.layers.iter().position(is_it) {
            let over = matches!(self.layers.get(at + 1), Some(Layer::Picker(_)));
            self.layers.drain(at..=at + usize::from(over));
        } else {
            for bookmark in &mut self.bookmarks {
                bookmark.layers.retain(|layer| !is_it(layer));
            }
        }
    }
}

impl Model {
    /// A model before anybody signed in.
    pub fn new(setup: Setup, size: Size, gate: Gate, service: String, now: Timestamp) -> Self {
        Self {
            now,
            size,
            setup,
            service,
            status: Status::default(),
            gate: Some(gate),
            desk: None,
            pending_keys: PendingKeys::default(),
            notice: None,
            line: LineState {
                speed: Speed::Broad,
                minute_bytes: None,
            },
            fresh_id: Uuid::nil(),
            ids_taken: 0,
            wall: None,
        }
    }

    /// Where keys go.
    pub fn context(&self) -> Context {
        if self.gate.is_some() {
            return Context::SignIn;
        }
        let Some(desk) = &self.desk else {
            return Context::SignIn;
        };
        if self.wall.is_some() {
            return Context::Wall;
        }
        match desk.layers.last() {
            Some(Layer::Picker(_)) => Context::Picker,
            Some(Layer::Confirm(_)) => Context::Confirm,
            Some(Layer::Help { .. }) => Context::Help,
            Some(Layer::Search(_)) => Context::Search,
            Some(Layer::Command(_)) => Context::Command,
            Some(Layer::Dialog(dialog)) => match dialog.kind {
                Kind::New { .. } => Context::Form,
                Kind::Act { .. }
                | Kind::Several { .. }
                | Kind::Discard { .. }
                | Kind::Duty(_)
                | Kind::Roster(_)
                | Kind::Warning { .. }
                | Kind::Contact { .. } => Context::Dialog,
            },
            None => match desk.board {
                Board::Queue if desk.queue.typing == Typing::Yes => Context::Filter,
                board => board.context(),
            },
        }
    }

    /// Whether what is shown is made up: said at the start, or by the policy of
    /// the service.
    pub fn staging(&self) -> Staging {
        let by_policy = self.desk.as_ref().is_some_and(|desk| {
            desk.policy.extra.get(DEMONSTRATION_FIELD) == Some(&serde_json::Value::Bool(true))
        });
        if by_policy {
            Staging::Demonstration
        } else {
            self.setup.staging
        }
    }

    /// How the row under the cursor is shown: on a thin line by the marker
    /// alone.
    pub fn highlight(&self) -> Highlight {
        match self.line.speed {
            Speed::Thin => Highlight::Marker,
            Speed::Broad => self.setup.highlight,
        }
    }

    /// Whether the detail is shown beside the queue.
    pub fn is_split(&self) -> bool {
        self.size.width >= SPLIT_COLUMNS_MIN
    }

    /// Says something in the bottom line.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            tone,
            until: self.now.saturating_add(Millis(NOTICE_MS)),
        });
    }

    /// An id that nothing has yet.
    pub fn take_id(&mut self) -> RecordId {
        // The runner gives one for each message; whoever takes more of them
        // gets neighbours, told apart in the last byte.
        let mut bytes = self.fresh_id.into_bytes();
        bytes[13] ^= self.ids_taken;
        self.ids_taken = self.ids_taken.wrapping_add(1);
        RecordId::new(Uuid::from_bytes(bytes))
    }
}
