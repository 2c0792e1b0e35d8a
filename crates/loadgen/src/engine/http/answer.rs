//! An answer, read to its last byte.

use std::time::Instant;

use bytes::Bytes;
use reqwest::StatusCode;

/// More of a body than this is counted but not kept: no right answer is larger, and a wrong one must not fill the memory.
const MOST_KEPT_BYTES: usize = 1 << 20;

/// A complete answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// When its request was given to a connection that stood, as far as the transport knows.
    pub(super) sent: Instant,
    /// When its head was there.
    pub(super) headed: Instant,
    /// Length of its body.
    pub(super) bytes: u64,
    body: Whole,
}

impl Answer {
    /// An answer of which the head is there now.
    pub(super) fn headed(status: StatusCode, sent: Instant) -> Self {
        Self { status, sent, headed: Instant::now(), bytes: 0, body: Whole::default() }
    }

    /// Adds the next piece of its body.
    pub(super) fn push(&mut self, chunk: Bytes) {
        self.bytes += chunk.len() as u64;
        self.body.push(chunk);
    }

    /// Its body, cut where it is absurdly long.
    pub(super) fn body(&self) -> &[u8] {
        self.body.bytes()
    }
}

/// A body from its chunks; the usual single chunk is kept without a copy.
#[derive(Default)]
struct Whole {
    first: Bytes,
    joined: Vec<u8>,
}

impl Whole {
    fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() && self.joined.is_empty() {
            self.first = chunk;
            return;
        }
        if self.joined.is_empty() {
            self.joined.extend_from_slice(&self.first);
        }
        let room = MOST_KEPT_BYTES.saturating_sub(self.joined.len());
        self.joined.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }

    fn bytes(&self) -> &[u8] {
        if self.joined.is_empty() { &self.first } else { &self.joined }
    }
}
