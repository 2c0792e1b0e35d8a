//! What a key may do: [`Scope`] is one thing, [`Scopes`] a set of them.
//!
//! Which route asks for which scope is said in [`routes`](crate::routes).

use std::{fmt, str::FromStr};

/// One thing that a key may open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Scoring, and reading what the model is.
    Score,
    /// Changing what the service does.
    Admin,
    /// Reading `/metrics`, where that asks for a key.
    Metrics,
}

impl Scope {
    pub(crate) const ALL: [Self; 3] = [Self::Score, Self::Admin, Self::Metrics];

    /// The name in key files and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Admin => "admin",
            Self::Metrics => "metrics",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|scope| scope.as_str() == name);
        known.ok_or_else(|| "a scope must be score, admin or metrics".to_owned())
    }
}

/// Everything that one key may open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scopes(u8);

impl Scopes {
    /// Whether `scope` is among them.
    pub(crate) fn allow(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether there is none.
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in a fixed order.
    pub(crate) fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.allow(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | scope.bit()))
    }
}

/// The names, separated by commas.
impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Scope::as_str).collect();
        formatter.pad(&names.join(","))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Scopes({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, Scopes};

    #[test]
    fn a_set_allows_what_was_put_in_and_nothing_else() {
        let set: Scopes = [Scope::Metrics, Scope::Score, Scope::Score].into_iter().collect();
        assert!(set.allow(Scope::Score) && set.allow(Scope::Metrics) && !set.allow(Scope::Admin));
        assert_eq!(set.to_string(), "score,metrics");
        assert!(Scopes::from_iter([]).is_empty());
    }

    #[test]
    fn only_the_three_names_are_scopes() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
        }
        for other in ["", "Score", "score ", "*", "all"] {
            assert!(other.parse::<Scope>().is_err(), "{other:?}");
        }
    }
}
