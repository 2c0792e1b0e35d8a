//! What a search came to.
//!
//! [`Finding`] says which rate holds, whether that is the service's limit or only a lower bound, and what gave way first;
//! every run is kept beside it. Showing it is the report's.

use super::breach::Breach;
use super::step::{Outcome, Step};

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchEnd {
    /// The edge was found: one rate holds, another less than 5 % above it does not, both confirmed.
    Edge,
    /// The highest rate that was allowed holds.
    Cap,
    /// The generator did not keep up before the service gave way: the rate is a lower bound.
    Limited,
    /// Not even the lowest rate holds.
    Floor,
    /// In the first run nearly every request failed alike, as it would at any rate.
    Failing,
    /// Runs disagreed until no more were allowed.
    Unsettled,
    /// The service accepts no connections any more.
    Gone,
    /// Somebody stopped it.
    Interrupted,
    /// The generator broke in the middle of it.
    Broken,
}

impl SearchEnd {
    /// `edge`, `cap`, ... as JSON writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Cap => "cap",
            Self::Limited => "generator",
            Self::Floor => "floor",
            Self::Failing => "failing",
            Self::Unsettled => "unsettled",
            Self::Gone => "gone",
            Self::Interrupted => "interrupted",
            Self::Broken => "broken",
        }
    }

    /// The program's exit code: 0 found, 1 not even the lowest rate holds, every request fails, the service is gone or the generator
    /// broke, 3 not to be judged
    /// (the generator was the limit, or runs disagreed), 130 interrupted.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Edge | Self::Cap => 0,
            Self::Floor | Self::Failing | Self::Gone | Self::Broken => 1,
            Self::Limited | Self::Unsettled => 3,
            Self::Interrupted => 130,
        }
    }
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// How it ended.
    pub end: SearchEnd,
    /// The highest rate that holds, in requests per second; nothing when none does.
    pub held_per_s: Option<f64>,
    /// Whether that rate came out the same twice.
    pub is_confirmed: bool,
    /// The lowest rate that does not hold, in requests per second; nothing when every one did.
    pub broke_per_s: Option<f64>,
    /// Every run, in the order in which they were made.
    pub steps: Vec<Step>,
}

impl Finding {
    /// The runs in order of their rates.
    pub fn by_rate(&self) -> Vec<&Step> {
        let mut steps: Vec<&Step> = self.steps.iter().collect();
        steps.sort_by(|a, b| a.asked_per_s.total_cmp(&b.asked_per_s));
        steps
    }

    /// What did not hold at the lowest rate that does not, in words; nothing when every rate held.
    pub fn gave_way(&self) -> Option<String> {
        let broke_per_s = self.broke_per_s?;
        let at_edge = self.steps.iter().filter(|step| step.asked_per_s == broke_per_s);
        at_edge.rev().find_map(|step| match &step.outcome {
            Outcome::Held => None,
            Outcome::Limited(reason) => Some(format!("the generator: {reason}")),
            Outcome::Broke(breaches) => {
                let what: Vec<String> = breaches.iter().map(Breach::to_string).collect();
                Some(format!("{}: {}", kinds(breaches), what.join(", ")))
            }
        })
    }
}

/// `latency`, `errors`, or both; `throughput` where nothing else gave way yet.
fn kinds(breaches: &[Breach]) -> &'static str {
    if breaches.iter().all(|breach| matches!(breach, Breach::Growing { .. })) {
        return "throughput";
    }
    let is_failing = |breach: &Breach| matches!(breach, Breach::Failing { .. });
    let is_slow =
        |breach: &Breach| !is_failing(breach) && !matches!(breach, Breach::Growing { .. });
    match (breaches.iter().any(is_failing), !breaches.iter().any(is_slow)) {
        (true, true) => "errors",
        (true, false) => "latency and errors",
        (false, _) => "latency",
    }
}
