//! Was the same asked of the service, and were the surroundings the same?
//!
//! A difference of two runs means something only where everything but one thing is the same. [`Likeness`] lists what each run says
//! of itself; load and surroundings are told apart, because a run with another load is another test.

use lead_stats::Validity;

use super::pair::Pair;
use crate::report::account::Account;
use crate::report::number::span;

/// Runs that lasted this much longer or shorter than one another are told apart.
const SAME_LENGTH: f64 = 0.1;

/// What two runs say of one thing.
pub(super) struct Fact {
    /// What it is about.
    pub(super) name: &'static str,
    /// What each says; empty where it says nothing.
    pub(super) says: [String; 2],
    /// Whether it is a part of the load, and not of the surroundings.
    pub(super) is_load: bool,
    /// Whether both say the same.
    pub(super) is_same: bool,
}

/// How alike two runs were.
pub(super) struct Likeness {
    pub(super) facts: Vec<Fact>,
    /// What each generator thinks of its own run.
    pub(super) validity: [Validity; 2],
}

impl Likeness {
    pub(super) fn of(pair: &Pair) -> Self {
        let accounts = pair.accounts();
        let fact = |name, is_load, says: fn(&Account) -> String| {
            let says = accounts.map(says);
            let is_same = says[0] == says[1];
            Fact { name, says, is_load, is_same }
        };
        let mut lasted = fact("Lasted", true, |account| {
            span(account.recording.elapsed().as_secs_f64().round() as u64)
        });
        let [first, second] = accounts.map(|account| account.recording.elapsed().as_secs_f64());
        lasted.is_same = (first - second).abs() <= SAME_LENGTH * first.max(second);
        let facts = vec![
            fact("Load model", true, |account| match account.recording.asked() {
                None => "closed".to_owned(),
                Some(_) => "open".to_owned(),
            }),
            fact("Load", true, |account| account.header.load.clone()),
            fact("Scenario", true, |account| account.header.scenario.clone()),
            fact("Warm-up", true, |account| match account.recording.warm_up().as_secs() {
                0 => "none".to_owned(),
                seconds => span(seconds),
            }),
            lasted,
            fact("Target", false, |account| account.header.target.clone()),
            fact("Model", false, |account| account.header.model.clone().unwrap_or_default()),
            fact("Revision", false, |account| account.header.revision.clone().unwrap_or_default()),
            fact("Machine", false, |account| account.header.machine.clone()),
            fact("Generator", false, |account| account.header.version.clone()),
        ];
        Self { facts, validity: accounts.map(|account| account.judgement.validity) }
    }

    /// The verdict on the comparison: whether it may be looked at, in a word and a sentence.
    pub(super) fn verdict(&self) -> (Mood, String) {
        let invalid: Vec<&str> = ["A", "B"]
            .into_iter()
            .zip(self.validity)
            .filter_map(|(name, validity)| (validity == Validity::Invalid).then_some(name))
            .collect();
        if !invalid.is_empty() {
            let which = match invalid[..] {
                [one] => format!("Run {one} is INVALID: its"),
                _ => "Both runs are INVALID: their".to_owned(),
            };
            return (
                Mood::Bad,
                format!(
                    "{which} numbers tell of the generator. Do not compare them; run the test again."
                ),
            );
        }
        let others = |is_load| {
            let other = self.facts.iter().filter(|fact| fact.is_load == is_load && !fact.is_same);
            other.map(|fact| fact.name.to_lowercase()).collect::<Vec<String>>().join(", ")
        };
        let (load, around) = (others(true), others(false));
        match (load.as_str(), around.as_str()) {
            ("", "") => (Mood::Good, "The same load, from the same surroundings.".to_owned()),
            ("", around) => {
                (Mood::Good, format!("The same load. What differs beside it: {around}."))
            }
            (load, _) => (
                Mood::Doubtful,
                format!(
                    "NOT THE SAME LOAD (what differs: {load}): the runs are two tests, and every difference below may come from that alone."
                ),
            ),
        }
    }
}

/// How good a verdict on the comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// It may be compared.
    Good,
    /// It is two tests.
    Doubtful,
    /// It may not be compared.
    Bad,
}
