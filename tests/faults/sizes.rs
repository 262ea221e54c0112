//! How much a drill does, and the dice that it throws.

/// Set to anything, it makes every drill as large as before a release.
const RELEASE: &str = "KAIBIAO_DRILL";

/// The size of a drill: `test` in `make test`, `release` in `make drill`.
#[expect(clippy::disallowed_methods, reason = "how `make drill` asks for the release size")]
pub fn size<T>(test: T, release: T) -> T {
    if std::env::var_os(RELEASE).is_some() { release } else { test }
}

/// Numbers that look thrown and are the same for the same seed (SplitMix64): a drill that failed is thrown again.
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}
