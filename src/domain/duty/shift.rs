//! Who is on duty: a shift of a centre on a day. A night shift's day is the one
//! on which it begins.

use serde::{Deserialize, Serialize};

use crate::domain::digest::Digest;
use crate::domain::extra::Extra;
use crate::domain::ids::{OfficerId, RecordId, UnitId};
use crate::domain::policy::{Policy, ShiftSpec};
use crate::domain::time::{Date, Timestamp};
use crate::domain::unit::{OfficerRef, UnitRef};

/// The most officers of one shift.
pub const OFFICERS_MAX: usize = 40;

/// Whether the desk's sound was heard at sign-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sound {
    /// The officer heard it.
    Heard,
    /// Nothing was heard: somebody must see to it.
    Silent,
}

/// An officer on duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedOn {
    /// Who.
    pub officer: OfficerRef,
    /// Since when.
    pub at: Timestamp,
    /// Whether the desk was heard then.
    pub sound: Sound,
}

/// A shift of a centre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DutyShift {
    /// Whose.
    pub unit: UnitRef,
    /// The day on which it begins.
    pub day: Date,
    /// The shift's name in the policy.
    pub shift: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// 带班领导.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub leader: String,
    /// Who signed on, first to last.
    pub officers: Vec<SignedOn>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

impl DutyShift {
    /// Whether that officer signed on.
    #[must_use]
    pub fn has(&self, officer: OfficerId) -> bool {
        self.officers.iter().any(|on| on.officer.id == officer)
    }
}

/// A shift's place in time, by the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The day on which it begins.
    pub day: Date,
    /// Its name.
    pub shift: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}

impl Slot {
    /// The shift of that name that begins on `day`.
    #[must_use]
    pub fn of(policy: &Policy, day: Date, shift: &str) -> Option<Self> {
        let spec = policy.shifts.iter().find(|spec| spec.name == shift)?;
        Self::on(spec, day)
    }

    fn on(spec: &ShiftSpec, day: Date) -> Option<Self> {
        let ends_on = if spec.ends <= spec.starts {
            day.saturating_add_days(1)
        } else {
            day
        };
        Some(Self {
            day,
            shift: spec.name.clone(),
            starts_at: moment(day, spec.starts)?,
            ends_at: moment(ends_on, spec.ends)?,
        })
    }

    /// The shift that is on at `now`.
    #[must_use]
    pub fn at(policy: &Policy, now: Timestamp) -> Option<Self> {
        let today = now.date();
        let days = [today, today.saturating_add_days(-1)];
        policy.shifts.iter().find_map(|spec| {
            days.into_iter()
                .filter_map(|day| Self::on(spec, day))
                .find(|slot| slot.starts_at <= now && now < slot.ends_at)
        })
    }

    /// The shift before this one.
    #[must_use]
    pub fn before(&self, policy: &Policy) -> Option<Self> {
        self.near(policy)
            .filter(|slot| slot.ends_at <= self.starts_at)
            .max_by_key(|slot| slot.ends_at)
    }

    /// The shift after this one.
    #[must_use]
    pub fn after(&self, policy: &Policy) -> Option<Self> {
        self.near(policy)
            .filter(|slot| slot.starts_at >= self.ends_at)
            .min_by_key(|slot| slot.starts_at)
    }

    fn near<'a>(&self, policy: &'a Policy) -> impl Iterator<Item = Self> + use<'a> {
        let day = self.day;
        policy.shifts.iter().flat_map(move |spec| {
            [-1, 0, 1]
                .into_iter()
                .filter_map(move |days| Self::on(spec, day.saturating_add_days(days)))
        })
    }

    /// The record of this shift at a centre: the same whoever makes it.
    #[must_use]
    pub fn id(&self, unit: UnitId) -> RecordId {
        self.derived("duty-shift", unit)
    }

    /// The record of what this shift hands on.
    #[must_use]
    pub fn handover_id(&self, unit: UnitId) -> RecordId {
        self.derived("handover", unit)
    }

    fn derived(&self, what: &str, unit: UnitId) -> RecordId {
        let text = format!("zhiban-{what}-1\n{unit}\n{}\n{}", self.day, self.shift);
        RecordId::new(Digest::of(text.as_bytes()).uuid())
    }
}

fn moment(day: Date, minutes: u16) -> Option<Timestamp> {
    let hour = u8::try_from(minutes / 60).ok()?;
    let minute = u8::try_from(minutes % 60).ok()?;
    Timestamp::from_civil(day, hour, minute).ok()
}
