//! What `check` has to say: a judgement in all its forms.
//!
//! Which rule is worth an annotation and which figures later steps get is decided here; the forms themselves have files of
//! their own.

use super::{
    Annotation, Judgement, Kind, Level, Report, Screen, html, json, junit, markdown, text,
    word::{code, word},
};
use crate::{
    exit,
    verdict::{Outcome, Status, Verdict},
};

impl Report for Judgement {
    fn exit_code(&self) -> u8 {
        code(self)
    }

    fn is_verdict(&self) -> bool {
        self.is_ok()
    }

    fn text(&self, screen: Screen) -> String {
        text::render(self, screen)
    }

    fn document(&self, kind: Kind) -> String {
        match kind {
            Kind::Json => json::render(self),
            Kind::Junit => junit::render(self),
            Kind::Markdown => markdown::render(self),
            Kind::Html => html::render(self),
        }
    }

    fn annotations(&self) -> Vec<Annotation> {
        match self {
            Ok(verdict) => {
                let outcomes = verdict.outcomes.iter();
                outcomes.filter_map(|outcome| annotation(verdict, outcome)).collect()
            }
            Err(error) => vec![Annotation {
                level: Level::Error,
                title: "Load gate: not judged".to_owned(),
                message: error.to_string(),
            }],
        }
    }

    fn step_outputs(&self) -> Vec<(&'static str, String)> {
        let all = self.as_ref().ok().map(|verdict| &verdict.run.summary.aggregated);
        let figure = |figure: Option<f64>| figure.map(|figure| figure.to_string());
        let ms = |fraction| figure(all.and_then(|all| all.percentiles.at(fraction)));
        let error_rate = all.map(|all| all.failures as f64 / all.requests as f64 * 100.0);
        let outputs = [
            ("verdict", Some(word(self).to_owned())),
            ("exit-code", Some(self.exit_code().to_string())),
            ("p50", ms(0.50)),
            ("p95", ms(0.95)),
            ("p99", ms(0.99)),
            ("rps", figure(all.map(|all| all.requests_per_s))),
            ("error-rate", figure(error_rate)),
        ];
        outputs.map(|(name, value)| (name, value.unwrap_or_default())).to_vec()
    }
}

/// What a build log shows of a rule; nothing if it passed.
fn annotation(verdict: &Verdict, outcome: &Outcome) -> Option<Annotation> {
    let level = match outcome.status {
        Status::Pass => return None,
        status if verdict.is_failure(status) => Level::Error,
        Status::Inconclusive if verdict.exit_code() == exit::INCONCLUSIVE => Level::Error,
        Status::Inconclusive => Level::Notice,
        _ => Level::Warning,
    };
    let (observed, limit) = (text::observed(outcome), text::limit(outcome));
    Some(Annotation {
        level,
        title: format!("Load gate: {}", outcome.rule.label()),
        message: format!("{observed}, limit {limit}. {}", outcome.why),
    })
}
