//! The whole handler, from a request to the end of its answer: routes, layers, readers, scores, writers.

#![no_main]

use fuzz::{House, Input, body_start, check_answer, check_metrics, mutate_json};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

thread_local! {
    // Never taken down: libFuzzer leaves by `exit`, when what a runtime needs for its end is gone already.
    static HOUSE: &'static House = Box::leak(Box::new(House::new()));
}

fuzz_target!(|data: &[u8]| {
    let Some(input) = Input::read(data) else { return };
    HOUSE.with(|house| {
        check_answer(&input, &house.answer(&input));
        if let Some(page) = house.metrics() {
            check_metrics(&page);
        }
    });
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    match body_start(&data[..size]) {
        // What chooses path and headers is left to libFuzzer one time in four.
        Some(start) if start < size && seed % 4 > 0 => {
            start + mutate_json(&mut data[start..], size - start, max_size - start, seed)
        }
        _ => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    }
});
