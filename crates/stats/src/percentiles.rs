//! Response time percentiles of one row, and the names of their columns.
//!
//! [`Percentiles`] is a short list of (fraction, milliseconds) in file order. Which percentiles there are is the
//! file's choice (Locust's default is [`LOCUST_PERCENTILES`]). Nothing is interpolated and nothing is computed from
//! samples here: percentiles come from the generator's histograms.

/// The percentiles Locust reports by default, as fractions, in column order (`PERCENTILES_TO_REPORT`).
pub const LOCUST_PERCENTILES: [f64; 11] =
    [0.50, 0.66, 0.75, 0.80, 0.90, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0];

/// Two fractions closer than this are the same percentile: far below the distance of any two that people report.
const SAME_FRACTION: f64 = 1e-9;

/// Response times by percentile, in milliseconds; empty where the file says `N/A`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Percentiles(Vec<(f64, f64)>);

impl Percentiles {
    /// No percentiles: the row has no request yet, the file says `N/A`.
    pub fn none() -> Self {
        Self::default()
    }

    /// The response times, in milliseconds, at [`LOCUST_PERCENTILES`].
    pub fn locust(ms: [f64; 11]) -> Self {
        Self(LOCUST_PERCENTILES.into_iter().zip(ms).collect())
    }

    /// Pairs of fraction and milliseconds, in the order of a file's columns.
    pub(crate) fn of_columns(pairs: Vec<(f64, f64)>) -> Self {
        Self(pairs)
    }

    /// The response time in milliseconds at `fraction` (0.95 for P95), or `None` if the file holds no such column
    /// or the row no value.
    pub fn at(&self, fraction: f64) -> Option<f64> {
        self.iter().find(|(f, _)| is_same(*f, fraction)).map(|(_, ms)| ms)
    }

    /// Fraction and milliseconds, in column order.
    pub fn iter(&self) -> impl Iterator<Item = (f64, f64)> {
        self.0.iter().copied()
    }

    /// Whether the row had no percentiles (`N/A`).
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Pairs of fraction and milliseconds, in the order given, for figures that were kept elsewhere than in a CSV file.
impl FromIterator<(f64, f64)> for Percentiles {
    fn from_iter<I: IntoIterator<Item = (f64, f64)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Whether two fractions are the same percentile.
pub(crate) fn is_same(fraction: f64, other: f64) -> bool {
    (fraction - other).abs() < SAME_FRACTION
}

/// The percentile columns of a file with these rows: those of the first row that has any, else Locust's.
pub(crate) fn columns_of<'r>(rows: impl IntoIterator<Item = &'r Percentiles>) -> Vec<f64> {
    match rows.into_iter().find(|percentiles| !percentiles.is_empty()) {
        Some(percentiles) => percentiles.iter().map(|(fraction, _)| fraction).collect(),
        None => LOCUST_PERCENTILES.to_vec(),
    }
}

/// The column name of a percentile: `95%` for 0.95.
pub(crate) fn column_name(fraction: f64) -> String {
    format!("{}%", shift(fraction, 2))
}

/// The fraction a column name stands for, if the name matches `^\d+(\.\d+)?%?$` and is no more than 100 %.
pub(crate) fn fraction_of(column: &str) -> Option<f64> {
    let percent = column.strip_suffix('%').unwrap_or(column);
    let (whole, decimals) = percent.split_once('.').unwrap_or((percent, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return None;
    }
    let fraction = shift(percent.parse().ok()?, -2);
    (fraction <= 1.0).then_some(fraction)
}

/// `number` times ten to the `places`, shifted in decimal so that 99.9 becomes 0.999 and not 0.9990000000000001.
fn shift(number: f64, places: i32) -> f64 {
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes a whole exponent");
    format!("{digits}e{}", exponent + places)
        .parse()
        .expect("a float with a new exponent is a float")
}
