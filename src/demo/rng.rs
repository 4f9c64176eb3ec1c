//! The demonstration's own source of chance: small, seeded, and the same on
//! every machine. Not for secrets.

/// `SplitMix64` (Steele, Lea and Flood, 2014): one addition and three
/// multiplications a number, and streams that differ for neighbouring seeds.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Rng {
    /// A stream of its own for `part` of what `seed` makes, so that a change
    /// in one part leaves the others as they were.
    #[must_use]
    pub fn stream(seed: u64, part: Part, index: u64) -> Self {
        let mut rng = Self {
            state: seed ^ (part as u64).wrapping_mul(GOLDEN),
        };
        let start = rng.next();
        rng.state = start ^ index.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        rng.next();
        rng
    }

    /// The next 64 bits.
    #[expect(
        clippy::should_implement_trait,
        reason = "an endless stream is no iterator that ends"
    )]
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The high half of a product: no visible bias at these small bounds.
        let product = u128::from(self.next()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low.saturating_add(self.below(high.saturating_sub(low).saturating_add(1)))
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `items`; `None` of nothing.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = self.below(items.len() as u64);
        items.get(usize::try_from(at).unwrap_or(0))
    }
}

/// The parts of the demonstration that draw on chance.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Names of villages.
    Places = 1,
    /// Organisations.
    Units,
    /// People.
    People,
    /// Accounts and other officers.
    Officers,
    /// What an incident is and how far it has come.
    Plans,
    /// What was done on it.
    Histories,
    /// What comes in while somebody looks on.
    Trickle,
    /// Posts and shifts.
    Roster,
    /// What is known of the people of the mediation network.
    Contacts,
    /// More people than the demonstration needs.
    Crowd,
    /// What the desks wrote into their logs.
    Duty,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_repeats_and_differs_from_its_neighbours() {
        let draw = |seed, part, index| {
            let mut rng = Rng::stream(seed, part, index);
            [rng.next(), rng.next(), rng.next()]
        };
        assert_eq!(draw(7, Part::Plans, 3), draw(7, Part::Plans, 3));
        assert_ne!(draw(7, Part::Plans, 3), draw(7, Part::Plans, 4));
        assert_ne!(draw(7, Part::Plans, 3), draw(8, Part::Plans, 3));
        assert_ne!(draw(7, Part::Plans, 3), draw(7, Part::Histories, 3));
    }

    #[test]
    fn numbers_stay_in_range_and_reach_both_ends() {
        let mut rng = Rng::stream(1, Part::Plans, 0);
        let mut seen = [0_u32; 6];
        for _ in 0..10_000 {
            let drawn = rng.between(5, 10);
            assert!((5..=10).contains(&drawn));
            seen[usize::try_from(drawn - 5).unwrap()] += 1;
        }
        assert!(
            seen.iter().all(|count| (1_300..2_100).contains(count)),
            "{seen:?}"
        );
        assert_eq!(rng.below(0), 0);
        assert!(rng.pick::<u8>(&[]).is_none());
    }
}
