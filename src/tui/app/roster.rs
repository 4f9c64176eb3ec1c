//! The roster board's own part of the model: who is on now, what is missing,
//! and tonight as one character a village.

use std::collections::BTreeMap;

use super::effect::Effect;
use crate::domain::command::Target;
use crate::domain::ids::{PersonId, RecordId};
use crate::domain::record::{Kind, Rev};
use crate::domain::roster::ShiftKey;
use crate::domain::roster::act::Span;
use crate::domain::roster::candidate::Able;
use crate::domain::roster::code::{Code, CodeHours, Duty};
use crate::domain::roster::month::Month;
use crate::domain::roster::overview::{GAPS_AHEAD_DAYS, Overview, PostView};
use crate::domain::roster::watch::{Gap, Stand};
use crate::domain::time::{Date, Timestamp};
use crate::domain::unit::PersonRef;
use crate::store::roster::{AblePerson, Roster, Shifts};
use crate::store::view::Pending;
use crate::tui::widgets::scroll::Step;

/// How the board is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Gaps, then who is on, then who can be called.
    #[default]
    List,
    /// Tonight, a character for each post.
    Strip,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Nobody, or too little, from now or tonight on.
    Gap(Gap),
    /// Somebody on, or to be called, now.
    Stand(Stand),
    /// Nobody, in one of the nights to come.
    Later(Gap),
}

/// What names a row whatever the list does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A gap of a post.
    Gap(RecordId, Timestamp),
    /// A shift of a line.
    Stand(RecordId, ShiftKey),
}

impl Row {
    /// Its name.
    pub const fn key(&self) -> Key {
        match self {
            Self::Gap(gap) | Self::Later(gap) => Key::Gap(gap.post, gap.span.from),
            Self::Stand(stand) => Key::Stand(stand.rota, stand.shift),
        }
    }

    /// The post that it is about.
    pub const fn post(&self) -> RecordId {
        match self {
            Self::Gap(gap) | Self::Later(gap) => gap.post,
            Self::Stand(stand) => stand.post,
        }
    }
}

/// What the store gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub overview: Overview,
    pub roster: Roster,
    pub able: Vec<Able>,
    pending: BTreeMap<RecordId, Pending>,
}

/// The board.
#[derive(Clone, Debug, Default)]
pub struct RosterBoard {
    pub view: View,
    pub given: Option<Box<Given>>,
    pub rows: Vec<Row>,
    /// The row under the cursor.
    pub cursor: Option<Key>,
    /// The first row that is shown, as far as it is known.
    pub top: usize,
    /// The post under the cursor of the strip.
    pub post: Option<RecordId>,
    /// Whether the post under the hand is shown whole.
    pub card: Card,
    /// Whether it is being read.
    pub reading: Reading,
    /// The day on which it was read last.
    pub read_on: Option<Date>,
    /// Whose number a call shows whole, and since when.
    pub revealed: Option<(RecordId, Timestamp)>,
}

/// Whether the post under the hand takes the whole board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Card {
    /// The list or the strip does.
    #[default]
    Closed,
    /// It does.
    Open,
}

/// Whether the board is being read: once at a time, however much changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// It is as the store had it.
    #[default]
    Still,
    /// An answer is on its way.
    UnderWay,
    /// As `UnderWay`, and something has changed since.
    Again,
}

/// The months that the board reads: last night may be of the month before.
pub fn months(now: Timestamp) -> Vec<Month> {
    let month = Month::of(now.date());
    let yesterday = Month::of(now.date().saturating_add_days(-1));
    let mut months = vec![yesterday, month, month.next()];
    months.dedup();
    months
}

/// The shifts that the board shows: from the night that may still run to those
/// whose gaps it names.
pub fn shifts(now: Timestamp) -> Shifts {
    let day = |days| now.date().saturating_add_days(days);
    Shifts::Around(day(-2), day(GAPS_AHEAD_DAYS + 1))
}

impl RosterBoard {
    /// What reads the board, if that is not under way.
    pub fn read(&mut self, now: Timestamp) -> Option<Effect> {
        match self.reading {
            Reading::Still => {
                self.reading = Reading::UnderWay;
                self.read_on = Some(now.date());
                Some(Effect::LoadRoster {
                    months: months(now),
                    shifts: shifts(now),
                })
            }
            Reading::UnderWay | Reading::Again => {
                self.reading = Reading::Again;
                None
            }
        }
    }

    /// Takes what the store gave.
    pub fn take(
        &mut self,
        roster: Roster,
        people: Vec<AblePerson>,
        hours: &CodeHours,
        now: Timestamp,
    ) {
        let able = people.into_iter().map(|one| Able {
            person: PersonRef {
                id: one.id,
                name: one.person.name,
            },
            area: one.area,
        });
        let pending = roster
            .rotas
            .iter()
            .map(|line| (line.id, line.pending))
            .chain(roster.posts.iter().map(|post| (post.id, post.pending)))
            .collect();
        let overview = overview(&roster, hours, now);
        self.given = Some(Box::new(Given {
            overview,
            roster,
            able: able.collect(),
            pending,
        }));
        self.arrange();
    }

    /// The same roster a while later.
    pub fn later(&mut self, hours: &CodeHours, now: Timestamp) {
        if let Some(given) = &mut self.given {
            given.overview = overview(&given.roster, hours, now);
            self.arrange();
        }
    }

    fn arrange(&mut self) {
        let Some(given) = &self.given else {
            return;
        };
        let overview = &given.overview;
        let before = self.at();
        let stands = [Duty::On, Duty::Standby]
            .into_iter()
            .flat_map(|duty| overview.now_as(duty));
        self.rows = overview
            .gaps_tonight()
            .map(|gap| Row::Gap(*gap))
            .chain(stands.map(|stand| Row::Stand(stand.clone())))
            .chain(overview.gaps_later().map(|gap| Row::Later(*gap)))
            .collect();
        if self.current().is_none() {
            // What was under the cursor is gone: what stands in its place.
            let last = self.rows.len().saturating_sub(1);
            self.cursor = self.rows.get(before.min(last)).map(Row::key);
        }
        if self.post.is_none_or(|post| overview.post(post).is_none()) {
            self.post = overview.posts.first().map(|post| post.id);
        }
    }

    /// Where the cursor is in the list.
    pub fn at(&self) -> usize {
        self.rows
            .iter()
            .position(|row| Some(row.key()) == self.cursor)
            .unwrap_or(0)
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&Row> {
        self.rows.iter().find(|row| Some(row.key()) == self.cursor)
    }

    /// The post under the hand.
    pub fn hand(&self) -> Option<&PostView> {
        let overview = &self.given.as_ref()?.overview;
        match self.view {
            View::List => overview.post(self.current()?.post()),
            View::Strip => overview.post(self.post?),
        }
    }

    /// The gap under the hand: the row's, or tonight's of the post.
    pub fn gap(&self) -> Option<Gap> {
        match (self.view, self.current()) {
            (View::List, Some(Row::Gap(gap) | Row::Later(gap))) => Some(*gap),
            (View::List, Some(Row::Stand(_)) | None) => None,
            (View::Strip, _) => {
                let overview = &self.given.as_ref()?.overview;
                let mut own = overview.gaps_tonight();
                own.find(|gap| Some(gap.post) == self.post).copied()
            }
        }
    }

    /// Who is under the hand: the row's, or whoever the post has now or next
    /// tonight.
    pub fn stand(&self) -> Option<&Stand> {
        match (self.view, self.current()) {
            (View::List, Some(Row::Stand(stand))) => Some(stand),
            (View::List, Some(Row::Gap(_) | Row::Later(_)) | None) => None,
            (View::Strip, _) => {
                let overview = &self.given.as_ref()?.overview;
                let own = overview.watch.at_post(self.post?).iter();
                own.filter(|stand| stand.span.until > overview.now)
                    .min_by_key(|stand| (stand.span.from, std::cmp::Reverse(stand.duty)))
            }
        }
    }

    /// The telephone of somebody, whole.
    pub fn phone(&self, person: PersonId) -> &str {
        let given = self.given.as_ref();
        given
            .and_then(|given| given.roster.phones.get(&person))
            .map_or("", String::as_str)
    }

    /// Whether something of a record waits for the service.
    pub fn pending(&self, id: RecordId) -> Pending {
        let given = self.given.as_ref();
        given
            .and_then(|given| given.pending.get(&id))
            .copied()
            .unwrap_or_default()
    }

    /// A line as an act names it.
    pub fn line(&self, id: RecordId) -> Target {
        let given = self.given.as_ref();
        let rev = given
            .and_then(|given| given.roster.rotas.iter().find(|line| line.id == id))
            .map_or(Rev::NONE, |line| line.rev);
        Target {
            kind: Kind::Rota,
            id,
            base_rev: rev,
            seen: None,
        }
    }

    /// A post as an act names it.
    pub fn post_target(&self, id: RecordId) -> Target {
        let given = self.given.as_ref();
        let rev = given
            .and_then(|given| given.roster.posts.iter().find(|post| post.id == id))
            .map_or(Rev::NONE, |post| post.rev);
        Target {
            kind: Kind::Post,
            id,
            base_rev: rev,
            seen: None,
        }
    }

    /// Moves the cursor of the list, or that of the strip by towns.
    pub fn step(&mut self, step: Step) {
        match self.view {
            View::List => {
                let at = step.from(self.at(), self.rows.len());
                self.cursor = self.rows.get(at).map(Row::key);
                self.top = at;
            }
            View::Strip => {
                let towns = self.towns();
                let Some((town, column)) = self.in_strip(&towns) else {
                    return;
                };
                let town = step.from(town, towns.len());
                let posts = towns.get(town).map_or(&[][..], Vec::as_slice);
                let last = posts.len().saturating_sub(1);
                self.post = posts.get(column.min(last)).copied();
            }
        }
    }

    /// To the post beside it on the strip.
    pub fn aside(&mut self, aside: Aside) {
        let towns = self.towns();
        let Some((town, column)) = self.in_strip(&towns) else {
            return;
        };
        let column = match aside {
            Aside::Left => column.checked_sub(1),
            Aside::Right => Some(column + 1),
        };
        if let Some(post) = column.and_then(|column| towns.get(town)?.get(column)) {
            self.post = Some(*post);
        }
    }

    /// The posts of each town, as the strip has them.
    pub fn towns(&self) -> Vec<Vec<RecordId>> {
        let Some(given) = &self.given else {
            return Vec::new();
        };
        given
            .overview
            .posts
            .chunk_by(|one, other| one.area.town() == other.area.town())
            .map(|town| town.iter().map(|post| post.id).collect())
            .collect()
    }

    fn in_strip(&self, towns: &[Vec<RecordId>]) -> Option<(usize, usize)> {
        let post = self.post?;
        let town = towns.iter().position(|town| town.contains(&post))?;
        let column = towns.get(town)?.iter().position(|own| *own == post)?;
        Some((town, column))
    }
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    Left,
    Right,
}

fn overview(roster: &Roster, hours: &CodeHours, now: Timestamp) -> Overview {
    let posts = roster.posts.iter();
    let rotas = roster.rotas.iter();
    Overview::of(
        posts.map(|post| (post.id, post.area, &post.doc)),
        rotas.map(|line| (line.id, &line.doc)),
        hours,
        now,
    )
}

/// What a dialog of the roster asks for, as the officer saw it.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Who fills a gap.
    Assign {
        post: Target,
        post_name: String,
        date: Date,
        code: Code,
        span: Span,
    },
    /// Why, and from when on, somebody is taken off.
    Remove {
        line: Target,
        who: String,
        shift: ShiftKey,
    },
    /// How somebody reported.
    CheckIn {
        line: Target,
        who: String,
        shift: ShiftKey,
    },
    /// How a call went.
    Call {
        line: Target,
        who: String,
        person: RecordId,
        phone: String,
    },
    /// What a new post is.
    Post { id: RecordId },
}
