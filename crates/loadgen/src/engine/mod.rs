//! The engine: threads that send, each with its own users, and the one place where they meet.
//!
//! [`run()`] starts the workers and folds what they report; [`Target`] is what is measured, [`HttpTarget`] and [`RawTarget`]
//! the real ones, [`Scripted`] a stand-in whose every answer is known beforehand. Tables and files are the reports'.

mod alarm;
mod arrival;
mod check;
mod course;
mod desk;
mod http;
mod leg;
mod pacer;
mod preflight;
mod run;
mod schedule;
mod scripted;
mod sponge;
mod stall;
mod start;
mod steer;
mod target;
mod traffic;
mod user;
mod worker;

pub(crate) use http::Probe;
pub use http::{
    HttpTarget, HttpTargets, RawTarget, RawTargets, load, load_by_second, load_steered,
};
pub use preflight::{PreflightError, Reached, reach};
pub use run::{RunError, Stop, run, run_by_second, run_steered};
pub use scripted::{Scripted, ScriptedAnswer};
pub use steer::Steering;
pub use target::{Clock, Reply, Request, Target, Targets};
