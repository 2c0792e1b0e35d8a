//! The tables that the documentation shows are those that the program prints.

use std::{fs, path::Path};

use crate::gate::Gate;

/// The part of a snapshot behind its second rule, without the lines that `docs/GATE.md` leaves out.
fn recorded(name: &str, skip: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots").join(name);
    let text = fs::read_to_string(path).unwrap();
    let body = text.splitn(3, "---\n").nth(2).unwrap();
    body.lines().skip(skip).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_documented_tables_are_the_recorded_ones() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/GATE.md");
    let document = fs::read_to_string(document).unwrap();
    // The first line of a transcript is the exit code.
    assert!(document.contains(&recorded("it__folders__good-baseline.table.snap", 1)));
    assert!(document.contains(&recorded("it__folders__slow.table.snap", 1)));
    let traps = "it__guide__the_guides_shell_gates_pass_what_ours_refuses.snap";
    assert!(document.contains(&recorded(traps, 0)));
    let locusts = "it__recorded__the_guides_shell_gates_pass_what_locust_wrote_of_bad_runs.snap";
    assert!(document.contains(&recorded(locusts, 0)));
    assert!(document.contains(&recorded("it__history__step.snap", 1)));
}

#[test]
fn the_documented_grammar_is_the_one_that_is_explained() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/GATE.md");
    let document = fs::read_to_string(document).unwrap();
    let explained = Gate::new().call(&["explain", "grammar"]).stdout;
    let block = format!("```text\n{}\n```\n", explained.trim_end());
    assert!(document.contains(&block), "show this in docs/GATE.md:\n{explained}");
}
