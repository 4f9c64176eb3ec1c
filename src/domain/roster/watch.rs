//! Who is on now: the one calculation of it.
//!
//! [`Watch::of`] settles, once for a set of lines, what each person really does
//! and when: a shift that was taken off counts up to that moment, and what was
//! assigned over the plan pushes the plan aside for its time, wherever the
//! person was planned (behaviour.md B13). Everything else is read off from that.
//!
//! 备 is not "on": whoever stands by can be called, and fills a gap only where
//! the post asks for no more. 休 is nothing at all, but over the plan it is
//! leave and pushes the plan aside like any other.
//!
//! Two shifts of one person that overlap within one layer both stand: the
//! roster says so, and the screen shows it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::act::Span;
use super::code::{Code, CodeHours, Duty};
use super::{Layer, Need, Needs, Rota, ShiftKey};
use crate::domain::ids::{PersonId, RecordId};
use crate::domain::time::{Date, Timestamp};
use crate::domain::unit::PersonRef;

/// A person who is on a post, or can be called to it, without a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    /// The line that says so.
    pub rota: RecordId,
    /// The post.
    pub post: RecordId,
    /// Who; one for all the shifts of a line, of which there are thousands.
    pub person: Arc<PersonRef>,
    /// By which shift of the line.
    pub shift: ShiftKey,
    /// The day that the shift belongs to.
    pub date: Date,
    /// On, or to be called.
    pub duty: Duty,
    /// From when to when.
    pub span: Span,
    /// When somebody said that the person is there.
    pub checked_in: Option<Timestamp>,
}

/// What all people really do, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// By post, then start, then person.
    stands: Vec<Stand>,
}

/// A time in which a post has less than it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// From when to when.
    pub span: Span,
    /// Which post.
    pub post: RecordId,
    /// What it needs.
    pub need: Need,
    /// What it has.
    pub has: Need,
    /// The day that it belongs to.
    pub date: Date,
    /// The code whose hours run.
    pub code: Code,
}

impl Span {
    /// Whether the moment lies in it.
    #[must_use]
    pub fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// What both have; none if they do not meet.
    #[must_use]
    pub fn meets(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let until = self.until.min(other.until);
        (from < until).then_some(Self { from, until })
    }
}

impl Need {
    /// What somebody who does this gives to a post.
    #[must_use]
    pub const fn given_by(duty: Duty) -> Self {
        match duty {
            Duty::Off => Self::Nobody,
            Duty::Standby => Self::Standby,
            Duty::On => Self::OnDuty,
        }
    }
}

impl Watch {
    /// What the people of these lines really do.
    #[must_use]
    pub fn of<'a>(rotas: impl IntoIterator<Item = (RecordId, &'a Rota)>) -> Self {
        let rotas: Vec<(RecordId, &Rota)> = rotas.into_iter().collect();
        let over = overrides(&rotas);
        let mut stands = Vec::new();
        for (id, rota) in rotas {
            let person = Arc::new(rota.person.clone());
            for shift in rota.shifts.iter().filter(|shift| shift.stands()) {
                let duty = shift.code.duty();
                if duty == Duty::Off {
                    continue;
                }
                let own = Span {
                    from: shift.starts,
                    until: shift.until(),
                };
                let pushed = match shift.layer {
                    Layer::Plan => over.get(&rota.person.id),
                    Layer::Override => None,
                };
                for span in without(own, pushed.map_or(&[], Vec::as_slice)) {
                    stands.push(Stand {
                        rota: id,
                        post: rota.post,
                        person: Arc::clone(&person),
                        shift: shift.key(),
                        date: shift.date,
                        duty,
                        span,
                        checked_in: shift.checked_in,
                    });
                }
            }
        }
        stands.sort_by(|one, other| {
            let key = |stand: &Stand| (stand.post, stand.span, stand.person.id, stand.shift);
            key(one).cmp(&key(other))
        });
        // Kept for as long as the board is.
        stands.shrink_to_fit();
        Self { stands }
    }

    /// Everybody, by post and start.
    #[must_use]
    pub fn stands(&self) -> &[Stand] {
        &self.stands
    }

    /// Those of one post.
    #[must_use]
    pub fn at_post(&self, post: RecordId) -> &[Stand] {
        let from = self.stands.partition_point(|stand| stand.post < post);
        let until = self.stands.partition_point(|stand| stand.post <= post);
        &self.stands[from..until]
    }

    /// Who is on, or to be called, at that moment.
    pub fn at(&self, at: Timestamp) -> impl Iterator<Item = &Stand> {
        self.stands.iter().filter(move |stand| stand.span.holds(at))
    }

    /// Who is on at that moment.
    pub fn on(&self, at: Timestamp) -> impl Iterator<Item = &Stand> {
        self.at(at).filter(|stand| stand.duty == Duty::On)
    }

    /// What a post has from moment to moment within `span`, without holes; two
    /// neighbours never have the same.
    #[must_use]
    pub fn cover(&self, post: RecordId, span: Span) -> Vec<(Span, Need)> {
        let here: Vec<(Span, Need)> = self
            .at_post(post)
            .iter()
            .filter_map(|stand| Some((stand.span.meets(span)?, Need::given_by(stand.duty))))
            .collect();
        let mut edges: Vec<Timestamp> = here
            .iter()
            .flat_map(|(part, _)| [part.from, part.until])
            .chain([span.from, span.until])
            .collect();
        edges.sort_unstable();
        edges.dedup();
        let mut cover: Vec<(Span, Need)> = Vec::new();
        for pair in edges.windows(2) {
            let (from, until) = (pair[0], pair[1]);
            let has = here
                .iter()
                .filter(|(part, _)| part.holds(from))
                .map(|(_, gives)| *gives)
                .max()
                .unwrap_or_default();
            match cover.last_mut() {
                Some((before, same)) if *same == has => before.until = until,
                Some(_) | None => cover.push((Span { from, until }, has)),
            }
        }
        cover
    }

    /// Where a post has less than it needs, within the days `first` to `last`
    /// and from `now` on.
    #[must_use]
    pub fn gaps(
        &self,
        post: RecordId,
        needs: Needs,
        hours: &CodeHours,
        days: (Date, Date),
        now: Timestamp,
    ) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut date = days.0;
        while date <= days.1 {
            for (need, code) in [(needs.day, Code::White), (needs.night, Code::Night)] {
                let (from, until) = hours.of(code).on(date);
                let from = from.max(now);
                if need == Need::Nobody || from >= until {
                    continue;
                }
                let cover = self.cover(post, Span { from, until });
                let short = cover.into_iter().filter(|(_, has)| *has < need);
                gaps.extend(short.map(|(span, has)| Gap {
                    span,
                    post,
                    need,
                    has,
                    date,
                    code,
                }));
            }
            date = date.saturating_add_days(1);
        }
        gaps
    }
}

/// The times of each person that something over the plan takes.
fn overrides(rotas: &[(RecordId, &Rota)]) -> BTreeMap<PersonId, Vec<Span>> {
    let mut over: BTreeMap<PersonId, Vec<Span>> = BTreeMap::new();
    for (_, rota) in rotas {
        for shift in &rota.shifts {
            if shift.layer == Layer::Override && shift.stands() {
                over.entry(rota.person.id).or_default().push(Span {
                    from: shift.starts,
                    until: shift.until(),
                });
            }
        }
    }
    for spans in over.values_mut() {
        spans.sort_unstable();
    }
    over
}

/// What is left of `own` where none of `taken`, sorted by start, lies.
fn without(own: Span, taken: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    let mut from = own.from;
    for span in taken {
        if span.from > from && from < own.until {
            left.push(Span {
                from,
                until: span.from.min(own.until),
            });
        }
        from = from.max(span.until);
    }
    if from < own.until {
        left.push(Span {
            from,
            until: own.until,
        });
    }
    left
}

#[cfg(test)]
mod tests;
