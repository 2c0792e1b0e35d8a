//! Are there enough requests for a rule to speak about?

use lead_stats::{Endpoint, Summary};

use crate::{
    quantity::{counted, grouped},
    rule::{Limit, Rule, Scope},
    verdict::{Outcome, Status},
};

/// The row that a rule speaks about, or why there is nothing to say; boxed, because the latter is rare and large.
pub(super) fn require<'s>(rule: &Rule, summary: &'s Summary) -> Result<&'s Endpoint, Box<Outcome>> {
    let no_data = |why: String| {
        let limit = match rule.limit() {
            Limit::Absolute(limit) => Some(limit),
            _ => None,
        };
        Box::new(Outcome { limit, ..Outcome::new(rule, Status::NoData, why) })
    };
    let Some(row) = rule.scope().row(summary) else {
        return Err(no_data(match rule.scope() {
            Scope::Endpoint { .. } => {
                "This run has no such endpoint. Mend the rule or the scenario.".to_owned()
            }
            _ => "This run has no endpoints. Was the scenario the right one?".to_owned(),
        }));
    };
    match rule.min_samples() {
        Some(fewest) if row.requests < fewest => Err(no_data(format!(
            "{}, the rule needs {}. Run longer, or with more users.",
            counted(row.requests, "request"),
            grouped(fewest)
        ))),
        _ => Ok(row),
    }
}
