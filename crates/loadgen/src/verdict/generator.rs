//! Rules on the generator and its machine: did it have the means?
//!
//! Each gives what it makes of a run and a sentence, or nothing; what was not measured is not judged, and [`notes`] says
//! so.

use lead_stats::Validity;

use super::facts::{Facts, OwnFailures};
use super::limit;
use super::remedy::{LONG_ENOUGH, counted, less_load, ms, percent, percent_beside, window};
use super::rule::Doubt;

pub(super) fn own_cpu(facts: &Facts) -> Doubt {
    let used = facts.own_cpu?;
    let (validity, most) = match used {
        used if used > limit::OWN_CPU_SPENT => (Validity::Invalid, limit::OWN_CPU_SPENT),
        used if used > limit::OWN_CPU => (Validity::Suspect, limit::OWN_CPU),
        _ => return None,
    };
    let sentence = format!(
        "The generator used up to {} of the CPU of its {} over {} (at most {}): {}.",
        percent_beside(used, most),
        counted(facts.threads as u64, "thread"),
        window(facts),
        percent(most),
        less_load(facts),
    );
    Some((validity, sentence))
}

pub(super) fn sender_thread(facts: &Facts) -> Doubt {
    let used = facts.busiest_sender.filter(|&used| used > limit::SENDER)?;
    let sentence = format!(
        "A sender thread was at work for {} of {} (at most {}), so its answers waited for it: {}.",
        percent_beside(used, limit::SENDER),
        window(facts),
        percent(limit::SENDER),
        less_load(facts),
    );
    Some((Validity::Invalid, sentence))
}

/// A thread that is at work for too long by itself is another rule's.
pub(super) fn starved(facts: &Facts) -> Doubt {
    let wanted = facts.wanting_sender.filter(|&wanted| wanted > limit::WANTING)?;
    if facts.busiest_sender.is_some_and(|used| used > limit::SENDER) {
        return None;
    }
    let is_long = facts.measured >= LONG_ENOUGH;
    let validity = if is_long { Validity::Invalid } else { Validity::Suspect };
    let sentence = format!(
        "A sender thread was at work or waited for a core for {} of {} (at most {}), so its answers waited for it: end what \
         else uses the CPU of this machine, or {}.",
        percent_beside(wanted.min(1.0), limit::WANTING),
        window(facts),
        percent(limit::WANTING),
        less_load(facts),
    );
    Some((validity, sentence))
}

pub(super) fn host_cpu(facts: &Facts) -> Doubt {
    let used = facts.host_cpu.filter(|&used| used > limit::HOST_CPU)?;
    let remedy = match facts.is_target_here {
        true => "move the target or the generator to another machine",
        false => "end other programs, or run from another machine",
    };
    let sentence = format!(
        "All programs of this machine used up to {} of its CPU over {} (at most {}): {remedy}.",
        percent_beside(used, limit::HOST_CPU),
        window(facts),
        percent(limit::HOST_CPU),
    );
    Some((Validity::Suspect, sentence))
}

pub(super) fn stall(facts: &Facts) -> Doubt {
    let stall = facts.stall?;
    let long = limit::STALL_LONG.max(facts.measured.mul_f64(limit::STALL_SHARE));
    let (validity, most) = match stall {
        stall if stall > long => (Validity::Invalid, long),
        stall if stall > limit::STALL => (Validity::Suspect, limit::STALL),
        _ => return None,
    };
    let sentence = format!(
        "A sender thread could neither send nor look at an answer for {} (at most {}): end what else uses the CPU of this \
         machine, or {}.",
        ms(stall),
        ms(most),
        less_load(facts),
    );
    Some((validity, sentence))
}

pub(super) fn own_failures(facts: &Facts) -> Doubt {
    let OwnFailures { files, ports, other } = facts.own_failures;
    let count = facts.own_failures.count();
    if count == 0 {
        return None;
    }
    let share = count as f64 / facts.requests.max(count) as f64;
    let validity = if share > limit::OWN_FAILURES { Validity::Invalid } else { Validity::Suspect };
    let limit = facts.open_files.and_then(|(_, limit)| limit);
    let allowed = limit.map_or(String::new(), |limit| format!(" (now {limit})"));
    let mut lacks = Vec::new();
    if files > 0 {
        lacks
            .push(format!("for {files} there was no file descriptor, so raise ulimit -n{allowed}"));
    }
    if ports > 0 {
        lacks.push(format!(
            "for {ports} there was no port, so keep connections open or widen net.ipv4.ip_local_port_range"
        ));
    }
    if other > 0 {
        lacks.push(format!("for {other} the reason is among the failures"));
    }
    let sentence = format!(
        "{} failed on the generator's own machine, {} of all (at most {}): {}.",
        counted(count, "request"),
        percent(share),
        percent(limit::OWN_FAILURES),
        lacks.join("; "),
    );
    Some((validity, sentence))
}

/// What is said and not judged: where the target is, what the generator used, and what nobody measured.
pub(super) fn notes(facts: &Facts) -> Vec<String> {
    let mut notes = Vec::new();
    if facts.is_target_here {
        notes.push(format!(
            "The target is on this machine: it shares its {} with the generator, and no network lies between them.",
            counted(facts.cores as u64, "core")
        ));
    }
    notes.extend(means(facts));
    let unknown = [
        (facts.own_cpu.is_none(), "the generator's CPU"),
        (facts.busiest_sender.is_none(), "its threads"),
        (facts.host_cpu.is_none(), "the machine's CPU"),
        (facts.stall.is_none(), "stalls"),
    ];
    let unknown: Vec<&str> =
        unknown.iter().filter(|(is_unknown, _)| *is_unknown).map(|(_, what)| *what).collect();
    if !unknown.is_empty() {
        notes.push(format!("Not measured here, and so not judged: {}.", unknown.join(", ")));
    }
    notes
}

/// What the generator used, in a sentence.
fn means(facts: &Facts) -> Option<String> {
    let of = |most: u64, limit: Option<u64>| {
        limit
            .filter(|&limit| limit < u64::MAX)
            .map_or(most.to_string(), |limit| format!("{most} of {limit}"))
    };
    let threads = counted(facts.threads as u64, "thread");
    let parts = [
        facts.own_cpu.map(|used| format!("{} of the CPU of its {threads}", percent(used))),
        facts.busiest_sender.map(|used| format!("{} of its busiest one", percent(used))),
        facts
            .wanting_sender
            .map(|wanted| format!("{} with waiting for a core", percent(wanted.min(1.0)))),
        facts.resident_mb.map(|mb| format!("{mb:.0} MB of memory")),
        facts.open_files.map(|(most, limit)| format!("{} open files", of(most, limit))),
        facts.stall.map(|stall| format!("longest stall {}", ms(stall))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let machine = [
        facts.host_cpu.map(|used| format!("{} of its CPU", percent(used))),
        facts.tcp_sockets.map(|(most, ports)| match ports {
            Some(ports) => {
                format!("{most} TCP sockets, with {ports} ports for new ones")
            }
            None => format!("{most} TCP sockets"),
        }),
    ];
    let machine: Vec<String> = machine.into_iter().flatten().collect();
    let machine = match machine.is_empty() {
        true => String::new(),
        false => format!("; all programs of the machine: {}", machine.join(", ")),
    };
    (!parts.is_empty())
        .then(|| format!("The generator used at most {}{machine}.", parts.join(", ")))
}
