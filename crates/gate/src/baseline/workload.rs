//! What was done to the service, as far as a run's files tell it.
//!
//! Figures of two runs can be compared if both had the same [`Workload`]. Some of it is exact (endpoints, users, the
//! rate that was asked for) and makes the hash; some is measured and never twice the same (how long the run was and its
//! ramp, how requests were shared among endpoints) and is compared with tolerance. The script itself is in no file of a
//! run; its endpoints and their shares stand for it.

use std::fmt::Write;

use lead_stats::{LoadModel, RunVerdict, Summary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    digest::hex,
    quantity::counted,
    steady::{NoSteady, Steady},
    timeline::Timeline,
};

/// Plateaus and rates this close, in percent, are the same load: a master may lose a user of three hundred.
const SAME_LOAD_PERCENT: f64 = 5.0;

/// Runs and ramps whose lengths differ by no more than this, in percent, and [`SAME_TIME_S`], are equally long.
const SAME_TIME_PERCENT: f64 = 20.0;

/// Timestamps are whole seconds, and users start and stop one after the other.
const SAME_TIME_S: u64 = 5;

/// Shares this close, in points of percent, are the same weights, unless chance alone moves them further.
const SAME_SHARE_POINTS: f64 = 5.0;

/// Chance moves a share this many deviations once in 16,000 times.
const CHANCE_DEVIATIONS: f64 = 4.0;

/// What was done to the service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// Users that wait for their answers, or requests at fixed times; only `lead-loadgen` tells.
    pub model: Option<LoadModel>,
    /// The most users that were held at a time; unknown without a history.
    pub users: Option<u64>,
    /// Requests per second that an open model was asked for.
    pub asked_per_s: Option<f64>,
    /// Seconds until all users were there, which with their number tells the spawn rate.
    pub ramp_s: Option<u64>,
    /// Seconds that the run lasted.
    pub run_time_s: Option<u64>,
    /// What was asked, in ascending order of method, then name.
    pub endpoints: Vec<Share>,
}

/// How much of a run an endpoint was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Its method.
    pub method: String,
    /// Its name. Raw: may come from a server.
    pub name: String,
    /// Its requests in percent of all, which tells its weight.
    pub percent: f64,
}

impl Workload {
    /// The workload of a run.
    pub(crate) fn of(
        summary: &Summary,
        timeline: &Timeline,
        steady: Result<Steady, NoSteady>,
        generator: Option<&RunVerdict>,
    ) -> Self {
        let all = summary.aggregated.requests.max(1) as f64;
        let asked = summary.endpoints.iter().filter(|row| row.requests > 0);
        let share = |requests: u64| (requests as f64 * 1000.0 / all).round() / 10.0;
        let mut endpoints: Vec<Share> = asked
            .map(|row| Share {
                method: row.method.clone(),
                name: row.name.clone(),
                percent: share(row.requests),
            })
            .collect();
        endpoints.sort_by(|a, b| (&a.method, &a.name).cmp(&(&b.method, &b.name)));
        let span_s = timeline
            .points
            .first()
            .zip(timeline.points.last())
            .map(|(first, last)| last.at_s - first.at_s);
        let by_rate = || {
            let row = &summary.aggregated;
            (row.requests_per_s > 0.0)
                .then(|| (row.requests as f64 / row.requests_per_s).round() as u64)
        };
        Self {
            model: generator.and_then(|verdict| verdict.model),
            users: steady.ok().map(|steady| steady.users),
            asked_per_s: generator.and_then(|verdict| verdict.rate).map(|rate| rate.asked_per_s),
            ramp_s: steady.ok().map(|steady| steady.ramp_s),
            run_time_s: span_s.or_else(by_rate),
            endpoints,
        }
    }

    /// SHA-256, in hexadecimal, of what is exact: model, users, asked rate, and the endpoints.
    ///
    /// How many users it takes to keep an asked rate follows from how slow the answers are, so they are left out beside one;
    /// the rate is a mean over a measured time, of which three digits are always the same.
    pub fn hash(&self) -> String {
        let model = match self.model {
            None => "unknown",
            Some(LoadModel::Closed) => "closed",
            Some(LoadModel::Open) => "open",
        };
        let is_open = self.asked_per_s.is_some() || self.model == Some(LoadModel::Open);
        let users = self.users.filter(|_| !is_open);
        let rate = self.asked_per_s.map(|rate| format!("{rate:.2e}"));
        let mut text = format!("model {model}\nusers {users:?}\nrate {rate:?}\n");
        for share in &self.endpoints {
            writeln!(text, "endpoint {:?} {:?}", share.method, share.name)
                .expect("writing to a string cannot fail");
        }
        hex(&Sha256::digest(text.as_bytes()))
    }

    /// Why `run`, with so many requests, is not comparable with `self`, as a clause; `None` if it is.
    ///
    /// What only one of both knows is no difference.
    pub(crate) fn difference(&self, run: &Self, requests: u64) -> Option<String> {
        self.other_endpoint(run).or_else(|| self.other_work(run, requests))
    }

    /// The same, whatever was asked: endpoints that only one of both has are no difference.
    pub(crate) fn other_work(&self, run: &Self, requests: u64) -> Option<String> {
        self.other_load(run)
            .or_else(|| {
                let lasted = |seconds: u64| format!("lasted {}", counted(seconds, "second"));
                other_time(self.run_time_s, run.run_time_s, lasted)
            })
            .or_else(|| {
                let ramped = |seconds: u64| {
                    format!("took {} to start its users", counted(seconds, "second"))
                };
                other_time(self.ramp_s, run.ramp_s, ramped)
            })
            .or_else(|| self.other_share(run, requests))
    }

    fn other_endpoint(&self, run: &Self) -> Option<String> {
        let names = |workload: &Self| -> Vec<String> {
            workload
                .endpoints
                .iter()
                .map(|share| format!("{} {}", share.method, share.name))
                .collect()
        };
        let (theirs, ours) = (names(self), names(run));
        let missing =
            |from: &[String], of: &[String]| of.iter().find(|name| !from.contains(name)).cloned();
        missing(&ours, &theirs)
            .map(|name| format!("it has the endpoint {name:?}, this run has not"))
            .or_else(|| {
                missing(&theirs, &ours)
                    .map(|name| format!("this run has the endpoint {name:?}, it has not"))
            })
    }

    fn other_load(&self, run: &Self) -> Option<String> {
        if let (Some(theirs), Some(ours)) = (self.model, run.model)
            && theirs != ours
        {
            let word = |model| if model == LoadModel::Open { "a rate" } else { "users" };
            return Some(format!("it was loaded by {}, this run by {}", word(theirs), word(ours)));
        }
        let is_open = run.model == Some(LoadModel::Open);
        match (self.asked_per_s.zip(run.asked_per_s), self.users.zip(run.users)) {
            (Some((theirs, ours)), _) if differs(theirs, ours) => {
                Some(format!("it was asked for {theirs}/s, this run for {ours}/s"))
            }
            // How many users an open model needs follows from how slow the answers are.
            (_, Some((theirs, ours))) if !is_open && differs(theirs as f64, ours as f64) => {
                Some(format!("it held {}, this run {ours}", counted(theirs, "user")))
            }
            _ => None,
        }
    }

    fn other_share(&self, run: &Self, requests: u64) -> Option<String> {
        let pairs = self.endpoints.iter().filter_map(|theirs| {
            let is_same = |ours: &&Share| ours.method == theirs.method && ours.name == theirs.name;
            Some((theirs, run.endpoints.iter().find(is_same)?))
        });
        let mut pairs = pairs.filter(|(theirs, ours)| {
            let share = (theirs.percent / 100.0).clamp(0.0, 1.0);
            // Both shares vary, hence twice the variance.
            let deviation = 100.0 * (2.0 * share * (1.0 - share) / requests.max(1) as f64).sqrt();
            (theirs.percent - ours.percent).abs()
                > SAME_SHARE_POINTS.max(CHANCE_DEVIATIONS * deviation)
        });
        let (theirs, ours) = pairs.next()?;
        let name = format!("{} {}", theirs.method, theirs.name);
        Some(format!(
            "{} % of its requests went to {name:?}, of this run's {} %",
            theirs.percent, ours.percent
        ))
    }
}

fn differs(theirs: f64, ours: f64) -> bool {
    (theirs - ours).abs() * 100.0 > SAME_LOAD_PERCENT * theirs
}

fn other_time(
    theirs: Option<u64>,
    ours: Option<u64>,
    says: impl Fn(u64) -> String,
) -> Option<String> {
    let (theirs, ours) = theirs.zip(ours)?;
    let apart = theirs.abs_diff(ours);
    let is_other =
        apart > SAME_TIME_S && apart as f64 * 100.0 > SAME_TIME_PERCENT * theirs.max(ours) as f64;
    is_other.then(|| format!("it {}, this run {ours}", says(theirs)))
}

#[cfg(test)]
mod tests {
    use lead_stats::LoadModel;

    use super::{Share, Workload};

    fn workload() -> Workload {
        let share = |name: &str, percent| Share {
            method: "POST".to_owned(),
            name: name.to_owned(),
            percent,
        };
        Workload {
            model: Some(LoadModel::Closed),
            users: Some(300),
            asked_per_s: None,
            ramp_s: Some(29),
            run_time_s: Some(150),
            endpoints: vec![share("/api/v1/score", 83.3), share("/api/v1/score/batch", 16.7)],
        }
    }

    fn difference(change: impl Fn(&mut Workload)) -> Option<String> {
        let mut run = workload();
        change(&mut run);
        workload().difference(&run, 40_000)
    }

    #[test]
    fn each_part_of_a_workload_makes_another_one() {
        let told = [
            difference(|run| run.endpoints[1].name.push('x')),
            difference(|run| run.model = Some(LoadModel::Open)),
            difference(|run| run.users = Some(280)),
            difference(|run| run.run_time_s = Some(60)),
            difference(|run| run.ramp_s = Some(10)),
            difference(|run| run.endpoints[0].percent = 50.0),
        ];
        insta::assert_snapshot!(told.map(Option::unwrap).join("\n"), @r#"
        it has the endpoint "POST /api/v1/score/batch", this run has not
        it was loaded by users, this run by a rate
        it held 300 users, this run 280
        it lasted 150 seconds, this run 60
        it took 29 seconds to start its users, this run 10
        83.3 % of its requests went to "POST /api/v1/score", of this run's 50 %
        "#);
        let open =
            Workload { model: Some(LoadModel::Open), asked_per_s: Some(300.0), ..workload() };
        let faster = Workload { asked_per_s: Some(400.0), ..open.clone() };
        assert_eq!(
            open.difference(&faster, 9).as_deref(),
            Some("it was asked for 300/s, this run for 400/s")
        );
    }

    #[test]
    fn what_chance_moves_and_what_nobody_knows_is_no_difference() {
        assert_eq!(difference(|_| {}), None);
        assert_eq!(difference(|run| run.users = Some(290)), None);
        assert_eq!(difference(|run| (run.ramp_s, run.run_time_s) = (Some(33), Some(140))), None);
        assert_eq!(
            difference(|run| {
                (run.model, run.users, run.ramp_s, run.run_time_s) = (None, None, None, None);
            }),
            None
        );
        // Of 100 requests one half may well be 36 %.
        let even = Workload { endpoints: Vec::new(), ..workload() };
        let with = |percent| {
            let share = Share { method: "GET".to_owned(), name: "/".to_owned(), percent };
            Workload { endpoints: vec![share], ..even.clone() }
        };
        assert_eq!(with(50.0).difference(&with(36.0), 100), None);
        assert!(with(50.0).difference(&with(36.0), 10_000).is_some());
    }

    #[test]
    fn the_hash_is_of_what_is_exact() {
        let measured = Workload { ramp_s: Some(30), run_time_s: Some(151), ..workload() };
        assert_eq!(measured.hash(), workload().hash());
        let exact = [
            Workload { users: Some(301), ..workload() },
            Workload { model: None, ..workload() },
            Workload { asked_per_s: Some(1.0), ..workload() },
            Workload { endpoints: workload().endpoints[..1].to_vec(), ..workload() },
        ];
        for other in exact {
            assert_ne!(other.hash(), workload().hash(), "{other:?}");
        }
        let open = |asked_per_s, users| Workload {
            model: Some(LoadModel::Open),
            asked_per_s: Some(asked_per_s),
            users: Some(users),
            ..workload()
        };
        assert_eq!(open(499.9, 3).hash(), open(500.1, 4).hash());
        assert_ne!(open(500.0, 3).hash(), open(510.0, 3).hash());
    }
}
