//! The scorecard laid out for speed: flat, padded, and without a branch that depends on a lead.
//!
//! Every curve becomes a [`Lane`]: a fixed number of knots, padded with infinity, and as many segments. The segment of
//! a value is the number of knots it reaches, found by counting comparisons; its points are one multiply and one add.
//! Levels become steps with slope zero. One lead walks over the lanes; many leads are taken in blocks, lane by lane and
//! knot by knot, with the same operations on each value in the same order, so that both give the same bits.

use crate::{
    curve::{Curve, Levels, Ramp},
    lead::Lead,
    pair::Pair,
    schema::Schema,
    scorecard::Scorecard,
};

/// Leads that are scored lane by lane in one go: their values and sums stay in the first-level cache.
const BLOCK: usize = 64;

/// Intercept and lanes of one scorecard.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    intercept: f64,
    lanes: Lanes,
    pairs: Box<[Cross]>,
}

/// Lanes as wide as the widest curve needs, so that the built-in model stays in the first-level cache.
#[derive(Debug, Clone)]
enum Lanes {
    Narrow(Box<[Lane<8>]>),
    Medium(Box<[Lane<16>]>),
    Wide(Box<[Lane<64>]>),
    /// A category has more levels than any lane.
    Plain(Box<[Curve]>),
}

/// A pair with its features' positions.
#[derive(Debug, Clone)]
struct Cross {
    at: [usize; 2],
    pair: Pair,
}

/// One curve.
#[derive(Debug, Clone)]
struct Lane<const WIDTH: usize> {
    /// Where segments 1, 2, ... begin; the last one is always infinite.
    knots: [f64; WIDTH],
    /// How many of the knots are finite.
    used: usize,
    segments: [Segment; WIDTH],
    low: f64,
    high: f64,
    missing: f64,
}

/// A straight piece: `base + slope * (value - start)`.
#[derive(Debug, Clone, Copy, Default)]
struct Segment {
    start: f64,
    base: f64,
    slope: f64,
}

/// A curve on its way into a lane of any width.
struct Pieces {
    knots: Vec<f64>,
    segments: Vec<Segment>,
    low: f64,
    high: f64,
    missing: f64,
}

impl Compiled {
    /// Lays out a scorecard that was checked against its schema.
    ///
    pub(crate) fn new(scorecard: &Scorecard, schema: &Schema) -> Self {
        let pieces: Vec<_> = scorecard.curves.iter().map(|c| Pieces::of(&c.curve)).collect();
        let widest = pieces.iter().map(|pieces| pieces.segments.len()).max().unwrap_or(0);
        let lanes = match widest {
            0..=8 => Lanes::Narrow(pieces.iter().map(Lane::new).collect()),
            9..=16 => Lanes::Medium(pieces.iter().map(Lane::new).collect()),
            17..=64 => Lanes::Wide(pieces.iter().map(Lane::new).collect()),
            _ => Lanes::Plain(scorecard.curves.iter().map(|c| c.curve.clone()).collect()),
        };
        let cross = |pair: &Pair| {
            let position = |name: &String| schema.position(name).unwrap_or_default();
            Cross { at: pair.features.each_ref().map(position), pair: pair.clone() }
        };
        let pairs = scorecard.pairs.iter().map(cross).collect();
        Self { intercept: scorecard.intercept, lanes, pairs }
    }

    /// Log-odds of one row of values in schema order.
    pub(crate) fn log_odds(&self, values: &[f64]) -> f64 {
        let sum = match &self.lanes {
            Lanes::Narrow(lanes) => sum(self.intercept, lanes, values),
            Lanes::Medium(lanes) => sum(self.intercept, lanes, values),
            Lanes::Wide(lanes) => sum(self.intercept, lanes, values),
            Lanes::Plain(curves) => curves
                .iter()
                .zip(values)
                .fold(self.intercept, |sum, (curve, &value)| sum + curve.points(value)),
        };
        self.pairs.iter().fold(sum, |sum, cross| sum + cross.points(values))
    }

    /// Hands the log-odds of every lead to `take`, in order.
    pub(crate) fn log_odds_of_many(&self, leads: &[Lead], mut take: impl FnMut(f64)) {
        for block in leads.chunks(BLOCK) {
            let mut sums = [self.intercept; BLOCK];
            match &self.lanes {
                Lanes::Narrow(lanes) => sum_block(lanes, block, &mut sums),
                Lanes::Medium(lanes) => sum_block(lanes, block, &mut sums),
                Lanes::Wide(lanes) => sum_block(lanes, block, &mut sums),
                Lanes::Plain(curves) => {
                    for (sum, lead) in sums.iter_mut().zip(block) {
                        let curves = curves.iter().zip(lead.values());
                        *sum = curves.fold(*sum, |sum, (curve, &value)| sum + curve.points(value));
                    }
                }
            }
            for (sum, lead) in sums.iter_mut().zip(block) {
                *sum = self.pairs.iter().fold(*sum, |sum, cross| sum + cross.points(lead.values()));
            }
            sums[..block.len()].iter().for_each(|&log_odds| take(log_odds));
        }
    }
}

impl Cross {
    fn points(&self, values: &[f64]) -> f64 {
        self.pair.points(values[self.at[0]], values[self.at[1]])
    }
}

fn sum<const WIDTH: usize>(intercept: f64, lanes: &[Lane<WIDTH>], values: &[f64]) -> f64 {
    lanes.iter().zip(values).fold(intercept, |sum, (lane, &value)| sum + lane.points(value))
}

fn sum_block<const WIDTH: usize>(lanes: &[Lane<WIDTH>], leads: &[Lead], sums: &mut [f64; BLOCK]) {
    let mut values = [0.0; BLOCK];
    for (position, lane) in lanes.iter().enumerate() {
        for (value, lead) in values.iter_mut().zip(leads) {
            *value = lead.values()[position];
        }
        let mut reached = [0_u64; BLOCK];
        for &knot in &lane.knots[..lane.used] {
            for (reached, &value) in reached.iter_mut().zip(&values) {
                *reached += u64::from(value >= knot);
            }
        }
        for ((sum, &value), &reached) in sums.iter_mut().zip(&values).zip(&reached) {
            *sum += lane.points_after(reached as usize, value);
        }
    }
}

impl<const WIDTH: usize> Lane<WIDTH> {
    fn new(pieces: &Pieces) -> Self {
        let mut lane = Self {
            knots: [f64::INFINITY; WIDTH],
            used: pieces.knots.len(),
            segments: [Segment::default(); WIDTH],
            low: pieces.low,
            high: pieces.high,
            missing: pieces.missing,
        };
        lane.knots[..pieces.knots.len()].copy_from_slice(&pieces.knots);
        lane.segments[..pieces.segments.len()].copy_from_slice(&pieces.segments);
        lane
    }

    #[inline]
    fn points(&self, value: f64) -> f64 {
        let reached: usize = self.knots.iter().map(|&knot| usize::from(value >= knot)).sum();
        self.points_after(reached, value)
    }

    /// The points of a value that reaches so many knots.
    #[inline]
    fn points_after(&self, reached: usize, value: f64) -> f64 {
        // A value is finite and the last knot is not, so the count is a segment; the minimum spares a check.
        let segment = &self.segments[reached.min(WIDTH - 1)];
        let raised = if value < self.low { self.low } else { value };
        let inside = if raised > self.high { self.high } else { raised };
        let points = segment.base + segment.slope * (inside - segment.start);
        if value.is_nan() { self.missing } else { points }
    }
}

impl Pieces {
    fn of(curve: &Curve) -> Self {
        match curve {
            Curve::Ramp(ramp) => Self::of_ramp(ramp),
            Curve::Levels(levels) => Self::of_levels(levels),
        }
    }

    fn of_ramp(ramp: &Ramp) -> Self {
        let last = ramp.knots.len() - 1;
        let segments = (0..last.max(1)).map(|k| Segment {
            start: ramp.knots[k],
            base: ramp.points[k],
            slope: ramp.slope(k),
        });
        Self {
            segments: segments.collect(),
            knots: ramp.knots[1..last.max(1)].to_vec(),
            low: ramp.knots[0],
            high: ramp.knots[last],
            missing: ramp.missing,
        }
    }

    fn of_levels(levels: &Levels) -> Self {
        let step = |base| Segment { start: 0.0, base, slope: 0.0 };
        let mut knots: Vec<f64> = Vec::new();
        let mut segments = vec![step(levels.unseen)];
        for (&value, &points) in levels.values.iter().zip(&levels.points) {
            if knots.last() == Some(&value) {
                // The level before ends where this one begins: its unseen remainder is empty.
                knots.pop();
                segments.pop();
            }
            knots.extend([value, value + 1.0]);
            segments.extend([step(points), step(levels.unseen)]);
        }
        let missing = levels.missing;
        Self { knots, segments, low: -f64::MAX, high: f64::MAX, missing }
    }
}
