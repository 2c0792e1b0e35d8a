//! What `history analyze` has to say: an analysis in all the forms that other verbs have.
//!
//! Text and JSON have files of their own; the other forms are made of the lines of the text.

use super::{
    analysis::{Analysis, SeriesFindings},
    error::HistoryError,
    json,
    text::{self, named_series},
};
use crate::report::{
    Annotation, Case, Fate, Kind, Level, Report, Screen, Suite, cell, header, markup, one_line,
    page,
};

/// What a suite of test cases and its cases are called.
const NAME: &str = "load-history";

/// An analysis, or why there is none.
#[derive(Debug)]
pub struct HistoryReport(pub Result<Analysis, HistoryError>);

impl Report for HistoryReport {
    fn exit_code(&self) -> u8 {
        self.0.as_ref().map_or_else(HistoryError::exit_code, Analysis::exit_code)
    }

    fn is_verdict(&self) -> bool {
        self.0.is_ok()
    }

    fn text(&self, _: Screen) -> String {
        match &self.0 {
            Ok(analysis) => text::history_text(analysis),
            Err(error) => format!("lead-gate: {}\n", one_line(&error.to_string())),
        }
    }

    fn document(&self, kind: Kind) -> String {
        match kind {
            Kind::Json => json::history_json(&self.0),
            Kind::Junit => self.suite().render(),
            Kind::Markdown => self.markdown(),
            Kind::Html => self.page(),
        }
    }

    fn annotations(&self) -> Vec<Annotation> {
        let error = |title: &str, message: String| Annotation {
            level: Level::Error,
            title: format!("Load history: {title}"),
            message,
        };
        let analysis = match &self.0 {
            Ok(analysis) => analysis,
            Err(why) => return vec![error("not analysed", why.to_string())],
        };
        let series = analysis
            .series
            .iter()
            .filter_map(|series| Some(error(&named_series(series), worse(analysis, series)?)));
        let undecided =
            analysis.undecided.iter().map(|undecided| error("undecided", undecided.sentence()));
        let elsewhere =
            analysis.news_elsewhere().map(|other| error("another key", other.sentence()));
        series.chain(undecided).chain(elsewhere).collect()
    }

    fn step_outputs(&self) -> Vec<(&'static str, String)> {
        let analysis = self.0.as_ref().ok();
        let regressions = analysis.map(|analysis| analysis.regressions().to_string());
        vec![
            ("verdict", analysis.map_or("not-judged", json::word).to_owned()),
            ("exit-code", self.exit_code().to_string()),
            ("regressions", regressions.unwrap_or_default()),
        ]
    }
}

impl HistoryReport {
    /// Headline and lines of the text, or what stands for them.
    fn lines(&self) -> (String, Vec<String>) {
        match &self.0 {
            Ok(analysis) => (text::headline(analysis), text::lines(analysis)),
            Err(error) => ("NOT ANALYSED".to_owned(), vec![one_line(&error.to_string())]),
        }
    }

    /// A list, with what belongs to a series below it.
    fn markdown(&self) -> String {
        let (headline, lines) = self.lines();
        let mut text = format!("## Load history: {}\n\n", cell(&headline));
        for line in lines {
            let indent = if line.starts_with(' ') { "  " } else { "" };
            text.push_str(&format!("{indent}- {}\n", cell(line.trim_start())));
        }
        text
    }

    fn page(&self) -> String {
        let (headline, lines) = self.lines();
        let (head, counts) = headline.split_once(": ").unwrap_or((&headline, ""));
        let mood = match &self.0 {
            Err(_) => "not-judged",
            Ok(analysis) if analysis.exit_code() == crate::exit::FAIL => "fail",
            Ok(analysis) if analysis.lacks() > 0 => "inconclusive",
            Ok(_) => "pass",
        };
        let lines: Vec<String> = lines.iter().map(|line| markup(line)).collect();
        let body = format!("<main>\n<pre>{}</pre>\n</main>\n", lines.join("\n"));
        let title = format!("Load history: {head}");
        page(&title, &(header(mood, ["Load history", head, counts], "") + &body))
    }

    /// A case for each series, and one for each rule that could not be decided twice in a row.
    fn suite(&self) -> Suite {
        let analysis = match &self.0 {
            Ok(analysis) => analysis,
            Err(error) => return Suite::refusal(NAME, "is-a-history", &error.to_string()),
        };
        let series = analysis.series.iter().map(|series| {
            let lines = text::of_series(series, &analysis.file);
            let lines: Vec<&str> = lines.iter().map(|line| line.trim_start()).collect();
            let said = lines.join(". ");
            let (fate, kind, message) = match worse(analysis, series) {
                Some(why) => (Fate::Failure, "regression", why),
                None if series.lacks() > 0 => (Fate::Skipped, "not-enough-history", said.clone()),
                None => (Fate::Passed, "nothing-worse", String::new()),
            };
            Case { name: named_series(series), fate, kind, message, said }
        });
        let undecided = analysis.undecided.iter().map(|undecided| Case {
            name: undecided.rule.clone(),
            fate: Fate::Failure,
            kind: "undecided",
            message: undecided.sentence(),
            said: undecided.sentence(),
        });
        let elsewhere = analysis.news_elsewhere().map(|other| Case {
            name: other.key.to_string(),
            fate: Fate::Failure,
            kind: "regression",
            message: other.sentence(),
            said: other.sentence(),
        });
        let cases = series.chain(undecided).chain(elsewhere).collect();
        Suite { name: NAME, cases, said: vec![text::runs(analysis)], ..Suite::default() }
    }
}

/// What is news for the worse in a series, and what next.
fn worse(analysis: &Analysis, series: &SeriesFindings) -> Option<String> {
    let news = series.changes.iter().filter(|change| change.is_regression());
    let said: Vec<String> = news
        .map(|change| {
            let (what, next) = (text::what(change, series), text::next(change, &analysis.file));
            format!("{what}. {next}")
        })
        .collect();
    (!said.is_empty()).then(|| said.join(" "))
}
