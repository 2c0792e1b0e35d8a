//! `--set RULE.KEY=VALUE`: a rule changed on the command line.

use std::str::FromStr;

use super::draft::{Draft, DraftRule, RUN, TERMS, set_run, unknown_key};
use crate::{error::PolicyError, nearest::did_you_mean, place::Place, rule::Fault};

/// What a rule may be changed in besides its terms.
const LIMITS: [&str; 3] = ["max", "min", "expr"];

/// How the table `[run]` is called here.
const RUN_TABLE: &str = "run";

/// One change of a rule, or of what counts as a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    typed: String,
    target: String,
    key: String,
    value: String,
}

impl FromStr for Change {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{typed:?} is no change; write RULE.KEY=VALUE, such as p95.max=800ms, p95.severity=warn or \
                 run.expect_users=100"
            )
        };
        let (path, value) = typed.split_once('=').ok_or_else(wrong)?;
        // The name of a rule may hold points, a key does not.
        let (target, key) = path.rsplit_once('.').ok_or_else(wrong)?;
        let [target, key, value] = [target, key, value].map(|part| part.trim().to_owned());
        Ok(Self { typed: typed.to_owned(), target, key, value })
    }
}

impl Change {
    /// Changes a policy that is being written.
    pub(super) fn apply(&self, draft: &mut Draft) -> Result<(), PolicyError> {
        if self.target == RUN_TABLE {
            let known = RUN.iter().any(|(key, _)| *key == self.key);
            let changed = match known {
                true => set_run(&mut draft.expected, &self.key, &self.value),
                false => Err(unknown_key(&self.key, RUN.map(|(key, _)| key))),
            };
            return changed.map_err(|fault| self.wrong(&fault));
        }
        let Some(rule) = draft.rules.iter_mut().find(|rule| rule.id == self.target) else {
            return Err(self.unknown_rule(&draft.rules));
        };
        self.change(rule).map_err(|fault| self.wrong(&fault))?;
        rule.place = Place::Option(self.typed.clone());
        Ok(())
    }

    fn change(&self, rule: &mut DraftRule) -> Result<(), Fault> {
        match self.key.as_str() {
            limit if LIMITS.contains(&limit) => rule.set_expr(limit, &self.value),
            term if TERMS.iter().any(|(key, _)| *key == term) => rule.set(term, &self.value),
            other => Err(unknown_key(other, LIMITS.into_iter().chain(TERMS.map(|(key, _)| key)))),
        }
    }

    fn unknown_rule(&self, rules: &[DraftRule]) -> PolicyError {
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        let known = ids.iter().copied().chain([RUN_TABLE]);
        let hint = did_you_mean(&self.target, known.clone());
        let known: Vec<&str> = known.collect();
        let what =
            format!("no rule is called {:?}{hint}. There are: {}", self.target, known.join(", "));
        PolicyError::Wrong { place: Place::Option(self.typed.clone()), what }
    }

    fn wrong(&self, fault: &Fault) -> PolicyError {
        let what = format!("{}.{}: {fault}", self.target, self.key);
        PolicyError::Wrong { place: Place::Option(self.typed.clone()), what }
    }
}
