//! How often each value was seen, in memory that does not grow with how often.
//!
//! [`Counts`] is an HDR histogram of microseconds up to a minute that takes no memory before its first value, 32-bit
//! counters (70 KB with three digits, 10 KB with two) as long as none of them can overflow, and 64-bit ones (twice as much)
//! from four thousand million values on. Exact extremes and percentile rules are [`histogram`](crate::histogram)'s.

use std::collections::BTreeMap;

use hdrhistogram::{Counter, Histogram};

/// A minute in microseconds, the longest time that is told from longer ones; the default timeout of a request.
pub(crate) const LONGEST_US: u64 = 60_000_000;

/// As many values as 32-bit counters hold whatever they are.
const MOST_SMALL: u64 = u32::MAX as u64;

/// How often each value was seen.
#[derive(Debug, Clone)]
pub(crate) struct Counts {
    digits: u8,
    buckets: Buckets,
}

/// The counters, as wide as they have to be.
#[derive(Debug, Clone)]
enum Buckets {
    None,
    Small(Histogram<u32>),
    Large(Histogram<u64>),
}

impl Counts {
    /// Nothing yet; values will be told apart to so many significant digits.
    pub(crate) fn new(digits: u8) -> Self {
        Self { digits, buckets: Buckets::None }
    }

    /// Counts a value from one microsecond to a minute; a longer one counts as a minute.
    pub(crate) fn record(&mut self, us: u64) {
        // The last bucket reaches beyond a minute: without this a longer time would read as 67 s.
        let us = us.min(LONGEST_US);
        match &mut self.buckets {
            Buckets::Small(counts) if counts.len() < MOST_SMALL => counts.saturating_record(us),
            Buckets::Large(counts) => counts.saturating_record(us),
            Buckets::Small(_) => self.widen().saturating_record(us),
            Buckets::None => {
                let mut counts = bounded(self.digits);
                counts.saturating_record(us);
                self.buckets = Buckets::Small(counts);
            }
        }
    }

    /// Adds all of another with as many digits.
    pub(crate) fn merge(&mut self, other: &Self) {
        let all = self.len() + other.len();
        match (&mut self.buckets, &other.buckets) {
            (_, Buckets::None) => {}
            (Buckets::None, _) => self.buckets = other.buckets.clone(),
            (Buckets::Small(counts), Buckets::Small(more)) if all <= MOST_SMALL => {
                counts.add(more).expect(SAME);
            }
            (_, Buckets::Large(more)) => self.widen().add(more).expect(SAME),
            (_, Buckets::Small(more)) => {
                let counts = self.widen();
                for step in more.iter_recorded() {
                    let count = u64::from(step.count_at_value());
                    counts.saturating_record_n(step.value_iterated_to(), count);
                }
            }
        }
    }

    /// Those that are not among another's, which were all counted here, too.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let taken: BTreeMap<u64, u64> = other.recorded().into_iter().collect();
        let mut rest = bounded(self.digits);
        for (us, count) in self.recorded() {
            let left = count.saturating_sub(taken.get(&us).copied().unwrap_or(0));
            rest.saturating_record_n(us, left);
        }
        let buckets = if rest.is_empty() { Buckets::None } else { Buckets::Large(rest) };
        Self { digits: self.digits, buckets }
    }

    /// The same with other digits.
    pub(crate) fn with_digits(&self, digits: u8) -> Self {
        let buckets = match &self.buckets {
            Buckets::None => Buckets::None,
            Buckets::Small(counts) => Buckets::Small(copied(counts, digits, |count| count)),
            Buckets::Large(counts) => Buckets::Large(copied(counts, digits, |count| count)),
        };
        Self { digits, buckets }
    }

    /// How many values were seen.
    pub(crate) fn len(&self) -> u64 {
        match &self.buckets {
            Buckets::None => 0,
            Buckets::Small(counts) => counts.len(),
            Buckets::Large(counts) => counts.len(),
        }
    }

    /// The value at a 0-based index of all in order; 0 of nothing.
    pub(crate) fn ranked_us(&self, index: u64) -> u64 {
        // The half makes the quantile fall inside its rank whatever the rounding.
        let quantile = (index as f64 + 0.5) / self.len() as f64;
        match &self.buckets {
            Buckets::None => 0,
            Buckets::Small(counts) => counts.value_at_quantile(quantile),
            Buckets::Large(counts) => counts.value_at_quantile(quantile),
        }
    }

    /// Every value that was seen, in order, with how often.
    pub(crate) fn recorded(&self) -> Vec<(u64, u64)> {
        match &self.buckets {
            Buckets::None => Vec::new(),
            Buckets::Small(counts) => counts
                .iter_recorded()
                .map(|step| (step.value_iterated_to(), step.count_at_value().into()))
                .collect(),
            Buckets::Large(counts) => counts
                .iter_recorded()
                .map(|step| (step.value_iterated_to(), step.count_at_value()))
                .collect(),
        }
    }

    /// The same as a histogram of the library's, for its writers.
    pub(crate) fn to_histogram(&self) -> Histogram<u64> {
        match &self.buckets {
            Buckets::None => bounded(self.digits),
            Buckets::Small(counts) => copied(counts, self.digits, u64::from),
            Buckets::Large(counts) => counts.clone(),
        }
    }

    /// Counts that were a histogram of the library's with as many digits and our bounds.
    pub(crate) fn of_histogram(digits: u8, counts: &Histogram<u64>) -> Self {
        let buckets = match counts.len() {
            0 => Buckets::None,
            1..=MOST_SMALL => Buckets::Small(copied(counts, digits, |count| {
                u32::try_from(count).expect("none is more than all together")
            })),
            _ => Buckets::Large(copied(counts, digits, |count| count)),
        };
        Self { digits, buckets }
    }

    /// The same counts in 64 bits each, from now on.
    fn widen(&mut self) -> &mut Histogram<u64> {
        if !matches!(self.buckets, Buckets::Large(_)) {
            self.buckets = Buckets::Large(self.to_histogram());
        }
        match &mut self.buckets {
            Buckets::Large(counts) => counts,
            Buckets::None | Buckets::Small(_) => unreachable!("they were made large just now"),
        }
    }
}

/// Why adding cannot fail.
const SAME: &str = "all counts of as many digits have the same bounds";

fn bounded<C: Counter>(digits: u8) -> Histogram<C> {
    Histogram::new_with_bounds(1, LONGEST_US, digits)
        .expect("1 us to 60 s with 2 or 3 digits is a valid range")
}

/// The same counts with other digits or counters.
fn copied<C: Counter, D: Counter>(
    counts: &Histogram<C>,
    digits: u8,
    counter: impl Fn(C) -> D,
) -> Histogram<D> {
    let mut copy = bounded(digits);
    for step in counts.iter_recorded() {
        copy.saturating_record_n(step.value_iterated_to(), counter(step.count_at_value()));
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::{Buckets, Counts, LONGEST_US, MOST_SMALL, bounded};

    /// So many of one value.
    fn many(us: u64, count: u32) -> Counts {
        let mut counts = bounded(3);
        counts.saturating_record_n(us, count);
        Counts { digits: 3, buckets: Buckets::Small(counts) }
    }

    fn is_large(counts: &Counts) -> bool {
        matches!(counts.buckets, Buckets::Large(_))
    }

    #[test]
    fn nothing_takes_no_memory() {
        let mut counts = Counts::new(3);
        counts.merge(&Counts::new(3));
        assert!(matches!(counts.buckets, Buckets::None));
        assert_eq!((counts.len(), counts.recorded(), counts.ranked_us(0)), (0, Vec::new(), 0));
        assert!(counts.to_histogram().is_empty());
    }

    #[test]
    fn counters_become_wide_before_one_can_overflow() {
        let mut counts = many(1_000, u32::MAX - 1);
        counts.record(2_000);
        assert!(!is_large(&counts), "all that 32 bits hold");
        counts.record(1_000);
        assert!(is_large(&counts));
        assert_eq!(counts.recorded(), [(1_000, MOST_SMALL), (2_000, 1)]);
    }

    #[test]
    fn merged_counts_are_exact_however_wide_they_are() {
        let (few, most) = (many(1_000, 5), many(1_000, u32::MAX));
        let mut large = most.clone();
        large.merge(&few);
        assert_eq!((large.recorded(), is_large(&large)), (vec![(1_000, MOST_SMALL + 5)], true));
        let mut larger = few.clone();
        larger.merge(&large);
        assert_eq!(larger.recorded(), [(1_000, MOST_SMALL + 10)]);
        larger.merge(&large);
        assert_eq!(larger.recorded(), [(1_000, 2 * MOST_SMALL + 15)]);
        let mut copy = Counts::new(3);
        copy.merge(&larger);
        assert_eq!((copy.len(), copy.ranked_us(MOST_SMALL)), (2 * MOST_SMALL + 15, 1_000));
        assert_eq!(larger.with_digits(2).len(), larger.len());
        assert_eq!(larger.to_histogram().len(), larger.len());
    }

    #[test]
    fn memory_is_bounded_whatever_is_counted() {
        // Counters of the whole range, whatever was recorded.
        let size = |digits, width| bounded::<u64>(digits).distinct_values() * width;
        assert_eq!((size(3, 4), size(2, 4)), (69_632, 10_240));
        assert_eq!((size(3, 8), size(2, 8)), (139_264, 20_480));
        let mut counts = Counts::new(3);
        for us in (1..=2_000_000_u64).map(|at| at * 37 % (2 * LONGEST_US)) {
            counts.record(us.max(1));
        }
        let Buckets::Small(small) = &counts.buckets else { panic!("{counts:?}") };
        assert_eq!((small.distinct_values(), small.len()), (17_408, 2_000_000));
    }
}
