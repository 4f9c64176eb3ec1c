//! The workstation without a terminal: model, `update` and effects on a real
//! store, with the answers taken one by one, so that a test decides what comes
//! before what. It performs what concerns the store as the runner does;
//! signing in, the engine and the terminal are its owner's.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use uuid::Uuid;

use super::effect::Effect;
use super::face::{Face, Wanted};
use super::form::Value;
use super::gate::Gate;
use super::message::Message;
use super::model::{Access, Layer, Model, Setup, Staging};
use super::stored::{self, Begun, Wait};
use super::update::update;
use super::wall::{Wall, WallPlan};
use crate::domain::ids::RecordId;
use crate::domain::time::Millis;
use crate::store::handle::{Store, StoreEvent, When};
use crate::sync::clock::Clock;
use crate::sync::status::Status;
use crate::text::colour_depth::ColourDepth;
use crate::text::width::{Ambiguous, display_width};
use crate::tui::keys::{Context, KeyPress, Keymap};
use crate::tui::screens;
use crate::tui::theme::Theme;
use crate::tui::widgets::table::Highlight;

/// Where a happening is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The store's news: what changed.
    News,
    /// What was asked of the store, oldest question first.
    Answers,
    /// What the store says of what was written, oldest first.
    Receipts,
}

/// All of them, in the order in which [`Headless::settle`] looks.
pub const SOURCES: [Source; 3] = [Source::News, Source::Receipts, Source::Answers];

/// What a happening's source had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// One happening went through the model.
    One,
    /// There was none.
    Nothing,
}

/// See the module.
pub struct Headless {
    model: Model,
    store: Store,
    clock: Arc<dyn Clock>,
    news: Receiver<StoreEvent>,
    answers: VecDeque<Wait>,
    receipts: VecDeque<Wait>,
    bells: usize,
}

impl Headless {
    /// Opens the desk of the store's officer on a screen of that many columns
    /// and rows, with the shipped keys. Nothing is on the queue before
    /// [`Self::settle`].
    #[must_use]
    pub fn open(store: Store, clock: Arc<dyn Clock>, screen: (u16, u16)) -> Self {
        let theme = Theme::shipped(ColourDepth::Sixteen);
        Self::open_in(store, clock, screen, theme)
    }

    /// As [`Self::open`], in these colours.
    #[must_use]
    pub fn open_in(store: Store, clock: Arc<dyn Clock>, screen: (u16, u16), theme: Theme) -> Self {
        Self::start(store, clock, screen, (theme, None))
    }

    /// As [`Self::open`], as the big screen of the room.
    #[must_use]
    pub fn open_wall(
        store: Store,
        clock: Arc<dyn Clock>,
        screen: (u16, u16),
        plan: WallPlan,
    ) -> Self {
        let theme = Theme::shipped(ColourDepth::Sixteen);
        Self::start(store, clock, screen, (theme, Some(Wall::new(plan))))
    }

    fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        (columns, rows): (u16, u16),
        (theme, wall): (Theme, Option<Wall>),
    ) -> Self {
        let setup = Setup {
            keymap: Arc::new(Keymap::shipped()),
            theme: Arc::new(theme),
            face: Face::at(Wanted::default(), clock.now()),
            ambiguous: Ambiguous::Narrow,
            highlight: Highlight::Row,
            access: Access::Full,
            staging: Staging::Real,
        };
        let gate = Gate::at_start("", "", Vec::new());
        let size = Size::new(columns, rows);
        let mut model = Model::new(setup, size, gate, String::new(), clock.now());
        model.wall = wall;
        let mut desk = Self {
            model,
            news: store.subscribe(),
            store,
            clock,
            answers: VecDeque::new(),
            receipts: VecDeque::new(),
            bells: 0,
        };
        let officer = desk.store.officer().clone();
        let opened = stored::opened(&desk.store, officer, String::new());
        desk.message(Message::Opened(Box::new(opened)));
        desk
    }

    /// A key.
    pub fn press(&mut self, key: KeyPress) {
        self.message(Message::Key(key));
    }

    /// The clock has gone on; it is looked at.
    pub fn tick(&mut self) {
        self.message(Message::Tick);
    }

    /// The engine's state.
    pub fn status(&mut self, status: Status) {
        self.message(Message::Sync(status));
    }

    /// Takes the next happening of one source, waiting for the store if it is
    /// an answer.
    pub fn take(&mut self, source: Source) -> Taken {
        let message = match source {
            Source::News => match self.news.try_recv() {
                Ok(event) => Some(Message::Store(stored::news(event))),
                Err(_) => return Taken::Nothing,
            },
            Source::Answers => match self.answers.pop_front() {
                Some(wait) => wait(),
                None => return Taken::Nothing,
            },
            Source::Receipts => match self.receipts.pop_front() {
                Some(wait) => wait(),
                None => return Taken::Nothing,
            },
        };
        if let Some(message) = message {
            self.message(message);
        }
        Taken::One
    }

    /// Takes everything that has happened, and what follows from it.
    pub fn settle(&mut self) {
        while SOURCES
            .into_iter()
            .any(|source| self.take(source) == Taken::One)
        {}
    }

    fn message(&mut self, message: Message) {
        let offset = Millis(self.model.status.offset_ms);
        self.model.now = self.clock.now().saturating_add(offset);
        self.model.fresh_id = Uuid::now_v7();
        for effect in update(&mut self.model, message) {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        if effect == Effect::Bell {
            self.bells += 1;
            return;
        }
        let when = When {
            made_at: self.model.now,
            offset_ms: self.model.status.offset_ms,
        };
        match stored::begin(&self.store, effect, when) {
            Begun::Writing(wait) => self.receipts.push_back(wait),
            Begun::Reading(wait) => self.answers.push_back(wait),
        }
    }

    /// How often the bell has sounded.
    #[must_use]
    pub fn bells(&self) -> usize {
        self.bells
    }

    /// Where keys go.
    #[must_use]
    pub fn context(&self) -> Context {
        self.model.context()
    }

    /// The incident under the queue's cursor.
    #[must_use]
    pub fn cursor(&self) -> Option<RecordId> {
        self.model.desk.as_ref()?.queue.cursor
    }

    /// The incidents of the list that is shown, as far as they are read.
    #[must_use]
    pub fn rows(&self) -> Vec<RecordId> {
        let rows = self.model.desk.iter().flat_map(|desk| &desk.queue.rows);
        rows.map(|(_, row)| row.id).collect()
    }

    /// The incident that is opened, or shown beside the queue.
    #[must_use]
    pub fn opened(&self) -> Option<RecordId> {
        let detail = self.model.desk.as_ref()?.detail.as_ref();
        detail.map(|detail| detail.id)
    }

    /// The incident that the banner announces.
    #[must_use]
    pub fn banner(&self) -> Option<RecordId> {
        let banner = self.model.desk.as_ref()?.alarms.banner();
        banner.map(|(ringing, _)| ringing.id)
    }

    /// Text and caret (in bytes) of the dialog's field that has the focus.
    #[must_use]
    pub fn field(&self) -> Option<(&str, usize)> {
        let Layer::Dialog(dialog) = self.model.desk.as_ref()?.layers.last()? else {
            return None;
        };
        match &dialog.form.focused()?.value {
            Value::Text(input) => Some((input.text(), input.cursor())),
            Value::Choice(_) | Value::Pick(..) | Value::Told(_) => None,
        }
    }

    /// The screen's cells as they would be drawn now.
    #[must_use]
    pub fn buffer(&self) -> Buffer {
        let size = self.model.size;
        let area = Rect::new(0, 0, size.width, size.height);
        let mut buf = Buffer::empty(area);
        screens::render(&self.model, area, &mut buf);
        buf
    }

    /// The screen's lines as they would be drawn now.
    #[must_use]
    pub fn screen(&self) -> Vec<String> {
        let buf = self.buffer();
        (0..buf.area.height).map(|row| line(&buf, row)).collect()
    }
}

/// A row of cells as text; the cell behind a wide glyph holds nothing.
fn line(buf: &Buffer, row: u16) -> String {
    let mut text = String::new();
    let mut column = 0;
    while let Some(cell) = buf.cell((column, row)) {
        text.push_str(cell.symbol());
        let wide = u16::try_from(display_width(cell.symbol())).unwrap_or(1);
        column += wide.max(1);
    }
    text.trim_end().to_owned()
}
