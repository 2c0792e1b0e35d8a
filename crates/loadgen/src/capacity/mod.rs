//! How much load a service can take: the highest rate of the open model that still holds its objectives.
//!
//! [`Ask`] says what must hold and where to look; [`Trial`] plans a run at one rate and makes a [`Step`] of it;
//! [`search()`] chooses the rates and comes to a [`Finding`]. What is printed and written is the report's; when,
//! [`survey`](crate::survey())'s.

mod ask;
mod breach;
mod complaint;
mod finding;
mod objective;
mod search;
mod step;
mod trial;

pub use ask::{Ask, Wanted};
pub use breach::Breach;
pub use complaint::Complaint;
pub use finding::{Finding, SearchEnd};
pub(crate) use objective::plain;
pub use objective::{Objectives, Percentile, parse_latency, parse_share};
pub use search::{Search, search};
pub use step::{Measured, Outcome, Step};
pub use trial::Trial;
