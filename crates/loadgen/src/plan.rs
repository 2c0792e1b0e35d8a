//! The checked plan of a run: what to load, with whom, how long.
//!
//! [`Plan`] is what [`run`](crate::run) obeys. Its fields are public because none contradicts another; what can be wrong
//! with one is caught by its type ([`Origin`], [`SpawnRate`], [`ApiKey`]). It says nothing about files or tables; see
//! [`Outputs`](crate::Outputs).

use std::fmt;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use crate::scenario::Scenario;
use crate::stages::Stages;

/// What to load, with whom, how long.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where the service is.
    pub target: Origin,
    /// What carries the requests.
    pub transport: Transport,
    /// Whether any certificate of an https target is good enough.
    pub insecure: bool,
    /// Key to send as `X-API-Key`.
    pub api_key: Option<ApiKey>,
    /// How the load comes about.
    pub load: Load,
    /// Whole seconds at the start whose requests are in no table, file or verdict.
    pub warm_up: Duration,
    /// When to stop, counted from the start; `None` runs until it is stopped.
    pub run_time: Option<Duration>,
    /// How long requests in flight may still take when the run stops; zero drops them.
    pub stop_timeout: Duration,
    /// After this time without a complete answer a request has failed.
    pub timeout: Duration,
    /// Threads that send; never more than there can be requests in flight.
    pub threads: NonZeroUsize,
    /// Start value of every random choice.
    pub seed: u64,
    /// What users do.
    pub scenario: Scenario,
    /// Whether the number of users may become another while the run goes on: then all threads take part from the start.
    pub is_steered: bool,
    /// Whether what was counted is forgotten when all users have come.
    pub resets_stats: bool,
}

impl Plan {
    /// Threads that really send: a thread without a user would only report silence, unless there may be more users later.
    pub fn workers(&self) -> usize {
        if self.is_steered && matches!(self.load, Load::Closed(_)) {
            return self.threads.get();
        }
        self.threads.get().min(self.load.concurrency().get() as usize)
    }

    /// When the run ends by itself: after the run time or the last stage, whichever comes first.
    pub fn ends(&self) -> Option<Duration> {
        match (self.run_time, self.load.lasts()) {
            (Some(time), Some(stages)) => Some(time.min(stages)),
            (time, stages) => time.or(stages),
        }
    }
}

/// What carries the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport {
    /// The client library that most Rust programs use.
    #[default]
    Reqwest,
    /// Bare HTTP/1.1 connections: less of the generator's CPU per request, and every phase apart.
    Raw,
}

impl Transport {
    /// Reads a transport's name.
    ///
    /// # Errors
    ///
    /// A sentence fragment for any other word.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "reqwest" => Ok(Self::Reqwest),
            "raw" => Ok(Self::Raw),
            _ => Err(format!("invalid choice: '{text}' (choose from 'reqwest', 'raw')")),
        }
    }
}

/// How the load comes about: the two models.
#[derive(Debug, Clone, PartialEq)]
pub enum Load {
    /// Users that wait for each answer and think before they ask again: a stall of the service also lowers the load.
    Closed(Users),
    /// Requests that are due at times fixed beforehand, whatever becomes of earlier ones.
    Open(Arrivals),
}

impl Load {
    /// Locust's ramp: so many users, so many started per second.
    pub fn ramp(users: NonZeroU32, spawn_rate: SpawnRate) -> Self {
        Self::Closed(Users::Ramp { users, spawn_rate })
    }

    /// The most requests that can be in flight.
    pub fn concurrency(&self) -> NonZeroU32 {
        match self {
            Self::Closed(users) => users.peak(),
            Self::Open(arrivals) => arrivals.max_in_flight,
        }
    }

    /// How long the load itself lasts: the sum of its stages; nothing for one without an end.
    pub fn lasts(&self) -> Option<Duration> {
        match self {
            Self::Closed(Users::Ramp { .. }) => None,
            Self::Closed(Users::Stages(stages)) => stages.lasts(),
            Self::Open(arrivals) => arrivals.rate.lasts(),
        }
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(Users::Ramp { users, spawn_rate }) => {
                let plural = if users.get() == 1 { "" } else { "s" };
                write!(f, "{users} user{plural} at {} per second", spawn_rate.per_second())
            }
            Self::Closed(Users::Stages(stages)) => f.write_str(&stages.words(" users")),
            Self::Open(Arrivals { rate, spacing: Spacing::Constant, .. }) => {
                f.write_str(&rate.words(" requests/s"))
            }
            Self::Open(Arrivals { rate, spacing: Spacing::Poisson, .. }) => {
                write!(f, "{}; Poisson arrivals", rate.words(" requests/s"))
            }
        }
    }
}

/// How many users there are, over time.
#[derive(Debug, Clone, PartialEq)]
pub enum Users {
    /// Locust's ramp: started at a rate until all run, then constant.
    Ramp {
        /// Peak number of concurrent users.
        users: NonZeroU32,
        /// How fast they are started.
        spawn_rate: SpawnRate,
    },
    /// As the stages say.
    Stages(Stages),
}

impl Users {
    /// The most users that run at once.
    pub fn peak(&self) -> NonZeroU32 {
        match self {
            Self::Ramp { users, .. } => *users,
            // A float that is too large saturates; the options cap it long before.
            Self::Stages(stages) => {
                NonZeroU32::new(stages.peak() as u32).unwrap_or(NonZeroU32::MIN)
            }
        }
    }
}

/// When requests are due.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrivals {
    /// Requests per second over time.
    pub rate: Stages,
    /// How they follow one another.
    pub spacing: Spacing,
    /// Due requests wait while so many are in flight; what still waits at the end is unsent.
    pub max_in_flight: NonZeroU32,
}

impl Arrivals {
    /// In flight at most, unless said otherwise: what the limit of open files that we ask for leaves room for.
    pub(crate) const MOST_IN_FLIGHT: u32 = 9_000;
}

/// How requests follow one another at a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// Evenly: the n-th is due when the rate has added up to n.
    Constant,
    /// By chance (exponential gaps), from the plan's seed: the same seed gives the same times.
    Poisson,
}

/// A service's base URL: scheme `http` or `https`, a host, perhaps a port and a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(reqwest::Url);

impl Origin {
    /// Reads a base URL.
    ///
    /// # Errors
    ///
    /// A sentence fragment for text that is no URL, and for URLs with another scheme, without a host, with credentials
    /// (they would be published by every report), a query or a fragment.
    ///
    /// ```
    /// # use lead_loadgen::Origin;
    /// assert_eq!(Origin::parse("http://127.0.0.1:8000/").unwrap().to_string(), "http://127.0.0.1:8000");
    /// assert!(Origin::parse("127.0.0.1:8000").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let hint = "must be a URL like http://127.0.0.1:8000";
        let url = reqwest::Url::parse(text.trim()).map_err(|fault| format!("{hint} ({fault})"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(format!("{hint}, with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not carry a user name or password; use --api-key".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("must not carry a query or a fragment".to_owned());
        }
        Ok(Self(url))
    }

    /// Stands for a target that nobody has named yet; nothing is ever sent there.
    pub(crate) fn unnamed() -> Self {
        Self::parse("http://localhost").expect("it is a URL")
    }

    /// The host's name or address, IPv6 without brackets.
    pub fn host(&self) -> &str {
        let host = self.0.host_str().expect("an origin has a host: parse checked it");
        host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port, the scheme's own where none was given.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().expect("http and https have default ports")
    }

    /// Host and port as the header `Host` names them: the port only where it is not the scheme's own.
    pub(crate) fn authority(&self) -> String {
        let host = self.0.host_str().expect("an origin has a host: parse checked it");
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether another base URL leads to the same scheme, host and port; the paths may differ.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.origin() == other.0.origin()
    }

    /// Whether the connection is encrypted.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The URL of a path below this base; `path` begins with a slash.
    pub(crate) fn join(&self, path: &str) -> reqwest::Url {
        let (path, query) =
            path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url.set_query(query);
        url
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Users per second, finite and above zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpawnRate(f64);

impl SpawnRate {
    /// One user per second, as when nothing is said.
    pub(crate) const ONE: Self = Self(1.0);

    /// Reads a rate in users per second.
    ///
    /// # Errors
    ///
    /// A sentence fragment for text that is no number, and for numbers that are not above zero and finite.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rate: f64 = text.parse().map_err(|_| format!("invalid float value: '{text}'"))?;
        if !rate.is_finite() {
            return Err("must be a finite number".to_owned());
        }
        if rate > 0.0 { Ok(Self(rate)) } else { Err("must be > 0".to_owned()) }
    }

    /// Users per second.
    pub fn per_second(self) -> f64 {
        self.0
    }
}

/// A key for the header `X-API-Key`; it does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(reqwest::header::HeaderValue);

impl ApiKey {
    /// Takes a key that can stand in a header.
    ///
    /// # Errors
    ///
    /// A sentence fragment, without the key, when it is empty or holds characters that a header cannot carry.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut value = reqwest::header::HeaderValue::from_str(text.trim())
            .map_err(|_| "must hold only characters that a header can carry".to_owned())?;
        if value.is_empty() {
            return Err("must not be empty".to_owned());
        }
        value.set_sensitive(true);
        Ok(Self(value))
    }

    /// The header's value, marked as sensitive.
    pub(crate) fn header(&self) -> reqwest::header::HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}
