//! What is wrong with the tensors of a request, one fault at a time.
//!
//! [`TensorFault`] is plain data between those who find it in [`wire`](crate::wire) and those who answer it, in
//! [`error`](crate::error) and [`problem`](crate::problem), so that neither has to know the other.

use serde::Serialize;

/// What is wrong with a request, and where.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TensorFault {
    /// An RFC 6901 pointer into the body.
    pub(crate) pointer: String,
    /// What it is, for programs.
    pub(crate) code: &'static str,
    /// What it is and what is expected, for people. Repeats nothing that was sent.
    pub(crate) detail: String,
}

impl TensorFault {
    pub(crate) fn new(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into() }
    }
}
