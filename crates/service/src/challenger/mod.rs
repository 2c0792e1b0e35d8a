//! A second model that scores a share of the live traffic without being heard.
//!
//! [`Seat`] is where it sits, if any does, and takes what the endpoints show it; [`Contest`] queues the leads, `judge` has
//! them scored on a thread of its own, and `board` shows how the two models stand. `reading` is how one model reads leads
//! that were read for another, `comparison` the figures. No answer waits for any of it: what cannot be taken at once is dropped and counted.

mod board;
mod comparison;
mod contest;
mod judge;
mod reading;
mod seat;

pub(crate) use self::{
    comparison::QUANTILES,
    contest::Contest,
    seat::{Refusal, Seat, unloadable},
};
