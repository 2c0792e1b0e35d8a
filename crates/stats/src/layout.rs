//! The columns of one of the four files.
//!
//! A [`Layout`] is declared once beside each row type and serves both directions: [`sheet`](crate::sheet) writes the
//! columns in its order, [`columns`](crate::columns) finds them by name, wherever they stand. It holds no values.

use crate::percentiles;

/// Which columns a file has, in Locust's order.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The columns before the percentiles.
    pub(crate) before: &'static [&'static str],
    /// Whether percentile columns follow.
    pub(crate) percentiles: bool,
    /// The columns after the percentiles.
    pub(crate) after: &'static [&'static str],
    /// The last columns, which older generators did not write.
    pub(crate) optional: &'static [&'static str],
}

impl Layout {
    /// The names in the header, with a percentile column for each of `fractions`.
    pub(crate) fn header(&self, fractions: &[f64]) -> Vec<String> {
        let named = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let mut header = named(self.before);
        if self.percentiles {
            header.extend(fractions.iter().map(|&fraction| percentiles::column_name(fraction)));
        }
        header.extend(named(self.after));
        header.extend(named(self.optional));
        header
    }

    /// The columns a file must have, in order; percentiles may be any.
    pub(crate) fn required(&self) -> impl Iterator<Item = &'static str> {
        self.before.iter().chain(self.after).copied()
    }
}
