//! [`Shape`]: how one curve is laid out, chosen by its form and by the kind of its feature.

use super::{
    lanes::Entry,
    line::{Bend, Line},
    search::Search,
    table::Table,
};
use crate::{curve::Curve, schema::Kind};

/// Most whole numbers between the ends of a ramp that become a table: 8 KB, of which leads touch the lower part.
const RAMP_TABLE: usize = 1024;
/// Most whole numbers between the first and the last level that become a table: 128 KB, whatever their count.
const LEVEL_TABLE: usize = 16_384;

/// A curve, ready to be asked.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Table(Table),
    Line(Line),
    Search(Search),
}

impl Shape {
    /// Lays out the curve of a feature of this kind.
    pub(super) fn new(curve: &Curve, kind: Kind) -> Self {
        let (at, limit) = match curve {
            Curve::Ramp(ramp) => (&ramp.knots, RAMP_TABLE),
            Curve::Levels(levels) => (&levels.values, LEVEL_TABLE),
        };
        let ends = [at[0], at[at.len() - 1]];
        let table = if kind == Kind::Real { None } else { Table::new(curve, ends, limit) };
        if let Some(table) = table {
            return Self::Table(table);
        }
        let line = match curve {
            Curve::Ramp(ramp) => Line::new(ramp),
            Curve::Levels(_) => None,
        };
        line.map_or_else(|| Self::Search(Search::new(curve)), Self::Line)
    }

    /// The points of a value.
    #[inline(always)]
    pub(super) fn points(&self, value: f64) -> f64 {
        match self {
            Self::Table(table) => table.slots[f64::index(table.place.of(value), 0)],
            Self::Line(line) => line.bends[Bend::index(line.place.of(value), 0)].points(value),
            Self::Search(search) => search.points(value),
        }
    }
}
