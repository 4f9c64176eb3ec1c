//! Choices out of the bytes of a fuzzer, so that its mutations move through
//! the meaning of an input and not only through its text. When the bytes end,
//! every choice is the first one.

/// The bytes that are left to choose by.
pub struct Draw<'a> {
    rest: &'a [u8],
}

impl<'a> Draw<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else {
            return 0;
        };
        self.rest = rest;
        *first
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&mut self, bound: usize) -> usize {
        let mut drawn = usize::from(self.byte());
        if bound > 256 {
            drawn = drawn * 256 + usize::from(self.byte());
        }
        drawn % bound
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// The next bytes, at most `count`.
    pub fn some(&mut self, count: usize) -> &'a [u8] {
        let (some, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        some
    }

    pub fn is_spent(&self) -> bool {
        self.rest.is_empty()
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }
}
