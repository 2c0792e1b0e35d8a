//! A target that answers from a script, under a clock that waits for nobody.

use std::error::Error;
use std::io;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use lead_loadgen::{
    Args, Clock, Corpus, Load, Method, Plan, Recording, Scenario, Scripted, ScriptedAnswer,
    SpawnRate, Stop, Targets, Task, Values, run,
};
use tokio::runtime::{Builder, Runtime};

/// Opens a script per worker, on a runtime whose clock jumps to the next event.
pub(crate) struct Simulated(pub(crate) Vec<Vec<ScriptedAnswer>>);

impl Targets for Simulated {
    type Target = Scripted;

    fn open(&self, _worker: usize) -> Result<Scripted, Box<dyn Error + Send + Sync>> {
        Ok(Scripted::new(self.0.clone()))
    }

    fn clock(&self) -> Clock {
        Clock::Simulated
    }

    fn runtime(&self) -> io::Result<Runtime> {
        Builder::new_current_thread().enable_all().start_paused(true).build()
    }
}

/// A plan for one task without a body.
pub(crate) fn plan(users: u32, run_time: &str, think: Duration) -> Plan {
    let words = ["lead-loadgen", "--host", "http://localhost:8000", "-r", "1000", "-t", run_time];
    let mut plan = Args::order(words.map(Into::into)).unwrap().plan;
    plan.load = ramp(users, "1000");
    plan.threads = NonZeroUsize::MIN;
    plan.scenario = Scenario {
        user_class: "Visitor".to_owned(),
        tasks: vec![task("/health")],
        think_time: think..=think,
        values: Values::default(),
        verifier: None,
    };
    plan
}

/// So many users, so many started per second.
pub(crate) fn ramp(users: u32, spawn_rate: &str) -> Load {
    Load::ramp(NonZeroU32::new(users).unwrap(), SpawnRate::parse(spawn_rate).unwrap())
}

/// A task that asks for a path.
pub(crate) fn task(path: &str) -> Task {
    Task::new(Method::Get, path)
}

/// Runs a plan against a script to its end.
pub(crate) fn simulate(plan: &Plan, script: Vec<Vec<ScriptedAnswer>>) -> Recording {
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    run(plan, corpus, &Simulated(script), &Stop::new(), |_| {}).unwrap()
}

/// A right answer of ten bytes.
pub(crate) fn right(ms: u64) -> ScriptedAnswer {
    ScriptedAnswer::right(Duration::from_millis(ms), 10)
}
