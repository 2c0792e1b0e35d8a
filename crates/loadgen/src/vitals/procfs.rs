//! What the kernel writes under `/proc`, from text to numbers.
//!
//! Pure functions, each for one file; nothing where a file does not hold what it should. See proc(5).

/// What a thread or a process has used so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stat<'t> {
    /// Its name, which may itself hold brackets and blanks.
    pub(super) name: &'t str,
    /// User and system time, in clock ticks.
    pub(super) ticks: u64,
}

/// What all programs of the machine have used so far, in clock ticks of all cores together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostTicks {
    /// Neither idle nor waiting for a disk; what a hypervisor took away counts as used.
    pub(super) busy: u64,
    /// All that passed.
    pub(super) all: u64,
}

/// TCP sockets of the machine, or of its network namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sockets {
    /// Open ones of IPv4, listening or connected, at both ends.
    pub(super) in_use: u64,
    /// Closed ones whose port is still taken (`TIME_WAIT`).
    pub(super) time_wait: u64,
}

/// Reads `/proc/self/stat` or `/proc/self/task/N/stat`.
pub(super) fn stat(text: &str) -> Option<Stat<'_>> {
    let (open, close) = (text.find('(')?, text.rfind(')')?);
    let name = text.get(open + 1..close)?;
    // Behind the name stands the third field; user time is the 14th, system time the 15th.
    let mut fields = text.get(close + 1..)?.split_ascii_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(Stat { name, ticks: next()? + next()? })
}

/// Reads from `/proc/self/task/N/schedstat` for how many nanoseconds a thread wanted a core: those it had one and those it
/// waited for one. A kernel that keeps no such account writes zeros, which are none.
pub(super) fn wanted_ns(text: &str) -> Option<u64> {
    let mut fields = text.split_ascii_whitespace().map(|field| field.parse::<u64>().ok());
    let (had, waited) = (fields.next()??, fields.next()??);
    (had > 0).then(|| had + waited)
}

/// Reads the first line of `/proc/stat`.
pub(super) fn host(text: &str) -> Option<HostTicks> {
    let fields = text.lines().find_map(|line| line.strip_prefix("cpu "))?;
    // User, nice, system, idle, waiting for a disk, interrupts, soft ones, stolen; guests are in user already.
    let ticks: Vec<u64> = fields
        .split_ascii_whitespace()
        .take(8)
        .map(|field| field.parse().ok())
        .collect::<Option<_>>()?;
    // What runs at a lowered priority gives way: to who wants the core now it is as good as idle.
    let idle = ticks.get(1)? + ticks.get(3)? + ticks.get(4)?;
    let all = ticks.iter().sum();
    Some(HostTicks { busy: all - idle, all })
}

/// Reads resident memory in kB from `/proc/self/status`.
pub(super) fn resident_kb(text: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    value.trim().strip_suffix(" kB")?.parse().ok()
}

/// Reads the limit of open files in force from `/proc/self/limits`.
pub(super) fn open_files_limit(text: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    match value.split_ascii_whitespace().next()? {
        "unlimited" => Some(u64::MAX),
        limit => limit.parse().ok(),
    }
}

/// Reads `/proc/net/sockstat`.
pub(super) fn sockets(text: &str) -> Option<Sockets> {
    let line = text.lines().find_map(|line| line.strip_prefix("TCP: "))?;
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let value = |name: &str| {
        let pair = words.chunks_exact(2).find(|pair| pair[0] == name)?;
        pair[1].parse().ok()
    };
    Some(Sockets { in_use: value("inuse")?, time_wait: value("tw")? })
}

/// Reads how many ports connections may come from, from `/proc/sys/net/ipv4/ip_local_port_range`.
pub(super) fn ports(text: &str) -> Option<u64> {
    let mut ends = text.split_ascii_whitespace().map(|end| end.parse::<u64>().ok());
    let (low, high) = (ends.next()??, ends.next()??);
    (high >= low).then(|| high - low + 1)
}

#[cfg(test)]
mod tests {
    use super::{
        HostTicks, Sockets, Stat, host, open_files_limit, ports, resident_kb, sockets, stat,
        wanted_ns,
    };

    #[test]
    fn times_of_a_process_are_found_behind_any_name() {
        let text = "27030 (a) R (b c) R 27028 27028 11482 0 -1 4194304 100 0 0 0 1234 56 7 8 20 0 3 0 3112477 3133440\n";
        assert_eq!(stat(text), Some(Stat { name: "a) R (b c", ticks: 1_290 }));
        for torn in [
            "",
            "27030 (sender-0",
            "27030 (sender-0) R 1 2",
            "27030 )x( R 1 2 3 4 5 6 7 8 9 10 11 12",
        ] {
            assert_eq!(stat(torn), None, "{torn}");
        }
    }

    #[test]
    fn a_thread_wants_a_core_while_it_has_one_and_while_it_waits_for_one() {
        assert_eq!(wanted_ns("3000500 1200 17\n"), Some(3_001_700));
        assert_eq!(
            (wanted_ns("0 0 0\n"), wanted_ns("5\n"), wanted_ns("a b c\n")),
            (None, None, None)
        );
    }

    #[test]
    fn the_machine_is_busy_with_all_but_idling_waiting_for_disks_and_what_gives_way() {
        let text = "cpu  2060 1749 350 1985 98 7 435 18 40 0\ncpu0 1 2 3 4 5 6 7 8 0 0\nintr 5\n";
        assert_eq!(host(text), Some(HostTicks { busy: 2_870, all: 6_702 }));
        assert_eq!(host("cpu0 1 2 3 4 5 6 7 8 0 0\n"), None);
        assert_eq!(host("cpu  1 2 three 4 5\n"), None);
        assert_eq!(host("cpu  1 2 3\n"), None);
    }

    #[test]
    fn memory_and_limits_are_found_by_name() {
        assert_eq!(
            resident_kb("VmPeak:\t  99 kB\nVmRSS:\t    2284 kB\nRssAnon:\t 1 kB\n"),
            Some(2_284)
        );
        assert_eq!(resident_kb("VmPeak:\t  99 kB\n"), None);
        let limits = |soft: &str| {
            format!(
                "Limit   Soft Limit  Hard Limit  Units\nMax processes  9  9  processes\nMax open files  {soft}  524288  files\n"
            )
        };
        assert_eq!(open_files_limit(&limits("1024")), Some(1_024));
        assert_eq!(open_files_limit(&limits("unlimited")), Some(u64::MAX));
        assert_eq!(open_files_limit("Max processes  9  9  processes\n"), None);
    }

    #[test]
    fn sockets_and_ports_are_counted() {
        let text =
            "sockets: used 91\nTCP: inuse 68 orphan 0 tw 74 alloc 68 mem 0\nUDP: inuse 1 mem 0\n";
        assert_eq!(sockets(text), Some(Sockets { in_use: 68, time_wait: 74 }));
        assert_eq!(sockets("TCP: inuse 68 orphan\n"), None);
        assert_eq!(ports("32768\t60999\n"), Some(28_232));
        assert_eq!((ports("5 3"), ports("5"), ports("a b")), (None, None, None));
    }
}
