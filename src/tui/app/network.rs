//! The board of the mediation network: the tree of units, the people of one or
//! those nearest to a case, and which of them is under the hand.

use std::collections::{BTreeMap, BTreeSet};

use super::dialog::Aim;
use super::effect::Effect;
use super::model::is_shown_whole;
use crate::domain::ids::RecordId;
use crate::domain::network::nearest::Nearness;
use crate::domain::record::Body;
use crate::domain::time::Timestamp;
use crate::domain::unit::Person;
use crate::store::view::{Branch, Near, Shown};
use crate::tui::widgets::scroll::Step;

/// Attempts in vain after which the hand moves on to the next.
pub const VAIN_MAX: u8 = 2;

/// Which half keys are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The tree of units.
    #[default]
    Tree,
    /// The people beside it.
    People,
}

/// Where the people come from.
#[derive(Clone, Debug, Default)]
pub enum Source {
    /// Nowhere yet.
    #[default]
    Nothing,
    /// They belong to this unit.
    Unit(RecordId),
    /// They are nearest to this case.
    Case(Box<Aim>),
}

/// Somebody on the board.
#[derive(Clone, Debug)]
pub struct Contact {
    pub shown: Shown,
    pub unit_name: String,
    /// What they are listed by, for a case.
    pub near: Option<Nearness>,
}

impl Contact {
    /// Who it is.
    pub fn person(&self) -> Option<&Person> {
        match &self.shown.record.body {
            Body::Person(person) => Some(person),
            _ => None,
        }
    }
}

/// Whether a unit of the tree has others under it, and shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    Leaf,
    Closed,
    Open,
}

/// A row of the tree.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub branch: &'a Branch,
    pub depth: u16,
    pub fold: Fold,
}

/// Units and those under them, as far as they have been read.
pub type Levels = Vec<(Option<RecordId>, Vec<Branch>)>;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Network {
    under: BTreeMap<Option<RecordId>, Vec<Branch>>,
    open: BTreeSet<RecordId>,
    /// The unit under the hand.
    pub unit: Option<RecordId>,
    pub source: Source,
    pub people: Vec<Contact>,
    pub cursor: usize,
    pub pane: Pane,
    /// Who shall be under the hand once the people are here.
    wanted: Option<RecordId>,
    /// How often somebody was rung in vain since the board was opened for this
    /// case or unit.
    vain: BTreeMap<RecordId, u8>,
    /// Whose numbers are shown whole, and since when.
    pub revealed: Option<(RecordId, Timestamp)>,
}

impl Network {
    /// The rows of the tree from the top.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        self.put(None, 0, &mut rows);
        rows
    }

    fn put<'a>(&'a self, under: Option<RecordId>, depth: u16, rows: &mut Vec<Row<'a>>) {
        for branch in self.under.get(&under).into_iter().flatten() {
            let open = self.open.contains(&branch.id);
            let fold = match (branch.units, open) {
                (0, _) => Fold::Leaf,
                (_, false) => Fold::Closed,
                (_, true) => Fold::Open,
            };
            rows.push(Row {
                branch,
                depth,
                fold,
            });
            if open {
                self.put(Some(branch.id), depth + 1, rows);
            }
        }
    }

    /// The unit under the hand.
    pub fn branch(&self) -> Option<&Branch> {
        let id = self.unit?;
        self.under.values().flatten().find(|branch| branch.id == id)
    }

    /// Who is under the hand.
    pub fn contact(&self) -> Option<&Contact> {
        self.people.get(self.cursor)
    }

    /// How often somebody was rung in vain.
    pub fn vain(&self, id: RecordId) -> u8 {
        self.vain.get(&id).copied().unwrap_or(0)
    }

    /// What the board needs when it is opened.
    pub fn load(&self) -> Vec<Effect> {
        if self.under.contains_key(&None) {
            self.reload_people()
        } else {
            vec![Effect::LoadBranches { under: None }]
        }
    }

    /// Asks again for whoever is listed.
    pub fn reload_people(&self) -> Vec<Effect> {
        match &self.source {
            Source::Nothing => Vec::new(),
            Source::Unit(unit) => vec![Effect::LoadContacts { unit: *unit }],
            Source::Case(aim) => vec![Effect::LoadNear {
                case: aim.id,
                area: aim.area,
                category: aim.incident.category,
            }],
        }
    }

    /// Takes units that were read; the topmost are opened at once while there
    /// is only one.
    pub fn take_branches(&mut self, under: Option<RecordId>, branches: Vec<Branch>) -> Vec<Effect> {
        let mut effects = Vec::new();
        if under.is_none()
            && let [only] = branches.as_slice()
            && self.open.insert(only.id)
        {
            effects.push(Effect::LoadBranches {
                under: Some(only.id),
            });
        }
        self.under.insert(under, branches);
        if self.unit.is_none() {
            let first = self.rows().first().map(|row| row.branch.id);
            effects.extend(first.into_iter().flat_map(|first| self.choose(first)));
        }
        effects
    }

    /// Takes the levels above a unit, and puts the hand on it, or on somebody of
    /// it.
    pub fn take_way(
        &mut self,
        levels: Levels,
        unit: RecordId,
        person: Option<RecordId>,
    ) -> Vec<Effect> {
        for (under, branches) in levels {
            if let Some(id) = under
                && id != unit
            {
                self.open.insert(id);
            }
            self.under.insert(under, branches);
        }
        self.pane = match person {
            Some(_) => Pane::People,
            None => Pane::Tree,
        };
        self.wanted = person;
        self.choose(unit)
    }

    /// Puts the hand on a unit and asks for its people.
    pub fn choose(&mut self, unit: RecordId) -> Vec<Effect> {
        self.unit = Some(unit);
        self.source = Source::Unit(unit);
        self.people.clear();
        self.cursor = 0;
        self.vain.clear();
        vec![Effect::LoadContacts { unit }]
    }

    /// Lists who is nearest to a case.
    pub fn near(&mut self, aim: Aim) -> Vec<Effect> {
        self.source = Source::Case(Box::new(aim));
        self.people.clear();
        self.cursor = 0;
        self.vain.clear();
        self.pane = Pane::People;
        self.reload_people()
    }

    /// Takes the people of a unit.
    pub fn take_contacts(&mut self, unit: RecordId, people: Vec<Shown>) {
        if !matches!(&self.source, Source::Unit(wanted) if *wanted == unit) {
            return;
        }
        let unit_name = self
            .branch()
            .map_or_else(String::new, |branch| branch.unit.name.clone());
        let contact = |shown| Contact {
            shown,
            unit_name: unit_name.clone(),
            near: None,
        };
        self.put_people(people.into_iter().map(contact).collect());
    }

    /// Takes who is nearest to a case.
    pub fn take_near(&mut self, case: RecordId, people: Vec<Near>) {
        if !matches!(&self.source, Source::Case(aim) if aim.id == case) {
            return;
        }
        let contact = |near: Near| Contact {
            shown: Shown {
                record: near.pick.record,
                pending: near.pending,
            },
            unit_name: near.pick.unit_name,
            near: Some(near.nearness),
        };
        self.put_people(people.into_iter().map(contact).collect());
    }

    /// The hand stays on whom it was on.
    fn put_people(&mut self, people: Vec<Contact>) {
        let under = self.contact().map(|contact| contact.shown.record.id);
        let wanted = self.wanted.take().or(under);
        let at = people
            .iter()
            .position(|contact| Some(contact.shown.record.id) == wanted);
        self.cursor = at.unwrap_or_else(|| self.cursor.min(people.len().saturating_sub(1)));
        self.people = people;
    }

    /// Moves the hand in the half that keys are for.
    pub fn step(&mut self, step: Step) -> Vec<Effect> {
        match self.pane {
            Pane::People => {
                self.cursor = step.from(self.cursor, self.people.len());
                Vec::new()
            }
            Pane::Tree => {
                let rows: Vec<RecordId> = self.rows().iter().map(|row| row.branch.id).collect();
                let at = rows.iter().position(|id| Some(*id) == self.unit);
                match rows.get(step.from(at.unwrap_or(0), rows.len())) {
                    Some(next) if Some(*next) != self.unit => self.choose(*next),
                    Some(_) | None => Vec::new(),
                }
            }
        }
    }

    /// Opens the unit under the hand; one without others under it leads to its
    /// people.
    pub fn unfold(&mut self) -> Vec<Effect> {
        let Some((id, units)) = self.branch().map(|branch| (branch.id, branch.units)) else {
            return Vec::new();
        };
        if units == 0 || !self.open.insert(id) {
            self.pane = Pane::People;
            return Vec::new();
        }
        if self.under.contains_key(&Some(id)) {
            Vec::new()
        } else {
            vec![Effect::LoadBranches { under: Some(id) }]
        }
    }

    /// One step back within the board; none where it is left.
    pub fn back(&mut self) -> Option<Vec<Effect>> {
        if self.pane == Pane::People {
            self.pane = Pane::Tree;
            let unit = self.unit;
            return Some(match (&self.source, unit) {
                (Source::Case(_), Some(unit)) => self.choose(unit),
                (Source::Case(_) | Source::Unit(_) | Source::Nothing, _) => Vec::new(),
            });
        }
        let unit = self.unit?;
        if self.open.remove(&unit) {
            return Some(Vec::new());
        }
        let above = self
            .under
            .iter()
            .find(|(_, branches)| branches.iter().any(|branch| branch.id == unit))
            .and_then(|(under, _)| *under)?;
        Some(self.choose(above))
    }

    /// The other half; beside a case there is none.
    pub fn turn(&mut self) {
        if matches!(self.source, Source::Case(_)) {
            return;
        }
        self.pane = match self.pane {
            Pane::Tree => Pane::People,
            Pane::People => Pane::Tree,
        };
    }

    /// Somebody was rung in vain: after as many times as that is tried, the
    /// hand moves on.
    pub fn rung_in_vain(&mut self, id: RecordId) {
        let times = self.vain(id).saturating_add(1);
        self.vain.insert(id, times);
        let under = self.contact().map(|contact| contact.shown.record.id);
        if times >= VAIN_MAX && under == Some(id) && self.cursor + 1 < self.people.len() {
            self.cursor += 1;
        }
    }

    /// Whether somebody's numbers are shown whole.
    pub fn shows_whole(&self, id: RecordId, now: Timestamp) -> bool {
        self.revealed
            .is_some_and(|(whose, since)| whose == id && is_shown_whole(since, now))
    }

    /// Hides them when their time is over, or somebody else is under the hand.
    pub fn hide_where_over(&mut self, now: Timestamp) {
        let under = self.contact().map(|contact| contact.shown.record.id);
        let stays = |id| under == Some(id) && self.shows_whole(id, now);
        if self.revealed.is_some_and(|(id, _)| !stays(id)) {
            self.revealed = None;
        }
    }
}
