//! Where the columns of a file stand.
//!
//! [`Columns`] matches a file's header with a [`Layout`], by name: letter case, order and further columns do not
//! matter, a missing or double column does. It sees names only; [`row`](crate::row) looks up the values.

use std::path::Path;

use crate::{error::StatsError, layout::Layout, percentiles};

/// A header that has all columns of its layout.
#[derive(Debug)]
pub(crate) struct Columns {
    /// All names, in file order.
    names: Vec<String>,
    /// Where each column of the layout stands; optional ones may be missing.
    known: Vec<(&'static str, usize)>,
    /// Fraction and position of each percentile column.
    percentiles: Vec<(f64, usize)>,
}

impl Columns {
    /// Finds the columns of `layout` among the `names` in the header of the file at `path`.
    pub(crate) fn find(
        path: &Path,
        names: Vec<String>,
        layout: &Layout,
    ) -> Result<Self, StatsError> {
        let bad = |name: &str, problem| StatsError::Header {
            path: path.to_owned(),
            column: name.to_owned(),
            problem,
        };
        let twice = |name: &str| bad(name, "appears twice");

        let mut known = Vec::new();
        for name in layout.required() {
            let at =
                position(&names, name).map_err(twice)?.ok_or_else(|| bad(name, "is missing"))?;
            known.push((name, at));
        }
        for &name in layout.optional {
            known.extend(position(&names, name).map_err(twice)?.map(|at| (name, at)));
        }
        let percentiles = if layout.percentiles {
            percentile_positions(&names).map_err(twice)?
        } else {
            Vec::new()
        };
        Ok(Self { names, known, percentiles })
    }

    /// All names, in file order.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Where the layout's column `name` stands; `None` if it is optional and missing.
    pub(crate) fn at(&self, name: &'static str) -> Option<usize> {
        self.known.iter().find(|(known, _)| *known == name).map(|&(_, at)| at)
    }

    /// Fraction and position of each percentile column, in file order.
    pub(crate) fn percentiles(&self) -> &[(f64, usize)] {
        &self.percentiles
    }
}

/// Where the one column called `name` stands, letter case aside; the name itself as error if there are two.
fn position<'n>(names: &[String], name: &'n str) -> Result<Option<usize>, &'n str> {
    let mut found = (0..names.len()).filter(|&at| names[at].eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(name),
        (found, None) => Ok(found),
    }
}

/// Fraction and position of each column that is named like a percentile; the name as error if there are two of one.
fn percentile_positions(names: &[String]) -> Result<Vec<(f64, usize)>, &str> {
    let mut positions: Vec<(f64, usize)> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let Some(fraction) = percentiles::fraction_of(name) else { continue };
        if positions.iter().any(|&(other, _)| percentiles::is_same(other, fraction)) {
            return Err(name);
        }
        positions.push((fraction, at));
    }
    Ok(positions)
}
