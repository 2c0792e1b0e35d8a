//! One feature's curve as a table, with bars of characters.

use std::io::Write;

use anyhow::{Result, bail};

use crate::{
    artifact::{Artifact, Histogram},
    card::{Table, pair, share as shown_share, short, shown, signed, times},
    curve::Curve,
    schema::{Feature, Kind, Presence},
};

/// Characters of the longest bar to either side of zero.
const LONGEST: f64 = 20.0;

/// Prints the curve of the feature called `name`, and the pairs it is in.
pub(super) fn show(artifact: &Artifact, name: &str, out: &mut impl Write) -> Result<()> {
    let Some(position) = artifact.schema.position(name) else {
        bail!(
            "show feature {name:?}: the model has none of that name; `lead-model inspect FILE` lists them"
        );
    };
    let feature = &artifact.schema.features()[position];
    let unit = feature.unit.as_ref().map_or_else(String::new, |unit| format!(", in {unit}"));
    writeln!(out, "{name}: {}{unit}", feature.meaning)?;
    writeln!(out, "mean absolute points {:.3}\n", artifact.training.importance[position])?;
    let histogram = artifact.reference.as_ref().map(|reference| &reference.features[position]);
    let curve = &artifact.scorecard.curves[position].curve;
    write!(out, "{}", table(feature, curve, histogram).text())?;
    let note = match curve {
        Curve::Ramp(_) if feature.kind != Kind::Flag => {
            "Straight between these values, flat beyond them."
        }
        _ => "Points are log-odds relative to the average training lead.",
    };
    writeln!(out, "{note}")?;
    for entry in &artifact.scorecard.pairs {
        if entry.features.iter().any(|other| other == name) {
            writeln!(out, "pair  {}", pair(entry, &artifact.schema))?;
        }
    }
    Ok(())
}

fn table(feature: &Feature, curve: &Curve, histogram: Option<&Histogram>) -> Table {
    let rows = rows(feature, curve, histogram);
    let limit = rows.iter().map(|row| row.points.abs()).fold(f64::MIN_POSITIVE, f64::max);
    let mut table = Table::default().words("value").number("points").number("odds");
    // Rows lie between the knots of a number, not on them.
    let is_number = matches!(curve, Curve::Ramp(_)) && feature.kind != Kind::Flag;
    let known = !is_number && rows.iter().any(|row| row.share.is_some());
    if known {
        table = table.number("of rows");
    }
    table = table.words("");
    for row in rows {
        let points = signed(row.points, 3);
        let (odds, bar) = (times(row.points), bar(row.points / limit));
        match row.share {
            _ if !known => table.row([row.value, points, odds, bar]),
            part => {
                let part = part.map_or_else(String::new, shown_share);
                table.row([row.value, points, odds, part, bar]);
            }
        }
    }
    table
}

/// One value and its points.
struct Row {
    value: String,
    points: f64,
    share: Option<f64>,
}

fn rows(feature: &Feature, curve: &Curve, histogram: Option<&Histogram>) -> Vec<Row> {
    let part =
        |count: u64| histogram.map(|histogram| count as f64 / (histogram.rows() as f64).max(1.0));
    let mut rows: Vec<Row> = match curve {
        Curve::Ramp(ramp) => {
            let knots = ramp.knots.iter().zip(&ramp.points);
            knots
                .map(|(&knot, &points)| {
                    let share = flagged(feature, knot, histogram).and_then(part);
                    Row { value: value(feature, knot), points, share }
                })
                .collect()
        }
        Curve::Levels(levels) => {
            let counted = |value: f64| {
                let histogram = histogram?;
                let bin = histogram.edges.iter().position(|&edge| edge == value)?;
                part(histogram.counts[bin])
            };
            let named = levels.values.iter().zip(&levels.points).map(|(&level, &points)| Row {
                value: value(feature, level),
                points,
                share: counted(level),
            });
            let others = histogram.and_then(|histogram| histogram.counts.last().copied());
            let unseen = Row {
                value: "(any other)".to_owned(),
                points: levels.unseen,
                share: others.and_then(part),
            };
            named.chain([unseen]).collect()
        }
    };
    if feature.presence == Presence::Optional {
        let points = curve.points(f64::NAN);
        let share = histogram.and_then(|histogram| part(histogram.missing));
        let value = match histogram {
            Some(histogram) if histogram.missing == 0 => "(missing; never in training)".to_owned(),
            Some(_) if matches!(curve, Curve::Ramp(_)) && feature.kind != Kind::Flag => share
                .map_or_else(String::new, |part| {
                    format!("(missing, {} of rows)", shown_share(part))
                }),
            _ => "(missing)".to_owned(),
        };
        rows.push(Row { value, points, share });
    }
    rows
}

/// Training rows with this value of a flag, where the bins tell its two values apart.
fn flagged(feature: &Feature, value: f64, histogram: Option<&Histogram>) -> Option<u64> {
    let histogram = histogram?;
    let alone = feature.kind == Kind::Flag && histogram.bin(0.0) != histogram.bin(1.0);
    alone.then(|| histogram.counts[histogram.bin(value)])
}

/// A value in full where it is a name or short, otherwise shortened.
fn value(feature: &Feature, value: f64) -> String {
    let text = shown(feature, value);
    let full = value.to_string();
    if text == short(value) && full.len() <= 12 { full } else { text }
}

/// A bar to the left or right of the zero line, for -1 to 1.
fn bar(part: f64) -> String {
    let long = (part.abs() * LONGEST).round() as usize;
    let room = LONGEST as usize;
    if part < 0.0 {
        format!("{}{}|", " ".repeat(room - long), "-".repeat(long))
    } else {
        format!("{}|{}", " ".repeat(room), "+".repeat(long))
    }
}
