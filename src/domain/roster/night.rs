//! The night, and what a post has of it: one mark for a village on the strip.

use super::act::Span;
use super::code::{Code, CodeHours};
use super::watch::{Gap, Watch};
use super::{Need, Post};
use crate::domain::ids::RecordId;
use crate::domain::time::{Date, Timestamp};

/// The night's span, the day and the night that belong to `date`.
#[must_use]
pub fn night(date: Date, hours: &CodeHours) -> Span {
    let (from, until) = hours.night.on(date);
    Span { from, until }
}

/// The date of the night that is meant by "tonight": the one that runs, else
/// the next one. A night belongs to the date on which it starts.
#[must_use]
pub fn tonight(now: Timestamp, hours: &CodeHours) -> Date {
    let today = now.date();
    let yesterday = today.saturating_add_days(-1);
    if night(yesterday, hours).until > now {
        yesterday
    } else {
        today
    }
}

/// What a post has of a night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// 缺: less than it needs, all night or for a part of it.
    Gap,
    /// 夜: somebody is on all night.
    OnDuty,
    /// 备: nobody is on, somebody can be called all night.
    Standby,
    /// 半: changes during the night, and is enough.
    Part,
    /// 白: nobody at night, which is enough; somebody is on by day.
    DayOnly,
    /// 免: nobody, which is enough.
    NotNeeded,
}

impl Mark {
    /// Every mark, as the legend lists them.
    pub const ALL: [Self; 6] = [
        Self::OnDuty,
        Self::Standby,
        Self::Part,
        Self::DayOnly,
        Self::NotNeeded,
        Self::Gap,
    ];

    /// Its name in scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::OnDuty => "on-duty",
            Self::Standby => "standby",
            Self::Part => "part",
            Self::DayOnly => "day-only",
            Self::NotNeeded => "not-needed",
        }
    }
}

/// What a post has of the night of `date`, and where it has less than it needs.
#[must_use]
pub fn coverage(
    watch: &Watch,
    (id, post): (RecordId, &Post),
    date: Date,
    hours: &CodeHours,
) -> (Mark, Vec<Gap>) {
    let span = night(date, hours);
    let need = post.needs.night;
    let cover = watch.cover(id, span);
    let gaps: Vec<Gap> = cover
        .iter()
        .filter(|(_, has)| *has < need)
        .map(|(span, has)| Gap {
            span: *span,
            post: id,
            need,
            has: *has,
            date,
            code: Code::Night,
        })
        .collect();
    if !gaps.is_empty() {
        return (Mark::Gap, gaps);
    }
    let mark = match cover.as_slice() {
        [(_, Need::OnDuty)] => Mark::OnDuty,
        [(_, Need::Standby)] => Mark::Standby,
        [(_, Need::Nobody)] | [] => by_day(watch, id, date, hours),
        [_, _, ..] => Mark::Part,
    };
    (mark, gaps)
}

fn by_day(watch: &Watch, post: RecordId, date: Date, hours: &CodeHours) -> Mark {
    let (from, until) = hours.white.on(date);
    let day = watch.cover(post, Span { from, until });
    if day.iter().any(|(_, has)| *has == Need::OnDuty) {
        Mark::DayOnly
    } else {
        Mark::NotNeeded
    }
}
