//! Options that say how the load comes about: users or a rate, steady or in stages.
//!
//! [`ShapeArgs`] is what was typed; [`ShapeArgs::load`] checks it into a [`Load`]. `--users` and `--spawn-rate` are
//! Locust's; the open model and stages are ours, in k6's words. Nothing here sends.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

use super::{UsageError, parse_time_span};
use crate::plan::{Arrivals, Load, Spacing, SpawnRate, Users};
use crate::stages::{Stage, Stages};

/// How the load comes about.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Load")]
pub struct ShapeArgs {
    /// Peak number of concurrent users: the closed model, in which a user waits for its answer before it asks again.
    #[arg(short, long, value_name = "N", env = "LOCUST_USERS", hide_env_values = true, default_value = "1", value_parser = users, allow_negative_numbers = true)]
    pub users: NonZeroU32,
    /// Users to start per second.
    #[arg(
        short = 'r', long, value_name = "RATE", env = "LOCUST_SPAWN_RATE", hide_env_values = true, default_value = "1",
        value_parser = SpawnRate::parse, allow_negative_numbers = true
    )]
    pub spawn_rate: SpawnRate,
    /// Requests per second: the open model, in which requests are due whatever became of earlier ones, and latency counts
    /// from the moment they were due. Takes the place of --users.
    #[arg(long, value_name = "RATE", value_parser = rate, allow_negative_numbers = true, conflicts_with_all = ["users", "spawn_rate"])]
    pub rate: Option<f64>,
    /// How requests of the open model follow one another: evenly, or by chance from --seed.
    #[arg(long, value_name = "SPACING", default_value = "constant", requires = "rate")]
    pub arrivals: Spaced,
    /// Change the load in straight lines, e.g. 30s:100,2m:300,30s:0: in 30 s to 100, in two minutes to 300, in 30 s to 0.
    /// The unit is that of --rate (from which it begins) when that is given, otherwise users (from 0).
    #[arg(long, value_name = "TIME:N,...", value_delimiter = ',', value_parser = stage, conflicts_with_all = ["users", "spawn_rate"])]
    pub stages: Vec<Stage>,
    /// Time at the start whose requests are in no table, file or verdict; whole seconds.
    #[arg(long, value_name = "TIME", default_value = "0", value_parser = parse_time_span)]
    pub warmup: Duration,
    /// Forget what was counted when all users have come (with --rate: when the rate is at its peak). --warmup is the other
    /// way to leave the beginning out; given both, nothing counts before both are over.
    #[arg(long, env = "LOCUST_RESET_STATS", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub reset_stats: bool,
    /// Requests of the open model in flight at most; what is due beyond waits, and what still waits at the end is unsent.
    #[arg(long, value_name = "N", value_parser = users, requires = "rate")]
    pub max_in_flight: Option<NonZeroU32>,
}

/// The values of `--arrivals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Spaced {
    /// Evenly.
    Constant,
    /// By chance, with exponential gaps.
    Poisson,
}

impl ShapeArgs {
    /// Checks the options into a load.
    ///
    /// # Errors
    ///
    /// When the load would never send anything, or when stages of users are no whole numbers.
    pub fn load(&self) -> Result<Load, UsageError> {
        let stages = self.stages.clone();
        let Some(rate) = self.rate else {
            if stages.is_empty() {
                return Ok(Load::ramp(self.users, self.spawn_rate));
            }
            if let Some(stage) = stages.iter().find(|stage| stage.target.fract() != 0.0) {
                let part = stage.target;
                return Err(UsageError::new(format!(
                    "argument --stages: there is no part of a user ({part}); give whole numbers, or requests per second with --rate"
                )));
            }
            let stages = nonzero(Stages::new(0.0, stages), "users")?;
            return Ok(Load::Closed(Users::Stages(stages)));
        };
        let rate = nonzero(Stages::new(rate, stages), "requests")?;
        let spacing = match self.arrivals {
            Spaced::Constant => Spacing::Constant,
            Spaced::Poisson => Spacing::Poisson,
        };
        let most = NonZeroU32::new(Arrivals::MOST_IN_FLIGHT).expect("nine thousand are some");
        let max_in_flight = self.max_in_flight.unwrap_or(most);
        Ok(Load::Open(Arrivals { rate, spacing, max_in_flight }))
    }
}

/// Stages that reach some number, and last.
fn nonzero(stages: Stages, unit: &str) -> Result<Stages, UsageError> {
    if stages.peak() > 0.0 && stages.lasts().is_none_or(|time| !time.is_zero()) {
        return Ok(stages);
    }
    Err(UsageError::new(format!(
        "there would never be any {unit}: give --rate a number above 0, or --stages a time and a number above 0"
    )))
}

pub(super) fn users(text: &str) -> Result<NonZeroU32, String> {
    let count: i64 = text.parse().map_err(|_| format!("invalid int value: '{text}'"))?;
    let count = u32::try_from(count.max(0)).map_err(|_| "must be < 4294967296".to_owned())?;
    NonZeroU32::new(count).ok_or_else(|| "must be > 0".to_owned())
}

/// A number of users or requests per second.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| format!("invalid float value: '{text}'"))?;
    if rate.is_finite() && rate >= 0.0 {
        Ok(rate)
    } else {
        Err("must be finite and >= 0".to_owned())
    }
}

pub(super) fn stage(text: &str) -> Result<Stage, String> {
    let (time, target) = text
        .split_once(':')
        .ok_or_else(|| format!("'{text}' has no colon; write a stage as 30s:100"))?;
    let time = parse_time_span(time).map_err(|fault| fault.to_string())?;
    Ok(Stage { time, target: rate(target.trim())? })
}
