//! What can be typed: the command line, with Locust's spelling.
//!
//! [`Args`] is what was typed; [`Args::order`] turns it into an [`Order`]: a checked [`Plan`](crate::Plan) and the
//! [`Outputs`] it shall leave. Nothing here starts a run or opens a file.

mod args;
mod capacity;
mod fault;
mod load;
mod output;
mod safety;
mod scenario;
mod shape;
mod timespan;
mod web;
mod wish;

pub use args::{Args, Order};
pub use capacity::{CapacityArgs, CapacityOrder};
pub use fault::UsageError;
pub use load::LoadArgs;
pub use output::{Level, OutputArgs, Outputs};
pub use safety::SafetyArgs;
pub use scenario::ScenarioArgs;
pub use shape::{ShapeArgs, Spaced};
pub use timespan::{TimeSpanError, parse_time_span};
pub(crate) use web::{TOKEN_VARIABLE, checked_token};
pub use web::{Web, WebArgs, WebFault};
pub use wish::Wish;
