//! A rolling restart of three services behind a real nginx loses no request.
//!
//! While our load generator keeps its users at work, each instance in turn is
//! told to stop, must say that it drains and exit with 0, is started again on
//! its port, and must answer scores before the next one goes. A [`Case`] is a
//! way in which nginx gets over an instance that is away; what an operator
//! should choose, and why, is said in `nginx.conf`.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::fleet::Instance;
use super::load::{Load, Outcome};
use super::nginx::{Nginx, Site, Traffic};
use crate::service::random_key;
use crate::{debian, loadtest, program, project};

const NAMES: [&str; 3] = ["one", "two", "three"];

/// How long an instance stays up after it was told to stop, in seconds: the service's default where others reach it.
const DRAIN_DELAY: u32 = 5;

/// Load on the whole fleet before, between and after the restarts.
const PAUSE: Duration = Duration::from_secs(3);

/// What a load generator exits with that was stopped before its time.
const INTERRUPTED: i32 = 130;

/// Fewer requests than this would prove nothing.
const MIN_REQUESTS: u64 = 1_000;

/// One way to restart a fleet.
struct Case {
    name: &'static str,
    /// When nginx asks another instance; `off` for never.
    next_upstream: &'static str,
    /// Whether an instance is taken out of nginx's list while it drains.
    taken_out: bool,
    /// How long nginx keeps the idle connections of clients.
    client_keepalive: &'static str,
    /// Whether this is not the way to do it: then what is lost is only told.
    may_lose: bool,
}

const CASES: [Case; 3] = [
    // What an operator should do.
    Case {
        name: "retry",
        next_upstream: "error timeout non_idempotent",
        taken_out: false,
        client_keepalive: "75s",
        may_lose: false,
    },
    // The drain by itself: nothing is sent twice, and the instance is still there for all that was sent before nginx
    // knew. Without kept connections, so that what nginx's reload does to clients is not mistaken for it.
    Case {
        name: "taken out",
        next_upstream: "off",
        taken_out: true,
        client_keepalive: "0",
        may_lose: false,
    },
    // Why one of the two is needed: nobody tells nginx, and nginx may not ask twice.
    Case {
        name: "neither",
        next_upstream: "off",
        taken_out: false,
        client_keepalive: "75s",
        may_lose: true,
    },
];

/// Restarts a fleet under load in every way.
pub(super) fn rolling() -> Result<()> {
    program::catch_interrupts()?;
    let nginx = debian::find_or_install("nginx").context("this drill needs nginx 1.18 or newer")?;
    loadtest::build()?;
    let room = project::empty_scratch("drill/rolling")?;
    for case in &CASES {
        case.run(&nginx, &room).with_context(|| format!("drill rolling, {}", case.name))?;
    }
    Ok(())
}

impl Case {
    fn run(&self, nginx: &Path, room: &Path) -> Result<()> {
        let folder = room.join(self.name.replace(' ', "-"));
        fs::create_dir_all(&folder)
            .with_context(|| format!("failed to create {}", folder.display()))?;
        let key = random_key();
        let start = |name| Instance::start(&folder, name, &key, DRAIN_DELAY);
        let mut fleet = NAMES.into_iter().map(start).collect::<Result<Vec<_>>>()?;
        let mut nginx = Nginx::start(nginx, &folder, &self.site(&fleet, None))?;
        let load = Load::start(&folder, &nginx.url(), &key)?;
        self.roll(&mut fleet, &mut nginx)?;
        let outcome = load.end()?;
        let traffic = nginx.stop()?;
        for instance in fleet {
            instance.stop()?;
        }
        self.judge(&outcome, &traffic)
    }

    /// Replaces every instance, each after it has scored and until its successor has.
    fn roll(&self, fleet: &mut Vec<Instance>, nginx: &mut Nginx) -> Result<()> {
        let whole = self.site(fleet, None);
        for index in 0..fleet.len() {
            sleep(PAUSE);
            fleet[index].wait_for_scores()?;
            let without = self.site(fleet, Some(index));
            let next = fleet
                .remove(index)
                .replace(|| if self.taken_out { nginx.reload(&without) } else { Ok(()) })?;
            fleet.insert(index, next);
            if self.taken_out {
                nginx.reload(&whole)?;
            }
            fleet[index].wait_for_scores()?;
        }
        sleep(PAUSE);
        Ok(())
    }

    fn site(&self, fleet: &[Instance], taken_out: Option<usize>) -> Site {
        Site {
            instances: fleet.iter().map(|instance| instance.address().to_owned()).collect(),
            taken_out,
            next_upstream: self.next_upstream,
            client_keepalive: self.client_keepalive,
        }
    }

    #[expect(clippy::print_stderr, reason = "what a case ended with is the product of this verb")]
    fn judge(&self, outcome: &Outcome, traffic: &Traffic) -> Result<()> {
        let Outcome { requests, failures, slowest_ms, code, words } = outcome;
        let Traffic { retried, lost, .. } = traffic;
        eprintln!(
            "drill, {}: {failures} of {requests} requests lost, {retried} answered by a second instance, slowest {slowest_ms:.0} ms",
            self.name
        );
        ensure!(*requests >= MIN_REQUESTS, "{requests} requests prove nothing:\n{words}");
        ensure!(self.may_lose || *failures == 0, "requests were lost:\n{words}");
        // What the users missed is what nginx could get from no instance: none was answered wrongly or cut off later.
        ensure!(
            failures == lost,
            "nginx gave up {lost} requests, its users missed {failures}:\n{words}"
        );
        // The drill ends the load before its time, which outweighs failed requests.
        ensure!(*code == Some(INTERRUPTED), "the load generator ended with {code:?}:\n{words}");
        Ok(())
    }
}
