//! The vital signs of a run.
//!
//! [`Vitals`] takes a look whenever it is told to, once a second, and answers for the measured part of the run what the
//! verdict asks: greatest means over ten seconds, greatest values. A day's run stays below 8 MB.

use std::fs;
use std::time::Duration;

use nix::unistd::{SysconfVar, sysconf};

use super::procfs;
use super::pulse::Pulse;
use super::reading::{Reading, Sources};

/// Pulses in a window: a single busy second tells nothing, ten in a row do. Locust warns over the same time.
const WINDOW: usize = 10;

/// A shorter piece, as there is one at a run's end, is too short for clock ticks of a hundredth of a second.
const SHORTEST: Duration = Duration::from_millis(500);

/// What was seen of the generator and its machine.
#[derive(Debug)]
pub struct Vitals {
    sources: Option<Sources>,
    ticks_per_s: Option<f64>,
    open_files_limit: Option<u64>,
    ports: Option<u64>,
    cores: usize,
    last: Option<Reading>,
    pulses: Vec<Pulse>,
}

impl Vitals {
    /// Nothing seen yet; reads the limits, which should be raised before.
    pub fn start() -> Self {
        let text = |path: &str| fs::read_to_string(path).ok();
        let ticks = sysconf(SysconfVar::CLK_TCK).ok().flatten();
        Self {
            sources: Some(Sources::open()),
            ticks_per_s: ticks.map(|ticks| ticks as f64),
            open_files_limit: text("/proc/self/limits")
                .and_then(|text| procfs::open_files_limit(&text)),
            ports: text("/proc/sys/net/ipv4/ip_local_port_range")
                .and_then(|text| procfs::ports(&text)),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            last: None,
            pulses: Vec::new(),
        }
    }

    /// Vitals that were seen elsewhere, by a process on so many cores, without limits.
    pub fn of(cores: usize, pulses: Vec<Pulse>) -> Self {
        Self {
            sources: None,
            ticks_per_s: None,
            open_files_limit: None,
            ports: None,
            cores,
            last: None,
            pulses,
        }
    }

    /// Takes a look, unless these are vitals that were seen elsewhere; `elapsed` is the run's own time. The first look is
    /// where counting begins.
    pub fn look(&mut self, elapsed: Duration) {
        let Some(now) = self.sources.as_ref().map(Sources::read) else { return };
        let Some(last) = &self.last else {
            self.last = Some(now);
            return;
        };
        if now.taken.duration_since(last.taken) >= SHORTEST {
            self.pulses.push(Pulse::between(last, &now, elapsed, self.ticks_per_s));
            self.last = Some(now);
        }
    }

    /// Forgets the pulses so far.
    pub fn forget(&mut self) {
        self.pulses.clear();
    }

    /// The pulses, in order.
    pub fn pulses(&self) -> &[Pulse] {
        &self.pulses
    }

    /// Cores that this process may use.
    pub fn cores(&self) -> usize {
        self.cores
    }

    /// How many files this process may have open; nothing where the system does not tell.
    pub fn open_files_limit(&self) -> Option<u64> {
        self.open_files_limit
    }

    /// How many ports connections may come from; nothing where the system does not tell.
    pub fn ports(&self) -> Option<u64> {
        self.ports
    }

    /// The greatest mean of a value over ten seconds (over all, if there are fewer) behind the warm-up and before `stopped`,
    /// when nothing more was to be sent; nothing where it was not measured. Seconds in which only the last answers were
    /// waited for are idle: a mean with them would hide a generator that was spent before.
    pub fn greatest_mean(
        &self,
        warm_up: Duration,
        stopped: Duration,
        value: fn(&Pulse) -> Option<f32>,
    ) -> Option<f64> {
        let known: Vec<(f64, f64)> = self
            .behind(warm_up)
            .filter(|pulse| pulse.at_s - pulse.covers_s / 2.0 <= stopped.as_secs_f32())
            .filter_map(|pulse| Some((f64::from(value(pulse)?), f64::from(pulse.covers_s))))
            .collect();
        let mean = |window: &[(f64, f64)]| {
            let time: f64 = window.iter().map(|(_, covers)| covers).sum();
            window.iter().map(|(value, covers)| value * covers).sum::<f64>() / time
        };
        known.windows(WINDOW.min(known.len()).max(1)).map(mean).reduce(f64::max)
    }

    /// The greatest value behind the warm-up.
    pub fn greatest<T: PartialOrd>(
        &self,
        warm_up: Duration,
        value: fn(&Pulse) -> Option<T>,
    ) -> Option<T> {
        let greater = |one: T, other: T| if other > one { other } else { one };
        self.behind(warm_up).filter_map(value).reduce(greater)
    }

    /// Pulses that began when the warm-up was over, give or take a tenth of a second.
    fn behind(&self, warm_up: Duration) -> impl Iterator<Item = &Pulse> {
        let from = warm_up.as_secs_f32() - 0.1;
        self.pulses.iter().filter(move |pulse| pulse.at_s - pulse.covers_s >= from)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Pulse, Vitals};

    /// One pulse a second with these values.
    fn vitals(host: &[Option<f32>]) -> Vitals {
        let pulse = |(at, &host): (usize, &Option<f32>)| Pulse {
            at_s: (at + 1) as f32,
            covers_s: 1.0,
            host,
            ..Pulse::default()
        };
        Vitals::of(2, host.iter().enumerate().map(pulse).collect())
    }

    #[test]
    fn the_greatest_mean_is_that_of_the_busiest_ten_seconds() {
        let mut seconds = vec![Some(0.1); 30];
        assert_eq!(
            vitals(&seconds).greatest_mean(Duration::ZERO, Duration::MAX, |pulse| pulse.host),
            Some(f64::from(0.1_f32))
        );
        seconds[12..22].fill(Some(0.5));
        seconds[3] = Some(1.0);
        let vitals = vitals(&seconds);
        assert_eq!(
            vitals.greatest_mean(Duration::ZERO, Duration::MAX, |pulse| pulse.host),
            Some(0.5)
        );
        assert_eq!(vitals.greatest(Duration::ZERO, |pulse| pulse.host), Some(1.0));
    }

    #[test]
    fn a_short_run_is_judged_by_all_of_it_and_a_long_second_weighs_more() {
        let pulse =
            |at_s, covers_s, host| Pulse { at_s, covers_s, host: Some(host), ..Pulse::default() };
        let vitals = Vitals::of(2, vec![pulse(1.0, 1.0, 0.5), pulse(4.0, 3.0, 1.0)]);
        assert_eq!(
            vitals.greatest_mean(Duration::ZERO, Duration::MAX, |pulse| pulse.host),
            Some(0.875)
        );
    }

    #[test]
    fn the_warm_up_is_left_out() {
        let vitals = vitals(&[Some(0.9), Some(0.8), Some(0.2)]);
        let host = |pulse: &Pulse| pulse.host;
        assert_eq!(vitals.greatest(Duration::from_secs(1), host), Some(0.8));
        assert_eq!(
            vitals.greatest_mean(Duration::from_secs(2), Duration::MAX, host),
            Some(f64::from(0.2_f32))
        );
        assert_eq!(vitals.greatest_mean(Duration::from_secs(3), Duration::MAX, host), None);
    }

    #[test]
    fn seconds_in_which_only_answers_are_waited_for_are_in_no_mean() {
        let mut seconds = vec![Some(1.0); 8];
        seconds.extend([Some(0.0); 10]);
        let vitals = vitals(&seconds);
        let mean = |stopped_ms| {
            let stopped = Duration::from_millis(stopped_ms);
            vitals.greatest_mean(Duration::ZERO, stopped, |pulse| pulse.host)
        };
        assert_eq!(mean(8_000), Some(1.0));
        // A second counts with its greater half.
        assert_eq!((mean(8_499), mean(8_500)), (Some(1.0), Some(8.0 / 9.0)));
        assert_eq!(mean(18_000), Some(0.8));
    }

    #[test]
    fn what_was_never_measured_has_no_mean() {
        let vitals = vitals(&[None, None]);
        assert_eq!(vitals.greatest_mean(Duration::ZERO, Duration::MAX, |pulse| pulse.host), None);
        assert_eq!(vitals.greatest(Duration::ZERO, |pulse| pulse.host), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_shows_everything() {
        let mut vitals = Vitals::start();
        vitals.look(Duration::ZERO);
        let began = std::time::Instant::now();
        while began.elapsed() < super::SHORTEST {
            std::hint::spin_loop();
        }
        vitals.look(Duration::from_secs(1));
        let [pulse] = vitals.pulses() else { panic!("one pulse between two looks: {vitals:?}") };
        assert!(pulse.own_cores.is_some_and(|cores| cores > 0.0), "{pulse:?}");
        assert!(pulse.host.is_some_and(|share| share > 0.0 && share <= 1.0), "{pulse:?}");
        assert!(pulse.resident_mb.is_some_and(|mb| mb > 0.5), "{pulse:?}");
        assert!(pulse.open_files.is_some_and(|files| files >= 3), "{pulse:?}");
        assert!(pulse.tcp_sockets >= pulse.time_wait, "{pulse:?}");
        assert_eq!(pulse.busiest_sender, None, "no thread of this test is a sender");
        assert!(vitals.open_files_limit() > Some(0) && vitals.ports() > Some(0));
    }
}
