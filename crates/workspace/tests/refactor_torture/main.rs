//! Refactor jobs whose process is killed at any moment and at every step, whose drive fails at every step, and whose files somebody else saves in
//! between: a project is all old or all new, its job says which, and nobody's bytes are lost.
#![cfg(target_os = "linux")]

#[path = "../../../journal/tests/common/faulty.rs"]
mod faulty;

mod check;
mod child;
mod faults;
mod kills;
mod laws;
mod stage;
mod steps;

/// A number from the environment: `LECTERN_SOAK_COUNT` and `LECTERN_SEED` of `cargo xtask soak refactor`.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

/// xorshift, so that the same number chooses the same moments.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }

    fn chance(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }
}
