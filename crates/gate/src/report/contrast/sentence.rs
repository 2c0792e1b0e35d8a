//! What stands in the cells of a figure, and the sentence below the table for one that is not settled. Texts are raw.

use super::facts::percent;
use crate::{
    compare::{Contrast, Effect, FigurePair, Finding, Measure},
    report::escape::shortened,
};

/// Longer names of endpoints are cut.
const LONGEST_NAME: usize = 60;

/// The cells of one row: verdict, figure, base, head, ratio, range, p.
///
/// A figure that does not decide stands in brackets, or behind a dash where there is nothing to say of it.
pub(super) fn cells(figure: &FigurePair) -> [String; 7] {
    let verdict = match (figure.decides, figure.finding) {
        (true, Finding::Regression) => figure.finding.to_string().to_uppercase(),
        (true, finding) => finding.to_string(),
        (false, Finding::NoRegression) => "-".to_owned(),
        (false, finding) => format!("({finding})"),
    };
    let [base, head] = [figure.base_value(), figure.head_value()]
        .map(|value| figure.measure.quantity(value).to_string());
    let none = || "-".to_owned();
    let effect = figure.effect;
    let ratio = effect.map_or_else(none, |effect| times(effect.ratio));
    let range = effect.and_then(|effect| effect.interval).map_or_else(none, |interval| {
        format!("{} to {}", of_one(interval.low), of_one(interval.high))
    });
    let p = match effect {
        Some(effect) => effect.p.map_or_else(none, |p| beside(p, effect.level)),
        None => figure.rank_p.map_or_else(none, |p| format!("{} by ranks", probability(p))),
    };
    [verdict, name(figure), base, head, ratio, range, p]
}

/// The figure's name, with the endpoint's cut to a length that leaves room.
pub(super) fn name(figure: &FigurePair) -> String {
    shortened(&figure.name(), LONGEST_NAME).into_owned()
}

/// p and the level it has to reach.
fn beside(p: f64, level: f64) -> String {
    format!("{} of {}", probability(p), probability(level))
}

/// As many digits as it takes to see on which side of a level it lies; no more where it is far from all of them.
fn probability(p: f64) -> String {
    match p {
        p if p < 0.0001 => "<0.0001".to_owned(),
        p => {
            let text = if p < 0.1 { format!("{p:.4}") } else { format!("{p:.2}") };
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    }
}

/// The figure on both sides and their ratio, such as `10.1 ms became 13.1 ms, x1.302 (1.271 to 1.334)`.
pub(super) fn in_short(figure: &FigurePair) -> String {
    let [_, _, base, head, ratio, range, _] = cells(figure);
    match figure.effect {
        None => format!("{base} became {head}"),
        Some(Effect { interval: None, .. }) => format!("{base} became {head}, {ratio}"),
        Some(_) => format!("{base} became {head}, {ratio} ({range})"),
    }
}

/// [`reason`], behind the name of its figure.
pub(super) fn why(figure: &FigurePair, contrast: &Contrast) -> Option<String> {
    reason(figure, contrast).map(|reason| format!("{}: {reason}", name(figure)))
}

/// Why a deciding figure is not simply without regression, and what to do next; `None` for one that is.
pub(super) fn reason(figure: &FigurePair, contrast: &Contrast) -> Option<String> {
    let sentence = match (figure.finding, figure.effect) {
        (Finding::NoRegression, Some(effect)) => within(figure, effect)?,
        (Finding::NoRegression, None) => return None,
        (Finding::Improvement, Some(effect)) => {
            format!("{} better than the base.", away(effect.ratio))
        }
        (Finding::Regression | Finding::Inconclusive, Some(effect))
            if figure.measure == Measure::Rate
                && !contrast.margin.decide.contains(&Measure::Rate) =>
        {
            unexplained(figure, effect)
        }
        (Finding::Regression, Some(effect)) => format!(
            "{} worse than the base's {}, and chance does not explain it. Find the cause in what changed.{}",
            away(effect.ratio),
            figure.measure.quantity(figure.base_value()),
            doubted_by_ranks(figure)
        ),
        (Finding::Inconclusive, Some(effect)) => open(effect, contrast),
        (Finding::Improvement | Finding::Regression | Finding::Inconclusive, None) => {
            failing(figure)
        }
    };
    Some(sentence)
}

/// A rate that decides unasked.
fn unexplained(figure: &FigurePair, effect: Effect) -> String {
    let [base, head] =
        [figure.base_value(), figure.head_value()].map(|value| figure.measure.quantity(value));
    let next = if figure.finding == Finding::Regression {
        "Look at the head's log, and at its rate over time."
    } else {
        "Chance may explain it: run at least three of each, in turns."
    };
    format!(
        "{head} of the base's {base} came through ({}), and slower answers do not explain it: requests that are never \
         answered have no response time, so percentiles do not show them. {next}",
        times(effect.ratio)
    )
}

/// A difference that is certain and allowed.
fn within(figure: &FigurePair, effect: Effect) -> Option<String> {
    let is_real = effect.p.is_some_and(|p| p <= effect.level) && effect.ratio >= 1.05;
    is_real.then(|| {
        let base = figure.measure.quantity(figure.base_value());
        format!(
            "{} worse than the base's {base}: certain, and within the limit.",
            away(effect.ratio)
        )
    })
}

fn open(effect: Effect, contrast: &Contrast) -> String {
    let limit = contrast.margin.limit;
    let Some(interval) = effect.interval else {
        return format!(
            "{}, and one run of each does not show how much the machine varies. Run at least three of each, in turns.",
            times(effect.ratio)
        );
    };
    let what = if effect.ratio > limit {
        format!("{} is beyond x{limit}, and chance may explain it", times(effect.ratio))
    } else {
        format!(
            "{} is within x{limit}, and up to {} is possible",
            times(effect.ratio),
            times(interval.high)
        )
    };
    let next = match effect.more_rounds {
        Some(1) => "One more round would decide, if it comes out like these.".to_owned(),
        Some(rounds) => format!("{rounds} more rounds would decide, if they come out like these."),
        None => "Hundreds of rounds would not decide: run longer ones, or quieten the machine."
            .to_owned(),
    };
    format!("{what}. {next}")
}

fn failing(figure: &FigurePair) -> String {
    let [base, head] =
        [figure.base_value(), figure.head_value()].map(|value| figure.measure.quantity(value));
    let failing = figure.head.iter().filter(|share| **share > 0.0).count();
    if figure.measure == Measure::Exceptions {
        return format!(
            "{head} in {failing} of {} runs of the head, {base} in those of the base. Look at their _exceptions.csv: \
             what a script did not do is in no figure.",
            figure.head.len()
        );
    }
    if figure.measure == Measure::Silence {
        return format!(
            "Nothing was answered for 10 s, {head} times in {failing} of {} runs of the head, and {base} times in those of \
             the base. The server (or the generator) stood still: look at its log at that time.",
            figure.head.len()
        );
    }
    let next = if figure.finding == Finding::Regression {
        "Look at the failures of the head's runs."
    } else {
        "Look at their failures, and run more rounds."
    };
    format!(
        "{head} of the head's requests failed in {failing} of {} runs, {base} of the base's. {next}",
        figure.head.len()
    )
}

/// Says so if the ranks of the runs do not confirm what their values say, as one wild run does.
fn doubted_by_ranks(figure: &FigurePair) -> String {
    match figure.rank_p {
        Some(p) if p > 0.05 && !figure.measure.is_guard() => format!(
            " The ranks of the runs show less (Mann-Whitney p = {}): look at the single runs.",
            probability(p)
        ),
        _ => String::new(),
    }
}

/// A ratio, as `x1.302`.
pub(super) fn times(ratio: f64) -> String {
    format!("x{}", of_one(ratio))
}

/// A ratio without its sign; what two or three runs allow is beyond all digits.
fn of_one(ratio: f64) -> String {
    match ratio {
        ratio if ratio >= 100.0 => ">100".to_owned(),
        ratio if ratio >= 10.0 => format!("{ratio:.1}"),
        ratio if ratio < 0.01 => "<0.01".to_owned(),
        ratio => format!("{ratio:.3}"),
    }
}

/// How far a ratio lies from 1.
fn away(ratio: f64) -> String {
    percent((ratio - 1.0).abs())
}
