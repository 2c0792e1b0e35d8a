//! How much is kept of what there is too much of.
//!
//! A [`Share`] decides by the last 56 bits of a trace's id, as OpenTelemetry's consistent sampling does: of two shares
//! the larger one keeps all that the smaller one keeps, in every service that the trace passes.

use std::str::FromStr;

use super::{TraceId, id::random};

/// The bits of a trace's id that the standard wants to be random.
const RANDOM_BITS: u32 = 56;

/// A part of all requests, from none to all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    rate: f64,
    /// What is kept has at least this in its random bits.
    least: u64,
}

/// No number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a number from 0 (none) to 1 (all)")]
pub struct ShareError;

impl Share {
    /// Everything.
    pub const ALL: Self = Self { rate: 1.0, least: 0 };

    /// Nothing.
    pub const NONE: Self = Self { rate: 0.0, least: 1 << RANDOM_BITS };

    /// A part of all.
    ///
    /// # Errors
    ///
    /// [`ShareError`] when `rate` is not between 0 and 1.
    pub fn new(rate: f64) -> Result<Self, ShareError> {
        if !(0.0..=1.0).contains(&rate) {
            return Err(ShareError);
        }
        let least = (1.0 - rate) * 2_f64.powi(RANDOM_BITS.cast_signed());
        Ok(Self { rate, least: least as u64 })
    }

    /// The part, from 0 to 1: what was kept divided by it is what there was.
    pub fn rate(self) -> f64 {
        self.rate
    }

    /// Whether this is everything.
    pub(crate) fn is_all(self) -> bool {
        self.least == 0
    }

    /// Whether this trace is kept; a request without one is kept by chance.
    pub(crate) fn keeps(self, trace: Option<TraceId>) -> bool {
        if self.is_all() {
            return true;
        }
        // Only the last bits count, so cutting the first ones off loses nothing.
        let bits = trace.map_or_else(random, |id| id.get() as u64);
        bits & ((1 << RANDOM_BITS) - 1) >= self.least
    }
}

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(typed: &str) -> Result<Self, ShareError> {
        typed.parse().map_err(|_| ShareError).and_then(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::{Share, TraceId};

    fn share(typed: &str) -> Share {
        typed.parse().expect("a share")
    }

    /// A trace whose random bits are this part of their range.
    fn trace_at(part: f64) -> Option<TraceId> {
        let bits = (part * 2_f64.powi(56)) as u64;
        TraceId::parse(format!("{:018x}{bits:014x}", 1).as_bytes())
    }

    #[test]
    fn only_a_number_from_0_to_1_is_a_share() {
        for typed in ["", "-0.1", "1.1", "NaN", "inf", "1%", "half"] {
            assert!(typed.parse::<Share>().is_err(), "{typed}");
        }
        assert_eq!(share("1"), Share::ALL);
        assert_eq!(share("0"), Share::NONE);
        assert_eq!(share("0.25").rate(), 0.25);
    }

    #[test]
    fn the_traces_with_the_highest_bits_are_kept_by_every_service() {
        for (typed, part, kept) in [
            ("1", 0.0, true),
            ("0", 0.999_999, false),
            ("0.25", 0.749_999, false),
            ("0.25", 0.75, true),
            ("0.01", 0.989_999, false),
            ("0.01", 0.990_001, true),
        ] {
            assert_eq!(share(typed).keeps(trace_at(part)), kept, "{typed} of {part}");
        }
    }

    #[test]
    fn without_a_trace_chance_keeps_about_the_share() {
        let quarter = share("0.25");
        let kept = (0..4_000).filter(|_| quarter.keeps(None)).count();
        // Ten standard deviations: by chance a run fails once in 10^23.
        assert!((726..=1_274).contains(&kept), "{kept} of 4000");
        assert!((0..1_000).all(|_| !Share::NONE.keeps(None)));
    }
}
