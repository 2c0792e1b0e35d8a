//! What goes over the wire: requests as they come in, answers as they go out.
//!
//! What a lead is, and whether one is right, is the model crate's to say; failures are written by
//! [`error`](crate::error).

mod inference;
mod line;
mod lines;
mod literal;
mod numbers;
mod patience;
mod query;
mod request;
mod response;
mod verdict;

pub(crate) use self::{
    inference::{INPUT, Inference, InferenceAnswer, OUTPUTS, inferred},
    line::{Sums, faulty_line, overlong_line, scored_line, summary},
    lines::{Line, Lines},
    patience::Patience,
    query::{Details, Explain, Forced, Mode, Query},
    request::{Body, BodyBytes, LinesBody},
    response::{API_VERSION, Detailed, Extras, judged_batch, scored, scored_batch},
};
