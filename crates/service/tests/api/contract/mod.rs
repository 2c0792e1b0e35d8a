//! Every answer that the served document promises is provoked and held against it: status, media type, headers, body.
//!
//! [`promises`] are the tests; [`stages`] knows how each answer is provoked, with [`shelf`] for those about models;
//! [`asked`] makes a request of an operation's example, [`answered`] is what came back.

mod answered;
mod asked;
mod promises;
mod shelf;
mod stages;
