//! What goes over the wire: requests as they come in, answers as they go out.
//!
//! What a lead is, and whether one is right, is the model crate's to say; failures are written by
//! [`error`](crate::error).

mod inference;
mod numbers;
mod patience;
mod request;
mod response;

pub(crate) use self::{
    inference::{INPUT, Inference, InferenceAnswer, OUTPUTS, TensorFault, inferred},
    patience::Patience,
    request::{Body, BodyBytes, Details},
    response::{API_VERSION, Answer, Detailed, scored, scored_batch},
};
