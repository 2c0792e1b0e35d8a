//! What comes behind a request's head: bounded in length and in time.
//!
//! The server's own limit of time ends with the head. Without one of its own a body that comes a byte a minute would hold a
//! connection for a day, and a few hundred of them everybody's.

use std::time::Duration;

use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use tokio::time::timeout;

use super::guard::say;

/// A form is never longer than this.
const MOST_BYTES: usize = 64 * 1_024;

/// How long a client gets to send one.
const TAKES: Duration = Duration::from_secs(5);

/// The form that was sent.
///
/// # Errors
///
/// The answer to one that is too long, too slow, or broken off.
pub(super) async fn form(request: &HttpRequest, payload: Payload) -> Result<Bytes, HttpResponse> {
    let too_long = || say(HttpResponse::PayloadTooLarge(), "A form has 64 KB at most.");
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    // Where it says so itself nothing of it is read.
    if length
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: usize| length > MOST_BYTES)
    {
        return Err(too_long());
    }
    match timeout(TAKES, payload.to_bytes_limited(MOST_BYTES)).await {
        Ok(Ok(Ok(bytes))) => Ok(bytes),
        Ok(Ok(Err(_broken))) => Err(say(HttpResponse::BadRequest(), "The form did not arrive.")),
        Ok(Err(_longer)) => Err(too_long()),
        Err(_late) => {
            let mut answer = HttpResponse::RequestTimeout();
            // Nobody waits for the rest.
            answer.force_close();
            Err(say(answer, "The form took longer than five seconds to arrive."))
        }
    }
}
