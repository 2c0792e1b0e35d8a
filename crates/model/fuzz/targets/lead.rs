//! The reader of leads: whatever the bytes, it says what an obvious reader says, and what it lets through can be scored.
//!
//! The first byte chooses the schema and whether the rest is one lead or a batch.

#![no_main]

use std::sync::LazyLock;

use fuzz::{check_lead, mutate_json, obvious, odd_schema, scorer_of};
use lead_model::{BatchError, FaultCode, Lead, Schema, Scorer};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

static SCORERS: LazyLock<[Scorer; 2]> = LazyLock::new(|| {
    let golden = include_bytes!("../../tests/it/golden/format-1.json");
    let b2b = Scorer::load(&golden[..]).expect("a kept model loads");
    let odd = scorer_of(b2b.artifact(), odd_schema());
    [b2b, odd]
});

fuzz_target!(|data: &[u8]| {
    let Some((&choice, body)) = data.split_first() else { return };
    let scorer = &SCORERS[usize::from(choice & 1)];
    one(scorer, body);
    if choice & 2 != 0 {
        many(scorer.schema(), body);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if size < 2 || seed % 64 == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    1 + mutate_json(&mut data[1..], size - 1, max_size - 1, seed)
});

/// A body is judged as by the obvious reader, and is JSON to both or to neither.
fn one(scorer: &Scorer, body: &[u8]) {
    let schema = scorer.schema();
    let found = Lead::from_json(schema, body);
    let (expected, json) = obvious(schema, body);
    match &found {
        Ok(lead) => {
            check_lead(scorer, lead);
            assert!(json.is_possible(), "accepted what is no JSON");
        }
        Err(faults) => {
            assert!(
                faults.iter().all(|fault| fault.pointer.len() < 1000 && fault.detail.len() < 1000)
            );
            let syntax = faults.iter().any(|fault| fault.code == FaultCode::InvalidJson);
            assert!(json.agrees(!syntax), "{faults}");
            assert!(!syntax || faults.len() == 1, "{faults}");
        }
    }
    let found = found.ok().map(|lead| (lead.id().to_owned(), fuzz::bits(lead.values())));
    assert_eq!(found, expected, "{}", String::from_utf8_lossy(body));
}

/// A batch is its leads, and each of them is judged as if it stood alone.
fn many(schema: &Schema, body: &[u8]) {
    let batch = [b"[", body, b" , ", body, b"]"].concat();
    match (Lead::from_json(schema, body), Lead::batch_from_json(schema, &batch, 2)) {
        (Ok(lead), Ok(leads)) => assert_eq!(leads, [lead.clone(), lead]),
        // Two halves may be one lead where neither is, but only if the body is no JSON.
        (Err(alone), Ok(_)) => {
            assert!(alone.iter().any(|fault| fault.code == FaultCode::InvalidJson))
        }
        (Ok(_), Err(error)) => panic!("{error}"),
        (Err(alone), Err(BatchError::Faulty(faults))) => {
            let syntax = alone.iter().any(|fault| fault.code == FaultCode::InvalidJson);
            // The array is one more level, which may be the one too many.
            let deep = faults.iter().any(|fault| fault.detail.contains("levels of nesting"));
            let twice = faults.len() == 2 * alone.len() || faults.is_truncated();
            assert!(syntax || deep || twice, "{faults}");
        }
        (Err(alone), Err(BatchError::TooMany { .. })) => {
            assert!(alone.iter().any(|fault| fault.code == FaultCode::InvalidJson));
        }
    }
    each(schema, body, &batch);
    // An array of whatever it is never panics, and is one to both readers or to neither.
    let together = Lead::batch_from_json(schema, body, 3);
    match Lead::each_from_json(schema, body, 3) {
        Ok(leads) => {
            let sound = leads.into_iter().collect::<Result<Vec<_>, _>>().ok();
            assert_eq!(together.ok(), sound);
        }
        Err(error) => assert_eq!(together, Err(error)),
    }
}

/// Of a list where each lead is judged by itself, each is judged as if it stood alone.
fn each(schema: &Schema, body: &[u8], batch: &[u8]) {
    let alone = Lead::from_json(schema, body);
    let Ok(leads) = Lead::each_from_json(schema, batch, 2) else { return };
    // What is no lead alone may be the half of one, and faults beyond the most that are kept are not told.
    let syntax = |fault: &lead_model::Fault| fault.code == FaultCode::InvalidJson;
    let many = |faults: &lead_model::Faults| faults.iter().any(syntax) || 2 * faults.len() > 1000;
    if !alone.as_ref().is_err_and(many) {
        assert_eq!(leads, [alone.clone(), alone]);
    }
}
