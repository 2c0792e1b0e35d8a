//! How often is the verdict wrong? Simulated comparisons of a known truth, by dice that always fall alike.
//!
//! A run's P95 is a lognormal value: half of its variance is the machine's, which wanders from run to run (correlation 0.7
//! between neighbours), half is the run's own, of which six tenths are common to all endpoints. Four endpoints and all
//! requests decide; five rounds, ABBA. The figures stand in docs/GATE.md.

use super::{FigurePair, Finding, Margin, Measure, Pairing, contrast::worst, figure::Values};
use crate::{noise::Resolution, rule::Scope, statistics::Dice};

const ROUNDS: usize = 5;
const ENDPOINTS: usize = 4;

/// Shares in percent: regressions, no regressions, and failures of the rule on single runs' point estimates.
#[derive(Debug)]
struct Rates {
    regression: f64,
    cleared: f64,
    point: f64,
}

/// What becomes of `times` comparisons with a coefficient of variation `s`, where the head is `ratio` times as slow.
fn simulate(s: f64, ratio: f64, times: u32) -> Rates {
    let (mut dice, margin) = (Dice::new(20_261_125), Margin::default());
    let (mut regression, mut cleared, mut point) = (0, 0, 0);
    for _ in 0..times {
        let figures = comparison(&mut dice, s, ratio, &margin);
        let finding = worst(&figures, &margin).expect("P95 decides");
        regression += u32::from(finding == Finding::Regression);
        cleared += u32::from(finding <= Finding::Improvement);
        point += u32::from(figures[0].head[0] > figures[0].base[0] * margin.limit);
    }
    let share = |count: u32| f64::from(count) * 100.0 / f64::from(times);
    Rates { regression: share(regression), cleared: share(cleared), point: share(point) }
}

fn comparison(dice: &mut Dice, s: f64, ratio: f64, margin: &Margin) -> Vec<FigurePair> {
    let mut sides = vec![[Vec::new(), Vec::new()]; 1 + ENDPOINTS];
    let mut machine = normal(dice);
    for turn in 0..2 * ROUNDS {
        // ABBA, and so on.
        let is_head = matches!(turn % 4, 1 | 2);
        let common = normal(dice);
        for figure in &mut sides {
            let own = 0.6_f64.sqrt() * common + 0.4_f64.sqrt() * normal(dice);
            let noise = s * std::f64::consts::FRAC_1_SQRT_2 * (machine + own);
            let value = 10.0 * noise.exp() * if is_head { ratio } else { 1.0 };
            figure[usize::from(is_head)].push(value);
        }
        machine = 0.7 * machine + (1.0 - 0.49_f64).sqrt() * normal(dice);
    }
    let weigh = |(at, [base, head]): (usize, [Vec<f64>; 2])| {
        let name = format!("/{at}");
        let scope =
            if at == 0 { Scope::All } else { Scope::Endpoint { method: "GET".into(), name } };
        let level = margin.level(at == 0, ENDPOINTS);
        Values {
            scope,
            measure: Measure::P95,
            decides: true,
            base,
            head,
            tallies: [Vec::new(), Vec::new()],
            resolution: Resolution::Exact,
            level,
        }
        .weigh(Pairing::Paired, margin)
    };
    sides.into_iter().enumerate().map(weigh).collect()
}

/// A normal value (Box and Muller 1958).
fn normal(dice: &mut Dice) -> f64 {
    let mut even = || (dice.bits() >> 11) as f64 / (1_u64 << 53) as f64;
    let (radius, angle) = (1.0 - even(), even());
    (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

#[test]
fn of_forty_comparisons_without_a_change_at_most_one_raises_an_alarm() {
    for (s, most_alarms, least_cleared) in [
        (0.03, 0.0, 99.0),
        (0.05, 0.0, 98.0),
        (0.10, 0.5, 40.0),
        (0.15, 1.5, 10.0),
        (0.20, 2.5, 3.0),
    ] {
        let rates = simulate(s, 1.0, 1000);
        assert!(rates.regression <= most_alarms, "s {s}: {rates:?}");
        assert!(rates.cleared >= least_cleared, "s {s}: {rates:?}");
    }
}

#[test]
fn thirty_percent_are_seen_in_nineteen_of_twenty_where_runs_differ_by_less_than_eight() {
    for (s, ratio, least) in [
        (0.03, 1.3, 99.0),
        (0.05, 1.3, 99.0),
        (0.07, 1.3, 95.0),
        (0.10, 1.3, 85.0),
        (0.10, 1.5, 99.0),
        (0.20, 1.5, 70.0),
    ] {
        let rates = simulate(s, ratio, 500);
        assert!(rates.regression >= least && rates.cleared < 1.0, "s {s}, x{ratio}: {rates:?}");
    }
}

#[test]
fn what_is_within_the_limit_is_seldom_called_a_regression() {
    for (s, most) in [(0.03, 0.5), (0.05, 1.0), (0.10, 8.0), (0.20, 10.0)] {
        let rates = simulate(s, 1.1, 500);
        assert!(rates.regression <= most, "s {s}: {rates:?}");
    }
}

#[test]
fn the_rule_on_single_runs_cries_wolf_where_ours_does_not() {
    let rates = simulate(0.10, 1.0, 1000);
    // Neighbours of an AR(1) machine share 0.7 of half of the variance, so single pairs differ by less than s * sqrt(2).
    assert!(rates.point > 3.0 && rates.regression < rates.point / 10.0, "{rates:?}");
}
