//! [`time`]: how long another program runs, and the most memory it ever held.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a running program's memory is looked at. The kernel keeps the peak; only one of the last moments is missed.
const POLL: Duration = Duration::from_millis(5);

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// From its start to its end.
    pub(crate) seconds: f64,
    /// Most resident memory in 1,000,000 bytes; 0 where the system does not tell.
    pub(crate) peak_megabytes: f64,
}

/// Runs `command` to its end; what it prints is dropped, what it complains about is the error.
pub(crate) fn time(command: &mut Command) -> Result<Run> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to start {shown}"))?;
    let status = format!("/proc/{}/status", child.id());
    let over = AtomicBool::new(false);
    let (output, seconds, peak) = thread::scope(|scope| {
        let watch = scope.spawn(|| peak(&status, &over));
        let output = child.wait_with_output();
        let seconds = start.elapsed().as_secs_f64();
        over.store(true, Ordering::Relaxed);
        (output, seconds, watch.join().expect("the watch cannot panic"))
    });
    let output = output.with_context(|| format!("lost track of {shown}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
        bail!("`{shown} {}` failed: {}", arguments.join(" "), complaint.trim());
    }
    Ok(Run { seconds, peak_megabytes: peak as f64 * 1024.0 / 1e6 })
}

/// The last peak, in KiB, that a program's status told until it was `over`.
fn peak(status: &str, over: &AtomicBool) -> u64 {
    let mut peak = 0;
    while !over.load(Ordering::Relaxed) {
        // Replaced, not raised: before the program proper began, its memory was that of who started it.
        peak = fs::read_to_string(status).ok().and_then(|text| high_water(&text)).unwrap_or(peak);
        thread::sleep(POLL);
    }
    peak
}

/// Most resident memory, in KiB.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{high_water, time};

    #[test]
    fn a_run_takes_time_and_what_fails_says_why() {
        assert!(time(&mut Command::new("true")).unwrap().seconds > 0.0);
        let error = time(Command::new("sh").args(["-c", "echo no rows >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("no rows"));
    }

    #[test]
    fn the_peak_is_what_the_kernel_calls_high_water() {
        assert_eq!(high_water("VmPeak:\t  99 kB\nVmHWM:\t    9352 kB\n"), Some(9352));
        assert_eq!(high_water("State:\tZ (zombie)\n"), None);
    }
}
