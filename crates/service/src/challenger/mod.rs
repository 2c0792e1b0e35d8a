//! A second model that scores a share of the live traffic without being heard.
//!
//! [`Seat`] is where it sits, if any does, and takes what the endpoints show it; `contest` carries the leads to a thread
//! of its own and compares the scores there; `reading` is how one model reads leads that were read for another, and
//! `comparison` the figures. No answer waits for any of it: what cannot be taken at once is dropped and counted.

mod comparison;
mod contest;
mod reading;
mod seat;

pub(crate) use self::{
    comparison::QUANTILES,
    contest::Contest,
    seat::{Refusal, Seat, unloadable},
};
