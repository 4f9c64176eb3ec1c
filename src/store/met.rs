//! The other side of an act that was refused, or will be: who did what
//! meanwhile, and in which words. An officer judges by it whether to say the
//! own thing again.

use rusqlite::{Connection, params};

use super::error::StoreError;
use super::outbox;
use super::rows::{self, Key, key, record_id};
use super::view::Met;
use crate::domain::act::AnyVerb;
use crate::domain::command::Event;
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::LastAct;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::verb::Verb;
use crate::domain::record::Body;
use crate::wire::feed::read_event;

/// How many of an incident's latest events are looked through.
const EVENTS_MAX: u32 = 100;

/// What stands against `own` on the incident `on`, as far as this copy has it.
pub(super) fn against(
    replica: &Connection,
    on: RecordId,
    own: CommandId,
    refusal: &Refusal,
) -> Result<Option<Met>, StoreError> {
    let Some(wanted) = Wanted::of(refusal) else {
        return Ok(None);
    };
    let mut statement = replica
        .prepare_cached("SELECT entry, raw FROM event WHERE id = ?1 ORDER BY seq DESC LIMIT ?2")?;
    let mut found = statement.query(params![key(on), EVENTS_MAX])?;
    while let Some(row) = found.next()? {
        let raw: String = row.get(1)?;
        let Some(event) = read_event(&raw) else {
            continue;
        };
        if event.command == own || !wanted.is(&event) {
            continue;
        }
        let entry = row.get::<_, Option<Key>>(0)?.map(record_id);
        return Ok(Some(Met {
            by: event.author.name.clone(),
            at: event.at,
            verb: event.act.verb(),
            words: said(replica, entry, &event)?,
        }));
    }
    Ok(wanted.known())
}

/// An event keeps no long words that an entry has whole.
fn said(
    replica: &Connection,
    entry: Option<RecordId>,
    event: &Event,
) -> Result<String, StoreError> {
    if let Some(id) = entry
        && let Some(shown) = rows::shown(replica, id)?
        && let Body::Entry(entry) = shown.record.body
    {
        return Ok(entry.text);
    }
    Ok(outbox::listed(&event.act))
}

/// What makes an event the one that stands against an act.
enum Wanted<'a> {
    /// The refusal names it.
    Act(&'a LastAct),
    /// The latest that changed fields.
    Amendment,
}

impl<'a> Wanted<'a> {
    /// None where nobody's act stands against it, but a rule alone.
    const fn of(refusal: &'a Refusal) -> Option<Self> {
        match refusal {
            Refusal::Stale { last, .. }
            | Refusal::WrongStage {
                last: Some(last), ..
            }
            | Refusal::WorkedOn { last } => Some(Self::Act(last)),
            Refusal::FieldClash { .. } => Some(Self::Amendment),
            Refusal::WrongStage { last: None, .. }
            | Refusal::NotPermitted { .. }
            | Refusal::NotOwnWork { .. }
            | Refusal::NotHolder { .. }
            | Refusal::NotCreator { .. }
            | Refusal::SamePerson { .. }
            | Refusal::BehalfUnsaid { .. }
            | Refusal::Empty { .. }
            | Refusal::TooLong { .. }
            | Refusal::Unfit { .. }
            | Refusal::ElementsMissing { .. }
            | Refusal::NoSnooze { .. }
            | Refusal::SnoozeRange { .. }
            | Refusal::RankStep { .. }
            | Refusal::OpenConflict { .. }
            | Refusal::NoConflict
            | Refusal::Settled { .. }
            | Refusal::NobodyToReturnTo
            | Refusal::UnknownHolder { .. }
            | Refusal::Roster { .. }
            | Refusal::Exists
            | Refusal::Overtaken { .. }
            | Refusal::NotFound
            | Refusal::Targets { .. }
            | Refusal::AreaOutside
            | Refusal::NothingMasked
            | Refusal::SkipsLevel { .. }
            | Refusal::OutOfLine { .. }
            | Refusal::Already { .. }
            | Refusal::NotInformed
            | Refusal::NotCalled
            | Refusal::NothingToRate
            | Refusal::HeldBySuperior { .. }
            | Refusal::SupervisionStep { .. }
            | Refusal::NotSupervised
            | Refusal::NoRequest
            | Refusal::Answered { .. }
            | Refusal::DaysRange { .. }
            | Refusal::Merged { .. }
            | Refusal::HasMerged
            | Refusal::NotJoined { .. }
            | Refusal::ReasonTells
            | Refusal::HandoverChanged { .. }
            | Refusal::Unticked { .. } => None,
        }
    }

    fn is(&self, event: &Event) -> bool {
        match self {
            Self::Act(last) => {
                event.act.verb() == AnyVerb::from(last.verb)
                    && event.at == last.at
                    && event.author.id == last.by.id
            }
            Self::Amendment => event.act.verb() == AnyVerb::Incident(Verb::Amend),
        }
    }

    /// What the refusal itself tells, where the event has not come yet.
    fn known(&self) -> Option<Met> {
        match self {
            Self::Act(last) => Some(Met {
                by: last.by.name.clone(),
                at: last.at,
                verb: last.verb.into(),
                words: String::new(),
            }),
            Self::Amendment => None,
        }
    }
}
