//! How large a request may be, and how many may be in flight, before one is refused unread.
//!
//! [`Limits`] are plain numbers; sizes are enforced where the body is read, and [`shed`](crate::shed) counts. The length of a
//! `lead_id` is the model crate's to judge, and the size of a request's head (128 KiB, 96 headers, answered 431) is actix's.

use std::num::{NonZeroU32, NonZeroUsize};

use clap::Args;

use super::whole::count;

/// How much is taken.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Most leads in one batch
    #[arg(long, env = "MAX_BATCH", value_name = "MAX_BATCH", default_value = "100", value_parser = count::<NonZeroUsize>)]
    pub max_batch: NonZeroUsize,

    /// Largest body of a single lead, in bytes
    #[arg(long, env = "MAX_SCORE_BYTES", value_name = "MAX_SCORE_BYTES", default_value = "65536", value_parser = count::<NonZeroUsize>)]
    pub max_score_bytes: NonZeroUsize,

    /// Largest body of a batch, in bytes
    #[arg(
        long,
        env = "MAX_BATCH_BYTES",
        value_name = "MAX_BATCH_BYTES",
        default_value = "1048576",
        value_parser = count::<NonZeroUsize>
    )]
    pub max_batch_bytes: NonZeroUsize,

    /// Most requests in flight; one more is refused with 503 unread
    #[arg(long, env = "MAX_IN_FLIGHT", value_name = "MAX_IN_FLIGHT", default_value = "1024", value_parser = count::<NonZeroU32>)]
    pub max_in_flight: NonZeroU32,
}

/// The largest requests that are served.
#[derive(Debug, Clone)]
pub struct Limits {
    /// `MAX_SCORE_BYTES`: body of `POST /api/v1/score` in bytes (default 64 KiB; a lead takes less than 2 KiB).
    pub score_body_bytes: usize,
    /// `MAX_BATCH_BYTES`: body of `POST /api/v1/score/batch` in bytes (default 1 MiB; 100 leads take less than 200 KiB).
    pub batch_body_bytes: usize,
    /// `MAX_BATCH`: leads in one batch (default 100).
    pub batch_items: usize,
    /// `MAX_IN_FLIGHT`: requests in flight in the whole process (default 1024).
    ///
    /// A request whose body came with its head is answered at once and never waits beside another, so what is in flight
    /// is bodies on their way and answers that stream. 1024 are 20,000 requests/s that each take 50 ms to arrive, and at
    /// most 64 MiB of unfinished single leads.
    pub in_flight: u32,
}

impl Limits {
    pub(super) fn new(args: &LimitArgs) -> Self {
        Self {
            score_body_bytes: args.max_score_bytes.get(),
            batch_body_bytes: args.max_batch_bytes.get(),
            batch_items: args.max_batch.get(),
            in_flight: args.max_in_flight.get(),
        }
    }
}
