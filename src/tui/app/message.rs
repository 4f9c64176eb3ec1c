//! Everything that can happen to the model.

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::layout::Size;

use super::effect::{Join, Origin, WantedFor};
use super::face::{Face, Worn};
use super::model::LineState;
use super::network::Levels;
use super::suggested::SuggestFor;
use crate::domain::act::AnyVerb;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::incident::refusal::Refusal;
use crate::domain::officer::Officer;
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::domain::unit::UnitRef;
use crate::store::alike::Suggestion;
use crate::store::duty::{DeskNow, Draft};
use crate::store::handle::Searching;
use crate::store::roster::{AblePerson, Roster};
use crate::store::salvage::Finding;
use crate::store::view::{
    Branch, Counts, LogRow, Near, OutboxRow, Pick, QueuePage, QueueRow, Shown, TimelineItem,
};
use crate::store::warnings::WarningBoard;
use crate::sync::status::Status;
use crate::tui::keys::{KeyPress, Keymap};
use crate::tui::theme::Theme;

/// An account that has signed in at this desk before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownOfficer {
    pub account: String,
    pub name: String,
}

/// What a session begins with.
#[derive(Clone, Debug)]
pub struct Opened {
    pub officer: Officer,
    pub policy: Arc<Policy>,
    pub places: Arc<BTreeMap<AreaCode, String>>,
    pub counts: Counts,
    /// Drafts by their keys.
    pub drafts: Vec<(String, String)>,
    /// What was found wrong with this desk's files and no officer has read.
    pub found: Vec<Finding>,
    /// The service that was used, for the next time.
    pub service: String,
    /// What of it the desk's files did not give, in an officer's words.
    pub trouble: Option<String>,
}

/// Why somebody did not get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GateTrouble {
    /// Not the password of this account; so many tries are left before a wait.
    WrongPassword { tries_left: u32 },
    /// Too many tries: not before then.
    Wait { until: Timestamp },
    /// This desk does not know the account and the service does not answer.
    Unreachable(String),
    /// The service shows another certificate than the pinned one.
    CertificateChanged,
    /// The service refuses the account.
    AccountRefused,
    /// The account is out of use. So many acts of this desk are kept, and go
    /// out with whoever signs in next.
    Revoked { unsent: u64 },
    /// The service's address cannot be used.
    BadAddress(String),
    /// The local store cannot be used; the text says why.
    Store(String),
    /// Anything else.
    Other(String),
}

/// Why an act was not written down.
#[derive(Clone, Debug, PartialEq)]
pub enum NotDone {
    /// A rule stands against it.
    Refused(Box<Refusal>),
    /// It could not be stored; nothing was done.
    NotStored(String),
}

/// What the outbox now holds after an act.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// What was done.
    pub verb: AnyVerb,
    pub shown: Vec<Shown>,
    pub counts: Counts,
}

/// What a process is told from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Save and end.
    End,
    /// Save before a stop.
    Stopping,
    /// Continue after a stop.
    Resumed,
}

/// What the store has of the duty desk.
#[derive(Clone, Debug)]
pub enum DutyNews {
    Desk(Box<DeskNow>),
    Log(Vec<LogRow>),
    Draft(Draft),
}

/// What has changed in the store.
#[derive(Clone, Debug, PartialEq)]
pub enum StoreNews {
    Changed(Vec<RecordId>),
    /// Warnings look different now.
    Warnings,
    Outbox,
    Counts,
    Alarm {
        id: RecordId,
        rank: Rank,
        title: String,
    },
    PolicyChanged,
    Reset,
    /// The officer's grants changed.
    ScopeChanged,
    /// The copy is damaged and is fetched anew after the next start.
    CopyDamaged,
    /// The search index has come further.
    Searching(Searching),
}

/// A file of the officer's own that was read again.
#[derive(Clone, Debug)]
pub enum Reloaded {
    Keymap(Arc<Keymap>),
    Theme(Arc<Theme>),
    /// The settings, with the theme and the keymap that they choose, where
    /// those could be read.
    Settings {
        face: Box<Face>,
        theme: Option<Arc<Theme>>,
        keymap: Option<Arc<Keymap>>,
    },
    /// The file has mistakes; what was in force stays.
    Broken(Vec<String>),
}

/// Something happened.
#[derive(Clone, Debug)]
pub enum Message {
    Key(KeyPress),
    Paste(String),
    Resize(Size),
    Tick,
    /// What the line to the terminal carries now.
    Line(LineState),
    Told(Told),
    Store(StoreNews),
    Sync(Status),
    FileChanged(Reloaded),
    Worn(Worn),
    Opened(Box<Opened>),
    /// The officer's grants changed, and the copy for them is open.
    Regranted(Box<Opened>),
    /// The desk was enrolled anew, and is open as that device.
    Enrolled(Box<Opened>),
    /// The officer's account is out of use; nothing of it is open any more.
    Revoked {
        unsent: u64,
        known: Vec<KnownOfficer>,
    },
    /// The password was right; the desk is as it was left.
    Unlocked,
    /// Nobody sits here any more.
    SignedOut {
        known: Vec<KnownOfficer>,
    },
    GateFailed(GateTrouble),
    Submitted {
        origin: Origin,
        result: Result<Box<Done>, NotDone>,
    },
    Queue {
        serial: u64,
        join: Join,
        page: Box<QueuePage>,
    },
    Shown {
        id: RecordId,
        wanted: WantedFor,
        shown: Option<Box<Shown>>,
    },
    Timeline {
        id: RecordId,
        items: Vec<TimelineItem>,
    },
    Counts(Counts),
    Ground {
        policy: Arc<Policy>,
        places: Arc<BTreeMap<AreaCode, String>>,
    },
    Outbox(Vec<OutboxRow>),
    Duty(DutyNews),
    Suppressed(Vec<QueueRow>),
    Roster(Box<Roster>, Vec<AblePerson>),
    Warnings(Box<WarningBoard>),
    Holders {
        serial: u64,
        picks: Vec<Pick>,
    },
    /// The unit above the holder, for the dialog that asked.
    Superior {
        dialog: u64,
        unit: Option<UnitRef>,
    },
    /// Incidents to pick from.
    Cases {
        serial: u64,
        cases: Vec<QueueRow>,
    },
    Next(Option<RecordId>),
    /// The next conflict, if there is one.
    NextConflict(Option<RecordId>),
    /// Units of the mediation network.
    Branches {
        under: Option<RecordId>,
        branches: Vec<Branch>,
    },
    /// The people of a unit.
    Contacts {
        unit: RecordId,
        people: Vec<Shown>,
    },
    /// Who is nearest to a case.
    Near {
        case: RecordId,
        people: Vec<Near>,
    },
    /// The units on the way to one, and whom to put the hand on.
    Way {
        levels: Levels,
        unit: Option<RecordId>,
        person: Option<RecordId>,
    },
    /// What the search found.
    Sought {
        serial: u64,
        found: Box<crate::store::seek::Found>,
    },
    /// What may be the same matter; `None` when the store could not say.
    Alike {
        whom: SuggestFor,
        found: Option<Vec<Suggestion>>,
    },
    /// The outbox was changed as asked.
    OutboxSettled(Result<(), String>),
    /// The store did not answer as it should.
    StoreTrouble(String),
}
