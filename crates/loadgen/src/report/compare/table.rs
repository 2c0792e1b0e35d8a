//! The comparison for the terminal.

use std::fmt::Write;

use super::delta::{Delta, Figure, Reading, deltas};
use super::interval::Estimate;
use super::likeness::Likeness;
use super::pair::{Pair, Row};
use crate::report::number::{count, ms, plain_percent, rate};

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// What every comparison of one run each must be read with.
pub(super) const CAVEAT: &str = "Intervals (95 %) know what chance does within a run, and nothing of how runs differ from one to the \
    next: that takes several of each, and `lead-gate compare`.";

/// The comparison as lines of text.
pub fn compare_table(pair: &Pair) -> String {
    let likeness = Likeness::of(pair);
    let mut text = format!("A: {}\nB: {}\n\n", line(&pair.first.name), line(&pair.second.name));
    let name_of = |mark: &str| match mark {
        "A" => likeness.validity[0],
        _ => likeness.validity[1],
    };
    for fact in likeness.facts.iter().filter(|fact| !fact.is_same) {
        for (mark, says) in ["A", "B"].into_iter().zip(&fact.says) {
            let says = if says.is_empty() { "(not known)" } else { says };
            writeln!(text, "{:<10} {mark}: {}", fact.name, line(says)).expect(FITS);
        }
    }
    writeln!(text, "{:<10} A: {}, B: {}", "Run", name_of("A"), name_of("B")).expect(FITS);
    writeln!(text, "{}\n", likeness.verdict().1).expect(FITS);
    let [first, second, change, interval] = ["A", "B", "change", "95 % interval"];
    writeln!(text, "{first:>25} {second:>10} {change:>10}   {interval:<24} reading").expect(FITS);
    for row in pair.rows() {
        writeln!(text, "{}", title(&row)).expect(FITS);
        if row.requests().is_some() {
            deltas(pair, &row).iter().for_each(|delta| text.push_str(&delta_line(delta)));
        }
    }
    writeln!(text, "\n{CAVEAT}").expect(FITS);
    text
}

fn delta_line(delta: &Delta) -> String {
    let [first, second] = delta.values.map(|value| shown(delta.figure, value));
    let change = delta.change.map_or("-".to_owned(), |change| percent(delta.figure, change.value));
    let reading = delta.reading().as_str();
    let line = format!(
        "  {:<12} {first:>10} {second:>10} {change:>10}   {:<24} {reading}",
        delta.figure.name(),
        interval(delta),
    );
    format!("{}\n", line.trim_end())
}

/// What a row is about.
fn title(row: &Row<'_>) -> String {
    let name = match row.method {
        "" => "All requests".to_owned(),
        method => line(&format!("{method} {}", row.name)),
    };
    match row.requests() {
        Some([first, second]) => {
            format!("{name} ({} and {} requests)", count(first), count(second))
        }
        None => format!("{name} ({})", row.only_in()),
    }
}

/// A value of a figure.
pub(super) fn shown(figure: Figure, value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| match figure {
        Figure::Percentile(_) => ms(value),
        Figure::Rate => rate(value),
        Figure::Failures => plain_percent(value),
    })
}

/// A change, with its sign and unit: percent of the first, or points of a share.
pub(super) fn percent(figure: Figure, change: f64) -> String {
    let percent = change * 100.0;
    let digits = match percent.abs() {
        small if small < 0.095 => 2,
        middle if middle < 99.95 => 1,
        _ => 0,
    };
    let unit = if figure == Figure::Failures { "pts" } else { "%" };
    // A zero has no sign.
    let rounded = format!("{percent:+.digits$}");
    let number = if rounded.trim_matches(['+', '-', '0', '.']).is_empty() { "0" } else { &rounded };
    format!("{number} {unit}")
}

/// The ends of the interval; words for those that are not known.
pub(super) fn interval(delta: &Delta) -> String {
    let end = |end: f64| percent(delta.figure, end);
    // The unit stands once.
    let from = |low: f64| end(low).split(' ').next().unwrap_or_default().to_owned();
    match delta.change {
        None => String::new(),
        Some(Estimate { low: Some(low), high: Some(high), .. }) => {
            format!("{} to {}", from(low), end(high))
        }
        Some(Estimate { low: Some(low), .. }) => format!("{} or more", end(low)),
        Some(Estimate { high: Some(high), .. }) => format!("{} or less", end(high)),
        Some(_) => String::new(),
    }
}

/// A text of one line, without anything that a terminal would obey.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A reading as a class of the page.
pub(super) fn class(delta: &Delta) -> &'static str {
    match (delta.figure.is_worse(delta.reading()), delta.reading()) {
        (Some(true), _) => "worse",
        (Some(false), _) => "better",
        (None, Reading::More | Reading::Less) => "other",
        (None, _) => "weak",
    }
}

#[cfg(test)]
mod tests {
    use super::{Figure, line, percent};

    #[test]
    fn changes_have_a_sign_and_as_many_digits_as_mean_something() {
        let changes = [0.0, 0.000_01, 0.000_5, -0.12, 0.5, 2.0, 12.0];
        assert_eq!(
            changes.map(|change| percent(Figure::Rate, change)),
            ["0 %", "0 %", "+0.05 %", "-12.0 %", "+50.0 %", "+200 %", "+1200 %"]
        );
        assert_eq!(percent(Figure::Failures, -0.001_2), "-0.1 pts");
    }

    #[test]
    fn a_terminal_is_told_nothing() {
        assert_eq!(line("a\u{1b}[31m\nb"), "a\u{fffd}[31m\u{fffd}b");
    }
}
