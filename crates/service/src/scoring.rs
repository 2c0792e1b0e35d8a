//! From leads to accounted scores: the one path behind every endpoint that scores.
//!
//! [`one`] reads and scores a single lead, [`many`] score a batch and [`part`] what has come of a stream; [`account`] counts
//! what was scored, whoever read it. How an answer looks is the endpoint's business, and so is which model it asks.

use std::{
    slice,
    sync::Arc,
    time::{Duration, Instant},
};

use lead_model::{Lead, Score};

use crate::{
    error::{ApiError, InternalError},
    models::Live,
    state::Shared,
};

/// A lead and what it scores.
#[derive(Debug)]
pub(crate) struct Scored {
    pub(crate) lead: Lead,
    pub(crate) score: Score,
    /// Time to read and score it.
    pub(crate) latency: Duration,
}

/// Reads one lead, scores it, and accounts for it.
pub(crate) fn one(state: &Shared, model: &Live, body: &[u8]) -> Result<Scored, ApiError> {
    let started = Instant::now();
    let lead = Lead::from_json(model.scorer.schema(), body)?;
    let score = model.scorer.score(&lead);
    let latency = started.elapsed();
    check_finite(state, slice::from_ref(&score))?;
    state.metrics.predictions.observe(&score, latency);
    account(state, model, slice::from_ref(&lead), slice::from_ref(&score));
    Ok(Scored { lead, score, latency })
}

/// Scores leads that were read since `started`, and accounts for them as one batch.
pub(crate) fn many(
    state: &Shared,
    model: &Live,
    leads: &[Lead],
    started: Instant,
) -> Result<(Vec<Score>, Duration), ApiError> {
    let scored = part(state, model, leads, started)?;
    state.metrics.predictions.observe_batch_size(leads.len());
    Ok(scored)
}

/// Scores leads that were read since `started`, and accounts for them, however many of them belong together.
pub(crate) fn part(
    state: &Shared,
    model: &Live,
    leads: &[Lead],
    started: Instant,
) -> Result<(Vec<Score>, Duration), ApiError> {
    let mut scores = Vec::with_capacity(leads.len());
    model.scorer.score_many(leads, &mut scores);
    let latency = started.elapsed();
    check_finite(state, &scores)?;
    state.metrics.predictions.observe_many(&scores, latency);
    account(state, model, leads, &scores);
    Ok((scores, latency))
}

/// Shows leads and their scores to whoever watches the model: what they see must never hold up an answer.
fn account(state: &Shared, model: &Live, leads: &[Lead], scores: &[Score]) {
    if let Some(watch) = state.drift_window.and_then(|window| model.watch(window)) {
        let seen = watch.see(leads, scores);
        state.metrics.drift.count(seen.counted, seen.skipped);
    }
    let current = || Arc::clone(&state.models.current());
    state.challenger.see(current, model, leads, scores);
}

/// A score that is no number would be written as `null`; it is better not to answer than to answer that.
fn check_finite(state: &Shared, scores: &[Score]) -> Result<(), InternalError> {
    if scores.iter().all(|score| score.probability.is_finite()) {
        return Ok(());
    }
    state.metrics.predictions.observe_not_finite();
    Err(InternalError::ScoreNotFinite)
}
