//! Every case in turns, round after round, so that a noisy minute meets all of them alike.
//!
//! ```console
//! $ cargo bench -p lead-model --no-default-features --bench figures
//! ```
//!
//! Prints one line of JSON per case: median and best time per lead. `cargo xtask bench model` makes a table of them.
//! Looking at one case alone is left to `micro.rs`.

mod cases;

use std::time::Instant;

use serde::Serialize;

use cases::Case;

/// Rounds, unless `--rounds` says otherwise.
const ROUNDS: usize = 50;

#[derive(Serialize)]
struct Figure<'a> {
    name: &'a str,
    leads: usize,
    median_ns: f64,
    best_ns: f64,
    goal_ns: Option<f64>,
    beside: Option<&'a str>,
}

fn main() {
    let mut cases = cases::all();
    if let Some(only) = argument("--only") {
        cases.retain(|case| case.name == only);
    }
    let mut times = vec![Vec::new(); cases.len()];
    let rounds = argument("--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    for _ in 0..rounds {
        for (case, times) in cases.iter_mut().zip(&mut times) {
            if case.parts == 1 {
                // What fits into the caches should be there again after the cases in between.
                (case.work)(0);
            }
            for part in 0..case.parts {
                let start = Instant::now();
                (case.work)(part);
                times.push(start.elapsed().as_nanos() as f64 / case.leads as f64);
            }
        }
    }
    for (case, times) in cases.iter().zip(&mut times) {
        print(case, times);
    }
}

/// What follows a flag; other arguments are cargo's.
fn argument(flag: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != flag).nth(1)
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn print(case: &Case, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let &Case { name, leads, parts, goal_ns, beside, .. } = case;
    let leads = leads * parts;
    let (median_ns, best_ns) = (times[times.len() / 2], times[0]);
    let figure = Figure { name, leads, median_ns, best_ns, goal_ns, beside };
    println!("{}", serde_json::to_string(&figure).expect("texts and numbers can be written"));
}
