//! Labelled leads from a file, read for a model that exists: columns by name, others left alone.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::{
    absent::{self, AbsentArgs},
    data::{FormArgs, file_name},
    meter,
};
use crate::{columns::Absent, lead::Lead, measure::Outcome, scorer::Scorer, train::Table};

/// Where labelled leads are, and how their outcome is written.
#[derive(Debug, Args)]
pub(super) struct LabelledArgs {
    /// A CSV file with the model's features and the outcome; other columns are left alone.
    #[arg(long, value_name = "CSV")]
    data: PathBuf,
    /// The column of the outcome.
    #[arg(long, value_name = "COLUMN")]
    target: String,
    /// What the outcome says of a lead that converted [default: 1, true or yes, against 0, false or no].
    #[arg(long, value_name = "VALUE")]
    positive: Option<String>,
    #[command(flatten)]
    form: FormArgs,
    #[command(flatten)]
    absent: AbsentArgs,
}

/// Leads of one schema, each with its outcome.
pub(super) struct Rows {
    pub(super) leads: Vec<Lead>,
    pub(super) converted: Vec<bool>,
}

impl LabelledArgs {
    /// The leads as `scorer` takes them; at least one of either outcome.
    pub(super) fn rows(&self, scorer: &Scorer) -> Result<Rows> {
        let path = &self.data;
        let positive = self.positive.as_deref();
        let sheet = self.form.read(path)?;
        let schema = scorer.schema();
        let table = Table::labelled(schema, &sheet, &self.target, positive, self.name())
            .with_context(|| format!("read {}", path.display()))?;
        let names = sheet.names().iter().map(String::as_str).filter(|&name| name != self.target);
        absent::check(&Absent::of(schema, names), self.absent.allow_missing)
            .with_context(|| format!("read {}", path.display()))?;
        meter::notes(table.notes(), &[]);
        let rows = Rows::of(&table);
        let (all, name, target) = (rows.converted.len(), path.display(), &self.target);
        let wanted = positive.map_or("1, true or yes".to_owned(), |value| format!("{value:?}"));
        ensure!(all > 0, "measure on {name}: it holds no leads");
        ensure!(
            rows.converted.contains(&true),
            "measure on {name}: none of its {all} leads converted: column {target:?} never holds {wanted}; \
             check --target and --positive"
        );
        ensure!(
            rows.converted.contains(&false),
            "measure on {name}: each of its {all} leads converted: column {target:?} always holds {wanted}; \
             check --target, and bring leads that did not convert"
        );
        Ok(rows)
    }

    /// The file's name, for messages.
    pub(super) fn name(&self) -> String {
        file_name(&self.data)
    }
}

impl Rows {
    fn of(table: &Table) -> Self {
        let lead = |row: usize| {
            let values: Vec<_> = table.columns().iter().map(|column| column[row]).collect();
            let missing = values.iter().filter(|value| value.is_nan()).count();
            Lead::checked("", values, missing as u32)
        };
        Self { leads: (0..table.len()).map(lead).collect(), converted: table.converted().to_vec() }
    }

    /// The probabilities that a model gives these leads.
    pub(super) fn probabilities(&self, scorer: &Scorer) -> Vec<f64> {
        let mut scores = Vec::new();
        scorer.score_many(&self.leads, &mut scores);
        scores.into_iter().map(|score| score.probability).collect()
    }

    /// Those probabilities with what happened.
    pub(super) fn outcomes(&self, scorer: &Scorer) -> Vec<Outcome> {
        self.probabilities(scorer).into_iter().zip(self.converted.iter().copied()).collect()
    }
}
