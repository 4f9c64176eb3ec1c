//! The duty desk on the screen: the log, who is on, the handover, and the forms
//! of each; [`super::duty_act`] reads them.

use std::collections::{BTreeMap, BTreeSet};

use super::dialog_fields::{NAME_CHARS_MAX, SHORT_ROWS, TEXT_ROWS};
use super::form::{Field, Slot};
use super::words::{log, names};
use crate::domain::duty::chain::{ClosingCode, Tail};
use crate::domain::duty::handover::{
    Answers, Backlog, Handover, Item, NEXT_MAX_CHARS, SECTION_MAX_CHARS, unticked,
};
use crate::domain::duty::line::{INSTRUCTION_MAX_CHARS, LINE_TEXT_MAX_CHARS};
use crate::domain::duty::shift::{Slot as Shift, Sound};
use crate::domain::entry::Direction;
use crate::domain::ids::RecordId;
use crate::domain::officer::Officer;
use crate::domain::policy::Policy;
use crate::domain::time::{Millis, Timestamp};
use crate::i18n::t;
use crate::store::duty::{DeskNow, Draft};
use crate::store::view::LogRow;
use crate::sync::status::{LinkState, Status};

/// Characters of a time of day.
const CLOCK_CHARS_MAX: usize = 5;
/// Characters of a number.
const PHONE_CHARS_MAX: usize = 50;
/// So long before the end of a shift its officers are those of the next one.
const SIGN_ON_EARLY_MS: Millis = Millis(60 * 60 * 1_000);

/// What the boards of the duty desk show.
#[derive(Clone, Debug, Default)]
pub struct DutyDesk {
    /// Who is on, and the handover that is under way.
    pub now: DeskNow,
    /// The latest lines of the log, newest first.
    pub lines: Vec<LogRow>,
    /// The line under the cursor.
    pub line: Option<RecordId>,
    /// A line that was searched for and may be older than the latest.
    pub sought: Option<LogRow>,
    /// The first line that the list shows.
    pub lines_top: usize,
    /// What would be handed on now.
    pub draft: Option<Draft>,
    /// The outgoing officer's words on what comes next, by matter.
    pub next: BTreeMap<RecordId, String>,
    /// What the incoming officer has gone through.
    pub ticked: BTreeSet<RecordId>,
    /// The matter under the cursor.
    pub item: usize,
    /// The first matter that the list shows.
    pub items_top: usize,
    /// The line whose number is shown whole, and since when.
    pub revealed: Option<(RecordId, Timestamp)>,
    /// Since when the desk is without the centre.
    pub cut_since: Option<Timestamp>,
}

/// Which half of a handover the officer has before them.
#[derive(Clone, Copy, Debug)]
pub enum Half<'a> {
    /// To write and sign what is handed on.
    Giving,
    /// Signed by this officer: the next one has it.
    Given(&'a Handover),
    /// To go through and sign what somebody else hands on.
    Taking(RecordId, &'a Handover),
}

/// Up to when the desk knows, where it is without the centre.
pub const fn known_until(status: &Status) -> Option<Timestamp> {
    match status.link {
        LinkState::Live | LinkState::Degraded => None,
        LinkState::Offline | LinkState::Connecting | LinkState::CatchingUp => status.fresh_at,
    }
}

impl DutyDesk {
    /// What has not been delivered, as the draft says it.
    pub fn backlog(&self, status: &Status) -> Backlog {
        let drafted = self.draft.as_ref().map(|draft| draft.backlog);
        Backlog {
            known_until: known_until(status),
            ..drafted.unwrap_or_default()
        }
    }

    /// Puts the cursor on a line that was found, wherever it stands.
    pub fn seek(&mut self, row: LogRow) {
        self.line = Some(row.id);
        self.sought = Some(row);
        let lines = std::mem::take(&mut self.lines);
        self.take_lines(lines);
    }

    /// Takes the latest lines; the one that was found is among them.
    pub fn take_lines(&mut self, lines: Vec<LogRow>) {
        // Who is at the newest line stays at the newest.
        let first = self.lines.first().map(|row| row.id);
        let newest = self.sought.is_none() && first == self.line;
        self.lines = lines;
        if let Some(sought) = &self.sought
            && self.lines.iter().all(|row| row.id != sought.id)
        {
            let older = |row: &LogRow| row.line.at < sought.line.at;
            let at = self.lines.iter().position(older);
            let at = at.unwrap_or(self.lines.len());
            self.lines.insert(at, sought.clone());
        }
        if newest || self.current().is_none() {
            self.line = self.lines.first().map(|row| row.id);
            self.lines_top = 0;
        }
    }

    /// The line under the cursor.
    pub fn current(&self) -> Option<&LogRow> {
        self.lines.iter().find(|row| Some(row.id) == self.line)
    }

    /// Which half is before this officer.
    pub fn half(&self, officer: &Officer) -> Half<'_> {
        match &self.now.handover {
            Some((_, handover)) if handover.taken.is_some() => Half::Giving,
            Some((_, handover)) if handover.offered.by.id == officer.id => Half::Given(handover),
            Some((id, handover)) => Half::Taking(*id, handover),
            None => Half::Giving,
        }
    }

    /// The matters on the board.
    pub fn items(&self, officer: &Officer) -> &[Item] {
        match self.half(officer) {
            Half::Given(handover) | Half::Taking(_, handover) => &handover.items,
            Half::Giving => self.draft.as_ref().map_or(&[], |draft| &draft.items),
        }
    }

    /// How many that must be gone through are not.
    pub fn unticked(&self, officer: &Officer) -> usize {
        let ticked: Vec<RecordId> = self.ticked.iter().copied().collect();
        unticked(self.items(officer), &ticked)
    }

    /// The closing code of the log, as far as this desk has it.
    pub fn closing_code(&self) -> String {
        let place = self.lines.iter().find_map(|row| row.line.place);
        place.map_or_else(String::new, |place| {
            ClosingCode::of(Tail {
                no: place.no,
                link: place.link,
            })
            .to_string()
        })
    }
}

/// A form of the duty desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DutyForm {
    /// A telephone call at the desk.
    Call,
    /// A new line that corrects one.
    Correct(RecordId),
    /// A line that says that a promise was kept.
    Keep(RecordId),
    /// On duty.
    SignOn,
    /// What the outgoing officer adds, and the signature.
    Offer,
    /// The incoming officer's signature.
    Take,
    /// What comes next in a matter.
    Next(RecordId),
}

impl DutyForm {
    /// The key of its draft. What is about one line, or a signature, has none.
    pub fn draft_key(&self) -> Option<String> {
        match self {
            Self::Call => Some("duty-call".to_owned()),
            Self::Offer => Some("duty-offer".to_owned()),
            Self::Correct(_) | Self::Keep(_) | Self::SignOn | Self::Take | Self::Next(_) => None,
        }
    }

    /// What stands under the title.
    pub fn about(&self) -> String {
        match self {
            Self::Call => t!("duty.about.call"),
            Self::Correct(_) => t!("duty.about.correct"),
            Self::Keep(_) => t!("duty.about.keep"),
            Self::SignOn => t!("duty.about.sign-on"),
            Self::Offer => t!("duty.about.offer"),
            Self::Take => t!("duty.about.take"),
            Self::Next(_) => t!("duty.about.next"),
        }
        .into_owned()
    }

    /// The title of its box.
    pub fn title(&self) -> String {
        match self {
            Self::Call => t!("duty.title.call"),
            Self::Correct(_) => t!("duty.title.correct"),
            Self::Keep(_) => t!("duty.title.keep"),
            Self::SignOn => t!("duty.title.sign-on"),
            Self::Offer => t!("duty.title.offer"),
            Self::Take => t!("duty.title.take"),
            Self::Next(_) => t!("duty.title.next"),
        }
        .into_owned()
    }
}

/// The fields of a form.
pub fn fields(
    form: &DutyForm,
    desk: &DutyDesk,
    officer: &Officer,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Field> {
    let text = || Field::block(Slot::Text, LINE_TEXT_MAX_CHARS, TEXT_ROWS).must();
    let section = |slot| Field::block(slot, SECTION_MAX_CHARS, SHORT_ROWS);
    match form {
        DutyForm::Call => vec![
            Field::choice(Slot::Direction, directions(), Some(0)),
            Field::line(Slot::CallWith, NAME_CHARS_MAX).must(),
            Field::line(Slot::CallPhone, PHONE_CHARS_MAX),
            text(),
            Field::line(Slot::Told, INSTRUCTION_MAX_CHARS),
            Field::block(Slot::Instruction, INSTRUCTION_MAX_CHARS, SHORT_ROWS),
            Field::line(Slot::CallBack, CLOCK_CHARS_MAX).hint(t!("duty.clock-hint")),
        ],
        DutyForm::Correct(_) | DutyForm::Keep(_) => {
            let old = desk.current().map(|row| log::words(&row.line));
            vec![Field::told(Slot::Words, old.unwrap_or_default()), text()]
        }
        DutyForm::SignOn => sign_on(desk, policy, now),
        DutyForm::Offer => vec![
            section(Slot::Expected).must(),
            section(Slot::Orders),
            section(Slot::Equipment),
            section(Slot::OtherWords),
        ],
        DutyForm::Take => vec![
            Field::told(Slot::Marked, taken_over(desk, officer)),
            Field::block(Slot::Words, SECTION_MAX_CHARS, SHORT_ROWS),
        ],
        DutyForm::Next(item) => vec![
            Field::line(Slot::Words, NEXT_MAX_CHARS)
                .must()
                .with_text(desk.next.get(item).map_or("", String::as_str)),
        ],
    }
}

fn directions() -> Vec<(String, String)> {
    [(Direction::In, "in"), (Direction::Out, "out")]
        .map(|(direction, code)| (code.to_owned(), names::direction(direction)))
        .to_vec()
}

fn taken_over(desk: &DutyDesk, officer: &Officer) -> String {
    let items = desk.items(officer);
    let own = items
        .iter()
        .filter(|item| item.answers == Answers::Outgoing);
    t!("duty.taken-over", n = items.len(), own = own.count()).into_owned()
}

/// The shift that is on, or the next one where it is about to end.
fn sign_on(desk: &DutyDesk, policy: &Policy, now: Timestamp) -> Vec<Field> {
    let slots = shifts(policy, now);
    let soon = slots
        .first()
        .is_some_and(|slot| slot.ends_at.since(now) <= SIGN_ON_EARLY_MS);
    let options = slots
        .iter()
        .map(|slot| {
            let code = slot.day.to_string();
            let spec = policy.shifts.iter().find(|spec| spec.name == slot.shift);
            let label = t!(
                "duty.shift",
                shift = spec.map_or(slot.shift.as_str(), names::shift),
                from = slot.starts_at.hh_mm(),
                to = slot.ends_at.hh_mm()
            );
            (format!("{code} {}", slot.shift), label.into_owned())
        })
        .collect();
    let leader = desk.now.shift.as_ref().map(|shift| shift.leader.clone());
    vec![
        Field::choice(Slot::Shift, options, Some(usize::from(soon))),
        Field::line(Slot::Leader, NAME_CHARS_MAX).with_text(&leader.unwrap_or_default()),
        Field::choice(
            Slot::Sound,
            vec![
                ("heard".to_owned(), log::sound_words(Sound::Heard)),
                ("silent".to_owned(), log::sound_words(Sound::Silent)),
            ],
            None,
        )
        .must()
        .hint(t!("duty.sound-hint")),
    ]
}

pub fn shifts(policy: &Policy, now: Timestamp) -> Vec<Shift> {
    let on = Shift::at(policy, now);
    let next = on.as_ref().and_then(|slot| slot.after(policy));
    on.into_iter().chain(next).collect()
}
