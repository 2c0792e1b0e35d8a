//! What a person sees while a verb works: bars on a terminal, notes everywhere.
//!
//! Everything goes to standard error, so that standard output holds results only. Bars are drawn on a terminal alone.

use std::{io::Write, sync::Mutex};

use indicatif::{ProgressBar, ProgressStyle};

use crate::train::Stage;

/// One bar, for the stage at hand.
#[derive(Debug)]
pub(super) struct Stages(Mutex<Option<(&'static str, ProgressBar)>>);

impl Stages {
    pub(super) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Shows how far a stage has come; another name begins another bar.
    pub(super) fn tell(&self, stage: Stage) {
        let Ok(mut current) = self.0.lock() else { return };
        if current.as_ref().is_none_or(|(name, _)| *name != stage.name) {
            if let Some((_, bar)) = current.take() {
                bar.finish_and_clear();
            }
            *current = Some((stage.name, bar(stage)));
        }
        if let Some((_, bar)) = current.as_ref() {
            bar.set_position(stage.done as u64);
        }
    }
}

impl Drop for Stages {
    fn drop(&mut self) {
        if let Ok(Some((_, bar))) = self.0.get_mut().map(Option::take) {
            bar.finish_and_clear();
        }
    }
}

fn bar(stage: Stage) -> ProgressBar {
    let what = match stage.name {
        "curves" => "cross-validating curves",
        "pairs" => "cross-validating pairs",
        _ => "fitting",
    };
    let style =
        ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {elapsed} elapsed, {eta} left")
            .expect("the template is sound, as its test shows");
    ProgressBar::new(stage.of as u64).with_style(style).with_message(what)
}

/// Prints what a person should know of the rows, and then what they should look at before they go on.
pub(super) fn notes(notes: &[String], warnings: &[String]) {
    let mut err = std::io::stderr().lock();
    let labelled = notes.iter().map(|text| ("note", text));
    for (label, text) in labelled.chain(warnings.iter().map(|text| ("warning", text))) {
        // A closed standard error is no reason not to train.
        let _ = writeln!(err, "{label}: {text}");
    }
}

#[cfg(test)]
mod tests {
    use super::{Stage, bar};

    #[test]
    fn every_stage_has_a_bar() {
        for name in ["curves", "pairs", "fit"] {
            assert_eq!(bar(Stage { name, done: 0, of: 3 }).length(), Some(3));
        }
    }
}
