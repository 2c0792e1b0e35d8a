//! Runs made up for the tests: [`Scenario`] describes a load test by its plan and makes the files of one that went so.

use std::{
    fs::{self, File},
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use lead_stats::{Endpoint, Exception, Failure, History, Percentiles, Run, Summary, Tick};

/// The first second of every made-up run: 2026-11-01 12:00:00 UTC.
pub(crate) const START_S: u64 = 1_793_534_400;

/// A load test and how it went. Percentiles keep the shape of the load-testing guide's sample, scaled to the P95.
pub(crate) struct Scenario {
    pub(crate) users: u64,
    pub(crate) spawn_rate: u64,
    pub(crate) seconds: u64,
    pub(crate) rps_per_user: f64,
    /// P95 over ten seconds that end at a second of the run, in milliseconds.
    pub(crate) p95_ms: fn(u64) -> f64,
    /// `--csv-full-history`.
    pub(crate) full_history: bool,
    pub(crate) failures: u64,
    pub(crate) exceptions: u64,
    pub(crate) error: &'static str,
    /// The slower of two endpoints, the one that fails.
    pub(crate) endpoint: &'static str,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            users: 300,
            spawn_rate: 10,
            seconds: 150,
            rps_per_user: 12.0,
            p95_ms: even,
            full_history: true,
            failures: 0,
            exceptions: 0,
            error: "HTTPError('503 Server Error: Service Unavailable for url: /api/v1/score/batch')",
            endpoint: "/api/v1/score/batch",
        }
    }
}

/// 65 ms, give or take a millisecond, without a trend.
pub(crate) fn even(second: u64) -> f64 {
    64.0 + ((second / 10) * 7 % 3) as f64
}

/// The same load and nearly the same answers, in a run of its own.
pub(crate) fn earlier() -> Scenario {
    Scenario { p95_ms: |second| even(second + 10), ..Scenario::default() }
}

impl Scenario {
    pub(crate) fn run(&self) -> Run {
        let mut ticks = Vec::new();
        let (mut requests, mut spent_ms) = (0, 0.0);
        for second in 0..=self.seconds {
            let users = (self.spawn_rate * second).min(self.users);
            let new =
                if second == 0 { 0 } else { (users as f64 * self.rps_per_user).round() as u64 };
            requests += new;
            spent_ms += new as f64 * (self.p95_ms)(second) * 0.4;
            ticks.extend(self.ticks(second, users, requests, spent_ms));
        }
        let mean_p95 = spent_ms / requests as f64 / 0.4;
        let summary = self.summary(requests, mean_p95);
        for tick in ticks.iter_mut().filter(|tick: &&mut Tick| tick.total_requests > 0) {
            tick.total_max_ms = summary.aggregated.max_ms;
        }
        Run {
            summary,
            history: History { ticks },
            failures: self.failure_rows(),
            exceptions: self.exception_rows(),
            notes: Vec::new(),
        }
    }

    /// Writes the four files, as if the last of them had been written when the run ended.
    pub(crate) fn write(&self, prefix: &Path) {
        lead_stats::write(prefix, &self.run()).unwrap();
        set_age(prefix, START_S + self.seconds);
    }

    fn ticks(&self, second: u64, users: u64, requests: u64, spent_ms: f64) -> Vec<Tick> {
        let average = if requests == 0 { 0.0 } else { spent_ms / requests as f64 };
        let p95 = if self.full_history { (self.p95_ms)(second) } else { average / 0.4 };
        let all = Tick {
            timestamp_s: START_S + second,
            users,
            name: "Aggregated".into(),
            percentiles: if requests == 0 { Percentiles::none() } else { shape(p95, second) },
            total_requests: requests,
            total_median_ms: (average * 0.6).round(),
            total_average_ms: average,
            ..Tick::default()
        };
        let score = Tick { method: "POST".into(), name: self.endpoint.into(), ..all.clone() };
        if self.full_history { vec![score, all] } else { vec![all] }
    }

    fn summary(&self, requests: u64, p95: f64) -> Summary {
        let batch_requests = requests / 6;
        // The means of the endpoints are 0.8 and 2 times that of all, of which they make five sixths and one.
        let row = |method: &str, name: &str, requests, failures, p95: f64, mean: f64| Endpoint {
            method: method.into(),
            name: name.into(),
            requests,
            failures,
            average_ms: mean * 0.4,
            max_ms: p95 * 14.0,
            requests_per_s: requests as f64 / self.seconds as f64,
            failures_per_s: failures as f64 / self.seconds as f64,
            percentiles: shape(p95, 0),
            ..Endpoint::default()
        };
        Summary {
            endpoints: vec![
                row("POST", "/api/v1/score", requests - batch_requests, 0, p95 * 0.8, p95 * 0.8),
                row("POST", self.endpoint, batch_requests, self.failures, p95 * 2.2, p95 * 2.0),
            ],
            aggregated: row("", "Aggregated", requests, self.failures, p95, p95),
        }
    }

    fn failure_rows(&self) -> Vec<Failure> {
        let occurrences = self.failures;
        let (method, name, error) = ("POST".into(), self.endpoint.into(), self.error.into());
        let failure =
            Failure { method, name, error, occurrences, first_seen: None, last_seen: None };
        if occurrences == 0 { Vec::new() } else { vec![failure] }
    }

    fn exception_rows(&self) -> Vec<Exception> {
        let (count, message) = (self.exceptions, "KeyError('score')".into());
        let exception =
            Exception { count, message, traceback: String::new(), nodes: "local".into() };
        if count == 0 { Vec::new() } else { vec![exception] }
    }
}

/// All percentiles for a P95, rounded as Locust does; the slowest request differs from second to second.
pub(crate) fn shape(p95: f64, second: u64) -> Percentiles {
    let unit = p95 / 65.0;
    let slowest = 700.0 + (second * 37 % 200) as f64;
    let ms = [15., 22., 28., 32., 45., 65., 120., 180., 520., slowest, slowest];
    Percentiles::locust(ms.map(|ms| lead_stats::bucket_ms(ms * unit) as f64))
}

/// A run without history whose file reports only these percentiles, such as `("50%", "12")`.
pub(crate) fn run_with_columns(columns: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let fixed = "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,\
        Max Response Time,Average Content Size,Requests/s,Failures/s";
    let names: String = columns.iter().map(|(name, _)| format!(",{name}")).collect();
    let values: String = columns.iter().map(|(_, value)| format!(",{value}")).collect();
    let rows = ["GET,/", ",Aggregated"]
        .map(|key| format!("{key},4000,0,12,12.5,1,900,10.0,400.0,0.0{values}\r\n"));
    let path = folder.path().join("loadtest_stats.csv");
    fs::write(&path, format!("{fixed}{names}\r\n{}", rows.concat())).unwrap();
    Run { summary: lead_stats::read_summary(&path).unwrap(), ..Run::default() }
}

/// Dates the summary behind `prefix`.
pub(crate) fn set_age(prefix: &Path, written_s: u64) {
    let file = File::options().append(true).open(lead_stats::Paths::of(prefix).summary).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(written_s)).unwrap();
}
