//! The loader of model files: whatever the bytes, what loads can score every lead of its schema and is written as it was.
//!
//! A checksum would stop nearly every mutation, golden scores the rest. So whatever is a model at all is sealed anew, and
//! scores the leads it is given, before it is held against the laws.

#![no_main]

use fuzz::{Dice, check_lead, draw_lead, mutate_json};
use lead_model::{Artifact, Golden, Lead, Scorer};
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use serde::Deserialize;

/// The content of a file whose other members do not matter.
#[derive(Deserialize)]
struct Content {
    model: Artifact,
}

fuzz_target!(|data: &[u8]| -> Corpus {
    if let Ok(scorer) = Scorer::load(data) {
        laws(&scorer, data);
    }
    let Ok(Content { model }) = serde_json::from_slice::<Content>(data) else {
        return Corpus::Keep;
    };
    // JSON has no number that cannot be written.
    let sealed = written(&model);
    let read = Artifact::read(&sealed[..]).expect("what is written can be read");
    assert_eq!(read.fingerprint(), model.fingerprint());
    if let Ok(scorer) = Scorer::new(Artifact { golden: Vec::new(), ..read }) {
        laws(&scorer, data);
    }
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate_json(data, size, max_size, seed)
});

/// What must hold of every model that loads; `bytes` decide the leads.
fn laws(scorer: &Scorer, bytes: &[u8]) {
    let mut dice = Dice::of(bytes);
    let leads: Vec<Lead> = (0..3).map(|_| draw_lead(scorer.schema(), &mut dice)).collect();
    leads.iter().for_each(|lead| check_lead(scorer, lead));
    let golden = leads.iter().map(|lead| {
        let score = scorer.score(lead);
        let values = lead.values().to_vec();
        Golden { values, log_odds: score.log_odds, probability: score.probability }
    });
    let artifact = Artifact { golden: golden.collect(), ..scorer.artifact().clone() };
    let file = written(&artifact);
    let again = Scorer::load(&file[..]).expect("a model that loads is written as one that loads");
    assert_eq!(written(again.artifact()), file);
    for lead in &leads {
        assert_eq!(again.score(lead), scorer.score(lead));
    }
}

fn written(artifact: &Artifact) -> Vec<u8> {
    let mut file = Vec::new();
    artifact.write(&mut file).expect("every number of a model that was read is finite");
    file
}
