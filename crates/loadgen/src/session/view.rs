//! What a session shows: one picture that all watchers see.
//!
//! [`View`] is plain data and never changes; the session makes another one each second and whenever something happens. What
//! is long in it is shared. Making pages of it is left to others.

use std::fmt;
use std::sync::Arc;

use crate::plan::{Load, Plan};
use crate::record::Recording;
use crate::report::Account;
use crate::verdict::Judgement;

/// How a session is doing, in Locust's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Nothing was started yet.
    #[default]
    Ready,
    /// Users are coming or going, or the rate still rises.
    Spawning,
    /// All users are there.
    Running,
    /// Nothing more is sent; answers are waited for.
    Stopping,
    /// A run is over.
    Stopped,
}

impl State {
    /// Locust's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Spawning => "spawning",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
        }
    }

    /// Whether a run goes on.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Spawning | Self::Running | Self::Stopping)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a session shows.
#[derive(Debug, Clone)]
pub struct View {
    /// Grows with each picture; see [`Session::changed`](crate::Session::changed).
    pub number: u64,
    /// How the session is doing.
    pub state: State,
    /// Runs that were started so far.
    pub runs: u64,
    /// The plan of the run that goes on or was the last, as edited; before the first one what the command line says.
    pub plan: Arc<Plan>,
    /// All that a report of the run tells so far, or at its end; nothing before the first run.
    pub account: Option<Arc<Account>>,
    /// The last lines of the log, the oldest first, five hundred at most.
    pub logs: Arc<[Arc<str>]>,
    /// Why the last run broke or could not begin, as a sentence; nothing where it did not.
    pub fault: Option<String>,
    /// What the program would exit with for the last run; nothing until it is over.
    pub exit_code: Option<u8>,
}

impl View {
    /// Of a session that has not run yet.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            number: 0,
            state: State::Ready,
            runs: 0,
            plan: Arc::new(plan.clone()),
            account: None,
            logs: Arc::default(),
            fault: None,
            exit_code: None,
        }
    }

    /// What was seen so far.
    pub fn recording(&self) -> Option<&Recording> {
        self.account.as_ref().map(|account| &account.recording)
    }

    /// What is to be thought of a run that is over; nothing while it goes on, see [`Account::judgement`] for what it would be
    /// now.
    pub fn judgement(&self) -> Option<&Judgement> {
        let account = self.account.as_ref().filter(|account| account.recording.has_ended())?;
        Some(&account.judgement)
    }

    /// Users that are there now.
    pub fn users(&self) -> u64 {
        self.recording().map_or(0, Recording::users)
    }

    /// Users that there are to be; nothing in the open model.
    pub fn target_users(&self) -> Option<u32> {
        match &self.plan.load {
            Load::Closed(users) => Some(users.peak().get()),
            Load::Open(_) => None,
        }
    }
}
