//! Which requests a rule speaks about.

use std::fmt;

use lead_stats::{Endpoint, Summary};

/// Which requests a rule speaks about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// All requests together: the Aggregated row.
    #[default]
    All,
    /// Those of one endpoint.
    Endpoint {
        /// Its method, as in the column Type.
        method: String,
        /// Its name, as in the column Name. Raw: may come from a server.
        name: String,
    },
    /// Those of every endpoint, each on its own; judging makes one rule for each of it.
    Each,
}

impl Scope {
    /// The scope of one row of a summary.
    pub fn of_row(row: &Endpoint) -> Self {
        Self::Endpoint { method: row.method.clone(), name: row.name.clone() }
    }

    /// The row that holds the figures of this scope; `None` for an endpoint that the run has not, and for [`Scope::Each`].
    pub fn row<'s>(&self, summary: &'s Summary) -> Option<&'s Endpoint> {
        match self {
            Self::All => Some(&summary.aggregated),
            Self::Endpoint { method, name } => {
                summary.endpoints.iter().find(|row| row.method == *method && row.name == *name)
            }
            Self::Each => None,
        }
    }
}

/// What stands between metric and operator, with the space before it: nothing, ` of 'POST /x'`, ` of each`.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Endpoint { method, name } => {
                write!(f, " of '{}'", format!("{method} {name}").replace('\'', "''"))
            }
            Self::Each => f.write_str(" of each"),
        }
    }
}
