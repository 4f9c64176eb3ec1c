//! What a script is shown of a roster. The names of these fields are part of
//! the program's contract with scripts; telephones are masked as in every list.

use serde::Serialize;

use crate::domain::area::AreaCode;
use crate::domain::ids::{PersonId, RecordId};
use crate::domain::roster::code::{Code, Duty};
use crate::domain::roster::night::Mark;
use crate::domain::roster::overview::{Overview, PostView};
use crate::domain::roster::watch::{Gap, Stand};
use crate::domain::time::Date;
use crate::exchange::roster::plan::Plan;
use crate::store::roster::Roster;
use crate::tui::app::words::names;

/// Who is on at a moment.
#[derive(Serialize)]
pub struct Now<'a> {
    at: String,
    night: Date,
    gaps: Vec<Missing<'a>>,
    on: Vec<Standing<'a>>,
    standby: Vec<Standing<'a>>,
}

#[derive(Serialize)]
struct Missing<'a> {
    post: RecordId,
    name: &'a str,
    area: AreaCode,
    from: String,
    until: String,
    need: &'static str,
    has: &'static str,
}

#[derive(Serialize)]
struct Standing<'a> {
    post: RecordId,
    post_name: &'a str,
    area: AreaCode,
    person: PersonId,
    name: &'a str,
    phone: String,
    code: Code,
    from: String,
    until: String,
    checked_in: Option<String>,
}

impl<'a> Now<'a> {
    /// The roster at its moment.
    pub fn of(overview: &'a Overview, roster: &'a Roster) -> Self {
        let standing = |duty| -> Vec<Standing<'a>> {
            let stands = overview.now_as(duty).into_iter();
            stands
                .filter_map(|stand| standing(overview, roster, stand))
                .collect()
        };
        Self {
            at: overview.now.to_string(),
            night: overview.night,
            gaps: overview
                .gaps_tonight()
                .filter_map(|gap| missing(overview, gap))
                .collect(),
            on: standing(Duty::On),
            standby: standing(Duty::Standby),
        }
    }
}

fn missing<'a>(overview: &'a Overview, gap: &Gap) -> Option<Missing<'a>> {
    let post = overview.post(gap.post)?;
    Some(Missing {
        post: post.id,
        name: &post.post.name,
        area: post.area,
        from: gap.span.from.to_string(),
        until: gap.span.until.to_string(),
        need: gap.need.name(),
        has: gap.has.name(),
    })
}

fn standing<'a>(
    overview: &'a Overview,
    roster: &'a Roster,
    stand: &'a Stand,
) -> Option<Standing<'a>> {
    let post = overview.post(stand.post)?;
    let phone = roster.phones.get(&stand.person.id);
    Some(Standing {
        post: post.id,
        post_name: &post.post.name,
        area: post.area,
        person: stand.person.id,
        name: &stand.person.name,
        phone: names::phone(phone.map_or("", String::as_str)),
        code: stand.shift.code,
        from: stand.span.from.to_string(),
        until: stand.span.until.to_string(),
        checked_in: stand.checked_in.map(|at| at.to_string()),
    })
}

/// What each post has of a night.
#[derive(Serialize)]
pub struct Night<'a> {
    night: Date,
    posts: Vec<Marked<'a>>,
}

#[derive(Serialize)]
struct Marked<'a> {
    post: RecordId,
    name: &'a str,
    kind: &'static str,
    area: AreaCode,
    mark: &'static str,
}

impl<'a> Night<'a> {
    /// The posts of a night with their marks.
    pub fn of(night: Date, marked: &[(&'a PostView, Mark)]) -> Self {
        let posts = marked.iter().map(|(post, mark)| Marked {
            post: post.id,
            name: &post.post.name,
            kind: post.post.kind.name(),
            area: post.area,
            mark: mark.name(),
        });
        Self {
            night,
            posts: posts.collect(),
        }
    }
}

/// Whether an import was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// It was only looked at.
    Nothing,
    /// It is in the outbox.
    Applied,
}

/// What an import would do, did, or why not.
#[derive(Serialize)]
pub struct Imported<'a> {
    month: Option<String>,
    applied: bool,
    lines: usize,
    same: usize,
    cells: usize,
    faults: Vec<String>,
    changes: Vec<Changed<'a>>,
}

#[derive(Serialize)]
struct Changed<'a> {
    cell: String,
    person: PersonId,
    name: &'a str,
    post: RecordId,
    post_name: &'a str,
    days: Vec<(u8, String, String)>,
}

impl<'a> Imported<'a> {
    /// A plan, carried out or not.
    pub fn of(plan: &'a Plan, did: Did) -> Self {
        let changes = plan.lines.iter().map(|line| Changed {
            cell: line.spot.name(),
            person: line.person.id,
            name: &line.person.name,
            post: line.post,
            post_name: &line.post_name,
            days: line
                .days
                .iter()
                .map(|edit| (edit.day, edit.from.to_string(), edit.to.to_string()))
                .collect(),
        });
        Self {
            month: Some(plan.month.to_string()),
            applied: did == Did::Applied,
            lines: plan.lines.len(),
            same: plan.same,
            cells: plan.cells(),
            faults: Vec::new(),
            changes: changes.collect(),
        }
    }

    /// Nothing, because of these.
    pub const fn faulty(faults: Vec<String>) -> Self {
        Self {
            month: None,
            applied: false,
            lines: 0,
            same: 0,
            cells: 0,
            faults,
            changes: Vec::new(),
        }
    }
}
