//! What the answers look like that no type of this crate is the form of: scores, reasons, partial batches and lines of a
//! stream, which are written by hand, and what the model crate finds of drift.
//!
//! Those who write them know nothing of these types, which exist for their schemas alone. The contract test
//! holds the two together: it looks at real answers, and finds a member that is missing here as well as one too many.

use utoipa::ToSchema;

use crate::{models::ModelName, problem::Entry};

/// What one lead scores.
#[derive(ToSchema)]
pub(crate) struct ScoredLead {
    /// The id of the request; all leads of a batch share it.
    request_id: String,
    model: ModelName<'static>,
    /// As it was sent.
    lead_id: String,
    score: Score,
    #[schema(required = false)]
    reasons: Reasons,
    #[schema(required = false)]
    timing: Timing,
    /// The version of this contract; only with `include_details`.
    #[schema(required = false)]
    api_version: String,
}

/// The score itself.
#[derive(ToSchema)]
struct Score {
    /// Probability of conversion, with every digit of its 64 bits.
    #[schema(minimum = 0, maximum = 1)]
    raw_score: f64,
    /// `round(raw_score * 4 + 1)`, ties to the even bucket.
    #[schema(minimum = 1, maximum = 5)]
    bucket: u8,
    /// `A` for bucket 5 to `E` for bucket 1.
    #[schema(pattern = "^[A-E]$")]
    tier: String,
    #[schema(required = false)]
    ranking: Ranking,
}

/// What the tiers mean; only with `include_details`.
#[derive(ToSchema)]
struct Ranking {
    tier_definition: TierDefinition,
}

/// Each tier in words.
#[derive(ToSchema)]
#[serde(rename_all = "UPPERCASE")]
struct TierDefinition {
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
}

/// How long it took; only with `include_details`.
#[derive(ToSchema)]
struct Timing {
    /// Time to read and score the leads of the request, in milliseconds.
    #[schema(minimum = 0)]
    latency_ms: f64,
}

/// Why the score is what it is; only with `explain`.
#[derive(ToSchema)]
struct Reasons {
    /// What the model says of a lead of which it knows nothing.
    #[schema(minimum = 0, maximum = 1)]
    base_probability: f64,
    /// The same in log-odds.
    base_log_odds: f64,
    /// The score in log-odds: `base_log_odds` and all contributions, also those that are not listed.
    log_odds: f64,
    /// Share of the features that the lead did not give.
    #[schema(minimum = 0, maximum = 1)]
    imputed: f64,
    /// What raises the score most, the weightiest first.
    positive: Vec<Contribution>,
    /// What lowers it most, the weightiest first.
    negative: Vec<Contribution>,
}

/// What one value, or one pair of values, adds to the score.
#[derive(ToSchema)]
struct Contribution {
    #[schema(min_items = 1, max_items = 2)]
    features: Vec<String>,
    log_odds: f64,
    /// A hundred times this are percentage points.
    #[schema(minimum = -1, maximum = 1)]
    probability: f64,
    /// The same as a sentence.
    text: String,
}

/// The answer to a batch: a list of scores, or with `mode=partial` an object.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum BatchAnswer {
    Strict(Vec<ScoredLead>),
    Partial(PartialBatch),
}

/// A batch whose leads were judged each by itself.
#[derive(ToSchema)]
pub(crate) struct PartialBatch {
    request_id: String,
    model: ModelName<'static>,
    summary: Counts,
    /// One for each lead, in the order of the leads.
    results: Vec<BatchResult>,
    #[schema(required = false)]
    timing: Timing,
    /// The version of this contract; only with `include_details`.
    #[schema(required = false)]
    api_version: String,
}

/// How many leads there were, and what came of them.
#[derive(ToSchema)]
struct Counts {
    total: u64,
    scored: u64,
    failed: u64,
}

/// What came of one lead of a batch.
#[derive(ToSchema)]
#[serde(untagged)]
enum BatchResult {
    Scored(BatchScore),
    Refused(BatchError),
}

/// The score of one lead of a batch.
#[derive(ToSchema)]
struct BatchScore {
    /// Its place in the batch, from 0.
    index: u64,
    lead_id: String,
    #[schema(minimum = 200, maximum = 200)]
    status: u16,
    score: Score,
    #[schema(required = false)]
    reasons: Reasons,
}

/// What is wrong with one lead of a batch.
#[derive(ToSchema)]
struct BatchError {
    /// Its place in the batch, from 0.
    index: u64,
    /// Left out where it could not be read.
    #[schema(required = false)]
    lead_id: String,
    #[schema(minimum = 422, maximum = 422)]
    status: u16,
    error: LeadError,
}

/// What is wrong with a lead.
#[derive(ToSchema)]
struct LeadError {
    detail: String,
    /// All faults; their pointers begin at the lead.
    #[schema(min_items = 1)]
    errors: Vec<Entry<'static>>,
}

/// A line of a stream's answer. The last one is the summary; an answer without it was cut off.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum StreamLine {
    Scored(StreamScore),
    Refused(StreamError),
    End(StreamEnd),
}

/// The score of one line.
#[derive(ToSchema)]
pub(crate) struct StreamScore {
    /// The number of the line that it answers, from 1.
    #[schema(minimum = 1)]
    line: u64,
    lead_id: String,
    score: Score,
    #[schema(required = false)]
    reasons: Reasons,
}

/// What is wrong with one line.
#[derive(ToSchema)]
pub(crate) struct StreamError {
    /// The number of the line that it answers, from 1.
    #[schema(minimum = 1)]
    line: u64,
    /// Left out where it could not be read.
    #[schema(required = false)]
    lead_id: String,
    error: LeadError,
}

/// The last line.
#[derive(ToSchema)]
pub(crate) struct StreamEnd {
    summary: StreamSummary,
}

/// What came of a stream.
#[derive(ToSchema)]
struct StreamSummary {
    request_id: String,
    model: ModelName<'static>,
    /// Lines that came in, blank ones included.
    lines: u64,
    scored: u64,
    failed: u64,
    /// Whether the body was read to its end.
    complete: bool,
    /// Why not.
    #[schema(required = false)]
    detail: String,
}

/// How far one number has moved.
#[derive(ToSchema)]
pub(crate) struct Shift {
    /// The name of the feature, or `score`.
    of: String,
    /// Population stability index, from 0 for no change.
    #[schema(minimum = 0)]
    psi: f64,
    /// The index that chance alone would be expected to give; null without leads.
    chance_psi: Option<f64>,
    /// Share of the rows without the value: in training, and live.
    #[schema(min_items = 2, max_items = 2)]
    missing: Vec<f64>,
    /// Share of the live leads whose value is below or above all of the training.
    #[schema(minimum = 0, maximum = 1)]
    outside: f64,
    verdict: Severity,
    /// Why the verdict is not to be trusted, where too few leads were counted.
    note: Option<String>,
}

/// What a shift calls for: nothing, to look again soon (from an index of 0.1), or to find the reason (from 0.25).
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    Steady,
    Watch,
    Act,
}
