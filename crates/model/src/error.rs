//! [`ModelError`]: everything that can go wrong with a schema, a model file, or a training.
//!
//! Messages are fragments that fit after "failed to ..."; each names the value that is wrong and, where a person can do
//! something, what. A message holds its cause, so there is no source to print behind it. Faults of leads are not errors of the model: they are [`Faults`](crate::Faults).

use std::io;

/// Why a model could not be read, written, or trained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The bytes could not be read or written.
    #[error("read or write the model file: {0}")]
    Io(io::Error),
    /// The file is larger than any model this library writes.
    #[error("model file is larger than {limit_mb} MB; is it a model?")]
    TooLarge {
        /// Most megabytes that are read.
        limit_mb: u64,
    },
    /// The file is not JSON, or not of the form of a model.
    #[error("model file is torn or not a model: {0}; make one with `lead-model train`")]
    Form(serde_json::Error),
    /// The file is of a format that this version does not know.
    #[error(
        "model file has format version {found}, this program reads versions up to {supported}; \
         train it again with this program, or use the program that wrote it"
    )]
    Format {
        /// Format version in the file.
        found: u64,
        /// Highest format version this library reads.
        supported: u64,
    },
    /// The content does not match its own checksum.
    #[error(
        "model file was changed after it was written: its checksum says {stored}, its content {computed}; \
         restore the file or train it again"
    )]
    Checksum {
        /// Checksum in the file.
        stored: String,
        /// Checksum of its content.
        computed: String,
    },
    /// A lead stored with the model no longer gets the score stored with it.
    #[error(
        "golden lead {index} scores {what} {found}, the model file says {expected}; \
         this program and the one that trained the model disagree: train it again"
    )]
    Golden {
        /// Position of the lead among the golden ones, from 0.
        index: usize,
        /// Which part of the score: log-odds or probability.
        what: &'static str,
        /// What stands in the file.
        expected: f64,
        /// What comes out now.
        found: f64,
    },
    /// The parts of a model do not fit together.
    #[error("model is not sound: {what}; train it again")]
    Unsound {
        /// Which part, and what is wrong with it.
        what: String,
    },
    /// A schema contradicts itself.
    #[error("schema {schema} is not sound: {what}")]
    Schema {
        /// Name of the schema.
        schema: String,
        /// What is wrong with it.
        what: String,
    },
    /// Cut points that do not part the probabilities.
    #[error("cut points {points:?} must rise strictly between 0 and 1")]
    CutPoints {
        /// The points given.
        points: [f64; 4],
    },
    /// Tiers that cannot be drawn as they were asked for.
    #[error("tiers: {what}")]
    Tiers {
        /// What is wrong, and what to do instead.
        what: String,
    },
    /// A training parameter out of its range.
    #[error("training parameter {name} is {value}, it must be {range}")]
    Parameter {
        /// Name of the parameter.
        name: &'static str,
        /// The value given.
        value: f64,
        /// What is allowed.
        range: &'static str,
    },
    /// A table of labelled leads that cannot be read.
    #[error("table, line {line}: {what}")]
    Table {
        /// Line of the file, from 1.
        line: u64,
        /// Which column, and what is wrong with it.
        what: String,
    },
    /// A table whose columns do not suit what is asked of it.
    #[error("table: {0}")]
    Columns(String),
    /// A schema file that a person edited and that cannot be followed.
    #[error("schema file, line {line}: {what}")]
    SchemaFile {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong, and what is possible.
        what: String,
    },
    /// Too few rows of one class to learn from.
    #[error(
        "the table has {positives} converted and {negatives} other leads, training needs at least {needed} of each; \
         bring more rows, or check the target column"
    )]
    TooFew {
        /// Rows that converted.
        positives: usize,
        /// Rows that did not.
        negatives: usize,
        /// Fewest of each.
        needed: usize,
    },
    /// A part of the rows has hardly any of one outcome.
    #[error(
        "the {part} part of the table has {rows} rows of which {positives} converted: too few of one outcome to learn or to \
         judge by; bring more rows, hold out another share, or hold out at random instead of by time"
    )]
    OneSided {
        /// Which part: training or held-out.
        part: &'static str,
        /// Rows in it.
        rows: usize,
        /// Rows in it that converted.
        positives: usize,
    },
    /// The columns make more weights than can be fitted.
    #[error(
        "the columns make {weights} weights, {limit} is the most: leave out columns with --drop, or ask for fewer --pieces"
    )]
    TooWide {
        /// Weights of all curves together.
        weights: usize,
        /// Most of them.
        limit: usize,
    },
    /// The optimiser stopped before the optimum.
    #[error(
        "training did not converge: the mean loss still has slope {gradient:e}, {tolerance:e} is allowed; \
         raise the penalty"
    )]
    NotConverged {
        /// Largest component of the gradient of the mean loss.
        gradient: f64,
        /// Largest component allowed.
        tolerance: f64,
    },
    /// The trainer itself refused.
    #[error("logistic regression refused the table: {0}")]
    Trainer(String),
    /// The scorecard does not say what the trainer says.
    #[error(
        "the scorecard differs from the trained model by {difference:e} in log-odds; this is a bug"
    )]
    Folding {
        /// Largest difference on a training row.
        difference: f64,
    },
}

impl From<io::Error> for ModelError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
