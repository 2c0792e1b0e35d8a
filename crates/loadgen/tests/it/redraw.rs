//! A kept run: drawn again by the program, as files of the CSV contract, and what is said when it cannot be.

use std::fs;
use std::path::Path;
use std::process::Output;

use lead_loadgen::{
    CompareArgs, Facts, Judgement, Recording, ReportArgs, Vitals, account_verdict, judge,
    run_verdict,
};
use lead_stats::{Paths, RunVerdict, Validity};

use crate::program::{bare, program, stderr};
use crate::recordings::quarter_minute;
use crate::reports::{account, valid};
use crate::server::{Manner, Server};
use crate::twin::{full, written};

fn report(folder: &Path, words: &[&str]) -> Output {
    bare().current_dir(folder).arg("report").args(words).output().unwrap()
}

#[test]
fn a_run_that_is_drawn_again_is_the_page_that_it_wrote() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let words = ["-u", "3", "-r", "100", "-t", "2s", "-s", "10s", "--only-summary"];
    let output = program(&server.url(), &words)
        .current_dir(folder.path())
        .args(["--html", "run.html", "--csv", "run", "--twin", "deep/run-{u}-{r}-{t}.json"])
        .output()
        .unwrap();
    let said = stderr(&output);
    assert!(matches!(output.status.code(), Some(0 | 3)), "{said}");
    assert!(said.contains("Writing deep/run-3-100-2.json"), "{said}");
    let words = ["--from", "deep/run-3-100-2.json", "--html", "again.html", "--csv", "again"];
    let again = report(folder.path(), &words);
    assert_eq!((again.status.code(), stderr(&again).as_str()), (Some(0), ""));
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(text("again.html"), text("run.html"));
    for file in ["_stats.csv", "_failures.csv", "_exceptions.csv", "_verdict.json"] {
        assert_eq!(text(&format!("again{file}")), text(&format!("run{file}")), "{file}");
    }
    let read = lead_stats::read(&folder.path().join("again")).unwrap();
    assert!(read.summary.aggregated.requests > 0 && read.history.ticks.is_empty());
    // The same prefix as the run's would leave a history that is not these files'.
    let words = ["--from", "deep/run-3-100-2.json", "--csv", "run"];
    let refused = report(folder.path(), &words);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stderr(&refused).contains("run_stats_history.csv is another run's"),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn a_twin_that_cannot_be_written_is_told_before_the_run() {
    let server = Server::start(Manner::Right);
    let output =
        program(&server.url(), &["-t", "1s", "--twin", "/proc/no/run.json"]).output().unwrap();
    let said = stderr(&output);
    assert_eq!((output.status.code(), server.requests()), (Some(1), 0), "{said}");
    assert!(said.contains("cannot write /proc/no/run.json"), "{said}");
}

#[test]
fn what_cannot_be_drawn_is_told_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), "run.json", &full());
    fs::write(folder.path().join("list.json"), "[]").unwrap();
    let codes_and_words = |words: &[&str]| {
        let output = report(folder.path(), words);
        format!("{} {}", output.status.code().unwrap(), stderr(&output))
    };
    let said = [
        codes_and_words(&["--from", "run.json"]),
        codes_and_words(&["--html", "page.html"]),
        codes_and_words(&["--from", "run.json", "--csv", "out", "--gate", "gate.json"]),
        codes_and_words(&["--from", "gone.json", "--html", "page.html"]),
        codes_and_words(&["--from", "list.json", "--html", "page.html"]),
        codes_and_words(&["--from", "run.json", "--html", "page.html", "--gate", "run.json"]),
        codes_and_words(&["--from", "run.json", "--html", "/proc/no/page.html"]),
        codes_and_words(&["--from", "run.json", "--htm", "page.html", "--users", "3"]),
    ];
    assert!(!folder.path().join("page.html").exists());
    insta::assert_snapshot!("said", said.concat());
}

#[test]
fn the_gates_verdict_on_another_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let kept = full();
    written(folder.path(), "run.json", &kept);
    let total = kept.recording.total();
    let gate = |requests: u64, failures: u64| {
        let run = serde_json::json!({"requests": requests, "failures": failures});
        let file =
            serde_json::json!({"schema_version": 2, "verdict": "pass", "run": run, "rules": []});
        fs::write(folder.path().join("gate.json"), file.to_string()).unwrap();
        let words = ["--from", "run.json", "--html", "page.html", "--gate", "gate.json"];
        let output = report(folder.path(), &words);
        (output.status.code(), stderr(&output), folder.path().join("page.html").exists())
    };
    let (requests, failures) = (total.requests(), total.failures());
    let (code, said, is_drawn) = gate(requests + 1, failures);
    assert!(code == Some(1) && !is_drawn, "{said}");
    let expect = format!(
        "gate.json: is the verdict on a run of {} requests, and this one has {requests}",
        requests + 1
    );
    assert!(said.contains(&expect), "{said}");
    let (code, said, is_drawn) = gate(requests, failures + 1);
    assert!(code == Some(1) && !is_drawn && said.contains("failures, and this one has"), "{said}");
    assert_eq!(gate(requests, failures), (Some(0), String::new(), true));
}

#[test]
fn the_verdict_of_a_kept_run_is_the_one_that_it_wrote() {
    let plan = crate::simulated::plan(50, "15s", std::time::Duration::ZERO);
    let recording = quarter_minute();
    let facts = Facts::of(&recording, &plan, &Vitals::of(2, Vec::new()));
    let judgement: Judgement = judge(&facts);
    let expect: RunVerdict = run_verdict(&judgement, &facts);
    assert_eq!(account_verdict(&account(recording, judgement)), expect);
    let plan = crate::recordings::open_plan();
    let recording: Recording = crate::recordings::open();
    let facts = Facts::of(&recording, &plan, &Vitals::of(2, Vec::new()));
    let judgement = judge(&facts);
    let expect = run_verdict(&judgement, &facts);
    assert!(expect.rate.is_some() && expect.validity != Validity::Valid);
    assert_eq!(account_verdict(&account(recording, judgement)), expect);
    let folder = tempfile::tempdir().unwrap();
    let path = Paths::of(&folder.path().join("run")).verdict;
    account_verdict(&account(quarter_minute(), valid())).write(&path).unwrap();
    assert_eq!(RunVerdict::read(&path).unwrap().unwrap().validity, Validity::Valid);
}

#[test]
fn the_help_of_both_verbs_fits_on_a_screen() {
    let help = |verb: &str| {
        let output = bare().args([verb, "--help"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    let both = [help("report"), help("compare")];
    assert!(both.iter().all(|help| help.lines().count() < 32));
    insta::assert_snapshot!("help", both.join("\n"));
    let words = ["lead-loadgen", "--users", "report", "compare"].map(Into::into);
    assert!(!ReportArgs::is_meant(&words) && !CompareArgs::is_meant(&words));
}
