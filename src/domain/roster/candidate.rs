//! Who may be asked to fill a gap, and why: near first, and who stands by
//! before who is free. Nobody is scored: the order is by distance, then state,
//! then name, and each line says its reason.

use std::collections::BTreeMap;

use super::act::Span;
use super::code::Duty;
use super::watch::{Stand, Watch};
use crate::domain::area::AreaCode;
use crate::domain::ids::PersonId;
use crate::domain::time::{Millis, Minutes};
use crate::domain::unit::PersonRef;

/// The rest after a duty and before the next (behaviour.md B17: 11 hours). It
/// warns and forbids nothing.
pub const REST_MIN: Minutes = Minutes(11 * 60);

/// Somebody who could be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Able {
    /// Who.
    pub person: PersonRef,
    /// Where the person belongs.
    pub area: AreaCode,
}

/// How far off somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
    /// Of the same village, or the post's own area.
    Here,
    /// Of the same town.
    Town,
    /// From elsewhere.
    Elsewhere,
}

/// What somebody does in that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Busy {
    /// Can be called.
    StandingBy,
    /// Has nothing to do then.
    Free,
    /// Comes off a duty, or goes on one, too close to it.
    TooLittleRest,
    /// Is on somewhere else.
    OnDuty,
}

/// Somebody who could be asked, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonRef,
    /// How far off.
    pub distance: Distance,
    /// What else the person does then.
    pub busy: Busy,
}

/// Who could fill `span` on a post in `area`: whoever is rested before whoever
/// is not, then the near ones, then those who stand by.
#[must_use]
pub fn candidates(watch: &Watch, people: &[Able], area: AreaCode, span: Span) -> Vec<Candidate> {
    let mut doing: BTreeMap<PersonId, Vec<&Stand>> = BTreeMap::new();
    for stand in watch.stands() {
        doing.entry(stand.person.id).or_default().push(stand);
    }
    let mut found: Vec<Candidate> = people
        .iter()
        .map(|able| Candidate {
            person: able.person.clone(),
            distance: distance(able.area, area),
            busy: busy(doing.get(&able.person.id).map_or(&[], Vec::as_slice), span),
        })
        .collect();
    found.sort_by(|one, other| {
        let key = |it: &Candidate| {
            let rested = it.busy >= Busy::TooLittleRest;
            (
                rested,
                it.distance,
                it.busy,
                it.person.name.clone(),
                it.person.id,
            )
        };
        key(one).cmp(&key(other))
    });
    found
}

fn distance(own: AreaCode, post: AreaCode) -> Distance {
    if own.contains(post) || post.contains(own) {
        return Distance::Here;
    }
    match (own.town(), post.town()) {
        (Some(one), Some(other)) if one == other => Distance::Town,
        _ => Distance::Elsewhere,
    }
}

fn busy(own: &[&Stand], span: Span) -> Busy {
    let rest = Millis::from(REST_MIN);
    let near = Span {
        from: span.from.saturating_sub(rest),
        until: span.until.saturating_add(rest),
    };
    own.iter()
        .filter_map(|stand| match stand.duty {
            Duty::On if stand.span.meets(span).is_some() => Some(Busy::OnDuty),
            Duty::On if stand.span.meets(near).is_some() => Some(Busy::TooLittleRest),
            Duty::Standby if stand.span.meets(span).is_some() => Some(Busy::StandingBy),
            Duty::On | Duty::Standby | Duty::Off => None,
        })
        .max()
        .unwrap_or(Busy::Free)
}
