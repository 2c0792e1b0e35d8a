//! Values that other programs computed, for the tests of this folder; the scripts beside them say how.

use serde::Deserialize;

/// A series and what pymannkendall, scipy and a count over all orders say of it.
#[derive(Deserialize)]
pub(crate) struct Trend {
    pub(crate) values: Vec<f64>,
    pub(crate) s: i64,
    pub(crate) p: f64,
    pub(crate) slope: f64,
    /// None where pymannkendall breaks ties by rounding.
    pub(crate) variance_factor: Option<f64>,
}

/// A short series with its best division, and the share of all orders that have as good a one.
#[derive(Deserialize)]
pub(crate) struct Exact {
    pub(crate) values: Vec<f64>,
    /// Whether the stretch after the division goes up to the end.
    pub(crate) to_end: bool,
    pub(crate) q: f64,
    pub(crate) at: usize,
    pub(crate) p: f64,
}

/// A series, the Q of its best division, and where it is divided, before and after parts are joined.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) what: String,
    pub(crate) values: Vec<f64>,
    pub(crate) q_to_end: f64,
    pub(crate) q_to_any: f64,
    pub(crate) divided: Vec<usize>,
    pub(crate) joined: Vec<usize>,
}

/// All series with changes.
#[derive(Deserialize)]
pub(crate) struct Changes {
    pub(crate) exact: Vec<Exact>,
    pub(crate) cases: Vec<Case>,
}

pub(crate) fn trends() -> Vec<Trend> {
    #[derive(Deserialize)]
    struct Trends {
        cases: Vec<Trend>,
    }
    let text = include_str!("../../tests/fixtures/statistics/trends.json");
    serde_json::from_str::<Trends>(text).expect("fixtures have this form").cases
}

pub(crate) fn changes() -> Changes {
    serde_json::from_str(include_str!("../../tests/fixtures/statistics/changes.json"))
        .expect("fixtures have this form")
}

/// Equal but for the last digits: relative, and for values around zero absolute.
pub(crate) fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-10 * one.abs().max(other.abs()) + 1e-13
}
