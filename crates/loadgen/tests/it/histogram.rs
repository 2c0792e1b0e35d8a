//! Latencies: exact where it is promised, bounded everywhere.

use std::time::Duration;

use lead_loadgen::Latency;
use proptest::prelude::{any, prop, proptest};
use proptest::{prop_assert, prop_assert_eq};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

fn of_us(values: impl IntoIterator<Item = u64>) -> Latency {
    let mut latency = Latency::new();
    values.into_iter().for_each(|us| latency.record(Duration::from_micros(us)));
    latency
}

/// Locust's definition, on the values themselves.
fn percentile_us(sorted: &[u64], fraction: f64) -> u64 {
    let index = (sorted.len() as f64 * fraction) as usize;
    sorted[index.min(sorted.len() - 1)]
}

#[test]
fn below_two_milliseconds_percentiles_are_exact() {
    let latency = of_us(1..=1_000);
    assert_eq!(latency.percentile_ms(0.5), 0.501, "index floor(1000 x 0.5), as in Locust");
    assert_eq!(latency.median_ms(), 0.5, "the lower median");
    assert_eq!(latency.percentile_ms(0.999), 1.0);
    assert_eq!((latency.min_ms(), latency.max_ms(), latency.average_ms()), (0.001, 1.0, 0.5005));
}

#[test]
fn nothing_recorded_reads_as_zero_and_has_no_percentiles() {
    let latency = Latency::new();
    assert_eq!(
        (latency.min_ms(), latency.max_ms(), latency.average_ms(), latency.median_ms()),
        (0.0, 0.0, 0.0, 0.0)
    );
    assert!(latency.percentiles().is_empty());
}

#[test]
fn longer_than_a_minute_is_kept_as_a_minute_and_told() {
    let latency = of_us([1_000, 90_000_000]);
    assert_eq!((latency.count(), latency.saturated()), (2, 1));
    assert_eq!(latency.max_ms(), 90_000.0, "the greatest stays exact");
    assert!((59_900.0..=60_100.0).contains(&latency.percentile_ms(0.99)));
}

#[test]
fn buckets_are_locusts() {
    let latency = of_us([400, 1_600, 2_400, 12_000, 12_300, 143_000, 1_249_000]);
    assert_eq!(latency.buckets(), [(0, 1), (2, 2), (12, 2), (140, 1), (1_200, 1)]);
}

/// A million response times in microseconds, by a rule.
fn a_million(seed: u64, us: impl Fn(&mut Pcg64Mcg) -> f64) -> Vec<u64> {
    let mut chance = Pcg64Mcg::seed_from_u64(seed);
    (0..1_000_000).map(|_| us(&mut chance).clamp(1.0, 6e7) as u64).collect()
}

/// An exponential deviate with mean one.
fn exponential(chance: &mut Pcg64Mcg) -> f64 {
    -(1.0 - chance.random::<f64>()).ln()
}

/// About a normal deviate: the sum of twelve.
fn normal(chance: &mut Pcg64Mcg) -> f64 {
    (0..12).map(|_| chance.random::<f64>()).sum::<f64>() - 6.0
}

/// Response times as services have them, and some as nobody should.
fn distributions() -> [(&'static str, Vec<u64>); 6] {
    [
        ("a queue", a_million(1, |chance| 5_000.0 * exponential(chance))),
        ("many causes", a_million(2, |chance| 2_000.0 * (1.2 * normal(chance)).exp())),
        ("anything", a_million(3, |chance| 6e7 * chance.random::<f64>())),
        (
            "two kinds",
            a_million(4, |chance| match chance.random::<f64>() {
                share if share < 0.95 => 200.0 + 40.0 * normal(chance),
                _ => 900_000.0 + 50_000.0 * normal(chance),
            }),
        ),
        ("a long tail", a_million(5, |chance| 300.0 * chance.random::<f64>().max(1e-9).powf(-0.8))),
        ("always the same", a_million(6, |_| 123_457.0)),
    ]
}

/// Every percentile that any report shows, and the far tail.
const FRACTIONS: [f64; 13] =
    [0.0, 0.01, 0.25, 0.5, 0.66, 0.75, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 0.99999];

#[test]
fn percentiles_of_a_million_are_within_a_thousandth_of_the_sorted_ones() {
    for (name, mut values) in distributions() {
        let latency = of_us(values.iter().copied());
        values.sort_unstable();
        for fraction in FRACTIONS {
            let truth = percentile_us(&values, fraction) as f64 / 1e3;
            let told = latency.percentile_ms(fraction);
            assert!((told / truth - 1.0).abs() <= 0.001, "{name}, {fraction}: {told} for {truth}");
        }
        let sum: u64 = values.iter().sum();
        assert_eq!(latency.count(), 1_000_000, "{name}");
        assert_eq!(latency.sum_ms(), sum as f64 / 1e3, "{name}");
        assert_eq!(latency.min_ms(), values[0] as f64 / 1e3, "{name}");
        assert_eq!(latency.max_ms(), values[999_999] as f64 / 1e3, "{name}");
        assert_eq!(latency.buckets().iter().map(|(_, count)| count).sum::<u64>(), 1_000_000);
    }
}

#[test]
fn a_million_seen_by_several_threads_in_many_seconds_are_the_same_million() {
    let (_, values) = &distributions()[4];
    let whole = of_us(values.iter().copied());
    // Two workers, one of which sees three of four, in seconds of 10,000 requests each.
    let mut merged = Latency::new();
    for second in values.chunks(10_000) {
        let of_worker = |first: bool| {
            let mine = second.iter().enumerate().filter(move |(at, _)| (at % 4 == 0) == first);
            of_us(mine.map(|(_, &us)| us))
        };
        let mut both = of_worker(true);
        both.merge(&of_worker(false));
        merged.merge(&both);
    }
    assert_eq!(merged.buckets(), whole.buckets());
    for permille in 0..=1_000 {
        let fraction = f64::from(permille) / 1e3;
        assert_eq!(merged.percentile_ms(fraction), whole.percentile_ms(fraction), "{fraction}");
    }
    assert_eq!((merged.count(), merged.sum_ms()), (whole.count(), whole.sum_ms()));
}

#[test]
fn every_time_beyond_a_minute_is_counted_and_read_as_a_minute() {
    let latency = of_us([59_999_000, 60_000_000, 60_000_001, 61_000_000, 3_600_000_000]);
    assert_eq!((latency.count(), latency.saturated()), (5, 3));
    assert_eq!(latency.max_ms(), 3_600_000.0);
    for fraction in [0.0, 0.3, 0.5, 0.7, 0.9] {
        let told = latency.percentile_ms(fraction);
        assert!((told / 60_000.0 - 1.0).abs() <= 0.001, "{fraction}: {told}");
    }
}

proptest! {
    #[test]
    fn percentiles_are_ordered_within_bounds_and_a_thousandth_of_the_truth(
        mut values in prop::collection::vec(1_u64..=60_000_000, 1..400),
        fraction in 0.0..1.0_f64,
    ) {
        let latency = of_us(values.iter().copied());
        values.sort_unstable();
        let truth = percentile_us(&values, fraction) as f64 / 1e3;
        let told = latency.percentile_ms(fraction);
        prop_assert!((told - truth).abs() <= truth * 0.001 + 1e-9, "{told} for {truth}");
        prop_assert!(latency.min_ms() <= told && told <= latency.max_ms());
        let all: Vec<f64> = latency.percentiles().iter().map(|(_, ms)| ms).collect();
        prop_assert!(all.is_sorted());
    }

    #[test]
    fn merged_histograms_equal_one(
        parts in prop::collection::vec(prop::collection::vec(1_u64..=70_000_000, 0..60), 1..6),
        fraction in 0.0..=1.0_f64,
    ) {
        let whole = of_us(parts.concat());
        let mut merged = Latency::new();
        parts.iter().for_each(|part| merged.merge(&of_us(part.iter().copied())));
        prop_assert_eq!(merged.count(), whole.count());
        prop_assert_eq!(merged.percentile_ms(fraction), whole.percentile_ms(fraction));
        prop_assert_eq!(merged.sum_ms(), whole.sum_ms());
        prop_assert_eq!((merged.min_ms(), merged.max_ms()), (whole.min_ms(), whole.max_ms()));
        prop_assert_eq!(merged.saturated(), whole.saturated());
        prop_assert_eq!(merged.buckets(), whole.buckets());
        // The other way round, and in two steps: order does not matter.
        let (first, rest) = parts.split_at(parts.len() / 2);
        let mut late = of_us(rest.concat());
        late.merge(&of_us(first.concat()));
        prop_assert_eq!(late.percentile_ms(fraction), whole.percentile_ms(fraction));
        prop_assert_eq!(late.buckets(), whole.buckets());
    }

    #[test]
    fn no_duration_panics(nanoseconds in any::<u64>()) {
        let mut latency = Latency::new();
        latency.record(Duration::from_nanos(nanoseconds));
        latency.record(Duration::MAX);
        prop_assert_eq!(latency.count(), 2);
    }
}
