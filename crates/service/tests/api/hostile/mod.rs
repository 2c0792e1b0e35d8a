//! Requests that nobody should send: a table of them, each with the one answer that is documented for it.
//!
//! [`case`] says what a row of the table is, [`house`] meets the program with it byte by byte, and [`verdict`] judges what it
//! [`heard`]; the other files are the rows, one subject each. [`mutilated`] adds bodies that nobody thought of.

mod admin;
mod batches;
mod bodies;
mod case;
mod framing;
mod headers;
mod heads;
mod heard;
mod house;
mod leads;
mod mutilated;
mod partials;
mod streams;
mod table;
mod targets;
mod tensors;
mod verdict;
