//! [`Scorer`]: a verified model, ready to score.
//!
//! It joins the artifact and its compiled scorecard. It never allocates per lead and never fails: whatever could be
//! wrong with a model was found when it was loaded, whatever could be wrong with a lead when it was read.

use std::io::Read;

use crate::{
    artifact::Artifact,
    compiled::{BLOCK, Compiled},
    error::ModelError,
    lead::Lead,
    schema::Schema,
    score::{Score, logistic},
};

/// Largest difference, in log-odds and in probability, between a golden lead's stored and present score.
///
/// The same code gives the same bits; this leaves room for a later version that adds in another order.
const GOLDEN_TOLERANCE: f64 = 1e-9;

/// A model whose file was checked: format, checksum, soundness, and golden scores.
#[derive(Debug, Clone)]
pub struct Scorer {
    artifact: Artifact,
    compiled: Compiled,
}

impl Scorer {
    /// Reads a model file and verifies it.
    ///
    /// # Errors
    /// Says what is wrong with the file and what to do; a model that loads is the one that was trained.
    pub fn load(reader: impl Read) -> Result<Self, ModelError> {
        let artifact = Artifact::read(reader)?;
        if artifact.golden.is_empty() {
            let what = "there is no golden lead to verify its scores by".to_owned();
            return Err(ModelError::Unsound { what });
        }
        Self::new(artifact)
    }

    /// Makes an artifact ready to score, after scoring its golden leads.
    ///
    /// # Errors
    /// [`ModelError::Unsound`] if its parts do not fit together, [`ModelError::Golden`] if a golden lead no longer gets
    /// its score.
    pub fn new(artifact: Artifact) -> Result<Self, ModelError> {
        artifact.check()?;
        let compiled = Compiled::new(&artifact.scorecard, &artifact.schema);
        for (index, golden) in artifact.golden.iter().enumerate() {
            let log_odds = compiled.log_odds(&golden.values);
            for (what, found, expected) in [
                ("log-odds", log_odds, golden.log_odds),
                ("probability", logistic(log_odds), golden.probability),
            ] {
                let difference = (found - expected).abs();
                if difference.is_nan() || difference > GOLDEN_TOLERANCE {
                    return Err(ModelError::Golden { index, what, expected, found });
                }
            }
        }
        Ok(Self { artifact, compiled })
    }

    /// The model as it stands in the file.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// What a lead for this model looks like.
    pub fn schema(&self) -> &Schema {
        &self.artifact.schema
    }

    /// Scores one lead, which must have been read with this model's schema.
    pub fn score(&self, lead: &Lead) -> Score {
        Score::of(self.compiled.log_odds(lead.values()), &self.artifact.cut_points)
    }

    /// Scores many leads, in order, after whatever `out` holds already; bit for bit as [`Scorer::score`] does.
    pub fn score_many(&self, leads: &[Lead], out: &mut Vec<Score>) {
        out.reserve(leads.len());
        let mut log_odds = [0.0; BLOCK];
        for leads in leads.chunks(BLOCK) {
            for (log_odds, lead) in log_odds.iter_mut().zip(leads) {
                *log_odds = self.compiled.log_odds(lead.values());
            }
            self.extend(&log_odds[..leads.len()], out);
        }
    }

    /// Scores rows that lie in columns, after whatever `out` holds already; bit for bit as [`Scorer::score`] does.
    ///
    /// There is one column per feature in schema order, NaN where a value is missing; the values are those of a lead, that
    /// is, as [`Feature::parse`](crate::Feature::parse) and [`Feature::check`](crate::Feature::check) give them. Nothing is
    /// checked again: a fraction of a whole-number feature counts as one of its neighbours.
    ///
    /// # Panics
    /// If there are not as many columns as features, or they differ in length.
    pub fn score_columns(&self, columns: &[&[f64]], out: &mut Vec<Score>) {
        assert_eq!(columns.len(), self.schema().len(), "one column per feature");
        let rows = columns[0].len();
        assert!(columns.iter().all(|column| column.len() == rows), "columns of one length");
        out.reserve(rows);
        self.compiled.log_odds_of_columns(columns, |log_odds| self.extend(log_odds, out));
    }

    pub(crate) fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    /// Scores of at most a block of log-odds; the probabilities first, several of which are found at once.
    fn extend(&self, log_odds: &[f64], out: &mut Vec<Score>) {
        let mut probabilities = [0.0; BLOCK];
        for (probability, &log_odds) in probabilities.iter_mut().zip(log_odds) {
            *probability = logistic(log_odds);
        }
        let known = log_odds.iter().zip(&probabilities);
        let cut_points = &self.artifact.cut_points;
        out.extend(known.map(|(&log_odds, &p)| Score::known(log_odds, p, cut_points)));
    }
}
