//! Models like the committed one with fewer features, and models as files.

use std::{fs::File, path::Path};

use lead_model::{Artifact, Schema, Scorer};

use crate::artifact::committed;

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

/// Writes a model into a folder and returns the file's path.
pub(crate) fn written(artifact: &Artifact, folder: &Path) -> String {
    let path = folder.join(format!("{}.json", artifact.version));
    artifact.write(File::create(&path).expect("a new file")).expect("a sound model");
    path.to_str().expect("a UTF-8 path").to_owned()
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
