//! What is wrong with an answer whose status was right.

/// Constant words for what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) struct Wrong<'e>(&'e str);

impl<'e> Wrong<'e> {
    pub(super) const EMPTY: Wrong<'static> = Wrong("empty body");

    pub(super) const fn new(words: &'e str) -> Self {
        Self(words)
    }

    /// A constant sentence fragment.
    pub(in crate::engine) fn as_str(self) -> &'e str {
        self.0
    }
}
