//! The verdict page: one file that needs neither network nor scripts.
//!
//! Everything here is a pure function of a judgement; whatever came from outside is escaped.

mod scale;

mod chart;

mod figures;
mod over_time;
mod tables;

mod csp;

mod page;

pub(super) use self::page::render;
