//! Does the run have what the rules speak of?
//!
//! A mistyped endpoint or percentile is found by the first run and not years later: it is an error of the rules, with a
//! list of what the run has. The built-in rules were typed by nobody; what they do not find has no data.

use lead_stats::Summary;

use super::set::Policy;
use crate::{
    error::PolicyError,
    nearest::did_you_mean,
    place::Place,
    rule::{Course, Metric, Rule, Scope},
};

/// A scenario may have thousands of endpoints, and an error is a line.
const LISTED: usize = 20;

impl Policy {
    /// Refuses rules about an endpoint or a percentile that the run does not have, and lists those it has.
    ///
    /// # Errors
    ///
    /// Names the place of the first such rule.
    pub fn require_known(&self, summary: &Summary) -> Result<(), PolicyError> {
        for (rule, place) in self.placed_rules() {
            if *place != Place::BuiltIn {
                let problem =
                    unknown_endpoint(rule, summary).or_else(|| unknown_percentile(rule, summary));
                if let Some(what) = problem {
                    return Err(PolicyError::Wrong { place: place.clone(), what });
                }
            }
        }
        Ok(())
    }
}

fn unknown_endpoint(rule: &Rule, summary: &Summary) -> Option<String> {
    let Scope::Endpoint { method, name } = rule.scope() else { return None };
    if rule.scope().row(summary).is_some() {
        return None;
    }
    let mut rows: Vec<_> = summary.endpoints.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.requests));
    let names: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row.method, row.name)).collect();
    let typed = format!("{method} {name}");
    let hint = did_you_mean(&typed, names.iter().map(String::as_str));
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("'{name}'")).collect();
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "rule {:?}: this run has no endpoint '{typed}'{hint}. It has: {}{more}",
        rule.id(),
        shown.join(", ")
    ))
}

fn unknown_percentile(rule: &Rule, summary: &Summary) -> Option<String> {
    let (Metric::Percentile(fraction) | Metric::Drift(Course::Percentile(fraction))) =
        rule.metric()
    else {
        return None;
    };
    let held = &summary.aggregated.percentiles;
    // Without any value (`N/A`) the file says nothing about its columns: that is a run without data.
    if held.is_empty() || held.at(fraction).is_some() {
        return None;
    }
    let names: Vec<String> = held.iter().map(|(f, _)| Metric::Percentile(f).to_string()).collect();
    Some(format!(
        "rule {:?}: _stats.csv has no column for {}; nothing is interpolated. It has: {}",
        rule.id(),
        Metric::Percentile(fraction),
        names.join(", ")
    ))
}
