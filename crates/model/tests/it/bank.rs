//! A small model with everything a model can have, made by hand, and leads whose outcome follows it.
//!
//! Levels, missing values, pairs, reference, selection, warnings: what the card and the command line must be able to show.

use std::sync::LazyLock;

use lead_model::{
    Artifact, Axis, Candidate, Curve, CutPoints, Feature, FeatureCurve, Golden, Histogram, Kind,
    Lead, Levels, Pair, Presence, Ramp, Reference, Schema, Scorecard, Scorer, Selection, Training,
    measure::{Outcome, quality},
};

/// Leads that the model is measured on.
const ROWS: usize = 1200;

/// `SplitMix64` (Steele et al. 2014): equal draws everywhere.
struct Dice(u64);

impl Dice {
    /// Uniform in `[0, 1)`.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: usize) -> usize {
        (self.share() * end as f64) as usize
    }
}

/// The model, measured on leads of its own world.
pub(crate) fn artifact() -> Artifact {
    static ARTIFACT: LazyLock<Artifact> = LazyLock::new(measured);
    ARTIFACT.clone()
}

/// Leads as they stand in a CSV file, with their ids and their outcome, `yes` or `no`, under `y`.
#[cfg(feature = "cli")]
pub(crate) fn csv(seed: u64, rows: usize) -> String {
    let mut csv = "id;age;job;balance;housing;y\n".to_owned();
    let scorer = Scorer::new(bare()).unwrap();
    let mut dice = Dice(seed);
    for row in 0..rows {
        let cells = cells(&mut dice);
        let probability = scorer.score(&lead(&cells)).probability;
        let won = if dice.share() < probability { "yes" } else { "no" };
        csv.push_str(&format!("L{row};{};{won}\n", cells.join(";")));
    }
    csv
}

/// The cells of one lead: age, job, balance, housing; an empty one is missing.
fn cells(dice: &mut Dice) -> [String; 4] {
    let age = 18.0 + (62.0 * dice.share() * dice.share()).floor();
    let age = if dice.share() < 0.04 { String::new() } else { age.to_string() };
    let jobs = ["admin", "admin", "technician", "student", "retired", "astronaut", ""];
    let balance = (9000.0 * dice.share().powi(5)).floor() - 5.0;
    let housing = if dice.share() < 0.55 { "yes" } else { "no" };
    [age, jobs[dice.below(jobs.len())].to_owned(), balance.to_string(), housing.to_owned()]
}

fn lead(cells: &[String; 4]) -> Lead {
    let names = ["age", "job", "balance", "housing"];
    let members = names.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
    let members = members.map(|(name, cell)| match *name {
        "job" => format!("\"{name}\":\"{cell}\""),
        "housing" => format!("\"{name}\":{}", u8::from(cell == "yes")),
        _ => format!("\"{name}\":{cell}"),
    });
    let body = members.collect::<Vec<_>>().join(",");
    let json = format!("{{\"lead_id\":\"a\",\"features\":{{{body}}}}}");
    Lead::from_json(&schema(), json.as_bytes()).unwrap()
}

fn schema() -> Schema {
    let feature = |name: &str, kind, meaning: &str, unit: Option<&str>| Feature {
        name: name.to_owned(),
        group: "client".to_owned(),
        kind,
        min: None,
        max: None,
        presence: Presence::Required,
        levels: Vec::new(),
        missing: Vec::new(),
        meaning: meaning.to_owned(),
        unit: unit.map(str::to_owned),
        phrase: format!("{name} is {{n}}"),
        denial: None,
        decimal: None,
    };
    let levels = ["admin", "technician", "student", "retired"].map(str::to_owned).to_vec();
    let features = vec![
        Feature {
            presence: Presence::Optional,
            ..feature("age", Kind::Integer, "Age of the client", Some("years"))
        },
        Feature {
            presence: Presence::Optional,
            levels,
            ..feature("job", Kind::Category, "What the client does for a living", None)
        },
        feature("balance", Kind::Real, "Yearly balance on the account", Some("EUR")),
        Feature {
            min: Some(0.0),
            max: Some(1.0),
            ..feature("housing", Kind::Flag, "Whether there is a housing loan", None)
        },
    ];
    Schema::new("bank", features).unwrap()
}

fn scorecard() -> Scorecard {
    let ramp = |knots: &[f64], points: &[f64], missing| {
        Curve::Ramp(Ramp { knots: knots.to_vec(), points: points.to_vec(), missing })
    };
    let job = Levels {
        values: vec![0.0, 1.0, 2.0, 3.0],
        points: vec![-0.12, -0.34, 0.83, 0.61],
        unseen: -0.05,
        missing: 0.21,
    };
    let curves = [
        ("age", ramp(&[18.0, 27.0, 35.0, 48.0, 80.0], &[0.9, 0.1, -0.35, -0.28, 0.75], -0.4)),
        ("job", Curve::Levels(job)),
        ("balance", ramp(&[-5.0, 0.0, 60.0, 450.0, 9000.0], &[-1.1, -0.5, 0.1, 0.6, 1.3], 0.0)),
        ("housing", ramp(&[0.0, 1.0], &[0.42, -0.34], 0.0)),
    ];
    let pair = Pair {
        features: ["job".to_owned(), "age".to_owned()],
        axes: [Axis::Levels(vec![0.0, 2.0, 3.0]), Axis::Knots(vec![18.0, 30.0, 45.0, 60.0])],
        points: vec![
            vec![-0.05, 0.02, 0.04, -0.01, 0.0],
            vec![0.38, 0.07, -0.22, -0.31, 0.02],
            vec![-0.44, -0.2, 0.06, 0.27, -0.1],
            vec![0.03, -0.01, -0.02, 0.01, 0.0],
            vec![-0.02, 0.0, 0.05, 0.01, 0.0],
        ],
        rows: vec![
            vec![210, 380, 260, 140, 0],
            vec![160, 70, 40, 25, 4],
            vec![3, 31, 120, 190, 2],
            vec![90, 120, 80, 30, 0],
            vec![12, 9, 8, 5, 0],
        ],
    };
    Scorecard {
        intercept: -1.35,
        curves: curves
            .into_iter()
            .map(|(feature, curve)| FeatureCurve { feature: feature.to_owned(), curve })
            .collect(),
        pairs: vec![pair],
    }
}

fn training() -> Training {
    let candidate = |pieces, pairs, log_loss, mean, error, chosen| Candidate {
        pieces,
        penalty: 4.0,
        pairs,
        pair_penalty: 16.0,
        log_loss,
        excess: [mean, error],
        chosen,
    };
    Training {
        source: "clients.csv".to_owned(),
        seed: 42,
        rows: 6000,
        positives: 1700,
        penalty: 4.0,
        pieces: 8,
        test_rows: 0,
        test_positives: 0,
        auc: 0.0,
        best_auc: None,
        log_loss: 0.0,
        brier: 0.0,
        calibration_error: 0.0,
        calibration: Vec::new(),
        importance: vec![0.41, 0.38, 0.71, 0.36],
        refitted: true,
        newest_by: Some("signed_up".to_owned()),
        selection: Some(Selection {
            folds: 5,
            candidates: vec![
                candidate(4, 0, 0.4613, 0.0041, 0.0012, false),
                candidate(8, 0, 0.4588, 0.0016, 0.0008, false),
                candidate(8, 1, 0.4575, 0.0003, 0.0004, true),
                candidate(12, 2, 0.4572, 0.0, 0.0, false),
            ],
        }),
        quality: None,
        warnings: vec![
            "column duration alone has an AUC of 0.97: is it known before the outcome?".to_owned(),
            "column note was left out: nearly every row has another text in it".to_owned(),
        ],
    }
}

/// How the training rows lie: round numbers, near those of the leads.
fn reference() -> Reference {
    let histogram = |of: &str, edges: &[f64], counts: &[u64], missing, range| Histogram {
        of: of.to_owned(),
        edges: edges.to_vec(),
        counts: counts.to_vec(),
        missing,
        range: Some(range),
    };
    Reference {
        features: vec![
            histogram(
                "age",
                &[20.0, 24.0, 30.0, 38.0, 50.0, 64.0],
                &[840, 990, 1140, 1080, 990, 600, 120],
                240,
                [18.0, 79.0],
            ),
            histogram("job", &[0.0, 1.0, 2.0, 3.0], &[1714, 857, 857, 857, 857], 858, [0.0, 4.0]),
            histogram(
                "balance",
                &[0.0, 6.0, 20.0, 60.0, 240.0, 1200.0],
                &[1100, 1000, 980, 900, 900, 700, 420],
                0,
                [0.0, 10_900.0],
            ),
            histogram("housing", &[0.0], &[2700, 3300], 0, [0.0, 1.0]),
        ],
        score: histogram(
            "score",
            &[0.1, 0.2, 0.4, 0.6],
            &[1500, 1500, 1500, 900, 600],
            0,
            [0.01, 0.97],
        ),
    }
}

/// The model before it was measured.
fn bare() -> Artifact {
    Artifact {
        name: "bank".to_owned(),
        version: "0.3.0".to_owned(),
        schema: schema(),
        scorecard: scorecard(),
        cut_points: CutPoints::new([0.1, 0.2, 0.35, 0.55]).unwrap(),
        training: training(),
        reference: Some(reference()),
        golden: Vec::new(),
    }
}

fn measured() -> Artifact {
    let mut artifact = bare();
    let scorer = Scorer::new(artifact.clone()).unwrap();
    let mut dice = Dice(7);
    let outcomes: Vec<Outcome> = (0..ROWS)
        .map(|row| {
            let lead = lead(&cells(&mut dice));
            let score = scorer.score(&lead);
            if row < 3 {
                artifact.golden.push(Golden {
                    values: lead.values().to_vec(),
                    log_odds: score.log_odds,
                    probability: score.probability,
                });
            }
            (score.probability, dice.share() < score.probability)
        })
        .collect();
    let quality = quality(&outcomes, &artifact.cut_points);
    let training = &mut artifact.training;
    training.test_rows = quality.rows;
    training.test_positives = quality.positives;
    (training.auc, training.log_loss, training.brier) =
        (quality.auc, quality.log_loss, quality.brier);
    training.calibration_error = quality.calibration_error;
    training.calibration.clone_from(&quality.reliability);
    training.quality = Some(quality);
    artifact
}
