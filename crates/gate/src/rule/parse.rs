//! The grammar of expressions: `METRIC [of 'METHOD name' | of each] OP LIMIT`.
//!
//! ```text
//! METRIC = pNN[.N] | median | avg | min | max | rps | steady_rps | min_window_rps
//!        | requests | failures | error_rate | exceptions | drift(pNN[.N] | avg | rps)
//! OP     = <  <=  >  >=  ==
//! LIMIT  = QUANTITY | baseline * K | baseline + QUANTITY | pinned * K | pinned + QUANTITY
//! ```
//!
//! Times and percentages need their unit; a rate and a count may stand bare, because nothing else can be meant. Whether
//! the parts suit one another is [`Rule`](crate::Rule)'s to say, except for the unit, without which a limit cannot be
//! read.

use std::str::FromStr;

use super::{
    expr::Expr,
    fault::Fault,
    limit::{Limit, Op},
    metric::{Course, Metric, NAMED},
    scope::Scope,
    value,
    words::{Kind, Word, cut},
};
use crate::nearest::did_you_mean;

/// The references that a limit can follow from.
const REFERENCES: [&str; 2] = ["baseline", "pinned"];

impl FromStr for Expr {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let words = cut(text)?;
        let mut reader = Reader { words: &words, end: text.len() };
        let metric = reader.metric()?;
        let scope = reader.scope()?;
        let op = reader.op()?;
        let limit = reader.limit(metric)?;
        reader.finish()?;
        Ok(Self { metric, scope, op, limit })
    }
}

impl Metric {
    /// Reads a metric as it stands in an expression, such as `p95` or `drift(avg)`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let words = cut(text)?;
        let mut reader = Reader { words: &words, end: text.len() };
        let metric = reader.metric()?;
        reader.finish()?;
        Ok(metric)
    }
}

impl Limit {
    /// Reads the right side of a comparison with `metric`, such as `800ms` or `baseline * 1.20`.
    pub(crate) fn parse(text: &str, metric: Metric) -> Result<Self, Fault> {
        let words = cut(text)?;
        let mut reader = Reader { words: &words, end: text.len() };
        let limit = reader.limit(metric)?;
        reader.finish()?;
        Ok(limit)
    }
}

/// The words that are still to be read.
pub(super) struct Reader<'w, 'e> {
    pub(super) words: &'w [Word<'e>],
    /// Where the expression ends.
    pub(super) end: usize,
}

impl<'e> Reader<'_, 'e> {
    /// The next word, or what is missing.
    pub(super) fn next(&mut self, wanted: &str) -> Result<Word<'e>, Fault> {
        let (word, rest) = self
            .words
            .split_first()
            .ok_or_else(|| Fault::new(self.end, format!("something is missing here: {wanted}")))?;
        self.words = rest;
        Ok(*word)
    }

    /// The next word, if it reads `text`.
    pub(super) fn take(&mut self, text: &str) -> Option<Word<'e>> {
        let (word, rest) = self.words.split_first().filter(|(word, _)| word.text == text)?;
        self.words = rest;
        Some(*word)
    }

    /// Refuses words behind the end.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => Err(Fault::new(
                word.at,
                format!(
                    "the expression should end before {:?}; one rule makes one comparison",
                    word.text
                ),
            )),
        }
    }

    fn metric(&mut self) -> Result<Metric, Fault> {
        let word = self.next(&format!("a metric; there are: {}", metrics()))?;
        if word.text == "drift" {
            return self.drift();
        }
        if let Some(metric) = NAMED.into_iter().find(|metric| metric.to_string() == word.text) {
            return Ok(metric);
        }
        match percentile(word.text).map_err(|what| Fault::new(word.at, what))? {
            Some(fraction) => Ok(Metric::Percentile(fraction)),
            None => Err(unknown_metric(word)),
        }
    }

    /// What stands behind `drift`.
    fn drift(&mut self) -> Result<Metric, Fault> {
        let wanted = "drift(p95), drift(avg) or drift(rps)";
        let open = self.next(wanted)?;
        if open.text != "(" {
            return Err(Fault::new(open.at, format!("write {wanted}")));
        }
        let word = self.next(wanted)?;
        let course = match word.text {
            "avg" => Course::Average,
            "rps" => Course::Rps,
            other => match percentile(other).map_err(|what| Fault::new(word.at, what))? {
                Some(fraction) => Course::Percentile(fraction),
                None => {
                    let what = format!("the course of {other:?} is not followed; write {wanted}");
                    return Err(Fault::new(word.at, what));
                }
            },
        };
        match self.next("a closing )")? {
            close if close.text == ")" => Ok(Metric::Drift(course)),
            other => Err(Fault::new(other.at, "a closing ) is missing here")),
        }
    }

    fn scope(&mut self) -> Result<Scope, Fault> {
        if self.take("of").is_none() {
            return Ok(Scope::All);
        }
        let wanted = "an endpoint in single quotes, such as 'POST /api/v1/score', or each";
        let word = self.next(wanted)?;
        match (word.kind, word.text) {
            (_, "each") => Ok(Scope::Each),
            (Kind::Quoted, quoted) => {
                let text = quoted[1..quoted.len() - 1].replace("''", "'");
                let (method, name) = text.split_once(' ').ok_or_else(|| {
                    let what = format!("{text:?} is no endpoint: write method and name as the report does, such as 'POST /api/v1/score'");
                    Fault::new(word.at, what)
                })?;
                Ok(Scope::Endpoint { method: method.to_owned(), name: name.to_owned() })
            }
            (_, other) => {
                Err(Fault::new(word.at, format!("{other:?} is no endpoint; write {wanted}")))
            }
        }
    }

    fn op(&mut self) -> Result<Op, Fault> {
        let all = Op::ALL.map(Op::as_str).join(", ");
        let word = self.next(&format!("an operator; there are: {all}"))?;
        if let Some(op) = Op::ALL.into_iter().find(|op| op.as_str() == word.text) {
            return Ok(op);
        }
        let hint = match word.text {
            "=" => "; write == if exactly this is meant, <= if at most this",
            "=<" => "; write <=",
            "=>" => "; write >=",
            _ => "",
        };
        let what = format!("{:?} is no operator{hint}. There are: {all}", word.text);
        Err(Fault::new(word.at, what))
    }

    fn limit(&mut self, metric: Metric) -> Result<Limit, Fault> {
        let wanted = format!("a limit, such as {}", value::example(metric));
        let word = *self
            .words
            .first()
            .ok_or_else(|| Fault::new(self.end, format!("something is missing here: {wanted}")))?;
        if word.kind != Kind::Name {
            return value::quantity(self, metric).map(Limit::Absolute);
        }
        self.next(&wanted)?;
        let is_pinned = match word.text {
            "baseline" => false,
            "pinned" => true,
            other => {
                let hint = did_you_mean(other, REFERENCES);
                let what = format!(
                    "{other:?} is no limit{hint}; write {wanted}, baseline * 1.20, baseline + 5ms, or either with pinned"
                );
                return Err(Fault::new(word.at, what));
            }
        };
        let wanted = format!(
            "how far from the {0}: {0} * 1.20, or {0} + a quantity such as {0} + 5ms",
            word.text
        );
        let sign = self.next(&wanted)?;
        match (sign.text, is_pinned) {
            ("*", false) => value::factor(self).map(Limit::TimesBaseline),
            ("*", true) => value::factor(self).map(Limit::TimesPinned),
            ("+", false) => value::quantity(self, metric).map(Limit::PlusBaseline),
            ("+", true) => value::quantity(self, metric).map(Limit::PlusPinned),
            _ => Err(Fault::new(
                sign.at,
                format!("{:?} cannot stand here: write {wanted}", sign.text),
            )),
        }
    }
}

/// The fraction of `p95`, 0.95; `None` if the word does not begin like a percentile.
fn percentile(word: &str) -> Result<Option<f64>, String> {
    let Some(percent) = word.strip_prefix('p') else { return Ok(None) };
    if !percent.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let (_, decimals) = percent.split_once('.').unwrap_or((percent, ""));
    // In decimal, so that p99.9 is 0.999 and not 0.9990000000000001.
    let fraction = format!("{percent}e-2").parse::<f64>().ok();
    let is_plain = percent.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match fraction.filter(|_| is_plain && !percent.ends_with('.')) {
        Some(fraction) if decimals.len() <= 3 && fraction > 0.0 && fraction <= 1.0 => {
            Ok(Some(fraction))
        }
        _ => Err(format!(
            "{word:?} is no percentile: write p and a percentage above 0 up to 100 with at most three decimals, such as p95 \
             or p99.9"
        )),
    }
}

/// All metrics, as a message lists them.
fn metrics() -> String {
    let named = NAMED.map(|metric| metric.to_string()).join(", ");
    format!("pNN such as p95 or p99.9, {named}, drift(p95), drift(avg), drift(rps)")
}

fn unknown_metric(word: Word<'_>) -> Fault {
    if word.text == "p" {
        return Fault::new(word.at, "a percentile is written in one: p95, not p(95)");
    }
    let named = NAMED.map(|metric| metric.to_string());
    let known = named.iter().map(String::as_str).chain(["drift", "p50", "p90", "p95", "p99"]);
    let hint = did_you_mean(word.text, known);
    Fault::new(word.at, format!("{:?} is no metric{hint}. There are: {}", word.text, metrics()))
}
