//! Latencies: exact where it is promised, bounded everywhere.

use std::time::Duration;

use lead_loadgen::Latency;
use proptest::prelude::{any, prop, proptest};
use proptest::{prop_assert, prop_assert_eq};

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
    }

    #[test]
    fn no_duration_panics(nanoseconds in any::<u64>()) {
        let mut latency = Latency::new();
        latency.record(Duration::from_nanos(nanoseconds));
        latency.record(Duration::MAX);
        prop_assert_eq!(latency.count(), 2);
    }
}
