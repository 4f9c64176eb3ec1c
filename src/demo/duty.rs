//! The duty log of the demonstration's last shifts, by the domain's own acts:
//! sign-on with the sound test, notes, calls, corrections, and a handover
//! offered and taken between two shifts. What was written is data
//! (`duty.toml`). Nobody is on duty in the present shift: that is whoever looks.

mod plan;

use std::collections::BTreeMap;

use self::plan::{Deed, Due, Line, Phone, Rung, Seat};
use super::rng::{Part, Rng};
use super::{ids, names};
use crate::domain::act::AnyAct;
use crate::domain::command::{Command, Target};
use crate::domain::duty::act::{Act, HandoverOffer, HandoverTake, LogAdd, SignOn, Told};
use crate::domain::duty::draft::{self, Ground};
use crate::domain::duty::handover::{Answers, Backlog, Item, Sections};
use crate::domain::duty::line::{Means, PhoneCall};
use crate::domain::duty::shift::{Slot, Sound};
use crate::domain::entry::Call;
use crate::domain::extra::Extra;
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::Incident;
use crate::domain::incident::ending::CaseRef;
use crate::domain::officer::Officer;
use crate::domain::policy::{Policy, PolicyVersion, Ring};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::warning::Subject;
use crate::service::{ActOutcome, Service, ServiceError};

/// What the outgoing officer expects: must be said.
const EXPECTED: &str = "早晚高峰学校周边易堵；欠薪和争水两处留意人员聚集。";
/// What the outgoing officer says of the equipment.
const EQUIPMENT: &str = "网络、视频、打印机正常；提示音已试。";

/// A line that another one speaks of.
#[derive(Clone, Debug)]
struct Named {
    line: RecordId,
    /// Of a call, the other side.
    call: Option<Call>,
}

/// The log as it is yet to be written.
pub struct Log<'a> {
    service: &'a Service,
    policy: Policy,
    rng: Rng,
    now: Timestamp,
    leader: String,
    /// The next one last.
    left: Vec<Due>,
    /// Open cases with what the demonstration knows of them.
    cases: Vec<Record>,
    named: BTreeMap<String, Named>,
    offered: BTreeMap<RecordId, (Timestamp, Vec<Item>)>,
}

impl<'a> Log<'a> {
    /// What the desks wrote before the shift that is on at `now`.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn of(
        service: &'a Service,
        policy: Policy,
        seed: u64,
        now: Timestamp,
    ) -> Result<Self, ServiceError> {
        let accounts: BTreeMap<String, Officer> = service
            .account_list()?
            .into_iter()
            .map(|line| (line.officer.account.clone(), line.officer))
            .collect();
        let mut cases = service.records_of(&Kind::Incident)?;
        cases.retain(|record| open(record).is_some());
        cases.sort_by_key(|record| open(record).map(|case| case.registered_at));
        let mut left = plan::planned(&policy, &accounts, now);
        left.sort_by_key(|due| std::cmp::Reverse(due.at));
        Ok(Self {
            service,
            policy,
            rng: Rng::stream(seed, Part::Duty, 0),
            now,
            leader: accounts
                .get("leader")
                .map_or_else(String::new, |leader| leader.name.clone()),
            left,
            cases,
            named: BTreeMap::new(),
            offered: BTreeMap::new(),
        })
    }

    /// Writes what was written until `then`.
    ///
    /// # Errors
    /// When the storage fails, or the demonstration itself is at fault.
    pub fn write_until(&mut self, then: Timestamp) -> Result<(), ServiceError> {
        while self.left.last().is_some_and(|due| due.at <= then) {
            let Some(due) = self.left.pop() else { break };
            let on = RecordId::new(ids::next(&mut self.rng, due.at));
            match &due.deed {
                Deed::SignOn(slot, sound) => self.sign_on(&due, slot, *sound, on)?,
                Deed::Line(line) => self.line(&due, line, on)?,
                Deed::Offer(slot) => self.offer(&due, slot, on)?,
                Deed::Take(slot) => self.take(&due, slot, on)?,
            }
        }
        Ok(())
    }

    fn sign_on(
        &mut self,
        due: &Due,
        slot: &Slot,
        sound: Sound,
        line: RecordId,
    ) -> Result<(), ServiceError> {
        let leader = match due.seat {
            Seat::District => self.leader.clone(),
            Seat::Town => String::new(),
        };
        let act = Act::SignOn(SignOn {
            area: due.by.unit.area,
            line,
            day: slot.day,
            shift: slot.shift.clone(),
            leader,
            sound,
        });
        let on = slot.id(due.by.unit.id);
        self.act(due, vec![bare(Kind::DutyShift, on)], act)
    }

    fn line(&mut self, due: &Due, line: &Line, on: RecordId) -> Result<(), ServiceError> {
        let mut text = line.text.clone();
        let mut about = None;
        if text.contains("{t}") {
            // Of what has come in by then and reached this desk.
            let newest = self.cases.iter().rev().find_map(|record| {
                let case = open(record).filter(|case| case.registered_at < due.at)?;
                Some((record.id, case))
            });
            let Some((id, case)) = newest else {
                return Ok(());
            };
            text = text.replace("{t}", &case.title);
            about = Some(CaseRef {
                id,
                number: case.number,
            });
        }
        let what = match (&line.call, line.cut_min) {
            (Some(rung), _) => {
                let rung_back = self
                    .named_by(line.keeps.as_ref())
                    .and_then(|named| named.call);
                Told::Call(Box::new(self.call(due.at, rung, rung_back)))
            }
            (None, Some(minutes)) => Told::Cut {
                since: due.at.saturating_sub(Minutes(minutes)),
                until: due.at,
            },
            (None, None) => Told::Note,
        };
        let by = match (&line.call, line.cut_min) {
            (None, Some(_)) => Means::Program,
            (Some(_), _) | (None, None) => Means::Desk,
        };
        if let Some(name) = &line.name {
            let call = match &what {
                Told::Call(call) => Some(call.call.clone()),
                Told::Note | Told::Cut { .. } | Told::Warned(_) => None,
            };
            self.named.insert(name.clone(), Named { line: on, call });
        }
        let earlier = |name: Option<&String>| self.named_by(name).map(|named| named.line);
        let act = Act::LogAdd(Box::new(LogAdd {
            area: due.by.unit.area,
            what,
            text,
            by,
            about,
            corrects: earlier(line.corrects.as_ref()),
            keeps: earlier(line.keeps.as_ref()),
        }));
        self.act(due, vec![bare(Kind::LogLine, on)], act)
    }

    fn named_by(&self, name: Option<&String>) -> Option<Named> {
        self.named.get(name?).cloned()
    }

    /// The call, with who rang before when this one rings back.
    fn call(&mut self, at: Timestamp, rung: &Rung, before: Option<Call>) -> PhoneCall {
        let chance = &mut self.rng;
        let (with, phone) = match (before, rung.phone) {
            (Some(before), _) => (before.with, before.phone),
            (None, Phone::No) => (
                rung.with.replace("{p}", &names::person(chance)),
                String::new(),
            ),
            (None, Phone::Yes) => {
                let with = rung.with.replace("{p}", &names::person(chance));
                (with, names::phone(chance))
            }
        };
        let call_back_by = rung
            .open_min
            .map(|minutes| self.now.saturating_add(Minutes(minutes)))
            .or_else(|| {
                let minutes = rung.promise_min?;
                Some(at.saturating_add(Minutes(minutes)))
            });
        PhoneCall {
            call: Call {
                direction: rung.direction,
                with,
                phone,
                outcome: rung.outcome,
            },
            at,
            told: rung.told.clone(),
            instruction: rung.instruction.clone(),
            call_back_by,
            salt: ids::next(chance, at).to_string(),
            mark: None,
            extra: Extra::new(),
        }
    }

    /// What was open then, as the desk's own draft has it.
    fn items(&self, due: &Due) -> Result<Vec<Item>, ServiceError> {
        let ground = Ground {
            officer: due.by.id,
            policy: &self.policy,
            now: due.at,
        };
        let mut items = Vec::new();
        for record in &self.cases {
            if let Some(case) = open(record).filter(|case| was_so(case, due.at))
                && self.policy.level(case.alarm.rank).ring != Ring::Silent
            {
                items.extend(draft::of_case(record.id, case, &ground));
            }
        }
        for record in self.service.records_of(&Kind::Warning)? {
            if let Body::Warning(warning) = &record.body {
                let title = warning.subject.case().and_then(|case| {
                    let about = self.cases.iter().find(|record| record.id == case.id)?;
                    open(about).map(|case| case.title.as_str())
                });
                let known = title.is_some() || matches!(warning.subject, Subject::Place { .. });
                let item = draft::of_warning(record.id, warning, title, &ground);
                items.extend(item.filter(|_| known));
            }
        }
        let lines: Vec<_> = self
            .service
            .records_of(&Kind::LogLine)?
            .into_iter()
            .filter_map(|record| match record.body {
                Body::LogLine(line) if line.unit.id == due.by.unit.id => Some((record.id, *line)),
                _ => None,
            })
            .collect();
        items.extend(draft::promises(&lines));
        draft::sort(&mut items);
        Ok(items)
    }

    fn offer(&mut self, due: &Due, slot: &Slot, line: RecordId) -> Result<(), ServiceError> {
        let mut items = self.items(due)?;
        let left_out = draft::cut(&mut items);
        let on = slot.handover_id(due.by.unit.id);
        self.offered.insert(on, (due.at, items.clone()));
        let act = Act::HandoverOffer(Box::new(HandoverOffer {
            area: due.by.unit.area,
            line,
            day: slot.day,
            shift: slot.shift.clone(),
            items,
            left_out,
            sections: Sections {
                equipment: EQUIPMENT.to_owned(),
                expected: EXPECTED.to_owned(),
                ..Sections::default()
            },
            backlog: Backlog::default(),
            closing_code: String::new(),
        }));
        self.act(due, vec![bare(Kind::Handover, on)], act)
    }

    fn take(&mut self, due: &Due, slot: &Slot, line: RecordId) -> Result<(), ServiceError> {
        let on = slot.handover_id(due.by.unit.id);
        let Some((offered_at, items)) = self.offered.remove(&on) else {
            return Ok(());
        };
        let mut targets = vec![bare(Kind::Handover, on)];
        for item in items
            .iter()
            .filter(|item| item.answers == Answers::Outgoing)
        {
            if !targets.iter().any(|target| target.id == item.record) {
                targets.push(bare(item.kind.record_kind(), item.record));
            }
        }
        let act = Act::HandoverTake(HandoverTake {
            line,
            offered_at,
            ticked: items
                .iter()
                .filter(|item| item.must_be_ticked())
                .map(|item| item.record)
                .collect(),
            text: String::new(),
        });
        self.act(due, targets, act)?;
        // Who answers has changed; the next handover goes by it.
        self.cases = self.service.records_of(&Kind::Incident)?;
        self.cases.retain(|record| open(record).is_some());
        self.cases
            .sort_by_key(|record| open(record).map(|case| case.registered_at));
        Ok(())
    }

    fn act(&mut self, due: &Due, targets: Vec<Target>, act: Act) -> Result<(), ServiceError> {
        let verb = act.verb();
        let command = Command {
            id: CommandId::new(ids::next(&mut self.rng, due.at)),
            targets,
            act: AnyAct::Duty(act),
            author: due.by.id,
            made_at: due.at,
            policy: PolicyVersion(Rev(1)),
        };
        let outcome = self.service.act_as(due.by.id, &command, due.at)?;
        if let ActOutcome::Refused(why) = outcome {
            // A demonstration without this line is better than none.
            tracing::warn!(%verb, ?why, "a line of the demonstration's log was refused");
        }
        Ok(())
    }
}

fn bare(kind: Kind, id: RecordId) -> Target {
    Target {
        kind,
        id,
        base_rev: Rev::NONE,
        seen: None,
    }
}

/// The open case that a record is.
fn open(record: &Record) -> Option<&Incident> {
    match &record.body {
        Body::Incident(case) if case.is_open() => Some(case),
        _ => None,
    }
}

/// Whether a case that is open now was there then, and answered for as now.
fn was_so(case: &Incident, then: Timestamp) -> bool {
    let answered = case.alarm.ack.as_ref().is_none_or(|ack| ack.at < then);
    case.registered_at < then && answered
}

#[cfg(test)]
mod tests;
