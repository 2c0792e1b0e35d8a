//! What was compared and how sure it can be, in sentences that the table and the job summary share. Texts are raw.

use crate::{
    compare::{Contrast, Contribution, FigurePair, Finding, Margin, Pairing, Spread},
    quantity::{counted, grouped},
};

/// `INCONCLUSIVE` and `inconclusive in 2, no regression in 4 of 6 figures that decide`.
pub(super) fn headline(contrast: &Contrast) -> (String, String) {
    let count = |finding: Finding| {
        let settled = contrast.deciding().filter(|figure| figure.finding == finding).count();
        (settled > 0).then(|| format!("{finding} in {settled}"))
    };
    let order =
        [Finding::Regression, Finding::Inconclusive, Finding::Improvement, Finding::NoRegression];
    let counts: Vec<String> = order.into_iter().filter_map(count).collect();
    let deciding = contrast.deciding().count();
    let counts = format!("{} of {deciding} figures that decide", counts.join(", "));
    (contrast.finding.to_string().to_uppercase(), counts)
}

/// The runs, how they were held against each other, what decides, and what a simpler rule would be worth here.
pub(super) fn sentences(contrast: &Contrast) -> Vec<String> {
    let mut sentences = vec![
        side("Base", &contrast.base),
        side("Head", &contrast.head),
        pairing(contrast),
        levels(contrast),
    ];
    sentences.extend(contrast.spread.map(|spread| worth(contrast, spread)));
    sentences.extend(contrast.more_rounds().map(|rounds| {
        format!(
            "{} would decide all that is open, if they come out like these.",
            counted(rounds as u64, "more round")
        )
    }));
    sentences
}

fn side(name: &str, runs: &[Contribution]) -> String {
    let requests = runs.iter().map(|run| run.requests).sum();
    let failures = runs.iter().map(|run| run.failures).sum();
    let (first, last) = (runs.first(), runs.last());
    let paths = match (first, last) {
        (Some(first), Some(last)) if runs.len() > 1 => {
            format!("{} to {}", first.path.display(), last.path.display())
        }
        (Some(only), _) => only.path.display().to_string(),
        _ => String::new(),
    };
    format!(
        "{name}: {}, {}, {} failed ({paths}).",
        counted(runs.len() as u64, "run"),
        counted(requests, "request"),
        grouped(failures)
    )
}

fn pairing(contrast: &Contrast) -> String {
    match contrast.pairing {
        Pairing::Paired => "Runs took turns, so each is held against its neighbour: a machine that grows slower meanwhile \
                            moves both."
            .to_owned(),
        Pairing::Pooled => "Runs did not take turns, so all are held against all: what the machine did meanwhile looks like \
                            a change. Let base and head take turns."
            .to_owned(),
    }
}

fn levels(contrast: &Contrast) -> String {
    let Margin { confidence, .. } = contrast.margin;
    let is_asked = |figure: &&FigurePair| contrast.margin.decide.contains(&figure.measure);
    let deciding = contrast.deciding().filter(is_asked).count();
    let share = if deciding > 1 {
        format!(
            " All {deciding} deciding figures share it (Bonferroni: half for all requests, half for the endpoints), so each \
             has a smaller p to reach."
        )
    } else {
        String::new()
    };
    format!(
        "A regression is a ratio above {} that chance explains in less than {} of comparisons.{share} Ranges hold at {}.",
        contrast.margin.limit,
        percent(contrast.margin.alpha()),
        percent(confidence),
    )
}

fn worth(contrast: &Contrast, spread: Spread) -> String {
    let limit = contrast.margin.limit;
    let figure = contrast.margin.decide.first().map_or("it", |measure| measure.as_str());
    let pairs = spread
        .within_pairs
        .map(|within| format!(", by {} within pairs", percent(within)))
        .unwrap_or_default();
    format!(
        "{figure} varies by {} from run to run here (s){pairs}. At that s a rule on single runs (head <= base x{limit}) \
         would raise a false alarm in {} of comparisons, on medians of 5 in {}, and would see +20 % in {}, +30 % in {} and \
         +50 % in {}.",
        percent(spread.s),
        percent(spread.false_alarm(limit)),
        percent(spread.false_alarm_of_5(limit)),
        percent(spread.caught(limit, 1.2)),
        percent(spread.caught(limit, 1.3)),
        percent(spread.caught(limit, 1.5)),
    )
}

/// A share between 0 and 1 in percent, two digits of it.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        p if p >= 9.95 => format!("{p:.0} %"),
        p if p >= 0.1 => {
            format!("{} %", format!("{p:.1}").trim_end_matches('0').trim_end_matches('.'))
        }
        p if p >= 0.01 => format!("{p:.2} %"),
        _ => "<0.01 %".to_owned(),
    }
}
