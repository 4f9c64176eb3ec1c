//! What follows from an act on a roster. Pure, like every `apply`.

mod import;

use super::act::{Act, AssignShift, CheckIn, PostAdd, RemoveShift, RosterCall, Span};
use super::code::Duty;
use super::month::Month;
use super::refusal::Why;
use super::{Cut, Layer, POST_NAME_MAX_CHARS, Post, Rota, SHIFTS_PER_ROTA_MAX, Shift, rota_id};
use crate::domain::area::AreaCode;
use crate::domain::command::{Change, Command, Context, Event, Target};
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::extra::Extra;
use crate::domain::ids::{PersonId, RecordId};
use crate::domain::incident::apply::check;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::time::{Millis, Timestamp};

/// The longest shift: two of the paper's, one after the other.
const SHIFT_MAX_MS: i64 = 24 * 60 * 60_000;

/// What follows from `act` on `targets`: the records that the command names
/// and that exist, in its order.
///
/// # Errors
/// The first rule that stands against it. Nothing has changed then.
pub fn apply(
    targets: &[Record],
    command: &Command,
    act: &Act,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let doing = Doing {
        targets,
        command,
        act,
        context,
    };
    match act {
        Act::RosterPostAdd(args) => doing.post_add(args),
        Act::RosterAssignShift(args) => doing.assign(args),
        Act::RosterRemoveShift(args) => doing.remove(args),
        Act::RosterImport(args) => doing.import(args),
        Act::RosterUndoImport(args) => doing.undo_import(*args),
        Act::RosterCheckIn(args) => doing.check_in(args),
        Act::RosterCall(args) => doing.call(args),
    }
}

/// An act with all that it is decided by.
struct Doing<'a> {
    targets: &'a [Record],
    command: &'a Command,
    act: &'a Act,
    context: &'a Context<'a>,
}

const fn no(why: Why) -> Refusal {
    Refusal::Roster { roster: why }
}

impl Doing<'_> {
    fn wrong_targets(&self) -> Refusal {
        Refusal::Targets {
            verb: self.act.verb().into(),
        }
    }

    fn permitted(&self, area: AreaCode) -> Verdict {
        let verb = self.act.verb();
        if verb.allowed_to(self.context.author, area) {
            return Ok(());
        }
        Err(Refusal::NotPermitted { verb: verb.into() })
    }

    fn target(&self, kind: &Kind, id: RecordId) -> Result<&Target, Refusal> {
        let found = self.command.targets.iter();
        let mut found = found.filter(|target| target.kind == *kind && target.id == id);
        found.next().ok_or_else(|| self.wrong_targets())
    }

    fn record(&self, id: RecordId) -> Option<&Record> {
        self.targets.iter().find(|record| record.id == id)
    }

    fn post_add(&self, args: &PostAdd) -> Result<Vec<Change>, Refusal> {
        let [target] = self.command.targets.as_slice() else {
            return Err(self.wrong_targets());
        };
        if target.kind != Kind::Post {
            return Err(self.wrong_targets());
        }
        if !self.targets.is_empty() {
            return Err(Refusal::Exists);
        }
        self.permitted(args.area)?;
        check::filled(Field::Title, &args.name, POST_NAME_MAX_CHARS)?;
        check::at_most(Field::CallPhone, &args.phone, check::PHONE_MAX_CHARS)?;
        let post = Post {
            name: args.name.trim().to_owned(),
            kind: args.kind,
            needs: args.needs,
            phone: args.phone.trim().to_owned(),
            extra: Extra::new(),
        };
        let record = Record {
            id: target.id,
            area: args.area,
            rev: Rev::NONE.next(),
            parent: None,
            body: Body::Post(Box::new(post)),
            sealed: None,
        };
        Ok(vec![self.change(record, self.act.for_event())])
    }

    /// The post of that identity, which must be among the targets.
    fn post(&self, id: RecordId) -> Result<AreaCode, Refusal> {
        self.target(&Kind::Post, id)?;
        let record = self.record(id).ok_or(no(Why::NoPost))?;
        super::post_of(record)
            .map(|(_, area)| area)
            .ok_or(no(Why::NoPost))
    }

    /// The line of a person on a post, as it is or empty.
    fn line(
        &self,
        post: RecordId,
        person: PersonId,
        month: Month,
    ) -> Result<(Record, Rota), Refusal> {
        let area = self.post(post)?;
        self.permitted(area)?;
        let id = rota_id(post, person, month);
        self.target(&Kind::Rota, id)
            .map_err(|_| no(Why::OtherLine))?;
        if let Some(record) = self.record(id) {
            let rota = super::rota_of(record).ok_or_else(|| self.wrong_targets())?;
            return Ok((record.clone(), rota.clone()));
        }
        let (person, _) = self
            .context
            .directory
            .person(person)
            .ok_or(no(Why::NoPerson))?;
        let rota = Rota::empty(post, person, month);
        let record = Record {
            id,
            area,
            rev: Rev::NONE,
            parent: None,
            body: Body::Rota(Box::new(rota.clone())),
            sealed: None,
        };
        Ok((record, rota))
    }

    /// The line that the act is about, which must exist.
    fn own_line(&self) -> Result<(&Record, Rota), Refusal> {
        let [target] = self.command.targets.as_slice() else {
            return Err(self.wrong_targets());
        };
        if target.kind != Kind::Rota {
            return Err(self.wrong_targets());
        }
        let record = self.record(target.id).ok_or(Refusal::NotFound)?;
        let rota = super::rota_of(record).ok_or_else(|| self.wrong_targets())?;
        self.permitted(record.area)?;
        Ok((record, rota.clone()))
    }

    fn assign(&self, args: &AssignShift) -> Result<Vec<Change>, Refusal> {
        if self.command.targets.len() != 2 {
            return Err(self.wrong_targets());
        }
        let (record, mut rota) = self.line(args.post, args.person, Month::of(args.date))?;
        check::at_most(Field::Reason, &args.reason, check::REASON_MAX_CHARS)?;
        let (from, until) = self.context.policy.roster.of(args.code).on(args.date);
        let span = args.hours.unwrap_or(Span { from, until });
        hours_fit(args, span)?;
        if let Some(with) = overlap(&rota, args, span) {
            return Err(no(Why::Overlap { with: with.key() }));
        }
        rota.shifts.push(Shift {
            date: args.date,
            code: args.code,
            starts: span.from,
            ends: span.until,
            layer: Layer::Override,
            reason: args.reason.trim().to_owned(),
            cut: None,
            checked_in: None,
        });
        self.changed_line(&record, rota, self.act.for_event())
            .map(|change| vec![change])
    }

    fn remove(&self, args: &RemoveShift) -> Result<Vec<Change>, Refusal> {
        let (record, mut rota) = self.own_line()?;
        check::reason(&args.reason)?;
        let shift = standing(&mut rota, args.shift)?;
        if args.from < shift.starts || args.from >= shift.until() {
            return Err(no(Why::Hours));
        }
        shift.cut = Some(Box::new(Cut {
            from: args.from,
            by: self.context.author.reference(),
            at: self.context.at,
            reason: args.reason.trim().to_owned(),
        }));
        self.changed_line(record, rota, self.act.for_event())
            .map(|change| vec![change])
    }

    fn check_in(&self, args: &CheckIn) -> Result<Vec<Change>, Refusal> {
        let (record, mut rota) = self.own_line()?;
        check::optional_words(&args.text)?;
        let shift = standing(&mut rota, args.shift)?;
        if shift.code.duty() == Duty::Off {
            return Err(no(Why::NoShift));
        }
        // The first word counts; a later one is an entry all the same.
        shift.checked_in.get_or_insert(self.context.at);
        let what = EntryKind::CheckIn {
            shift: args.shift,
            channel: args.channel,
        };
        let entry = self.entry(record, args.entry, what, &args.text)?;
        let line = self.changed_line(record, rota, self.act.for_event())?;
        Ok(vec![entry, line])
    }

    fn call(&self, args: &RosterCall) -> Result<Vec<Change>, Refusal> {
        let (record, _) = self.own_line()?;
        check::filled(Field::CallWith, &args.call.with, check::NAME_MAX_CHARS)?;
        check::at_most(Field::CallPhone, &args.call.phone, check::PHONE_MAX_CHARS)?;
        check::optional_words(&args.text)?;
        let what = EntryKind::Call(args.without_number().call);
        let entry = self.entry(record, args.entry, what, &args.text)?;
        Ok(vec![entry])
    }

    fn entry(
        &self,
        parent: &Record,
        id: RecordId,
        what: EntryKind,
        text: &str,
    ) -> Result<Change, Refusal> {
        if id == parent.id {
            return Err(Refusal::Exists);
        }
        let entry = Entry {
            what,
            text: text.to_owned(),
            author: self.context.author.reference(),
            unit: self.context.author.unit.clone(),
            at: self.context.at,
            corrects: None,
            extra: Extra::new(),
        };
        let record = Record {
            id,
            area: parent.area,
            rev: Rev::NONE.next(),
            parent: Some(parent.id),
            body: Body::Entry(Box::new(entry)),
            sealed: None,
        };
        Ok(self.change(record, self.act.for_event()))
    }

    /// The line after it, in order and within its bound.
    fn changed_line(&self, record: &Record, mut rota: Rota, act: Act) -> Result<Change, Refusal> {
        if rota.shifts.len() > SHIFTS_PER_ROTA_MAX {
            return Err(no(Why::Full));
        }
        rota.sort();
        let after = Record {
            rev: record.rev.next(),
            body: Body::Rota(Box::new(rota)),
            ..record.clone()
        };
        Ok(self.change(after, act))
    }

    fn change(&self, record: Record, act: Act) -> Change {
        Change {
            event: Event::of(self.command, record.id, act, self.context),
            record,
        }
    }
}

/// The hours begin on the shift's day or in the night that belongs to it, and
/// last no longer than a shift may.
fn hours_fit(args: &AssignShift, span: Span) -> Verdict {
    let day = Timestamp::start_of(args.date);
    let after = Timestamp::start_of(args.date.saturating_add_days(2));
    let long = span.until.since(span.from) > Millis(SHIFT_MAX_MS);
    if span.from < day || span.until > after || span.from >= span.until || long {
        return Err(no(Why::Hours));
    }
    Ok(())
}

/// What stands in the way: the same work again, or another assignment.
fn overlap<'a>(rota: &'a Rota, args: &AssignShift, span: Span) -> Option<&'a Shift> {
    rota.shifts
        .iter()
        .filter(|shift| shift.stands())
        .filter(|shift| shift.layer == Layer::Override || shift.code == args.code)
        .find(|shift| {
            let own = Span {
                from: shift.starts,
                until: shift.until(),
            };
            own.meets(span).is_some()
        })
}

fn standing(rota: &mut Rota, key: super::ShiftKey) -> Result<&mut Shift, Refusal> {
    rota.shifts
        .iter_mut()
        .find(|shift| shift.key() == key && shift.stands())
        .ok_or(no(Why::NoShift))
}
