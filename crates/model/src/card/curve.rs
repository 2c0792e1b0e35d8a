//! What one feature is worth, drawn: a ramp as a line over the distribution of its values, a category as bars.

use super::{
    bars::{Bar, bars, shortened},
    chart::{Chart, panel},
    number::{percent, share, short, signed, times},
    scale::Scale,
    sentence::shown,
};
use crate::{
    artifact::{Artifact, Histogram},
    curve::{Curve, Levels, Ramp},
    schema::{Feature, Kind, Presence},
};

/// Height of the drawing area in pixels.
const HEIGHT: f64 = 150.0;
/// Pixels to the right for missing values.
const MARGIN: f64 = 46.0;
/// Share of the drawing area that the commonest values take.
const TALLEST: f64 = 0.45;
/// Characters of a unit that fit below an axis.
const UNIT_CHARS: usize = 28;
/// Points of a line on a logarithmic scale, where straight pieces are bent.
const SAMPLES: u32 = 90;
/// A feature is drawn at least this share as large as the strongest one, so that noise does not look like a signal.
const LEAST: f64 = 0.25;

/// The panels of these features, on scales that can be compared.
pub(super) fn curves(artifact: &Artifact, positions: &[usize]) -> String {
    let size = |&position: &usize| size(&artifact.scorecard.curves[position].curve);
    let largest = positions.iter().map(size).fold(0.0, f64::max);
    let draw = |&position: &usize| {
        let feature = &artifact.schema.features()[position];
        let limit = size(&position).max(LEAST * largest).max(f64::MIN_POSITIVE) * 1.15;
        let histogram = artifact.reference.as_ref().map(|reference| &reference.features[position]);
        match &artifact.scorecard.curves[position].curve {
            Curve::Ramp(ramp) if feature.kind == Kind::Flag => {
                flag(feature, ramp, histogram, limit)
            }
            Curve::Ramp(ramp) => line(feature, ramp, histogram, limit),
            Curve::Levels(levels) => category(feature, levels, histogram, limit),
        }
    };
    positions.iter().map(draw).collect()
}

/// The largest points of a curve, whatever their sign.
fn size(curve: &Curve) -> f64 {
    let (points, rest) = match curve {
        Curve::Ramp(ramp) => (&ramp.points, [ramp.missing; 2]),
        Curve::Levels(levels) => (&levels.points, [levels.unseen, levels.missing]),
    };
    points.iter().chain(&rest).map(|points| points.abs()).fold(0.0, f64::max)
}

fn line(feature: &Feature, ramp: &Ramp, histogram: Option<&Histogram>, limit: f64) -> String {
    let edges = histogram.map_or(&[][..], |histogram| &histogram.edges);
    let mut values: Vec<f64> = ramp.knots.iter().chain(edges).copied().collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[0], values[values.len() - 1]);
    let optional = can_miss(feature, histogram);
    let margin = if optional { MARGIN } else { 0.0 };
    let (x, y) = (Scale::of(&values, low, high), Scale::linear(-limit, limit));
    let description = format!("Points of {} by its value", feature.name);
    let mut chart = Chart::with_margin(&description, x, y, HEIGHT, margin);
    if let Some(histogram) = histogram {
        distribution(&mut chart, histogram, &x, (low, high));
    }
    let unit = shortened(feature.unit.as_deref().unwrap_or("value"), UNIT_CHARS);
    let bent = if x.is_logarithmic() { ", logarithmic" } else { "" };
    chart.axes(&short, &|points| signed(points, decimals(limit)), &format!("{unit}{bent}"));
    chart.line("accent", path(ramp, &x, low, high).into_iter());
    for (&knot, &points) in ramp.knots.iter().zip(&ramp.points) {
        chart.dot("accent", (knot, points), 3.0, &worth(&short(knot), points));
    }
    if optional {
        missing(&mut chart, ramp.missing);
    }
    panel(&feature.name, &caption(feature, histogram), &chart.finish())
}

/// The line itself, flat beyond the first and last knot.
fn path(ramp: &Ramp, x: &Scale, low: f64, high: f64) -> Vec<(f64, f64)> {
    let curve = Curve::Ramp(ramp.clone());
    let mut at: Vec<f64> = ramp.knots.iter().copied().chain([low, high]).collect();
    if x.is_logarithmic() {
        at.extend((1..SAMPLES).map(|step| x.value(f64::from(step) / f64::from(SAMPLES))));
    }
    at.sort_by(f64::total_cmp);
    at.dedup();
    at.into_iter().map(|value| (value, curve.points(value))).collect()
}

/// Where the training rows lie: bars whose height is the square root of how dense they are.
fn distribution(chart: &mut Chart, histogram: &Histogram, x: &Scale, ends: (f64, f64)) {
    let Some([low, high]) = histogram.range else { return };
    let rows = histogram.rows();
    let starts = [low.max(ends.0)].into_iter().chain(histogram.edges.iter().copied());
    let stops = histogram.edges.iter().copied().chain([high.min(ends.1)]);
    let bins: Vec<(f64, f64, u64)> = starts
        .zip(stops)
        .zip(&histogram.counts)
        .filter(|((from, to), count)| from <= to && **count > 0)
        .map(|((from, to), &count)| (from, to, count))
        .collect();
    // A single value has no width; it is drawn as wide as can be seen.
    let density = |&(from, to, count): &(f64, f64, u64)| {
        count as f64 / (x.place(to) - x.place(from)).max(0.015)
    };
    let densest = bins.iter().map(density).fold(f64::MIN_POSITIVE, f64::max);
    for bin in &bins {
        let &(from, to, count) = bin;
        let title = format!(
            "{} to {}: {} of the training rows",
            short(from),
            short(to),
            percent(count, rows)
        );
        chart.bar("rows", from, to, TALLEST * (density(bin) / densest).sqrt(), &title);
    }
}

/// The dot of missing values, to the right of the line.
fn missing(chart: &mut Chart, points: f64) {
    let (x, y) = (chart.width() + MARGIN / 2.0, chart.down(points));
    let below = HEIGHT + 33.0;
    let title = worth("missing", points);
    chart.draw(format_args!(
        "<circle class=\"dot hollow\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"none\" stroke=\"#2f6fed\"><title>{title}</title></circle>\
         <text x=\"{x:.1}\" y=\"{below}\" text-anchor=\"middle\">missing</text>"
    ));
}

fn flag(feature: &Feature, ramp: &Ramp, histogram: Option<&Histogram>, limit: f64) -> String {
    let curve = Curve::Ramp(ramp.clone());
    let values = [1.0, 0.0];
    let count = |histogram: &Histogram, value: f64| {
        let alone = histogram.bin(0.0) != histogram.bin(1.0);
        alone.then(|| histogram.counts[histogram.bin(value)])
    };
    let mut all: Vec<Bar> = values
        .into_iter()
        .map(|value| Bar {
            label: shown(feature, value),
            points: curve.points(value),
            share: histogram.and_then(|histogram| Some(part(count(histogram, value)?, histogram))),
            special: false,
        })
        .collect();
    all.extend(missing_bar(feature, ramp.missing, histogram));
    panel(&feature.name, &caption(feature, histogram), &bars(&feature.name, &all, limit))
}

fn category(
    feature: &Feature,
    levels: &Levels,
    histogram: Option<&Histogram>,
    limit: f64,
) -> String {
    let count = |histogram: &Histogram, value: f64| {
        let bin = histogram.edges.iter().position(|&edge| edge == value)?;
        Some(histogram.counts[bin])
    };
    let mut all: Vec<Bar> = levels
        .values
        .iter()
        .zip(&levels.points)
        .map(|(&value, &points)| Bar {
            label: shown(feature, value),
            points,
            share: histogram.and_then(|histogram| Some(part(count(histogram, value)?, histogram))),
            special: false,
        })
        .collect();
    all.sort_by(|a, b| b.points.total_cmp(&a.points));
    all.push(Bar {
        label: "any other".to_owned(),
        points: levels.unseen,
        share: histogram.and_then(|histogram| Some(part(*histogram.counts.last()?, histogram))),
        special: true,
    });
    all.extend(missing_bar(feature, levels.missing, histogram));
    panel(&feature.name, &caption(feature, histogram), &bars(&feature.name, &all, limit))
}

fn missing_bar(feature: &Feature, points: f64, histogram: Option<&Histogram>) -> Option<Bar> {
    can_miss(feature, histogram).then(|| Bar {
        label: "missing".to_owned(),
        points,
        share: histogram.map(|histogram| part(histogram.missing, histogram)),
        special: true,
    })
}

/// Whether there is something to say of missing values: training rows had some, or nobody has counted.
fn can_miss(feature: &Feature, histogram: Option<&Histogram>) -> bool {
    feature.presence == Presence::Optional
        && histogram.is_none_or(|histogram| histogram.missing > 0)
}

fn part(count: u64, histogram: &Histogram) -> f64 {
    count as f64 / (histogram.rows() as f64).max(1.0)
}

fn caption(feature: &Feature, histogram: Option<&Histogram>) -> String {
    let missing = match histogram {
        Some(histogram) if histogram.missing > 0 => {
            let share = share(part(histogram.missing, histogram));
            format!("; missing in {share} of the training rows")
        }
        Some(_) if feature.presence == Presence::Optional => {
            "; never missing in training".to_owned()
        }
        _ => String::new(),
    };
    format!("{}{missing}", feature.meaning)
}

/// What a value is worth, for a tooltip.
pub(super) fn worth(value: &str, points: f64) -> String {
    format!("{value}: {} points, odds {}", signed(points, 3), times(points))
}

/// Decimals that tell the marks of an axis to this limit apart.
fn decimals(limit: f64) -> usize {
    if limit >= 1.0 {
        1
    } else if limit >= 0.1 {
        2
    } else {
        3
    }
}
