//! How many threads compute: as many as there is room for beside what else this computer does.
//!
//! llama.cpp's threads wait for each other some hundred times a token, and spin while they wait. One that has to share its core with a compiler
//! holds up all others, so that two threads on a busy computer write slower than one, and take twice the time from whoever else is at work.

use std::time::{Duration, Instant};

use crate::system;

/// So often it is looked at what else runs.
const LOOK: Duration = Duration::from_millis(100);
/// How much one look counts against those before it: three or four looks in a row decide.
const WEIGHT: f64 = 0.25;
/// Others have to take more than this of a core before it is left to them.
const SHARE: f64 = 0.6;

/// Follows how busy the computer is.
pub struct Pace {
    most: u32,
    cores: f64,
    /// Threads of others that want a core, over the last looks.
    others: f64,
    looked: Option<Instant>,
}

impl Pace {
    /// For at most so many threads.
    pub fn new(most: u32) -> Self {
        let cores = system::processors().unwrap_or(most).max(most);
        Self { most: most.max(1), cores: f64::from(cores), others: 0.0, looked: None }
    }

    /// How many threads are to compute now; from 1 to the most.
    pub fn threads(&mut self) -> u32 {
        if self.looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
            self.looked = Some(Instant::now());
            if let Some(others) = system::others_running() {
                self.saw(others);
            }
        }
        self.room()
    }

    fn saw(&mut self, others: u32) {
        self.others += (f64::from(others) - self.others) * WEIGHT;
    }

    fn room(&self) -> u32 {
        let taken = (self.others + 1.0 - SHARE).floor();
        let room = (self.cores - taken).max(1.0);
        // At most `most`, so it fits.
        room.min(f64::from(self.most)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(most: u32, cores: u32) -> Pace {
        Pace { most, cores: f64::from(cores), others: 0.0, looked: None }
    }

    #[test]
    fn a_quiet_computer_gives_all_its_threads() {
        let mut pace = pace(4, 8);
        (0..50).for_each(|_| pace.saw(0));
        assert_eq!(pace.room(), 4);
        (0..50).for_each(|_| pace.saw(3));
        assert_eq!(pace.room(), 4, "there are cores enough for both");
    }

    #[test]
    fn others_get_their_cores_and_give_them_back() {
        let mut pace = pace(4, 4);
        (0..50).for_each(|_| pace.saw(2));
        assert_eq!(pace.room(), 2);
        (0..50).for_each(|_| pace.saw(40));
        assert_eq!(pace.room(), 1, "one thread always computes");
        (0..50).for_each(|_| pace.saw(0));
        assert_eq!(pace.room(), 4);
    }

    #[test]
    fn something_that_wakes_for_a_moment_takes_no_core() {
        let mut pace = pace(2, 2);
        for _ in 0..50 {
            pace.saw(1);
            assert_eq!(pace.room(), 2);
            (0..4).for_each(|_| pace.saw(0));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn it_is_seen_that_others_run_and_not_oneself() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // Threads of this process are not others, however many they are.
            (0..40).for_each(|_| {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        std::hint::spin_loop();
                    }
                });
            });
            std::thread::sleep(Duration::from_millis(50));
            let mut seen: Vec<u32> = (0..20).filter_map(|_| system::others_running()).collect();
            stop.store(true, Ordering::Relaxed);
            seen.sort_unstable();
            assert!(seen[0] < 20, "of 40 threads of this process none is another's: {seen:?}");
        });
    }
}
