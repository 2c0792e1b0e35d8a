//! Which second model is compared with the live one, and on how much of the traffic.
//!
//! [`ChallengerArgs`] is what was typed; [`ChallengerShare`] is a share that is one. [`challenger`](crate::challenger) opens the
//! file and compares.

use std::{path::PathBuf, str::FromStr};

use clap::Args;
use serde::Serialize;

/// What scores unheard.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Challenger")]
pub struct ChallengerArgs {
    /// A second model that scores a share of the traffic unheard, to be compared with the one that answers
    #[arg(long, env = "CHALLENGER_PATH", value_name = "CHALLENGER_PATH")]
    pub challenger_path: Option<PathBuf>,

    /// Share of the leads, 0 to 1, that the challenger scores as well
    #[arg(long, env = "CHALLENGER_SHARE", value_name = "CHALLENGER_SHARE", default_value = "0.1")]
    pub challenger_share: ChallengerShare,
}

/// A share of the leads, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChallengerShare(f64);

impl ChallengerShare {
    /// A share of this size; `None` unless it lies between 0 and 1.
    pub fn new(share: f64) -> Option<Self> {
        // Negative zero is none of the leads as well, and should not read as less.
        (0.0..=1.0).contains(&share).then_some(Self(share + 0.0))
    }

    /// The share as a number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Of 2^32 draws, how many meet the share.
    pub(crate) fn chance(self) -> u64 {
        (self.0 * 4_294_967_296.0).round() as u64
    }
}

impl FromStr for ChallengerShare {
    type Err = &'static str;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        typed.parse().ok().and_then(Self::new).ok_or("a share is a number from 0 to 1, such as 0.1")
    }
}

#[cfg(test)]
mod tests {
    use super::ChallengerShare;

    #[test]
    fn a_share_lies_between_none_and_all() {
        for (typed, chance) in [("0", 0), ("-0", 0), ("0.25", 1 << 30), ("1", 1 << 32)] {
            assert_eq!(
                typed.parse::<ChallengerShare>().expect("a share").chance(),
                chance,
                "{typed}"
            );
        }
        for typed in ["-0.1", "1.01", "NaN", "inf", "", "10%"] {
            assert!(typed.parse::<ChallengerShare>().is_err(), "{typed}");
        }
    }
}
