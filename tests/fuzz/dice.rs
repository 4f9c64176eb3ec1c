//! Dice of our own: the same seed throws the same, on every machine.

/// The longest input that is made here, in bytes.
pub const INPUT_BYTES_MAX: usize = 16 * 1024;
/// Changes to one input.
const CHANGES_MAX: usize = 8;
/// Bytes of an input that is made of nothing.
const RANDOM_BYTES_MAX: usize = 96;

/// `SplitMix64`.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let drawn = self.next() % u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(drawn).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        // Small numbers and the ends choose more than the rest.
        let drawn = self.next().to_le_bytes();
        match drawn[1] % 4 {
            0 => drawn[0] % 8,
            1 if drawn[2].is_multiple_of(4) => 0xFF - drawn[0] % 4,
            _ => drawn[0],
        }
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| self.byte()).collect()
    }

    /// An input: a known one with some changes, or one made of nothing.
    pub fn input(&mut self, known: &[Vec<u8>]) -> Vec<u8> {
        if known.is_empty() || self.below(6) == 0 {
            return self.bytes(RANDOM_BYTES_MAX);
        }
        let mut input = known[self.below(known.len())].clone();
        for _ in 0..=self.below(CHANGES_MAX) {
            self.change(&mut input, known);
        }
        input.truncate(INPUT_BYTES_MAX);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, known: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        let end = at + self.below(input.len() - at + 1).min(32);
        match self.below(7) {
            0 if at < input.len() => input[at] = self.byte(),
            1 if at < input.len() => input[at] ^= 1 << self.below(8),
            2 => drop(input.drain(at..end)),
            3 => {
                let more = self.bytes(16);
                input.splice(at..at, more);
            }
            4 => {
                let copied = input[at..end].to_vec();
                input.splice(at..at, copied);
            }
            5 => {
                let other = &known[self.below(known.len())];
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend(&other[from..]);
            }
            _ => {
                let more = self.bytes(16);
                input.extend(more);
            }
        }
    }
}
