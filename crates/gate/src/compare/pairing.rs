//! Which run of the base belongs to which run of the head.
//!
//! Runs that took turns share what the machine did at that time, and their differences do not: [`Pairing::find`] takes the
//! times from the histories and pairs neighbours, ABBA and ABAB alike. Runs that did not take turns are pooled.

/// How base and head are held against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// Each run of the head with the run of the base next to it in time.
    Paired,
    /// All against all, with a common deviation.
    Pooled,
}

impl Pairing {
    /// The pairing in one word, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paired => "paired",
            Self::Pooled => "pooled",
        }
    }

    /// Whether runs that began at these times took turns: sorted by time, every two neighbours are one of each side.
    pub(super) fn find(base: &[u64], head: &[u64]) -> Self {
        if base.len() != head.len() {
            return Self::Pooled;
        }
        let mut turns: Vec<(u64, bool)> = base.iter().map(|at| (*at, false)).collect();
        turns.extend(head.iter().map(|at| (*at, true)));
        turns.sort_unstable();
        let is_pair = |pair: &[(u64, bool)]| pair[0].1 != pair[1].1 && pair[0].0 != pair[1].0;
        if turns.chunks_exact(2).all(is_pair) { Self::Paired } else { Self::Pooled }
    }
}

#[cfg(test)]
mod tests {
    use super::Pairing;

    #[test]
    fn runs_that_took_turns_are_pairs() {
        assert_eq!(Pairing::find(&[10, 40, 50], &[20, 30, 60]), Pairing::Paired, "ABBAAB");
        assert_eq!(Pairing::find(&[10, 30], &[20, 40]), Pairing::Paired, "ABAB");
        assert_eq!(Pairing::find(&[10, 20], &[30, 40]), Pairing::Pooled, "AABB");
        assert_eq!(Pairing::find(&[10, 20], &[15]), Pairing::Pooled, "one is missing");
        assert_eq!(Pairing::find(&[10], &[10]), Pairing::Pooled, "both at once");
    }
}
