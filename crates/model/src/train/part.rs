//! [`Part`]: the rows as one term or one grid sees them, and the sums over them.
//!
//! Which parts there are, and where each one's nodes stand among all, is the business of the design.

use super::{basis::Cells, grid::Spots};

/// Nodes past the last that a row may name with share zero.
pub(super) const PAD: usize = 256;

/// One term's or grid's rows.
#[derive(Debug)]
pub(super) struct Part {
    /// Where its nodes begin among all.
    pub(super) at: usize,
    pub(super) nodes: usize,
    /// Nodes 0 up to here rise one from the other; 0 if each stands for itself.
    pub(super) risers: usize,
    /// Whether the first node is the fixed zero.
    pub(super) fixed: bool,
    /// Size of its columns in the fit.
    pub(super) scale: f64,
    pub(super) rows: Seen,
}

#[derive(Debug)]
pub(super) enum Seen {
    Cells(Cells),
    Spots(Spots),
}

/// Nodes that one row touches, with their shares.
type Touched<const N: usize> = ([usize; N], [f64; N]);

impl Part {
    /// Adds the heights that each row touches.
    pub(super) fn add(&self, heights: &[f64], first: usize, out: &mut [f64]) {
        let heights = &heights[self.at..];
        match &self.rows {
            Seen::Cells(Cells { node, share }) if share.is_empty() => {
                for (out, &node) in out.iter_mut().zip(&node[first..]) {
                    *out += heights[usize::from(node)];
                }
            }
            Seen::Cells(Cells { node, share }) => {
                for ((out, &node), share) in out.iter_mut().zip(&node[first..]).zip(&share[first..])
                {
                    let node = usize::from(node);
                    *out += heights[node] + share * (heights[node + 1] - heights[node]);
                }
            }
            Seen::Spots(spots) => {
                for (row, out) in out.iter_mut().enumerate() {
                    let (nodes, shares) = spots.touched(first + row);
                    *out += nodes
                        .iter()
                        .zip(shares)
                        .map(|(&node, share)| heights[node] * share)
                        .sum::<f64>();
                }
            }
        }
    }

    /// Adds each row's error to the nodes it touches.
    pub(super) fn gather(&self, errors: &[f64], first: usize, nodes: &mut [f64]) {
        let nodes = &mut nodes[self.at..];
        match &self.rows {
            Seen::Cells(Cells { node, share }) if share.is_empty() => {
                for (error, &node) in errors.iter().zip(&node[first..]) {
                    nodes[usize::from(node)] += error;
                }
            }
            Seen::Cells(Cells { node, share }) => {
                for ((error, &node), share) in
                    errors.iter().zip(&node[first..]).zip(&share[first..])
                {
                    let node = usize::from(node);
                    let next = share * error;
                    nodes[node] += error - next;
                    nodes[node + 1] += next;
                }
            }
            Seen::Spots(spots) => {
                for (row, error) in errors.iter().enumerate() {
                    let (touched, shares) = spots.touched(first + row);
                    for (node, share) in touched.into_iter().zip(shares) {
                        nodes[node] += share * error;
                    }
                }
            }
        }
    }

    /// Turns sums by node into sums by weight: a rise lifts every node from its own on; a fixed node has none.
    pub(super) fn reduce(&self, nodes: &mut [f64]) {
        for node in (1..self.risers).rev() {
            nodes[node - 1] += nodes[node];
        }
        if self.fixed {
            nodes[0] = 0.0;
        }
    }

    /// The block of second derivatives between the weights of two parts.
    pub(super) fn tile(&self, other: &Self, curvature: &[f64]) -> Vec<f64> {
        match (self.reach(), other.reach()) {
            (1, 1) => self.tile_of::<1, 1>(other, curvature),
            (1, 2) => self.tile_of::<1, 2>(other, curvature),
            (2, 1) => self.tile_of::<2, 1>(other, curvature),
            (2, 2) => self.tile_of::<2, 2>(other, curvature),
            (4, 1) => self.tile_of::<4, 1>(other, curvature),
            (4, 2) => self.tile_of::<4, 2>(other, curvature),
            _ => self.tile_of::<4, 4>(other, curvature),
        }
    }

    fn tile_of<const A: usize, const B: usize>(&self, other: &Self, curvature: &[f64]) -> Vec<f64> {
        let stride = other.nodes + other.pad();
        let mut sums = vec![0.0; (self.nodes + self.pad()) * stride];
        for (row, &curvature) in curvature.iter().enumerate() {
            let (below, downs) = self.touched::<A>(row);
            let (beside, rights) = other.touched::<B>(row);
            for (node, down) in below.into_iter().zip(downs) {
                let weight = down * curvature;
                let cells = &mut sums[node * stride..][..stride];
                for (&node, right) in beside.iter().zip(rights) {
                    cells[node] += weight * right;
                }
            }
        }
        let mut tile = vec![0.0; self.nodes * other.nodes];
        for (cells, sums) in tile.chunks_exact_mut(other.nodes).zip(sums.chunks_exact(stride)) {
            cells.copy_from_slice(&sums[..other.nodes]);
            other.reduce(cells);
        }
        let mut column = vec![0.0; self.nodes];
        for node in 0..other.nodes {
            for (row, sum) in column.iter_mut().enumerate() {
                *sum = tile[row * other.nodes + node];
            }
            self.reduce(&mut column);
            for (row, sum) in column.iter().enumerate() {
                tile[row * other.nodes + node] = *sum;
            }
        }
        tile
    }

    /// How many nodes a row touches.
    fn reach(&self) -> usize {
        match &self.rows {
            Seen::Cells(Cells { share, .. }) if share.is_empty() => 1,
            Seen::Cells(_) => 2,
            Seen::Spots(_) => 4,
        }
    }

    /// Nodes past the last that a row may name with share zero.
    fn pad(&self) -> usize {
        match &self.rows {
            Seen::Cells(_) => 1,
            Seen::Spots(spots) => spots.stride() + 1,
        }
    }

    #[inline]
    fn touched<const N: usize>(&self, row: usize) -> Touched<N> {
        let (mut nodes, mut shares) = ([0; N], [0.0; N]);
        match &self.rows {
            Seen::Cells(cells) => {
                nodes[0] = usize::from(cells.node[row]);
                shares[0] = 1.0;
                if N > 1 {
                    nodes[1] = nodes[0] + 1;
                    shares[1] = cells.share[row];
                    shares[0] = 1.0 - shares[1];
                }
            }
            Seen::Spots(spots) => {
                let (at, with) = spots.touched(row);
                nodes.copy_from_slice(&at[..N]);
                shares.copy_from_slice(&with[..N]);
            }
        }
        (nodes, shares)
    }
}
