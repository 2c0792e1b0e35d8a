//! Whether a model's scores can be compared with the answers to a scenario.

use super::verify::{Verifier, VerifyError};
use super::{Answer, Scenario};

impl Scenario {
    /// Whether a task expects scores and the model takes the leads that are sent.
    ///
    /// # Errors
    ///
    /// [`VerifyError::NoScores`] or [`VerifyError::OtherSchema`].
    pub fn fits(&self, verifier: &Verifier) -> Result<(), VerifyError> {
        let has_scores = |answer: Answer| matches!(answer, Answer::Score | Answer::Scores);
        if !self.tasks.iter().any(|task| has_scores(task.expect.answer)) {
            return Err(VerifyError::NoScores { path: verifier.path().to_owned() });
        }
        verifier.takes(self.values.leads())
    }
}
