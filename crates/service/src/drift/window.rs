//! [`Window`]: counts of the last while, in slices that are forgotten one by one.
//!
//! A slice is reused when its turn comes again, so memory is bounded whatever comes. Which slice a moment belongs to is
//! the [`Calendar`]'s to say, a pure function of the moment: nobody has to turn the pages in time.

use std::time::{Duration, Instant};

use lead_model::Tally;

/// Slices of a window: what is reported reaches back at least eleven twelfths of it and at most all of it.
const SLICES: u32 = 12;

/// Numbers the slices of time, from the first lead on.
#[derive(Debug)]
pub(super) struct Calendar {
    start: Instant,
    span: Duration,
}

impl Calendar {
    /// Slices for windows of this length, from `start` on.
    pub(super) fn new(start: Instant, window: Duration) -> Self {
        // A window of nothing would have no slices; it is switched off before it gets here.
        Self { start, span: (window / SLICES).max(Duration::from_millis(1)) }
    }

    /// The slice of a moment.
    pub(super) fn slice(&self, now: Instant) -> u64 {
        let nanoseconds = now.saturating_duration_since(self.start).as_nanos();
        // Half a millennium of the shortest slices.
        u64::try_from(nanoseconds / self.span.as_nanos()).unwrap_or(u64::MAX)
    }

    /// How long before `now` a slice began.
    pub(super) fn age(&self, slice: u64, now: Instant) -> Duration {
        let began = self.span.as_secs_f64() * slice as f64;
        let elapsed = now.saturating_duration_since(self.start).as_secs_f64();
        Duration::from_secs_f64((elapsed - began).max(0.0))
    }
}

/// The counts of the last slices.
#[derive(Debug, Default)]
pub(super) struct Window {
    slices: [Option<Slice>; SLICES as usize],
}

/// The counts of one slice of time.
#[derive(Debug)]
pub(super) struct Slice {
    number: u64,
    /// Leads, each counted as often as it stands for.
    pub(super) tally: Tally,
    /// How many leads these were.
    pub(super) counted: u64,
}

/// What the slices of a window hold together.
#[derive(Debug)]
pub(super) struct Total {
    pub(super) tally: Tally,
    pub(super) counted: u64,
    /// The oldest slice that holds anything.
    pub(super) oldest: Option<u64>,
}

impl Total {
    /// Nothing yet.
    pub(super) fn new(empty: &Tally) -> Self {
        Self { tally: empty.clone(), counted: 0, oldest: None }
    }
}

impl Window {
    /// The slice of this number, in place of the one that was a window ago.
    pub(super) fn slice(&mut self, number: u64, empty: &Tally) -> &mut Slice {
        let place = &mut self.slices[(number % u64::from(SLICES)) as usize];
        let fresh = || Slice { number, tally: empty.clone(), counted: 0 };
        if place.as_ref().is_some_and(|slice| slice.number != number) {
            *place = None;
        }
        place.get_or_insert_with(fresh)
    }

    /// Adds the slices that are still in the window of which `current` is the last.
    pub(super) fn add_to(&self, total: &mut Total, current: u64) {
        let fresh = |slice: &&Slice| current.saturating_sub(slice.number) < u64::from(SLICES);
        for slice in self.slices.iter().flatten().filter(fresh) {
            total.tally.merge(&slice.tally);
            total.counted += slice.counted;
            total.oldest =
                Some(total.oldest.map_or(slice.number, |oldest| oldest.min(slice.number)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use lead_model::{Reference, Schema, Tally, synth::Leads};

    use super::{Calendar, Total, Window};

    /// An empty tally over the leads that `add` adds.
    fn empty() -> Tally {
        let schema = Schema::b2b();
        let columns = vec![&[0.0, 1.0][..]; schema.len()];
        Tally::new(&Reference::of(&schema, &columns, &[0.2, 0.8]), &schema)
    }

    fn add(window: &mut Window, number: u64, empty: &Tally) {
        let golden = include_str!("../../../../models/b2b-v1.json");
        let scorer = lead_model::Scorer::load(golden.as_bytes()).expect("the committed model");
        let lead = Leads::new(1).next().expect("endless").lead;
        let slice = window.slice(number, empty);
        slice.tally.add(&lead, &scorer.score(&lead));
        slice.counted += 1;
    }

    fn total(window: &Window, current: u64, empty: &Tally) -> (u64, u64, Option<u64>) {
        let mut total = Total::new(empty);
        window.add_to(&mut total, current);
        (total.tally.rows(), total.counted, total.oldest)
    }

    #[test]
    fn slices_leave_the_window_one_by_one() {
        let (empty, mut window) = (empty(), Window::default());
        assert_eq!(total(&window, 0, &empty), (0, 0, None));
        for number in 0..12 {
            add(&mut window, number, &empty);
        }
        assert_eq!(total(&window, 11, &empty), (12, 12, Some(0)));
        // Nobody has counted since; what is old is left out all the same.
        assert_eq!(total(&window, 12, &empty), (11, 11, Some(1)));
        assert_eq!(total(&window, 22, &empty), (1, 1, Some(11)));
        assert_eq!(total(&window, 23, &empty), (0, 0, None));
    }

    #[test]
    fn a_slice_whose_turn_comes_again_starts_from_nothing() {
        let (empty, mut window) = (empty(), Window::default());
        add(&mut window, 3, &empty);
        add(&mut window, 3, &empty);
        add(&mut window, 15, &empty);
        assert_eq!(total(&window, 15, &empty), (1, 1, Some(15)));
    }

    #[test]
    fn a_moment_belongs_to_the_slice_it_falls_into() {
        let start = Instant::now();
        let calendar = Calendar::new(start, Duration::from_secs(3_600));
        let slice = |seconds| calendar.slice(start + Duration::from_secs(seconds));
        assert_eq!([0, 299, 300, 3_599, 3_600].map(slice), [0, 0, 1, 11, 12]);
        let age = calendar.age(11, start + Duration::from_secs(3_660));
        assert_eq!(age, Duration::from_secs(360));
    }
}
