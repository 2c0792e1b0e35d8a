//! How likely is chance alone to look as extreme? Asked of the numbers themselves, in other orders.
//!
//! If the order of a series means nothing, every other order is as likely as the one observed. A sample of them is
//! drawn from a seed, so that the same series always has the same answer. With B orders of which k look at least as
//! extreme, p = (1 + k) / (B + 1): the observed order counts itself, p is never 0, and a test at alpha rejects pure
//! chance in at most a share alpha of all series (Phipson and Smyth 2010).

use super::dice::Dice;

/// Orders that are drawn; with 999 the smallest p is 0.001.
pub(crate) const ORDERS: usize = 999;

/// Statistics this much smaller, relative to the observed one, are the same number added up in another order.
const SAME: f64 = 1e-9;

/// The p of an `observed` statistic of a series of `count` values, or `None` once it is certain to be above `alpha`:
/// most series are noise, and most of their orders need not be looked at.
///
/// `statistic` gets an order of the positions 0 to `count` - 1; larger is more extreme.
pub(crate) fn p_up_to(
    alpha: f64,
    seed: u64,
    count: usize,
    observed: f64,
    mut statistic: impl FnMut(&[usize]) -> f64,
) -> Option<f64> {
    let mut dice = Dice::new(seed);
    let mut order: Vec<usize> = (0..count).collect();
    let p = |extreme: usize| (1 + extreme) as f64 / (ORDERS + 1) as f64;
    let mut extreme = 0;
    for _ in 0..ORDERS {
        shuffle(&mut order, &mut dice);
        if statistic(&order) >= observed * (1.0 - SAME) {
            extreme += 1;
            if p(extreme) > alpha {
                return None;
            }
        }
    }
    Some(p(extreme))
}

/// Puts positions in random order, every order as likely as any other (Fisher and Yates, from the end).
fn shuffle(order: &mut [usize], dice: &mut Dice) {
    for last in (1..order.len()).rev() {
        order.swap(last, dice.below(last + 1));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Dice, p_up_to, shuffle};

    /// 24,000 shuffles of four things: each of the 24 orders 1000 times, give or take four standard deviations.
    #[test]
    fn every_order_is_as_likely_as_any_other() {
        let mut dice = Dice::new(7);
        let mut counts = BTreeMap::new();
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            shuffle(&mut items, &mut dice);
            *counts.entry(items).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(counts.values().all(|count| count.abs_diff(1000) < 4 * 32), "{counts:?}");
    }

    #[test]
    fn a_statistic_that_no_other_order_reaches_has_the_smallest_p() {
        assert_eq!(p_up_to(0.01, 1, 9, 2.0, |_| 1.0), Some(0.001));
    }

    #[test]
    fn what_every_order_reaches_is_given_up_after_ten_orders() {
        let mut looked_at = 0;
        let p = p_up_to(0.01, 1, 9, 1.0, |_| {
            looked_at += 1;
            1.0
        });
        assert_eq!((p, looked_at), (None, 10));
    }

    #[test]
    fn the_last_bit_of_a_sum_decides_nothing() {
        assert_eq!(p_up_to(1.0, 1, 9, 0.1 + 0.2, |_| 0.3), Some(1.0));
    }

    /// Of four values in random order the largest stands last in a quarter of all orders.
    #[test]
    fn p_is_the_share_of_orders() {
        let p = p_up_to(1.0, 42, 4, 3.0, |order| order[3] as f64).unwrap();
        assert!((p - 0.25).abs() < 0.03, "{p}");
    }
}
