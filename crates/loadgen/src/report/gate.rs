//! What the gate said of a run, for a report that shows it.
//!
//! [`GateVerdict`] is the part of `lead-gate check --json` that a person reads first. Judging is the gate's; how it looks on
//! the page is `html.rs`'s.

/// What the gate said.
#[derive(Debug, Clone, PartialEq)]
pub struct GateVerdict {
    /// `pass`, `fail`, `inconclusive` or `not-judged`.
    pub verdict: String,
    /// Why there is no verdict, and what to do; only if not judged.
    pub error: Option<String>,
    /// What each rule came to, in the policy's order; empty if not judged.
    pub rules: Vec<GateRule>,
}

/// What a rule of the policy came to.
#[derive(Debug, Clone, PartialEq)]
pub struct GateRule {
    /// The rule's name, and the endpoint where it speaks about one.
    pub label: String,
    /// The whole rule, such as `p95 <= 300ms`.
    pub expr: String,
    /// `pass`, `inconclusive`, `warn`, `no-data` or `fail`.
    pub verdict: String,
    /// What was observed, in `unit`; nothing without data.
    pub observed: Option<f64>,
    /// `<`, `<=`, `>`, `>=` or `==`.
    pub op: String,
    /// The limit, in `unit`; nothing where it comes from a baseline that is missing.
    pub limit: Option<f64>,
    /// `ms`, `/s`, `%`, or empty for a count.
    pub unit: String,
    /// Why, and for anything but a pass the next step.
    pub why: String,
}
