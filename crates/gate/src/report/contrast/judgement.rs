//! What `compare` has to say: a comparison in all its forms.
//!
//! Which figure is worth an annotation and what later steps get is decided here; the forms themselves have files of their
//! own.

use super::{ContrastJudgement, html, json, junit, markdown, sentence, text};
use crate::{
    compare::{CompareError, Contrast, FigurePair, Finding},
    report::{Annotation, Kind, Level, Report, Screen},
};

/// A comparison and how strictly it is taken.
#[derive(Debug)]
pub struct ContrastReport {
    /// The comparison, or why there is none.
    pub judgement: ContrastJudgement,
    /// Whether inconclusive is no pass.
    pub is_strict: bool,
}

impl Report for ContrastReport {
    fn exit_code(&self) -> u8 {
        let passed = |contrast: &Contrast| contrast.exit_code(self.is_strict);
        self.judgement.as_ref().map_or_else(CompareError::exit_code, passed)
    }

    fn is_verdict(&self) -> bool {
        self.judgement.is_ok()
    }

    fn text(&self, screen: Screen) -> String {
        text::render(&self.judgement, screen)
    }

    fn document(&self, kind: Kind) -> String {
        match kind {
            Kind::Json => json::render(&self.judgement, self.is_strict),
            Kind::Junit => junit::render(&self.judgement),
            Kind::Markdown => markdown::render(&self.judgement),
            Kind::Html => html::render(&self.judgement),
        }
    }

    fn annotations(&self) -> Vec<Annotation> {
        match &self.judgement {
            Ok(contrast) => {
                let deciding = contrast.deciding();
                deciding.filter_map(|figure| self.annotation(figure, contrast)).collect()
            }
            Err(error) => vec![Annotation {
                level: Level::Error,
                title: "Base against head: not compared".to_owned(),
                message: error.to_string(),
            }],
        }
    }

    fn step_outputs(&self) -> Vec<(&'static str, String)> {
        let contrast = self.judgement.as_ref().ok();
        let verdict = contrast.map_or("not-judged", |contrast| contrast.finding.as_str());
        let worst = contrast.and_then(Contrast::worst_ratio).map(|(_, ratio)| ratio.to_string());
        vec![
            ("verdict", verdict.to_owned()),
            ("exit-code", self.exit_code().to_string()),
            ("worst-ratio", worst.unwrap_or_default()),
        ]
    }
}

impl ContrastReport {
    /// What a build log shows of a figure; nothing if it is no worse.
    fn annotation(&self, figure: &FigurePair, contrast: &Contrast) -> Option<Annotation> {
        let level = match figure.finding {
            Finding::NoRegression | Finding::Improvement => return None,
            Finding::Regression => Level::Error,
            Finding::Inconclusive if self.is_strict => Level::Error,
            Finding::Inconclusive => Level::Notice,
        };
        let why = sentence::reason(figure, contrast).unwrap_or_default();
        Some(Annotation {
            level,
            title: format!("Base against head: {}", sentence::name(figure)),
            message: format!("{}. {why}", sentence::in_short(figure)),
        })
    }
}
