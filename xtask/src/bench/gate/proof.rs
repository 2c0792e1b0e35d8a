//! Comparisons of which the truth is known: of a build with itself, and with a head that answers later by order.
//!
//! Five rounds of four seconds each way, as short as a comparison can be: longer ones are only better. The services keep
//! running between the comparisons. A delay is a share of the P95, measured just before; both sides go through proxies then.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, anyhow, bail};

use super::record::{Record, Records};
use crate::compare::{Arena, Delay, JSON, Load, Outcome, Revision, build_tools, gate};
use crate::flags::Part;
use crate::{machine, program, project};

/// Runs of each side in a comparison.
const ROUNDS: u32 = 5;

/// How many comparisons of a build with itself prove that at most one in forty is an alarm.
const AA: usize = 40;

/// Delays in percent of the P95, and how many comparisons of each.
const DELAYS: [u32; 4] = [10, 20, 30, 50];
const OF_EACH: usize = 20;

/// So many comparisons in a row may be refused.
const MOST_REFUSED: u32 = 5;

/// A run of five seconds, of which one warms up.
fn load(seed: u64) -> Load {
    Load { rate: "500".to_owned(), warmup_s: 1, run_time_s: 4, seed }
}

/// Makes at most `most` of the comparisons that are missing, and prints the table of all there are.
#[expect(clippy::print_stdout, reason = "the table is what this verb is for")]
pub(super) fn run(part: Part, most: Option<u32>) -> Result<()> {
    program::catch_interrupts()?;
    let name = if part == Part::Aa { "aa" } else { "power" };
    let (levels, of_each) = if part == Part::Aa { (&[0][..], AA) } else { (&DELAYS[..], OF_EACH) };
    let folder = project::scratch("bench").join("gate");
    std::fs::create_dir_all(&folder)?;
    let mut records = Records::open(&folder.join(format!("{name}.csv")))?;
    let missing = records.missing(levels, of_each);
    let now = most.map_or(missing, |most| missing.min(most as usize));
    if now > 0 {
        make(now, levels, &mut records, &folder.join(name))?;
    }
    let table = records.table(levels, &machine::name());
    let path = folder.join(format!("{name}.md"));
    std::fs::write(&path, &table).with_context(|| format!("failed to write {}", path.display()))?;
    print!("{table}");
    println!("\n{} and {name}.csv beside it", project::shown(&path));
    Ok(())
}

fn make(count: usize, levels: &[u32], records: &mut Records, folder: &Path) -> Result<()> {
    let build = Revision::find("worktree")?.build("both sides")?;
    build_tools()?;
    std::fs::create_dir_all(folder)?;
    let mut arena = Arena::open([&build, &build], folder, load(1))?;
    let result = (1..=count).try_for_each(|number| {
        let level = records.next(levels);
        tell(&format!("comparison {number} of {count}: +{level} %"));
        let record = one(&mut arena, level, folder)?;
        tell(&record.in_short());
        records.add(record)
    });
    arena.close()?;
    result
}

/// A comparison that the gate did not refuse: a machine that spoils one is no reason to end the night.
fn one(arena: &mut Arena, percent: u32, folder: &Path) -> Result<Record> {
    for _ in 1..MOST_REFUSED {
        match comparison(arena, percent, folder)? {
            Ok(record) => return Ok(record),
            Err(refused) => tell(&format!("  {refused}; once more")),
        }
    }
    comparison(arena, percent, folder)?.map_err(|refused| anyhow!(refused))
}

/// One comparison of a known truth, or why the gate refused it.
fn comparison(
    arena: &mut Arena,
    percent: u32,
    folder: &Path,
) -> Result<std::result::Result<Record, String>> {
    let delay = match percent {
        0 => Delay::None,
        percent => Delay::PercentOfP95(f64::from(percent)),
    };
    let delay = arena.delay_head(delay, percent > 0)?;
    // What lies there is of the comparison before, and is read no more.
    let runs_in = folder.join("runs");
    let _ = std::fs::remove_dir_all(&runs_in);
    let runs = arena.play(ROUNDS, &runs_in)?;
    if program::interrupted() {
        bail!("interrupted; what was compared is kept, and the same call goes on from there");
    }
    let output = gate(&runs, &runs_in, &["--no-github".into()])
        .stdout(Stdio::null())
        .output()
        .context("failed to start lead-gate")?;
    let outcome = Outcome::read(&runs_in.join(JSON))?;
    if let Some(error) = outcome.error {
        return Ok(Err(format!("the gate refused a comparison: {error}")));
    }
    let deciding = outcome.deciding().with_context(|| {
        format!("no figure decided: {}", String::from_utf8_lossy(&output.stderr).trim())
    })?;
    let (delay_us, verdict, rounds) = (delay.as_micros(), outcome.verdict, ROUNDS);
    Ok(Ok(Record { percent, delay_us, verdict, rounds, deciding }))
}

/// Says what is being measured: all of it takes long.
#[expect(clippy::print_stderr, reason = "progress, beside the table on standard output")]
fn tell(what: &str) {
    eprintln!("{what}");
}
