//! [`Listing`]: the models that the service knows, for people and programs that ask.
//!
//! A model in memory and a file of the same content are one entry. Files are named without their directory.

use std::{cmp::Reverse, sync::Arc};

use serde::Serialize;
use utoipa::ToSchema;

use super::{Live, choice::Rank, load::LoadError, shelf::Scan};
use crate::timestamp::Timestamp;

/// Everything that is known, in memory and on the shelf.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Models)]
pub(crate) struct Listing {
    source: Source,
    /// The version of the live model.
    live: String,
    models: Vec<Entry>,
    refused: Vec<RefusedFile>,
}

/// Where models are taken from.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ModelSource)]
struct Source {
    /// `file` or `directory`.
    kind: &'static str,
    name: String,
}

/// One model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Model)]
pub(super) struct Entry {
    name: String,
    version: String,
    fingerprint: String,
    state: State,
    /// When it was read into memory; null if it lies on the shelf only.
    loaded_at: Option<Timestamp>,
    /// The file that it is or was read from.
    file: String,
    /// Whether a file of this content is on the shelf now; left out where nobody has looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    on_shelf: Option<bool>,
    /// Whether only activation or `force=true` brings it back; left out where nobody has looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    passed_over: Option<bool>,
}

/// `live` answers, `previous` answered before and is still in memory, `available` lies on the shelf, verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ModelState)]
enum State {
    /// It answers.
    Live,
    /// It answered before and is still in memory.
    Previous,
    /// It lies on the shelf, verified.
    Available,
}

/// A file that cannot be served.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusedFile {
    file: String,
    /// What is wrong, for programs.
    code: &'static str,
    /// What is wrong, for people.
    reason: String,
}

impl RefusedFile {
    pub(super) fn of(error: &LoadError) -> Self {
        Self { file: error.file(), code: error.code(), reason: error.reason() }
    }
}

impl Entry {
    pub(super) fn live(model: &Live) -> Self {
        Self::in_memory(model, State::Live)
    }

    pub(super) fn previous(model: &Live) -> Self {
        Self::in_memory(model, State::Previous)
    }

    fn in_memory(model: &Live, state: State) -> Self {
        let artifact = model.scorer.artifact();
        Self {
            name: artifact.name.clone(),
            version: artifact.version.clone(),
            fingerprint: model.fingerprint.clone(),
            state,
            loaded_at: Some(model.loaded_at),
            file: model.file.clone(),
            on_shelf: None,
            passed_over: None,
        }
    }
}

impl Listing {
    /// What is in memory.
    pub(super) fn of(live: &Live, previous: &[Arc<Live>]) -> Self {
        let mut models = vec![Entry::live(live)];
        models.extend(previous.iter().map(|model| Entry::previous(model)));
        Self {
            source: Source::default(),
            live: live.version().to_owned(),
            models,
            refused: Vec::new(),
        }
    }

    /// Says where models are taken from.
    pub(super) fn source(&mut self, name: &str, is_directory: bool) {
        let kind = if is_directory { "directory" } else { "file" };
        self.source = Source { kind, name: name.to_owned() };
    }

    /// Adds what lies on the shelf; the highest version comes first.
    pub(super) fn add(&mut self, scan: Scan, passed_over: impl Fn(&str) -> bool) {
        self.refused = scan.refused.iter().map(RefusedFile::of).collect();
        for entry in &mut self.models {
            entry.on_shelf = Some(false);
        }
        for sound in scan.sound {
            let known = self.models.iter_mut().find(|entry| entry.fingerprint == sound.fingerprint);
            if let Some(known) = known {
                known.on_shelf = Some(true);
                continue;
            }
            let file = sound.file();
            self.models.push(Entry {
                name: sound.name,
                version: sound.version,
                fingerprint: sound.fingerprint,
                state: State::Available,
                loaded_at: None,
                file,
                on_shelf: Some(true),
                passed_over: None,
            });
        }
        for entry in &mut self.models {
            entry.passed_over = Some(passed_over(&entry.fingerprint));
        }
        self.models.sort_by_cached_key(|entry| Reverse(Rank::of(&entry.version)));
    }
}
