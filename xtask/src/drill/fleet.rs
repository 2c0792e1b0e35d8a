//! Several instances of the service, each of which can be replaced.
//!
//! An [`Instance`] keeps its port through all its lives, as behind a load
//! balancer that knows addresses only. Who sends the requests is not known
//! here.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::service::Service;
use crate::{http, program};

/// How long an instance may take to become what is awaited.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is asked.
const POLL: Duration = Duration::from_millis(20);

/// One place in the fleet and the service that fills it now.
#[derive(Debug)]
pub(super) struct Instance {
    service: Service,
    log: PathBuf,
    key: String,
    drain_delay: String,
}

impl Instance {
    /// Starts a service on a free port that stays up for `drain_delay` seconds after it was told to stop.
    pub(super) fn start(folder: &Path, name: &str, key: &str, drain_delay: u32) -> Result<Self> {
        let (log, drain_delay) = (folder.join(format!("{name}.log")), drain_delay.to_string());
        let service = Service::start_with(0, key, &[("DRAIN_DELAY", &drain_delay)], &log)?;
        let instance = Self { service, log, key: key.to_owned(), drain_delay };
        instance.wait_for_ready(200)?;
        Ok(instance)
    }

    /// Where it listens, such as `127.0.0.1:40123`.
    pub(super) fn address(&self) -> &str {
        self.service.address()
    }

    /// Tells the service to leave, lets `meanwhile` happen while it drains, sees it off and starts another one in its
    /// place. An error if it does not say that it drains, or does not exit with 0.
    pub(super) fn replace(mut self, meanwhile: impl FnOnce() -> Result<()>) -> Result<Self> {
        self.service.ask_to_stop(&self.log)?;
        self.wait_for_ready(503)?;
        meanwhile()?;
        let address = self.address().to_owned();
        let (_, port) = address.rsplit_once(':').context("an address ends with its port")?;
        let port = port.parse().context("a port is a number")?;
        self.service.leave(&self.log)?;
        let log = self.log.with_extension("again.log");
        let environment = [("DRAIN_DELAY", self.drain_delay.as_str())];
        let service = Service::start_with(port, &self.key, &environment, &log)?;
        let next = Self { service, log, ..self };
        next.wait_for_ready(200)?;
        Ok(next)
    }

    /// Ends it for good; an error if it does not exit with 0.
    pub(super) fn stop(self) -> Result<()> {
        self.service.stop(&self.log)
    }

    /// Waits until it has answered at least one score in this life.
    pub(super) fn wait_for_scores(&self) -> Result<()> {
        self.wait_for("answer to a score", |instance| {
            let (status, page) = http::get(instance.address(), "/metrics")?;
            ensure!(status == 200, "/metrics answers {status}");
            Ok(scores_of(&page) > 0)
        })
    }

    fn wait_for_ready(&self, expected: u16) -> Result<()> {
        self.wait_for(&format!("answer of {expected} from /health/ready"), |instance| {
            let (status, _) = http::get(instance.address(), "/health/ready")?;
            Ok(status == expected)
        })
    }

    fn wait_for(&self, what: &str, seen: impl Fn(&Self) -> Result<bool>) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if seen(self)? {
                return Ok(());
            }
            if program::interrupted() {
                bail!("interrupted");
            }
            sleep(POLL);
        }
        bail!("{}: no {what} within {} s", self.address(), PATIENCE.as_secs())
    }
}

/// Scores that were answered, by a page of metrics: `http_requests_total` of the route, status 200.
fn scores_of(page: &str) -> u64 {
    let lines = page.lines().filter(|line| {
        line.starts_with("http_requests_total{")
            && line.contains("\"/api/v1/score\"")
            && line.contains("\"200\"")
    });
    let values = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok());
    values.sum()
}

#[cfg(test)]
mod tests {
    use super::scores_of;

    #[test]
    fn only_scores_that_were_answered_count() {
        let page = "# TYPE http_requests_total counter\n\
            http_requests_total{endpoint=\"/api/v1/score\",method=\"POST\",status=\"200\"} 12\n\
            http_requests_total{endpoint=\"/api/v1/score\",method=\"POST\",status=\"422\"} 3\n\
            http_requests_total{endpoint=\"/api/v1/score/batch\",method=\"POST\",status=\"200\"} 5\n";
        assert_eq!(scores_of(page), 12);
        assert_eq!(scores_of(""), 0);
    }
}
