//! [`Delay`]: how much later the head shall answer, for proofs that a regression is seen.

use std::time::Duration;

/// A delay, plain or as a share of the P95 without it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Delay {
    /// None at all.
    None,
    /// So much.
    Time(Duration),
    /// So many percent of the P95, which is measured first.
    PercentOfP95(f64),
}

impl Delay {
    /// Reads `200us`, `1.5ms` or `30%`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no delay; write 200us, 1.5ms or 30%");
        let (number, unit) = ["us", "ms", "%"]
            .into_iter()
            .find_map(|unit| Some((text.strip_suffix(unit)?, unit)))
            .ok_or_else(wrong)?;
        let number: f64 = number.parse().map_err(|_| wrong())?;
        if !number.is_finite() || !(0.0..1e6).contains(&number) {
            return Err(wrong());
        }
        Ok(match unit {
            "us" => Self::Time(Duration::from_secs_f64(number / 1e6)),
            "ms" => Self::Time(Duration::from_secs_f64(number / 1e3)),
            _ => Self::PercentOfP95(number),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Delay;

    #[test]
    fn delays_are_times_or_shares() {
        assert_eq!(Delay::parse("200us"), Ok(Delay::Time(Duration::from_micros(200))));
        assert_eq!(Delay::parse("1.5ms"), Ok(Delay::Time(Duration::from_micros(1500))));
        assert_eq!(Delay::parse("30%"), Ok(Delay::PercentOfP95(30.0)));
        for slip in ["", "30", "-1ms", "soon", "inf%", "1s"] {
            assert!(Delay::parse(slip).unwrap_err().contains("30%"), "{slip}");
        }
    }
}
