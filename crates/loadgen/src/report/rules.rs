//! What the gate said of a run, as a section of the page.
//!
//! [`rules_section`] is pure; judging was the gate's, reading its file `gate.rs`'s.

use std::fmt::Write;

use super::gate::{GateRule, GateVerdict};
use super::markup::Escaped;
use super::number::count;

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// The gate's verdict in a sentence, then each rule with what was observed; nothing where the gate was not asked.
pub(super) fn rules_section(gate: Option<&GateVerdict>) -> String {
    let Some(gate) = gate else { return String::new() };
    let mut section = format!(
        "<section class=\"panel verdict {}\" aria-label=\"Verdict of the gate\">\n<p><b>{}</b> {}</p>\n",
        mood(&gate.verdict),
        Escaped(&gate.verdict.replace('-', " ").to_uppercase()),
        meaning(gate)
    );
    if let Some(error) = &gate.error {
        writeln!(section, "<p class=\"below\">{}</p>", Escaped(error)).expect(FITS);
    }
    section.push_str("</section>\n");
    if !gate.rules.is_empty() {
        let rows: String = worst_first(&gate.rules).into_iter().map(row).collect();
        write!(
            section,
            "<div class=\"table rules\">\n<table>\n<thead><tr><th class=\"name\" scope=\"col\">Rule</th><th scope=\"col\">Verdict</th>\
             <th scope=\"col\">Observed</th><th scope=\"col\">Limit</th><th class=\"text\" scope=\"col\">Why</th></tr></thead>\n\
             <tbody>\n{rows}</tbody>\n</table>\n</div>\n"
        )
        .expect(FITS);
    }
    section
}

/// A rule that does not hold must not be looked for.
fn worst_first(rules: &[GateRule]) -> Vec<&GateRule> {
    let mut sorted: Vec<&GateRule> = rules.iter().collect();
    let order = ["fail", "no-data", "warn", "inconclusive"];
    let rank = |rule: &&GateRule| order.iter().position(|word| *word == rule.verdict);
    // The sort is stable: rules of one verdict keep the policy's order.
    sorted.sort_by_key(|rule| rank(rule).unwrap_or(order.len()));
    sorted
}

fn row(rule: &GateRule) -> String {
    format!(
        "<tr><th class=\"name\" scope=\"row\">{}<small>{}</small></th><td class=\"{}\">{}</td><td>{}</td><td>{}</td>\
         <td class=\"text\">{}</td></tr>\n",
        Escaped(&rule.label),
        Escaped(&rule.expr),
        mood(&rule.verdict),
        Escaped(&rule.verdict.replace('-', " ")),
        Escaped(&observed(rule)),
        Escaped(&limit(rule)),
        Escaped(&rule.why),
    )
}

/// What was observed, rounded to four digits, unless that makes it the limit which it is not.
fn observed(rule: &GateRule) -> String {
    let Some(value) = rule.observed else { return "-".to_owned() };
    let rounded = four_digits(value);
    let is_misread = rule.limit == Some(rounded) && value != rounded;
    with_unit(if is_misread { value } else { rounded }, &rule.unit)
}

/// The limit as it was asked for; where it comes from a baseline that is missing, the words that ask for it.
fn limit(rule: &GateRule) -> String {
    let words = || rule.expr.find(&rule.op).map(|at| rule.expr[at..].to_owned());
    match rule.limit {
        Some(limit) => format!("{} {}", rule.op, with_unit(limit, &rule.unit)),
        None => words().unwrap_or_else(|| format!("{} none", rule.op)),
    }
}

fn with_unit(value: f64, unit: &str) -> String {
    let space = if unit.is_empty() || unit == "/s" { "" } else { " " };
    format!("{}{space}{unit}", figure(value))
}

/// Its first four digits, and none that is whole cut.
fn four_digits(value: f64) -> f64 {
    let decimals = 3 - value.abs().max(1e-9).log10().floor() as i32;
    let step = 10_f64.powi(decimals.clamp(0, 9));
    let rounded = (value * step).round() / step;
    if rounded.is_finite() { rounded } else { value }
}

/// At most four decimals, and none that say nothing; thousands parted.
fn figure(value: f64) -> String {
    let text = format!("{:.4}", value.abs());
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, decimals) = text.split_at(text.find('.').unwrap_or(text.len()));
    let whole = whole.parse().map_or(whole.to_owned(), count);
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{whole}{decimals}")
}

/// The page's class for a verdict.
fn mood(verdict: &str) -> &'static str {
    match verdict {
        "pass" => "good",
        "fail" | "no-data" | "not-judged" => "bad",
        _ => "doubtful",
    }
}

/// What the gate's verdict means, in a sentence.
fn meaning(gate: &GateVerdict) -> String {
    let of = |verdict: &str| gate.rules.iter().filter(|rule| rule.verdict == verdict).count();
    let rules = match gate.rules.len() {
        1 => "1 rule".to_owned(),
        rules => format!("{rules} rules"),
    };
    match gate.verdict.as_str() {
        "pass" if of("warn") > 0 => {
            format!("The gate's policy holds: of {rules}, {} warned.", of("warn"))
        }
        "pass" => format!("The gate's policy holds: {rules}, none broken."),
        "fail" => {
            format!("The gate's policy is broken: {} of {rules}.", of("fail") + of("no-data"))
        }
        "inconclusive" => {
            format!("The gate cannot tell: {} of {rules} may be chance.", of("inconclusive"))
        }
        "not-judged" => "The gate did not judge this run.".to_owned(),
        _ => "The gate's verdict.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{GateRule, GateVerdict, rules_section};

    fn rule(label: &str, verdict: &str, observed: Option<f64>, unit: &str) -> GateRule {
        GateRule {
            label: label.to_owned(),
            expr: format!("{label} <= 300{unit}"),
            verdict: verdict.to_owned(),
            observed,
            op: "<=".to_owned(),
            limit: Some(300.0),
            unit: unit.to_owned(),
            why: "Because <it> was so.".to_owned(),
        }
    }

    #[test]
    fn broken_rules_come_first_with_what_was_observed() {
        let gate = GateVerdict {
            verdict: "fail".to_owned(),
            error: None,
            rules: vec![
                rule("p50", "pass", Some(21.5), "ms"),
                rule("p95", "fail", Some(412.0), "ms"),
                rule("rps", "no-data", None, "/s"),
            ],
        };
        let section = rules_section(Some(&gate));
        assert!(section.contains("<b>FAIL</b> The gate's policy is broken: 2 of 3 rules."));
        let at = |text: &str| section.find(text).unwrap_or_else(|| panic!("{text}: {section}"));
        assert!(at("p95") < at(">rps<") && at(">rps<") < at(">p50<"));
        assert!(section.contains("<td>412 ms</td><td>&lt;= 300 ms</td>"));
        assert!(section.contains("<td class=\"bad\">no data</td><td>-</td><td>&lt;= 300/s</td>"));
        assert!(section.contains("Because &lt;it&gt; was so."));
    }

    #[test]
    fn figures_are_rounded_as_a_person_reads_them_and_limits_are_not() {
        let cells = |rule: &GateRule| (super::observed(rule), super::limit(rule));
        let of = |value, unit| cells(&rule("p95", "fail", Some(value), unit)).0;
        assert_eq!(of(115.222_2, "/s"), "115.2/s");
        assert_eq!(of(35.961_9, "%"), "35.96 %");
        assert_eq!(of(12_345.67, "ms"), "12,346 ms");
        assert_eq!(of(-3.217_89, "%"), "-3.218 %");
        assert_eq!((of(0.012_1, "%"), of(0.0, "")), ("0.0121 %".to_owned(), "0".to_owned()));
        assert_eq!(of(300.04, "ms"), "300.04 ms", "it is above the limit of 300");
        let exact = GateRule { limit: Some(1_234.567), ..rule("p95", "pass", None, "ms") };
        assert_eq!(cells(&exact), ("-".to_owned(), "<= 1,234.567 ms".to_owned()));
        let expr = "p95 <= baseline x1.2".to_owned();
        let missing = GateRule { limit: None, expr, ..exact };
        assert_eq!(cells(&missing).1, "<= baseline x1.2");
    }

    #[test]
    fn a_gate_that_did_not_judge_says_why_and_one_that_was_not_asked_nothing() {
        let error = Some("cannot judge: <nothing> there".to_owned());
        let gate = GateVerdict { verdict: "not-judged".to_owned(), error, rules: Vec::new() };
        let section = rules_section(Some(&gate));
        assert!(section.contains("<b>NOT JUDGED</b> The gate did not judge this run."));
        assert!(
            section.contains("cannot judge: &lt;nothing&gt; there") && !section.contains("<table")
        );
        assert_eq!(rules_section(None), "");
    }
}
