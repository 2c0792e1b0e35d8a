//! An analysis for a person at a terminal or in a build log.
//!
//! Each series has a line of its figures, a line that draws it, and a sentence for each change with what to do next.
//! Names of a server never begin a line, and all of them are escaped.

use super::{
    analysis::{Analysis, SeriesFindings},
    record::RunRecord,
    shift::{ALPHA, NEEDED, Shift, Standing},
    sparkline::sparkline,
};
use crate::{exit, quantity::counted, report::one_line};

/// A full hash of git is longer than anybody reads.
const SHOWN_COMMIT: usize = 12;

/// The analysis as lines that end with a line end.
pub(super) fn history_text(analysis: &Analysis) -> String {
    let mut text = headline(analysis) + "\n";
    for line in lines(analysis) {
        text.push_str(&(line + "\n"));
    }
    text
}

/// All lines but the headline; those that belong to a series begin with spaces.
pub(super) fn lines(analysis: &Analysis) -> Vec<String> {
    let mut lines = vec![runs(analysis)];
    lines.extend(analysis.undecided.iter().map(|undecided| one_line(&undecided.sentence())));
    lines.extend(elsewhere(analysis));
    if analysis.lacks() == 0 {
        for series in &analysis.series {
            lines.extend(of_series(series, &analysis.file));
        }
        lines.push(format!(
            "Chance alone calls about {:.0} of 100 quiet series changed (alpha {ALPHA}, permutations from seed {}).",
            ALPHA * 100.0,
            analysis.query.seed
        ));
    }
    lines
}

/// The verdict and what is news, on one line.
pub(super) fn headline(analysis: &Analysis) -> String {
    let count = |is: fn(&Shift) -> bool| analysis.changes().filter(|change| is(change)).count();
    let known =
        |change: &Shift| change.worse && matches!(change.standing, Standing::Acknowledged(_));
    let parts = [
        (analysis.regressions(), "new for the worse"),
        (count(Shift::is_improvement), "new for the better"),
        (count(known), "acknowledged"),
        (
            analysis.news_elsewhere().map(|other| other.regressions).sum(),
            "new for the worse under another key",
        ),
        (analysis.undecided.len(), "undecided twice in a row"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    if analysis.exit_code() == exit::FAIL {
        format!("REGRESSION{parts}")
    } else if analysis.lacks() > 0 {
        format!("NOT ENOUGH HISTORY: {} of {NEEDED} runs", analysis.runs.len())
    } else {
        format!("NOTHING WORSE{parts}")
    }
}

/// Other keys: those with news, and the latest of the others.
fn elsewhere(analysis: &Analysis) -> Vec<String> {
    let calm = analysis.others.iter().filter(|other| other.regressions == 0);
    let shown = analysis.news_elsewhere().chain(calm.clone().take(1));
    let mut lines: Vec<String> = shown.map(|other| one_line(&other.sentence())).collect();
    let more = calm.count().saturating_sub(1);
    if more > 0 {
        lines.push(format!("And {} without news.", counted(more as u64, "other key")));
    }
    lines
}

/// Which runs were looked at.
pub(super) fn runs(analysis: &Analysis) -> String {
    let days = match (analysis.runs.first(), analysis.runs.last()) {
        (Some(first), Some(last)) => {
            format!(" of {} to {}", first.ended.day(), last.ended.day())
        }
        _ => String::new(),
    };
    format!(
        "Runs: the last {}{days} with the key {}, of {} in {}.",
        analysis.runs.len(),
        one_line(&analysis.key.to_string()),
        counted(analysis.all_runs as u64, "run"),
        one_line(&analysis.file)
    )
}

/// The figures of a series, drawn, and its changes.
pub(super) fn of_series(series: &SeriesFindings, file: &str) -> Vec<String> {
    let name = one_line(&named_series(series));
    if series.lacks() > 0 {
        return vec![format!(
            "{name}: not enough history, {} of {NEEDED} runs",
            series.values.len()
        )];
    }
    let unit = |value: f64| series.figure.quantity(value);
    let low = series.values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = series.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bars: Vec<usize> = series.changes.iter().map(|change| change.at).collect();
    let calm = if bars.is_empty() { ", no change" } else { "" };
    let mut lines = vec![
        format!(
            "{name}: {} to {} in {}{calm}",
            unit(low),
            unit(high),
            counted(series.values.len() as u64, "run")
        ),
        format!("  {}", sparkline(&series.values, &bars)),
    ];
    for change in &series.changes {
        lines.push(format!("  {}", what(change, series)));
        if change.standing == Standing::New {
            lines.push(format!("  {}", next(change, file)));
        }
    }
    lines
}

/// What a series is called. Raw: may hold a server's text.
pub(super) fn named_series(series: &SeriesFindings) -> String {
    format!("{}{}", series.figure.as_str(), series.scope)
}

/// A change, by what, since when, and what it is to us.
pub(super) fn what(change: &Shift, series: &SeriesFindings) -> String {
    let word = match (&change.standing, change.worse) {
        (Standing::New, true) => "WORSE".to_owned(),
        (Standing::New, false) => "better".to_owned(),
        (Standing::Acknowledged(reason), _) => format!("known ({})", one_line(reason)),
        (Standing::Gone, true) => "was worse for a while".to_owned(),
        (Standing::Gone, false) => "was better for a while".to_owned(),
        (Standing::Back, _) => "back to what it was".to_owned(),
        (Standing::Old, true) => "worse long ago".to_owned(),
        (Standing::Old, false) => "better long ago".to_owned(),
    };
    let [before, after] = [change.before, change.after].map(|v| series.figure.quantity(v));
    format!(
        "{word}: {:+.1} %, from {before} to {after}, p = {:.4}, for {}, {}",
        change.percent(),
        change.p,
        counted(change.since as u64, "run"),
        range(change)
    )
}

/// Between which runs it came.
fn range(change: &Shift) -> String {
    let commits = [&change.last_before.commit, &change.first_after.commit];
    match commits {
        [Some(before), Some(after)] if before != after => {
            format!("in git log {}..{}", short(before), short(after))
        }
        [Some(before), Some(_)] => {
            format!(
                "between two runs of {}: not the revision, but the machine changed",
                short(before)
            )
        }
        _ => format!("between {} and {}", named(&change.last_before), named(&change.first_after)),
    }
}

/// What to do about a change.
pub(super) fn next(change: &Shift, file: &str) -> String {
    if !change.worse {
        return "Next: judge by what it can do now: lead-gate baseline update".to_owned();
    }
    format!(
        "Next: mend it, or say that it is known: lead-gate history ack --file {} --run {} --reason WHY",
        one_line(file),
        short(change.first_after.name())
    )
}

fn named(run: &RunRecord) -> String {
    format!("the run {} of {}", short(run.name()), run.ended)
}

/// The beginning of a commit.
fn short(name: &str) -> String {
    one_line(&name.chars().take(SHOWN_COMMIT).collect::<String>())
}
