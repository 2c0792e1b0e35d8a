//! What the figures were made on: the processor, its cores, and what else it had to do.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::Duration;

/// More other work than this per core spoils the figures.
const BUSY: f64 = 0.5;

/// Of util-linux.
const TASKSET: &str = "/usr/bin/taskset";

/// The processor's name and how many cores we may use.
pub(crate) fn name() -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = processors.lines().find_map(|line| line.strip_prefix("model name"));
    let name =
        name.and_then(|rest| rest.split_once(':')).map_or("unknown processor", |(_, n)| n.trim());
    format!("{name}, {} cores", cores())
}

/// How many cores we may use.
pub(crate) fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// The load of the last minute, as far as the machine tells, and whether that is too much to measure beside.
pub(crate) fn load() -> Option<(f64, bool)> {
    let load: f64 = fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()?;
    Some((load, load > BUSY * cores() as f64))
}

/// How long a core has had nothing to do since the machine was started, to a hundredth of a second.
pub(crate) fn idle(core: &str) -> Option<Duration> {
    let (text, name) = (fs::read_to_string("/proc/stat").ok()?, format!("cpu{core}"));
    let line = text.lines().find(|line| line.split(' ').next() == Some(&name))?;
    // Behind the name: user, nice, system, idle, waiting for a disk.
    let ticks: Vec<u64> = line.split(' ').skip(4).take(2).filter_map(|n| n.parse().ok()).collect();
    Some(Duration::from_millis(ticks.iter().sum::<u64>() * 10))
}

/// The cores for a server and for who loads it, and what spoils that they do not disturb each other.
pub(crate) fn two_sides() -> ([String; 2], Option<&'static str>) {
    let other = usize::from(cores() > 1).to_string();
    let spoilt = match (cores(), Path::new(TASKSET).exists()) {
        (1, _) => Some("there is one core: server and generator took turns on it"),
        (_, false) => Some("taskset is missing: server and generator moved between the cores"),
        _ => None,
    };
    (["0".to_owned(), other], spoilt)
}

/// The first half of the cores, for servers, and the second, for who loads them; one core is both.
pub(crate) fn halves() -> [String; 2] {
    match cores() {
        0 | 1 => ["0".to_owned(), "0".to_owned()],
        count => [format!("0-{}", count / 2 - 1), format!("{}-{}", count / 2, count - 1)],
    }
}

/// A program kept on these cores where the system has `taskset`.
pub(crate) fn pinned(cores: &str, program: &Path) -> Command {
    let taskset = Path::new(TASKSET);
    if !taskset.exists() {
        return Command::new(program);
    }
    let mut command = Command::new(taskset);
    command.args(["--cpu-list", cores]).arg(program);
    command
}

/// A program kept on two cores; on all there are, where there are no two.
pub(crate) fn on_two_cores(program: &Path) -> Command {
    pinned(if cores() > 1 { "0,1" } else { "0" }, program)
}
