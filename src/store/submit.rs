//! Taking acts, and settling refused ones.
//!
//! An act is asked of the rules on the records as they look, then written to
//! the outbox and shown. The outbox commits first and for good; the replica
//! only follows from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::{Connection, Transaction, params};

use super::again::{on_present_ground, on_present_warning};
use super::db::begin;
use super::drafts;
use super::error::{StoreError, SubmitError};
use super::outbox::{self, Kept, OUTBOX_ROWS_MAX, PASSED_ROWS_MAX, Stand};
use super::overlay::{self, Turns, Which};
use super::page;
use super::picks::Known;
use super::renumber;
use super::rows;
use super::salvage::behind;
use super::shared::StoreEvent;
use super::view::{Counts, Shown};
use super::writer::{Overlay, Writer};
use crate::domain;
use crate::domain::act::AnyAct;
use crate::domain::area::AreaCode;
use crate::domain::command::{Change, Command, Context, Target};
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::act::{Act, Note};
use crate::domain::incident::refusal::Refusal;
use crate::domain::record::{Body, Kind, Record};
use crate::domain::time::Timestamp;
use crate::domain::warning::Subject;
use crate::fault::fail_point;
use crate::wire::command::WireCommand;
use crate::wire::feed::FeedId;
use crate::wire::proof::{HASH_BYTES, Mac};

/// An act that an officer wants taken.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAct {
    /// The records it is about, as the officer saw them.
    pub targets: Vec<Target>,
    /// What is to be done.
    pub act: AnyAct,
    /// When, corrected time.
    pub made_at: Timestamp,
    /// What the correction added to the own clock, in milliseconds.
    pub offset_ms: i64,
}

/// A moment of the officer's own, by the corrected clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// Corrected time.
    pub made_at: Timestamp,
    /// What the correction added to the own clock, in milliseconds.
    pub offset_ms: i64,
}

/// An act that is on the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Submitted {
    /// Its identity.
    pub command: CommandId,
    /// The records it changed, as they now look.
    pub shown: Vec<Shown>,
    /// The counts after it.
    pub counts: Counts,
}

/// What becomes of a refused act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Settled {
    Retried,
    Noted,
    Discarded,
}

impl Settled {
    const fn name(self) -> &'static str {
        match self {
            Self::Retried => "retried",
            Self::Noted => "noted",
            Self::Discarded => "discarded",
        }
    }
}

/// What is done with in the step that stores an act.
#[derive(Clone, Copy)]
enum Ends<'a> {
    Nothing,
    /// The refused act that it comes from.
    Refused(&'a Kept, Settled),
    /// The draft that it was written in, by its key.
    Draft(&'a str),
}

/// Takes an act. `told` learns of it as soon as it is on the disk; readers see
/// it in the copy from then on. The draft that it was written in goes in the
/// same step: what is stored does not come back as half written.
pub(super) fn submit(
    writer: &mut Writer,
    new: &NewAct,
    draft: Option<&str>,
    told: impl FnOnce(Submitted),
) -> Result<(), SubmitError> {
    let ends = draft.map_or(Ends::Nothing, Ends::Draft);
    take(writer, new, ends, told)
}

/// Takes several acts that belong together, in their order: all or none is in
/// the outbox, whatever happens meanwhile.
pub(super) fn submit_all(
    writer: &mut Writer,
    news: &[NewAct],
) -> Result<Vec<Submitted>, SubmitError> {
    let mut taken = Vec::new();
    take_all(writer, news, Ends::Nothing, |all| taken = all)?;
    Ok(taken)
}

/// As [`submit`], for an act that nobody at the screen made: with what looks
/// different after it.
pub(super) fn submit_with_turns(writer: &mut Writer, new: &NewAct) -> Result<Turns, SubmitError> {
    take_with_turns(writer, std::slice::from_ref(new), Ends::Nothing, drop)
}

/// Says a refused act again on the present ground.
pub(super) fn retry(
    writer: &mut Writer,
    id: CommandId,
    when: When,
    told: impl FnOnce(Submitted),
) -> Result<(), SubmitError> {
    let kept = refused(writer, id)?;
    let mut targets = Vec::with_capacity(kept.command.targets.len());
    let mut act = kept.command.act.clone();
    for target in &kept.command.targets {
        match rows::shown(&writer.dbs.replica, target.id)? {
            Some(shown) => {
                match &shown.record.body {
                    Body::Incident(incident) => on_present_ground(&mut act, incident),
                    Body::Warning(warning) => on_present_warning(&mut act, warning),
                    _ => {}
                }
                targets.push(Target::seen(&shown.record));
            }
            None => targets.push(target.clone()),
        }
    }
    let new = new_act(targets, act, when);
    take(writer, &new, Ends::Refused(&kept, Settled::Retried), told)
}

/// Turns a refused act into a note with its words.
pub(super) fn to_note(
    writer: &mut Writer,
    id: CommandId,
    when: When,
    told: impl FnOnce(Submitted),
) -> Result<(), SubmitError> {
    let kept = refused(writer, id)?;
    let on = kept
        .command
        .targets
        .iter()
        .find(|target| target.kind == Kind::Incident);
    let shown = match on {
        Some(target) => rows::shown(&writer.dbs.replica, target.id)?,
        None => None,
    };
    let shown = shown.ok_or(SubmitError::Refused(Refusal::NotFound))?;
    let note = Note {
        entry: RecordId::new(writer.new_uuid(when.made_at)),
        text: kept.command.act.words(),
        corrects: None,
    };
    let new = new_act(
        vec![Target::seen(&shown.record)],
        Act::Note(note).into(),
        when,
    );
    take(writer, &new, Ends::Refused(&kept, Settled::Noted), told)
}

/// Gives a refused act up, or takes note of one that was filed as late; the log of settled acts keeps it.
pub(super) fn discard(
    writer: &mut Writer,
    id: CommandId,
    reason: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let kept = outbox::one(&writer.dbs.outbox, id)?
        .filter(|kept| kept.stand == Stand::Refused || kept.stand == Stand::Late)
        .ok_or(StoreError::NoSuchAct(id))?;
    let outbox = begin(&writer.dbs.outbox)?;
    settle(writer, &outbox, &kept, Settled::Discarded, reason, None, at)?;
    fail_point!("store.discard.before-commit", StoreError::Closed);
    outbox.commit()?;
    writer.shared.tell(&StoreEvent::Outbox);
    writer.shared.tell(&StoreEvent::Counts);
    Ok(())
}

fn new_act(targets: Vec<Target>, act: AnyAct, when: When) -> NewAct {
    NewAct {
        targets,
        act,
        made_at: when.made_at,
        offset_ms: when.offset_ms,
    }
}

fn refused(writer: &Writer, id: CommandId) -> Result<Kept, StoreError> {
    outbox::one(&writer.dbs.outbox, id)?
        .filter(|kept| kept.stand == Stand::Refused)
        .ok_or(StoreError::NoSuchAct(id))
}

fn take(
    writer: &mut Writer,
    new: &NewAct,
    ends: Ends<'_>,
    told: impl FnOnce(Submitted),
) -> Result<(), SubmitError> {
    let one = std::slice::from_ref(new);
    take_all(writer, one, ends, |all| {
        if let Some(submitted) = all.into_iter().next() {
            told(submitted);
        }
    })
}

fn take_all(
    writer: &mut Writer,
    news: &[NewAct],
    ends: Ends<'_>,
    told: impl FnOnce(Vec<Submitted>),
) -> Result<(), SubmitError> {
    take_with_turns(writer, news, ends, told).map(drop)
}

fn take_with_turns(
    writer: &mut Writer,
    news: &[NewAct],
    ends: Ends<'_>,
    told: impl FnOnce(Vec<Submitted>),
) -> Result<Turns, SubmitError> {
    writer.freshen()?;
    let turns = stored(writer, news, ends, told)?;
    let shared = &writer.shared;
    shared.tell(&StoreEvent::Changed {
        ids: turns.keys().copied().collect(),
    });
    if news.iter().any(|new| matches!(new.act, AnyAct::Warning(_))) {
        shared.tell(&StoreEvent::Warnings);
    }
    shared.tell(&StoreEvent::Outbox);
    shared.tell(&StoreEvent::Counts);
    shared.grown().notify_one();
    Ok(turns)
}

fn stored(
    writer: &mut Writer,
    news: &[NewAct],
    ends: Ends<'_>,
    told: impl FnOnce(Vec<Submitted>),
) -> Result<Turns, SubmitError> {
    let replica = begin(&writer.dbs.replica)?;
    let outbox = begin(&writer.dbs.outbox)?;
    let mut turns = Turns::new();
    let mut submitted = Vec::with_capacity(news.len());
    for new in news {
        let command = command(writer, new);
        // On what the acts before it have left.
        let changes = consequences(writer, &command)?;
        match ends {
            Ends::Nothing => {}
            Ends::Refused(kept, how) => {
                let at = new.made_at;
                settle(writer, &outbox, kept, how, "", Some(command.id), at)?;
            }
            Ends::Draft(key) => drafts::delete(writer, key)?,
        }
        let touches = into_outbox(writer, &outbox, &command, new.offset_ms, &changes)?;
        turns.extend(overlay::rebase(writer, Which::Touching(&touches))?);
        let mut shown = Vec::with_capacity(changes.len());
        for change in &changes {
            shown.extend(rows::shown(&writer.dbs.replica, change.record.id)?);
        }
        submitted.push(Submitted {
            command: command.id,
            shown,
            counts: Counts::default(),
        });
    }
    behind::note(&writer.dbs.replica, &writer.dbs.outbox, writer.life)?;
    let counts = page::counts(&writer.dbs)?;
    for one in &mut submitted {
        one.counts = counts;
    }
    fail_point!("store.submit.before-outbox", StoreError::Closed.into());
    outbox.commit().map_err(StoreError::from)?;
    // It is done for good; an officer does not wait for the copy. Whoever
    // reads does.
    let shared = Arc::clone(&writer.shared);
    let following = shared.following();
    told(submitted);
    fail_point!("store.submit.between-files");
    let overlay = follow(replica);
    drop(following);
    fail_point!("store.submit.after");
    writer.overlay = overlay;
    Ok(turns)
}

/// Commits what follows from the outbox. The act is stored already: a failure
/// here only means that the overlay must be made again.
pub(super) fn follow(replica: Transaction<'_>) -> Overlay {
    match replica.commit() {
        Ok(()) => Overlay::Fresh,
        Err(error) => {
            tracing::warn!(%error, "the overlay could not be written and will be made again");
            Overlay::Stale
        }
    }
}

fn command(writer: &Writer, new: &NewAct) -> Command {
    Command {
        id: CommandId::new(writer.new_uuid(new.made_at)),
        targets: new.targets.clone(),
        act: new.act.clone(),
        author: writer.officer.id,
        made_at: new.made_at,
        policy: writer.shared.policy().0,
    }
}

/// What would follow, or which rule stands against it.
fn consequences(writer: &Writer, command: &Command) -> Result<Vec<Change>, SubmitError> {
    let replica = &writer.dbs.replica;
    let mut targets = Vec::with_capacity(command.targets.len());
    for target in &command.targets {
        targets.extend(rows::shown(replica, target.id)?.map(|shown| shown.record));
    }
    let (_, policy) = writer.shared.policy();
    let context = Context {
        at: command.made_at,
        author: &writer.officer,
        policy: &policy,
        number: None,
        log: None,
        directory: &Known(replica),
    };
    domain::apply(&targets, command, &context).map_err(SubmitError::Refused)
}

fn into_outbox(
    writer: &Writer,
    outbox: &Connection,
    command: &Command,
    offset_ms: i64,
    changes: &[Change],
) -> Result<BTreeSet<RecordId>, StoreError> {
    if outbox::counts(outbox)?.0 >= OUTBOX_ROWS_MAX {
        return Err(StoreError::OutboxFull {
            max: OUTBOX_ROWS_MAX,
        });
    }
    let last = outbox::chain(outbox)?;
    let mut wire = WireCommand {
        id: command.id,
        dseq: last.dseq + 1,
        prev: last.head,
        feed: feed(writer, command, changes)?,
        targets: command.targets.clone(),
        act: command.act.clone(),
        author: command.author,
        made_at: command.made_at,
        offset_ms,
        policy: command.policy,
        signed_as: None,
        mac: Mac([0; HASH_BYTES]),
    };
    let device = renumber::numbered_for(outbox)?.unwrap_or(writer.life.device);
    writer.signer().sign(&mut wire, device)?;
    let touches: BTreeSet<RecordId> = command
        .targets
        .iter()
        .map(|target| target.id)
        .chain(changes.iter().map(|change| change.record.id))
        .collect();
    outbox::insert(outbox, &wire, &writer.officer, &about(changes), &touches)?;
    Ok(touches)
}

/// The feed that an act writes to: that of the record it is about, or the
/// district's of a new one.
fn feed(writer: &Writer, command: &Command, changes: &[Change]) -> Result<FeedId, StoreError> {
    for target in &command.targets {
        if let Some(feed) = rows::feed_of(&writer.dbs.replica, target.id)? {
            return Ok(feed);
        }
    }
    let area = changes.first().map(|change| change.record.area);
    Ok(FeedId::Area(area.map_or_else(
        || writer.officer.unit.area,
        |area: AreaCode| area.district().unwrap_or(area),
    )))
}

/// Number or provisional tag, and title, as last known.
fn about(changes: &[Change]) -> String {
    let named = |record: &Record| match &record.body {
        Body::Incident(incident) => {
            let name = incident
                .number
                .map_or_else(|| record.id.provisional_tag(), |number| number.to_string());
            Some(format!("{name} {}", incident.title).trim_end().to_owned())
        }
        Body::LogLine(line) if !line.text.is_empty() => Some(line.text.clone()),
        Body::DutyShift(shift) => Some(format!("{} {}", shift.day, shift.shift)),
        Body::Handover(handover) => Some(format!("{} {}", handover.day, handover.shift)),
        Body::Post(post) => Some(post.name.clone()),
        Body::Rota(rota) => Some(format!("{} {}", rota.person.name, rota.month)),
        Body::Warning(warning) => Some(match &warning.subject {
            Subject::Case { case } | Subject::Deadline { case } => case.name(),
            Subject::Place { place } => place.clone(),
        }),
        _ => None,
    };
    changes
        .iter()
        .find_map(|change| named(&change.record))
        .unwrap_or_default()
}

fn settle(
    writer: &Writer,
    outbox: &Connection,
    kept: &Kept,
    how: Settled,
    reason: &str,
    became: Option<CommandId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let id = rows::command_key(kept.command.id);
    let moved = outbox.execute(
        "INSERT OR REPLACE INTO settled
           (id, dseq, command, author, refused, how, reason, became, by, at)
         SELECT id, dseq, command, author, refused, ?2, ?3, ?4, ?5, ?6
         FROM outbox WHERE id = ?1
           AND (state = 2 OR (state = 4 AND id NOT IN (SELECT id FROM settled)))",
        params![
            id,
            how.name(),
            reason,
            became.map(rows::command_key),
            *writer.officer.id.uuid().as_bytes(),
            at.as_millis(),
        ],
    )?;
    // Another program may have settled it since it was looked at.
    if moved == 0 {
        return Err(StoreError::NoSuchAct(kept.command.id));
    }
    // What was filed as late had an effect, and a service that is put back to a
    // backup loses it: the act stays, to be offered again then.
    outbox.execute("DELETE FROM outbox WHERE id = ?1 AND state = 2", [id])?;
    outbox.execute(
        "DELETE FROM outbox WHERE state = 4 AND id IN (SELECT id FROM settled) AND dseq NOT IN
           (SELECT dseq FROM outbox WHERE state = 4 ORDER BY dseq DESC LIMIT ?1)",
        [PASSED_ROWS_MAX],
    )?;
    Ok(())
}
