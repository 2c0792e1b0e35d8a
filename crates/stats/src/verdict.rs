//! What the load generator says of the run itself: can its numbers be believed?
//!
//! A [`RunVerdict`] lies beside the four CSV files as `PREFIX_verdict.json`. Only `lead-loadgen` writes it; a run of
//! Locust has none. The rules are the generator's, and what follows from a verdict is the gate's to decide: this file
//! holds the form, versioned, and refuses what contradicts itself.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{error::StatsError, write::create_folder_of, write::replace};

/// The version of the file's form, as its field `schema_version` says. A field may be added within a version.
const SCHEMA_VERSION: u32 = 1;

/// No verdict is larger; what is, is another file.
const LARGEST_BYTES: u64 = 1024 * 1024;

/// How far a run can be believed, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Validity {
    /// The generator did what was asked of it.
    Valid,
    /// The numbers stand, and there is a doubt to look at.
    Suspect,
    /// The numbers tell of the generator, or of another load than the one asked for.
    Invalid,
}

impl Validity {
    /// One word in capitals, as reports and files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::Suspect => "SUSPECT",
            Self::Invalid => "INVALID",
        }
    }
}

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How the load came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoadModel {
    /// Users that wait for their answers: a stall of the service also lowers the load.
    Closed,
    /// Requests that are due at times fixed beforehand.
    Open,
}

/// One doubt about a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictReason {
    /// The rule's name, lower case with hyphens.
    pub rule: String,
    /// What the rule makes of the run: [`Validity::Suspect`] or [`Validity::Invalid`].
    pub validity: Validity,
    /// One sentence: what was measured, the limit, what to do next.
    pub sentence: String,
}

/// What an open model asked for, and what became of it; requests of the warm-up are in none of the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AskedRate {
    /// Requests per second that were asked for, on average.
    pub asked_per_s: f64,
    /// Requests per second that were sent, on average.
    pub sent_per_s: f64,
    /// Requests that were sent.
    pub sent: u64,
    /// Requests that were due and never sent.
    pub unsent: u64,
    /// 99 % of the requests were sent at most so many milliseconds later than due.
    pub send_lag_p99_ms: f64,
}

/// What the load generator says of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunVerdict {
    /// How far the run can be believed.
    pub validity: Validity,
    /// Why not further, the worst first; empty for a valid run.
    pub reasons: Vec<VerdictReason>,
    /// What is said and not judged, as sentences.
    pub notes: Vec<String>,
    /// How the load came about; `null` where the run has not ended.
    pub model: Option<LoadModel>,
    /// Seconds that were measured: without the warm-up.
    pub measured_s: f64,
    /// Requests that were measured: as many as the Aggregated row of `_stats.csv` counts.
    pub requests: u64,
    /// What was asked for; `null` in the closed model, which asks for no rate.
    pub rate: Option<AskedRate>,
    /// The SHA-256 of the run's `_stats.csv`, in lower-case hexadecimal: by it the verdict is known to be that run's.
    /// Missing while the run lasts, and in what older versions of `lead-loadgen` left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_sha256: Option<String>,
}

impl RunVerdict {
    /// What stands beside the CSV files while the run lasts, so that one that was killed is not taken for a whole one.
    pub fn unfinished() -> Self {
        let sentence = "The run has not ended: its load generator is still running or was killed; wait until it has \
                        ended, or run the test again.";
        Self {
            validity: Validity::Invalid,
            reasons: vec![VerdictReason {
                rule: "unfinished".to_owned(),
                validity: Validity::Invalid,
                sentence: sentence.to_owned(),
            }],
            notes: Vec::new(),
            model: None,
            measured_s: 0.0,
            requests: 0,
            rate: None,
            summary_sha256: None,
        }
    }

    /// The rate that was asked for, on average, in requests per second; `None` in the closed model.
    pub fn asked_per_s(&self) -> Option<f64> {
        self.rate.map(|rate| rate.asked_per_s)
    }

    /// Writes the verdict to `path` in one step; missing folders are created.
    ///
    /// # Errors
    ///
    /// If the system refuses to write.
    pub fn write(&self, path: &Path) -> Result<(), StatsError> {
        let document = Document { schema_version: SCHEMA_VERSION, verdict: self };
        let text =
            serde_json::to_string_pretty(&document).expect("string keys and numbers make JSON");
        create_folder_of(path)?;
        replace(path, (text + "\n").as_bytes())
            .map_err(|cause| StatsError::Write { path: path.to_owned(), cause })
    }

    /// Reads the verdict at `path`; `None` if there is no such file, as beside a run of Locust.
    ///
    /// # Errors
    ///
    /// If the file is torn, of a newer version, or contradicts itself: a verdict that is better than its reasons.
    pub fn read(path: &Path) -> Result<Option<Self>, StatsError> {
        let Some(bytes) = bytes_of(path)? else { return Ok(None) };
        let wrong = |problem: String| StatsError::Verdict { path: path.to_owned(), problem };
        let Version { schema_version } =
            serde_json::from_slice(&bytes).map_err(|fault| wrong(fault.to_string()))?;
        if schema_version != SCHEMA_VERSION {
            return Err(wrong(format!(
                "its form has version {schema_version}, not {SCHEMA_VERSION}"
            )));
        }
        let verdict: Self =
            serde_json::from_slice(&bytes).map_err(|fault| wrong(fault.to_string()))?;
        let worst = verdict.reasons.iter().map(|reason| reason.validity).max();
        match worst.unwrap_or(Validity::Valid) {
            worst if worst == verdict.validity => Ok(Some(verdict)),
            worst => {
                Err(wrong(format!("it says {} for reasons that are {worst}", verdict.validity)))
            }
        }
    }
}

#[derive(Serialize)]
struct Document<'v> {
    schema_version: u32,
    #[serde(flatten)]
    verdict: &'v RunVerdict,
}

#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

/// The file's bytes, or nothing where there is no such file.
fn bytes_of(path: &Path) -> Result<Option<Vec<u8>>, StatsError> {
    let unreadable = |cause| StatsError::Read { path: path.to_owned(), cause };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(unreadable(cause)),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_BYTES {
        return Err(StatsError::TooLarge { path: path.to_owned(), limit_bytes: LARGEST_BYTES });
    }
    Ok(Some(bytes))
}
