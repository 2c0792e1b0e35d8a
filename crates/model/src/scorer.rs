//! [`Scorer`]: a verified model, ready to score.
//!
//! It joins the artifact and its compiled scorecard. It never allocates per lead and never fails: whatever could be
//! wrong with a model was found when it was loaded, whatever could be wrong with a lead when it was read.

use std::io::Read;

use crate::{
    artifact::Artifact,
    compiled::Compiled,
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
        let cut_points = &self.artifact.cut_points;
        self.compiled.log_odds_of_many(leads, |log_odds| out.push(Score::of(log_odds, cut_points)));
    }

    /// Scores leads that lie in columns, one per feature in schema order and all of one length: finite values in range,
    /// or NaN where one is missing. Appends to `out`, bit for bit as [`Scorer::score`] does.
    pub fn score_columns(&self, columns: &[&[f64]], out: &mut Vec<Score>) {
        let rows = columns.first().map_or(0, |column| column.len());
        let mut values = vec![0.0; columns.len()];
        for row in 0..rows {
            for (value, column) in values.iter_mut().zip(columns) {
                *value = column[row];
            }
            let log_odds = self.compiled.log_odds(&values);
            out.push(Score::of(log_odds, &self.artifact.cut_points));
        }
    }
}
