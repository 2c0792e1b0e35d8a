//! The model file: what is in it, and how it is read and written.

mod content;
mod file;
mod layout;
mod quality;
mod reference;

pub use content::{Artifact, Candidate, Golden, Selection, Training};
pub use file::FORMAT;
pub use quality::{Bin, Decile, Quality, TierQuality};
pub use reference::{Histogram, Reference};
