//! The tests of `lead-stats`, one binary: what is read, what is refused, what is written, and that both agree.

mod arbitrary;
mod folder;

mod bucket;
mod failures;
mod golden;
mod history;
mod large;
mod live;
mod percentiles;
mod round_trip;
mod summary;
mod tolerated;
mod verdict;
mod written;
