//! Where requests spent their time, and how connections fared: the phases as tables and as JSON.
//!
//! Pure, and silent about what never happened: a run without a name to look up or without TLS has no row for it, a
//! recording without any phase no table.

use std::fmt::Write;

use serde::Serialize;

use super::number::{count, ms};
use crate::phases::{Phase, Phases};

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// The percentiles that are shown.
const FRACTIONS: [f64; 4] = [0.50, 0.95, 0.99, 1.0];

/// The table for the terminal; nothing of nothing.
pub fn phase_table(phases: &Phases) -> String {
    if phases.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "Phases\n{:<26} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n",
        "Name", "# times", "Avg", "50%", "95%", "99%", "Max"
    );
    let rule = format!("{}{}\n", "-".repeat(26), format!("|{}", "-".repeat(9)).repeat(6));
    text.push_str(&rule);
    for (name, phase) in rows(phases) {
        write!(text, "{name:<26} {:>9} {:>9}", phase.count(), ms(phase.average_ms())).expect(FITS);
        for fraction in FRACTIONS {
            write!(text, " {:>9}", ms(phase.percentile_ms(fraction))).expect(FITS);
        }
        text.push('\n');
    }
    text.push_str(&rule);
    writeln!(text, "{}", connections(phases)).expect(FITS);
    text
}

/// The section of the page; nothing of nothing.
pub(super) fn phase_section(phases: &Phases) -> String {
    if phases.is_empty() {
        return String::new();
    }
    let head = ["Times", "Average", "50 %", "95 %", "99 %", "Max"];
    let head: String =
        head.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
    let mut body = String::new();
    for (name, phase) in rows(phases) {
        write!(body, "<tr><th class=\"name\" scope=\"row\">{name}</th>").expect(FITS);
        write!(body, "<td>{}</td><td>{}</td>", count(phase.count()), ms(phase.average_ms()))
            .expect(FITS);
        for fraction in FRACTIONS {
            write!(body, "<td>{}</td>", ms(phase.percentile_ms(fraction))).expect(FITS);
        }
        body.push_str("</tr>\n");
    }
    format!(
        "<section>\n<h2>Phases</h2>\n<p class=\"note\">Milliseconds. {}.</p>\n<div class=\"table\">\n<table>\n\
         <thead><tr><th class=\"name\" scope=\"col\">Phase</th>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n\
         </div>\n</section>\n",
        connections(phases)
    )
}

/// The phases as they stand in JSON: an object with a member per phase, `null` for one that never happened, and the
/// connections.
pub fn phases_json(phases: &Phases) -> serde_json::Value {
    let value = JsonPhases {
        lookup: JsonPhase::new(&phases.lookup),
        connect: JsonPhase::new(&phases.connect),
        tls: JsonPhase::new(&phases.tls),
        first_byte: JsonPhase::new(&phases.first_byte),
        body: JsonPhase::new(&phases.body),
        connections_opened: phases.opened,
        connections_reopened: phases.reopened,
    };
    serde_json::to_value(value).expect("numbers and strings serialize")
}

#[derive(Serialize)]
struct JsonPhases {
    lookup: Option<JsonPhase>,
    connect: Option<JsonPhase>,
    tls: Option<JsonPhase>,
    first_byte: Option<JsonPhase>,
    body: Option<JsonPhase>,
    connections_opened: u64,
    /// `null` where the transport hides it.
    connections_reopened: Option<u64>,
}

#[derive(Serialize)]
struct JsonPhase {
    count: u64,
    average_ms: f64,
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

impl JsonPhase {
    fn new(phase: &Phase) -> Option<Self> {
        let [p50_ms, p95_ms, p99_ms, max_ms] =
            FRACTIONS.map(|fraction| phase.percentile_ms(fraction));
        (phase.count() > 0).then(|| Self {
            count: phase.count(),
            average_ms: phase.average_ms(),
            p50_ms,
            p95_ms,
            p99_ms,
            max_ms,
        })
    }
}

/// The phases that happened, in the order of a request.
fn rows(phases: &Phases) -> impl Iterator<Item = (&'static str, &Phase)> {
    let all = [
        ("Look up the name", &phases.lookup),
        ("Connect", &phases.connect),
        ("TLS handshake", &phases.tls),
        ("Until the first byte", &phases.first_byte),
        ("Body", &phases.body),
    ];
    all.into_iter().filter(|(_, phase)| phase.count() > 0)
}

/// How connections fared, as a sentence without its end.
fn connections(phases: &Phases) -> String {
    let opened = match phases.opened {
        1 => "1 connection opened".to_owned(),
        opened => format!("{} connections opened", count(opened)),
    };
    match phases.reopened {
        None => {
            format!(
                "{opened}; what that took is part of the first bytes (--transport raw parts it)"
            )
        }
        Some(0) => format!("{opened}, none in place of one that the target had closed"),
        Some(reopened) => {
            format!("{opened}, {} found closed by the target", count(reopened))
        }
    }
}
