//! Chance that repeats itself.

/// Random numbers that are the same every time: SplitMix64.
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that fall as they fell in every demo.
    pub(crate) fn new() -> Self {
        Self(0x6c61_6e64_6661_6c6c)
    }

    /// A number from 0 to below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// One of these.
    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}
