//! [`Dice`]: random draws that cost a few operations, one pair of hands per thread.
//!
//! They decide which leads are looked at more closely, never anything that has to be secret: every start of the program
//! rolls the same numbers. The generator is `SplitMix64` (Steele, Lea and Flood 2014).

use std::{
    cell::Cell,
    sync::atomic::{AtomicUsize, Ordering},
};

/// The odd number nearest to 2^64 divided by the golden ratio: steps of it meet every state once.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

thread_local! {
    static OF_THREAD: Dice = {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        Dice::new(THREADS.fetch_add(1, Ordering::Relaxed))
    };
}

/// A stream of random numbers.
#[derive(Debug)]
pub(crate) struct Dice {
    state: Cell<u64>,
    hand: usize,
}

impl Dice {
    /// The stream of this number.
    pub(crate) fn new(hand: usize) -> Self {
        // Neighbouring streams start far apart, where the first one's mixing has put them.
        Self { state: Cell::new(mixed((hand as u64).wrapping_mul(STEP))), hand }
    }

    /// Lends the dice of the calling thread.
    pub(crate) fn of_thread<T>(play: impl FnOnce(&Self) -> T) -> T {
        OF_THREAD.with(play)
    }

    /// The number of the stream; of two threads that live at once, no two are the same.
    pub(crate) fn hand(&self) -> usize {
        self.hand
    }

    /// The next number, each of 2^64 with the same chance.
    pub(crate) fn roll(&self) -> u64 {
        let state = self.state.get().wrapping_add(STEP);
        self.state.set(state);
        mixed(state)
    }
}

fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::{Dice, mixed};

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        // The first outputs for the seed 1234567, as reference implementations print them.
        let from = 1_234_567_u64;
        let outputs =
            [1, 2, 3].map(|step| mixed(from.wrapping_add(super::STEP.wrapping_mul(step))));
        assert_eq!(
            outputs,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn a_quarter_of_the_rolls_end_in_two_zero_bits() {
        let dice = Dice::new(3);
        let quarter = (0..100_000).filter(|_| dice.roll() & 3 == 0).count();
        // Four standard deviations are 548.
        assert!(quarter.abs_diff(25_000) < 548, "{quarter}");
    }

    #[test]
    fn threads_have_hands_of_their_own() {
        let hand = || Dice::of_thread(Dice::hand);
        let (ours, again) = (hand(), hand());
        let theirs = thread::spawn(hand).join().expect("no panic");
        assert_eq!(ours, again);
        assert_ne!(ours, theirs);
    }
}
