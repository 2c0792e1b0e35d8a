//! The page of a comparison: verdict, figures with their ratios, and the runs of both sides drawn.
//!
//! Its frame and its style are those of the verdict page.

mod ratio;
mod rounds;
mod tables;

mod page;

pub(super) use self::page::render;
