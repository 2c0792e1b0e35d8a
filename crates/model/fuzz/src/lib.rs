//! What the fuzz targets share: schemas, leads, an obvious reader, and mutations that keep JSON and tables in shape.
//!
//! A target states laws, in `targets/`; a broken law is a panic. What is read, written, and scored is the library's alone.

mod dice;
mod leads;
mod mutate;
#[path = "../../tests/it/oracle.rs"]
mod oracle;
mod schemas;
#[path = "../../tests/it/spelling.rs"]
mod spelling;

pub use dice::Dice;
pub use leads::{Json, bits, check_lead, draw_lead, obvious, spelled_lead};
pub use mutate::{mutate_json, mutate_table};
pub use schemas::{odd_schema, scorer_of};
