//! [`run`]: the sequence of a run, from the plan to the last line.

use std::{
    io::{self, Read, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};

use super::{
    errors,
    partial::Partial,
    pipeline,
    plan::{Format, Plan, ScoreArgs},
    progress::Progress,
    sink::Sink,
    source::{self, AnyForm, Opened},
    tally::Tally,
    text::{Style, Text},
    worker::{Output, Task, Worker},
};
use crate::cli::{absent, meter, model_file};

/// Scores all leads of the input.
///
/// # Errors
/// The input, the model, or an output is not what it should be; without an errors file also the first row with a fault,
/// with one only if no row could be scored.
pub(in crate::cli) fn run(args: &ScoreArgs, stream: impl Read, out: &mut impl Write) -> Result<()> {
    let plan = Plan::of(args)?;
    let scorer = model_file::open(&plan.model)?;
    let Opened { mut feed, form, total } = source::open(&plan, scorer.schema(), stream)?;
    if let Some(absent) = form.absent(scorer.schema()) {
        absent::check(&absent, plan.allow_missing)
            .with_context(|| format!("read {}", plan.source()))?;
        meter::notes(&[], absent.note().as_slice());
    }
    let (output, mut sink) = open_output(&plan, &form, out)?;
    let task = Task {
        scorer: &scorer,
        form: form.as_form(),
        output,
        explain: plan.explain,
        place: if form.format() == Format::Parquet { "row" } else { "line" },
    };
    sink.write(&task.output.head(task.form))?;
    let mut listed = Listed::open(plan.errors.as_deref())?;
    let mut tally = Tally::new(if plan.wishes.keep { &[] } else { form.ignored() });
    let mut progress = Progress::new(total, plan.quiet);
    let source = plan.source();
    let next = || feed.next().with_context(|| format!("read {source}"));
    let worker = || {
        let mut worker = Worker::new(&task);
        move |block| worker.work(block)
    };
    pipeline::run(plan.jobs, next, worker, |mut done| {
        listed.take(&done.errors, done.first.as_deref(), &source)?;
        sink.take(&done.made)?;
        progress.step(done.consumed, done.rows);
        tally.add(&mut done);
        Ok(())
    })?;
    drop(progress);
    listed.finish()?;
    conclude(&plan, &tally, sink)
}

/// Gives the output its name and says what was done.
fn conclude(plan: &Plan, tally: &Tally, sink: Sink<'_>) -> Result<()> {
    let errors = plan.errors.as_ref().map(|path| path.display().to_string());
    if let Some(errors) = &errors
        && tally.rows > 0
        && tally.faulty == tally.rows
    {
        let (source, rows) = (plan.source(), tally.rows);
        bail!("score {source}: none of its {rows} rows could be read, see {errors}");
    }
    sink.finish()?;
    // A stream that was scored whole speaks for itself.
    if !plan.quiet && (plan.out.is_some() || tally.faulty > 0) {
        // Nothing is lost if it cannot be written.
        let _ = writeln!(io::stderr(), "{}", tally.summary(errors.as_deref()));
    }
    Ok(())
}

/// The form of the output, and the place it goes to.
fn open_output<'w>(
    plan: &Plan,
    form: &AnyForm<'_>,
    stream: &'w mut dyn Write,
) -> Result<(Output, Sink<'w>)> {
    let mut names = form.as_form().names().to_vec();
    for name in plan.added() {
        if names.contains(&name) {
            bail!(
                "read {}: it has a column {name} already; rename it, or leave out --keep",
                plan.source()
            );
        }
        names.push(name);
    }
    let style = match plan.to.unwrap_or(form.format()) {
        Format::Csv => form.style(),
        Format::Ndjson => Style::Ndjson,
        Format::Parquet => return parquet(plan, form, &names),
    };
    #[cfg(feature = "parquet")]
    if let AnyForm::Parquet(form) = form {
        form.check_text().with_context(|| format!("read {}", plan.source()))?;
    }
    Ok((Output::Text(Text::new(style, names)), Sink::text(plan.out.as_deref(), stream)?))
}

#[cfg(feature = "parquet")]
fn parquet<'w>(plan: &Plan, form: &AnyForm<'_>, names: &[String]) -> Result<(Output, Sink<'w>)> {
    let Some(path) = &plan.out else {
        bail!("write the scores: Parquet goes to a file; name it with --out, or say --format csv");
    };
    let batches = match form {
        AnyForm::Parquet(form) => super::parquet::Batches::of(form, names, plan.explain),
        _ => super::parquet::Batches::of_text(names, plan.explain),
    };
    let sink = Sink::parquet(path, batches.schema())?;
    Ok((Output::Batch(batches), sink))
}

#[cfg(not(feature = "parquet"))]
fn parquet<'w>(_: &Plan, _: &AnyForm<'_>, _: &[String]) -> Result<(Output, Sink<'w>)> {
    bail!("write the scores: {}", source::NO_PARQUET)
}

/// The errors file, if there is to be one.
struct Listed(Option<Partial>);

impl Listed {
    fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self(None)) };
        let mut file = Partial::create(path)?;
        file.write_all(errors::HEAD).context("write the errors")?;
        Ok(Self(Some(file)))
    }

    /// Lists the faults of a block, or gives up at the `first` one.
    fn take(&mut self, lines: &[u8], first: Option<&str>, source: &str) -> Result<()> {
        match (&mut self.0, first) {
            (Some(file), _) => file.write_all(lines).context("write the errors"),
            (None, Some(first)) => bail!(
                "read {source}, {first}; to list such rows and go on without them, give --errors FILE"
            ),
            (None, None) => Ok(()),
        }
    }

    fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), Partial::finish)
    }
}
