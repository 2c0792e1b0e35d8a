//! The description of this API by OpenAPI 3.1, made from the code that answers.
//!
//! Each handler says in an attribute what it takes and answers, by the very types that serde reads and writes;
//! [`Document`] adds what follows from that or from the model: the schema of a lead, and every failure with its example.
//! Which handlers there are is said in [`routes`](crate::routes), who may ask for the document too.

#[expect(
    dead_code,
    reason = "these types are for their schemas; what they describe is written by hand"
)]
pub(crate) mod answer;
mod document;
mod example;
mod failures;
mod header;
mod lead;
mod number;
mod operation;
pub(crate) mod tag;

pub(crate) use self::document::Document;
