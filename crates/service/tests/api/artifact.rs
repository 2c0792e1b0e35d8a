//! Model files for tests: the committed one, and others made of it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use lead_model::{Artifact, Feature, Lead, Schema, Scorer};
use serde_json::Value;
use tempfile::TempDir;

use crate::test_app::model_path;

/// The committed model.
pub(crate) fn committed() -> Artifact {
    Artifact::read(File::open(model_path()).expect("the model")).expect("a sound one")
}

/// The committed model under another version.
pub(crate) fn version(version: &str) -> Artifact {
    Artifact { version: version.to_owned(), ..committed() }
}

/// The same, with every score moved by `shift` log-odds.
pub(crate) fn shifted(version: &str, shift: f64) -> Artifact {
    changed(|artifact| {
        artifact.version = version.to_owned();
        artifact.scorecard.intercept += shift;
    })
}

/// The same, with every feature changed as `change` says.
pub(crate) fn reshaped(version: &str, change: impl Fn(&mut Feature)) -> Artifact {
    let mut artifact = self::version(version);
    let mut features = artifact.schema.features().to_vec();
    features.iter_mut().for_each(change);
    artifact.schema = Schema::new("b2b", features).expect("a sound schema");
    artifact
}

/// The committed model under another version, of only the features that `keep` keeps.
pub(crate) fn reduced(version: &str, keep: impl Fn(&str) -> bool) -> Artifact {
    changed(|artifact| {
        artifact.version = version.to_owned();
        let kept: Vec<bool> =
            artifact.schema.features().iter().map(|feature| keep(&feature.name)).collect();
        let mut places = kept.iter().copied().cycle();
        let mut is_kept = || places.next().expect("endless");
        let mut features = artifact.schema.features().to_vec();
        features.retain(|_| is_kept());
        artifact.schema = Schema::new("b2b", features).expect("a part of a schema");
        artifact.scorecard.curves.retain(|_| is_kept());
        artifact.scorecard.pairs.retain(|pair| pair.features.iter().all(|name| keep(name)));
        artifact.training.importance.retain(|_| is_kept());
        artifact.reference.as_mut().expect("a reference").features.retain(|_| is_kept());
        for golden in &mut artifact.golden {
            golden.values.retain(|_| is_kept());
        }
    })
}

/// The committed model after a change, sound again: its golden leads get the scores it gives now.
fn changed(change: impl FnOnce(&mut Artifact)) -> Artifact {
    let mut artifact = committed();
    change(&mut artifact);
    let mut golden = std::mem::take(&mut artifact.golden);
    let scorer = Scorer::new(artifact.clone()).expect("still a model");
    for lead in &mut golden {
        let columns: Vec<_> = lead.values.iter().map(std::slice::from_ref).collect();
        let mut scores = Vec::new();
        scorer.score_columns(&columns, &mut scores);
        (lead.log_odds, lead.probability) = (scores[0].log_odds, scores[0].probability);
    }
    artifact.golden = golden;
    artifact
}

/// The probability that a lead gets.
pub(crate) fn probability(artifact: &Artifact, lead: &Value) -> f64 {
    let scorer = Scorer::new(artifact.clone()).expect("a sound model");
    let lead = Lead::from_json(scorer.schema(), lead.to_string().as_bytes()).expect("a lead");
    scorer.score(&lead).probability
}

/// A directory that models are put into and taken from.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A directory with this model as `model.json`.
    pub(crate) fn with(artifact: &Artifact) -> Self {
        let folder = Self::new();
        folder.put("model.json", artifact);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn text(&self) -> &str {
        self.path().to_str().expect("UTF-8")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Puts a whole model in its place at once, as whoever deploys one should.
    pub(crate) fn put(&self, name: &str, artifact: &Artifact) {
        self.put_bytes(name, &bytes(artifact));
    }

    /// The same with any bytes.
    pub(crate) fn put_bytes(&self, name: &str, bytes: &[u8]) {
        let beside = self.file(".copying");
        fs::write(&beside, bytes).expect("written");
        fs::rename(&beside, self.file(name)).expect("renamed");
    }

    pub(crate) fn take(&self, name: &str) {
        fs::remove_file(self.file(name)).expect("it was there");
    }
}

/// The file of a model.
pub(crate) fn bytes(artifact: &Artifact) -> Vec<u8> {
    let mut bytes = Vec::new();
    artifact.write(&mut bytes).expect("a file that loads");
    bytes
}

/// Writes a model into a folder and returns the file's path.
pub(crate) fn written(artifact: &Artifact, folder: &Path) -> String {
    let path = folder.join(format!("{}.json", artifact.version));
    artifact.write(File::create(&path).expect("a new file")).expect("a sound model");
    path.to_str().expect("a UTF-8 path").to_owned()
}
