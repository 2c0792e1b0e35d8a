//! How strictly a verdict is taken.

/// How strictly a verdict is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demand {
    /// Failures fail; warnings and what could not be decided do not.
    #[default]
    Usual,
    /// Warnings fail as well, and what could not be decided is no pass (`--strict`).
    Strict,
    /// Failures are shown as warnings (`--warn-only`), to try rules out; input that cannot be judged is still refused.
    WarnOnly,
}
