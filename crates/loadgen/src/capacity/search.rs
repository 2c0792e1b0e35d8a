//! Which rate to try next, and when enough is known.
//!
//! [`Search`] is a pure function of what was tried so far. While everything holds it doubles the rate; from the first
//! rate that does not hold it halves the interval between the highest rate that holds and the lowest that does not,
//! until the one is less than 5 % above the other ([`NEAR`]). Neither is believed at once: each must come out the same
//! twice, and where two runs disagree a third decides. A rate that changes sides by that moves the interval and the
//! search goes on from there, so one unlucky run costs time, not truth. A start that does not hold is halved, down to a
//! 64th. After [`MOST_STEPS`] runs it stops and says that it is not settled.
//!
//! A rate at which the generator was the limit counts as one that does not hold while the interval shrinks: below it the
//! service may still give way first. If it does not, the answer is a lower bound.

use std::ops::ControlFlow;

use super::finding::{Finding, SearchEnd};
use super::step::{Outcome, Step};

/// The interval is narrow enough when its upper end is less than this factor above the lower one.
const NEAR: f64 = 1.05;

/// No more runs than this: at 20 s each a quarter of an hour. Without noise 300/s to 5,000/s takes 12.
const MOST_STEPS: usize = 45;

/// How far the rate rises after each rate that held.
const CLIMB: f64 = 2.0;

/// How far below the start the search goes when nothing holds.
const DEEPEST: f64 = 64.0;

/// A search for the edge.
#[derive(Debug, Clone)]
pub struct Search {
    start: f64,
    floor: f64,
    cap: f64,
    /// In order of their rates.
    tried: Vec<Tried>,
    steps: usize,
}

/// What is next.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Next {
    /// Run at so many requests per second.
    Run(f64),
    /// Enough is known.
    Enough(SearchEnd),
}

/// How often a rate came out how.
#[derive(Debug, Clone, Copy)]
struct Tried {
    rate: f64,
    held: u32,
    broke: u32,
    limited: u32,
}

impl Tried {
    /// Two runs agreed. Of three that came out in three ways none has decided; of four, two are alike.
    fn is_settled(&self) -> bool {
        self.most() >= 2
    }

    /// Runs disagreed and nothing has decided between them yet.
    fn is_disputed(&self) -> bool {
        self.held + self.broke + self.limited >= 2 && !self.is_settled()
    }

    /// Whether it counts as holding; in doubt it does not.
    fn holds(&self) -> bool {
        self.held > self.broke + self.limited
    }

    /// Whether the generator is why it does not hold; in doubt it is, for then nothing is known about the service.
    fn is_limited(&self) -> bool {
        !self.holds() && self.limited > 0 && self.limited >= self.broke
    }

    fn most(&self) -> u32 {
        self.held.max(self.broke).max(self.limited)
    }
}

impl Search {
    /// Begins at `start` and never goes above `cap`, both in requests per second and above zero.
    pub fn new(start: f64, cap: f64) -> Self {
        let start = start.min(cap);
        // Below one request per second no percentile means anything within a step.
        let floor = (start / DEEPEST).max(1.0).min(start);
        Self { start, floor, cap, tried: Vec::new(), steps: 0 }
    }

    fn next(&self) -> Next {
        if let Some(disputed) = self.tried.iter().find(|tried| tried.is_disputed()) {
            return self.run(disputed.rate);
        }
        match self.interval() {
            (None, None) => self.run(self.start),
            (Some(low), None) if low.rate < self.cap => {
                self.run(rounded(low.rate * CLIMB).min(self.cap))
            }
            (Some(low), None) => self.confirm(&[low], SearchEnd::Cap),
            (None, Some(high)) if high.rate > self.floor => {
                let half = rounded(high.rate / CLIMB);
                self.run(if half < self.floor * NEAR { self.floor } else { half })
            }
            (None, Some(high)) => self.confirm(
                &[high],
                if high.is_limited() { SearchEnd::Limited } else { SearchEnd::Floor },
            ),
            (Some(low), Some(high)) => {
                let middle = rounded((low.rate * high.rate).sqrt());
                if high.rate / low.rate >= NEAR && low.rate < middle && middle < high.rate {
                    return self.run(middle);
                }
                let end = if high.is_limited() { SearchEnd::Limited } else { SearchEnd::Edge };
                self.confirm(&[low, high], end)
            }
        }
    }

    /// The lowest rate that does not hold, and the highest below it that does.
    fn interval(&self) -> (Option<Tried>, Option<Tried>) {
        let edge = self.tried.iter().position(|tried| !tried.holds());
        let below = edge.unwrap_or(self.tried.len()).checked_sub(1);
        (below.map(|at| self.tried[at]), edge.map(|at| self.tried[at]))
    }

    /// This end, once these are settled.
    fn confirm(&self, ends: &[Tried], end: SearchEnd) -> Next {
        match ends.iter().find(|tried| !tried.is_settled()) {
            Some(open) => self.run(open.rate),
            None => Next::Enough(end),
        }
    }

    fn run(&self, rate: f64) -> Next {
        if self.steps < MOST_STEPS { Next::Run(rate) } else { Next::Enough(SearchEnd::Unsettled) }
    }

    fn note(&mut self, rate: f64, outcome: &Outcome) {
        self.steps += 1;
        let at = match self.tried.binary_search_by(|tried| tried.rate.total_cmp(&rate)) {
            Ok(at) => at,
            Err(at) => {
                self.tried.insert(at, Tried { rate, held: 0, broke: 0, limited: 0 });
                at
            }
        };
        let tried = &mut self.tried[at];
        *match outcome {
            Outcome::Held => &mut tried.held,
            Outcome::Broke(_) => &mut tried.broke,
            Outcome::Limited(_) => &mut tried.limited,
        } += 1;
    }

    fn finding(&self, end: SearchEnd, steps: Vec<Step>) -> Finding {
        let (low, high) = self.interval();
        let is_confirmed = |tried: &Tried| tried.is_settled();
        Finding {
            end,
            held_per_s: low.map(|low| low.rate),
            is_confirmed: low.as_ref().is_some_and(is_confirmed),
            broke_per_s: high.map(|high| high.rate),
            steps,
        }
    }
}

/// Tries one rate after another until enough is known, or until `probe` says how it has to end.
///
/// Where nearly every request of the first run failed alike, as it would at any rate, the search [ends](SearchEnd::Failing).
/// Where `probe` fails the search [is broken](SearchEnd::Broken): what was known until then, and beside it why it failed.
pub fn search<E>(
    mut search: Search,
    mut probe: impl FnMut(f64) -> Result<ControlFlow<SearchEnd, Step>, E>,
) -> (Finding, Option<E>) {
    let mut steps = Vec::new();
    loop {
        let rate = match search.next() {
            Next::Run(rate) => rate,
            Next::Enough(end) => return (search.finding(end, steps), None),
        };
        match probe(rate) {
            Err(reason) => return (search.finding(SearchEnd::Broken, steps), Some(reason)),
            Ok(ControlFlow::Break(end)) => return (search.finding(end, steps), None),
            Ok(ControlFlow::Continue(step)) => {
                search.note(rate, &step.outcome);
                let is_hopeless = steps.is_empty() && step.measured.fails_at_any_rate();
                steps.push(step);
                if is_hopeless {
                    return (search.finding(SearchEnd::Failing, steps), None);
                }
            }
        }
    }
}

/// Three significant digits: a rate that a person can read, and far finer than [`NEAR`].
fn rounded(rate: f64) -> f64 {
    let unit = 10_f64.powf(rate.log10().floor() - 2.0);
    // Dividing by a power of ten keeps short decimals short where multiplying would not.
    if unit < 1.0 {
        (rate / unit).round() / (1.0 / unit).round()
    } else {
        (rate / unit).round() * unit
    }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn rates_have_three_digits() {
        let rates = [4_242.64, 300.0, 9_999.0, 1.0, 2.34567, 0.123456, 848.5, 12_345.0];
        let expect = [4_240.0, 300.0, 10_000.0, 1.0, 2.35, 0.123, 849.0, 12_300.0];
        assert_eq!(rates.map(rounded), expect);
    }
}
