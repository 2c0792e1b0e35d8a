//! [`Design`]: the training rows as the terms see them, sparse.
//!
//! A row touches two nodes of a ramp, one of a category, four of a pair; everything that a fit needs, the sums of the rows,
//! the gradient, and the second derivatives, is gathered by walking over those. Weights are *rises* for ramps and heights
//! for all else; [`Design::heights`] and its counterpart for gradients convert. All sums run in one fixed order, so that
//! every machine gets the same digits.

use std::{ops::Range, sync::Arc};

use rayon::prelude::*;

use super::{
    basis::Term,
    grid::Grid,
    part::{PAD, Part, Seen},
};

/// Rows taken at a time, so that what is read again lies in the first-level cache.
const BLOCK: usize = 2048;

/// The rows of a training table, term by term.
#[derive(Debug, Clone)]
pub(super) struct Design {
    parts: Vec<Arc<Part>>,
    rows: usize,
    width: usize,
}

impl Design {
    /// The rows whose values stand in `columns`, in the order of `order`.
    pub(super) fn new(terms: &[Term], columns: &[Vec<f64>], order: &[usize]) -> Self {
        let encode =
            |(term, column): (&Term, &Vec<f64>)| term.cells(order.iter().map(|&row| column[row]));
        let encoded: Vec<_> = terms.par_iter().zip(columns).map(encode).collect();
        let mut design = Self { parts: Vec::new(), rows: order.len(), width: 0 };
        for (term, cells) in terms.iter().zip(encoded) {
            let risers = if term.is_ramp() { term.risers() } else { 0 };
            design.push(term.nodes(), risers, true, term.scale, Seen::Cells(cells));
        }
        design
    }

    /// The same rows with these grids beside, whose columns are of size `scale`.
    pub(super) fn with(
        &self,
        grids: &[Grid],
        columns: &[Vec<f64>],
        order: &[usize],
        scale: f64,
    ) -> Self {
        let encoded: Vec<_> = grids.par_iter().map(|grid| grid.spots(columns, order)).collect();
        let mut design = self.clone();
        for (grid, spots) in grids.iter().zip(encoded) {
            design.push(grid.nodes(), 0, false, scale, Seen::Spots(spots));
        }
        design
    }

    fn push(&mut self, nodes: usize, risers: usize, fixed: bool, scale: f64, rows: Seen) {
        let at = self.width;
        self.parts.push(Arc::new(Part { at, nodes, risers, fixed, scale, rows }));
        self.width += nodes;
    }

    /// How many weights there are, fixed ones included, the intercept not.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// How many weights the first `parts` terms and grids have.
    pub(super) fn width_of(&self, parts: usize) -> usize {
        self.parts.get(parts).map_or(self.width, |part| part.at)
    }

    /// The weights of one term or grid.
    pub(super) fn weights_of(&self, part: usize) -> Range<usize> {
        let part = &self.parts[part];
        part.at..part.at + part.nodes
    }

    /// Each weight's penalty: `penalty` over the square of its column's size; that of grids is `pair_penalty`.
    pub(super) fn penalties(&self, penalty: f64, pair_penalty: f64) -> Vec<f64> {
        let of = |part: &Arc<Part>| match part.rows {
            Seen::Cells(_) => penalty / (part.scale * part.scale),
            Seen::Spots(_) => pair_penalty,
        };
        self.parts.iter().flat_map(|part| std::iter::repeat_n(of(part), part.nodes)).collect()
    }

    /// The nodes' heights: rises summed up.
    pub(super) fn heights(&self, weights: &[f64]) -> Vec<f64> {
        let mut heights = weights[..self.width].to_vec();
        for part in &self.parts {
            for node in part.at + 1..part.at + part.risers {
                heights[node] += heights[node - 1];
            }
        }
        heights
    }

    /// Log-odds of `rows` under these weights, the intercept last, which may end before the last parts.
    pub(super) fn log_odds(&self, weights: &[f64], rows: Range<usize>, out: &mut Vec<f64>) {
        let (intercept, weights) = weights.split_last().expect("the intercept is the last weight");
        let mut padded = weights.to_vec();
        padded.resize(self.width, 0.0);
        let mut heights = self.heights(&padded);
        heights.resize(self.width + PAD, 0.0);
        out.clear();
        out.resize(rows.len(), *intercept);
        let within = self.parts.iter().take_while(|part| part.at < weights.len()).count();
        for start in (0..rows.len()).step_by(BLOCK) {
            let end = (start + BLOCK).min(rows.len());
            for part in &self.parts[..within] {
                let block = &mut out[start..end];
                part.add(&heights, rows.start + start, block);
            }
        }
    }

    /// Adds the gradient of the rows' `errors` to `gradient`, as long as the weights with the intercept last.
    pub(super) fn gather(&self, errors: &[f64], rows: Range<usize>, gradient: &mut [f64]) {
        let width = gradient.len() - 1;
        let within = self.parts.iter().take_while(|part| part.at < width).count();
        let mut nodes = vec![0.0; self.width + PAD];
        for start in (0..rows.len()).step_by(BLOCK) {
            let end = (start + BLOCK).min(rows.len());
            for part in &self.parts[..within] {
                part.gather(&errors[start..end], rows.start + start, &mut nodes);
            }
        }
        for part in &self.parts[..within] {
            part.reduce(&mut nodes[part.at..part.at + part.nodes]);
        }
        for (slope, node) in gradient.iter_mut().zip(&nodes[..width]) {
            *slope += node;
        }
        gradient[width] += errors.iter().sum::<f64>();
    }

    /// Second derivatives of the loss where row `r` has this curvature: a square, lower triangle, the intercept last.
    pub(super) fn hessian(&self, curvature: &[f64]) -> Vec<f64> {
        let order = self.width + 1;
        let pairs: Vec<_> =
            (0..self.parts.len()).flat_map(|j| (0..=j).map(move |k| (j, k))).collect();
        let tiles: Vec<_> =
            pairs.par_iter().map(|&(j, k)| self.parts[j].tile(&self.parts[k], curvature)).collect();
        let mut hessian = vec![0.0; order * order];
        for (&(j, k), tile) in pairs.iter().zip(&tiles) {
            let (below, beside) = (&self.parts[j], &self.parts[k]);
            for (row, cells) in tile.chunks_exact(beside.nodes).enumerate() {
                let start = (below.at + row) * order + beside.at;
                hessian[start..start + beside.nodes].copy_from_slice(cells);
            }
        }
        let mut last = vec![0.0; order];
        self.gather(curvature, 0..self.rows, &mut last);
        hessian[self.width * order..].copy_from_slice(&last);
        hessian
    }

    /// One weight's column, dense, at its size in the fit; `None` for a fixed node.
    pub(super) fn column(&self, weight: usize) -> Option<Vec<f64>> {
        let part = self.parts.iter().find(|part| weight < part.at + part.nodes)?;
        let node = weight - part.at;
        if part.fixed && node == 0 {
            return None;
        }
        let share = |row: usize| match &part.rows {
            Seen::Cells(cells) => {
                let at = usize::from(cells.node[row]);
                let next = cells.share.get(row).copied().unwrap_or_default();
                if node < part.risers {
                    // The rise counts in full once a value is past the knot.
                    let reached = if at < part.risers { at as f64 + next } else { 0.0 };
                    (reached - (node as f64 - 1.0)).clamp(0.0, 1.0)
                } else {
                    f64::from(u8::from(at == node)) * (1.0 - next)
                }
            }
            Seen::Spots(spots) => {
                let (nodes, shares) = spots.touched(row);
                let hit = nodes.iter().zip(shares).filter(|(at, _)| **at == node);
                hit.map(|(_, share)| share).sum()
            }
        };
        Some((0..self.rows).map(|row| share(row) * part.scale).collect())
    }

    /// The size of one weight's column in the fit.
    pub(super) fn scale(&self, weight: usize) -> f64 {
        let part = self.parts.iter().find(|part| weight < part.at + part.nodes);
        part.map_or(1.0, |part| part.scale)
    }
}
