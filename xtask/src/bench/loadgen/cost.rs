//! What a request costs each generator: its processor time over the requests that the server counted meanwhile.
//!
//! A generator is looked at while it runs, from when all its connections are open, so that neither its start nor its end
//! is in the figure. All take turns, round by round, and what is judged is the ratio of each round, because what else the
//! machine does changes slower than that.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::generator::{Kind, Load};
use super::host::Host;
use super::peers::Peers;
use crate::bench::row::{Row, Unit};
use crate::bench::{machine, rounds, spent};
use crate::program::{self, Program};

/// How long a generator may take to open its connections; Locust starts slowly.
const PATIENCE: Duration = Duration::from_secs(30);
/// After that, until it runs evenly.
const SETTLING: Duration = Duration::from_millis(400);

/// More of its core than this in the hands of others spoils a look at a generator.
const DISTURBED: f64 = 0.07;

/// Most memory of lead-loadgen.
const MEGABYTES: f64 = 30.0;

/// How much of another's cost a request may cost us at 300 connections.
const GOALS: [(Kind, Kind, f64); 4] = [
    (Kind::Reqwest, Kind::BareReqwest, 1.15),
    (Kind::Reqwest, Kind::Goose, 0.6),
    (Kind::Reqwest, Kind::LocustFast, 1.0 / 9.0),
    (Kind::Raw, Kind::Oha, 1.0),
];

/// One look at a generator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Microseconds of its processor time per request.
    cost_us: f64,
    /// The share of its core that it used, and of the server's that the server used.
    busy: [f64; 2],
    /// The share of its core that neither it used nor nobody.
    others: f64,
    /// Resident memory in 1,000,000 bytes.
    megabytes: f64,
}

/// Who of `kinds` can be looked at; why others' cannot is noted, why one of ours cannot is an error.
pub(super) fn trial(
    kinds: &[Kind],
    peers: &Peers,
    host: &Host,
    load: &Load,
) -> Result<(Vec<Kind>, Vec<String>)> {
    let (mut able, mut notes) = (Vec::new(), Vec::new());
    for kind in kinds {
        let is_ours = peers.programs.iter().all(|(known, _)| known != kind);
        match look(*kind, peers, host, load, Duration::from_millis(100)) {
            Ok(_) => able.push(*kind),
            Err(error) if is_ours || program::interrupted() => {
                return Err(error.context(kind.name()));
            }
            Err(error) => notes.push(format!("{} is left out: {error:#}", kind.name())),
        }
    }
    Ok((able, notes))
}

/// Looks at every generator, round by round, in the order of `kinds`.
pub(super) fn rounds(
    kinds: &[Kind],
    peers: &Peers,
    host: &Host,
    load: &Load,
    rounds: u32,
    time: Duration,
) -> Result<Vec<Vec<Look>>> {
    let mut all = Vec::new();
    for round in 0..rounds as usize {
        let mut looks = vec![None; kinds.len()];
        for turn in 0..kinds.len() {
            let at = (round + turn) % kinds.len();
            let look = look(kinds[at], peers, host, load, time);
            looks[at] = Some(look.with_context(|| kinds[at].name())?);
        }
        all.push(looks.into_iter().flatten().collect());
    }
    Ok(all)
}

fn look(kind: Kind, peers: &Peers, host: &Host, load: &Load, time: Duration) -> Result<Look> {
    let peer = peers.programs.iter().find(|(known, _)| *known == kind);
    let binary = peer.map_or_else(|| kind.ours(), |(_, binary)| binary.clone());
    let mut command = kind.command(&binary, load);
    let mut generator = Program::start(kind.name(), &mut command)?;
    let deadline = Instant::now() + PATIENCE;
    while host.counts()?.connections <= u64::from(load.connections) {
        if program::interrupted() {
            bail!("interrupted");
        }
        ensure!(
            generator.ended()?.is_none(),
            "it ended at once: {:?}",
            kind.command(&binary, load)
        );
        ensure!(Instant::now() < deadline, "it did not open its connections");
        sleep(Duration::from_millis(20));
    }
    sleep(SETTLING);
    let moment = || {
        let times = spent::processor_time_with_children(generator.pid()).zip(host.processor_time());
        let (ours, theirs) = times?;
        Some((Instant::now(), [ours, theirs, machine::idle(&load.core)?]))
    };
    let blind = "this system does not tell the processor time of programs (in /proc)";
    let requests = host.counts()?.requests;
    let before = moment().context(blind)?;
    sleep(time);
    let after = moment().context(blind)?;
    let requests = host.counts()?.requests - requests - 1;
    ensure!(generator.ended()?.is_none(), "it ended too early");
    ensure!(requests > 0, "it sent nothing");
    let elapsed = (after.0 - before.0).as_secs_f64();
    let share = |at: usize| (after.1[at] - before.1[at]).as_secs_f64() / elapsed;
    let [ours, theirs, idle] = [0, 1, 2].map(share);
    let megabytes = spent::resident(generator.pid())?;
    generator.stop()?;
    Ok(Look {
        cost_us: ours * elapsed * 1e6 / requests as f64,
        busy: [ours, theirs],
        others: 1.0 - ours - idle,
        megabytes,
    })
}

/// The figures of one number of connections, cheapest first; goals are asked for only where `is_judged`.
pub(super) fn rows(
    kinds: &[Kind],
    rounds: &[Vec<Look>],
    connections: u32,
    is_judged: bool,
) -> Vec<Row> {
    let size = format!("{connections} connections");
    let looks = |at: usize| rounds.iter().map(move |round| round[at]);
    let place = |kind| kinds.iter().position(|known| *known == kind);
    let yardstick = place(Kind::BareReqwest).map(|_| Kind::BareReqwest.name().to_owned());
    let mut rows = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        let costs: Vec<f64> = looks(at).map(|look| look.cost_us).collect();
        let beside = yardstick.clone().filter(|_| *kind != Kind::BareReqwest);
        rows.push(Row { beside, ..Row::new(kind.name(), &size, Unit::Microseconds, &costs) });
    }
    rows.sort_by(|a, b| a.median.total_cmp(&b.median));
    if !is_judged {
        return rows;
    }
    for (ours, theirs, goal) in GOALS {
        let Some((us, them)) = place(ours).zip(place(theirs)) else { continue };
        let ratios: Vec<f64> =
            looks(us).zip(looks(them)).map(|(us, them)| us.cost_us / them.cost_us).collect();
        let name = format!("{} / {}", ours.name(), theirs.name());
        rows.push(Row { goal: Some(goal), ..Row::new(&name, &size, Unit::Share, &ratios) });
    }
    for (at, kind) in kinds.iter().enumerate() {
        let sizes: Vec<f64> = looks(at).map(|look| look.megabytes).collect();
        let row = Row::new(&format!("memory, {}", kind.name()), &size, Unit::Megabytes, &sizes);
        let goal = matches!(kind, Kind::Reqwest | Kind::Raw).then_some(MEGABYTES);
        rows.push(Row { goal, ..row });
    }
    rows
}

/// The rounds in which nobody else was at work, as far as there are enough of them.
pub(super) fn undisturbed(
    rounds: Vec<Vec<Look>>,
    connections: u32,
) -> (Vec<Vec<Look>>, Option<String>) {
    let what = format!("{connections} connections");
    rounds::undisturbed(rounds, |look| look.others <= DISTURBED, &what)
}

/// How much the costs differed from round to round, and who waited for the server.
pub(super) fn notes(kinds: &[Kind], rounds: &[Vec<Look>], connections: u32) -> Vec<String> {
    let looks = |at: usize| rounds.iter().map(move |round| round[at]);
    let spread = |at: usize| {
        let mut costs: Vec<f64> = looks(at).map(|look| look.cost_us).collect();
        costs.sort_by(f64::total_cmp);
        (costs[costs.len() - 1] - costs[0]) / costs[costs.len() / 2] * 100.0
    };
    let mut spreads: Vec<(f64, &str)> =
        kinds.iter().enumerate().map(|(at, kind)| (spread(at), kind.name())).collect();
    spreads.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (middle, (most, who)) = (spreads[spreads.len() / 2].0, spreads[spreads.len() - 1]);
    let mut notes = vec![format!(
        "{connections} connections: costs ranged over {middle:.0} % of their median, most of all {who}'s, over {most:.0} %"
    )];
    for (at, kind) in kinds.iter().enumerate() {
        let mut shares: Vec<[f64; 2]> = looks(at).map(|look| look.busy).collect();
        shares.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let [ours, theirs] = shares[shares.len() / 2].map(|share| share * 100.0);
        if ours < (1.0 - DISTURBED) * 100.0 {
            notes.push(format!(
                "{connections} connections: {} used {ours:.0} % of its core, the server {theirs:.0} % of the other",
                kind.name()
            ));
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::{Kind, Look, notes, rows, undisturbed};
    use crate::bench::row::table;

    const KINDS: [Kind; 3] = [Kind::BareReqwest, Kind::Reqwest, Kind::Goose];

    fn round(costs: [f64; 3]) -> Vec<Look> {
        costs
            .map(|cost_us| Look { cost_us, busy: [1.0, 0.5], others: 0.0, megabytes: 20.0 })
            .to_vec()
    }

    #[test]
    fn goals_are_ratios_of_each_round_and_cheapest_comes_first() {
        // The second round was twice as slow for everybody.
        let rounds =
            [round([10.0, 11.0, 22.0]), round([20.0, 23.0, 40.0]), round([10.0, 11.1, 21.0])];
        let rows = rows(&KINDS, &rounds, 300, true);
        assert_eq!(rows[0].name, "bare loop on reqwest");
        let ratio = |to: &str| rows.iter().find(|row| row.name.ends_with(to)).unwrap().median;
        assert!((ratio("/ bare loop on reqwest") - 1.11).abs() < 1e-9);
        assert!((ratio("/ Goose") - 11.1 / 21.0).abs() < 1e-9);
        let shown = table(&rows).to_string();
        assert!(shown.contains("97 % met") && shown.contains("88 % met"), "{shown}");
        assert!(!rows.iter().any(|row| row.name.contains("Locust")));
    }

    #[test]
    fn noise_is_told() {
        let rounds =
            [round([10.0, 11.0, 20.0]), round([11.0, 11.0, 30.0]), round([10.0, 11.0, 20.0])];
        let told = notes(&KINDS, &rounds, 32).join("\n");
        assert!(told.contains("ranged over 10 %") && told.contains("Goose's, over 50 %"), "{told}");
    }

    #[test]
    fn who_waits_for_the_server_is_told_and_not_disturbed() {
        let mut rounds = vec![round([10.0, 11.0, 20.0]); 6];
        rounds.iter_mut().for_each(|round| round[2].busy = [0.8, 0.98]);
        rounds[2][1] = Look { busy: [0.6, 0.6], others: 0.4, ..rounds[2][1] };
        let (good, note) = undisturbed(rounds, 300);
        assert_eq!(good.len(), 5);
        assert!(note.unwrap().contains("1 of 6 rounds were disturbed"));
        let told = notes(&KINDS, &good, 300).join("\n");
        assert!(told.contains("Goose used 80 % of its core, the server 98 %"), "{told}");
        assert!(!told.contains("lead-loadgen"), "{told}");
    }
}
