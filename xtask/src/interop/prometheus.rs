//! Real Prometheus reads the service's metrics.
//!
//! `promtool` judges the page, and a Prometheus server scrapes it under load
//! and answers the questions that dashboards ask. Both come from Debian's
//! package, unpacked below `target/` and not installed.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::program::{self, Program};
use crate::project;
use crate::service::Service;

/// Debian's package of both programs.
const PACKAGE: &str = "prometheus";

/// What `promtool` would name otherwise. The name is the contract's, which
/// dashboards and alerts are built on; everything else it finds is a failure.
const KNOWN: &str =
    "process_threads_count non-histogram and non-summary metrics should not have \"_count\" suffix";

/// What a dashboard asks, and the range that the answer must lie in.
const QUESTIONS: [(&str, f64, f64); 6] = [
    ("up{job=\"lead-service\"}", 1.0, 1.0),
    ("sum(rate(http_requests_total{endpoint=\"/api/v1/score\",status=\"200\"}[10s]))", 1.0, 1e6),
    (
        "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{endpoint=\"/api/v1/score\"}[10s])))",
        1e-6,
        5.0,
    ),
    (
        "histogram_quantile(0.5, sum by (le) (rate(model_prediction_latency_seconds_bucket[10s])))",
        1e-7,
        1.0,
    ),
    (
        "sum(rate(model_predictions_total[10s])) / sum(rate(http_requests_total{status=\"200\",method=\"POST\"}[10s]))",
        1.0,
        100.0,
    ),
    ("count(http_errors_total{exception_type=\"internal\"} == 0)", 1.0, 1e3),
];

/// Between two looks of Prometheus at the page.
const INTERVAL: &str = "1s";

/// Far longer than Prometheus needs to start and to look three times.
const PATIENCE: Duration = Duration::from_secs(60);

/// Judges the page, then scrapes it under load.
pub(super) fn meet(room: &Path) -> Result<()> {
    let programs = unpack(room)?;
    crate::loadtest::build()?;
    let log = room.join("service.log");
    let service = Service::start(0, &log)?;
    let mut load = Command::new(project::release_binary("lead-loadgen"));
    load.args(["--headless", "--host", service.url(), "--users", "20", "--spawn-rate", "20"]);
    load.args(["--run-time", "90s", "--seed", "42", "--only-summary"]);
    load.env("LEAD_API_KEY", service.key()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut load = Program::start("lead-loadgen", &mut load)?;

    scrape(room, &programs, &service)?;
    judge(room, &programs, &curl(&[&format!("{}/metrics", service.url())])?)?;
    load.stop().context("the load did not end well")?;
    service.stop(&log)
}

/// `promtool` reads the page on its standard input and says what is wrong on
/// its standard error, one line for each fault.
fn judge(room: &Path, programs: &Path, page: &str) -> Result<()> {
    let file = room.join("metrics.txt");
    fs::write(&file, page).context("failed to keep the page")?;
    let mut promtool = Command::new(programs.join("promtool"));
    promtool.args(["check", "metrics"]);
    promtool.stdin(fs::File::open(&file).context("failed to read the page again")?);
    let Output { status, stdout, stderr } = promtool.output().context("failed to run promtool")?;
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    let faults: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    // A promtool that did not read the page would not find even that.
    ensure!(faults == [KNOWN], "promtool on {} ({status}): {faults:#?}", project::shown(&file));
    say(&format!("promtool: {} lines, no fault but the contract's one name", page.lines().count()));
    Ok(())
}

/// A Prometheus server looks at the service until it can answer everything.
fn scrape(room: &Path, programs: &Path, service: &Service) -> Result<()> {
    let target = service.url().trim_start_matches("http://");
    let configuration = room.join("prometheus.yml");
    let text = format!(
        "global:\n  scrape_interval: {INTERVAL}\nscrape_configs:\n  - job_name: lead-service\n    static_configs:\n      - targets: ['{target}']\n"
    );
    fs::write(&configuration, text).context("failed to write prometheus.yml")?;
    let data = room.join("prometheus-data");
    if data.exists() {
        fs::remove_dir_all(&data).context("failed to remove the data of an earlier run")?;
    }
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut command = Command::new(programs.join("prometheus"));
    command.arg("--config.file").arg(&configuration);
    command.arg("--storage.tsdb.path").arg(&data);
    command.args(["--web.listen-address", &address, "--log.level", "warn"]);
    let log = fs::File::create(room.join("prometheus.log")).context("failed to create a log")?;
    command.stdin(Stdio::null()).stderr(log);
    let mut prometheus = Program::start("prometheus", &mut command)?;

    let deadline = Instant::now() + PATIENCE;
    for (question, least, most) in QUESTIONS {
        let answer = loop {
            ensure!(!program::interrupted(), "interrupted");
            if let Some(status) = prometheus.ended()? {
                bail!(
                    "prometheus ended ({status}); see prometheus.log in {}",
                    project::shown(room)
                );
            }
            match ask(&address, question) {
                Ok(answer) if (least..=most).contains(&answer) => break answer,
                outcome if Instant::now() > deadline => {
                    bail!(
                        "prometheus has no answer from {least} to {most} to {question}: {outcome:?}"
                    )
                }
                _ => sleep(Duration::from_millis(200)),
            }
        };
        say(&format!("{question} = {answer}"));
    }
    let status = prometheus.stop()?;
    ensure!(status.success(), "prometheus did not stop cleanly ({status})");
    Ok(())
}

/// The one number that a query answers.
fn ask(address: &str, question: &str) -> Result<f64> {
    let query = format!("query={question}");
    let url = format!("http://{address}/api/v1/query");
    let answer: Value = serde_json::from_str(&curl(&["--get", "--data-urlencode", &query, &url])?)?;
    let value = answer.pointer("/data/result/0/value/1").and_then(Value::as_str);
    value.context("no value yet")?.parse().context("no number")
}

/// What `curl` receives; an answer that is no success is a failure.
fn curl(arguments: &[&str]) -> Result<String> {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--max-time", "5"]).args(arguments);
    let output = curl.output().context("this verb needs curl")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    String::from_utf8(output.stdout).context("the answer is no text")
}

/// The folder of the two programs; fetched once, kept in `target/`.
fn unpack(room: &Path) -> Result<PathBuf> {
    let folder = room.join(PACKAGE);
    let programs = folder.join("usr/bin");
    if programs.join("promtool").exists() {
        return Ok(programs);
    }
    fs::create_dir_all(&folder).context("failed to create a folder for the package")?;
    let needs = "this verb needs Debian's package prometheus: run apt-get update first, and be on Debian or Ubuntu";
    let mut fetch = Command::new("apt-get");
    program::finish(fetch.args(["download", "--quiet", PACKAGE]).current_dir(&folder))
        .context(needs)?;
    for entry in fs::read_dir(&folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "deb") {
            program::finish(Command::new("dpkg-deb").arg("--extract").arg(&file).arg(&folder))
                .context(needs)?;
        }
    }
    ensure!(programs.join("promtool").exists(), "the package holds no promtool");
    Ok(programs)
}

/// A port that nobody listens on; another program might take it meanwhile, which Prometheus would say.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?.port())
}

#[expect(clippy::print_stderr, reason = "what was found is shown as it happens")]
fn say(line: &str) {
    eprintln!("xtask: {line}");
}
