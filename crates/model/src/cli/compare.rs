//! `lead-model compare`: two models on the same labelled leads.

use std::{io::Write, path::PathBuf};

use anyhow::{Result, ensure};
use clap::Args;
use serde::Serialize;

use super::{
    labelled::{LabelledArgs, Rows},
    model_file,
};
use crate::{
    artifact::{Artifact, Histogram},
    card::{Table, count, fixed, p_value, percent, signed},
    measure::{Comparison, Difference, Verdict, compare, stability},
    scorer::Scorer,
};

/// Features whose stability is printed: those that moved most.
const MOST: usize = 8;
/// Stability from which a change is worth watching, and from which worth acting on.
const WATCH: f64 = 0.1;
const ACT: f64 = 0.25;
/// A smaller difference of AUCs matters to nobody, however sure it is.
const HAIR: f64 = 0.001;

/// Compare two models on the same labelled leads.
///
/// Differences are paired, so they are known far better than either measure. The models may have different schemas, as long as
/// the file holds the features of both.
#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// The model in use.
    #[arg(value_name = "A")]
    first: PathBuf,
    /// The model that may replace it.
    #[arg(value_name = "B")]
    second: PathBuf,
    #[command(flatten)]
    labelled: LabelledArgs,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// The form of the output as JSON.
#[derive(Serialize)]
struct Report<'r> {
    models: [Model<'r>; 2],
    data: String,
    comparison: &'r Comparison,
    /// Stability of the data against the training rows of either model.
    features: &'r [Shift],
    verdict: Verdict,
}

#[derive(Serialize)]
struct Model<'r> {
    name: &'r str,
    version: &'r str,
    fingerprint: String,
}

/// How far the leads lie from those that either model was trained on; nothing where a model does not know.
#[derive(Serialize)]
struct Shift {
    feature: String,
    stability: [Option<f64>; 2],
}

pub(super) fn run(args: &CompareArgs, out: &mut impl Write) -> Result<()> {
    let scorers = [model_file::open(&args.first)?, model_file::open(&args.second)?];
    let rows = [args.labelled.rows(&scorers[0])?, args.labelled.rows(&scorers[1])?];
    ensure!(
        rows[0].converted == rows[1].converted,
        "the data changed while it was read; try again"
    );
    let [a, b] = [0, 1].map(|which| rows[which].probabilities(&scorers[which]));
    let cut_points = [0, 1].map(|which| &scorers[which].artifact().cut_points);
    let comparison = compare(&a, &b, &rows[0].converted, cut_points);
    let shifts = shifts(&scorers, &rows);
    let data = args.labelled.name();
    if args.json {
        let model = |scorer: &Scorer| scorer.artifact().fingerprint();
        let models = scorers.each_ref().map(|scorer| Model {
            name: &scorer.artifact().name,
            version: &scorer.artifact().version,
            fingerprint: model(scorer),
        });
        let verdict = comparison.verdict();
        let report = Report { models, data, comparison: &comparison, features: &shifts, verdict };
        serde_json::to_writer_pretty(&mut *out, &report).map_err(std::io::Error::from)?;
        return Ok(writeln!(out)?);
    }
    head(&scorers, &data, &comparison, out)?;
    write!(out, "\n{}", differences(&comparison).text())?;
    flips(&comparison, out)?;
    stabilities(&comparison, &shifts, out)?;
    writeln!(out, "\n{}", verdict(&comparison))?;
    Ok(())
}

fn head(
    scorers: &[Scorer; 2],
    data: &str,
    comparison: &Comparison,
    out: &mut impl Write,
) -> Result<()> {
    for (letter, scorer) in ["A", "B"].iter().zip(scorers) {
        let Artifact { name, version, .. } = scorer.artifact();
        writeln!(out, "{letter}     {name} {version}, {}", scorer.artifact().fingerprint())?;
    }
    let share = percent(comparison.positives, comparison.rows);
    writeln!(out, "data  {data}: {} leads, {share} converted", count(comparison.rows))?;
    Ok(())
}

fn differences(comparison: &Comparison) -> Table {
    let mut table = Table::default()
        .words("measure")
        .number("A")
        .number("B")
        .number("B - A")
        .number("95 % interval")
        .number("p");
    for (name, values, difference) in [
        ("ROC AUC", comparison.auc, comparison.auc_difference),
        ("log loss, nats per lead", comparison.log_loss, comparison.log_loss_difference),
    ] {
        let known = difference.interval.iter().all(|end| end.is_finite());
        let [low, high] = difference.interval.map(|end| signed(end, 4));
        let interval = if known { format!("{low} to {high}") } else { "-".to_owned() };
        table.row([
            name.to_owned(),
            fixed(values[0], 4),
            fixed(values[1], 4),
            signed(difference.value, 4),
            interval,
            p_value(difference.p),
        ]);
    }
    table
}

fn flips(comparison: &Comparison, out: &mut impl Write) -> Result<()> {
    let letters = ["A", "B", "C", "D", "E"];
    let mut table = letters.into_iter().fold(Table::default().words("tier"), Table::number);
    for (letter, counts) in letters.iter().zip(comparison.flips) {
        let [a, b, c, d, e] = counts.map(count);
        table.row([(*letter).to_owned(), a, b, c, d, e]);
    }
    let flipped = comparison.flipped();
    let (number, share) = (count(flipped), percent(flipped, comparison.rows));
    writeln!(out, "\nLeads by tier: a row per tier of model A, a column per tier of model B.")?;
    write!(out, "{}", table.text())?;
    writeln!(out, "{number} leads ({share}) change their tier.")?;
    Ok(())
}

fn stabilities(comparison: &Comparison, shifts: &[Shift], out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "\nPopulation stability: {WATCH} is worth watching, {ACT} worth acting on.\n\
         scores, B's against A's: {}{}",
        fixed(comparison.stability, 3),
        mark(comparison.stability)
    )?;
    if shifts.is_empty() {
        writeln!(out, "Neither model knows how its training rows were distributed.")?;
        return Ok(());
    }
    let mut table =
        Table::default().name("these leads against training").number("A's").number("B's").words("");
    for shift in shifts.iter().take(MOST) {
        let [a, b] =
            shift.stability.map(|value| value.map_or("-".to_owned(), |value| fixed(value, 3)));
        table.row([shift.feature.clone(), a, b, mark(shift.largest()).trim().to_owned()]);
    }
    write!(out, "{}", table.text())?;
    if shifts.len() > MOST {
        let largest = fixed(shifts[MOST].largest(), 3);
        writeln!(out, "and {} more features, none above {largest}", shifts.len() - MOST)?;
    }
    Ok(())
}

fn mark(stability: f64) -> &'static str {
    if stability >= ACT {
        "  act"
    } else if stability >= WATCH {
        "  watch"
    } else {
        ""
    }
}

impl Shift {
    fn largest(&self) -> f64 {
        self.stability.iter().flatten().copied().fold(0.0, f64::max)
    }
}

/// Every feature of either model, the one that moved most first.
fn shifts(scorers: &[Scorer; 2], rows: &[Rows; 2]) -> Vec<Shift> {
    let mut shifts: Vec<Shift> = Vec::new();
    for (which, (scorer, rows)) in scorers.iter().zip(rows).enumerate() {
        let Some(reference) = &scorer.artifact().reference else { continue };
        for (position, histogram) in reference.features.iter().enumerate() {
            let value = shift(histogram, rows, position);
            match shifts.iter_mut().find(|shift| shift.feature == histogram.of) {
                Some(shift) => shift.stability[which] = Some(value),
                None => {
                    let mut stability = [None; 2];
                    stability[which] = Some(value);
                    shifts.push(Shift { feature: histogram.of.clone(), stability });
                }
            }
        }
    }
    shifts.sort_by(|a, b| b.largest().total_cmp(&a.largest()));
    shifts
}

/// The stability of one feature of these rows against its training rows, missing values as a bin of their own.
fn shift(histogram: &Histogram, rows: &Rows, position: usize) -> f64 {
    let mut now = vec![0; histogram.counts.len() + 1];
    for lead in &rows.leads {
        let value = lead.values()[position];
        let bin = if value.is_nan() { histogram.counts.len() } else { histogram.bin(value) };
        now[bin] += 1;
    }
    let before: Vec<u64> = histogram.counts.iter().copied().chain([histogram.missing]).collect();
    stability(&before, &now)
}

/// One sentence that says whether B should replace A, and why.
fn verdict(comparison: &Comparison) -> String {
    let (auc, loss) = (comparison.auc_difference, comparison.log_loss_difference);
    if comparison.identical {
        return "Verdict: the two give the same scores.".to_owned();
    }
    let numbers = |name: &str, difference: Difference| {
        let p = p_value(difference.p);
        let p = match p.as_str() {
            "-" => "p unknown".to_owned(),
            p if p.starts_with('<') => format!("p {p}"),
            p => format!("p = {p}"),
        };
        format!("{name} {}, {p}", signed(difference.value, 4))
    };
    let (auc_told, loss_told) = (numbers("ROC AUC", auc), numbers("log loss", loss));
    let is_hair = auc.value.abs() < HAIR;
    let ranks = match auc.sign() {
        1 if is_hair => "ranks better by a hair",
        1 => "ranks better",
        -1 if is_hair => "ranks worse by a hair",
        -1 => "ranks worse",
        _ => "ranks alike",
    };
    let predicts = match loss.sign() {
        -1 => "says better probabilities",
        1 => "says worse probabilities",
        _ => "says probabilities as good",
    };
    match comparison.verdict() {
        Verdict::Same if auc.p.is_nan() => format!(
            "Verdict: too few leads of an outcome to say which is better ({auc_told}; {loss_told})."
        ),
        Verdict::Same => format!(
            "Verdict: chance explains the difference between A and B on these leads ({auc_told}; {loss_told})."
        ),
        verdict => {
            let word = match verdict {
                Verdict::Better => "B is better",
                Verdict::Worse => "B is worse",
                _ => "B is better in one and worse in the other",
            };
            format!("Verdict: {word}: it {ranks} ({auc_told}) and {predicts} ({loss_told}).")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::verdict;
    use crate::{
        measure::{Difference, compare},
        score::CutPoints,
    };

    #[test]
    fn a_sure_difference_that_matters_to_nobody_is_by_a_hair() {
        let converted = [true, true, false, false];
        let cut_points = [&CutPoints::CONTRACT; 2];
        let mut comparison =
            compare(&[0.4, 0.5, 0.6, 0.2], &[0.5, 0.4, 0.3, 0.2], &converted, cut_points);
        comparison.auc_difference =
            Difference { value: 0.0004, interval: [0.0002, 0.0006], p: 0.01 };
        let told = verdict(&comparison);
        assert!(told.contains("it ranks better by a hair (ROC AUC +0.0004, p = 0.010)"), "{told}");
        comparison.auc_difference.value = 0.04;
        assert!(verdict(&comparison).contains("it ranks better (ROC AUC"));
    }
}
