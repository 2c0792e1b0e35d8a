//! The model file: what is in it, and how it is read and written.

mod content;
mod file;
mod layout;

pub use content::{Artifact, Bin, Golden, Training};
pub use file::FORMAT;
