//! How large a request may be before it is refused unread.
//!
//! [`Limits`] are plain numbers; they are enforced where the body is read. The length of a `lead_id` is the model
//! crate's to judge, and the size of a request's head (128 KiB, 96 headers, answered 431) is actix's.

/// The largest requests that are served.
#[derive(Debug, Clone)]
pub struct Limits {
    /// `MAX_SCORE_BYTES`: body of `POST /api/v1/score` in bytes (default 64 KiB; a lead takes less than 2 KiB).
    pub score_body_bytes: usize,
    /// `MAX_BATCH_BYTES`: body of `POST /api/v1/score/batch` in bytes (default 1 MiB; 100 leads take less than 200 KiB).
    pub batch_body_bytes: usize,
    /// `MAX_BATCH`: leads in one batch (default 100).
    pub batch_items: usize,
}
