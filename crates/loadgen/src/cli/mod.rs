//! What can be typed: the command line, with Locust's spelling.
//!
//! [`Args`] is what was typed; [`Args::order`] turns it into an [`Order`]: a checked [`Plan`](crate::Plan) and the
//! [`Outputs`] it shall leave. What configuration files and the environment set ([`Surroundings`]) joins what was typed in
//! `line`; what becomes of each option of Locust says [`LocustOption`]. Nothing here starts a run or writes a file.

mod args;
mod capacity;
mod compare;
mod fault;
mod line;
mod load;
mod locust;
mod output;
mod report;
mod safety;
mod scenario;
mod settings;
mod shape;
mod spelling;
mod surroundings;
mod timespan;
mod verb;
mod web;
mod wish;
mod worker;

pub use args::{Args, Order};
pub use capacity::{CapacityArgs, CapacityOrder};
pub use compare::{CompareArgs, CompareOrder};
pub use fault::UsageError;
pub use load::LoadArgs;
pub use locust::{Fate, LocustOption, Takes};
pub use output::{Level, OutputArgs, Outputs};
pub use report::{ReportArgs, ReportOrder};
pub use safety::SafetyArgs;
pub use scenario::ScenarioArgs;
pub use shape::{ShapeArgs, Spaced};
pub use surroundings::Surroundings;
pub use timespan::{TimeSpanError, parse_time_span};
pub(crate) use web::{TOKEN_VARIABLE, checked_token};
pub use web::{Web, WebArgs, WebFault};
pub use wish::Wish;
pub use worker::{Master, WorkerArgs, WorkerOrder};
