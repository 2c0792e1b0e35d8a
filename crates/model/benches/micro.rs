//! One case at a time, by divan: `cargo bench -p lead-model --no-default-features --bench micro -- score_many`.
//!
//! For work on one of them; figures that are compared with each other come from `figures.rs`, where cases take turns.

#[expect(dead_code, reason = "goals and yardsticks are for the figures")]
mod cases;

use std::cell::RefCell;

use divan::{Bencher, counter::ItemsCount};

use cases::Case;

thread_local! {
    /// Made once: the models and a hundred thousand leads take a second.
    static CASES: RefCell<Vec<Case>> = RefCell::new(cases::all());
}

fn main() {
    divan::main();
}

fn names() -> Vec<&'static str> {
    CASES.with_borrow(|cases| cases.iter().map(|case| case.name).collect())
}

#[divan::bench(args = names())]
fn case(bencher: Bencher<'_, '_>, name: &str) {
    CASES.with_borrow_mut(|cases| {
        let found = cases.iter_mut().find(|case| case.name == name);
        let Case { leads, parts, work, .. } = found.expect("the name comes from the same list");
        let mut part = (0..*parts).cycle();
        let call = || part.next().into_iter().for_each(&mut *work);
        bencher.counter(ItemsCount::new(*leads)).bench_local(call);
    });
}
