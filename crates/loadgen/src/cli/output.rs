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
    /// Percentiles and medians in the CSV files as Locust rounds them: whole milliseconds, two digits from 100 ms on.
    #[arg(long)]
    pub csv_integer: bool,
    /// Write the report as one HTML file at the end. {u}, {r} and {t} become users, rate and run time.
    #[arg(long, value_name = "FILE", env = "LOCUST_HTML", hide_env_values = true)]
    pub html: Option<String>,
    /// Print the final statistics as JSON on the standard output, in Locust's form.
    #[arg(long)]
    pub json: bool,
    /// Write the final statistics, with exact numbers, to NAME.json.
    #[arg(long, value_name = "NAME")]
    pub json_file: Option<PathBuf>,
    /// Write every latency as an HdrHistogram interval log, live: one interval a second and endpoint.
    #[arg(long, value_name = "FILE")]
    pub hdr: Option<PathBuf>,
    /// No table during the run; the final tables stay.
    #[arg(long, env = "LOCUST_ONLY_SUMMARY", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub only_summary: bool,
    /// Tables during the run also beside the web page.
    #[arg(long, env = "LOCUST_PRINT_STATS", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub print_stats: bool,
    /// Name that groups tests, before the scenario in reports.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
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
    /// Write log lines to this file, at its end; tables stay on the standard error.
    #[arg(long, value_name = "FILE", env = "LOCUST_LOGFILE", hide_env_values = true)]
    pub logfile: Option<PathBuf>,
    /// No log lines and no tables but warnings and errors.
    #[arg(long, env = "LOCUST_SKIP_LOG_SETUP", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub skip_log_setup: bool,
    /// Exit code when a request failed.
    #[arg(long, value_name = "CODE", env = "LOCUST_EXIT_CODE_ON_ERROR", hide_env_values = true, default_value = "1", value_parser = exit_code, allow_negative_numbers = true)]
    pub exit_code_on_error: u8,
}

/// What a run shall leave, checked.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// Prefix of the four CSV files.
    pub csv: Option<PathBuf>,
    /// Whether the history holds a row per endpoint, with windowed percentiles.
    pub csv_full_history: bool,
    /// Whether percentiles and medians in the CSV files are Locust's whole numbers.
    pub csv_integer: bool,
    /// The HTML report, placeholders filled.
    pub html: Option<PathBuf>,
    /// Whether Locust's JSON goes to the standard output at the end.
    pub print_json: bool,
    /// The JSON file, suffix appended.
    pub json: Option<PathBuf>,
    /// The HdrHistogram interval log.
    pub hdr: Option<PathBuf>,
    /// Whether the live table is left out.
    pub only_summary: bool,
    /// Whether the live table is shown beside the web page too.
    pub print_stats: bool,
    /// Whether `--headless` was given, and no `--headful`.
    pub headless: bool,
    /// A name that groups tests, for reports.
    pub profile: Option<String>,
    /// The least level that is logged.
    pub level: Level,
    /// Where log lines go instead of the standard error.
    pub logfile: Option<PathBuf>,
    /// Whether the log is left as Python has it where nobody sets it up: warnings and errors, no tables.
    pub skip_log_setup: bool,
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
            csv_integer: self.csv_integer,
            html: self.html.map(|name| filled(&name, load)),
            print_json: self.json,
            json: self.json_file.map(with_json_suffix),
            hdr: self.hdr,
            only_summary: self.only_summary,
            print_stats: self.print_stats,
            headless: load.headless && !load.headful,
            profile: self.profile,
            level: self.loglevel,
            logfile: self.logfile,
            skip_log_setup: self.skip_log_setup,
            exit_code_on_error: self.exit_code_on_error,
        })
    }
}

/// `{u}`, `{r}`, `{t}` replaced as Locust 2.47 does: users, users per second, run time in seconds; an unset run time stays
/// literal.
fn filled(name: &str, load: &LoadArgs) -> PathBuf {
    let name = name.replace("{u}", &load.shape.users.to_string());
    let name = name.replace("{r}", &load.shape.spawn_rate.per_second().to_string());
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

/// An exit code; a negative one counts from 256, as the system takes Python's.
fn exit_code(text: &str) -> Result<u8, String> {
    let code: Option<i16> = text.parse().ok().filter(|code| (-255..=255).contains(code));
    let code = code.ok_or_else(|| format!("invalid int value: '{text}' (0 to 255)"))?;
    Ok(code.rem_euclid(256) as u8)
}
