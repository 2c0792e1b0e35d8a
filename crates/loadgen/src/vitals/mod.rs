//! The generator's own vital signs, once a second: CPU, memory, descriptors, sockets.
//!
//! [`Vitals`] keeps one small [`Pulse`] a second. On Linux it reads `/proc`; elsewhere nothing is measured, and said so,
//! never guessed. `procfs` is pure, from the kernel's text to numbers; `reading` opens the files. What follows from a
//! pulse is the [verdict](crate::judge)'s.

mod log;
mod procfs;
mod pulse;
mod reading;

pub use log::Vitals;
pub use pulse::Pulse;
