//! The numbers of an expression, with their units.
//!
//! A time without its unit is refused: 1000 of what, and the next reader takes seconds for milliseconds. So is a
//! percentage. Numbers are plain decimals, without sign, exponent or separators.

use super::{
    fault::Fault,
    metric::Metric,
    parse::Reader,
    words::{Kind, Word, cut},
};
use crate::quantity::Quantity;

/// A percentage of requests is compared in whole numbers, which hold this many decimals of a percent.
const PERCENT_DECIMALS: usize = 6;

/// What a limit for this metric looks like.
pub(super) fn example(metric: Metric) -> &'static str {
    match metric.unit() {
        "ms" => "800ms or 1.5s",
        "%" => "0.5%",
        "/s" => "300 or 300/s",
        _ => "0",
    }
}

/// Reads a quantity of the unit that `metric` has, such as the floor of a rule.
pub(crate) fn parse_quantity(text: &str, metric: Metric) -> Result<Quantity, Fault> {
    let words = cut(text)?;
    let mut reader = Reader { words: &words, end: text.len() };
    let quantity = quantity(&mut reader, metric)?;
    reader.finish()?;
    Ok(quantity)
}

/// A number with the unit that `metric` is measured in.
pub(super) fn quantity(reader: &mut Reader<'_, '_>, metric: Metric) -> Result<Quantity, Fault> {
    let wanted = format!("a quantity, such as {}", example(metric));
    let word = reader.next(&wanted)?;
    let number = number(word, &wanted)?;
    let unit = unit(reader);
    let refuse = |unit: &str| {
        let text = word.text;
        let what = match unit {
            "" => {
                format!("{text} of what? {metric} needs a unit: write {}", example_of(text, metric))
            }
            comma if comma.starts_with([',', '_']) => {
                "a number is written without separators, and with a point before its decimals"
                    .to_owned()
            }
            unit => {
                format!("{metric} is not measured in {unit:?}: write {}", example_of(text, metric))
            }
        };
        Fault::new(word.at, what)
    };
    match (metric.unit(), unit.as_str()) {
        ("ms", "ms") => Ok(Quantity::Milliseconds(number)),
        ("ms", "s") => Ok(Quantity::Milliseconds(in_milliseconds(word.text))),
        ("%", "%") => percent(word, number, metric),
        ("/s", "/s" | "") => Ok(Quantity::PerSecond(number)),
        ("", "") => word.text.parse().map(Quantity::Count).map_err(|_| {
            Fault::new(
                word.at,
                format!("{metric} are counted one by one; {} is no such count", word.text),
            )
        }),
        (_, unit) => Err(refuse(unit)),
    }
}

/// A factor above zero.
pub(super) fn factor(reader: &mut Reader<'_, '_>) -> Result<f64, Fault> {
    let wanted = "a factor, such as 1.20 for 20 % more";
    let word = reader.next(wanted)?;
    let factor = number(word, wanted)?;
    let unit_at = reader.words.first().map_or(word.at, |next| next.at);
    match unit(reader).as_str() {
        "" if factor > 0.0 => Ok(factor),
        "" => Err(Fault::new(word.at, format!("a factor is above 0; write {wanted}"))),
        unit => Err(Fault::new(
            unit_at,
            format!("a factor has no unit, {unit:?} cannot stand here; write {wanted}"),
        )),
    }
}

/// What stands behind a number without a space within: `ms`, `/s`, `%`.
fn unit(reader: &mut Reader<'_, '_>) -> String {
    let mut unit = String::new();
    let mut end = None;
    while let [word, rest @ ..] = reader.words {
        let adjoins = end.is_none_or(|end| end == word.at);
        if !adjoins || !matches!(word.kind, Kind::Name | Kind::Sign) {
            break;
        }
        unit.push_str(word.text);
        end = Some(word.at + word.text.len());
        reader.words = rest;
    }
    unit
}

fn number(word: Word<'_>, wanted: &str) -> Result<f64, Fault> {
    if word.text == "-" {
        return Err(Fault::new(word.at, format!("no figure of a run is negative; write {wanted}")));
    }
    let number = (word.kind == Kind::Number && !word.text.ends_with('.'))
        .then(|| word.text.parse::<f64>().ok())
        .flatten();
    number
        .filter(|number| number.is_finite())
        .ok_or_else(|| Fault::new(word.at, format!("{:?} is no number; write {wanted}", word.text)))
}

/// Seconds in milliseconds, shifted in decimal so that 1.1s is 1100 ms to the last bit.
fn in_milliseconds(seconds: &str) -> f64 {
    format!("{seconds}e3").parse().expect("a plain number with an exponent is a number")
}

fn percent(word: Word<'_>, number: f64, metric: Metric) -> Result<Quantity, Fault> {
    let decimals = word.text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if metric == Metric::ErrorRate && decimals > PERCENT_DECIMALS {
        let what = format!("a percentage of requests has at most {PERCENT_DECIMALS} decimals here");
        return Err(Fault::new(word.at, what));
    }
    Ok(Quantity::Percent(number))
}

/// The same number as the metric would have it.
fn example_of(number: &str, metric: Metric) -> String {
    match metric.unit() {
        "ms" => format!("{number}ms or {number}s"),
        "" => format!("{number} alone"),
        unit => format!("{number}{unit}"),
    }
}
