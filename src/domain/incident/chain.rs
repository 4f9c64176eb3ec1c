//! 层级: who stands above whom, and to whom work may be given.
//!
//! One rule for every act that moves the step (domain.md §2.2): work goes one
//! level at a time, up or down; levels are skipped only in an emergency.
//! Departments of the own level are given work as those below are.

use super::refusal::{Refusal, Verdict};
use super::verb::Verb;
use crate::domain::area::AreaCode;
use crate::domain::codes::EventGrade;
use crate::domain::unit::{Directory, UnitRef};

/// The most levels of units that answer to each other; a longer chain is a
/// circle.
const LEVELS_MAX: usize = 8;

/// How one unit stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the same.
    Own,
    /// Of the same area, neither above nor below.
    Beside,
    /// So many levels above, by the units themselves or by their areas.
    Above(usize),
    /// So many levels below.
    Below(usize),
    /// Of another area.
    Elsewhere,
}

/// How `other` stands to `own`. Between areas the areas tell: a department of
/// the district is above every town. Within one the units do.
#[must_use]
pub fn standing(own: &UnitRef, other: &UnitRef, directory: &dyn Directory) -> Standing {
    if own.id == other.id {
        return Standing::Own;
    }
    let by_area = levels_between(own.area, other.area).map(Standing::Below);
    let by_area = by_area.or_else(|| levels_between(other.area, own.area).map(Standing::Above));
    if let Some(by_area) = by_area {
        return by_area;
    }
    if let Some(steps) = steps_up(own, other, directory) {
        return Standing::Above(steps);
    }
    if let Some(steps) = steps_up(other, own, directory) {
        return Standing::Below(steps);
    }
    if own.area == other.area {
        Standing::Beside
    } else {
        Standing::Elsewhere
    }
}

/// By how many levels `inner` lies within `outer`; none if it does not.
fn levels_between(outer: AreaCode, inner: AreaCode) -> Option<usize> {
    if outer == inner || !outer.contains(inner) {
        return None;
    }
    let narrower = std::iter::successors(Some(inner), |area| area.parent());
    Some(narrower.take_while(|area| *area != outer).count())
}

/// How many units up from `from` one comes to `to`.
fn steps_up(from: &UnitRef, to: &UnitRef, directory: &dyn Directory) -> Option<usize> {
    std::iter::successors(directory.parent(from.id), |unit| directory.parent(*unit))
        .take(LEVELS_MAX)
        .position(|unit| unit == to.id)
        .map(|at| at + 1)
}

/// Whether `verb` may bring the step from `from` to `to`.
///
/// # Errors
/// [`Refusal::SkipsLevel`] where only an emergency would let it,
/// [`Refusal::OutOfLine`] where nothing would.
pub fn may_give(
    verb: Verb,
    from: &UnitRef,
    to: &UnitRef,
    emergency: Option<EventGrade>,
    directory: &dyn Directory,
) -> Verdict {
    let out_of_line = || Refusal::OutOfLine {
        verb: verb.into(),
        unit: to.clone(),
    };
    let skips = || match emergency {
        Some(_) => Ok(()),
        None => Err(Refusal::SkipsLevel {
            verb: verb.into(),
            unit: to.clone(),
        }),
    };
    match (verb, standing(from, to, directory)) {
        (Verb::Escalate, Standing::Above(_)) => match directory.parent(from.id) {
            // Who has a superior goes to that one.
            Some(parent) if parent == to.id => Ok(()),
            None if standing(from, to, directory) == Standing::Above(1) => Ok(()),
            Some(_) | None => skips(),
        },
        (Verb::Escalate, _) | (Verb::HandDown, Standing::Own | Standing::Beside) => {
            Err(out_of_line())
        }
        (_, Standing::Own | Standing::Beside | Standing::Below(1)) => Ok(()),
        (_, Standing::Below(_)) => skips(),
        (_, Standing::Above(_) | Standing::Elsewhere) => Err(out_of_line()),
    }
}

#[cfg(test)]
mod tests;
