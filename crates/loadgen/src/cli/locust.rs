//! Every option of Locust, and what becomes of it here.
//!
//! [`LocustOption::ALL`] is the one place that says so: an option works, or is taken and changes nothing (with the reason, as a
//! warning), or is refused with a sentence that names the way instead. Spelling, variable and order are those of Locust
//! 2.47; `cargo xtask interop locust` holds the table against the real program. What an option that works does is said
//! where the parser knows it.

use Fate::{Ignored, Refused, Works};
use Takes::{Flag, Many, One};

/// An option of Locust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocustOption {
    /// Its names as Locust's messages write them: `-u/--users`, `--web-port/-P`.
    pub spelling: &'static str,
    /// The variable that sets it, if there is one.
    pub variable: Option<&'static str>,
    /// What follows it.
    pub takes: Takes,
    /// What becomes of it.
    pub fate: Fate,
}

/// What follows an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Flag,
    /// A value.
    One,
    /// Any number of values.
    Many,
}

/// What becomes of an option of Locust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It does what it does in Locust, or the nearest thing.
    Works,
    /// It is taken, changes nothing, and a warning says why.
    Ignored(&'static str),
    /// It is refused with this sentence.
    Refused(&'static str),
}

/// Why there is no master.
const NO_MASTER: &str = "there is no master here: start a real one (locust --master, see docs/LOCUST.md) and join it with lead-loadgen --worker";

impl LocustOption {
    /// All of them, in Locust's order; the positional names of user classes are no option.
    pub const ALL: [Self; 57] = [
        of("-h/--help", "", Flag, Works),
        of("-f/--locustfile", "LOCUST_LOCUSTFILE", One, Works),
        of("--config", "", One, Works),
        of("-H/--host", "LOCUST_HOST", One, Works),
        of("-u/--users", "LOCUST_USERS", One, Works),
        of("-r/--spawn-rate", "LOCUST_SPAWN_RATE", One, Works),
        of("-t/--run-time", "LOCUST_RUN_TIME", One, Works),
        of("-l/--list", "", Flag, Works),
        of(
            "--config-users",
            "LOCUST_CONFIG_USERS",
            Many,
            Refused(
                "a user class is set up in its scenario file, not here; see --scenario and docs/SCENARIOS.md",
            ),
        ),
        of("--web-host", "LOCUST_WEB_HOST", One, Works),
        of("--web-host-display-name", "LOCUST_WEB_HOST_DISPLAY_NAME", One, Works),
        of("--web-port/-P", "LOCUST_WEB_PORT", One, Works),
        of("--headless", "LOCUST_HEADLESS", Flag, Works),
        of("--autostart", "LOCUST_AUTOSTART", Flag, Works),
        of("--autoquit", "LOCUST_AUTOQUIT", One, Works),
        of("--headful", "LOCUST_HEADFUL", Flag, Works),
        of(
            "--web-auth",
            "LOCUST_WEB_AUTH",
            One,
            Refused(
                "The --web-auth parameters has been replaced with --web-login; see docs/LOCUST.md",
            ),
        ),
        of("--web-login", "LOCUST_WEB_LOGIN", Flag, Works),
        of("--tls-cert", "LOCUST_TLS_CERT", One, Works),
        of("--tls-key", "LOCUST_TLS_KEY", One, Works),
        of(
            "--class-picker",
            "LOCUST_USERCLASS_PICKER",
            Flag,
            Ignored("a scenario has one user class, so there is nothing to pick"),
        ),
        of(
            "--build-path",
            "LOCUST_BUILD_PATH",
            One,
            Refused("the page is part of the program; remove the option"),
        ),
        of(
            "--legacy-ui",
            "LOCUST_LEGACY_UI",
            Flag,
            Refused("--legacy-ui is no longer supported, remove the parameter to continue"),
        ),
        of("--master", "LOCUST_MODE_MASTER", Flag, Refused(NO_MASTER)),
        of("--master-bind-host", "LOCUST_MASTER_BIND_HOST", One, Refused(NO_MASTER)),
        of("--master-bind-port", "LOCUST_MASTER_BIND_PORT", One, Refused(NO_MASTER)),
        of("--expect-workers", "LOCUST_EXPECT_WORKERS", One, Refused(NO_MASTER)),
        of("--expect-workers-max-wait", "LOCUST_EXPECT_WORKERS_MAX_WAIT", One, Refused(NO_MASTER)),
        of("--enable-rebalancing", "", Flag, Refused(NO_MASTER)),
        of(
            "--expect-slaves",
            "",
            Flag,
            Refused("The --expect-slaves parameter has been renamed --expect-workers"),
        ),
        of("--worker", "LOCUST_MODE_WORKER", Flag, Works),
        of("--processes", "LOCUST_PROCESSES", One, Works),
        of("--slave", "", Flag, Refused("The --slave parameter has been renamed --worker")),
        of("--master-host", "LOCUST_MASTER_NODE_HOST", One, Works),
        of("--master-port", "LOCUST_MASTER_NODE_PORT", One, Works),
        of("--web-base-path", "LOCUST_WEB_BASE_PATH", One, Works),
        of("-T/--tags", "LOCUST_TAGS", Many, Works),
        of("-E/--exclude-tags", "LOCUST_EXCLUDE_TAGS", Many, Works),
        of("--csv", "LOCUST_CSV", One, Works),
        of("--csv-full-history", "LOCUST_CSV_FULL_HISTORY", Flag, Works),
        of("--print-stats", "LOCUST_PRINT_STATS", Flag, Works),
        of("--only-summary", "LOCUST_ONLY_SUMMARY", Flag, Works),
        of("--reset-stats", "LOCUST_RESET_STATS", Flag, Works),
        of("--html", "LOCUST_HTML", One, Works),
        of("--json", "", Flag, Works),
        of("--json-file", "", One, Works),
        of("--skip-log-setup", "LOCUST_SKIP_LOG_SETUP", Flag, Works),
        of("--loglevel/-L", "LOCUST_LOGLEVEL", One, Works),
        of("--logfile", "LOCUST_LOGFILE", One, Works),
        of("--show-task-ratio", "", Flag, Works),
        of("--show-task-ratio-json", "", Flag, Works),
        of("--version/-V", "", Flag, Works),
        of("--exit-code-on-error", "LOCUST_EXIT_CODE_ON_ERROR", One, Works),
        of("-s/--stop-timeout", "LOCUST_STOP_TIMEOUT", One, Works),
        of("--equal-weights", "", Flag, Works),
        of("--profile", "", One, Works),
        of(
            "--otel",
            "LOCUST_ENABLE_OPENTELEMETRY",
            Flag,
            Ignored(
                "nothing is sent to OpenTelemetry; --csv, --json-file and --hdr keep what was measured",
            ),
        ),
    ];

    /// The option of a long name without dashes.
    pub fn of_name(long: &str) -> Option<&'static Self> {
        static ALL: [LocustOption; LocustOption::ALL.len()] = LocustOption::ALL;
        ALL.iter().find(|option| option.long() == long)
    }

    /// Its long name without dashes.
    pub fn long(&self) -> &'static str {
        let names = self.spelling.split('/');
        names.filter_map(|name| name.strip_prefix("--")).next().unwrap_or_default()
    }

    /// Its letter, if it has one.
    pub fn short(&self) -> Option<char> {
        let letter = |name: &str| match name.as_bytes() {
            [b'-', letter] => Some(char::from(*letter)),
            _ => None,
        };
        self.spelling.split('/').find_map(letter)
    }
}

const fn of(
    spelling: &'static str,
    variable: &'static str,
    takes: Takes,
    fate: Fate,
) -> LocustOption {
    let variable = if variable.is_empty() { None } else { Some(variable) };
    LocustOption { spelling, variable, takes, fate }
}
