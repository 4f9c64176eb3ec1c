//! The built-in rules over this desk's own rows, while it has no line: the same
//! pure code as at the centre. What they want is an ordinary act of whoever sits
//! here, and the centre takes what it knows already for known.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use crate::domain::act::AnyAct;
use crate::domain::area::AreaCode;
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::officer::{Officer, Reach};
use crate::domain::policy::Policy;
use crate::domain::record::{Kind, Record, Rev};
use crate::domain::time::Timestamp;
use crate::domain::warning::act::Act;
use crate::domain::warning::rules::{self, Case, Proposal};
use crate::store::alarms;
use crate::store::alike::folded;
use crate::store::error::{StoreError, SubmitError};
use crate::store::handle::{NewAct, Store, StoreEvent, When};
use crate::store::rows::{self, Key, record_id};
use crate::store::submit;
use crate::store::ticket::Ticket;
use crate::store::writer::Writer;

/// Acts that the rules may put into the outbox in one turn. A desk that was
/// away for a week comes to them in time; an outbox that is full takes nobody's.
pub const PROPOSALS_PER_TURN_MAX: usize = 20;
/// Overdue cases that are looked at in one turn, those that are late longest
/// last: what has just become late is not known yet.
const OVERDUE_ROWS_MAX: i64 = 500;
/// The newest cases that are looked at for places and people.
const RECENT_ROWS_MAX: i64 = 2_000;
/// Open warnings of rules whose case is looked at.
const STANDING_ROWS_MAX: i64 = 500;

/// What the rules did in a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proposed {
    /// Acts that are in the outbox now.
    pub acts: usize,
    /// Acts that were left for the next turn.
    pub left: usize,
}

impl Store {
    /// Runs the rules over this desk's rows; only for a desk without a line, the
    /// centre does it for everybody else.
    pub fn propose_warnings(&self, when: When) -> Ticket<Proposed> {
        self.inner.exec.write(move |writer| propose(writer, when))
    }
}

fn propose(writer: &mut Writer, when: When) -> Result<Proposed, StoreError> {
    writer.freshen()?;
    let (_, policy) = writer.shared.policy();
    let mut wanted = wanted(&writer.dbs.replica, &policy, when.made_at)?;
    wanted.retain(|proposal| may(&writer.officer, &writer.dbs.replica, proposal));
    let mut proposed = Proposed {
        acts: 0,
        left: wanted.len().saturating_sub(PROPOSALS_PER_TURN_MAX),
    };
    for proposal in wanted.into_iter().take(PROPOSALS_PER_TURN_MAX) {
        let new = NewAct {
            targets: targets(&writer.dbs.replica, &proposal)?,
            act: AnyAct::Warning(proposal.act),
            made_at: when.made_at,
            offset_ms: when.offset_ms,
        };
        match submit::submit_with_turns(writer, &new) {
            Ok(turns) => {
                proposed.acts += 1;
                for alarm in alarms::fresh(writer, &turns)? {
                    writer.shared.tell(&StoreEvent::Alarm(alarm));
                }
            }
            Err(SubmitError::Refused(why)) => {
                tracing::warn!(%why, "a rule's act was refused");
            }
            Err(SubmitError::NotStored(error)) => return Err(error),
        }
    }
    Ok(proposed)
}

/// Whether the officer here could do it by hand: a rule has no rights of its own.
fn may(officer: &Officer, replica: &Connection, proposal: &Proposal) -> bool {
    let area: Option<AreaCode> = match &proposal.act {
        Act::Raise(args) => Some(args.area),
        Act::Acknowledge(_) | Act::Upgrade(_) | Act::Downgrade(_) | Act::Lift(_) => {
            let shown = rows::shown(replica, proposal.on).ok().flatten();
            shown.map(|shown| shown.record.area)
        }
    };
    area.is_some_and(|area| officer.may_warn(proposal.act.verb(), area) == Reach::Area)
}

/// What the rules want that is not known here yet.
fn wanted(
    replica: &Connection,
    policy: &Policy,
    now: Timestamp,
) -> Result<Vec<Proposal>, StoreError> {
    let mut looked_at = BTreeSet::new();
    let mut proposals = Vec::new();
    for id in overdue(replica, now)? {
        if let Some(case) = case(replica, id)? {
            looked_at.insert(id);
            proposals.extend(rules::of_case(&case, policy, now));
        }
    }
    let mut recent = Vec::new();
    let since = now.saturating_sub(policy.warnings.repeat_within);
    for id in newest(replica, since)? {
        recent.extend(case(replica, id)?);
    }
    for case in recent
        .iter()
        .filter(|case| !looked_at.contains(&case.name.id))
    {
        proposals.extend(rules::of_case(case, policy, now));
    }
    proposals.extend(rules::of_places(&recent, policy, now));
    let mut news = Vec::new();
    for proposal in proposals {
        let known = rows::shown(replica, proposal.on)?;
        let known = known.as_ref().and_then(|shown| shown.record.warning());
        if rules::is_news(&proposal, known) {
            news.push(proposal);
        }
    }
    news.extend(ended(replica, policy, now)?);
    Ok(news)
}

/// Liftings of warnings whose cause is no more.
fn ended(
    replica: &Connection,
    policy: &Policy,
    now: Timestamp,
) -> Result<Vec<Proposal>, StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT id, about FROM warning
         WHERE open = 1 AND rule IS NOT NULL AND about IS NOT NULL
         ORDER BY raised_at LIMIT ?1",
    )?;
    let mut found = statement.query([STANDING_ROWS_MAX])?;
    let mut proposals = Vec::new();
    while let Some(row) = found.next()? {
        let (on, about) = (
            record_id(row.get::<_, Key>(0)?),
            record_id(row.get::<_, Key>(1)?),
        );
        let Some(case) = case(replica, about)? else {
            continue;
        };
        let shown = rows::shown(replica, on)?;
        if let Some(warning) = shown.as_ref().and_then(|shown| shown.record.warning()) {
            proposals.extend(rules::ended(on, warning, &case, policy, now));
        }
    }
    Ok(proposals)
}

fn overdue(replica: &Connection, now: Timestamp) -> Result<Vec<RecordId>, StoreError> {
    ids(
        replica,
        "SELECT id FROM queue INDEXED BY queue_some_deadline
         WHERE open = 1 AND deadline_key < ?1 ORDER BY deadline_key DESC LIMIT ?2",
        params![now.as_millis(), OVERDUE_ROWS_MAX],
    )
}

fn newest(replica: &Connection, since: Timestamp) -> Result<Vec<RecordId>, StoreError> {
    ids(
        replica,
        "SELECT id FROM queue INDEXED BY queue_all_newest
         WHERE newest_key <= ?1 ORDER BY newest_key LIMIT ?2",
        params![since.as_millis().saturating_neg(), RECENT_ROWS_MAX],
    )
}

fn ids(
    replica: &Connection,
    sql: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<RecordId>, StoreError> {
    let mut statement = replica.prepare_cached(sql)?;
    let found = statement.query_map(values, |row| row.get::<_, Key>(0))?;
    let mut ids = Vec::new();
    for id in found {
        ids.push(record_id(id?));
    }
    Ok(ids)
}

fn case(replica: &Connection, id: RecordId) -> Result<Option<Case>, StoreError> {
    let shown = rows::shown(replica, id)?;
    Ok(shown.and_then(|shown| {
        let record = shown.record;
        let incident = record.incident()?;
        Some(Case::of(record.id, record.area, incident, folded))
    }))
}

/// The warning, and the case that shows it, as they look here.
fn targets(replica: &Connection, proposal: &Proposal) -> Result<Vec<Target>, StoreError> {
    let rev = |shown: Option<Record>| shown.map_or(Rev::NONE, |record| record.rev);
    let own = rows::shown(replica, proposal.on)?.map(|shown| shown.record);
    let mut targets = vec![Target {
        kind: Kind::Warning,
        id: proposal.on,
        base_rev: rev(own),
        seen: None,
    }];
    if let Some(case) = proposal.case
        && let Some(shown) = rows::shown(replica, case)?
    {
        targets.push(Target::seen(&shown.record));
    }
    Ok(targets)
}
