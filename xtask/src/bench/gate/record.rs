//! [`Records`]: what the comparisons came to, in a file that grows by a line for each, and the table of them.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::compare::Deciding;

const HEADER: &str = "delay_percent,delay_us,verdict,base_p95_ms,ratio,low,high,p,s,rounds,single_alarms,median_alarm";

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    /// By how much of the P95 the head was delayed.
    pub(super) percent: u32,
    pub(super) delay_us: u128,
    pub(super) verdict: String,
    pub(super) rounds: u32,
    pub(super) deciding: Deciding,
}

/// All comparisons so far.
#[derive(Debug)]
pub(super) struct Records {
    path: PathBuf,
    all: Vec<Record>,
}

impl Record {
    /// The result on one line.
    pub(super) fn in_short(&self) -> String {
        let Deciding { ratio, range: [low, high], s, .. } = self.deciding;
        format!("  {}: x{ratio:.3} ({low:.3} to {high:.3}), s {:.1} %", self.verdict, s * 100.0)
    }

    fn line(&self) -> String {
        let Deciding { base_ms, ratio, range, p, s, single_alarms, median_alarm } = self.deciding;
        let Self { percent, delay_us, verdict, rounds, .. } = self;
        let [low, high] = range;
        format!(
            "{percent},{delay_us},{verdict},{base_ms:.4},{ratio:.5},{low:.5},{high:.5},{p:.6},{s:.5},{rounds},\
             {single_alarms},{median_alarm}"
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells.get(at)?.parse::<f64>().ok();
        Some(Self {
            percent: cells.first()?.parse().ok()?,
            delay_us: cells.get(1)?.parse().ok()?,
            verdict: (*cells.get(2)?).to_owned(),
            rounds: cells.get(9)?.parse().ok()?,
            deciding: Deciding {
                base_ms: number(3)?,
                ratio: number(4)?,
                range: [number(5)?, number(6)?],
                p: number(7)?,
                s: number(8)?,
                single_alarms: cells.get(10)?.parse().ok()?,
                median_alarm: cells.get(11)?.parse().ok()?,
            },
        })
    }
}

impl Records {
    /// Those of earlier calls.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut all = Vec::new();
        if path.exists() {
            let text = fs::read_to_string(path)
                .with_context(|| format!("failed to read {}", path.display()))?;
            for (at, line) in text.lines().enumerate().skip(1) {
                all.push(Record::parse(line).with_context(|| {
                    format!("{}: line {} is no comparison; remove it", path.display(), at + 1)
                })?);
            }
        }
        Ok(Self { path: path.to_owned(), all })
    }

    /// How many are missing until there are so many of each level.
    pub(super) fn missing(&self, levels: &[u32], of_each: usize) -> usize {
        levels.iter().map(|level| of_each.saturating_sub(self.of(*level).count())).sum()
    }

    /// The level of which there are fewest, so that all of them meet the same hours of the machine.
    pub(super) fn next(&self, levels: &[u32]) -> u32 {
        levels.iter().copied().min_by_key(|level| self.of(*level).count()).unwrap_or_default()
    }

    /// Keeps one more, at once.
    pub(super) fn add(&mut self, record: Record) -> Result<()> {
        let mut text = if self.all.is_empty() { format!("{HEADER}\n") } else { String::new() };
        text += &(record.line() + "\n");
        let file = OpenOptions::new().create(true).append(true).open(&self.path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(|| format!("failed to write {}", self.path.display()))?;
        self.all.push(record);
        Ok(())
    }

    /// A line for each level, as Markdown.
    pub(super) fn table(&self, levels: &[u32], machine: &str) -> String {
        let mut lines = vec![
            format!("On {machine}; `lead-gate compare` as it is by default, P95 of all requests and of each endpoint decide."),
            String::new(),
            "| Delay | Comparisons | Regression | Inconclusive | No regression | Rule on single runs | Rule on medians | \
             Ratio found | True ratio | s from run to run |"
                .to_owned(),
            "| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |".to_owned(),
        ];
        lines.extend(levels.iter().filter_map(|level| self.row(*level)));
        lines.join("\n") + "\n"
    }

    fn row(&self, level: u32) -> Option<String> {
        let count = self.of(level).count();
        let with =
            |verdict: &str| self.of(level).filter(|record| record.verdict == verdict).count();
        let middle = |figure: fn(&Record) -> f64| {
            let mut all: Vec<f64> = self.of(level).map(figure).collect();
            all.sort_by(f64::total_cmp);
            Some((*all.first()?, *all.get(all.len() / 2)?, *all.last()?))
        };
        let (least, s, most) = middle(|record| record.deciding.s * 100.0)?;
        let (_, ratio, _) = middle(|record| record.deciding.ratio)?;
        let (_, truth, _) =
            middle(|record| 1.0 + record.delay_us as f64 / 1e3 / record.deciding.base_ms)?;
        let single: usize = self.of(level).map(|record| record.deciding.single_alarms).sum();
        let pairs: u32 = self.of(level).map(|record| record.rounds).sum();
        let medians = self.of(level).filter(|record| record.deciding.median_alarm).count();
        Some(format!(
            "| +{level} % | {count} | {} | {} | {} | {single} of {pairs} | {medians} of {count} | x{ratio:.3} | \
             x{truth:.3} | {s:.1} % ({least:.1} to {most:.1}) |",
            with("regression"),
            with("inconclusive"),
            with("no-regression") + with("improvement"),
        ))
    }

    fn of(&self, level: u32) -> impl Iterator<Item = &Record> {
        self.all.iter().filter(move |record| record.percent == level)
    }
}

#[cfg(test)]
mod tests {
    use super::{Record, Records};
    use crate::compare::Deciding;

    fn record(percent: u32, verdict: &str) -> Record {
        let deciding = Deciding {
            base_ms: 0.5,
            ratio: 1.25,
            range: [1.125, 1.5],
            p: 0.25,
            s: 0.0625,
            single_alarms: 3,
            median_alarm: true,
        };
        let verdict = verdict.to_owned();
        Record { percent, delay_us: 100, verdict, rounds: 5, deciding }
    }

    #[test]
    fn what_was_compared_is_kept_and_gone_on_from() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("power.csv");
        let mut records = Records::open(&path).unwrap();
        assert_eq!((records.missing(&[10, 30], 2), records.next(&[10, 30])), (4, 10));
        records.add(record(10, "regression")).unwrap();
        assert_eq!((records.missing(&[10, 30], 2), records.next(&[10, 30])), (3, 30));
        records.add(record(30, "inconclusive")).unwrap();
        records.add(record(30, "regression")).unwrap();
        let again = Records::open(&path).unwrap();
        assert_eq!(again.all, records.all);
        assert_eq!(again.missing(&[10, 30], 2), 1);
        let table = again.table(&[10, 20, 30], "a machine");
        let last = table.lines().last().unwrap();
        let expected =
            "| +30 % | 2 | 1 | 1 | 0 | 6 of 10 | 2 of 2 | x1.250 | x1.200 | 6.2 % (6.2 to 6.2) |";
        assert_eq!(last, expected);
        assert_eq!(table.lines().count(), 6, "a level without comparisons has no row:\n{table}");
    }

    #[test]
    fn a_torn_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aa.csv");
        std::fs::write(&path, "header\n0,0,no-regr").unwrap();
        let refusal = Records::open(&path).unwrap_err().to_string();
        assert!(refusal.contains("line 2"), "{refusal}");
    }
}
