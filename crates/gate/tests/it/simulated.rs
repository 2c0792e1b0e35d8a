//! The course of simulated runs: how often noise alone raises an alarm, and how often what is there is found.

use lead_gate::Status;

use crate::{
    course::{drift, edit, exact},
    scenario::Scenario,
};

/// Nearly normal noise of variance one, the same on every machine: a seeded generator's (`SplitMix64`).
fn normal(seed: u64) -> f64 {
    let uniform = |seed: u64| {
        let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    (1..=12).map(|draw| uniform(seed + draw)).sum::<f64>() - 6.0
}

/// Judges runs with so many windows of ten seconds at the plateau whose P95 wavers by `noise` around `level` of a share of
/// the plateau; returns how many fail.
fn failing(runs: u64, windows: u64, noise: f64, level: impl Fn(f64) -> f64) -> usize {
    // 29 s of ramp and 10 s to settle, and what a last window needs to be whole.
    let from = 39;
    let judged = (0..runs).map(|number| {
        let mut run = Scenario { seconds: from + windows * 10, ..Scenario::default() }.run();
        edit(&mut run, |second, tick| {
            let window = second.saturating_sub(from + 1) / 10;
            let block = number * 100_000 + window * 20;
            // The slowest twentieth of a window is what its P95 is of.
            let at = (window as f64 + 0.95) / windows as f64;
            let p95 = level(at) * (noise * normal(block)).exp();
            tick.percentiles = exact(p95, 900.0 - second as f64 / 10.0);
        });
        drift(run).0
    });
    judged.filter(|status| *status == Status::Fail).count()
}

/// An alarm in a hundred is what the policy's alpha of 0.01 accepts.
#[test]
fn noise_alone_is_rarely_called_degradation() {
    for windows in [12, 28] {
        let alarms = failing(200, windows, 0.08, |_| 80.0);
        assert!(alarms <= 5, "{alarms} of 200, {windows} windows");
    }
}

#[test]
fn a_rise_by_a_third_is_called_degradation_in_most_runs() {
    let found = failing(200, 12, 0.08, |share| 80.0 * (1.0 + 0.39 * share));
    assert!((120..=160).contains(&found), "{found} of 200, as docs/GATE.md says");
}

#[test]
fn a_large_step_within_a_run_fails() {
    for (windows, share) in [12, 28].into_iter().flat_map(|n| [0.4, 0.5, 0.7].map(|at| (n, at))) {
        for times in [1.5, 2.0, 3.0] {
            let step = |at: f64| 80.0 * if at < share { 1.0 } else { times };
            let found = failing(20, windows, 0.05, step);
            assert!(found >= 18, "{found} of 20: x{times} at {share} of {windows} windows");
        }
    }
}
