//! The load-testing guide's shell gates and ours on the same files.
//!
//! What the shell gates answer is written down in the table, so that the test needs no tool; where `bash` (and
//! for the second `bc`) is at hand, they are asked as well. The traps are those of the reference, with its numbers.

use std::{fs, path::Path, process::Command};

use crate::{
    gate::Gate,
    guide::{
        Script::{Fails, Passes},
        Summary::{Missing, Text},
    },
};

/// The guide's "Run Load Tests" step from its CSV on, with the column as a parameter: the guide says 10.
pub(crate) const ABSOLUTE: &str = r#"
P95=$(tail -1 loadtest_stats.csv | cut -d',' -f$COLUMN)
if [ "$P95" -gt 1000 ]; then
  echo "P95 latency ($P95 ms) exceeds threshold (1000 ms)"
  exit 1
fi
"#;

/// The guide's "Performance Regression Detection".
pub(crate) const RELATIVE: &str = r#"
CURRENT_P95=$(tail -1 loadtest_stats.csv | cut -d',' -f$COLUMN)
REGRESSION=$(echo "scale=2; ($CURRENT_P95 - $BASELINE_P95) / $BASELINE_P95 * 100" | bc)
if (( $(echo "$REGRESSION > 20" | bc -l) )); then
  echo "Performance regression detected: ${REGRESSION}% slower"
  exit 1
fi
"#;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Script {
    Passes,
    Fails,
}

enum Summary {
    Text(String),
    Missing,
}

/// A run that someone might hand to a gate.
struct Trap {
    name: &'static str,
    summary: Summary,
    /// The column that the shell gates read: 10 as the guide says, or 17, which is P95.
    column: u8,
    /// The P95 of the baseline, for the script a number and for us a file.
    baseline_p95: &'static str,
    absolute: Script,
    relative: Script,
    ours: i32,
}

/// The figures of one file: the guide's sample unless said otherwise.
#[derive(Clone, Copy)]
struct Figures {
    name: &'static str,
    requests: &'static str,
    failures: &'static str,
    rps: &'static str,
    p50: &'static str,
    p95: &'static str,
    p99: &'static str,
}

const SAMPLE: Figures = Figures {
    name: "/api/v1/score",
    requests: "39838",
    failures: "0",
    rps: "398.4",
    p50: "15",
    p95: "65",
    p99: "180",
};

const HEADER: &str = "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,\
    Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,\
    50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%\r\n";

impl Figures {
    fn row(&self, kind: &str, name: &str) -> String {
        let Self { requests, failures, rps, p50, p95, p99, .. } = self;
        format!(
            "{kind},{name},{requests},{failures},{p50},25.0,1,892,148.2,{rps},0.0,{p50},{p50},{p50},{p50},{p50},{p95},{p95},{p99},{p99},{p99},{p99}\r\n"
        )
    }

    fn file(&self) -> String {
        [HEADER, &self.row("POST", self.name), &self.row("", "Aggregated")].concat()
    }
}

impl Trap {
    fn new(
        name: &'static str,
        summary: impl Into<String>,
        absolute: Script,
        relative: Script,
        ours: i32,
    ) -> Self {
        Self {
            name,
            summary: Text(summary.into()),
            column: 10,
            baseline_p95: "50",
            absolute,
            relative,
            ours,
        }
    }

    fn with_baseline(self, baseline_p95: &'static str) -> Self {
        Self { baseline_p95, ..self }
    }

    fn with_column(self, column: u8) -> Self {
        Self { column, ..self }
    }
}

fn traps() -> Vec<Trap> {
    let slow = Figures { p95: "5000", p99: "9000", ..SAMPLE };
    let row = |figures: Figures| figures.row("POST", figures.name);
    let whole = SAMPLE.file();
    vec![
        Trap::new("a good run", &whole, Passes, Fails, 0).with_baseline("65"),
        Trap::new("P95 of 5 s", slow.file(), Passes, Fails, 1),
        Trap::new(
            "P95 of 5 s at 1500.25/s",
            Figures { rps: "1500.25", ..slow }.file(),
            Passes,
            Fails,
            1,
        ),
        Trap::new(
            "P95 of exactly 1000 ms",
            Figures { p95: "1000", p99: "1000", ..SAMPLE }.file(),
            Passes,
            Passes,
            0,
        )
        .with_column(17)
        .with_baseline("1000"),
        Trap::new("P50 of 60 ms", Figures { p50: "60", ..SAMPLE }.file(), Passes, Fails, 1)
            .with_baseline("65"),
        Trap::new("P99 of 2.5 s", Figures { p99: "2500", ..SAMPLE }.file(), Passes, Fails, 1)
            .with_baseline("65"),
        Trap::new(
            "throughput fell to 10/s",
            Figures { rps: "10.0", ..SAMPLE }.file(),
            Passes,
            Passes,
            1,
        )
        .with_baseline("65"),
        Trap::new(
            "5 % of requests failed",
            Figures { failures: "1992", ..SAMPLE }.file(),
            Passes,
            Fails,
            1,
        )
        .with_baseline("65"),
        Trap::new(
            "20.8 % slower",
            Figures { rps: "60.4", p95: "60.4", ..SAMPLE }.file(),
            Passes,
            Passes,
            1,
        ),
        Trap::new(
            "20.8 % slower, column mended",
            Figures { p95: "60.4", ..SAMPLE }.file(),
            Passes,
            Passes,
            1,
        )
        .with_column(17),
        Trap::new("baseline of zero", &whole, Passes, Passes, 1).with_baseline("0"),
        Trap::new("baseline of zero, column mended", &whole, Passes, Passes, 1)
            .with_column(17)
            .with_baseline("0"),
        Trap::new("header only", HEADER, Passes, Passes, 3),
        Trap::new(
            "no Aggregated row, comma in the name",
            [HEADER, &row(Figures { name: "\"/score,v2\"", ..slow })].concat(),
            Passes,
            Passes,
            3,
        )
        .with_baseline("400"),
        Trap::new("torn in the last row", &whole[..whole.len() - 60], Passes, Passes, 3),
        Trap::new("torn before the last row", &whole[..HEADER.len() + 20], Passes, Passes, 3),
        Trap::new("a blank line at the end", whole.clone() + "\r\n", Passes, Passes, 0)
            .with_baseline("65"),
        Trap::new("an empty file", "", Passes, Passes, 3),
        Trap { summary: Missing, ..Trap::new("no file", "", Passes, Passes, 3) },
        Trap::new(
            "no requests",
            [HEADER, &format!(",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0{}\r\n", ",N/A".repeat(11))]
                .concat(),
            Passes,
            Passes,
            3,
        ),
        Trap::new(
            "no requests, column mended",
            [HEADER, &format!(",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0{}\r\n", ",N/A".repeat(11))]
                .concat(),
            Passes,
            Passes,
            3,
        )
        .with_column(17),
        Trap::new(
            "a number as 1e3, column mended",
            Figures { p95: "1e3", ..SAMPLE }.file(),
            Passes,
            Passes,
            1,
        )
        .with_column(17),
        Trap::new(
            "saved by a spreadsheet",
            Figures { requests: "\"39,838\"", ..SAMPLE }.file(),
            Passes,
            Fails,
            3,
        )
        .with_baseline("65"),
        Trap::new(
            "two runs joined",
            [whole.as_str(), whole.trim_start_matches(HEADER)].concat(),
            Passes,
            Fails,
            3,
        ),
    ]
}

/// Runs a shell gate as a workflow step runs: `bash -e`, without pipefail.
pub(crate) fn ask(script: &str, folder: &Path, column: u8, baseline_p95: &str) -> Script {
    let output = Command::new("bash")
        .args(["-e", "-c", script])
        .current_dir(folder)
        .env("COLUMN", column.to_string())
        .env("BASELINE_P95", baseline_p95)
        .output()
        .unwrap();
    if output.status.success() { Passes } else { Fails }
}

/// Whether a tool is at hand.
pub(crate) fn has(tool: &str) -> bool {
    Command::new("bash")
        .args(["-c", "command -v \"$0\"", tool])
        .output()
        .is_ok_and(|found| found.status.success())
}

#[test]
fn the_guides_shell_gates_pass_what_ours_refuses() {
    let has_bash = has("tail") && has("cut");
    let has_bc = has("bc");
    let mut table = format!("{:<38}{:<9}{:<9}{}\n", "", "P95", "baseline", "lead-gate");
    for trap in traps() {
        let gate = Gate::new();
        if let Text(text) = &trap.summary {
            fs::write(gate.folder().join("loadtest_stats.csv"), text).unwrap();
        }
        let asked = |script| ask(script, gate.folder(), trap.column, trap.baseline_p95);
        if has_bash {
            assert_eq!(asked(ABSOLUTE), trap.absolute, "first script, {}", trap.name);
        }
        if has_bash && has_bc {
            assert_eq!(asked(RELATIVE), trap.relative, "second script, {}", trap.name);
        }
        let before = Figures { p95: trap.baseline_p95, p99: "1000", p50: "0", ..SAMPLE };
        fs::write(gate.folder().join("before_stats.csv"), before.file()).unwrap();
        let answer = gate.check(&["--baseline", "before_stats.csv"]);
        assert_eq!(answer.code, trap.ours, "{}: {}{}", trap.name, answer.stdout, answer.stderr);
        let word = |script| if script == Passes { "passes" } else { "fails" };
        table += &format!(
            "{:<38}{:<9}{:<9}exit {}\n",
            trap.name,
            word(trap.absolute),
            word(trap.relative),
            answer.code
        );
    }
    insta::assert_snapshot!(table);
}
