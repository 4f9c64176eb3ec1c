//! Who and what is meant, what would change, and the acts for it.
//!
//! A person is found by the identity or the telephone before the name
//! (behaviour.md B18). A name that several have is decided by the post, and
//! where that does not help it is asked: nobody is guessed.

use std::collections::{BTreeMap, BTreeSet};

use super::words::plain;
use super::{Fault, Namesake, Paper, PaperLine, Posts, Spot, Wrong};
use crate::domain::area::AreaCode;
use crate::domain::command::Target;
use crate::domain::ids::{CommandId, PersonId, RecordId};
use crate::domain::record::{Kind, Rev};
use crate::domain::roster::act::{Act, DayEdit, Import, ImportLine};
use crate::domain::roster::month::Month;
use crate::domain::roster::{PostKind, Rota, rota_id};
use crate::domain::unit::PersonRef;

/// Lines of one act: with their posts they stay within what a command may name.
pub const LINES_PER_ACT_MAX: usize = 50;

/// Somebody who may be on a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Able {
    /// Who.
    pub person: PersonRef,
    /// Where the person belongs.
    pub area: AreaCode,
    /// Telephone.
    pub phone: String,
    /// What tells namesakes apart: the post or village, in words.
    pub place: String,
}

/// A post that somebody may stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which.
    pub id: RecordId,
    /// Its revision on the officer's screen.
    pub rev: Rev,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PostKind,
    /// Where.
    pub area: AreaCode,
}

/// What there is already.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    /// Everybody who may be meant.
    pub people: Vec<Able>,
    /// Every post.
    pub posts: Vec<Known>,
    /// The lines of the month, with their revision.
    pub rotas: BTreeMap<RecordId, (Rev, Rota)>,
    /// The posts that people stand on in the months about it.
    pub usual: BTreeMap<PersonId, BTreeSet<RecordId>>,
}

/// A line that would change, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Where it stands in the file.
    pub spot: Spot,
    /// Who.
    pub person: PersonRef,
    /// The post.
    pub post: RecordId,
    /// The post's name.
    pub post_name: String,
    /// The days that change.
    pub days: Vec<DayEdit>,
}

/// What an import would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Which month.
    pub month: Month,
    /// The lines that change.
    pub lines: Vec<Planned>,
    /// How many lines say what the roster says already.
    pub same: usize,
}

/// What an import would do, if nothing stands against it. `chosen` answers the
/// questions about namesakes, by where the name stands.
///
/// # Errors
/// Everything that stands against it.
pub fn plan(
    paper: &Paper,
    ground: &Ground,
    chosen: &BTreeMap<Spot, PersonId>,
) -> Result<Plan, Vec<Fault>> {
    let finder = Finder::new(ground);
    let mut faults = paper.faults.clone();
    let mut seen: BTreeMap<RecordId, Spot> = BTreeMap::new();
    let mut plan = Plan {
        month: paper.month,
        lines: Vec::new(),
        same: 0,
    };
    for line in &paper.lines {
        let (able, post) = match finder.find(line, chosen.get(&line.spot).copied()) {
            Ok(found) => found,
            Err(what) => {
                faults.push(at(line, what));
                continue;
            }
        };
        let id = rota_id(post.id, able.person.id, paper.month);
        if let Some(first) = seen.insert(id, line.spot) {
            let name = line.name.clone();
            faults.push(at(line, Wrong::Twice { name, first }));
            continue;
        }
        let now = ground.rotas.get(&id).map(|(_, rota)| rota);
        let days = edits(line, now);
        if days.is_empty() {
            plan.same += 1;
            continue;
        }
        plan.lines.push(Planned {
            spot: line.spot,
            person: able.person.clone(),
            post: post.id,
            post_name: post.name.clone(),
            days,
        });
    }
    if faults.is_empty() {
        return Ok(plan);
    }
    let twice = |fault: &Fault| matches!(fault.what, Wrong::Twice { .. });
    if paper.posts == Posts::Unnamed && faults.iter().any(twice) {
        // One cause, and not as many faults as there are lines.
        faults.retain(|fault| !twice(fault));
        faults.push(Fault {
            spot: None,
            what: Wrong::NoPostColumn,
        });
    }
    faults.sort_by_key(|fault| fault.spot);
    Err(faults)
}

fn at(line: &PaperLine, what: Wrong) -> Fault {
    Fault {
        spot: Some(line.spot),
        what,
    }
}

fn edits(line: &PaperLine, now: Option<&Rota>) -> Vec<DayEdit> {
    (1..)
        .zip(&line.days)
        .filter_map(|(day, to)| {
            let from = now.map(|rota| rota.cell(day)).unwrap_or_default();
            (from != *to).then_some(DayEdit { day, from, to: *to })
        })
        .collect()
}

fn unknown(line: &PaperLine) -> Wrong {
    Wrong::Unknown {
        name: line.name.clone(),
    }
}

/// Finds people and posts by what a file calls them.
struct Finder<'a> {
    ground: &'a Ground,
    by_id: BTreeMap<String, &'a Able>,
    by_phone: BTreeMap<&'a str, Vec<&'a Able>>,
    by_name: BTreeMap<String, Vec<&'a Able>>,
    posts: BTreeMap<String, Vec<&'a Known>>,
    post_by_id: BTreeMap<RecordId, &'a Known>,
}

impl<'a> Finder<'a> {
    fn new(ground: &'a Ground) -> Self {
        let mut finder = Self {
            ground,
            by_id: BTreeMap::new(),
            by_phone: BTreeMap::new(),
            by_name: BTreeMap::new(),
            posts: BTreeMap::new(),
            post_by_id: BTreeMap::new(),
        };
        for able in &ground.people {
            finder.by_id.insert(able.person.id.to_string(), able);
            if !able.phone.is_empty() {
                finder.by_phone.entry(&able.phone).or_default().push(able);
            }
            let name = plain(&able.person.name);
            finder.by_name.entry(name).or_default().push(able);
        }
        for post in &ground.posts {
            finder
                .posts
                .entry(plain(&post.name))
                .or_default()
                .push(post);
            finder.post_by_id.insert(post.id, post);
        }
        finder
    }

    fn find(
        &self,
        line: &PaperLine,
        chosen: Option<PersonId>,
    ) -> Result<(&'a Able, &'a Known), Wrong> {
        let able = self.person(line, chosen)?;
        Ok((able, self.post(line, able)?))
    }

    fn person(&self, line: &PaperLine, chosen: Option<PersonId>) -> Result<&'a Able, Wrong> {
        let named = plain(&line.name);
        let other = |able: &Able| Wrong::Other {
            name: line.name.clone(),
            whose: able.person.name.clone(),
        };
        if !line.id.is_empty()
            && let Some(able) = self.by_id.get(&line.id)
        {
            return if plain(&able.person.name) == named {
                Ok(able)
            } else {
                Err(other(able))
            };
        }
        let by_phone = self.by_phone.get(line.phone.as_str());
        if let Some(found) = by_phone.map(Vec::as_slice) {
            let own = found.iter().find(|able| plain(&able.person.name) == named);
            return match (own, found) {
                (Some(able), _) => Ok(able),
                (None, [first, ..]) => Err(other(first)),
                (None, []) => Err(unknown(line)),
            };
        }
        let found = self.by_name.get(&named).map_or(&[][..], Vec::as_slice);
        match found {
            [] => Err(unknown(line)),
            [able] => Ok(able),
            several => {
                if let Some(able) = several.iter().find(|able| Some(able.person.id) == chosen) {
                    return Ok(able);
                }
                self.told_apart(line, several)
            }
        }
    }

    /// One of several namesakes, where the post belongs to one alone.
    fn told_apart(&self, line: &PaperLine, several: &[&'a Able]) -> Result<&'a Able, Wrong> {
        let posts = self.posts.get(&plain(&line.post));
        let posts = posts.map_or(&[][..], Vec::as_slice);
        let there: Vec<&&Able> = several
            .iter()
            .filter(|able| posts.iter().any(|post| self.stands_on(able, post)))
            .collect();
        if let [able] = there.as_slice() {
            return Ok(able);
        }
        Err(Wrong::Namesakes {
            name: line.name.clone(),
            are: several
                .iter()
                .map(|able| Namesake {
                    id: able.person.id,
                    where_at: able.place.clone(),
                    phone: able.phone.clone(),
                })
                .collect(),
        })
    }

    fn stands_on(&self, able: &Able, post: &Known) -> bool {
        let usual = self.ground.usual.get(&able.person.id);
        usual.is_some_and(|posts| posts.contains(&post.id)) || able.area == post.area
    }

    fn post(&self, line: &PaperLine, able: &Able) -> Result<&'a Known, Wrong> {
        if !line.post.is_empty() {
            let called = self.posts.get(&plain(&line.post));
            let called = called.map_or(&[][..], Vec::as_slice);
            if let [post] = called {
                return Ok(post);
            }
            // Of several that are called so, the one of the person's town.
            let mut near = called
                .iter()
                .filter(|post| post.area.town() == able.area.town());
            return match (near.next(), near.next()) {
                (Some(post), None) => Ok(post),
                (None, _) | (Some(_), Some(_)) => Err(Wrong::NoPost {
                    post: line.post.clone(),
                }),
            };
        }
        let which = || Wrong::WhichPost {
            name: line.name.clone(),
        };
        let usual = self.ground.usual.get(&able.person.id);
        let mut usual = usual.into_iter().flatten();
        if let (Some(post), None) = (usual.next(), usual.next()) {
            return self.post_by_id.get(post).copied().ok_or_else(which);
        }
        let mut own = self
            .ground
            .posts
            .iter()
            .filter(|post| post.kind == PostKind::Village && post.area == able.area);
        match (own.next(), own.next()) {
            (Some(post), None) => Ok(post),
            (None, _) | (Some(_), Some(_)) => Err(which()),
        }
    }
}

impl Plan {
    /// How many cells of the roster change.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.lines.iter().map(|line| line.days.len()).sum()
    }

    /// The acts that do it, each with its targets: all belong to `import`.
    #[must_use]
    pub fn acts(&self, ground: &Ground, import: CommandId, file: &str) -> Vec<(Vec<Target>, Act)> {
        let posts: BTreeMap<RecordId, Rev> = ground
            .posts
            .iter()
            .map(|post| (post.id, post.rev))
            .collect();
        let target = |kind, id, base_rev| Target {
            kind,
            id,
            base_rev,
            seen: None,
        };
        let act = |lines: &[Planned]| {
            let mut targets = Vec::new();
            let mut named = BTreeSet::new();
            for line in lines {
                let id = rota_id(line.post, line.person.id, self.month);
                let rev = ground.rotas.get(&id).map_or(Rev::NONE, |(rev, _)| *rev);
                targets.push(target(Kind::Rota, id, rev));
                named.insert(line.post);
            }
            for post in named {
                let rev = posts.get(&post).copied().unwrap_or(Rev::NONE);
                targets.push(target(Kind::Post, post, rev));
            }
            let lines = lines.iter().map(|line| ImportLine {
                post: line.post,
                person: line.person.id,
                days: line.days.clone(),
            });
            let act = Act::RosterImport(Box::new(Import {
                import,
                month: self.month,
                file: file.to_owned(),
                lines: lines.collect(),
            }));
            (targets, act)
        };
        self.lines.chunks(LINES_PER_ACT_MAX).map(act).collect()
    }
}
