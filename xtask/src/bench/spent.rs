//! What a running program has used so far, as the system tells it.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// Processor time, user and system, of a program's threads; `None` where the system does not tell.
pub(crate) fn processor_time(pid: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let used = |thread: fs::DirEntry| {
        // The first number: nanoseconds on a processor.
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse().ok()
    };
    let used: Option<Vec<u64>> = threads.filter_map(Result::ok).map(used).collect();
    used.map(|nanoseconds| Duration::from_nanos(nanoseconds.iter().sum()))
}

/// The same with the programs that it started.
pub(crate) fn processor_time_with_children(pid: u32) -> Option<Duration> {
    let children = children(pid).into_iter().filter_map(processor_time_with_children);
    Some(processor_time(pid)? + children.sum())
}

fn children(pid: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten();
    let lists = threads
        .filter_map(Result::ok)
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>()
        })
        .collect()
}

/// Resident memory now, in 1,000,000 bytes.
pub(crate) fn resident(pid: u32) -> Result<f64> {
    memory(pid, "VmRSS:")
}

/// The most that ever was resident, in 1,000,000 bytes.
pub(crate) fn peak(pid: u32) -> Result<f64> {
    memory(pid, "VmHWM:")
}

fn memory(pid: u32, name: &str) -> Result<f64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|rest| rest.split_whitespace().next());
    let kibibytes: f64 = kibibytes.context("the system tells no memory")?.parse()?;
    Ok(kibibytes * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, id};

    use super::{children, processor_time, processor_time_with_children, resident};

    #[test]
    fn a_program_is_told_from_its_start_to_its_end() {
        let mut child = Command::new("sleep").arg("10").spawn().unwrap();
        let pid = child.id();
        assert!(children(id()).contains(&pid));
        let alone = processor_time(pid);
        assert!(alone.is_some() && alone <= processor_time_with_children(pid));
        assert!(resident(pid).is_ok());
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(processor_time(pid), None);
    }
}
