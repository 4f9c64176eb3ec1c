//! Which keys do what, where; and the keys pressed so far of a sequence.
//!
//! A keymap is built from layers of a file each, the shipped one first; a
//! later layer replaces what it binds again. It holds no state: the chords
//! pressed so far live in [`PendingKeys`].

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::action::Action;
use super::chord::{Chord, Key, Sequence};
use super::context::{Context, Typing};
use super::file::{self, Assignment, Layer};
use super::press::KeyPress;
use super::shipped;
use super::trie::{Node, Trie};
use crate::text::problem::{Problem, ProblemList};

/// The keymap of whoever chose none, and the ground of every other.
pub const DEFAULT_KEYMAP: &str = "default";

/// Actions that the default keymap has no key for: there a field takes every
/// sign, and lists are chosen from by typing.
#[cfg(test)]
pub(super) const ELSEWHERE: [Action; 3] = [
    Action::FieldDone,
    Action::FieldTakeBack,
    Action::PickerNumber,
];

/// One sequence and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The keys.
    pub sequence: Sequence,
    /// What they do.
    pub action: Action,
}

/// One section: its bindings as written, the user's own first, and as a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Section {
    bindings: Vec<Binding>,
    trie: Trie,
}

/// Keys to actions, for every context.
#[derive(Clone, Debug)]
pub struct Keymap {
    sections: BTreeMap<Context, Section>,
    /// What holds in each context, found when it is first asked for: hints and
    /// tabs ask several times for every frame.
    holding: BTreeMap<Context, OnceLock<Vec<Place>>>,
}

/// Where a binding is written: its section, and which it is there.
type Place = (Context, usize);

impl PartialEq for Keymap {
    fn eq(&self, other: &Self) -> bool {
        // What holds follows from what is written.
        self.sections == other.sections
    }
}

impl Eq for Keymap {}

/// What a sequence of chords means in a context.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    Act(Action),
    Beginning,
    Nothing,
}

/// What may follow a key that has been pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// This chord completes the sequence.
    Act(Action),
    /// More chords follow.
    More,
}

impl Keymap {
    /// The shipped keymap that nobody has to choose.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the file is part of the program.
    #[must_use]
    pub fn shipped() -> Self {
        Self::load(None).expect("a test reads the embedded keymap and finds no problem in it")
    }

    /// The default keymap with a user's file on top, given as name and text.
    ///
    /// # Errors
    /// As [`Self::named`].
    pub fn load(user: Option<(&str, &str)>) -> Result<Self, Vec<Problem>> {
        Self::named(DEFAULT_KEYMAP, user)
    }

    /// The keymap of that name: the user's file over the keymap that it
    /// inherits, else over the shipped one of that name, else over the default.
    ///
    /// # Errors
    /// Every problem of the file at fault. The caller keeps the keymap it has.
    pub fn named(name: &str, user: Option<(&str, &str)>) -> Result<Self, Vec<Problem>> {
        let mut keymap = Self {
            sections: BTreeMap::new(),
            holding: Context::ALL
                .iter()
                .map(|context| (*context, OnceLock::new()))
                .collect(),
        };
        let base = user.and_then(|(_, text)| file::base(text));
        keymap.lay(base.as_deref().unwrap_or(name))?;
        if let Some((file, text)) = user {
            keymap.add(file, text)?;
        }
        Ok(keymap)
    }

    /// Lays a shipped keymap and what it inherits; the default for a name that
    /// does not ship.
    fn lay(&mut self, name: &str) -> Result<(), Vec<Problem>> {
        let Some(shipped) = shipped::find(name) else {
            return self.lay(DEFAULT_KEYMAP);
        };
        if let Some(base) = file::base(shipped.text).filter(|base| base != name) {
            self.lay(&base)?;
        }
        self.add(shipped.file, shipped.text)
    }

    /// Reads one file and lays it over what is there.
    fn add(&mut self, file: &str, text: &str) -> Result<(), Vec<Problem>> {
        let mut problems = ProblemList::new(file, text);
        let layer = file::parse(text, &mut problems);
        for holding in self.holding.values_mut() {
            holding.take();
        }
        for (context, assignments) in by_section(&layer) {
            let section = self.sections.entry(context).or_default();
            section.lay_over(&assignments, &mut problems);
        }
        let problems = problems.finish();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// The bindings that hold in a context, the nearest section first. Those
    /// that a nearer section hides are left out.
    pub fn bindings(&self, context: Context) -> impl Iterator<Item = &Binding> {
        let places = self.holding.get(&context).into_iter();
        places
            .flat_map(move |places| places.get_or_init(|| self.find_holding(context)))
            .filter_map(|(section, index)| self.sections.get(section)?.bindings.get(*index))
    }

    fn find_holding(&self, context: Context) -> Vec<Place> {
        let of = |section: &Context| {
            let section = *section;
            let bindings = self
                .sections
                .get(&section)
                .map_or(&[][..], |it| &it.bindings);
            let places = bindings.iter().enumerate();
            places.map(move |(index, binding)| ((section, index), binding))
        };
        context
            .chain()
            .iter()
            .flat_map(of)
            .filter(|(_, binding)| {
                self.meaning(context, binding.sequence.chords()) == Meaning::Act(binding.action)
            })
            .map(|(place, _)| place)
            .collect()
    }

    /// The sequences that do an action in a context, the preferred one first.
    pub fn keys_for(&self, context: Context, action: Action) -> impl Iterator<Item = &Sequence> {
        self.bindings(context)
            .filter(move |binding| binding.action == action)
            .map(|binding| &binding.sequence)
    }

    /// Everything bound in one section, whatever hides it.
    #[must_use]
    pub fn section(&self, context: Context) -> &[Binding] {
        self.sections
            .get(&context)
            .map_or(&[], |section| &section.bindings)
    }

    /// What may come next: the help of a sequence that has begun.
    #[must_use]
    pub fn continuations(&self, context: Context, pending: &[Chord]) -> Vec<(Chord, Continuation)> {
        let mut next = BTreeMap::new();
        for trie in self.tries(context, pending.first()) {
            if let Some(Node::Branch(below)) = trie.get(pending) {
                for (chord, node) in below.children() {
                    next.entry(chord).or_insert_with(|| match node {
                        Node::Leaf(action) => Continuation::Act(*action),
                        Node::Branch(_) => Continuation::More,
                    });
                }
            }
        }
        next.into_iter().collect()
    }

    /// The nearest section that knows the sequence decides.
    fn meaning(&self, context: Context, chords: &[Chord]) -> Meaning {
        for trie in self.tries(context, chords.first()) {
            match trie.get(chords) {
                Some(Node::Leaf(action)) => return Meaning::Act(*action),
                Some(Node::Branch(_)) => return Meaning::Beginning,
                // A nearer section holds a shorter sequence: it is complete
                // there, so a farther one is never reached with this one.
                None if (1..chords.len())
                    .any(|end| matches!(trie.get(&chords[..end]), Some(Node::Leaf(_)))) =>
                {
                    return Meaning::Nothing;
                }
                None => {}
            }
        }
        Meaning::Nothing
    }

    /// The trees that answer in a context to a sequence that starts so. Where
    /// text is typed, sections for screens without text do not see plain
    /// characters.
    fn tries(&self, context: Context, first: Option<&Chord>) -> impl Iterator<Item = &Trie> {
        let plain = first.is_some_and(|chord| chord.sign().is_some());
        let fields_only = plain && context.typing() == Typing::IntoField;
        context
            .chain()
            .iter()
            .filter(move |section| !fields_only || section.typing() == Typing::IntoField)
            .filter_map(|section| self.sections.get(section))
            .map(|section| &section.trie)
    }
}

impl Section {
    /// Later layers win: what they bind again or take away goes first.
    fn lay_over(&mut self, assignments: &[&Assignment], problems: &mut ProblemList<'_>) {
        let mut bindings: Vec<Binding> = Vec::new();
        for assignment in assignments {
            let keys = assignment.sequence.chords();
            match assignment.action {
                Some(action) => {
                    self.bindings
                        .retain(|binding| binding.sequence != assignment.sequence);
                    bindings.push(Binding {
                        sequence: assignment.sequence.clone(),
                        action,
                    });
                }
                // A key that is taken away takes what it begins along.
                None => self
                    .bindings
                    .retain(|binding| !binding.sequence.chords().starts_with(keys)),
            }
        }
        bindings.append(&mut self.bindings);
        let mut trie = Trie::default();
        for binding in bindings.iter().rev() {
            if let Err(taken) = trie.insert(&binding.sequence, binding.action) {
                let there = taken
                    .0
                    .iter()
                    .map(Chord::to_string)
                    .collect::<Vec<_>>()
                    .join(" ");
                file::report_conflict(assignments, &binding.sequence, &there, problems);
            }
        }
        self.bindings = bindings;
        self.trie = trie;
    }
}

fn by_section(layer: &Layer) -> BTreeMap<Context, Vec<&Assignment>> {
    let mut sections: BTreeMap<Context, Vec<&Assignment>> = BTreeMap::new();
    for assignment in &layer.assignments {
        sections
            .entry(assignment.context)
            .or_default()
            .push(assignment);
    }
    sections
}

/// What became of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// An action is meant.
    Act(Action),
    /// A sequence has begun or goes on; [`Keymap::continuations`] tells how.
    Pending,
    /// A sequence was broken off, by Esc or by a key that does not continue
    /// it; nothing else happens.
    BrokenOff(Vec<Chord>),
    /// Nothing is bound: where text is typed, the field gets the key.
    Field(KeyPress),
    /// Nothing is bound and no field is there.
    Unbound(Chord),
}

/// The chords pressed so far of a sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PendingKeys {
    chords: Vec<Chord>,
}

impl PendingKeys {
    /// The chords so far, none when no sequence is open.
    #[must_use]
    pub fn chords(&self) -> &[Chord] {
        &self.chords
    }

    /// Forgets an open sequence, as when the screen changes.
    pub fn forget(&mut self) {
        self.chords.clear();
    }

    /// Takes one key.
    pub fn press(&mut self, keymap: &Keymap, context: Context, press: KeyPress) -> Pressed {
        if !self.chords.is_empty() && press.chord == Chord::plain(Key::Esc) {
            return Pressed::BrokenOff(std::mem::take(&mut self.chords));
        }
        self.chords.push(press.chord);
        match keymap.meaning(context, &self.chords) {
            Meaning::Act(action) => {
                self.chords.clear();
                Pressed::Act(action)
            }
            Meaning::Beginning => Pressed::Pending,
            Meaning::Nothing => {
                let chords = std::mem::take(&mut self.chords);
                match (chords.len(), context.typing()) {
                    (1, Typing::IntoField) => Pressed::Field(press),
                    (1, Typing::Keys) => Pressed::Unbound(press.chord),
                    _ => Pressed::BrokenOff(chords),
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "keymap_tests.rs"]
mod tests;
