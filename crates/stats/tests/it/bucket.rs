//! Locust's rounding, against the values of its own source and of Python's `round`.

use lead_stats::bucket_ms;

#[test]
fn response_times_round_to_two_digits_with_halves_to_even() {
    let table = [
        (0.0, 0),
        (0.4, 0),
        (0.5, 0),
        (1.5, 2),
        (2.5, 2),
        (99.4, 99),
        (99.5, 100),
        (99.99, 100),
        (100.0, 100),
        (104.9, 100),
        (105.0, 100),
        (115.0, 120),
        (140.0, 140),
        (145.0, 140),
        (147.0, 150),
        (995.0, 1000),
        (999.9, 1000),
        (1049.9, 1000),
        (1050.0, 1000),
        (1050.1, 1100),
        (1150.0, 1200),
        (3432.0, 3400),
        (9950.0, 10_000),
        (10_500.0, 10_000),
        (11_500.0, 12_000),
        (58_760.0, 59_000),
    ];
    for (ms, bucket) in table {
        assert_eq!(bucket_ms(ms), bucket, "{ms} ms");
    }
}

#[test]
fn a_minute_of_response_times_has_331_buckets() {
    let mut buckets: Vec<_> =
        (0..=600_000).map(|tenths| bucket_ms(f64::from(tenths) / 10.0)).collect();
    assert!(buckets.is_sorted());
    buckets.dedup();
    assert_eq!(buckets.len(), 331);
}

#[test]
fn what_is_no_duration_falls_into_bucket_zero() {
    assert_eq!([-1.0, -1e9, f64::NAN, f64::NEG_INFINITY].map(bucket_ms), [0; 4]);
}
