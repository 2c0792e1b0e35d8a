//! A server that freezes, seen by the open and by the closed model: on paper, on a simulated clock, and on sockets.
//!
//! The chart and the table of `docs/LOAD_TESTING.md` come from here. `INSTA_UPDATE=always` writes the chart anew, as it does
//! for snapshots.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lead_loadgen::{
    Args, Corpus, HttpTargets, Recording, Stages, Stop, percentile_curves, reach, run,
};

use crate::open::{against_the_frozen, at_rate};
use crate::server::{FREEZE, Manner, Server};
use crate::simulated::plan;

/// 100 requests per second, whatever becomes of them.
fn open_model() -> Recording {
    against_the_frozen(at_rate(Stages::constant(100.0)))
}

/// Ten users that think for 98 ms: 100 requests per second, as long as they are answered.
fn closed_model() -> Recording {
    against_the_frozen(plan(10, "60s", Duration::from_millis(98)))
}

/// What callers wait for, in milliseconds: of 1,000 requests in ten seconds 900 take 2 ms, and those that are due in the
/// frozen second take 12, 22, ... 1,002 ms.
fn arithmetic() -> [f64; 5] {
    let mut times = vec![2.0; 900];
    times.extend((1..=100).map(|late| f64::from(late) * 10.0 + 2.0));
    [500, 900, 950, 990, 999].map(|rank| times[rank])
}

/// Median, 90, 95 and 99 % and the greatest, in milliseconds.
fn measured(recording: &Recording) -> [f64; 5] {
    [0.5, 0.9, 0.95, 0.99, 1.0].map(|fraction| recording.total().latency().percentile_ms(fraction))
}

fn docs(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "docs", file].iter().collect()
}

#[test]
fn the_chart_of_the_guide_shows_these_very_runs() {
    let (open, closed) = (open_model(), closed_model());
    let chart = percentile_curves(
        "A server that freezes for one second in ten",
        ("Open model: what callers wait for", open.total().latency()),
        ("Closed model: what its users notice", closed.total().latency()),
    );
    let file = docs("open-and-closed.svg");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&file, &chart).unwrap();
    }
    let shown = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        chart == shown,
        "docs/open-and-closed.svg is not what the two runs show: INSTA_UPDATE=always writes it anew"
    );
}

#[test]
fn the_table_of_the_guide_has_these_very_numbers() {
    let row = |name: &str, figures: [f64; 5]| {
        let figures = figures.map(|ms| format!("{ms:.0} ms"));
        format!("| {name} | {} |", figures.join(" | "))
    };
    let rows = [
        row("arithmetic: what callers wait", arithmetic()),
        row("open, `--rate 100`", measured(&open_model())),
        row("closed, ten users that think for 98 ms", measured(&closed_model())),
    ];
    let guide = fs::read_to_string(docs("LOAD_TESTING.md")).unwrap();
    for row in &rows {
        assert!(guide.contains(row), "docs/LOAD_TESTING.md lacks a row of:\n{}", rows.join("\n"));
    }
}

#[test]
fn a_freeze_on_sockets_is_in_the_response_times_of_every_request_that_was_due_in_it_and_no_more() {
    // Other work on this machine may make answers later than the freeze did, but hardly in each of five runs; a generator
    // that counted too much would in all of them.
    let excess = (0..5).map(|_| excess_of_a_freeze()).find(|excess| excess.is_none());
    assert!(excess.is_some(), "in five runs responses were slower than a freeze makes them");
}

/// Loads a server that freezes once. No response may be faster than the freeze allows; returns by how many milliseconds the
/// worst was slower than it explains, beyond two per cent and the time in which thirty waiting requests are answered.
fn excess_of_a_freeze() -> Option<f64> {
    let server = Server::start(Manner::Freezing);
    let url = server.url();
    let words = ["lead-loadgen", "--host", &url, "--rate", "100", "-t", "3s"];
    let mut plan = Args::order(words.map(Into::into)).unwrap().plan;
    // One schedule on one clock, so that the arithmetic below is exact.
    plan.threads = NonZeroUsize::MIN;
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let targets = HttpTargets::new(&plan, Arc::clone(&corpus), reach(&plan.target).unwrap());
    let recording = run(&plan, corpus, &targets, &Stop::new(), |_| {}).unwrap();

    let total = recording.total();
    assert_eq!(total.requests(), server.requests(), "as many as the server counted");
    assert_eq!(total.requests() + recording.unsent(), 300, "what was due was sent or is told");
    assert_eq!((total.failures(), recording.dropped()), (0, 0));

    // The server freezes when it has read its hundredth request. None is sent before it is due, so that is at 990 ms or
    // later; by then at most 99 are answered, and every other one that is due up to its end waits for that. Whatever else
    // is slow on this machine, so many responses take so long at least: 30 take 10 ms, 21 take 100 ms, one takes 300 ms.
    let freeze = FREEZE.as_millis() as u64;
    let mut worst = f64::NEG_INFINITY;
    for late in 1..=freeze / 10 {
        let (slow, ms) = (31 - late, late as f64 * 10.0);
        let slow = slow.saturating_sub(recording.unsent());
        let faster = total.requests() - slow;
        let fraction = (faster as f64 + 0.5) / total.requests() as f64;
        let least = total.latency().percentile_ms(fraction);
        // Within the histogram's tenth of a percent.
        assert!(
            slow == 0 || least >= ms * 0.999,
            "{slow} responses of {ms} ms or more, but {least} ms"
        );
        worst = worst.max(if slow == 0 { worst } else { least - ms * 1.02 });
    }
    (worst > 20.0).then_some(worst)
}
