//! What `update` asks the runner to do. A closed list: whoever wants to know
//! what the screen can set off reads it here.

use std::fmt;

use zeroize::Zeroizing;

use super::face::Wish;
use super::suggested::SuggestFor;
use crate::domain::act::AnyAct;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::command::Target;
use crate::domain::ids::{CommandId, RecordId, UnitId};
use crate::domain::incident::alike::Matter;
use crate::domain::roster::month::Month;
use crate::domain::time::Timestamp;
use crate::store::roster::Shifts;
use crate::store::salvage::Finding;
use crate::store::seek::Seek;
use crate::store::view::{Anchor, Filter, Sort};

/// A password on its way to the worker that checks it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub Zeroizing<String>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What set an act off, so that its answer finds the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A key alone.
    Key,
    /// The dialog or form with this number.
    Dialog(u64),
    /// The program itself: nobody waits for the answer.
    Program,
    /// An act on several incidents, the one on this.
    Several { number: u64, on: RecordId },
    /// A key that shows somebody's numbers once it is logged.
    Contact(RecordId),
}

/// How a page of the queue joins the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// It replaces the window.
    Replace,
    /// It is put behind it.
    Behind,
    /// It is put before it.
    Before,
    /// It is for the watch over grave alarms, not for the window.
    Watch,
}

/// What somebody typed to get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub service: String,
    pub pin: String,
    pub account: String,
    pub password: Secret,
}

/// Where a record that was asked for is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedFor {
    /// The opened incident.
    Detail,
    /// The banner.
    Banner,
}

/// What of the mediation network is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayTo {
    /// A unit.
    Unit(RecordId),
    /// The unit that answers for an area.
    Area(AreaCode),
    /// Somebody of a unit.
    Person { unit: RecordId, person: RecordId },
}

/// What of the duty desk is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DutyAsk {
    /// Who is on, and the handover under way.
    Desk,
    /// The latest lines of the log.
    Log,
    /// What would be handed on now.
    Draft,
}

/// A piece of work for the runner.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Write an act into the outbox.
    Submit {
        origin: Origin,
        targets: Vec<Target>,
        act: Box<AnyAct>,
        made_at: Timestamp,
        /// The draft that it was written in, which is over when it is stored.
        draft: Option<String>,
    },
    /// Read a page of the queue.
    LoadQueue {
        serial: u64,
        join: Join,
        filter: Filter,
        sort: Sort,
        anchor: Anchor,
        limit: usize,
    },
    /// Read one record as it is shown.
    LoadShown { id: RecordId, wanted: WantedFor },
    /// Read a timeline.
    LoadTimeline { id: RecordId },
    /// Read the counts.
    LoadCounts,
    /// Read policy and names of places.
    LoadGround,
    /// Read the outbox.
    LoadOutbox,
    /// Read the roster of these months, and who may be asked.
    LoadRoster { months: Vec<Month>, shifts: Shifts },
    /// Read what the duty desk shows.
    Duty(DutyAsk),
    /// Read what is snoozed.
    LoadSuppressed,
    /// Read the board of warnings.
    LoadWarnings,
    /// Let the rules of warnings run over this desk's rows.
    ProposeWarnings,
    /// Look for units and people, those of an area first.
    FindHolders {
        serial: u64,
        text: String,
        near: Option<AreaCode>,
    },
    /// Look for other incidents, those of an area first.
    FindCases {
        serial: u64,
        text: String,
        near: Option<AreaCode>,
    },
    /// Look up the unit above this one, for the dialog with that number.
    FindSuperior { dialog: u64, of: UnitId },
    /// Look for the next alarm that nobody answers for.
    NextUnacknowledged { rank: Rank, after: Option<RecordId> },
    /// Look for the next conflict that nobody has ruled on.
    NextConflict { after: Option<RecordId> },
    /// Look for what may be the same matter.
    LoadAlike {
        whom: SuggestFor,
        matter: Matter,
        except: RecordId,
    },
    /// Read the units under one, or those at the top.
    LoadBranches { under: Option<RecordId> },
    /// Read the people of a unit.
    LoadContacts { unit: RecordId },
    /// Read who is nearest to a case.
    LoadNear {
        case: RecordId,
        area: AreaCode,
        category: Category,
    },
    /// Read all units on the way to one.
    LoadWay { to: WayTo },
    /// Look for whatever has these words.
    Seek { serial: u64, seek: Seek },
    /// Note that an officer has read what was found wrong with the files.
    FindingsRead(Vec<Finding>),
    /// Keep a draft.
    SaveDraft { key: String, json: String },
    /// Drop a draft.
    DeleteDraft { key: String },
    /// Try a refused act again.
    OutboxRetry(CommandId),
    /// Give a refused act up.
    OutboxDiscard { id: CommandId, reason: String },
    /// Keep a refused act's words as a note.
    OutboxToNote(CommandId),
    /// Sign in: unlock this desk, or enrol.
    SignIn(Credentials),
    /// Check the password of whoever locked the desk.
    Unlock(Credentials),
    /// Get a new token, with the desk open behind.
    SignInAgain(Credentials),
    /// Leave the session and go back to sign-in.
    SignOut,
    /// Send and fetch now.
    SyncNow,
    /// Sound the terminal's bell.
    Bell,
    /// Put on a theme, a keymap or a language.
    Wear(Wish),
    /// Paint everything anew.
    Redraw,
    /// Stop the process as Ctrl-Z does.
    Suspend,
    /// End the program.
    Quit,
}
