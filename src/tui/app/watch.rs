//! Watches over every grave alarm of the district, on the screen or not: those
//! that nobody answered when the desk was opened, and those whose
//! acknowledgement lapses while nobody looks.
//!
//! Kept in step with the store by reading the open incidents of the ranks that
//! ring again and again. What an alarm is at a given time is derived, never
//! kept.

use std::collections::{BTreeMap, BTreeSet};

use super::banner::{Alarms, Cause};
use super::effect::{Effect, Join};
use super::words::names::{self, Places};
use crate::domain::alarm::{AlarmState, Rank};
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::incident::Incident;
use crate::domain::policy::{Policy, Ring};
use crate::domain::time::Timestamp;
use crate::store::view::{Anchor, Filter, More, QueuePage, Scope, Shown, Sort};

/// Rows read at once.
const WATCH_PAGE_ROWS: usize = 200;

/// An open incident of a rank that rings again and again.
#[derive(Clone, Debug)]
struct Watched {
    area: AreaCode,
    incident: Incident,
}

/// Grave and open.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    known: BTreeMap<RecordId, Watched>,
    /// What a reading has brought so far.
    coming: BTreeMap<RecordId, Watched>,
    /// Ranks still to be read; the first one is under way. Empty: none is.
    reading: Vec<Rank>,
    serial: u64,
    /// The store changed while a reading was under way.
    stale: bool,
    /// Acknowledged here; the store has not answered yet.
    answered: BTreeSet<RecordId>,
    /// Reminders that were sounded, by the time that they were due.
    reminded: BTreeMap<RecordId, Timestamp>,
}

/// Whether a reminder is due: an acknowledgement lapses in two minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminder {
    For(RecordId),
    None,
}

impl Watch {
    /// Reads everything anew; if that is under way, once more after it.
    pub fn reload(&mut self, policy: &Policy) -> Vec<Effect> {
        if self.reading.is_empty() {
            self.restart(policy)
        } else {
            self.stale = true;
            Vec::new()
        }
    }

    /// Reads anew, and drops what a reading under way still brings: it is from
    /// before an act.
    pub fn restart(&mut self, policy: &Policy) -> Vec<Effect> {
        self.stale = false;
        self.coming.clear();
        self.reading = policy
            .levels
            .iter()
            .filter(|level| level.ring == Ring::Repeat)
            .map(|level| level.rank)
            .collect();
        if self.reading.is_empty() {
            self.known.clear();
        }
        self.load(Anchor::First)
    }

    fn load(&mut self, anchor: Anchor) -> Vec<Effect> {
        let Some(rank) = self.reading.first() else {
            return Vec::new();
        };
        self.serial += 1;
        vec![Effect::LoadQueue {
            serial: self.serial,
            join: Join::Watch,
            filter: Filter {
                scope: Scope::Open,
                rank: Some(*rank),
                ..Filter::default()
            },
            sort: Sort::Rank,
            anchor,
            limit: WATCH_PAGE_ROWS,
        }]
    }

    /// Takes a page; asks for the next one, until all are known.
    pub fn take_page(&mut self, serial: u64, page: QueuePage, policy: &Policy) -> Vec<Effect> {
        if serial != self.serial || self.reading.is_empty() {
            return Vec::new();
        }
        let last = page.rows.last().map(|(key, _)| key.clone());
        for (_, row) in page.rows {
            let watched = Watched {
                area: row.area,
                incident: row.incident,
            };
            self.coming.insert(row.id, watched);
        }
        if let (More::Something, Some(last)) = (page.after, last) {
            return self.load(Anchor::After(last));
        }
        self.reading.remove(0);
        if !self.reading.is_empty() {
            return self.load(Anchor::First);
        }
        self.known = std::mem::take(&mut self.coming);
        let known = &self.known;
        self.reminded.retain(|id, _| known.contains_key(id));
        if self.stale {
            return self.restart(policy);
        }
        Vec::new()
    }

    /// Takes a record as it now looks.
    pub fn learn(&mut self, shown: &Shown, policy: &Policy) {
        let id = shown.record.id;
        match shown.record.incident() {
            Some(incident)
                if incident.is_open() && policy.level(incident.alarm.rank).ring == Ring::Repeat =>
            {
                let watched = Watched {
                    area: shown.record.area,
                    incident: incident.clone(),
                };
                self.known.insert(id, watched);
            }
            Some(_) | None => self.forget(id),
        }
    }

    /// It is not there any more.
    pub fn forget(&mut self, id: RecordId) {
        self.known.remove(&id);
    }

    /// It was acknowledged here; silent until the store answers.
    pub fn answer(&mut self, id: RecordId) {
        self.answered.insert(id);
    }

    /// The store has answered.
    pub fn settled(&mut self, id: RecordId) {
        self.answered.remove(&id);
    }

    /// The store took nothing: whatever was silenced on trust rings again.
    pub fn not_answered(&mut self) {
        self.answered.clear();
    }

    /// Raises what nobody answers for at `now` and silences what somebody
    /// does. Tells of an acknowledgement that is about to lapse, once each.
    pub fn review(
        &mut self,
        alarms: &mut Alarms,
        policy: &Policy,
        places: &Places,
        now: Timestamp,
    ) -> Reminder {
        let mut reminder = Reminder::None;
        let mut unanswered = Vec::new();
        for (id, watched) in &self.known {
            let cause = match watched.incident.alarm_state(policy, now) {
                AlarmState::Unacknowledged => Cause::Unanswered,
                AlarmState::AckLapsed => Cause::Lapsed,
                AlarmState::SnoozeEnded => Cause::SnoozeEnded,
                AlarmState::Acknowledged | AlarmState::Snoozed => {
                    alarms.hush(*id);
                    continue;
                }
                AlarmState::AckExpiring => {
                    alarms.hush(*id);
                    let due = watched.due(policy);
                    if due.is_some() && self.reminded.get(id).copied() != due {
                        self.reminded.extend(due.map(|due| (*id, due)));
                        reminder = Reminder::For(*id);
                    }
                    continue;
                }
            };
            if alarms.knows(*id) {
                // Names of places may have come since.
                alarms.place(*id, names::town(watched.area, places));
            } else if !self.answered.contains(id) {
                unanswered.push((watched.incident.alarm.raised_at, *id, cause));
            }
        }
        // The newest is raised last, so that it leads.
        unanswered.sort_by_key(|(raised_at, ..)| *raised_at);
        for (_, id, cause) in unanswered {
            if let Some(watched) = self.known.get(&id) {
                let rank = watched.incident.alarm.rank;
                let title = names::title(&watched.incident);
                let place = names::town(watched.area, places);
                alarms.raise(id, rank, cause, title, now);
                alarms.place(id, place);
            }
        }
        reminder
    }

    /// What the incident is called, for the reminder.
    pub fn title(&self, id: RecordId) -> String {
        self.known
            .get(&id)
            .map(|watched| names::title(&watched.incident))
            .unwrap_or_default()
    }

    /// When the next of them changes by itself, after `now`.
    pub fn next_turn(&self, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
        self.known
            .values()
            .filter_map(|watched| {
                let alarm = &watched.incident.alarm;
                alarm.next_turn(policy.level(alarm.rank), now)
            })
            .min()
    }
}

impl Watched {
    /// When its acknowledgement asks to be renewed.
    fn due(&self, policy: &Policy) -> Option<Timestamp> {
        let alarm = &self.incident.alarm;
        let (due, _) = alarm.ack_lapse(policy.level(alarm.rank))?;
        Some(due)
    }
}
