//! The card says what is in the model file, in Markdown and as a page that is safe to open.

use lead_model::{
    Artifact, CutPoints, Schema,
    measure::quality,
    synth::Leads,
    train::{card, card_html},
};

use crate::{bank, scorer::committed};

const COMMAND: &str = "lead-model train --data clients.csv --target y --out bank.json";

/// Names that would break a page or a table which believed them.
fn hostile() -> Artifact {
    let evil = "<img src=x onerror=alert(1)>\"'&|`{{facts}}";
    let mut artifact = bank::artifact();
    let mut features = artifact.schema.features().to_vec();
    for (feature, curve) in features.iter_mut().zip(&mut artifact.scorecard.curves) {
        feature.name = format!("{} {evil}", feature.name);
        curve.feature.clone_from(&feature.name);
        feature.meaning = evil.to_owned();
        feature.unit = Some(evil.to_owned());
        feature.levels.iter_mut().for_each(|level| level.insert_str(0, evil));
    }
    for pair in &mut artifact.scorecard.pairs {
        pair.features.iter_mut().for_each(|name| *name = format!("{name} {evil}"));
    }
    artifact.schema = Schema::new(evil, features).unwrap();
    artifact.name = evil.to_owned();
    artifact.version = evil.to_owned();
    artifact.training.source = evil.to_owned();
    artifact.training.newest_by = Some(evil.to_owned());
    artifact.training.warnings = vec![evil.to_owned()];
    artifact
}

/// A line of Markdown without its code spans: from a run of backticks to the next run as long.
fn without_code(line: &str) -> String {
    let mut bare = String::new();
    let mut rest = line.replace("\\`", "");
    while let Some(start) = rest.find('`') {
        let length = rest[start..].chars().take_while(|&c| c == '`').count();
        let inside = rest.split_off(start + length);
        bare.push_str(&rest[..start]);
        let runs = inside.match_indices('`').map(|(at, _)| at);
        let end = runs.clone().find(|&at| {
            let run = inside[at..].chars().take_while(|&c| c == '`').count();
            run == length && !inside[..at].ends_with('`')
        });
        rest = end.map_or(String::new(), |end| inside[end + length..].to_owned());
    }
    bare + &rest
}

/// The committed model as if it had been measured today.
fn b2b() -> Artifact {
    let scorer = committed();
    let mut artifact = scorer.artifact().clone();
    let outcomes: Vec<_> = Leads::new(5)
        .take(4000)
        .map(|example| (scorer.score(&example.lead).probability, example.converted))
        .collect();
    artifact.training.quality = Some(quality(&outcomes, &artifact.cut_points));
    artifact
}

#[test]
fn the_markdown_card_says_everything_that_is_known() {
    insta::assert_snapshot!(card(&bank::artifact(), COMMAND));
}

#[test]
fn the_page_shows_everything_that_is_known() {
    insta::assert_snapshot!(card_html(&bank::artifact(), COMMAND));
}

#[test]
fn cells_and_gaps_without_training_rows_are_not_told_as_known() {
    let mut artifact = bank::artifact();
    let pair = &mut artifact.scorecard.pairs[0];
    // The strongest cells of all, which hardly anybody was in.
    pair.points[0][0] = 3.0;
    pair.rows[0][0] = 0;
    pair.points[4][3] = -3.0;
    let reference = artifact.reference.as_mut().unwrap();
    reference.features[0].missing = 0;
    let page = card_html(&artifact, COMMAND);
    assert!(!page.contains("the odds are × 20") && !page.contains("× 0.050 where"));
    assert!(page.contains("class=\"empty\"") && page.contains("odds × 20; 0 training rows"));
    assert!(page.contains("Age of the client; never missing in training"));
    assert!(page.contains("all other") && !page.contains(">other<"));
    let rows = &mut artifact.scorecard.pairs[0].rows;
    rows.iter_mut().for_each(|row| row.fill(1));
    assert!(card(&artifact, COMMAND).contains("too few rows in any cell"));
}

#[test]
fn hostile_names_stay_text() {
    let artifact = hostile();
    let page = card_html(&artifact, "sh -c '<script>'");
    assert!(!page.contains("<img") && !page.contains("<script"), "a name became a tag");
    assert!(!page.contains("onerror=alert(1)>"), "a name ended a tag");
    assert!(page.contains("{{facts}}"), "a mark inside a name was filled");
    let card = card(&artifact, "a ``` fence\n# heading");
    assert!(!card.lines().any(|line| line.trim_start().starts_with("# heading")));
    for line in card.lines().filter(|line| !line.starts_with("$ ")) {
        assert!(!without_code(line).contains("<img"), "a name became a tag: {line}");
    }
}

/// What a page may hold that needs no network and no scripts: parsed as far as a regular form allows.
#[test]
fn the_page_is_sound_and_asks_for_nothing() {
    for artifact in [bank::artifact(), b2b(), hostile()] {
        let page = card_html(&artifact, COMMAND);
        assert!(page.contains("default-src 'none'"));
        for forbidden in
            ["<script", "<link", "<iframe", "src=", "href=", "url(", "@import", "NaN", "inf,"]
        {
            let outside = page.replace("&lt;img src=x", "");
            assert!(!outside.contains(forbidden), "the page holds {forbidden}");
        }
        for tag in
            ["svg", "g", "figure", "section", "table", "tr", "td", "div", "text", "title", "p"]
        {
            let opened = page.matches(&format!("<{tag} ")).count()
                + page.matches(&format!("<{tag}>")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "<{tag}>");
        }
    }
}

#[test]
fn a_model_of_the_first_format_has_a_card_too() {
    let artifact = lead_model::Scorer::load(&include_bytes!("golden/format-1.json")[..])
        .unwrap()
        .artifact()
        .clone();
    let text = card(&artifact, COMMAND);
    assert!(text.contains("| ROC AUC | 0.8752 | 0.5 is guessing |"), "{text}");
    assert!(!text.contains("## Calling on the best first"));
    assert!(card_html(&artifact, COMMAND).contains("Calibration"));
}

#[test]
fn only_what_was_done_is_told() {
    let mut artifact = bank::artifact();
    artifact.training.refitted = false;
    artifact.training.newest_by = None;
    artifact.training.selection = None;
    artifact.training.warnings.clear();
    artifact.scorecard.pairs.clear();
    artifact.cut_points = CutPoints::CONTRACT;
    let text = card(&artifact, COMMAND);
    for absent in
        ["not the very model", "newest", "cross-validation", "Look at this", "say together"]
    {
        assert!(!text.contains(absent), "{absent}");
    }
    assert!(text.contains("random and stratified"));
}
