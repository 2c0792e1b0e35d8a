//! [`undisturbed`]: the rounds of a measurement in which nobody else was at work.

/// Fewer good rounds are no measurement.
const ENOUGH: usize = 5;

/// The rounds in which everyone `had_its_core`, or all of them where those are too few; and what is to be said of it,
/// beginning with `what` was measured.
pub(crate) fn undisturbed<L>(
    rounds: Vec<Vec<L>>,
    had_its_core: impl Fn(&L) -> bool,
    what: &str,
) -> (Vec<Vec<L>>, Option<String>) {
    let is_good = |round: &Vec<L>| round.iter().all(&had_its_core);
    let (all, good) = (rounds.len(), rounds.iter().filter(|round| is_good(round)).count());
    if good == all {
        (rounds, None)
    } else if good < ENOUGH.min(all) {
        let note = format!(
            "{what}: other work took part of the core in {} of {all} rounds, too many to leave out",
            all - good
        );
        (rounds, Some(note))
    } else {
        let note = format!("{what}: {} of {all} rounds were disturbed and left out", all - good);
        (rounds.into_iter().filter(is_good).collect(), Some(note))
    }
}
