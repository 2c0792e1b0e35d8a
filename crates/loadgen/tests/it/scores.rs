//! Scores under load: consistent, about the lead that was sent, and with `--verify` the model's own to the last bit.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lead_loadgen::{Args, Corpus, FailureClass, Plan, Recording, Scenario, Verifier, VerifyError};

use crate::http::load_corpus_until;
use crate::server::{Manner, Server};
use crate::simulated::ramp;

/// The committed model.
pub(crate) const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/b2b-v1.json");

fn load(manner: Manner, words: &[&str]) -> (Recording, Arc<Corpus>) {
    let server = Server::start(manner);
    let base =
        ["lead-loadgen", "--host", &server.url(), "--seed", "11", "-s", "20s"].map(str::to_owned);
    let words = base.iter().map(Into::into).chain(words.iter().map(Into::into));
    let mut plan: Plan = Args::order(words).unwrap().plan;
    plan.load = ramp(4, "1000");
    plan.threads = NonZeroUsize::new(2).unwrap();
    plan.scenario.think_time = Duration::from_millis(1)..=Duration::from_millis(3);
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let recording = load_corpus_until(&plan, Arc::clone(&corpus), || server.requests() >= 100);
    (recording, corpus)
}

/// The one text that all failures have; each is a wrong answer.
fn only_failure(recording: &Recording) -> String {
    let mut texts: Vec<String> =
        recording.failures().into_iter().map(|failure| failure.error).collect();
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    let total = recording.total();
    assert_eq!(total.errors().of_class(FailureClass::WrongAnswer), total.failures());
    texts.remove(0)
}

#[test]
fn a_tier_must_be_the_letter_of_its_bucket() {
    let (recording, _) = load(Manner::OtherTier, &["--tags", "score"]);
    assert_eq!(
        only_failure(&recording),
        "CatchResponseError('tier is not the letter of its bucket (A for 5 to E for 1)')"
    );
    assert_eq!(recording.total().failures(), recording.total().requests());
}

#[test]
fn a_bucket_must_follow_from_the_score() {
    let (recording, _) = load(Manner::OtherBucket, &["--tags", "score"]);
    let expect = "CatchResponseError('bucket is not round(4 raw_score + 1); for a model with tiers of its own name it with --verify')";
    assert_eq!(only_failure(&recording), expect);
    assert_eq!(recording.total().failures(), recording.total().requests());
}

#[test]
fn scores_of_the_model_are_right() {
    let (recording, corpus) = load(Manner::Model, &["--verify", MODEL]);
    assert_eq!(recording.failures(), []);
    assert!(recording.total().requests() > 50);
    assert_eq!(corpus.first_mismatch(), None);
}

#[test]
fn a_score_that_is_off_by_the_last_bit_is_a_wrong_answer_with_an_example() {
    let (recording, corpus) = load(Manner::AlmostModel, &["--verify", MODEL]);
    assert_eq!(
        only_failure(&recording),
        "CatchResponseError('score differs from the one that the model gives')"
    );
    let (wrong, all) = (recording.total().failures(), recording.total().requests());
    assert!(0 < wrong && wrong < all, "{wrong} of {all}");
    let example = corpus.first_mismatch().unwrap();
    assert!(example.lead_id.starts_with("lead-"));
    assert_eq!(example.got.raw_score, example.expected.raw_score.next_up());
    assert_eq!(
        (&example.got.tier, example.got.bucket),
        (&example.expected.tier, example.expected.bucket)
    );
    let told = example.to_string();
    assert!(
        told.contains("expected 0.") && told.contains("got 0.") && told.contains("tier "),
        "{told}"
    );
}

#[test]
fn without_a_model_nobody_knows_better() {
    let (recording, corpus) = load(Manner::AlmostModel, &[]);
    assert_eq!((recording.failures(), corpus.first_mismatch()), (vec![], None));
}

#[test]
fn a_model_that_does_not_fit_is_told_before_the_run() {
    let unreadable = Verifier::open(Path::new("no/model.json")).unwrap_err().to_string();
    assert!(
        unreadable.starts_with("cannot read no/model.json: ")
            && unreadable.contains("name the model file"),
        "{unreadable}"
    );
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    assert!(matches!(Verifier::open(&manifest), Err(VerifyError::NoModel { .. })));

    let verifier = Verifier::open(Path::new(MODEL)).unwrap();
    let mut scenario = Scenario::lead_scoring();
    assert!(scenario.fits(&verifier).is_ok());
    scenario.tasks.truncate(0);
    let told = scenario.fits(&verifier).unwrap_err().to_string();
    assert!(told.contains("no task expects a score; write expect.answer"), "{told}");

    let folder = tempfile::tempdir().unwrap();
    let schema =
        lead_model::Schema::new("own", lead_model::Schema::b2b().features()[..3].to_vec()).unwrap();
    std::fs::write(folder.path().join("own.json"), serde_json::to_vec(&schema).unwrap()).unwrap();
    let text = "[leads]\nfrom = \"own.json\"\n[[tasks]]\nmethod = \"POST\"\npath = \"/s\"\nbody = \"${lead}\"\nexpect.answer = \"score\"\n";
    let scenario = Scenario::parse(text, &folder.path().join("s.toml")).unwrap();
    let told = scenario.fits(&verifier).unwrap_err().to_string();
    assert!(
        told.contains("leads of the schema 'b2b', the scenario sends leads of 'own' (Feature "),
        "{told}"
    );
    assert!(told.contains("[leads] from = "), "{told}");
}
