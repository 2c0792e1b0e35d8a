//! [`card_html`]: the model card as one page that needs neither network nor scripts.
//!
//! It fills `page.html` and `page.css`; charts have files of their own. Whatever came from outside is escaped.

use super::{
    TOP,
    curve::curves,
    gain::gain,
    heat::heat,
    markup::{Escaped, fill},
    number::{count, fixed, percent, share},
    reliability::reliability,
    roc::roc,
    sentence,
    tables::{self, Measures},
};
use crate::artifact::{Artifact, Training};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// The card of a model as a page of HTML; `command` is what makes the model again, empty where
/// nobody knows it.
pub fn card_html(artifact: &Artifact, command: &str) -> String {
    let training = &artifact.training;
    let ranked = tables::ranked(artifact);
    let top = &ranked[..TOP.min(ranked.len())];
    let title = format!("{} {}", artifact.name, artifact.version);
    fill(PAGE, |mark| match mark {
        "title" => Escaped(&title).to_string(),
        "style" => STYLE.to_owned(),
        "opening" => paragraph("lead", &sentence::opening(artifact)),
        "warnings" => warnings(training),
        "figures" => figures(training),
        "charts" => charts(training),
        "measures" => measures(training),
        "refit" => sentence::refit(training)
            .map_or_else(String::new, |text| paragraph("note strong", &text)),
        "moves" => moves(top.len(), artifact),
        "curves" => curves(artifact, top),
        "pairs" => pairs(artifact),
        "tiers" => tiers(artifact),
        "details" => details(training),
        "selection" => selection(training),
        "facts" => facts(artifact, command),
        "limits" => list(&sentence::limits(artifact)),
        "program" => concat!("lead-model ", env!("CARGO_PKG_VERSION")).to_owned(),
        other => unreachable!("page.html has a mark that nobody fills: {other}"),
    })
}

fn paragraph(class: &str, text: &str) -> String {
    format!("<p class=\"{class}\">{}</p>\n", Escaped(text))
}

fn list(sentences: &[String]) -> String {
    let items: String =
        sentences.iter().map(|text| format!("<li>{}</li>\n", Escaped(text))).collect();
    format!("<ul>\n{items}</ul>\n")
}

fn section(title: &str, note: &str, content: &str) -> String {
    let note = if note.is_empty() { String::new() } else { paragraph("note", note) };
    format!("<section>\n<h2>{title}</h2>\n{note}{content}</section>\n")
}

fn warnings(training: &Training) -> String {
    if training.warnings.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"warnings\">\n<h2>Look at this first</h2>\n{}</section>\n",
        list(&training.warnings)
    )
}

/// The key figures, each with what to read it against.
fn figures(training: &Training) -> String {
    let of = Measures::from(training);
    let base = of.base();
    let interval = of.auc_interval.map_or_else(
        || "0.5 is guessing".to_owned(),
        |[low, high]| format!("95 %: {low:.4} to {high:.4}"),
    );
    let mut figures = vec![
        ("ROC AUC", fixed(of.auc, 4), interval),
        (
            "log loss",
            fixed(of.log_loss, 4),
            format!("{} for the base rate", fixed(of.base_log_loss(), 4)),
        ),
        ("calibration error", fixed(of.calibration_error, 4), "0 is perfect".to_owned()),
    ];
    if let Some(pr_auc) = of.pr_auc {
        figures.push(("PR AUC", fixed(pr_auc, 4), format!("{} is guessing", fixed(base, 4))));
    }
    if let Some(lift) = of.best_lift {
        figures.push(("lift, best tenth", fixed(lift, 2), "1 is guessing".to_owned()));
    }
    figures.push(("held-out leads", count(of.rows), format!("{} converted", share(base))));
    let figure = |(name, value, against): &(&str, String, String)| {
        format!(
            "<div class=\"card\"><span>{name}</span><b>{}</b><small>{}</small></div>\n",
            Escaped(value),
            Escaped(against)
        )
    };
    figures.iter().map(figure).collect()
}

fn measures(training: &Training) -> String {
    let of = Measures::from(training);
    let doubt = of.doubt().map_or_else(String::new, |text| paragraph("note strong", text));
    tables::measures(&of).html() + &doubt
}

fn charts(training: &Training) -> String {
    match &training.quality {
        Some(quality) => [
            roc(quality),
            reliability(&quality.reliability, quality.calibration_error),
            gain(&quality.deciles),
        ]
        .concat(),
        None => reliability(&training.calibration, training.calibration_error),
    }
}

fn moves(shown: usize, artifact: &Artifact) -> String {
    let all = artifact.schema.len();
    let grey = if artifact.reference.is_some() {
        " Grey: where the training rows lie (height: square root of their density)."
    } else {
        ""
    };
    let text = format!(
        "The {shown} of {all} features with the largest mean points. Points are log-odds: +0.69 doubles the odds of conversion, −0.69 \
         halves them; the average training lead has 0.{grey}"
    );
    paragraph("note", &text)
}

fn pairs(artifact: &Artifact) -> String {
    let pairs = &artifact.scorecard.pairs;
    if pairs.is_empty() {
        return String::new();
    }
    let panels: String = pairs.iter().map(|pair| heat(pair, &artifact.schema)).collect();
    let note = "Points that two values add together, beyond what each adds alone. Between the values of numbers they run straight. A \
                dashed cell holds no training row.";
    section(
        "What features say together",
        note,
        &format!("<div class=\"panels\">\n{panels}</div>\n"),
    )
}

fn tiers(artifact: &Artifact) -> String {
    let held = artifact.training.quality.as_ref().map_or(&[][..], |quality| &quality.tiers);
    let note = if held.is_empty() {
        ""
    } else {
        "On the held-out rows. Precision, recall, in vain and missed are those of acting on a tier and every better one."
    };
    section("Tiers", note, &tables::tiers(&artifact.cut_points, held).html())
}

/// The numbers behind the charts.
fn details(training: &Training) -> String {
    let bins =
        training.quality.as_ref().map_or(&training.calibration, |quality| &quality.reliability);
    let mut tables = section("Calibration in numbers", "", &tables::reliability(bins).html());
    if let Some(quality) = &training.quality {
        let note =
            "Where equal scores lie across a border, each part has its expected share of them.";
        tables.push_str(&section(
            "Best tenth first",
            note,
            &tables::deciles(&quality.deciles).html(),
        ));
    }
    format!("<div class=\"beside\">\n{tables}</div>\n")
}

fn selection(training: &Training) -> String {
    match (sentence::selection(training), &training.selection) {
        (Some(words), Some(selection)) => {
            section("How it was chosen", &words, &tables::candidates(selection).html())
        }
        _ => String::new(),
    }
}

fn facts(artifact: &Artifact, command: &str) -> String {
    let training = &artifact.training;
    let rows = |rows: u64, positives: u64| {
        format!("{} rows, {} converted", count(rows), percent(positives, rows))
    };
    let plain = |text: &str| Escaped(text).to_string();
    let code = |text: &str| format!("<code>{}</code>", Escaped(text));
    let mut facts = vec![
        ("Trained on", plain(&rows(training.rows, training.positives))),
        ("Measured on", plain(&rows(training.test_rows, training.test_positives))),
        ("Split", plain(&sentence::source(training))),
        ("Shape", plain(&sentence::shape(training))),
        ("Fingerprint", code(&artifact.fingerprint())),
        ("Checked", plain(&sentence::checked(artifact))),
    ];
    if !command.is_empty() {
        facts.push(("Made by", code(command)));
    }
    facts.iter().map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>\n")).collect()
}
