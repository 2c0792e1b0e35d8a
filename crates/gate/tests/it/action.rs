//! The composite action: its inputs become the gate's options, whatever they hold, and its exit code is the gate's.

use std::{path::Path, process::Command};

use crate::{
    gate::{Answer, Gate},
    scenario::Scenario,
};

const SCRIPT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../.github/actions/load-gate/gate.sh");

/// The action's step, as a runner would start it: inputs in the environment, and files for its outputs and summary.
fn step(folder: &Path, inputs: &[(&str, &str)]) -> Answer {
    let mut bash = Command::new("bash");
    bash.arg(SCRIPT).current_dir(folder);
    bash.env("GATE_BINARY", env!("CARGO_BIN_EXE_lead-gate")).env("GITHUB_ACTIONS", "true");
    bash.envs(inputs.iter().copied());
    bash.env("GITHUB_STEP_SUMMARY", "summary.md").env("GITHUB_OUTPUT", "outputs.txt");
    let output = bash.output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_good_run_passes_and_leaves_outputs_a_summary_and_reports() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let answer = step(gate.folder(), &[("GATE_PREFIX", "loadtest")]);
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    let outputs = gate.read("outputs.txt");
    for line in ["verdict=pass", "exit-code=0", "p95="] {
        assert!(outputs.lines().any(|known| known.starts_with(line)), "{line} in {outputs}");
    }
    assert!(gate.read("summary.md").contains("PASS"));
    assert!(gate.read("gate-report/gate.xml").contains("<testsuite"));
    assert!(gate.read("gate-report/gate.html").contains("<html"));
    assert!(gate.read("gate-report/gate.json").starts_with('{'));
}

#[test]
fn a_bad_run_fails_the_step_and_still_leaves_its_reports() {
    let gate = Gate::new();
    Scenario { p95_ms: |_| 1240.0, ..Scenario::default() }.write(&gate.folder().join("loadtest"));
    let inputs = [("GATE_PREFIX", "loadtest"), ("GATE_REPORTS", "evidence")];
    let answer = step(gate.folder(), &inputs);
    assert_eq!(answer.code, 1, "{}{}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("::error "), "{}", answer.stdout);
    assert!(gate.read("outputs.txt").contains("verdict=fail"));
    assert!(gate.read("evidence/gate.xml").contains("<failure"));
}

#[test]
fn no_run_is_refused_and_no_input_is_a_usage_error() {
    let gate = Gate::new();
    let refused = step(gate.folder(), &[("GATE_PREFIX", "nowhere")]);
    assert_eq!(refused.code, 3, "{}{}", refused.stdout, refused.stderr);
    let unnamed = step(gate.folder(), &[("GATE_PREFIX", "")]);
    assert_ne!(unnamed.code, 0);
    assert!(unnamed.stderr.contains("the input prefix is empty"), "{}", unnamed.stderr);
    Scenario::default().write(&gate.folder().join("loadtest"));
    let unclear = [("GATE_PREFIX", "loadtest"), ("GATE_STRICT", "yes")];
    let unclear = step(gate.folder(), &unclear);
    assert_eq!(unclear.code, 2, "{}{}", unclear.stdout, unclear.stderr);
}

#[test]
fn the_gate_is_built_in_the_folder_of_the_action_whatever_the_caller_has_configured() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    // A cargo that says where it was called, and puts the program where it was told to.
    let fake = "#!/bin/bash\npwd > \"$RECORD\"\nwhile [ $# -gt 1 ]; do if [ \"$1\" = --target-dir ]; then to=$2; fi; shift; done\n\
                mkdir -p \"$to/release\" && cp \"$REAL\" \"$to/release/lead-gate\"\n";
    let bin = gate.folder().join("bin");
    std::fs::create_dir(&bin).unwrap();
    std::fs::write(bin.join("cargo"), fake).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(bin.join("cargo"), executable).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let record = gate.folder().join("cwd.txt").display().to_string();
    let inputs = [
        ("GATE_PREFIX", "loadtest"),
        ("PATH", &path),
        ("RECORD", &record),
        ("REAL", env!("CARGO_BIN_EXE_lead-gate")),
        ("RUNNER_TEMP", "temp"),
        ("GATE_BINARY", ""),
    ];
    let answer = step(gate.folder(), &inputs);
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    let home = Path::new(SCRIPT).parent().unwrap().join("../../..").canonicalize().unwrap();
    assert_eq!(Path::new(gate.read("cwd.txt").trim()), home);
}

#[test]
fn an_input_that_holds_a_command_stays_a_file_name() {
    let gate = Gate::new();
    for prefix in
        ["$(touch broken)", "`touch broken`", "x; touch broken", "--version", "\"; touch broken"]
    {
        let answer = step(gate.folder(), &[("GATE_PREFIX", prefix)]);
        assert_eq!(answer.code, 3, "{prefix}: {}{}", answer.stdout, answer.stderr);
    }
    assert!(!gate.folder().join("broken").exists());
}
