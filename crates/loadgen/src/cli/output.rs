//! Options that say what a run shall leave behind.
//!
//! [`OutputArgs`] is what was typed; [`Outputs`] is the checked meaning. Nothing here opens a file.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

use super::{LoadArgs, UsageError};

/// How much is logged on stderr; tables are always shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Level {
    /// Everything.
    Debug,
    /// What a run does.
    Info,
    /// What may spoil a run.
    Warning,
    /// What did spoil a run.
    Error,
    /// What ends a run.
    Critical,
}

/// What to leave behind.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write the CSV files behind this prefix, live: statistics, history, failures, exceptions.
    #[arg(long, value_name = "PREFIX", env = "LOCUST_CSV", hide_env_values = true)]
    pub csv: Option<PathBuf>,
    /// A history row per endpoint, with percentiles of the last ten seconds. Needs --csv.
    #[arg(long, env = "LOCUST_CSV_FULL_HISTORY", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub csv_full_history: bool,
    /// Write the report as one HTML file at the end. {u}, {r} and {t} become users, rate and run time.
    #[arg(long, value_name = "FILE", env = "LOCUST_HTML", hide_env_values = true)]
    pub html: Option<String>,
    /// Write the final statistics, with exact numbers, to NAME.json.
    #[arg(long, value_name = "NAME")]
    pub json_file: Option<PathBuf>,
    /// Write every latency as an HdrHistogram interval log, live: one interval a second and endpoint.
    #[arg(long, value_name = "FILE")]
    pub hdr: Option<PathBuf>,
    /// No table during the run; the final tables stay.
    #[arg(long, env = "LOCUST_ONLY_SUMMARY", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub only_summary: bool,
    /// Log lines of this level and above: DEBUG, INFO, WARNING, ERROR, CRITICAL.
    #[arg(
        short = 'L',
        long,
        value_name = "LEVEL",
        env = "LOCUST_LOGLEVEL",
        hide_env_values = true,
        hide_possible_values = true,
        default_value = "INFO",
        ignore_case = true
    )]
    pub loglevel: Level,
    /// Exit code when a request failed.
    #[arg(long, value_name = "CODE", env = "LOCUST_EXIT_CODE_ON_ERROR", hide_env_values = true, default_value = "1", value_parser = exit_code)]
    pub exit_code_on_error: u8,
}

/// What a run shall leave, checked.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// Prefix of the four CSV files.
    pub csv: Option<PathBuf>,
    /// Whether the history holds a row per endpoint, with windowed percentiles.
    pub csv_full_history: bool,
    /// The HTML report, placeholders filled.
    pub html: Option<PathBuf>,
    /// The JSON file, suffix appended.
    pub json: Option<PathBuf>,
    /// The HdrHistogram interval log.
    pub hdr: Option<PathBuf>,
    /// Whether the live table is left out.
    pub only_summary: bool,
    /// Whether `--headless` was given; there is no other way to run yet, so its absence is only mentioned.
    pub headless: bool,
    /// The least level that is logged.
    pub level: Level,
    /// Exit code when a request failed.
    pub exit_code_on_error: u8,
}

impl OutputArgs {
    /// Checks the options; `load` fills the placeholders of the HTML file's name.
    ///
    /// # Errors
    ///
    /// When the full history is asked for without CSV files.
    pub fn outputs(self, load: &LoadArgs) -> Result<Outputs, UsageError> {
        if self.csv_full_history && self.csv.is_none() {
            return Err(UsageError::new("'--csv-full-history' requires '--csv'."));
        }
        Ok(Outputs {
            csv: self.csv,
            csv_full_history: self.csv_full_history,
            html: self.html.map(|name| filled(&name, load)),
            json: self.json_file.map(with_json_suffix),
            hdr: self.hdr,
            only_summary: self.only_summary,
            headless: load.headless,
            level: self.loglevel,
            exit_code_on_error: self.exit_code_on_error,
        })
    }
}

/// `{u}`, `{r}`, `{t}` replaced as Locust does: whole users per second, run time in seconds; an unset run time stays literal.
fn filled(name: &str, load: &LoadArgs) -> PathBuf {
    let name = name.replace("{u}", &load.shape.users.to_string());
    let name = name.replace("{r}", &format!("{:.0}", load.shape.spawn_rate.per_second().trunc()));
    match load.run_time {
        Some(time) => name.replace("{t}", &time.as_secs().to_string()).into(),
        None => name.into(),
    }
}

/// `NAME` as `NAME.json`; the suffix is always appended, also to a name that has one.
fn with_json_suffix(name: PathBuf) -> PathBuf {
    let mut name = name.into_os_string();
    name.push(".json");
    name.into()
}

fn exit_code(text: &str) -> Result<u8, String> {
    text.parse().map_err(|_| format!("invalid int value: '{text}' (0 to 255)"))
}
