//! Sequences of chords as a tree: what may follow what has been pressed.

use std::collections::BTreeMap;

use super::action::Action;
use super::chord::{Chord, Sequence};

/// A set of sequences in which none is the beginning of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trie {
    children: BTreeMap<Chord, Node>,
}

/// What stands behind a chord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// The sequence is complete.
    Leaf(Action),
    /// More keys are needed.
    Branch(Trie),
}

/// A sequence cannot be added: one of the two is the beginning of the other,
/// or they are the same. Holds the sequence that is already there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken(pub(super) Vec<Chord>);

impl Trie {
    /// Adds a sequence.
    pub(super) fn insert(&mut self, sequence: &Sequence, action: Action) -> Result<(), Taken> {
        let chords = sequence.chords();
        self.insert_from(chords, 0, action)
    }

    fn insert_from(&mut self, chords: &[Chord], depth: usize, action: Action) -> Result<(), Taken> {
        let Some(chord) = chords.get(depth) else {
            return Ok(());
        };
        let is_last = depth + 1 == chords.len();
        match self.children.get_mut(chord) {
            None if is_last => {
                self.children.insert(*chord, Node::Leaf(action));
                Ok(())
            }
            None => {
                let mut below = Self::default();
                below.insert_from(chords, depth + 1, action)?;
                self.children.insert(*chord, Node::Branch(below));
                Ok(())
            }
            Some(Node::Leaf(_)) => Err(Taken(chords[..=depth].to_vec())),
            Some(Node::Branch(below)) if is_last => {
                let mut taken = chords.to_vec();
                below.first_path(&mut taken);
                Err(Taken(taken))
            }
            Some(Node::Branch(below)) => below.insert_from(chords, depth + 1, action),
        }
    }

    fn first_path(&self, path: &mut Vec<Chord>) {
        if let Some((chord, node)) = self.children.first_key_value() {
            path.push(*chord);
            if let Node::Branch(below) = node {
                below.first_path(path);
            }
        }
    }

    /// What stands behind these chords.
    pub(super) fn get(&self, chords: &[Chord]) -> Option<&Node> {
        let (first, rest) = chords.split_first()?;
        let node = self.children.get(first)?;
        match node {
            _ if rest.is_empty() => Some(node),
            Node::Leaf(_) => None,
            Node::Branch(below) => below.get(rest),
        }
    }

    /// The chords that may come next, with what stands behind each.
    pub(super) fn children(&self) -> impl Iterator<Item = (Chord, &Node)> {
        self.children.iter().map(|(chord, node)| (*chord, node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(text: &str) -> Sequence {
        text.parse().expect("a sequence")
    }

    #[test]
    fn one_sequence_must_not_be_the_beginning_of_another() {
        let mut trie = Trie::default();
        assert_eq!(trie.insert(&sequence("g g"), Action::ListFirst), Ok(()));
        assert_eq!(trie.insert(&sequence("g e"), Action::ListLast), Ok(()));
        for (refused, there) in [("g", "g e"), ("g g", "g g"), ("g g g", "g g")] {
            let taken = Taken(sequence(there).chords().to_vec());
            assert_eq!(
                trie.insert(&sequence(refused), Action::ListDown),
                Err(taken),
                "adding {refused}"
            );
        }
        assert_eq!(
            trie.get(sequence("g g").chords()),
            Some(&Node::Leaf(Action::ListFirst))
        );
        assert!(matches!(
            trie.get(sequence("g").chords()),
            Some(Node::Branch(_))
        ));
        assert_eq!(trie.get(sequence("g g g").chords()), None);
        assert_eq!(trie.get(&[]), None);
    }
}
