//! The verdict: every rule in turn, and the worst of what they say.
//!
//! [`judge`] is pure and total: any facts have a verdict, and facts that speak more strongly against a run never give it a
//! better one.

use lead_stats::Validity;

use super::facts::Facts;
use super::rule::{Reason, Rule};
use super::{blame, generator, offered};

/// What is to be thought of a run's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// How far they can be believed.
    pub validity: Validity,
    /// Why not further, the worst first.
    pub reasons: Vec<Reason>,
    /// What of the generator limited the run, in words that fit behind "the generator:"; nothing where it did not.
    pub generator: Option<String>,
    /// What is said and not judged, as sentences.
    pub notes: Vec<String>,
}

/// Judges a run by what is known of it.
pub fn judge(facts: &Facts) -> Judgement {
    let mut reasons: Vec<Reason> =
        Rule::ALL.iter().filter_map(|&rule| doubt(rule, facts)).collect();
    // Stable: within a weight the rules keep their order.
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.validity));
    let validity = reasons.first().map_or(Validity::Valid, |worst| worst.validity);
    let generator = blame::generator(facts, &reasons);
    Judgement { validity, reasons, generator, notes: generator::notes(facts) }
}

/// What a rule has against a run.
fn doubt(rule: Rule, facts: &Facts) -> Option<Reason> {
    let (validity, sentence) = match rule {
        Rule::NoRequests => offered::no_requests(facts),
        Rule::Achieved => offered::achieved(facts),
        Rule::Unsent => offered::unsent(facts),
        Rule::SendLag => offered::send_lag(facts),
        Rule::Dropped => offered::dropped(facts),
        Rule::CutShort => offered::cut_short(facts),
        Rule::FewRequests => offered::few_requests(facts),
        Rule::OwnCpu => generator::own_cpu(facts),
        Rule::SenderThread => generator::sender_thread(facts),
        Rule::Starved => generator::starved(facts),
        Rule::Stall => generator::stall(facts),
        Rule::OwnFailures => generator::own_failures(facts),
        Rule::HostCpu => generator::host_cpu(facts),
    }?;
    Some(Reason { rule, validity, sentence })
}
